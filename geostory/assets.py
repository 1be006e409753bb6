"""What every page carries: colours, styles and scripts of our own, and Leaflet and jQuery from their packages."""

import base64
import json
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import minify

from geostory.resources import template_text

__all__ = [
    "ASKED_FOR",
    "colours",
    "icons",
    "jquery_script",
    "leaflet_script",
    "leaflet_style",
    "measures",
    "own_script",
    "own_style",
    "tokens",
]

SCRIPTS = (
    "text.js",
    "plane.js",
    "symbols.js",
    "basemap.js",
    "features.js",
    "placing.js",
    "labels.js",
    "pmtiles.js",
    "tiles.js",
    "popup.js",
    "tables.js",
    "column.js",
    "steps.js",
    "controls.js",
    "switches.js",
    "ruler.js",
    "inset.js",
    "frame.js",
    "print.js",
    "children.js",
    "embed.js",
    "main.js",
)
# Scripts and styles that a page alone may do without, and the keys of its block that ask for them.
ASKED_FOR = {
    "pmtiles.js": ("pmtiles",),
    "tiles.js": ("tiles",),
    "steps.js": ("steps",),
    "steps.css": ("steps",),
    "switches.js": ("times", "views"),
}
STYLES = ("page.css", "map.css", "steps.css")
# Parts of Leaflet that only what users add to a map can show.
_OTHERS_PARTS = re.compile(
    r"leaflet-(?:bar|control-layers|control-zoom|default-icon|div-icon|image-|marker|oldie|tooltip|touch)|vml"
)
IMAGES = {"iconUrl": "marker-icon.png", "iconRetinaUrl": "marker-icon-2x.png", "shadowUrl": "marker-shadow.png"}


@cache
def tokens() -> dict[str, dict[str, str]]:
    """The page's colours by theme ('light', 'dark') and name.

    Examples
    --------
    >>> sorted(tokens())
    ['dark', 'light']
    """
    return {theme: table for theme, table in _tables().items() if theme in ("light", "dark")}


@cache
def measures() -> dict[str, dict[str, float]]:
    """Sizes of type, widths of lines and distances, in pixels, by table ('type', 'lines', 'space') and name.

    Examples
    --------
    >>> measures()["type"]["label"]
    12
    """
    return {name: table for name, table in _tables().items() if name not in tokens()}


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(template_text("tokens.toml"))


def _variables(theme: str, of: str = ":root") -> str:
    return f"{of}{{" + "".join(f"--{name}:{value};" for name, value in tokens()[theme].items()) + "}"


@cache
def colours() -> str:
    """CSS variables of both themes, and of the measures; print is always light."""
    sizes = "".join(f"--{of}-{name}:{size}px;" for of, table in measures().items() for name, size in table.items())
    dark = f"@media (prefers-color-scheme:dark){{{_variables('dark')}}}"
    printed = f"@media print{{{_variables('light')}}}\n{_variables('light', ':root.printing')}"
    return f":root{{{sizes}}}\n{_variables('light')}\n{dark}\n{printed}\n"


def _minified_script(script: str) -> str:
    return str(minify.string("application/javascript", script))


def _minified_style(style: str) -> str:
    return str(minify.string("text/css", style))


def _vendor(package: str, name: str) -> bytes:
    return (files(f"xstatic.pkg.{package}") / "data" / name).read_bytes()


@cache
def _vendor_script(package: str, name: str) -> str:
    """A library's script under its licence, without the comment that names a source map."""
    script = _vendor(package, name).decode().replace("\r\n", "\n")
    script = re.sub(r"\n?//# sourceMappingURL=\S*", "", script)
    return f"/*\n{template_text(f'{package}-licence.txt')}*/\n{script.rstrip()}\n"


def _image(name: str) -> str:
    return "data:image/png;base64," + base64.b64encode(_vendor("leaflet", f"images/{name}")).decode()


@cache
def leaflet_style(*, images: bool) -> str:
    """Leaflet's style: whole and with its images within it where something may show them, else what the page uses."""
    style = _vendor("leaflet", "leaflet.css").decode().replace("\r\n", "\n")
    style = _minified_style(re.sub(r"\s*behavior:\s*url\([^)]*\);", "", style))
    if images:
        return re.sub(r"url\(images/([^)]+)\)", lambda found: f"url({_image(found[1])})", style)
    return re.sub(r"([^{}]+)\{([^{}]*)\}", _without_others, style)


def _without_others(rule: re.Match[str]) -> str:
    kept = [selector for selector in rule[1].split(",") if not _OTHERS_PARTS.search(selector)]
    return f"{','.join(kept)}{{{rule[2]}}}" if kept else ""


@cache
def _own_scripts() -> dict[str, str]:
    """Each file of the page's script, minified by itself, so that a page's own choice of them is only joined."""
    return {name: _minified_script(template_text(name)) for name in SCRIPTS}


@cache
def own_script(without: frozenset[str] = frozenset()) -> str:
    """The script of a map's page, minified, but for some of :data:`ASKED_FOR`."""
    parts = ";\n".join(script for name, script in _own_scripts().items() if name not in without)
    known = json.dumps({name: measures()[name] for name in ("lines", "space")}, separators=(",", ":"))
    return f'(()=>{{"use strict";const geo={known};\n{parts};\nwindow.geostory={{map:geo.start()}}}})();\n'


def icons() -> str:
    """Script that gives Leaflet's markers their images within the page."""
    images = ",".join(f'{option}:"{_image(name)}"' for option, name in IMAGES.items())
    return f'L.Icon.Default.imagePath="";L.Icon.Default.mergeOptions({{{images}}});\n'


def leaflet_script() -> str:
    """Leaflet's script under its licence."""
    return _vendor_script("leaflet", "leaflet.js")


def jquery_script() -> str:
    """jQuery's script under its licence."""
    return _vendor_script("jquery", "jquery.min.js")


@cache
def own_style(without: frozenset[str] = frozenset()) -> str:
    """The style of a map's page, minified, but for some of :data:`ASKED_FOR`."""
    return _minified_style("".join(template_text(name) for name in STYLES if name not in without))
