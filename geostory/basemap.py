"""The ground of a page: patches of land, water and borders from the coarse to the fine, and the names on them.

The map is cut in patches of the projection's plane, from all that it can show in a few strokes to the frame in full; a
page draws a finer patch over a coarser one once it is zoomed in far enough to tell them apart.
"""

import math
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from geostory.boundaries import boundaries
from geostory.coding import coded, step
from geostory.frame import Frame
from geostory.ground import ground, grown
from geostory.ground_labels import Shown, ground_labels
from geostory.locator_names import locator_names
from geostory.models import Candidate
from geostory.projection import Box, Projection
from geostory.views import NOTHING_MOVED, Moved

__all__ = ["basemap_block", "focus_countries"]

Block = dict[str, Any]
Bounds = tuple[float, float, float, float]

_PIXEL_AT_0 = 2 * math.pi / 256  # radii a pixel at zoom 0
_FRAME_PIXELS = 540  # of detail across the frame, about as many as a wide screen shows of it at first
_DETAIL_PIXELS = 400  # the same of what insets show, which are smaller
_LEAST_TOLERANCE = 1.5e-6  # radii: about 10 m
_COARSE = 0.007  # radii: the tolerance of all that lies far from the story
_STEPS = (4.0, 1.6)  # frames of ground around the story in finer and finer detail
_ALL = 1.2  # radii: ground so wide is not worth a patch of its own
_WIDE = 0.75  # radii: a wider story has one patch, since one of its surroundings would be as wide as _ALL
_COARSEST = 0.0023, 0.0035  # radii, some 15 and 22 km: the tolerance of that patch on the narrowest and on wide maps
_ASKEW = 8.0  # degrees that north may lean in a small map of a detail
_INNER_BORDERS = 1.0  # radii: a patch narrower than this has first-level borders


def focus_countries(
    candidates: Iterable[Candidate], points: Iterable[Sequence[float]], moved: Moved = NOTHING_MOVED
) -> frozenset[str]:
    """The countries a story is set in: those of its places, and those at its lines and regions.

    ISO codes; where the view moves what lies there, its owner by the view, which may have no code.
    """
    codes = {moved.owner_at(candidate.lon, candidate.lat) or candidate.country for candidate in candidates}
    for lon, lat in points:
        if owner := moved.owner_at(lon, lat):
            codes.add(owner)
            continue
        found = boundaries().at("country", (lon + 180) % 360 - 180, lat)
        if found is not None:
            codes.add(found.country)
    return frozenset(code for code in codes if code)


def _patch(
    projection: Projection,
    box: Box,
    tolerance: float,
    *,
    focus: frozenset[str],
    moved: Moved,
    instead_of: float = 0.0,
) -> Block:
    """A patch of ground, drawn where the page can tell it from one of another tolerance."""
    q = step(tolerance)
    # A little more than the page shows of the patch, so that no cut edge is stroked as a coast.
    under = ground(
        projection,
        grown(box, 1.02, (-9, -9, 9, 9)),
        tolerance,
        focus=focus,
        moved=moved,
        inner_borders=instead_of > 0 and box[2] - box[0] < _INNER_BORDERS,
    )
    land, lakes = under.shore.written
    return {
        "box": [round(value, 7) for value in box],
        "min_zoom": _zoom_for(instead_of) if instead_of else 0,
        "q": q,
        "source": under.shore.source,
        "land": land,
        "focus_land": coded(under.focus_land, q, tolerance),
        "lakes": lakes,
        "borders": coded(under.borders, q, tolerance),
        "borders_disputed": coded(under.borders_disputed, q, tolerance),
        "borders1": coded(under.borders1, q, tolerance),
    }


def _alone(width: float) -> float:
    """The tolerance of a patch that is all the ground of a story so wide."""
    least, most = _COARSEST
    return min(_COARSE, max(width / _FRAME_PIXELS, min(most, max(least, width * 1.5 / _FRAME_PIXELS))))


def _zoom_for(tolerance: float) -> int:
    """The zoom at which steps of this many radii begin to show."""
    return max(0, math.floor(math.log2(_PIXEL_AT_0 / tolerance)))


