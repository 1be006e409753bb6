"""The command line: reads sources, hands them to the functions of the other modules, prints rows or writes pages."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geostory.arguments import parser
from geostory.errors import GeostoryError, UnknownNameError, UsageError
from geostory.inputs import Trouble, articles_of, finish, near_of, options_of, progress, tell_others
from geostory.publishing import locate_places, map_sample, render_pages

if TYPE_CHECKING:
    from geostory.tables import Table

__all__ = ["main"]


def _out(args: argparse.Namespace, tables: Iterable[Table]) -> None:
    from geostory.export import write

    write(tables, args.format, sys.stdout.write)
    sys.stdout.flush()


def _read(args: argparse.Namespace) -> int:
    from geostory.tables import Table, article_row

    trouble = Trouble()
    articles = list(articles_of(args, trouble))
    rows = [article_row(article) for article in articles]
    if rows:
        _out(args, [Table(head={}, key="articles", rows=rows, geometries=[None] * len(rows))])
    return finish(trouble, len(rows))


def _rows(args: argparse.Namespace) -> int:
    from geostory.story import tell
    from geostory.tables import story_table

    trouble = Trouble()
    options = options_of(args)
    done = 0

    def tables() -> Iterator[Table]:
        nonlocal done
        for article in progress(articles_of(args, trouble)):
            story = tell(article, **options)
            for note in story.notes:
                print(f"geostory: {article.source or article.id}: {note}", file=sys.stderr)
            yield story_table(story, args.command)
            done += 1

    _out(args, tables())
    return finish(trouble, done)


def _profile(args: argparse.Namespace) -> int:
    from geostory.profiles import learn_profile, write_profile

    path = Path(args.output)
    if path.is_dir() or not path.parent.is_dir():
        raise UsageError(f"-o {path}: give the name of a file in a folder that is there")
    trouble = Trouble()
    name = path.stem if args.name is None else args.name
    articles = articles_of(args, trouble)
    first = next(articles, None)
    if first is None:
        return finish(trouble, 0)
    profile = learn_profile(progress(chain([first], articles)), name=name, recogniser=args.recogniser)
    write_profile(profile, path)
    print(path)
    return finish(trouble, profile.articles)


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
        from geostory.files import write_whole

        pieces: list[str] = []
        write([table], args.format, pieces.append)
        write_whole(args.output, "".join(pieces))
    else:
        _out(args, [table])
    return 0


def _check(args: argparse.Namespace) -> int:
    from geostory.checks import page_paths

    pages = None if args.target is None else page_paths(Path(args.target))
    if pages is not None:
        return _check_pages(args, pages)
    if args.desk is not None:
        raise UsageError("--desk goes with a page or a folder of pages")
    return _check_packs(args)


def _check_pages(args: argparse.Namespace, pages: Sequence[Path]) -> int:
    from geostory.checks import check_page, finding_lines

    found = {str(path): check_page(path, desk=Path(args.desk) if args.desk else path.parent) for path in pages}
    if args.format == "json":
        rows = [{"page": page, "findings": [asdict(finding) for finding in some]} for page, some in found.items()]
        print(json.dumps({"pages": rows}, ensure_ascii=False, indent=1))
    else:
        for page, some in found.items():
            print("\n".join(finding_lines(page, some)))
    return 1 if any(finding.level != "note" for some in found.values() for finding in some) else 0


def _check_packs(args: argparse.Namespace) -> int:
    from geostory.pack_checks import check_packs, pack_report
    from geostory.pack_warnings import pack_warnings

    faults = check_packs(None if args.target is None else Path(args.target))
    report = [] if faults else pack_report(None if args.target is None else Path(args.target))
    warnings = [] if faults else pack_warnings(None if args.target is None else Path(args.target))
    if args.format == "json":
        told = {"faults": faults, "warnings": warnings, **({"regions": report} if report else {})}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for line in warnings:
            print(f"geostory: warning: {line}", file=sys.stderr)
        for line in faults:
            print(line)
        if report:
            from geostory.tables import Table

            _out(args, [Table(head={}, key="packs", rows=report, geometries=[None] * len(report))])
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        print(f"geostory: {count} in the region packs", file=sys.stderr)
    return 1 if faults else 0


def _measure(args: argparse.Namespace) -> int:
    from geostory.geodesy import geodesic_line, unwrap
    from geostory.measures import measure, why_no_mainland
    from geostory.search import find_place
    from geostory.tables import Table, position

    named = [end[9:] if end.lower().startswith("mainland ") else end for end in (args.a, args.b)]
    places = [find_place(name) for name in named]
    tell_others(named, places)
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
    options = {"near": near_of(args), "country": args.country, "feature": args.feature}
    geocode_candidates("", **options)  # an unknown country or feature is refused before anything is read
    return _geocode_names(args, options) if args.csv is None else _geocode_csv(args, options)


def _geocode_names(args: argparse.Namespace, options: dict[str, Any]) -> int:
    from geostory.search import geocode_candidates
    from geostory.tables import candidate_table

    trouble = Trouble()
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
    return finish(trouble, done)


def _geocode_csv(args: argparse.Namespace, options: dict[str, Any]) -> int:
    from geostory.search import geocode_candidates
    from geostory.sheet import geocode_sheet

    sheet = geocode_sheet(args.csv, column=args.column, find=lambda name: geocode_candidates(name, **options))
    if args.output in (None, "-"):
        print(sheet.text, end="", flush=True)
    else:
        from geostory.files import write_whole

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


_COMMANDS = {
    "render": render_pages,
    "read": _read,
    "places": _rows,
    "distances": _rows,
    "profile": _profile,
    "regions": _regions,
    "check": _check,
    "measure": _measure,
    "locate": locate_places,
    "geocode": _geocode,
    "reverse": _reverse,
    "demo": map_sample,
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
