"""An editor's own steps over a story's map, from a small TOML file that docs/story-mode.md describes."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Any

from geostory.errors import ReadError, UsageError

__all__ = ["OwnStep", "read_steps"]

Bounds = tuple[float, float, float, float]

_KEYS = {"title", "text", "places", "bounds", "day"}


@dataclass(frozen=True, kw_only=True)
class OwnStep:
    """A step as an editor wrote it.

    Parameters
    ----------
    title, text : str
        Plain text, of which one may be empty; a blank line in ``text`` begins a paragraph.
    places : tuple of str
        What stands out: names on the map or in the article, or ids of features.
    bounds : tuple of float, optional
        (west, south, east, north) in degrees; west > east runs over ±180. Without it, around the places; without
        either, the whole map.
    day : datetime.date, optional
    where : str
        What it was read from, for messages.
    """

    title: str = ""
    text: str = ""
    places: tuple[str, ...] = ()
    bounds: Bounds | None = None
    day: date | None = None
    where: str = "a step"


def read_steps(path: str | PathLike[str]) -> tuple[OwnStep, ...]:
    """The steps of an editor's TOML file, in its order; docs/story-mode.md shows one.

    Raises
    ------
    ReadError
        If the file cannot be read or is no TOML.
    UsageError
        If there is no step in it, or a step is faulty: the line names the step and what to mend.
    """
    path = Path(path)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReadError(f"{path}: it cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise ReadError(f"{path}: it is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ReadError(f"{path}: it is no TOML: {' '.join(str(error).split())}") from None
    if other := sorted(set(raw) - {"step"}):
        raise UsageError(f"{path}: it has {other[0]!r}; only [[step]] tables may stand in it")
    rows = raw.get("step")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise UsageError(f"{path}: there is no step in it; begin each with a line [[step]]")
    return tuple(_own(row, f"{path}, step {number}") for number, row in enumerate(rows, start=1))


def _own(row: Mapping[str, Any], where: str) -> OwnStep:
    if unknown := sorted(set(row) - _KEYS):
        raise UsageError(f"{where}: it has no key {unknown[0]!r}; the keys are {', '.join(sorted(_KEYS))}")
    for key in ("title", "text"):
        if not isinstance(row.get(key, ""), str):
            raise UsageError(f"{where}: {key} has to be text in quotation marks")
    title, text = (str(row.get(key, "")).strip() for key in ("title", "text"))
    if not title and not text:
        raise UsageError(f"{where}: it is empty; give it a title or a text")
    places = row.get("places", [])
    if not isinstance(places, list) or not all(isinstance(name, str) and name.strip() for name in places):
        raise UsageError(f'{where}: places has to be a list of names, such as ["Anchorage", "Juneau"]')
    on = row.get("day")
    if on is not None and type(on) is not date:
        raise UsageError(f"{where}: day has to be a date without quotation marks, such as 2025-08-15")
    return OwnStep(
        title=title, text=text, places=tuple(places), bounds=_own_bounds(row.get("bounds"), where), day=on, where=where
    )


def _own_bounds(given: object, where: str) -> Bounds | None:
    if given is None:
        return None
    numbers = isinstance(given, list) and len(given) == 4 and all(type(value) in (int, float) for value in given)
    if not numbers:
        raise UsageError(f"{where}: bounds has to be four numbers, [west, south, east, north] in degrees")
    assert isinstance(given, list)
    west, south, east, north = (float(value) for value in given)
    if not (-90 <= south < north <= 90):
        raise UsageError(f"{where}: bounds {given}: south has to lie below north, both within ±90")
    if not (-180 <= west <= 180 and -180 <= east <= 540) or west == east or east - west > 360:
        raise UsageError(f"{where}: bounds {given}: west and east have to be two longitudes; over ±180, west > east")
    return west, south, east if east > west else east + 360, north
