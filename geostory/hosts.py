"""Folium children on a story's map: what they add to the page, and which network hosts that would ask."""

import html
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import folium
from branca.element import CssLink, Element, Figure, Html, JavascriptLink
from folium.map import Icon, Popup, Tooltip

from geostory.errors import HostError

__all__ = ["Additions", "Need", "collect", "refuse"]

_URL = r"(?:https?:)?//[^\s\"'`<>()\\]+"
_LINK_TAG = re.compile(r"(?:<|\\u003c)a\s.*?(?:>|\\u003e)", re.IGNORECASE | re.DOTALL)
_IN_SCRIPT = re.compile(r"https?://[^\s\"'`<>()\\]+|(?<=[\"'`(])//[^\s\"'`<>()\\]+")
_LOADED_BY_MARKUP = re.compile(
    rf"(?:\b(?:src|srcset|poster|data|background)\s*=\s*[\"']?|url\(\s*[\"']?|<link\b[^>]*?href\s*=\s*[\"']?)\s*({_URL})",
    re.IGNORECASE,
)
_NAMESPACE = "www.w3.org"
# What folium puts in every page of its own and only its icons need.
_ICON_LINKS = {
    "": ("awesome_markers", "awesome_markers_css", "awesome_rotate_css"),
    "fa": ("awesome_markers_font_css",),
    "glyphicon": ("bootstrap_css", "glyphicons_css"),
}


@dataclass(frozen=True, kw_only=True)
class Need:
    """A host that a child of the map would ask."""

    child: str
    host: str


@dataclass(kw_only=True)
class Additions:
    """What the children add to the page."""

    scripts: list[str] = field(default_factory=list)
    markup: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # ("script" or "style", address)
    needs: list[Need] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything added, as one text to search in."""
        return "\n".join([*self.markup, *self.scripts])

    @property
    def any(self) -> bool:
        """Whether there is anything at all."""
        return bool(self.scripts or self.markup or self.links)


def _host(address: str) -> str:
    """Host of an address; a placeholder for a tile server's letter becomes ``*``."""
    host = urlsplit(re.sub(r"\{[^}]*\}\.", "*.", address)).netloc.rpartition("@")[2]
    return host.rpartition(":")[0] if re.search(r":\d+$", host) else host


def _walk(element: Element) -> Iterator[Element]:
    yield element
    inner = [getattr(element, name, None) for name in ("header", "html", "script", "icon")]
    for child in [*element._children.values(), *inner]:
        if isinstance(child, Element):
            yield from _walk(child)


def _title(element: Element) -> str:
    """A child as a message names it: its class, and the name that its author gave it."""
    name = getattr(element, "layer_name", None) or getattr(element, "tile_name", None)
    own = name and name != element.get_name()
    return f"{type(element).__name__} '{name}'" if own else type(element).__name__


@contextmanager
def _restored(elements: Iterable[Element]) -> Iterator[None]:
    """Put back whatever rendering changes in elements, so that a second page equals the first."""
    kept = [(element, {**vars(element), "_children": element._children.copy()}) for element in elements]
    try:
        yield
    finally:
        for element, before in kept:
            vars(element).clear()
            vars(element).update(before)


def collect(
    story_map: folium.Map, root: Figure, children: Iterable[Element], *, front: Iterable[Element] = ()
) -> Additions:
    """Render the children of a map and take what they add to the page.

    Parameters
    ----------
    story_map : folium.Map
        Its own links (``add_js_link``, ``add_css_link``) come along.
    root : branca.element.Figure
        The figure the map stands in; what an analyst put straight into it comes along.
    children : iterable of branca.element.Element
    front : iterable of branca.element.Element
        Layers to bring to the front at the end.

    Returns
    -------
    Additions
    """
    found = Additions()
    own = list(children)
    below = [element for child in own for element in _walk(child)]
    with _restored([*below, root.header, root.html, root.script]):
        _disarm(below)
        for child in own:
            child.render()
        names = {element.get_name(): element for element in [*below, *(e for child in own for e in _walk(child))]}
        for name, piece in root.header._children.items():
            if name != "meta_http":
                _header(found, piece, _asker(name, piece, below))
        for name, piece in root.html._children.items():
            _markup(found, piece.render(), names.get(name, piece))
        for name, piece in root.script._children.items():
            _script(found, piece.render(), names.get(name, piece))
    for element in below:
        if isinstance(element, Icon):
            _icon(found, element)
    for kind, links in (("script", story_map.default_js), ("style", story_map.default_css)):
        found.links += [(kind, address) for _, address in links]
        _need(found, story_map, [address for _, address in links])
    found.scripts += [f"{layer.get_name()}.bringToFront();" for layer in front]
    return found


