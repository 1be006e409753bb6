"""What the commands are given: sources to read, options to tell stories by, and what went wrong on the way."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geostory.errors import ReadError, UsageError
from geostory.models import Article, Candidate

if TYPE_CHECKING:
    from geostory.overlays import Overlay

__all__ = [
    "WORDS",
    "Trouble",
    "added_of",
    "articles_of",
    "borders_of",
    "finish",
    "near_of",
    "options_of",
    "progress",
    "tell_others",
]


WORDS = ("title", "caption", "description", "credit", "corrected", "correction")  # options of one map


class Trouble:
    """What went wrong so far: said at once on standard error, counted for the summary and the exit status."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, error: Exception) -> None:
        self.lines.append(str(error))
        print(f"geostory: {error}", file=sys.stderr)


def articles_of(args: argparse.Namespace, trouble: Trouble) -> Iterator[Article]:
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


def progress(articles: Iterator[Article]) -> Iterator[Article]:
    from tqdm import tqdm

    return iter(tqdm(articles, unit=" articles", disable=not sys.stderr.isatty(), leave=False))


def near_of(args: argparse.Namespace) -> Candidate | None:
    from geostory.search import find_place

    return None if args.near is None else find_place(args.near)


def options_of(args: argparse.Namespace) -> dict[str, Any]:
    """How stories are to be told."""
    from geostory.profiles import read_profile

    near = near_of(args)
    return {
        "near": near and (near.lat, near.lon),
        "profile": read_profile(args.profile) if args.profile is not None else None,
        "recogniser": args.recogniser,
        "demonyms": not args.no_demonyms,
        "facilities": not args.no_facilities,
        **(borders_of(args) | added_of(args) if args.command in ("render", "demo") else {}),
    }


def borders_of(args: argparse.Namespace) -> dict[str, Any]:
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


def added_of(args: argparse.Namespace) -> dict[str, Any]:
    """What an editor adds to a map: annotations, and words of their own."""
    from geostory.annotations import read_annotations
    from geostory.models import MapWords

    if args.correction and not args.corrected:
        raise UsageError("--correction needs --corrected DATE")
    given = {key: value for key in WORDS if (value := getattr(args, key))}
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


def finish(trouble: Trouble, done: int) -> int:
    if trouble.lines and done:
        print(f"geostory: {done} done, {len(trouble.lines)} failed", file=sys.stderr)
    return 1 if trouble.lines else 0


def tell_others(names: Sequence[str], places: Sequence[Candidate]) -> None:
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
