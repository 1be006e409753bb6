"""Archives of map tiles in one file, as Protomaps' PMTiles, version 3, has them: what one holds, and if it is whole.

https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md. The page reads the tiles themselves (``pmtiles.js``).
"""

import gzip
import io
import json
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from geostory.errors import UsageError

__all__ = ["Archive", "read_archive"]

_HEADER = 127  # bytes
_FIRST = 16_384  # bytes in which header and root directory lie
_MOST = 16_000_000  # bytes: metadata and directories are smaller
_SPANS = ("root directory", "metadata", "leaf directories", "tiles")
_PICTURES = {2: "image/png", 3: "image/jpeg", 4: "image/webp", 5: "image/avif"}
_NONE, _GZIP = 1, 2
_DEEPEST = 26  # zoom
_Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What a file of raster tiles says of itself.

    Attributes
    ----------
    name : str
        What its maker calls it, else the file's name.
    attribution : str
        As it stands in the file: text or markup of others.
    picture : str
        Media type of its tiles: 'image/png'.
    zooms : tuple of int
        Lowest and highest zoom of which there are tiles.
    bounds : tuple of float
        (west, south, east, north) of the ground that it covers, in degrees.
    """

    name: str
    attribution: str
    picture: str
    zooms: tuple[int, int]
    bounds: _Bounds


def read_archive(path: Path) -> Archive:
    """What a PMTiles file holds, by its header, its root directory and its metadata.

    Raises
    ------
    UsageError
        If the file can't be read, is none of version 3, is damaged or cut short, or holds no pictures.

    Examples
    --------
    >>> read_archive(Path("nowhere.pmtiles"))
    Traceback (most recent call last):
    geostory.errors.UsageError: nowhere.pmtiles: it can't be read (No such file or directory)
    """
    try:
        with path.open("rb") as file:
            return _read(file, path.stat().st_size, path.name)
    except _UnfitError as error:
        raise UsageError(f"{path}: {error}") from None
    except OSError as error:
        raise UsageError(f"{path}: it can't be read ({error.strerror or error})") from None


class _UnfitError(Exception):
    """Why a file can't be used."""


def _read(file: BinaryIO, size: int, called: str) -> Archive:
    head = file.read(_HEADER)
    if not head.startswith(b"PMTiles"):
        raise _UnfitError("it is no PMTiles file")
    if head[7:8] != b"\x03":
        raise _UnfitError(f"it is of PMTiles version {head[7:8].hex() or '?'}; convert it to version 3")
    if len(head) < _HEADER:
        raise _UnfitError("it is cut short; copy it again")
    spans = list(zip(*[iter(struct.unpack_from("<8Q", head, 8))] * 2, strict=True))
    inner, packed, kind, lowest, highest = head[97], head[98], head[99], head[100], head[101]
    if kind == 1:
        raise _UnfitError("it holds vector tiles (MVT), which are not drawn; give one with png, jpeg, webp or avif")
    if kind not in _PICTURES:
        raise _UnfitError(f"it holds tiles of an unknown kind ({kind}); give one with png, jpeg, webp or avif")
    if inner not in (_NONE, _GZIP) or packed not in (0, _NONE):
        raise _UnfitError("browsers can't unpack it; its directories must be gzip, its tiles as they are")
    for name, (start, length) in zip(_SPANS, spans, strict=True):
        if start + length > size:
            raise _UnfitError(
                f"it is cut short: its {name} would end at byte {start + length:,} of {size:,}; copy it again"
            )
    if sum(spans[0]) > _FIRST or not spans[0][1] or not spans[3][1]:
        raise _UnfitError("it is damaged: it has no root directory at its beginning, or no tiles")
    west, south, east, north = (value / 1e7 for value in struct.unpack_from("<4i", head, 102))
    if not lowest <= highest <= _DEEPEST or not (-180 <= west <= 180 and -90 <= south <= north <= 90):
        raise _UnfitError("it is damaged: its header gives zooms or bounds that can't be")
    entries = _part(file, *spans[0], gzipped=inner == _GZIP, name=_SPANS[0])
    if not entries or not entries[0]:
        raise _UnfitError("it is damaged: its root directory is empty")
    told = _metadata(_part(file, *spans[1], gzipped=inner == _GZIP, name=_SPANS[1]) if spans[1][1] else b"{}")
    return Archive(
        name=told.get("name") or called,
        attribution=told.get("attribution", ""),
        picture=_PICTURES[kind],
        zooms=(lowest, highest),
        bounds=(west, south, east, north),
    )


def _part(file: BinaryIO, start: int, length: int, *, gzipped: bool, name: str) -> bytes:
    file.seek(start)
    held = file.read(min(length, _MOST))
    if not gzipped:
        return held
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(held)) as opened:
            return opened.read(_MOST)
    except (OSError, EOFError, zlib.error):
        raise _UnfitError(f"it is damaged: its {name} can't be unpacked") from None


def _metadata(held: bytes) -> dict[str, str]:
    """The words of an archive's metadata."""
    try:
        told = json.loads(held)
    except ValueError:
        raise _UnfitError("it is damaged: its metadata is no JSON") from None
    return {key: value for key, value in told.items() if isinstance(value, str)} if isinstance(told, dict) else {}
