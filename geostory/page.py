"""A story's page: one HTML file that asks no host, made from the JSON block and the files in ``templates``."""

import base64
import hashlib
import html
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from string import Template
from typing import IO, Any
from urllib.parse import quote

import folium
from branca.element import Element, Figure, MacroElement

from geostory.assets import (
    ASKED_FOR,
    colours,
    icons,
    jquery_script,
    leaflet_script,
    leaflet_style,
    own_script,
    own_style,
    tokens,
)
from geostory.card import Site, card_head, content_version
from geostory.carried import carried
from geostory.errors import DataError, UsageError, WriteError
from geostory.escapes import inline_json as _json
from geostory.escapes import markup_text as _text
from geostory.files import write_whole
from geostory.hosts import Additions, collect, refuse
from geostory.interface import direction, page_words, say
from geostory.locales import marks_in, units_in
from geostory.resources import template_text
from geostory.still import inline_svg

__all__ = ["StoryLayers", "StoryMap", "page_head", "tokens"]

Block = Mapping[str, Any]

_RANDOM_ID = re.compile(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])")
_UNSCRIPTED = ".page,.to-map{display:none}noscript>*{display:block;max-width:960px;margin:12px auto;padding:0 16px}"
_INLINE = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _policy(
    scripts: Sequence[str],
    styles: Sequence[str],
    *,
    hosts: Sequence[str],
    images: bool,
    attributes: bool,
    shared: bool = False,
    tiles: Sequence[str] = (),
    archive: bool = False,
) -> str:
    """The Content-Security-Policy: hashes of the page's own scripts and styles, and no host but those allowed.

    Files that pages share are allowed as those of the page's own place: with hashes they would not load from a disk,
    nor within the frame of an embedded page, since browsers check those only for what servers let others read.
    """
    asked = [f"https://{host}" for host in hosts]
    own = ["'self'"] if shared else []
    rules = {
        "default-src": ["'none'"],
        "script-src": [*own, *map(_hash, scripts), *asked],
        "style-src": [*own, *map(_hash, styles), *asked],
        "style-src-attr": ["'unsafe-inline'"] if attributes else [],
        "img-src": [
            *(["data:"] if images or tiles else []),
            *(["blob:"] if archive else []),
            *asked,
            *(f"https://{host}" for host in tiles),
        ],
        "font-src": asked,
        "connect-src": [*(["'self'"] if archive else []), *asked],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items() if sources)


# --- children ---------------------------------------------------------------------------------------------------------


def _numbered(parts: Sequence[str]) -> list[str]:
    """The parts with folium's random identifiers counted in order of appearance."""
    seen: dict[str, str] = {}
    return [_RANDOM_ID.sub(lambda found: seen.setdefault(found[0], str(len(seen) + 1)), part) for part in parts]


def _inert(script: str) -> str:
    """A script that cannot end its own element."""
    return re.sub(r"<(/script|!--)", r"<\\\1", script, flags=re.IGNORECASE)


def _link(kind: str, address: str) -> str:
    address = _text(address)
    return f'<script src="{address}"></script>\n' if kind == "script" else f'<link rel="stylesheet" href="{address}">\n'


# --- the page ---------------------------------------------------------------------------------------------------------


def _parts(additions: Additions, without: frozenset[str]) -> dict[str, str]:
    """Scripts and style that are the same on many pages, by the name of the file that pages may share."""
    style = leaflet_style(images=additions.any) + colours() + own_style(without)
    texts = [("leaflet", "js", leaflet_script()), ("geostory", "js", own_script(without)), ("geostory", "css", style)]
    if re.search(r"\$\(|\$\.|\bjQuery\b", additions.text):
        texts.insert(0, ("jquery", "js", jquery_script()))
    return {f"{stem}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.{ending}": text for stem, ending, text in texts}


def _unasked(block: Block) -> frozenset[str]:
    """Scripts and styles that nothing in a block asks for."""
    return frozenset(name for name, keys in ASKED_FOR.items() if not any(block.get(key) for key in keys))