def _as_it_is(name: str, key: str, country: str) -> str:
    return name


def basemap_block(
    frame: Frame,
    *,
    focus: frozenset[str],
    details: Sequence[Bounds],
    named: frozenset[str] = frozenset(),
    moved: Moved = NOTHING_MOVED,
    shown: Shown = _as_it_is,
) -> Block:
    """Patches and labels for a frame.

    Parameters
    ----------
    frame : Frame
    focus : frozenset of str
        ISO codes of the story's countries, which are drawn a shade lighter.
    details : sequence of bounds
        Small things (a strait's line) in degrees, around which a finer patch is needed.
    named : frozenset of str
        Gazetteer identifiers that the story labels itself.
    moved : Moved
        What the story's view changes about the shipped borders.
    shown : callable
        The name to show for a name, a gazetteer id or a shape's key, and a country code.

    Returns
    -------
    dict
        ``patches``, lowest first, ``labels``, and ``locator`` with the names of a small map, as the page's script
        reads them.
    """
    projection, box = frame.projection, frame.box
    width = max(box[2] - box[0], (box[3] - box[1]) * 1.5)
    patch = partial(_patch, focus=focus, moved=moved)
    # The world in a few strokes, unless the story takes most of it.
    done = _alone(width) if width > _WIDE else _COARSE
    patches = [{**patch(projection, projection.world, done), "box": None}]
    # As much around the frame as is worth a patch: an image wider than its story shows that, too.
    for factor in (min(_STEPS[0], _ALL / width), _STEPS[-1]) if width <= _WIDE else ():
        tolerance = max(_LEAST_TOLERANCE, width * factor / _STEPS[-1] / _FRAME_PIXELS)
        if tolerance < done / 1.5:
            patches.append(patch(projection, grown(box, factor, projection.world), tolerance, instead_of=done))
            done = tolerance
    for detail in _apart(details):
        own = _own_projection(projection, detail)
        near = _surroundings(own, own.around(detail))
        if near[2] - near[0] < width:
            tolerance = max(_LEAST_TOLERANCE, (near[2] - near[0]) / _DETAIL_PIXELS)
            patches.append(patch(own, near, tolerance, instead_of=done))
            if own is not projection:
                patches[-1]["crs"] = own.spec
    return {
        "patches": patches,
        "labels": ground_labels(frame, width, focus, named, shown, moved),
        "locator": locator_names(frame, shown, moved),
    }


def _apart(details: Sequence[Bounds]) -> list[Bounds]:
    """The bounds, those that overlap and are of like size made one."""
    kept: list[Bounds] = []
    for west, south, east, north in sorted(details, key=lambda b: b[0] - b[2] + b[1] - b[3]):
        for number, (w, s, e, n) in enumerate(kept):
            alike = max(east - west, north - south) * 3 > max(e - w, n - s)
            if alike and west <= e and east >= w and south <= n and north >= s:
                kept[number] = min(w, west), min(s, south), max(e, east), max(n, north)
                break
        else:
            kept.append((west, south, east, north))
    return kept


def _surroundings(projection: Projection, box: Box) -> Box:
    """A detail with the ground around it: a strait with the land behind its shores; regions are large by themselves."""
    size = max(box[2] - box[0], box[3] - box[1], 0.0003)
    reach = size * (3.0 if size < 0.05 else 1.5)
    x, y, edge = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, projection.world
    return max(edge[0], x - reach), max(edge[1], y - reach), min(edge[2], x + reach), min(edge[3], y + reach)


def _own_projection(projection: Projection, detail: Bounds) -> Projection:
    """The map's projection, or one for a small thing by itself where that would show it askew."""
    lon, lat = (detail[0] + detail[2]) / 2, (detail[1] + detail[3]) / 2
    if abs(float(projection.tilt(lon, lat))) <= _ASKEW and projection.kind != "world":
        return projection
    return Projection(kind="azimuthal", lon=round(lon, 4), lat=round(lat, 4))
