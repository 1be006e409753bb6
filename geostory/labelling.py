"""Where a label of a still image can stand, by the rules of the page's own placing.js.

Boxes are (left, top, right, bottom) in pixels, tried in order until one is free.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

__all__ = [
    "RULE",
    "Area",
    "Box",
    "Found",
    "Sheet",
    "Spot",
    "box_at",
    "edge_arrow",
    "meet",
    "place_area",
    "place_ground",
    "place_line",
    "place_point",
]

Box = tuple[float, float, float, float]
Spot = tuple[float, float]
Segment = tuple[float, float, float, float]
Found = tuple[Box, Segment | None]
"""A label's box, and the line that leads from it to what it names."""

RULE = "rule"
"""Owner of lines that a label may cross where it must."""
_GAP = 3.0
_EDGED = "edge"
_ARROW = 10.0  # pixels: a triangle at the map's edge
_SIDES = ((1, 0), (1, -1), (1, 1), (-1, 0), (-1, -1), (-1, 1), (0, -1), (0, 1))
_LED = tuple(
    (distance, -math.pi / 8 * ((1 if step % 2 else -1) * math.ceil(step / 2)) - math.pi / 8)
    for distance in (16, 28, 42, 58, 76, 96, 120)
    for step in range(16)
)


def box_at(x: float, y: float, size: Spot) -> Box:
    """The box of a size around a middle."""
    return x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2


def meet(a: Box, b: Box, gap: float = 0.0) -> bool:
    """Whether two boxes come closer than a gap."""
    return a[0] < b[2] + gap and a[2] > b[0] - gap and a[1] < b[3] + gap and a[3] > b[1] - gap


def _through(segment: Segment, box: Box, gap: float = 0.0) -> bool:
    """Whether a segment runs through a box (Liang and Barsky's clipping)."""
    x1, y1, x2, y2 = segment
    if (
        max(x1, x2) < box[0] - gap
        or min(x1, x2) > box[2] + gap
        or max(y1, y2) < box[1] - gap
        or min(y1, y2) > box[3] + gap
    ):
        return False
    start, end = 0.0, 1.0
    dx, dy = x2 - x1, y2 - y1
    for p, q in (
        (-dx, x1 - box[0] + gap),
        (dx, box[2] + gap - x1),
        (-dy, y1 - box[1] + gap),
        (dy, box[3] + gap - y1),
    ):
        if p == 0:
            if q < 0:
                return False
            continue
        if p < 0:
            start = max(start, q / p)
        else:
            end = min(end, q / p)
        if start > end:
            return False
    return True


def _crosses(one: Segment, other: Segment) -> bool:
    ax, ay, bx, by = one
    cx, cy, dx, dy = other

    def side(px: float, py: float, qx: float, qy: float, rx: float, ry: float) -> bool:
        return (qx - px) * (ry - py) > (qy - py) * (rx - px)

    return side(ax, ay, bx, by, cx, cy) != side(ax, ay, bx, by, dx, dy) and side(cx, cy, dx, dy, ax, ay) != side(
        cx, cy, dx, dy, bx, by
    )


@dataclass
class Sheet:
    """What stands on a map already: labels, marks and furniture as boxes, lines as segments, each with its owner."""

    view: Box
    taken: list[tuple[Box, str]] = field(default_factory=list)
    lines: list[tuple[Segment, str]] = field(default_factory=list)
    lenient: bool = False

    def inside(self, box: Box) -> bool:
        """Whether nothing of a box is cut by the edge."""
        view = self.view
        return box[0] >= view[0] and box[1] >= view[1] and box[2] <= view[2] and box[3] <= view[3]

    def free(self, box: Box, owner: str, gap: float = _GAP) -> bool:
        """Whether a box lies inside and clear of all that is not its owner's."""
        if not self.inside(box):
            return False
        left, top, right, bottom = box[0] - gap, box[1] - gap, box[2] + gap, box[3] + gap
        for (a, b, c, d), whose in self.taken:
            if left < c and right > a and top < d and bottom > b and whose != owner:
                return False
        for (x1, y1, x2, y2), whose in self.lines:
            if (x1 < left and x2 < left) or (x1 > right and x2 > right) or (y1 < top and y2 < top):
                continue
            if whose != owner and not (self.lenient and whose == RULE) and _through((x1, y1, x2, y2), box, 2):
                return False
        return True

    def _barriers(self, owner: str) -> Iterator[Segment]:
        return (line for line, whose in self.lines if whose != owner and not (self.lenient and whose == RULE))

    def clear(self, segment: Segment, owner: str) -> bool:
        """Whether a leader runs over nothing and across no line."""
        return not any(whose != owner and _through(segment, box, 1) for box, whose in self.taken) and not any(
            _crosses(line, segment) for line in self._barriers(owner)
        )

    def first(self, boxes: Iterable[Box], owner: str, gap: float = _GAP) -> Box | None:
        """The first box that is free."""
        return next((box for box in boxes if self.free(box, owner, gap)), None)


