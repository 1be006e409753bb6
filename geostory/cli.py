"""The command line: reads sources, hands them to the functions of the other modules, prints rows or writes pages."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geostory.arguments import parser
from geostory.errors import GeostoryError, ReadError, UnknownNameError, UsageError, WriteError
from geostory.models import Article, Candidate

if TYPE_CHECKING:
    from geostory.overlays import Overlay
    from geostory.tables import Table

__all__ = ["main"]

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
    from geostory.profiles import read_profile

    near = _near(args)
    return {
        "near": near and (near.lat, near.lon),
        "profile": read_profile(args.profile) if args.profile is not None else None,
        "recogniser": args.recogniser,
        "demonyms": not args.no_demonyms,
        "facilities": not args.no_facilities,
        **(_borders(args) if args.command in ("render", "demo") else {}),
    }


def _borders(args: argparse.Namespace) -> dict[str, Any]:
    """For which day and by whose rules borders stand; an unknown view or a faulty pack is refused at once."""
    from geostory.packs import read_packs
    from geostory.territories import view_of

    folder = None if args.packs is None else Path(args.packs)
    view_of(args.worldview, read_packs(folder))
    return {
        "as_of": args.as_of,
        "worldview": args.worldview,
        "packs": folder,
        "overlays": [_overlay(*given) for given in args.layer or ()],
    }


def _overlay(file: str, title: str, day: str, source: str) -> Overlay:
    from geostory.overlays import read_overlay

    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"--layer {file}: {day!r} is not a date such as 2025-08-15") from None
    return read_overlay(Path(file), title=title, date=on, source=source)


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
    from geostory.tables import Table, article_row

    trouble = _Trouble()
    articles = list(_articles(args, trouble))
    rows = [article_row(article) for article in articles]
    if rows:
        _out(args, [Table(head={}, key="articles", rows=rows, geometries=[None] * len(rows))])
    return _finish(trouble, len(rows))


def _rows(args: argparse.Namespace) -> int:
    from geostory.story import tell
    from geostory.tables import story_table

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


def _profile(args: argparse.Namespace) -> int:
    from geostory.profiles import learn_profile, write_profile

    path = Path(args.output)
    if path.is_dir() or not path.parent.is_dir():
        raise UsageError(f"-o {path}: give the name of a file in a folder that is there")
    trouble = _Trouble()
    name = path.stem if args.name is None else args.name
    articles = _articles(args, trouble)
    first = next(articles, None)
    if first is None:
        return _finish(trouble, 0)
    profile = learn_profile(_progress(chain([first], articles)), name=name, recogniser=args.recogniser)
    write_profile(profile, path)
    print(path)
    return _finish(trouble, profile.articles)


def _regions(args: argparse.Namespace) -> int:
    from geostory.packs import read_packs
    from geostory.tables import region_table
    from geostory.territories import regions_in_force

    if args.format == "gpkg" and args.output is None:
        raise UsageError("--format gpkg needs -o FILE")
    packs = read_packs(None if args.packs is None else Path(args.packs))
    found = regions_in_force(as_of=args.as_of, worldview=args.worldview, packs=packs)
    for wanted in args.id or ():
        if wanted not in {row["id"] for row in packs.regions}:
            raise UsageError(f"there is no region {wanted!r}; 'geostory regions --format csv' lists those in force")
    table = region_table([region for region in found if not args.id or region.id in args.id])
    if args.format == "gpkg":
        from geostory.export import write_geopackage

        write_geopackage(table, Path(args.output))
    elif args.output is not None:
        from geostory.export import write
        from geostory.page import write_whole

        pieces: list[str] = []
        write([table], args.format, pieces.append)
        write_whole(args.output, "".join(pieces))
    else:
        _out(args, [table])
    return 0


def _check(args: argparse.Namespace) -> int:
    from geostory.packs import check_packs
    from geostory.territories import pack_report

    faults = check_packs(None if args.target is None else Path(args.target))
    report = [] if faults else pack_report(None if args.target is None else Path(args.target))
    if args.format == "json":
        print(json.dumps({"faults": faults, **({"regions": report} if report else {})}, ensure_ascii=False, indent=1))
    else:
        for line in faults:
            print(line)
        if report:
            from geostory.tables import Table

            _out(args, [Table(head={}, key="packs", rows=report, geometries=[None] * len(report))])
    if faults:
        print(f"geostory: {len(faults)} faults in the region packs", file=sys.stderr)
    return 1 if faults else 0


def _measure(args: argparse.Namespace) -> int:
    from geostory.geodesy import geodesic_line, unwrap
    from geostory.measures import measure, why_no_mainland
    from geostory.search import describe, find_place
    from geostory.tables import Table, position

    named = [end[9:] if end.lower().startswith("mainland ") else end for end in (args.a, args.b)]
    places = [find_place(name) for name in named]
    told: list[str] = []
    for name, place in zip(named, places, strict=True):
        if (others := _others(name, place)) and others not in told:
            told.append(others)
            print(f"geostory: {name!r} is taken for {describe(place)}; it may also be {others}", file=sys.stderr)
    mode = args.mode
    if named != [args.a, args.b]:
        for end, name, place in zip((args.a, args.b), named, places, strict=True):
            if end != name and (reason := why_no_mainland(place)):
                raise UsageError(f"{end!r}: {reason}")
        # 'mainland China' against 'Taiwan' means Taiwan's main island too, as it does in an article.
        whole = [place for end, name, place in zip((args.a, args.b), named, places, strict=True) if end == name]
        mode = "mainland" if all(place.feature.startswith("PCL") for place in whole) else mode
    result = measure(*(places if mode == "mainland" else (args.a, args.b)), mode=mode)
    row = {
        "distance_m": round(result.distance_m, 1),
        "from": places[0].name,
        "to": places[1].name,
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


def _others(name: str, taken: Candidate) -> str:
    """Up to three other places that a name may well stand for, in words; hamlets are not listed."""
    from geostory.search import describe, geocode_candidates
    from geostory.senses import one_place

    found = geocode_candidates(name) if taken.gazetteer_id else []
    isles = f"{name} islands".lower()  # 'Orkney' is a town in South Africa by its own name
    others = [
        c
        for c in found
        if (c.match == "name" or c.name.lower() == isles) and c.country != taken.country and not one_place(c, taken)
    ]
    told = [describe(c) for c in others if c.population * 50 >= taken.population]
    return "; ".join(dict.fromkeys(told[:3]))


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
    from geostory.search import geocode_candidates
    from geostory.tables import candidate_table

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
    from geostory.search import position
    from geostory.tables import surroundings_table

    pairs = [position(text) for text in args.positions]
    if None in pairs:
        raise UsageError(f"{args.positions[pairs.index(None)]!r} is no position; write LAT,LON, such as 61.2,-149.9")
    _out(args, [surroundings_table([pair for pair in pairs if pair])])
    return 0


def _render(args: argparse.Namespace) -> int:
    from geostory.batch import render, write_index
    from geostory.tiles import find_tiles

    trouble = _Trouble()
    options = _options(args)
    folder = Path(args.output)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"-o {folder}: it is a file; give a folder")
    assets = None if args.assets is None else Path(args.assets)
    if assets is not None and assets.exists() and not assets.is_dir():
        raise UsageError(f"--assets {assets}: it is a file; give a folder")
    tiles = None if args.tiles is None else find_tiles(args.tiles)
    pages = []
    for article in _progress(_articles(args, trouble)):
        try:
            page = render(article, folder, show_verdicts=args.show_verdicts, assets=assets, tiles=tiles, **options)
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
    args.date = args.near = args.profile = None
    args.recogniser, args.no_demonyms, args.no_facilities, args.show_verdicts = "accurate", False, False, False
    args.as_of, args.worldview, args.packs, args.layer = None, "house", None, None
    args.assets = args.tiles = None
    return _render(args)


_COMMANDS = {
    "render": _render,
    "read": _read,
    "places": _rows,
    "distances": _rows,
    "profile": _profile,
    "regions": _regions,
    "check": _check,
    "measure": _measure,
    "geocode": _geocode,
    "reverse": _reverse,
    "demo": _demo,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status: 0 done, 1 something failed, 2 misused."""
    args = parser().parse_args(argv)
    if sys.stdout is None:
        print(f"geostory {args.command}: standard output is closed", file=sys.stderr)
        return 1
    try:
        status = _COMMANDS[args.command](args)
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