def _disarm(elements: Iterable[Element]) -> None:
    """Keep the words of popups and tooltips from being run: folium sets them in a JavaScript template literal."""
    for element in elements:
        if isinstance(element, Tooltip):
            element.text = _spelled(str(element.text))
        for part in element.html._children.values() if isinstance(element, Popup) else ():
            if isinstance(part, Html):
                words = part.data.replace("\\`", "`")  # folium's own way, which a backslash before it undoes
                part.data = _spelled(words if part.script else html.escape(words))
                part.script = True


def _spelled(markup: str) -> str:
    """Markup with the characters that mean something in a template literal written as references."""
    return re.sub(r"[`$\\]", lambda found: f"&#{ord(found[0])};", markup)


def _asker(name: str, piece: Element, below: list[Element]) -> Element:
    url = getattr(piece, "url", None)
    for element in below:
        links = [*getattr(element, "default_js", []), *getattr(element, "default_css", [])]
        if element.get_name() == name or any(url == address for _, address in links):
            return element
    return piece


def _need(found: Additions, element: Element, addresses: Iterable[str]) -> None:
    for address in addresses:
        host = _host(address)
        need = Need(child=_title(element), host=host)
        if host and host != _NAMESPACE and need not in found.needs:
            found.needs.append(need)


def _header(found: Additions, piece: Element, element: Element) -> None:
    if isinstance(piece, JavascriptLink | CssLink):
        found.links.append(("script" if isinstance(piece, JavascriptLink) else "style", piece.url))
        _need(found, element, [piece.url])
    else:
        _markup(found, piece.render(), element)


def _markup(found: Additions, text: str, element: Element) -> None:
    found.markup.append(text)
    _need(found, element, _LOADED_BY_MARKUP.findall(text))


def _script(found: Additions, text: str, element: Element) -> None:
    found.scripts.append(text)
    if isinstance(element, folium.GeoJson) and element.embed:
        return  # its properties may hold addresses, and none is asked for
    words_only = isinstance(element, Popup | Tooltip)
    pattern = _LOADED_BY_MARKUP if words_only else _IN_SCRIPT
    _need(found, element, pattern.findall(_LINK_TAG.sub("", text)))


def _icon(found: Additions, icon: Icon) -> None:
    links = {**dict(folium.Map.default_js), **dict(folium.Map.default_css)}
    for name in (*_ICON_LINKS[""], *_ICON_LINKS.get(str(icon.options.get("prefix", "")), ())):
        address = links[name]
        link = ("script" if address.endswith(".js") else "style", address)
        if link not in found.links:
            found.links.append(link)
        _need(found, icon, [address])


def refuse(additions: Additions, allow_hosts: Iterable[str]) -> tuple[str, ...]:
    """The hosts that the page may ask, in order of need.

    Raises
    ------
    HostError
        If a child needs a host that is not allowed, naming both.
    """
    if isinstance(allow_hosts, str):
        allow_hosts = (allow_hosts,)
    allowed = set(allow_hosts)
    for need in additions.needs:
        if need.host not in allowed and need.host.removeprefix("*.") not in allowed:
            raise HostError(
                f"{need.child} would ask the host {need.host}; take it off the map, "
                f"or save with allow_hosts=['{need.host}']"
            )
    return tuple(dict.fromkeys(need.host for need in additions.needs))