def _around(at: Spot, size: Spot, radius: float, sides: Sequence[tuple[int, int]] = _SIDES) -> Iterator[Box]:
    """Boxes around a point, at its right first."""
    for sx, sy in sides:
        slant = 0.75 if sx and sy else 1.0
        x = at[0] + sx * ((radius + 3) * slant + size[0] / 2)
        y = at[1] + sy * (((radius - 1) * 0.9 if sx else radius + 1) + size[1] / 2)
        yield box_at(x, y, size)


def _led(
    at: Spot,
    size: Spot,
    radius: float,
    sheet: Sheet,
    owner: str,
    allows: Callable[[Box, Segment], bool] = lambda box, leader: True,
) -> Found | None:
    """The nearest free box further off, with the line that leads back to the point."""
    for distance, angle in _LED:
        x = at[0] + math.cos(angle) * (radius + distance + size[0] / 2)
        y = at[1] + math.sin(angle) * (radius + distance + size[1] / 2)
        box = box_at(x, y, size)
        if not sheet.free(box, owner):
            continue
        end = max(box[0], min(at[0], box[2])), max(box[1], min(at[1], box[3]))
        length = math.hypot(end[0] - at[0], end[1] - at[1]) or 1.0
        start = tuple(at[i] + (end[i] - at[i]) / length * (radius + 1) for i in (0, 1))
        leader = (start[0], start[1], *end)
        if allows(box, leader) and sheet.clear(leader, owner):
            return box, leader
    return None


def place_point(
    at: Spot, size: Spot, radius: float, sheet: Sheet, owner: str, allows: Callable[[Box], bool] = lambda box: True
) -> Found | None:
    """A label beside a point, on one of eight sides, else led to it."""
    box = sheet.first((box for box in _around(at, size, radius) if allows(box)), owner)
    return (box, None) if box else _led(at, size, radius, sheet, owner, lambda box, leader: allows(box))


def _beyond(path: Sequence[Spot], size: Spot) -> Iterator[Box]:
    """Boxes past the ends of a line, the upper end first."""
    ends = sorted(((path[0], path[1]), (path[-1], path[-2])), key=lambda pair: pair[0][1])
    for end, before in ends:
        side = math.copysign(1.0, end[1] - before[1]) if end[1] != before[1] else -1.0
        for share in (0, -0.25, 0.25):
            yield box_at(end[0] + share * size[0], end[1] + side * (size[1] / 2 + 6), size)


def _beside(path: Sequence[Spot], size: Spot) -> Iterator[Box]:
    """Boxes along a line, near its middle first."""
    for gap in (5, 14):
        for share in (0.5, 0.42, 0.58, 0.33, 0.67, 0.24, 0.76, 0.15, 0.85):
            x, y, dx, dy = _along(path, share)
            slope = math.atan2(dy, dx)
            nx, ny = -math.sin(slope), math.cos(slope)
            reach = abs(nx) * size[0] / 2 + abs(ny) * size[1] / 2 + gap
            up = -1 if ny > 0 else 1
            for side in (up, -up):
                yield box_at(x + nx * reach * side, y + ny * reach * side, size)


def place_line(path: Sequence[Spot], size: Spot, sheet: Sheet, owner: str) -> Found | None:
    """A label beside a line, clear of it and its ticks, else past an end, else led; over rules of an inset last."""
    ends = [box_at(*end, (10.0, 10.0)) for end in (path[0], path[-1])]

    def clear(box: Box) -> bool:
        return not any(meet(end, box) for end in ends) and not any(
            _through((*a, *b), box, 2) for a, b in pairwise(path)
        )

    def apart(share: float) -> Callable[[Box, Segment], bool]:
        # A leader must not look like a piece of the line.
        _, _, dx, dy = _along(path, share)

        def allows(box: Box, leader: Segment) -> bool:
            x, y = leader[2] - leader[0], leader[3] - leader[1]
            return clear(box) and abs(x * dy - y * dx) > 0.5 * (math.hypot(x, y) * math.hypot(dx, dy) or 1)

        return allows

    boxes = [box for box in (*_beside(path, size), *_beyond(path, size)) if clear(box)]
    for lenient in (False, True):
        sheet.lenient = lenient
        box = sheet.first(boxes, owner)
        found: Found | None = (box, None) if box else None
        for share in () if box else (0.5, 0.85, 0.15):
            x, y, _, _ = _along(path, share)
            found = found or _led((x, y), size, 2, sheet, owner, apart(share))
        sheet.lenient = False
        if found:
            return found
    return None


def _along(path: Sequence[Spot], share: float) -> tuple[float, float, float, float]:
    """A point at a share of a line's length, and the direction there."""
    lengths = [math.dist(a, b) for a, b in pairwise(path)]
    left, i = sum(lengths) * share, 0
    while i < len(lengths) - 1 and left > lengths[i]:
        left -= lengths[i]
        i += 1
    a, b = path[i], path[i + 1]
    part = left / lengths[i] if lengths[i] else 0.0
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part, b[0] - a[0], b[1] - a[1]