def _page(
    block: Block,
    additions: Additions,
    hosts: Sequence[str],
    map_name: str,
    parts: Mapping[str, str],
    at: str | None,
    site: Site | None,
) -> str:
    """The page's text; its parts stand in it, or in the folder at the address ``at`` from the page."""
    lang = block.get("lang", "en")
    story = _json(carried(block))
    script = f"var {map_name} = geostory.map;\n" + "\n".join(additions.scripts)
    numbered = _numbered([*additions.markup, script, *(address for _, address in additions.links)])
    markup, child_script = numbered[: len(additions.markup)], numbered[len(additions.markup)]
    inline = [found for part in markup for found in _INLINE.finditer(part)]
    scripts = [] if at is not None else [text for name, text in parts.items() if name.endswith(".js")]
    styles = [] if at is not None else [text for name, text in parts.items() if name.endswith(".css")]
    shared = [("script" if name.endswith(".js") else "style", f"{at}/{name}") for name in parts if at is not None]
    later = [_inert(icons() + child_script)] if additions.any else []
    policy = _policy(
        [*scripts, *later, *(found[3] for found in inline if found[1].lower() == "script" and " src" not in found[2])],
        [*styles, _UNSCRIPTED, *(found[3] for found in inline if found[1].lower() == "style")],
        hosts=hosts,
        images=additions.any,
        attributes="style=" in additions.text,
        shared=at is not None,
        tiles=block.get("tiles", {}).get("hosts", ()),
        archive="pmtiles" in block,
    )
    return Template(template_text("page.html")).substitute(
        lang=_text(lang),
        dir=direction(lang),
        **{f"said_{key}": _text(say(lang, f"page.{key}")) for key in ("to_map", "story", "map")},
        policy=_text(policy).replace("&#x27;", "'"),
        title=_text(" – ".join(dict.fromkeys(filter(None, [block["title"], block.get("map_title", "")])))),
        dek=_text(block.get("dek", "")),
        description=_text(block.get("description", "")),
        style="".join(f"<style>{part}</style>\n" for part in styles)
        + "".join(_link(kind, address) for kind, address in shared if kind == "style"),
        unscripted=_UNSCRIPTED,
        picture=inline_svg(block),
        head=card_head(block, site, text=story),
        body="".join(f"{part}\n" for part in markup),
        story=story,
        scripts="".join(_link(kind, address) for kind, address in shared if kind == "script")
        + "".join(f"<script>{part}</script>\n" for part in scripts)
        + "".join(_link(kind, address) for kind, address in additions.links)
        + "".join(f"<script>{part}</script>\n" for part in later),
    )


def page_head(title: str, *, lang: str = "en") -> str:
    """Head of a page without script, in the look of the maps: up to and with ``</head>``.

    Parameters
    ----------
    title : str
        Plain text.
    lang : str
        BCP 47 tag of the page's language.

    Returns
    -------
    str
        Markup whose Content-Security-Policy allows its own style and nothing else.

    Examples
    --------
    >>> page_head("Maps").startswith("<!DOCTYPE html>")
    True
    """
    css = colours() + template_text("page.css") + template_text("index.css")
    policy = _policy([], [css], hosts=(), images=False, attributes=False)
    return (
        f'<!DOCTYPE html>\n<html lang="{_text(lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{css}</style>\n</head>\n"
    )


def _checked(block: Block) -> Block:
    """The block, if it is one that the page can draw; one without words of its own gets those of its language."""
    lang = block.get("lang", "en")
    said = {"words": page_words(lang), "units": units_in(lang), "marks": marks_in(lang)}
    block = {"dir": direction(lang), **said, **block}
    known = tokens()["light"]
    if block.get("version") != 1:
        raise DataError("the page's block must be of version 1")
    for layer in block["layers"]:
        looks = [*layer["features"], *(row["swatch"] for row in layer["legend"])]
        for look in looks:
            if look["color"] not in known:
                raise DataError(
                    f"layer {layer['id']}: no colour '{look['color']}' in tokens.toml; choose from {', '.join(known)}"
                )
    return block


class StoryLayers(MacroElement):
    """The story on the map: its layers, ground and words, drawn by the page's own script."""

    def __init__(self, block: Block) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "StoryLayers"
        self.block = block

    def render(self, **_: object) -> str:
        """Nothing: the page's template draws the story."""
        return ""


class _StoryFigure(Figure):
    """The figure around a story's map, whose rendering is the map's page."""

    def render(self, **_: object) -> str:
        for child in self._children.values():
            if isinstance(child, StoryMap):
                return child.render()
        return str(super().render())


