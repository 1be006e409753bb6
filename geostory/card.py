"""A page's head: what search engines, link previews and other programs are told of the map."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from geostory import __version__
from geostory.errors import UsageError
from geostory.escapes import inline_json, markup_text

__all__ = ["Site", "card_head", "content_version", "map_title"]

Block = Mapping[str, Any]

_MOST_PLACES = 20  # in the page's linked data; the story's own order has the most spoken of first


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where a page will stand, and what stands beside it.

    Parameters
    ----------
    name : str
        Of the page's files, without ending.
    base_url : str
        Address of the folder they go to, with its scheme; empty where nobody said, and addresses are relative then.
    picture : (width, height), optional
        Size of ``NAME.png`` in pixels; None where there is none.
    oembed : bool
        Whether ``NAME.oembed.json`` stands there too.

    Raises
    ------
    UsageError
        If ``base_url`` is no plain http or https address.

    Examples
    --------
    >>> Site(name="talks", base_url="https://example.org/maps").at(".png")
    'https://example.org/maps/talks.png'
    >>> Site(name="talks").at(".png")
    'talks.png'
    """

    name: str
    base_url: str = ""
    picture: tuple[int, int] | None = None
    oembed: bool = False

    def __post_init__(self) -> None:
        if self.base_url:
            object.__setattr__(self, "base_url", _folder(self.base_url))

    def at(self, ending: str) -> str:
        """Address of the file ``NAME`` with an ending."""
        return f"{self.base_url}{self.name}{ending}"

    @property
    def origin(self) -> str:
        """Scheme and host of the site, or nothing."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}" if self.base_url else ""


def _folder(address: str) -> str:
    """The address with a slash at its end, if it is one that a folder can have."""
    try:
        parts = urlsplit(address)
        plain = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        plain = False
    if not plain or re.search(r"[^!-~]|[\"'<>\\^`{|}@?#]", address):
        raise UsageError(f"--base-url {address!r}: give the folder's address, such as https://example.org/maps/")
    return address.rstrip("/") + "/"


def content_version(block: Block, text: str = "") -> str:
    """Version of the program and 16 hex digits of the hash of all that the page shows: equal pages, equal versions.

    Parameters
    ----------
    block : Mapping
        The page's JSON block.
    text : str
        The block as :func:`geostory.escapes.inline_json` writes it, where that is at hand: writing takes 10 ms.

    Returns
    -------
    str
        As in ``1.2.0+0f5a...``, the form that semantic versioning has for builds.
    """
    return f"{__version__}+{hashlib.sha256((text or inline_json(block)).encode()).hexdigest()[:16]}"


def map_title(block: Block) -> str:
    """The map's title for those who hear it or see it in a list.

    Examples
    --------
    >>> map_title({"title": "Talks in Anchorage"})
    'Map: Talks in Anchorage'
    """
    return f"Map: {block['title']}"


def card_head(block: Block, site: Site | None = None, *, text: str = "") -> str:
    """Markup for a page's head: version, Open Graph and Twitter card, canonical link, oEmbed discovery, JSON-LD.

    Only the block's title, caption, description, source, dates and names from the gazetteer are in it, never the
    article's text. What has to be an absolute address (https://ogp.me/) is left out where the site's is not known.

    Parameters
    ----------
    block : Mapping
        The page's JSON block.
    site : Site, optional
        Where the page will stand, where that is known.
    text : str
        As for :func:`content_version`.

    Returns
    -------
    str
        Whole lines.

    Examples
    --------
    >>> head = card_head({"title": "Talks", "dek": "Places: Anchorage.", "frame": [-151, 61, -149, 62]})
    >>> '<meta property="og:title" content="Talks">' in head
    True
    """
    version = content_version(block, text)
    lines = [_meta("name", "geostory-version", version)]
    lines += [_meta("property", f"og:{key}", value) for key, value in _open_graph(block, site) if value]
    if block.get("published"):
        lines.append(_meta("property", "article:published_time", block["published"]))
    pictured = site is not None and site.base_url and site.picture
    lines.append(_meta("name", "twitter:card", "summary_large_image" if pictured else "summary"))
    if site is not None and site.base_url:
        lines.append(f'<link rel="canonical" href="{markup_text(site.at(".html"))}">')
    if site is not None and site.oembed:
        lines.append(
            f'<link rel="alternate" type="application/json+oembed" href="{markup_text(site.at(".oembed.json"))}" '
            f'title="{markup_text(map_title(block))}">'
        )
    lines.append(f'<script type="application/ld+json">{inline_json(_linked_data(block, version, site))}</script>')
    return "".join(f"{line}\n" for line in lines)


def _meta(kind: str, key: str, value: object) -> str:
    return f'<meta {kind}="{key}" content="{markup_text(value)}">'


def _open_graph(block: Block, site: Site | None) -> list[tuple[str, str]]:
    tags = [
        ("type", "article"),
        ("title", block["title"]),
        ("description", block.get("dek", "")),
        ("site_name", block.get("kicker", "")),
    ]
    if site is None or not site.base_url:
        return tags
    tags.append(("url", site.at(".html")))
    if site.picture:
        width, height = site.picture
        tags += [
            ("image", site.at(".png")),
            ("image:type", "image/png"),
            ("image:width", str(width)),
            ("image:height", str(height)),
            ("image:alt", block.get("description") or block["title"]),
        ]
    return tags


# --- linked data ------------------------------------------------------------------------------------------------------


def _linked_data(block: Block, version: str, site: Site | None) -> dict[str, Any]:
    """The map in the words of https://schema.org/Map; what nobody said is left out."""
    absolute = site if site is not None and site.base_url else None
    data = {
        "@context": "https://schema.org",
        "@type": "Map",
        "name": block["title"],
        "description": block.get("description", ""),
        "inLanguage": block.get("lang", ""),
        "url": absolute.at(".html") if absolute else "",
        "image": absolute.at(".png") if absolute and absolute.picture else "",
        "version": version,
        "datePublished": block.get("published", ""),
        "spatialCoverage": {"@type": "Place", "geo": _boxes(block["frame"])},
        "about": _about(block),
        "isBasedOn": _article(block),
        "creditText": "; ".join(block.get("credits", ())),
    }
    return {key: value for key, value in data.items() if value}


