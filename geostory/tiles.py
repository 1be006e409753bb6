"""Tiles of others under a map: those of a provider that xyzservices knows, or those in a file beside the page."""

import difflib
import os
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from geostory.errors import UsageError
from geostory.escapes import unturned
from geostory.pmtiles import read_archive

__all__ = ["Tiles", "find_tiles"]

_LEFT_TO_THE_PAGE = {name: f"{{{name}}}" for name in ("x", "y", "z", "s", "r")}
_MERCATOR = ("", "EPSG:3857", "EPSG:900913")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """Raster tiles of a provider or of a file.

    Attributes
    ----------
    name : str
        As xyzservices has it: 'OpenStreetMap.Mapnik'; or as the file's maker calls it.
    url : str
        With ``{x}``, ``{y}`` and ``{z}``, and perhaps ``{s}`` for a server's letter and ``{r}`` for the finer kind; of
        a file its address from the page.
    servers : tuple of str
        What stands for ``{s}``; empty where the address has none.
    hosts : tuple of str
        Every host that a page with these tiles asks, and no other.
    credit : tuple of (str, str)
        Pieces of the attribution that the provider asks for, each with the address it leads to or ''.
    zooms : tuple of int
        Lowest and highest zoom of which there are tiles.
    picture : str
        Media type of the tiles in a PMTiles file; empty for a provider.
    """

    name: str
    url: str
    servers: tuple[str, ...]
    hosts: tuple[str, ...]
    credit: tuple[tuple[str, str], ...]
    zooms: tuple[int, int]
    picture: str = ""

    def block(self) -> dict[str, Any]:
        """Plain JSON values for the page's block: 'tiles', and 'pmtiles' where they lie in a file."""
        tiles = {
            "name": self.name,
            "url": self.url,
            "servers": list(self.servers),
            "hosts": list(self.hosts),
            "credit": [list(piece) for piece in self.credit],
            "zooms": list(self.zooms),
        }
        return {"tiles": tiles, **({"pmtiles": {"picture": self.picture}} if self.picture else {})}


def find_tiles(name: str, folder: Path | None = None) -> Tiles:
    """The tiles of a provider that xyzservices knows, or of a PMTiles file.

    Parameters
    ----------
    name : str
        As xyzservices has it; case, dots and dashes don't matter. The list: https://xyzservices.readthedocs.io. Or the
        path of a file that ends in .pmtiles.
    folder : pathlib.Path, optional
        Where the pages go that will read the file, by its address from there; without it, the file's own folder.

    Returns
    -------
    Tiles

    Raises
    ------
    UsageError
        If there is no such provider, which names the nearest; or if its tiles can't be used: they need a key, lie in
        another projection than Web Mercator, are known to be broken, or come unencrypted; or if the file can't be used
        (:func:`geostory.pmtiles.read_archive`).

    Examples
    --------
    >>> find_tiles("openstreetmap.mapnik").hosts
    ('tile.openstreetmap.org',)
    """
    if Path(name).suffix.lower() == ".pmtiles":
        return _of_file(name, folder)
    provider = _provider(name)
    called = str(provider["name"])
    if reason := _unfit(provider):
        raise UsageError(f"--tiles {called}: {reason}")
    parts = {**provider, **_LEFT_TO_THE_PAGE}
    url = re.sub(r"\{(\w+)\}", lambda found: str(parts[found[1]]), provider["url"])
    servers = tuple(provider.get("subdomains", "abc")) if "{s}" in url else ()
    hosts = tuple(dict.fromkeys(urlsplit(url.replace("{s}", server)).netloc for server in servers or ("",)))
    return Tiles(
        name=called,
        url=url,
        servers=servers,
        hosts=hosts,
        credit=_pieces(str(provider.get("html_attribution") or provider.get("attribution") or called)),
        zooms=(int(provider.get("min_zoom", 0)), int(provider.get("max_zoom", 18))),
    )


def _of_file(name: str, folder: Path | None) -> Tiles:
    """The tiles in a file, whose words are text and never a link."""
    if "://" in name:
        raise UsageError(f"--tiles {name}: it is an address; give a file that will stand beside the page")
    path = Path(name)
    try:
        archive = read_archive(path)
        address = Path(os.path.relpath(path.resolve(), (folder or path.parent).resolve())).as_posix()
    except UsageError as error:
        raise UsageError(f"--tiles {error}") from None
    except ValueError:
        raise UsageError(f"--tiles {name}: put it on the drive of the pages") from None
    credit = "".join(words for words, _ in _pieces(archive.attribution))
    return Tiles(
        name=_told(archive.name),
        url=quote(address),
        servers=(),
        hosts=(),
        credit=((_told(credit), ""),) if _told(credit) else (),
        zooms=archive.zooms,
        picture=archive.picture,
    )


def _told(words: str) -> str:
    """A file's words on one line, without signs that turn what stands beside them."""
    return " ".join(unturned(words).split())[:200]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _provider(name: str) -> dict[str, Any]:
    from xyzservices import providers

    known = {_plain(called): provider for called, provider in providers.flatten().items()}
    wanted = _plain(name)
    if wanted in known:
        return dict(known[wanted])
    # A provider of several kinds of tiles, such as 'CartoDB', is near to all of them.
    near = [key for key in known if wanted and key.startswith(wanted)][:4] or difflib.get_close_matches(
        wanted, known, 4
    )
    near = near or difflib.get_close_matches("openstreetmapmapnik", known, 1)
    choices = ", ".join(known[key]["name"] for key in near)
    raise UsageError(f"--tiles {name}: xyzservices knows no such provider; the nearest are {choices}")


def _unfit(provider: dict[str, Any]) -> str:
    """Why a provider's tiles can't be used; empty if they can."""
    keys = [key for key, value in provider.items() if isinstance(value, str) and "<insert your" in value]
    used = [key for key in keys if f"{{{key}}}" in provider["url"]]
    if used:
        return f"it needs a key of yours ('{used[0]}'), which everyone could read in the page; choose one without"
    if str(provider.get("crs", "")) not in _MERCATOR or provider.get("tms"):
        return f"its tiles lie in another grid ({provider.get('crs', 'TMS')}) than Web Mercator; choose another"
    if provider.get("status") == "broken":
        return "xyzservices knows it to be broken; choose another"
    if not str(provider["url"]).startswith("https://"):
        return "its tiles come unencrypted, which browsers refuse within a page; choose another"
    gaps = set(re.findall(r"\{(\w+)\}", provider["url"])) - {*provider, *_LEFT_TO_THE_PAGE}
    return f"xyzservices doesn't say what its address needs ({', '.join(sorted(gaps))}); choose another" if gaps else ""


class _Credit(HTMLParser):
    """Text of an attribution, and where its links lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[str, str]] = []
        self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._address = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._address = ""

    def handle_data(self, data: str) -> None:
        self.pieces.append((data, self._address))


def _pieces(markup: str) -> tuple[tuple[str, str], ...]:
    reader = _Credit()
    reader.feed(markup)
    reader.close()
    return tuple(reader.pieces)