class StoryMap(folium.Map):
    """A folium map with a story on it, which saves as one file that asks no host.

    Parameters
    ----------
    block : Mapping
        The page's JSON block: plain values, every longitude in one frame that may run past ±180°.

    Raises
    ------
    DataError
        If the block names a colour that the page has not.

    Examples
    --------
    >>> import geostory
    >>> story_map = geostory.tell(geostory.Article(title="Talks", text="They met in Anchorage.")).map()
    >>> story_map.render().startswith("<!DOCTYPE html>")
    True
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012  folium's own name; Leaflet is in the page already
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, block: Block) -> None:
        west, south, east, north = block["frame"]
        super().__init__(location=[(south + north) / 2, (west + east) / 2], tiles=None)
        self.default_js, self.default_css = [], []
        self.layers = StoryLayers(_checked(block))
        self.add_child(self.layers)
        _StoryFigure().add_child(self)

    @property
    def version(self) -> str:
        """The version that the page carries: of the program, and of all that it shows."""
        return content_version(self.block, _json(carried(self.block)))

    @property
    def block(self) -> Block:
        """The JSON block the page is made from."""
        return self.layers.block

    @property
    def _figure(self) -> Figure:
        root = self.get_root()
        assert isinstance(root, Figure)
        return root

    def _additions(self) -> Additions:
        own = [child for child in self._children.values() if not isinstance(child, StoryLayers)]
        return collect(self, self._figure, own, front=self.objects_to_stay_in_front)

    def _made(self, allow_hosts: Iterable[str], at: str | None, site: Site | None) -> tuple[str, dict[str, str]]:
        """The page, and the parts that stand in it or in the folder ``at``."""
        additions = self._additions()
        # Pages that share their files share one script between all of them.
        parts = _parts(additions, frozenset() if at is not None else _unasked(self.block))
        return _page(self.block, additions, refuse(additions, allow_hosts), self.get_name(), parts, at, site), parts

    def render(self, *, allow_hosts: Iterable[str] = (), site: Site | None = None, **_: object) -> str:
        """The page as text.

        Parameters
        ----------
        allow_hosts : iterable of str
            Hosts that children of the map may ask; the page's Content-Security-Policy is widened for these alone.
        site : Site, optional
            Where the page will stand, for its card; see :func:`geostory.card.card_head`.

        Raises
        ------
        HostError
            If a child needs another host, naming both.
        """
        page, _parts = self._made(allow_hosts, None, site)
        if not isinstance(self._figure, _StoryFigure):
            # Somebody's own figure gets the page in a frame.
            self._figure.html.add_child(Element(_framed(page)), name=self.get_name())
        return page

    def save(  # type: ignore[override]
        self,
        outfile: str | PathLike[str] | IO[Any],
        *,
        allow_hosts: Iterable[str] = (),
        assets: str | PathLike[str] | None = None,
        site: Site | None = None,
    ) -> None:
        """Write the page: whole, or not at all.

        Parameters
        ----------
        outfile : path or file object
            A path is written aside and renamed; a file object gets text or bytes, as it takes, and stays open.
        allow_hosts : iterable of str
            As for :meth:`render`.
        assets : path, optional
            A folder for Leaflet, our script and our style, which many pages then share and name by their relative
            address; files there are called by their content and written once. Without it they stand in the page.
        site : Site, optional
            As for :meth:`render`.

        Raises
        ------
        HostError
            If a child needs a host that is not allowed; nothing is written then.
        UsageError
            If ``assets`` is given with a file object, which stands nowhere.
        WriteError
            If a file cannot be written.
        """
        path = Path(outfile) if isinstance(outfile, str | PathLike) else None
        if assets is not None and path is None:
            raise UsageError("assets= needs the path of the page, from which its files are named")
        at = None if assets is None or path is None else _from(path, Path(assets))
        page, parts = self._made(allow_hosts, at, site)
        if assets is not None:
            _share(Path(assets), parts)
        if path is not None:
            write_whole(path, page)
        elif isinstance(outfile, io.TextIOBase):
            outfile.write(page)
        else:
            outfile.write(page.encode())  # type: ignore[union-attr]

    def _repr_html_(self, **_: object) -> str:
        """The page in a frame, for notebooks."""
        return _framed(self.render())


def _framed(page: str) -> str:
    return (
        f'<iframe srcdoc="{html.escape(page, quote=True)}" width="100%" height="520" style="border:0" '
        'sandbox="allow-scripts allow-popups" allowfullscreen></iframe>'
    )


def _from(page: Path, folder: Path) -> str:
    """A folder's address as a page gives it, relative to itself."""
    try:
        relative = os.path.relpath(folder.resolve(), page.resolve().parent)
    except ValueError:
        raise UsageError(f"--assets {folder}: put it on the drive of the pages") from None
    return quote(Path(relative).as_posix())


def _share(folder: Path, parts: Mapping[str, str]) -> None:
    """Write the parts into a folder; one that is there already stays, unless it was damaged."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        missing = [name for name, text in parts.items() if not _holds(folder / name, text)]
    except OSError as error:
        raise WriteError(f"{folder}: it cannot be written ({error.strerror or error})") from None
    for name in missing:
        write_whole(folder / name, parts[name])


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()
