"""The land of the world as one coverage: polygons that share every vertex of a common edge, and those edges.

Coordinates are whole multiples of 10^-5 degrees, so that equal vertices are equal numbers.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from boundary_sources import CARVED, DIGITS, NOT_OF, OWN_CODE, TOUCHING_M, UN_COUNTRY, areal
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

__all__ = ["Edges", "Pieces", "assemble", "chains", "edges_of", "landmass_of", "thinned"]

SPECK = 1e-5  # square degrees: what is smaller is a difference of roundings, not land
COARSE = 1e-3
ICE_FIELD = "SPI"  # Southern Patagonian Ice Field: on no side of a border that was never drawn


@dataclass
class Pieces:
    """Polygons that don't overlap, one for each island of each unit, with the codes of unit and country."""

    shapes: NDArray[np.object_]
    unit: list[str]
    country: list[str]

    def add(self, shape: BaseGeometry, unit: str, country: str) -> None:
        """Append the polygons of a shape."""
        parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 0]
        self.shapes = np.append(self.shapes, np.array(parts, dtype=object))
        self.unit += [unit] * len(parts)
        self.country += [country] * len(parts)


def assemble(units: list[dict[str, Any]], countries: Any, land: list[BaseGeometry]) -> Pieces:
    """Pieces of every unit, of land that only the countries or the land file have, and of minor islands.

    Each unit gets its "country" (by the code's prefix, or as the UN counts it where that differs) and its "key", the
    code made unique. Units carved out of others are appended to ``units``.
    """
    _carve(units, shapely.union_all(countries.geometry.values))
    pieces = Pieces(np.empty(0, dtype=object), [], [])
    _name_keys(units)
    for unit in units:
        rest, holder = unit["shape"], unit["country"]
        for country in NOT_OF.get(holder, ()):
            theirs = countries[countries.ISO_A2_EH.eq(country)].geometry.iloc[0]
            held = shapely.intersection(rest, theirs)
            if held.area > COARSE:
                pieces.add(areal(held), unit["key"], country)
                parts = shapely.get_parts(shapely.difference(rest, held))
                rest = areal(shapely.union_all(parts[shapely.area(parts) > SPECK]))
                unit["country"] = country if held.area > rest.area else holder
        pieces.add(rest, unit["key"], holder)
    _mend(pieces)
    _add_rest(pieces, countries, land)
    return pieces


def _mend(pieces: Pieces) -> None:
    """Make the few pieces fit that overlap their neighbours or leave gaps."""
    wrong = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(pieces.shapes)))
    if len(wrong):
        pieces.shapes[wrong] = [areal(shape) for shape in shapely.coverage_clean(pieces.shapes[wrong])]
    whole = pieces.shapes[shapely.area(pieces.shapes) > 0]
    keep = (shapely.area(pieces.shapes) > 0).tolist()
    pieces.unit = [unit for unit, good in zip(pieces.unit, keep, strict=True) if good]
    pieces.country = [country for country, good in zip(pieces.country, keep, strict=True) if good]
    pieces.shapes = whole


def _add_rest(pieces: Pieces, countries: Any, land: list[BaseGeometry]) -> None:
    """Add the land that no unit has: some larger pieces, such as Åland's, and the minor islands."""
    holder, known = shapely.STRtree(countries.geometry.values), shapely.STRtree(pieces.shapes)
    islands, filled = [], []
    for shape in land:
        touching = known.query(shape, predicate="intersects")
        if not len(touching):
            islands.append(shape)
            continue
        for part in shapely.get_parts(shapely.difference(shape, shapely.union_all(pieces.shapes[touching]))):
            if part.area > SPECK:
                at = holder.query(part.representative_point(), predicate="intersects")
                beside = {pieces.country[number] for number in known.query(part, predicate="intersects")}
                code = countries.ISO_A2_EH.iloc[at[0]] if len(at) else beside.pop() if len(beside) == 1 else ICE_FIELD
                filled.append((areal(part), code))
    for part, code in filled:
        pieces.add(part, "", code)
    _add_islands(pieces, islands)


def _carve(units: list[dict[str, Any]], undisputed: BaseGeometry) -> None:
    for code, new_code, name, country in CARVED:
        unit = next(unit for unit in units if unit["code"] == code)
        rest = shapely.difference(unit["shape"], undisputed)
        cut = shapely.union_all([part for part in shapely.get_parts(rest) if part.area > COARSE])
        unit["shape"] = areal(shapely.difference(unit["shape"], cut))
        at = cut.representative_point()
        units.append(
            {
                "code": new_code,
                "name": name,
                "adm0_a3": country,
                "adm1_code": new_code,
                "shape": areal(cut),
                "longitude": at.x,
                "latitude": at.y,
            }
        )