@dataclass(frozen=True, kw_only=True)
class Area:
    """An area to name: where its name is best set, its own box, and whether a point lies in it.

    ``small`` ones are named like a point of radius ``reach`` where the middle is taken or, unless ``roomy``, at once.
    """

    at: Spot
    extent: Box
    small: bool
    roomy: bool
    reach: float
    contains: Callable[[float, float], bool]
    allows: Callable[[Box], bool] = lambda box: True


def place_area(area: Area, size: Spot, sheet: Sheet, owner: str) -> Found | None:
    """A label in an area: where it says, near there, or anywhere in what the view shows of it."""
    near = ((0, 0), (0, -1), (0, 1), (-0.5, 0), (0.5, 0), (0, -2), (0, 2), (-1, 0), (1, 0))
    boxes = [box_at(area.at[0] + x * size[0] * 0.6, area.at[1] + y * (size[1] + 4), size) for x, y in near]

    def fits(box: Box) -> bool:
        return area.contains((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)

    if area.small:
        box = sheet.first(boxes[:1] if area.roomy else (), owner)
        return (box, None) if box else place_point(area.at, size, area.reach, sheet, owner, area.allows)
    box = sheet.first(filter(fits, boxes), owner) or sheet.first(
        filter(fits, _grid(area.extent, size, sheet.view)), owner
    )
    return (box, None) if box else None


def _grid(extent: Box, size: Spot, view: Box) -> list[Box]:
    """Boxes all over what the view shows of an area, the middle ones first."""
    left, top = max(extent[0], view[0]), max(extent[1], view[1])
    right, bottom = min(extent[2], view[2]), min(extent[3], view[3])
    if left >= right or top >= bottom:
        return []
    spots = [(left + (right - left) * i / 9, top + (bottom - top) * j / 9) for i in range(1, 9) for j in range(1, 9)]
    spots.sort(key=lambda spot: math.dist(spot, ((left + right) / 2, (top + bottom) / 2)))
    return [box_at(x, y, size) for x, y in spots]


def edge_arrow(way: Spot, size: Spot, sheet: Sheet) -> tuple[Box, Sequence[Spot]] | None:
    """A name at the map's edge with a triangle that points a way: the name's box and the triangle's corners."""
    left, top, right, bottom = sheet.view
    x, y = (left + right) / 2, (top + bottom) / 2
    length = math.hypot(*way) or 1.0
    ux, uy = way[0] / length, way[1] / length
    reach = min(
        (right - x) / abs(ux) if ux else math.inf,
        (bottom - y) / abs(uy) if uy else math.inf,
    )
    at = x + ux * (reach - 5), y + uy * (reach - 5)
    aside = (0.0, 1.0) if (right - x) * abs(uy) <= (bottom - y) * abs(ux) else (1.0, 0.0)
    # Along the edge, else further in, where credits or a scale stand at it.
    shifts = [18.0 * math.ceil(step / 2) * (1 if step % 2 else -1) for step in range(25)]
    for inward, shift in sorted(((i, s) for i in (0, 28, 56) for s in shifts), key=lambda pair: pair[0] + abs(pair[1])):
        tip = (
            at[0] + aside[0] * shift - aside[1] * math.copysign(inward, ux),
            at[1] + aside[1] * shift - aside[0] * math.copysign(inward, uy),
        )
        middle = (
            tip[0] - ux * _ARROW - max(-1.0, min(1.0, 2 * ux)) * (size[0] / 2 + 3),
            tip[1] - uy * _ARROW - max(-1.0, min(1.0, 2 * uy)) * (size[1] / 2 + 2),
        )
        box = box_at(
            max(left + size[0] / 2, min(right - size[0] / 2, middle[0])),
            max(top + size[1] / 2, min(bottom - size[1] / 2, middle[1])),
            size,
        )
        base = tip[0] - ux * _ARROW, tip[1] - uy * _ARROW
        corners = (tip, (base[0] - uy * 5, base[1] + ux * 5), (base[0] + uy * 5, base[1] - ux * 5))
        around = box_at(tip[0] - ux * _ARROW / 2, tip[1] - uy * _ARROW / 2, (_ARROW, _ARROW))
        if sheet.free(box, _EDGED) and sheet.free(around, _EDGED, -2) and not meet(box, around, -1):
            return box, corners
    return None


def place_ground(at: Spot, size: Spot, sheet: Sheet, owner: str, *, town: bool) -> Box | None:
    """A name of the ground: at its place or a little off it, never led."""
    shifts = ((0, 0), (0, -1), (0, 1), (-0.4, 0), (0.4, 0))
    boxes = (
        _around(at, size, 2.5, _SIDES[:6])
        if town
        else (box_at(at[0] + x * size[0], at[1] + y * size[1], size) for x, y in shifts)
    )
    return sheet.first(boxes, owner, 6)
