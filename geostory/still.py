"""A story's still image: title and caption, the map with its insets, legend, scale and credits, as one SVG.

It is made from the page's own block, so that both show the same.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from geostory.insets import Inset, Locator, Plane, insets_for, locator_for
from geostory.interface import page_words
from geostory.key import Key, key_for, scale_for
from geostory.labelling import Box
from geostory.lettering import PRINTED, SYSTEM
from geostory.panel import Drawn, Manner, Panel
from geostory.patches import patches_of
from geostory.projection import Projection
from geostory.svg import Inks, definitions, element, layer, path_data, text
from geostory.viewport import View, best_view, entries_of, fitted

__all__ = ["inline_svg", "still_svg"]

Block = Mapping[str, Any]

_SIDE = 16.0  # pixels of the design left and right of the words
_NARROW = 560.0  # pixels: less has no locator, one inset and no caption
_LOW = 240.0  # pixels: a map lower than this has no insets
_COLUMN = 262.0  # pixels: of the words beside the map of a wide image
_BESIDE = 1.5  # width by height from which the words stand beside the map
_GAP = 5.0
_OTHERS = 0.85  # of a line's room: letters of fonts that we don't measure run wider
_LEAST_MAP = 0.5  # of a narrow image's height: what its legend must leave to the map
_SIZES = {
    "kicker": (10.5, 15.0),
    "title": (22.0, 26.0),
    "small title": (17.0, 21.0),
    "caption": (13.5, 18.0),
    "foot": (10.5, 13.5),
}
_INLINE = (480.0, 380.0)


@dataclass(frozen=True)
class _Words:
    """Some words: lines with size, leading and look, and the height that they take."""

    rows: tuple[tuple[list[str], float, float, dict[str, object]], ...]

    @property
    def height(self) -> float:
        return sum(leading * len(lines) + _GAP for lines, _, leading, _ in self.rows)

    def draw(self, top: float, left: float, right: float, manner: Manner) -> str:
        drawn, y = [], top
        for lines, size, leading, look in self.rows:
            drawn.append(manner.lines(lines, left, right, y + size, {"font-size": size, **look}, leading=leading))
            y += leading * len(lines) + _GAP
        return "".join(drawn)


def _head(block: Block, most: float, room: float, manner: Manner, *, narrow: bool, rows: int) -> _Words:
    """Where it is from and of when, the map's title, and as much of the caption as there is room for."""
    ink, letters = manner.ink, manner.lettering
    told: list[tuple[list[str], float, float, dict[str, object]]] = []
    size, leading = _SIZES["kicker"]
    above = "  ·  ".join(part for part in (block["kicker"], block["date"]) if part)
    if above:
        look: dict[str, object] = {"fill": ink["quiet"], "letter-spacing": 0.5}
        told.append((letters.filled(above.upper(), size, most, 1, spacing=0.05), size, leading, look))
    size, leading = _SIZES["small title" if narrow else "title"]
    title = letters.filled(block.get("map_title") or block["title"], size, most, rows, bold=True)
    told.append((title, size, leading, {"fill": ink["ink"], "font-weight": 700}))
    size, leading = _SIZES["caption"]
    left = int((room - _Words(tuple(told)).height) // leading)
    if not narrow and left > 0:
        told.append((_caption(block["dek"], size, most, left, manner), size, leading, {"fill": ink["ink"]}))
    return _Words(tuple(told))


def _caption(words: str, size: float, most: float, rows: int, manner: Manner) -> list[str]:
    """As many whole sentences as there is room for, else the beginning of the first."""
    sentences = re.split(r"(?<=[.!?…]) +(?=[^\W\d_])", words)
    for count in range(len(sentences), 1, -1):
        lines = manner.lettering.filled(" ".join(sentences[:count]), size, most, rows + 1)
        if len(lines) <= rows:
            return lines
    return manner.lettering.filled(sentences[0], size, most, rows)


def _foot(block: Block, most: float, manner: Manner, *, borders: bool, rows: int) -> _Words:
    """Whose data the map is drawn from, and by whose rules where no legend says so."""
    size, leading = _SIZES["foot"]
    said = block.get("words") or page_words(block.get("lang", "en"))
    told = [block["borders"]] if borders and block["borders"] else []
    told += [said["data"].format(sources="; ".join(block["credits"]))] if block["credits"] else []
    if not told:
        return _Words(())
    lines = manner.lettering.filled(said["stop"].join(told) + said["stop"].rstrip(), size, most, rows)
    return _Words(((lines, size, leading, {"fill": manner.ink["quiet"]}),))


class _Still:
    """A still image of a block: where its words, its map and its legend stand.

    Wide ones have the words in a column beside the map, as the page has; others above and under it.
    """

    def __init__(self, block: Block, width: float, height: float, manner: Manner, *, small: bool = True) -> None:
        self.block, self.manner = block, manner
        self.width, self.height = width, height
        self.narrow = width < _NARROW
        self.small = small  # whether it has small maps in its corners
        self.beside = not self.narrow and width >= _BESIDE * height
        self.projection = Projection(**block["crs"])
        self.entries = entries_of(block, self.projection)
        patches = patches_of(block)
        self.patches = [patch for patch in patches if patch.crs is None]
        self.planes = [Plane(block, patch) for patch in patches if patch.crs is not None]
        self.frame = tuple(block["box"])
        self.key: Key | None = None  # over the map
        self.legend = ""  # or beside or under it
        self.insets: list[Inset] = []
        self.locator: Locator | None = None

    def draw(self) -> tuple[str, str]:
        """Definitions and body."""
        told = self._words()
        self.view = self._view()
        map = self._map()
        left, top, width, height = self.place
        defs = definitions(self._styles(), self.manner.ink)
        defs += element("clipPath", {"id": "clip-map"}, element("rect", {"width": width, "height": height}))
        defs += "".join(inset.clip() for inset in self.insets) + (self.locator.clip() if self.locator else "")
        where = {"transform": f"translate({left:g} {top:g})", "clip-path": "url(#clip-map)"}
        paper = element("rect", {"width": self.width, "height": self.height, "fill": self.manner.ink["paper"]})
        return defs, paper + element("g", where, *map) + self._around(told)

    def _around(self, told: str) -> str:
        named = self.manner.named
        return layer("Legend", [self.legend], named=named) + layer("Words", [told], named=named)

    def _styles(self) -> list[Mapping[str, Any]]:
        return [entry.feature for entry in self.entries]

    # --- words --------------------------------------------------------------------------------------------------------

    def _words(self) -> str:
        """The words; sets the map's place, and the legend where it does not lie over the map."""
        return self._column() if self.beside else self._stacked()

    def _guess(self, width: float, height: float) -> View:
        """What a map of that size is about to show, for its legend."""
        return fitted(self.frame, width, height, (24.0,) * 4, self.projection.world)

    def _across(self, width: float) -> float:
        """The room of words in a column of a width."""
        return (width - 2 * _SIDE) * (_OTHERS if self.manner.rtl else 1)

    def _column(self) -> str:
        block, manner, most = self.block, self.manner, self._across(_COLUMN)
        # The column stands where lines begin, as the page's does.
        edge = self.width - _COLUMN if manner.rtl else 0.0
        left, right = edge + _SIDE, edge + _COLUMN - _SIDE
        self.place = (0.0 if manner.rtl else _COLUMN, 0.0, self.width - _COLUMN, self.height)
        foot = _foot(block, most, manner, borders=False, rows=5)
        key = key_for(block, self.entries, self._guess(*self.place[2:]), manner, borders=True)
        high = key.height - 8 if key else 0.0
        room = self.height - foot.height - high - 54
        head = _head(block, most, room, manner, narrow=False, rows=5)
        drawn = head.draw(_SIDE, left, right, manner) + foot.draw(self.height - foot.height - 8, left, right, manner)
        if key:
            y = self.height - foot.height - high - 16
            rule = {"x1": left, "x2": right, "y1": y - 7, "y2": y - 7, "stroke": manner.ink["rule"]}
            self.legend = element("line", rule) + key.draw(left, y, right - left, manner)
        return drawn

    def _stacked(self) -> str:
        block, manner, most = self.block, self.manner, self._across(self.width)
        head = _head(block, most, 0.22 * self.height, manner, narrow=self.narrow, rows=2)
        foot = _foot(block, most, manner, borders=self.narrow, rows=6)
        top = round(head.height + 16)
        guess = self._guess(self.width, self.height - top - foot.height - 8)
        key = key_for(block, self.entries, guess, manner, borders=not self.narrow)
        high = 0.0
        if key and self.narrow:
            _, high = key.in_line(_SIDE, 0, self.width - 2 * _SIDE, manner)
            high += 6
            # A small image is a map with few words: one that would be more legend than map has none.
            if self.height - top - high - foot.height - 8 < _LEAST_MAP * self.height:
                high = 0.0
            else:
                self.legend, _ = key.in_line(
                    _SIDE, self.height - foot.height - high - 2, self.width - 2 * _SIDE, manner
                )
        else:
            self.key = key
        self.place = (0.0, top, self.width, round(self.height - top - high - foot.height - 8))
        left, right = _SIDE, self.width - _SIDE
        return head.draw(11, left, right, manner) + foot.draw(self.height - foot.height - 2, left, right, manner)

    # --- the map ------------------------------------------------------------------------------------------------------

    def _view(self) -> View:
        """The view that is clear of insets, locator, legend and scale, which this chooses too."""
        block, (_, _, width, height) = self.block, self.place
        world = self.projection.world
        first = self._guess(width, height)
        over: list[Box] = [(10, height - 40, 140, height - 8)]
        over += [self.key.at(width, height)] if self.key else []
        if self.small and height >= _LOW:
            self.insets = insets_for(
                first, self.entries, over, Plane(block, *self.patches), self.planes, narrow=self.narrow
            )
            over += [inset.box for inset in self.insets]
            if not self.narrow and len(self.insets) < 2:
                self.locator = locator_for(first, self.entries, self.block["frame"], self.frame, over)
            over += [self.locator.box] if self.locator else []
        view = best_view(self.frame, width, height, over, self.entries, world)
        self.insets = [inset for inset in self.insets if inset.wanted(view, narrow=self.narrow)]
        return view

    def _map(self) -> list[str]:
        block, manner, view = self.block, self.manner, self.view
        names = block["basemap"]["labels"]
        scale = scale_for(self.projection, view, block.get("lang", "en"))
        held = frozenset(name for inset in self.insets for name in inset.holds())
        boxes = [inset.box for inset in self.insets] + ([self.locator.box] if self.locator else [])
        boxes += [self.key.at(view.width, view.height)] if self.key else []
        boxes += [scale.at(view.height)] if scale else []
        marks = [inset for inset in self.insets if inset.outer is None]
        main = Panel(
            view,
            self.projection,
            self.patches,
            manner,
            entries=[entry for entry in self.entries if entry.feature["id"] not in held],
            names=names,
            outside=block.get("outside", []),
        )
        drawn = main.draw(
            boxes=[*boxes, *(inset.mark(view, self.projection) for inset in marks)],
            rules=[tie for i in marks for tie in i.ties(view, self.projection)],
        )
        small = [inset.draw(names, manner, view, self.projection, self.insets) for inset in self.insets]
        around = block["basemap"].get("locator", [])
        rows = {
            "Insets": small,
            "Locator": [self.locator.draw(self.projection, self.patches, around, manner)] if self.locator else [],
            "Scale": [scale.draw(view.height, manner)] if scale else [],
            "Legend": [self.key.over(view.width, view.height, manner)] if self.key else [],
        }
        beyond = _beyond(view, self.projection, manner)
        return _layers(drawn, beyond, manner.named) + [
            layer(name, held, named=manner.named) for name, held in rows.items()
        ]


def _beyond(view: View, projection: Projection, manner: Manner) -> str:
    """Paper over what lies beyond the ground that the projection shows."""
    left, top, right, bottom = view.box(projection.world)
    width, height = view.width, view.height
    if projection.kind == "world":
        lats = np.linspace(90.0, -90.0, 91)
        sides = [projection.project(projection.lon + side, lats[::turn]) for side, turn in ((180.0, 1), (-180.0, -1))]
        globe = view.pixels(np.concatenate([np.column_stack(side) for side in sides]))
        sheet = np.array([(-1, -1), (width + 1, -1), (width + 1, height + 1), (-1, height + 1)], float)
        around = {"d": path_data([sheet, globe], closed=True, grain=manner.grain), "fill-rule": "evenodd"}
        return element("path", {**around, "fill": manner.ink["paper"]})
    strips = [(0, 0, left, height), (right, 0, width, height), (0, 0, width, top), (0, bottom, width, height)]
    look = {"fill": manner.ink["paper"]}
    return "".join(
        element("rect", {"x": a, "y": b, "width": round(c - a, 1), "height": round(d - b, 1), **look})
        for a, b, c, d in strips
        if c - a > 1 and d - b > 1
    )


def _layers(drawn: Drawn, beyond: str, named: bool) -> list[str]:
    """The map's layers, lowest first; names may stand on the paper beyond it."""
    rows = [
        ("Ground", [drawn.ground]),
        ("Areas", drawn.areas),
        ("Lines", drawn.lines),
        ("Beyond the map", [beyond]),
        ("Points", drawn.points),
        ("Leaders and towns", drawn.marks),
        ("Halos", drawn.halos),
        ("Names of the ground", drawn.ground_names),
        ("Names of the story", drawn.story_names),
    ]
    return [layer(name, held, named=named) for name, held in rows]


def still_svg(block: Block, *, width: float, height: float, grey: bool = False) -> str:
    """The still image of a page's block as an SVG document of its own.

    Parameters
    ----------
    block : Mapping
        As :func:`geostory.block.story_block` makes it.
    width, height : float
        Of the image in pixels.
    grey : bool
        Whether it is drawn without colour.
    """
    manner = Manner(Inks(grey=grey), PRINTED, rtl=block.get("dir") == "rtl")
    # Letters keep a size that can be read, whatever the image's; so a larger image shows the same map larger.
    unit = min(2.5, max(0.8, math.sqrt(width * height) / 720))
    wide, high = width / unit, height / unit
    defs, body = _Still(block, wide, high, manner).draw()
    spaces = {"xmlns": "http://www.w3.org/2000/svg", "xmlns:inkscape": "http://www.inkscape.org/namespaces/inkscape"}
    size = {"width": f"{width:g}", "height": f"{height:g}", "viewBox": f"0 0 {wide:.6g} {high:.6g}"}
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        + element("svg", spaces | size | _face(manner), _said(block), element("defs", {}, defs), body)
        + "\n"
    )


def inline_svg(block: Block) -> str:
    """The map of a page's block for readers without JavaScript: a light SVG element in the reader's own font."""
    manner = Manner(Inks(), SYSTEM, tolerance=2.2, grain=1, named=False, rtl=block.get("dir") == "rtl")
    width, height = _INLINE
    defs, body = _Still(block, width, height, manner, small=False).draw()
    size = {"viewBox": f"0 0 {width:g} {height:g}", "width": "100%", "role": "img"}
    return element("svg", size | _face(manner), _said(block), element("defs", {}, defs), body)


def _face(manner: Manner) -> dict[str, object]:
    return {"font-family": manner.lettering.family, "font-size": 12}


def _said(block: Block) -> str:
    """What the image shows, for those who can't see it."""
    return element("title", {}, text(block["title"])) + element("desc", {}, text(block["description"]))