def _name_keys(units: list[dict[str, Any]]) -> None:
    taken: set[str] = set()
    for unit in sorted(units, key=lambda unit: (unit["code"], -unit["shape"].area, unit["adm1_code"])):
        prefix, _, rest = (
            unit["code"].rpartition("-") if unit["code"].startswith("-99") else unit["code"].partition("-")
        )
        unit["country"] = OWN_CODE.get(unit["code"]) or (UN_COUNTRY[unit["adm0_a3"]] if prefix == "-99" else prefix)
        key = f"{unit['country']}-{rest}" if prefix == "-99" else unit["code"]
        # Natural Earth gives some codes to several units: the largest keeps it, the others add their own number.
        unit["key"] = key if key not in taken else f"{key}~{unit['adm1_code'].split('-')[-1]}"
        taken.add(unit["key"])


def _add_islands(pieces: Pieces, islands: list[BaseGeometry]) -> None:
    """Minor islands go to the unit whose coast they all but touch, where one country alone is near, else to none.

    Further off, nearness says nothing: Kastellorizo, two kilometres from Turkey, is Greece's.
    """
    tree = shapely.STRtree(pieces.shapes)
    reach = TOUCHING_M / 111_320
    owned = []
    for island in islands:
        west, south, east, north = island.bounds
        squeeze = max(np.cos(np.radians((south + north) / 2)), 0.05)
        box = shapely.box(west - reach / squeeze, south - reach, east + reach / squeeze, north + reach)
        near: list[tuple[float, int]] = []
        for number in sorted(tree.query(box)):
            clipped = shapely.clip_by_rect(pieces.shapes[number], *box.bounds)
            flat = [shapely.transform(shape, lambda xy: xy * [squeeze, 1.0]) for shape in (island, clipped)]  # noqa: B023
            gap = shapely.distance(*flat)
            if not clipped.is_empty and gap <= reach:
                near.append((gap, number))
        holders = {pieces.country[number] for _, number in near}
        number = min(near)[1] if len(holders) == 1 else -1
        owned.append(
            (island, pieces.unit[number] if number >= 0 else "", pieces.country[number] if number >= 0 else "")
        )
    for island, unit, country in owned:
        pieces.add(island, unit, country)


@dataclass(frozen=True)
class Edges:
    """Straight edges of a coverage: both ends (whole numbers) and the one or two pieces beside each (-1 for none)."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]

    def pick(self, wanted: NDArray[Any]) -> "Edges":
        """The wanted edges, by a mask or by their numbers."""
        return Edges(self.start[wanted], self.end[wanted], self.left[wanted], self.right[wanted])

    def on_seam(self) -> NDArray[np.bool_]:
        """Which edges are no real ones: they run along the antimeridian or the pole."""
        x0, y0, x1, y1 = *self.start.T, *self.end.T
        half = 180 * 10**DIGITS
        return ((x0 == x1) & (np.abs(x0) == half)) | ((y0 == y1) & (y0 == -half // 2))


def whole(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Coordinates as whole numbers of the grid."""
    return np.rint(xy * 10**DIGITS).astype(np.int64)


def number_of(points: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for each point of the grid."""
    return points[:, 0] * 40_000_000 + points[:, 1]


def among(xy: NDArray[np.float64], kept: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which coordinates are among the sorted point numbers ``kept``."""
    numbers = number_of(whole(xy))
    return kept[np.minimum(np.searchsorted(kept, numbers), len(kept) - 1)] == numbers


def edges_of(shapes: NDArray[np.object_]) -> Edges:
    """The edges of a coverage, each once."""
    rings, owner = shapely.get_rings(shapes, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    points = whole(xy)
    inside = ring[:-1] == ring[1:]
    start, end, piece = points[:-1][inside], points[1:][inside], owner[ring[:-1][inside]]
    first, second = number_of(start), number_of(end)
    low, high = np.minimum(first, second), np.maximum(first, second)
    order = np.lexsort((piece, high, low))
    fresh = np.ones(len(order), bool)
    fresh[1:] = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    at = np.flatnonzero(fresh)
    if np.diff(np.append(at, len(order))).max() > 2:
        raise SystemExit("the coverage is broken: three pieces share one edge")
    shared = np.append(at[1:], len(order)) - at == 2
    right = np.full(len(at), -1)
    right[shared] = piece[order][at[shared] + 1]
    return Edges(start[order][at], end[order][at], piece[order][at], right)


def landmass_of(pieces: Pieces, edges: Edges) -> NDArray[np.int64]:
    """Number of the landmass part of each piece: pieces with a common edge, or meeting at the antimeridian."""
    parent = list(range(len(pieces.shapes)))

    def root(piece: int) -> int:
        while parent[piece] != piece:
            parent[piece] = parent[parent[piece]]
            piece = parent[piece]
        return piece

    shared = edges.pick(edges.right >= 0)
    pairs = np.unique(np.stack([shared.left, shared.right], axis=1), axis=0)
    seam = edges.pick(edges.on_seam() & (edges.right < 0) & (np.abs(edges.start[:, 0]) == 180 * 10**DIGITS))
    spans = [
        (min(a[1], b[1]), max(a[1], b[1]), a[0] > 0, p) for a, b, p in zip(seam.start, seam.end, seam.left, strict=True)
    ]
    east, west = [span for span in spans if span[2]], [span for span in spans if not span[2]]
    meeting = [(e[3], w[3]) for e in east for w in west if e[0] < w[1] and w[0] < e[1]]
    for one, other in [*pairs.tolist(), *meeting]:
        parent[root(int(one))] = root(int(other))
    return np.array([root(piece) for piece in range(len(parent))])


def chains(edges: Edges) -> BaseGeometry:
    """Edges joined to lines that are as long as can be."""
    ends = np.stack([edges.start, edges.end], axis=1) / 10.0**DIGITS
    merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(ends)))
    return merged if merged.geom_type == "MultiLineString" else shapely.multilinestrings([merged])


