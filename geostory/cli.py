"""The command line: reads sources, hands them to the functions of the other modules, prints rows or writes pages."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

from geostory import __version__
from geostory.errors import GeostoryError, ReadError, UnknownNameError, UsageError, WriteError
from geostory.models import Article, Candidate

if TYPE_CHECKING:
    from geostory.export import Table

__all__ = ["main"]

_SOURCE_HELP = (
    "file, folder or '-' for standard input: plain text, Markdown, HTML, JSONL, RSS or Atom, "
    "or a scraped page of several articles"
)


class _Parser(argparse.ArgumentParser):
    """argparse, with one line for each mistake, and with '-33.9,151.2' as a value and not an option."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._negative_number_matcher = re.compile(r"^-\d+(\.\d*)?(,-?\d+(\.\d*)?)?$")

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2025-08-15") from None


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="geostory", description="Maps the places, distances and regions that news articles speak of.")
    parser.add_argument("--version", action="version", version=f"geostory {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, help: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
        sub.set_defaults(run=run)
        return sub

    def sources(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("sources", nargs="+", metavar="SRC", help=_SOURCE_HELP)
        sub.add_argument("--date", type=_day, help="date of articles that carry none, as YYYY-MM-DD")

    def formats(sub: argparse.ArgumentParser) -> None:
        choices = ("table", "jsonl", "json", "geojson", "csv")
        sub.add_argument("--format", choices=choices, default="table", help="how to print (default: table)")

    def finding(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--recogniser",
            choices=("accurate", "fast"),
            default="accurate",
            help="which model finds places: accurate (default), or fast, for archives",
        )
        sub.add_argument(
            "--no-demonyms", action="store_true", help="leave peoples and adjectives out ('Russian troops')"
        )
        sub.add_argument(
            "--no-facilities", action="store_true", help="leave schools, hospitals, airports and the like out"
        )

    def near(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--near", metavar="PLACE", help="home of the text, a name or lat,lon: decides between namesakes"
        )

    render = command("render", "write a map for each article, and an index over several", _render)
    sources(render)
    near(render)
    finding(render)
    render.add_argument(
        "-o", "--output", default="outputs", metavar="DIR", help="where the pages go (default: outputs)"
    )
    sub = command("read", "show the articles that a source holds", _read)
    sources(sub)
    formats(sub)
    for name, help in (
        ("places", "find and place what articles name"),
        ("distances", "find the distances that articles state, and measure them"),
    ):
        sub = command(name, help, _rows)
        sources(sub)
        near(sub)
        finding(sub)
        formats(sub)
    sub = command("regions", "list the regions in question as they stand on a day", _regions)
    sub.add_argument("--as-of", type=_day, metavar="DATE", help="the day, as YYYY-MM-DD (default: the packs' own)")
    sub.add_argument(
        "--worldview", default="un", metavar="W", help="by whose rules: un (default), or one a pack declares"
    )
    formats(sub)
    sub = command("measure", "measure the distance between two places", _measure)
    for end in ("a", "b"):
        sub.add_argument(end, metavar=end.upper(), help="a name ('mainland Alaska' too) or lat,lon")
    formats(sub)
    sub = command("geocode", "look names up in the gazetteer, or a CSV file's column of names", _geocode)
    sub.add_argument("names", nargs="*", metavar="NAME", help="such as Kyiv or 'Paris, Texas'")
    sub.add_argument("--country", metavar="C", help="only there: an ISO code (DE, DEU) or a name")
    sub.add_argument("--feature", metavar="CODE", help="only such places: PPL (towns), ADM1 (states), STM (rivers) ...")
    near(sub)
    sub.add_argument("--limit", type=int, metavar="N", help="at most so many for a name (default: 10)")
    formats(sub)
    sub.add_argument("--csv", metavar="FILE", help="add the likeliest place to each row of FILE, or of '-'")
    sub.add_argument("--column", metavar="C", help="the column of FILE that holds the names")
    sub.add_argument("-o", "--output", metavar="OUT", help="where the rows go (default: standard output)")
    sub.set_defaults(format=None)
    sub = command("reverse", "tell country, region, county or sea of a position, and the nearest town", _reverse)
    sub.add_argument("positions", nargs="+", metavar="LAT,LON")
    formats(sub)
    sub = command("demo", "map the sample article that comes with geostory", _demo)
    sub.add_argument("-o", "--output", default="outputs", metavar="DIR", help="where the page goes (default: outputs)")
    return parser


# --- sources ----------------------------------------------------------------------------------------------------------


class _Trouble:
    """What went wrong so far: said at once on standard error, counted for the summary and the exit status."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, error: Exception) -> None:
        self.lines.append(str(error))
        print(f"geostory: {error}", file=sys.stderr)


def _articles(args: argparse.Namespace, trouble: _Trouble) -> Iterator[Article]:
    """The articles of all sources in order; a source or an article that can't be read is told and passed over."""
    from geostory.article import read_each

    seen: set[str] = set()
    for source in args.sources:
        for item in read_each(source, date=args.date):
            if isinstance(item, ReadError):
                trouble.say(item)
            elif item.name not in seen:
                seen.add(item.name)
                yield item


def _progress(articles: Iterator[Article]) -> Iterator[Article]:
    from tqdm import tqdm

    return iter(tqdm(articles, unit=" articles", disable=not sys.stderr.isatty(), leave=False))


def _near(args: argparse.Namespace) -> Candidate | None:
    from geostory.search import find_place

    return None if args.near is None else find_place(args.near)


def _options(args: argparse.Namespace) -> dict[str, Any]:
    """How stories are to be told."""
    near = _near(args)
    return {
        "near": near and (near.lat, near.lon),
        "recogniser": args.recogniser,
        "demonyms": not args.no_demonyms,
        "facilities": not args.no_facilities,
    }


# --- commands ---------------------------------------------------------------------------------------------------------


def _out(args: argparse.Namespace, tables: Iterable[Table]) -> None:
    from geostory.export import write

    write(tables, args.format, sys.stdout.write)
    sys.stdout.flush()


def _finish(trouble: _Trouble, done: int) -> int:
    if trouble.lines and done:
        print(f"geostory: {done} done, {len(trouble.lines)} failed", file=sys.stderr)
    return 1 if trouble.lines else 0


def _read(args: argparse.Namespace) -> int:
    from geostory.export import Table, article_row

    trouble = _Trouble()
    articles = list(_articles(args, trouble))
    rows = [article_row(article) for article in articles]
    if rows:
        _out(args, [Table(head={}, key="articles", rows=rows, geometries=[None] * len(rows))])
    return _finish(trouble, len(rows))


def _rows(args: argparse.Namespace) -> int:
    from geostory.export import story_table
    from geostory.story import tell

    trouble = _Trouble()
    options = _options(args)
    done = 0

    def tables() -> Iterator[Table]:
        nonlocal done
        for article in _progress(_articles(args, trouble)):
            story = tell(article, **options)
            for note in story.notes:
                print(f"geostory: {article.source or article.id}: {note}", file=sys.stderr)
            yield story_table(story, args.command)
            done += 1

    _out(args, tables())
    return _finish(trouble, done)


def _regions(args: argparse.Namespace) -> int:
    from geostory.export import region_table
    from geostory.regions import regions_in_force

    _out(args, [region_table(regions_in_force(as_of=args.as_of, worldview=args.worldview))])
    return 0


def _measure(args: argparse.Namespace) -> int:
    from geostory.distances import measure
    from geostory.export import Table, position
    from geostory.geodesy import geodesic_line, unwrap
    from geostory.search import find_place

    mainland = [end.lower().startswith("mainland ") for end in (args.a, args.b)]
    a, b = (find_place(end[9:] if main else end) for end, main in zip((args.a, args.b), mainland, strict=True))
    areas = [end.feature.startswith(("PCL", "TERR", "ADM1")) and bool(end.shape) for end in (a, b)]
    for end, main, area in zip((args.a, args.b), mainland, areas, strict=True):
        if main and not area:
            raise UsageError(f"{end!r}: only a country or first-level region has a mainland")
    if any(mainland):
        # 'mainland China' against 'Taiwan' means Taiwan's main island too, as it does in an article.
        mainland = areas
    result = measure(a, b, mainland_a=mainland[0], mainland_b=mainland[1])
    row = {
        "distance_m": round(result.distance_m, 1),
        "from": a.name,
        "to": b.name,
        "between": result.between,
        "error_m": round(result.error_m, 1),
        "start": position(result.start),
        "end": position(result.end),
        "sources": list(result.sources),
    }
    if args.format == "json":
        print(json.dumps(row, ensure_ascii=False))
    else:
        line = unwrap(geodesic_line(result.start, result.end), -180)
        _out(args, [Table(head={}, key="measure", rows=[row], geometries=[line])])
    return 0


def _geocode(args: argparse.Namespace) -> int:
    from geostory.search import geocode_candidates

    if args.csv is None:
        misplaced = not args.names or args.column or args.output
    else:
        misplaced = args.names or not args.column or args.limit is not None or args.format
    if misplaced:
        raise UsageError("give NAME... [--limit N] [--format F], or --csv FILE --column C [-o OUT]")
    if args.limit is not None and args.limit < 1:
        raise UsageError("--limit must be 1 or more")
    options = {"near": _near(args), "country": args.country, "feature": args.feature}
    geocode_candidates("", **options)  # an unknown country or feature is refused before anything is read
    return _geocode_names(args, options) if args.csv is None else _geocode_csv(args, options)


def _geocode_names(args: argparse.Namespace, options: dict[str, Any]) -> int:
    from geostory.export import candidate_table
    from geostory.search import geocode_candidates

    trouble = _Trouble()
    narrowed = "".join(f" --{key} {options[key]}" for key in ("country", "feature") if options[key] is not None)
    why = f"with{narrowed}; leave an option out" if narrowed else "in the gazetteer; check the spelling"
    done = 0

    def tables() -> Iterator[Table]:
        nonlocal done
        for given in args.names:
            # Bytes that the terminal could not decode can't be printed either.
            name = given.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            if found := geocode_candidates(name, limit=args.limit or 10, **options):
                yield candidate_table(name, found)
                done += 1
            else:
                trouble.say(UnknownNameError(f"no place named {name!r} {why}"))

    args.format = args.format or "table"
    _out(args, tables())
    return _finish(trouble, done)


def _geocode_csv(args: argparse.Namespace, options: dict[str, Any]) -> int:
    from geostory.search import geocode_candidates
    from geostory.sheet import geocode_sheet

    sheet = geocode_sheet(args.csv, column=args.column, find=lambda name: geocode_candidates(name, **options))
    if args.output in (None, "-"):
        print(sheet.text, end="", flush=True)
    else:
        from geostory.page import write_whole

        write_whole(args.output, sheet.text)
    for note in sheet.notes:
        print(f"geostory: {note}", file=sys.stderr)
    return 0


def _reverse(args: argparse.Namespace) -> int:
    from geostory.export import surroundings_table
    from geostory.search import position

    pairs = [position(text) for text in args.positions]
    if None in pairs:
        raise UsageError(f"{args.positions[pairs.index(None)]!r} is no position; write LAT,LON, such as 61.2,-149.9")
    _out(args, [surroundings_table([pair for pair in pairs if pair])])
    return 0


def _render(args: argparse.Namespace) -> int:
    from pathlib import Path

    from geostory.batch import render, write_index

    trouble = _Trouble()
    options = _options(args)
    folder = Path(args.output)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"-o {folder}: it is a file; give a folder")
    pages = []
    for article in _progress(_articles(args, trouble)):
        try:
            page = render(article, folder, **options)
        except WriteError:
            raise
        except GeostoryError as error:
            trouble.say(type(error)(f"{article.source or article.id}: {error}"))
            continue
        pages.append(page)
        print(page.path)
        for line in page.desk:
            print(f"geostory: {page.path.name}: {line}", file=sys.stderr)
    if len(pages) > 1:
        print(write_index(pages, folder))
    return _finish(trouble, len(pages))


def _demo(args: argparse.Namespace) -> int:
    from geostory.resources import data_path

    args.sources = [str(data_path("articles", "alaska-summit.md"))]
    args.date = args.near = None
    args.recogniser, args.no_demonyms, args.no_facilities = "accurate", False, False
    return _render(args)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status: 0 done, 1 something failed, 2 misused."""
    args = _parser().parse_args(argv)
    if sys.stdout is None:
        print(f"geostory {args.command}: standard output is closed", file=sys.stderr)
        return 1
    try:
        status: int = args.run(args)
    except UsageError as error:
        print(f"geostory {args.command}: {error}", file=sys.stderr)
        return 2
    except GeostoryError as error:
        print(f"geostory: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of our pipe left (head, less): nothing to say, and nothing more to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"geostory: {where}{error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("geostory: interrupted", file=sys.stderr)
        return 130
    return status


if __name__ == "__main__":
    sys.exit(main())
