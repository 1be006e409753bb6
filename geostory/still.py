"""A story's still image: title and caption, the map with its insets, legend, scale and credits, as one SVG.

It is made from the page's own block, so that both show the same.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geostory.insets import Inset, Locator, insets_for, locator_for
from geostory.key import Key, Scale, key_for, scale_for
from geostory.labelling import Box
from geostory.lettering import PRINTED, SYSTEM
from geostory.panel import Drawn, Manner, Panel, words
from geostory.patches import patches_of
from geostory.projection import Projection
from geostory.svg import Inks, definitions, element, layer
from geostory.viewport import best_view, entries_of, fitted

__all__ = ["inline_svg", "still_svg"]

Block = Mapping[str, Any]

_SIDE = 16.0  # pixels of the design left and right of the words
_NARROW = 560.0  # pixels: less has no locator, one inset and no caption
_LOW = 260.0  # pixels: a map lower than this has no insets
_HEAD = {"kicker": (10.5, 15.0), "title": (22.0, 26.0), "small title": (17.0, 21.0), "caption": (13.5, 18.0)}
_FOOT = (10.5, 13.5)
_INLINE = (760.0, 500.0)


@dataclass(frozen=True)
class _Words:
    """Words above or under the map: lines with size, leading and look, and the height that they take."""

    rows: tuple[tuple[list[str], float, float, dict[str, object]], ...]
    height: float

    def draw(self, top: float) -> str:
        drawn, y = [], top
        for lines, size, leading, look in self.rows:
            drawn.append(words(lines, _SIDE, y + size, {"font-size": size, **look}, leading=leading))
            y += leading * len(lines) + 3
        return "".join(drawn)


def _head(block: Block, width: float, height: float, manner: Manner) -> _Words:
    """Where it is from and of when, the title, and the caption where there is room."""
    ink, letters, most = manner.ink, manner.lettering, width - 2 * _SIDE
    narrow = width < _NARROW
    rows = []
    size, leading = _HEAD["kicker"]
    above = "  ·  ".join(part for part in (block["kicker"], block["date"]) if part)
    if above:
        look: dict[str, object] = {"fill": ink["quiet"], "letter-spacing": 0.5}
        rows.append((letters.filled(above.upper(), size, most, 1, spacing=0.05), size, leading, look))
    size, leading = _HEAD["small title" if narrow else "title"]
    title = letters.filled(block["title"], size, most, 2, bold=True)
    rows.append((title, size, leading, {"fill": ink["ink"], "font-weight": 700}))
    size, leading = _HEAD["caption"]
    caption = letters.filled(block["dek"], size, most, 2)
    used = sum(len(lines) * lead + 3 for lines, _, lead, _ in rows)
    if not narrow and used + leading * len(caption) < 0.24 * height:
        rows.append((caption, size, leading, {"fill": ink["ink"]}))
        used += leading * len(caption) + 3
    return _Words(tuple(rows), used + 20)


def _foot(block: Block, width: float, manner: Manner, *, borders: bool) -> _Words:
    """Whose data the map is drawn from, and by whose rules where no legend says so."""
    size, leading = _FOOT
    told = [block["borders"]] if borders and block["borders"] else []
    told += ["Map data: " + "; ".join(block["credits"])] if block["credits"] else []
    if not told:
        return _Words((), 0.0)
    lines = manner.lettering.filled(". ".join(told) + ".", size, width - 2 * _SIDE, 3)
    return _Words(((lines, size, leading, {"fill": manner.ink["quiet"]}),), leading * len(lines) + 13)


def _drawing(block: Block, width: float, height: float, manner: Manner, *, insets: bool = True) -> tuple[str, str]:
    """Definitions and body of an image of so many pixels of the design."""
    narrow = width < _NARROW
    head = _head(block, width, height, manner)
    foot = _foot(block, width, manner, borders=narrow)
    room = height - head.height - foot.height
    projection = Projection(**block["crs"])
    entries, patches = entries_of(block, projection), patches_of(block)
    frame = tuple(block["box"])
    world = None if projection.kind == "azimuthal" else projection.world
    first = fitted(frame, width, room, (24.0,) * 4, world)
    key = key_for(block, entries, first, manner, narrow=narrow)
    low = room < _LOW or not insets
    some = [] if low else insets_for(first, entries, key.height if key else 0.0, narrow=narrow)
    locator = None
    if not (low or narrow or len(some) > 1):
        locator = locator_for(first, entries, block["frame"], frame, [inset.corner for inset in some])
    over = [inset.box for inset in some] + ([locator.box] if locator else [])
    scale_box: Box = (10, room - 40, 140, room - 8)
    view = best_view(frame, width, room, [*over, scale_box, *([key.at(width, room)] if key else [])], entries, world)
    some = [inset for inset in some if inset.wanted(view, narrow=narrow)]
    key = key_for(block, entries, view, manner, narrow=narrow)
    scale = scale_for(projection, view)
    held = frozenset(name for inset in some for name in inset.holds(entries))
    boxes = [*(inset.box for inset in some), *([locator.box] if locator else [])]
    boxes += [key.at(width, room)] if key else []
    boxes += [scale.at(room)] if scale else []
    marks = [inset for inset in some if inset.outer is None]
    main = Panel(
        view,
        projection,
        patches,
        manner,
        entries=[entry for entry in entries if entry.feature["id"] not in held],
        names=block["basemap"]["labels"],
    )
    drawn = main.draw(
        boxes=[*boxes, *(inset.mark(view) for inset in marks)], rules=[tie for i in marks for tie in i.ties(view)]
    )
    ink = manner.ink
    body = [*_layers(drawn, manner.named)]
    panels = [inset.draw(entries, projection, patches, block["basemap"]["labels"], manner, view, some) for inset in some]
    body.append(layer("Insets", panels, named=manner.named))
    if locator:
        seen = locator.draw(projection, patches, block["basemap"]["labels"], manner)
        body.append(layer("Locator", [seen], named=manner.named))
    body.append(layer("Scale", [scale.draw(room, manner)] if scale else [], named=manner.named))
    body.append(layer("Legend", [key.draw(width, room, manner)] if key else [], named=manner.named))
    styles = [entry.feature for entry in entries] + [row["swatch"] for some_ in block["layers"] for row in some_["legend"]]
    defs = definitions(styles, ink)
    defs += element("clipPath", {"id": "clip-map"}, _rect(0, 0, width, room))
    for inset in some:
        defs += inset.clip()
    if locator:
        defs += locator.clip()
    top = round(head.height, 1)
    shifted = element("g", {"transform": f"translate(0 {top:g})", "clip-path": "url(#clip-map)"}, *body)
    paper = element("rect", {"width": width, "height": height, "fill": ink["paper"]})
    told = head.draw(10) + foot.draw(top + room + 4)
    return defs, paper + shifted + layer("Words", [told], named=manner.named)


def _layers(drawn: Drawn, named: bool) -> list[str]:
    rows = [
        ("Ground", [drawn.ground]),
        ("Areas", drawn.areas),
        ("Lines", drawn.lines),
        ("Points", drawn.points),
        ("Leaders and towns", drawn.marks),
        ("Halos", drawn.halos),
        ("Names of the ground", drawn.ground_names),
        ("Names of the story", drawn.story_names),
    ]
    return [layer(name, held, named=named) for name, held in rows]


def _rect(x: float, y: float, width: float, height: float) -> str:
    return element("rect", {"x": x, "y": y, "width": width, "height": height})


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
    manner = Manner(Inks(grey=grey), PRINTED)
    # Letters keep a size that can be read, whatever the image's; so a larger image shows the same map larger.
    unit = min(2.5, max(0.8, math.sqrt(width * height) / 720))
    wide, high = width / unit, height / unit
    defs, body = _drawing(block, wide, high, manner)
    spaces = {"xmlns": "http://www.w3.org/2000/svg", "xmlns:inkscape": "http://www.inkscape.org/namespaces/inkscape"}
    size = {"width": f"{width:g}", "height": f"{height:g}", "viewBox": f"0 0 {wide:.6g} {high:.6g}"}
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        + element("svg", spaces | size | _face(manner), _said(block), element("defs", {}, defs), body)
        + "\n"
    )


def inline_svg(block: Block) -> str:
    """The map of a page's block for readers without JavaScript: a light SVG element in the reader's own font."""
    manner = Manner(Inks(), SYSTEM, tolerance=0.7, grain=1, named=False)
    width, height = _INLINE
    defs, body = _drawing(block, width, height, manner)
    size = {"viewBox": f"0 0 {width:g} {height:g}", "width": "100%", "role": "img"}
    return element("svg", size | _face(manner), _said(block), element("defs", {}, defs), body)


def _face(manner: Manner) -> dict[str, object]:
    return {"font-family": manner.lettering.family, "font-size": 12}


def _said(block: Block) -> str:
    """What the image shows, for those who can't see it."""
    from geostory.svg import text

    return element("title", {}, text(block["title"])) + element("desc", {}, text(block["description"]))
