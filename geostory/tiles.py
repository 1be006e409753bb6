"""Tiles of others under a map, by the name that xyzservices gives their provider: where from, and whose they are."""

import difflib
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geostory.errors import UsageError

__all__ = ["Tiles", "find_tiles"]

_LEFT_TO_THE_PAGE = {name: f"{{{name}}}" for name in ("x", "y", "z", "s", "r")}
_MERCATOR = ("", "EPSG:3857", "EPSG:900913")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """A provider's raster tiles.

    Attributes
    ----------
    name : str
        As xyzservices has it: 'OpenStreetMap.Mapnik'.
    url : str
        With ``{x}``, ``{y}`` and ``{z}``, and perhaps ``{s}`` for a server's letter and ``{r}`` for the finer kind.
    servers : tuple of str
        What stands for ``{s}``; empty where the address has none.
    hosts : tuple of str
        Every host that a page with these tiles asks, and no other.
    credit : tuple of (str, str)
        Pieces of the attribution that the provider asks for, each with the address it leads to or ''.
    zooms : tuple of int
        Lowest and highest zoom of which there are tiles.
    """

    name: str
    url: str
    servers: tuple[str, ...]
    hosts: tuple[str, ...]
    credit: tuple[tuple[str, str], ...]
    zooms: tuple[int, int]

    def block(self) -> dict[str, Any]:
        """Plain JSON values for the page's block, which then draws them and nothing else of the ground."""
        return {
            "name": self.name,
            "url": self.url,
            "servers": list(self.servers),
            "hosts": list(self.hosts),
            "credit": [list(piece) for piece in self.credit],
            "zooms": list(self.zooms),
        }


def find_tiles(name: str) -> Tiles:
    """The tiles of a provider that xyzservices knows.

    Parameters
    ----------
    name : str
        As xyzservices has it; case, dots and dashes don't matter. The list: https://xyzservices.readthedocs.io.

    Returns
    -------
    Tiles

    Raises
    ------
    UsageError
        If there is no such provider, which names the nearest; or if its tiles can't be used: they need a key, lie in
        another projection than Web Mercator, are known to be broken, or come unencrypted.

    Examples
    --------
    >>> find_tiles("openstreetmap.mapnik").hosts
    ('tile.openstreetmap.org',)
    """
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


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _provider(name: str) -> dict[str, Any]:
    from xyzservices import providers

    if Path(name).suffix.lower() == ".pmtiles":
        raise UsageError(f"--tiles {name}: PMTiles files are not drawn; give the name of a provider of raster tiles")
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