def thinned(lines: BaseGeometry, kept: NDArray[np.int64]) -> BaseGeometry:
    """Lines without the vertices that the simplified coverage dropped; their ends stay."""
    found = []
    for line in shapely.get_parts(lines):
        xy = shapely.get_coordinates(line)
        stays = among(xy, kept)
        stays[[0, -1]] = True
        if line.is_ring and stays.sum() < 4:  # an island must not shrink to a stroke
            stays[np.linspace(0, len(xy) - 1, 4).astype(int)] = True
        found.append(shapely.linestrings(xy[stays]))
    return shapely.multilinestrings(found)


def pieces_by(keys: list[str] | NDArray[np.int64]) -> dict[Any, list[int]]:
    """Numbers of the pieces of each key, in the order of the pieces; empty keys apart."""
    found: dict[Any, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        if key != "":
            found[key].append(number)
    return found


def blocks(
    lines: BaseGeometry, kept: NDArray[np.int64], *, size: int, cell: float
) -> Iterator[tuple[tuple[int, int], Any]]:
    """Lines cut at kept vertices into runs of about ``size`` vertices, gathered by cells of ``cell`` degrees."""
    found: dict[tuple[int, int], list[BaseGeometry]] = defaultdict(list)
    for line in shapely.get_parts(lines):
        xy = shapely.get_coordinates(line)
        stays = np.flatnonzero(among(xy, kept))
        if line.is_ring and len(stays) and stays[0] != 0:
            xy = np.concatenate([xy[stays[0] :], xy[1 : stays[0] + 1]])
            stays = np.flatnonzero(among(xy, kept))
        cuts = [0]
        for at in stays.tolist():
            if at - cuts[-1] >= size and len(xy) - 1 - at >= size // 2:
                cuts.append(at)
        for begin, stop in zip(cuts, [*cuts[1:], len(xy) - 1], strict=True):
            run = xy[begin : stop + 1]
            middle = (run.min(axis=0) + run.max(axis=0)) / 2
            found[(int(middle[0] // cell * cell), int(middle[1] // cell * cell))].append(shapely.linestrings(run))
    for place in sorted(found):
        yield place, shapely.multilinestrings(found[place])


def smoothed(
    line: BaseGeometry, flags: Callable[[NDArray[np.float64]], NDArray[np.bool_]], *, least: float
) -> list[tuple[bool, BaseGeometry]]:
    """A line cut into flagged and other runs by its edges' midpoints; those shorter than ``least`` change theirs."""
    xy = shapely.get_coordinates(line)
    flag = flags((xy[:-1] + xy[1:]) / 2)
    length = np.hypot(*np.diff(xy, axis=0).T)
    for _ in range(2):  # once more for what the first pass has made
        starts = np.flatnonzero(np.append(True, flag[1:] != flag[:-1]))
        for begin, stop in zip(starts, np.append(starts[1:], len(flag)), strict=True):
            if length[begin:stop].sum() < min(least, length.sum() / 2) and len(starts) > 1:
                flag[begin:stop] = not flag[begin]
    starts = np.flatnonzero(np.append(True, flag[1:] != flag[:-1])).tolist()
    runs = zip(starts, [*starts[1:], len(flag)], strict=True)
    return [(bool(flag[begin]), shapely.linestrings(xy[begin : stop + 1])) for begin, stop in runs]
