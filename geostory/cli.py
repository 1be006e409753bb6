"""The command line: reads sources, hands them to the functions of the other modules, prints rows or writes pages."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geostory.arguments import parser
from geostory.errors import GeostoryError, ReadError, UnknownNameError, UsageError, WriteError
from geostory.models import Article, Candidate

if TYPE_CHECKING:
    from geostory.batch import Page
    from geostory.overlays import Overlay
    from geostory.own_steps import OwnStep
    from geostory.tables import Table

__all__ = ["main"]

_WORDS = ("title", "caption", "description", "credit", "corrected", "correction")  # options of one map

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
        **(_borders(args) | _added(args) if args.command in ("render", "demo") else {}),
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


def _added(args: argparse.Namespace) -> dict[str, Any]:
    """What an editor adds to a map: annotations, and words of their own."""
    from geostory.annotations import read_annotations
    from geostory.models import MapWords

    if args.correction and not args.corrected:
        raise UsageError("--correction needs --corrected DATE")
    given = {key: value for key in _WORDS if (value := getattr(args, key))}
    return {
        "annotations": read_annotations(args.annotations) if args.annotations is not None else (),
        "words": MapWords(**given),
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
    from geostory.pack_warnings import pack_warnings
    from geostory.packs import check_packs
    from geostory.territories import pack_report

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
        print(f"geostory: {len(faults)} faults in the region packs", file=sys.stderr)
    return 1 if faults else 0


def _measure(args: argparse.Namespace) -> int:
    from geostory.geodesy import geodesic_line, unwrap
    from geostory.measures import measure, why_no_mainland
    from geostory.search import find_place
    from geostory.tables import Table, position

    named = [end[9:] if end.lower().startswith("mainland ") else end for end in (args.a, args.b)]
    places = [find_place(name) for name in named]
    _tell_others(named, places)
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


def _tell_others(names: Sequence[str], places: Sequence[Candidate]) -> None:
    """Say on standard error what else each name may be."""
    from geostory.search import describe

    told: list[str] = []
    for name, place in zip(names, places, strict=True):
        if (others := _others(name, place)) and others not in told:
            told.append(others)
            print(f"geostory: {name!r} is taken for {describe(place)}; it may also be {others}", file=sys.stderr)


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


def _render(args: argparse.Namespace) -> int:
    from geostory.batch import render, write_index
    from geostory.image import Images
    from geostory.tiles import find_tiles

    trouble = _Trouble()
    if args.embed and "png" in (args.image or ()):
        raise UsageError("--embed writes NAME.png itself, as a card of 1200x630; leave --image png out")
    images = Images(args.image, size=args.size, scale=args.scale) if args.image else None
    options = _options(args)
    folder = Path(args.output)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"-o {folder}: it is a file; give a folder")
    assets = None if args.assets is None else Path(args.assets)
    if assets is not None and assets.exists() and not assets.is_dir():
        raise UsageError(f"--assets {assets}: it is a file; give a folder")
    tiles = None if args.tiles is None else find_tiles(args.tiles)
    telling = {
        "show_verdicts": args.show_verdicts,
        "text": args.text,
        "layout": args.layout,
        "steps": _steps(args),
        "tiles": tiles,
        "lang": args.lang,
        "views": _views(args),
    }
    pages: list[Page] = []
    articles = _articles(args, trouble)
    published = _published(args)
    if args.name is not None:
        articles = _only_one(articles)
    if given := [f"--{key}" for key in _WORDS if getattr(args, key)]:
        first = list(islice(articles, 2))
        if len(first) > 1:
            raise UsageError(f"{given[0]} is for one article, and there are several; give one, or map_title with each")
        articles = iter(first)
    for article in _progress(articles):
        if pages and telling["steps"]:
            raise UsageError(f"--story {args.story}: it is for one article, and there are several")
        try:
            page = render(article, folder, images=images, assets=assets, **telling, **published, **options)
        except WriteError:
            raise
        except GeostoryError as error:
            trouble.say(type(error)(f"{article.source or article.id}: {error}"))
            continue
        pages.append(page)
        print(page.path)
        for beside in page.beside:
            print(beside)
        for line in page.desk:
            print(f"geostory: {page.path.name}: {line}", file=sys.stderr)
    if len(pages) > 1:
        print(write_index(pages, folder))
    return _finish(trouble, len(pages))


def _views(args: argparse.Namespace) -> tuple[str, ...]:
    """The worldviews that readers may switch to; what that may bring is said once."""
    from geostory.pack_warnings import READER_SWITCH
    from geostory.packs import read_packs
    from geostory.territories import view_of

    views = tuple(view.strip() for view in (args.view_switch or "").split(",") if view.strip())
    packs = read_packs(None if args.packs is None else Path(args.packs))
    for view in views:
        view_of(view, packs)
    if views:
        print(f"geostory: --view-switch: {READER_SWITCH.format(views=', '.join(views))}", file=sys.stderr)
    return views


def _published(args: argparse.Namespace) -> dict[str, Any]:
    """Under what name and address pages go out, and with what beside them."""
    from geostory.card import Site
    from geostory.embed import checked_name

    if args.base_url is not None and not args.embed:
        raise UsageError("--base-url goes with --embed")
    Site(name="", base_url=args.base_url or "")  # an address that is none is refused before anything is read
    if args.embed and args.base_url is None:
        told = "NAME.oembed.json and the page's card need whole addresses; those in NAME.snippet.html are relative now"
        print(f"geostory: no --base-url: {told}", file=sys.stderr)
    return {
        "name": checked_name(args.name) if args.name is not None else "",
        "embed": args.embed,
        "base_url": args.base_url or "",
        "desk": Path(args.desk) if args.desk is not None else None,
    }


def _only_one(articles: Iterator[Article]) -> Iterator[Article]:
    found = list(articles)
    if len(found) > 1:
        raise UsageError(f"--name is for one article, and the sources hold {len(found)}")
    return iter(found)


def _locate(args: argparse.Namespace) -> int:
    from geostory.batch import write_locator
    from geostory.search import find_place

    folder = Path(args.output)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"-o {folder}: it is a file; give a folder")
    _tell_others(args.names, [find_place(name) for name in args.names])
    print(write_locator(args.names, folder, lang=args.lang, **_borders(args), **_added(args)))
    return 0


def _steps(args: argparse.Namespace) -> tuple[OwnStep, ...] | None:
    from geostory.own_steps import read_steps

    return None if args.story is None else read_steps(args.story)


def _demo(args: argparse.Namespace) -> int:
    from geostory.resources import data_path

    sample = str(data_path("articles", "alaska-summit.md"))  # geostory's own words, so that all of them may stand there
    return _render(parser().parse_args(["render", sample, "--text", "full", "-o", args.output]))


_COMMANDS = {
    "render": _render,
    "read": _read,
    "places": _rows,
    "distances": _rows,
    "profile": _profile,
    "regions": _regions,
    "check": _check,
    "measure": _measure,
    "locate": _locate,
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