def _article(block: Block) -> dict[str, Any]:
    if not block.get("address"):
        return {}
    data = {
        "@type": "NewsArticle",
        "url": block["address"],
        "datePublished": block.get("published", ""),
        "publisher": {"@type": "Organization", "name": block["kicker"]} if block.get("kicker") else "",
    }
    return {key: value for key, value in data.items() if value}


def _boxes(frame: Sequence[float]) -> dict[str, str] | list[dict[str, str]]:
    """The frame as a GeoShape's box, lower corner and latitude first; two of them where it spans the antimeridian."""
    west, south, east, north = frame
    south, north = max(south, -90), min(north, 90)
    if east - west >= 360:
        return _box(-180, south, 180, north)
    west, east = _within(west), _within(east)
    if west < east:
        return _box(west, south, east, north)
    return [_box(west, south, 180, north), _box(-180, south, east, north)]


def _within(lon: float) -> float:
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180


def _box(west: float, south: float, east: float, north: float) -> dict[str, str]:
    return {"@type": "GeoShape", "box": " ".join(f"{value:.4f}" for value in (south, west, north, east))}


def _about(block: Block) -> list[dict[str, Any]]:
    """The sure places by their gazetteer's names, then the regions; an area has no one position."""
    about: list[dict[str, Any]] = []
    features = {f["id"]: f for layer in block.get("layers", ()) if layer["id"] == "places" for f in layer["features"]}
    sure = [p for p in block.get("places", ()) if p["feature"] in features and not features[p["feature"]]["dashed"]]
    for place in sure[:_MOST_PLACES]:
        lon, lat = features[place["feature"]]["label_at"]
        point = features[place["feature"]]["kind"] == "dot"
        geo = {"@type": "GeoCoordinates", "latitude": lat, "longitude": round(_within(lon), 5)}
        about.append({"@type": "Place", "name": place["name"], **({"geo": geo} if point else {})})
    return about + [{"@type": "Place", "name": region["name"]} for region in block.get("regions", ())]
