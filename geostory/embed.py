"""What a newsroom pastes: the files beside a page that put it into another page."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geostory.card import Site, map_title
from geostory.errors import UsageError
from geostory.escapes import markup_text
from geostory.files import write_whole
from geostory.resources import template_text

__all__ = ["EMBED_ENDINGS", "checked_name", "oembed", "snippet", "write_embed"]

Block = Mapping[str, Any]

EMBED_ENDINGS = (".snippet.html", ".embed.js", ".oembed.json")
# No script of the map reaches the page around it, its cookies or its storage. A source's link opens as itself: without
# the last word the page that opens would be shut in too, and its own consent dialogue or login could not work.
_SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox"
_SIZE = (640, 480)  # pixels, for programs that want a number
_HEIGHT = 480  # until the map has spoken


def checked_name(name: str) -> str:
    """A name that a page's files may have.

    Raises
    ------
    UsageError
        If it is none.

    Examples
    --------
    >>> checked_name("summit-map")
    'summit-map'
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", name) or name.lower() == "index":
        raise UsageError(f"--name {name!r}: up to 100 letters, digits, '-' and '_', and not 'index'")
    return name


def _frame(block: Block, site: Site, *, marks: str, style: str, width: str, height: int) -> str:
    # Width and height stand as attributes too, for pages whose policy has no inline styles.
    return (
        f'<iframe {marks}src="{markup_text(site.at(".html"))}" title="{markup_text(map_title(block))}" loading="lazy" '
        f'sandbox="{_SANDBOX}" referrerpolicy="no-referrer" allowfullscreen width="{width}" height="{height}" '
        f'style="{style}"></iframe>'
    )


def _plain(block: Block, site: Site, *, width: str, height: int) -> str:
    """The frame that needs no script: three high to four wide, and never too low for a phone."""
    style = "border:0;width:100%;height:auto;aspect-ratio:4/3;min-height:440px"
    return _frame(block, site, marks="", style=style, width=width, height=height)


def snippet(block: Block, site: Site) -> str:
    """Markup to paste: a frame that sizes itself with ``NAME.embed.js``, and in a comment one that needs no script.

    Parameters
    ----------
    block : Mapping
        The page's JSON block.
    site : Site
        Where the page will stand.

    Returns
    -------
    str
        Pasted whole, it shows one map.

    Examples
    --------
    >>> snippet({"title": "Talks"}, Site(name="talks", base_url="https://example.org/")).count("<iframe")
    2
    """
    frame = _frame(block, site, marks="data-geostory ", style="border:0;width:100%", width="100%", height=_HEIGHT)
    return (
        f'{frame}\n<script src="{markup_text(site.at(".embed.js"))}" defer></script>\n'
        "<!-- Where no script may be pasted, take this instead of the lines above:\n"
        f"{_plain(block, site, width='100%', height=_HEIGHT)}\n-->\n"
    )


def oembed(block: Block, site: Site) -> dict[str, Any]:
    """The answer of type 'rich' that https://oembed.com asks for, version 1.0.

    Parameters
    ----------
    block : Mapping
        The page's JSON block.
    site : Site
        Where the page will stand; oEmbed needs it to be an absolute address.

    Returns
    -------
    dict
        Plain JSON values.

    Examples
    --------
    >>> oembed({"title": "Talks"}, Site(name="talks", base_url="https://example.org/"))["type"]
    'rich'
    """
    width, height = _SIZE
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": block["title"],
        "provider_name": block.get("kicker", ""),
        "provider_url": site.origin,
        "html": _plain(block, site, width=str(width), height=height),
        "width": width,
        "height": height,
    }
    if site.picture:
        answer["thumbnail_url"] = site.at(".png")
        answer["thumbnail_width"], answer["thumbnail_height"] = site.picture
    return {key: value for key, value in answer.items() if value != ""}


def write_embed(block: Block, folder: Path, site: Site) -> list[Path]:
    """Write ``NAME.snippet.html``, ``NAME.embed.js`` and ``NAME.oembed.json``, each whole or not at all.

    Raises
    ------
    WriteError
        If one cannot be written.
    """
    texts = (
        snippet(block, site),
        template_text("host.js"),
        json.dumps(oembed(block, site), ensure_ascii=False, indent=1) + "\n",
    )
    paths = [folder / f"{site.name}{ending}" for ending in EMBED_ENDINGS]
    for path, text in zip(paths, texts, strict=True):
        write_whole(path, text)
    return paths
