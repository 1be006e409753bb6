"""The nearest points of two sets of edges on the WGS 84 ellipsoid, by branch and bound.

An edge is a straight line in longitude and latitude. Edges, and groups of neighbouring edges, are balls on the
ellipsoid; pairs of balls that lie farther apart than the best pair known are dropped and the others opened, until only
short pieces of edges are left, whose nearest points are computed. Degrees and metres throughout.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import Geod

__all__ = ["ELLIPSOID", "Floats", "Position", "nearest_points"]

Position = tuple[float, float]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

ELLIPSOID = Geod(ellps="WGS84")
_E2 = ELLIPSOID.es
_R_MIN = ELLIPSOID.a * (1 - _E2)  # radius of curvature of the meridian at the equator, the smallest there is
_R_MAX = ELLIPSOID.a / math.sqrt(1 - _E2)  # and at the poles, the largest
_FAR = 10_000_000.0  # metres from which a chord says too little about a geodesic
_LONG_SIGHT = 100_000.0  # metres from which nine geodesics find the nearest points of two pieces to centimetres
_PIECE = 1_000.0  # metres; longest piece of an edge that the closing step takes as it is
_SAG = 0.05  # metres that a piece may bend away from its chord
_LONGEST = 20_000.0  # metres; longer edges are cut before the search, lest one of them is near to everything
_SPREAD = ((16, 0x0000FF0000FF), (8, 0x00F00F00F00F), (4, 0x0C30C30C30C3), (2, 0x249249249249))
_FAN = 8
_SAMPLE = 256
_ROUNDING = 1e-3  # metres by which a bound may be off


def nearest_points(edges_a: Floats, edges_b: Floats) -> tuple[float, Position, Position]:
    """Shortest geodesic in metres between two sets of edges, and its two ends as (lon, lat).

    Parameters
    ----------
    edges_a, edges_b : array of shape (n, 4)
        lon1, lat1, lon2, lat2 of each edge in degrees; the two ends may be one point.

    Examples
    --------
    >>> nearest_points(np.array([[0.0, 0, 0, 1]]), np.array([[1.0, 2, 1, 0]]))[0].__round__()
    111303
    """
    edges_a, edges_b = _in_order(edges_a), _in_order(edges_b)
    near_a, near_b, best = _nearest_edges(_balls(edges_a), _balls(edges_b))
    return _nearest_points(*_pieces(edges_a[near_a], edges_b[near_b], best))


def _in_order(edges: Floats) -> Floats:
    """The edges, long ones cut into pieces, in the order of a Z-curve: those that follow each other lie near."""
    pieces = np.ceil(2 * _half_length(edges) / _LONGEST).astype(np.intp).clip(1)
    edges, count = np.repeat(edges, pieces, axis=0), np.repeat(pieces, pieces)
    first = np.arange(len(edges)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    step = (edges[:, 2:] - edges[:, :2]) / count[:, None]
    start = edges[:, :2] + first[:, None] * step
    edges = np.hstack([start, np.where((first + 1 == count)[:, None], edges[:, 2:], start + step)])
    ordered: Floats = edges[np.argsort(_z_order(_xyz(start)), kind="stable")]
    return ordered


def _z_order(xyz: Floats) -> Ints:
    """Place on a Z-curve: the bits of the three coordinates, in steps of some hundred metres, taken in turn."""
    bits = ((xyz + 6.4e6) / 200).astype(np.int64)
    for shift, mask in _SPREAD:
        bits = (bits | bits << shift) & mask
    return np.asarray(bits[:, 0] | bits[:, 1] << 1 | bits[:, 2] << 2)


def _half_length(edges: Floats) -> Floats:
    """Metres that no point of an edge lies farther from its middle; a little more than half its length."""
    lon1, lat1, lon2, lat2 = np.radians(edges.T)
    lowest = np.where(lat1 * lat2 <= 0, 0.0, np.minimum(np.abs(lat1), np.abs(lat2)))
    return np.asarray(_R_MAX / 2 * np.hypot(lat2 - lat1, (lon2 - lon1) * np.cos(lowest)))


@dataclass(frozen=True, slots=True)
class _Level:
    """Balls with centres on the ellipsoid: position in degrees, in earth-centred metres, and radius in metres."""

    lonlat: Floats
    xyz: Floats
    radius: Floats


def _xyz(lonlat: Floats) -> Floats:
    lon, lat = np.radians(lonlat.T)
    sin, cos = np.sin(lat), np.cos(lat)
    normal = ELLIPSOID.a / np.sqrt(1 - _E2 * sin**2)
    xyz: Floats = np.stack([normal * cos * np.cos(lon), normal * cos * np.sin(lon), normal * (1 - _E2) * sin], axis=-1)
    return xyz


def _on_ellipsoid(xyz: Floats) -> Floats:
    """Positions (lon, lat) where the rays from the earth's centre through the given points leave the ellipsoid."""
    x, y, z = xyz.T
    radians: Floats = np.stack([np.arctan2(y, x), np.arctan2(z, (1 - _E2) * np.hypot(x, y))], axis=-1)
    return np.degrees(radians)


def _ball(edges: Floats) -> _Level:
    middle = (edges[:, :2] + edges[:, 2:]) / 2
    return _Level(middle, _xyz(middle), _half_length(edges))


def _balls(edges: Floats) -> list[_Level]:
    """Balls around edges, then around eight of those, and so on up to a few; eight that follow each other are near."""
    levels = [_ball(edges)]
    while len(levels[-1].radius) > _FAN:
        below = levels[-1]
        starts = np.arange(0, len(below.radius), _FAN)
        sizes = np.diff(np.append(starts, len(below.radius)))
        lonlat = _on_ellipsoid(np.add.reduceat(below.xyz, starts) / sizes[:, None])
        xyz = _xyz(lonlat)
        reach = _bounds(np.linalg.norm(below.xyz - np.repeat(xyz, sizes, axis=0), axis=1))[1] + below.radius
        levels.append(_Level(lonlat, xyz, np.maximum.reduceat(reach, starts)))
    return levels


def _bounds(chord: Floats) -> tuple[Floats, Floats]:
    """The shortest and longest that a geodesic over a chord (metres) can be, by the ellipsoid's extreme curvatures."""
    low = 2 * _R_MAX * np.arcsin(np.minimum(1, chord / (2 * _R_MAX)))
    return low, np.where(low > _FAR, math.pi * ELLIPSOID.a, 2 * _R_MIN * np.arcsin(np.minimum(1, chord / (2 * _R_MIN))))


def _apart(a: _Level, ia: Ints, b: _Level, ib: Ints) -> tuple[Floats, Floats]:
    """Lower and upper bound in metres of the geodesics between centres; the two are equal where they lie far apart."""
    low, high = _bounds(np.linalg.norm(a.xyz[ia] - b.xyz[ib], axis=1))
    far = low > _FAR
    if far.any():
        low[far] = high[far] = ELLIPSOID.inv(*a.lonlat[ia[far]].T, *b.lonlat[ib[far]].T)[2]
    return low, high


def _nearest_edges(a: list[_Level], b: list[_Level]) -> tuple[Ints, Ints, float]:
    """Pairs of edges that may hold the nearest points, and a distance in metres that the shortest doesn't exceed."""
    la, lb = len(a) - 1, len(b) - 1
    ia, ib = (grid.ravel() for grid in np.indices((len(a[la].radius), len(b[lb].radius))))
    best = _good_guess(a[0], b[0])
    while True:
        low, high = _apart(a[la], ia, b[lb], ib)
        reach = a[la].radius[ia] + b[lb].radius[ib]
        best = min(best, float((high + (reach if la or lb else 0)).min()))
        keep = low - reach <= best + _ROUNDING
        ia, ib = ia[keep], ib[keep]
        if la == lb == 0:
            return ia, ib, best
        if la >= lb:
            la -= 1
            ia, ib = _open(ia, ib, len(a[la].radius))
        else:
            lb -= 1
            ib, ia = _open(ib, ia, len(b[lb].radius))


def _good_guess(a: _Level, b: _Level) -> float:
    """A distance in metres that some two middles of edges have, often nearly the shortest."""
    some_a, some_b = (np.unique(np.linspace(0, len(level.radius) - 1, _SAMPLE).astype(np.intp)) for level in (a, b))
    # |p - q|² is |p|² + |q|² - 2 p·q, and the middles lie at nearly one distance from the earth's centre.
    ia = some_a[int(np.argmax((a.xyz[some_a] @ b.xyz[some_b].T).max(axis=1)))]
    for _ in range(3):  # to and fro between the two, each time to the nearest
        ib = int(np.argmin(np.square(b.xyz - a.xyz[ia]).sum(axis=1)))
        ia = int(np.argmin(np.square(a.xyz - b.xyz[ib]).sum(axis=1)))
    return float(ELLIPSOID.inv(*a.lonlat[ia], *b.lonlat[ib])[2])


def _open(opened: Ints, other: Ints, count: int) -> tuple[Ints, Ints]:
    """Each ball's eight with the ball it was paired with."""
    inner = (opened[:, None] * _FAN + np.arange(_FAN)).ravel()
    exists = inner < count
    return inner[exists], np.repeat(other, _FAN)[exists]


def _pieces(a: Floats, b: Floats, best: float) -> tuple[Floats, Floats, float]:
    """Halve the edges of each pair until they are short and straight enough, dropping pairs that lie too far apart."""
    while True:
        ball_a, ball_b = _ball(a), _ball(b)
        every = np.arange(len(a))
        low, high = _apart(ball_a, every, ball_b, every)
        best = min(best, float(high.min()))
        keep = low - ball_a.radius - ball_b.radius <= best + _ROUNDING
        a, b = a[keep], b[keep]
        bent_a, bent_b = _bent(a, best), _bent(b, best)
        if not (bent_a.any() or bent_b.any()):
            return a, b, best
        a, b = _halve(a, b, bent_a)
        bent_b = np.concatenate([bent_b, bent_b[bent_a]])
        b, a = _halve(b, a, bent_b)


def _bent(edges: Floats, best: float) -> npt.NDArray[np.bool_]:
    length = 2 * _half_length(edges)
    if best > _LONG_SIGHT:
        return np.asarray(length > _PIECE)
    # A straight line in lon/lat turns by no more than twice its difference of longitude.
    sag = length * np.abs(np.radians(edges[:, 2] - edges[:, 0])) / 4
    return np.asarray((length > _PIECE) | (sag > _SAG))


def _halve(edges: Floats, others: Floats, which: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    middle = (edges[which, :2] + edges[which, 2:]) / 2
    first, second = edges.copy(), np.hstack([middle, edges[which, 2:]])
    first[which, 2:] = middle
    return np.concatenate([first, second]), np.concatenate([others, others[which]])


def _nearest_points(a: Floats, b: Floats, best: float) -> tuple[float, Position, Position]:
    steps = _nine(len(a)) if best > _LONG_SIGHT else _on_chords(a, b)
    points_a = np.concatenate([a[:, :2] + t[:, None] * (a[:, 2:] - a[:, :2]) for t, _ in steps])
    points_b = np.concatenate([b[:, :2] + u[:, None] * (b[:, 2:] - b[:, :2]) for _, u in steps])
    metres = ELLIPSOID.inv(*points_a.T, *points_b.T)[2]
    at = int(np.argmin(metres))
    (lon_a, lat_a), (lon_b, lat_b) = points_a[at].tolist(), points_b[at].tolist()
    return float(metres[at]), (lon_a, lat_a), (lon_b, lat_b)


def _nine(count: int) -> list[tuple[Floats, Floats]]:
    """Ends and middles of both pieces: far apart, a geodesic's length is all but linear over a kilometre."""
    at = [np.full(count, share) for share in (0.0, 0.5, 1.0)]
    return [(t, u) for t in at for u in at]


def _on_chords(a: Floats, b: Floats) -> Sequence[tuple[Floats, Floats]]:
    """Where the chords of two pieces come nearest, as shares of each; several attempts, of which one is right."""
    start_a, start_b = _xyz(a[:, :2]), _xyz(b[:, :2])
    along_a, along_b = _xyz(a[:, 2:]) - start_a, _xyz(b[:, 2:]) - start_b
    gap = start_a - start_b
    aa, bb, ab = (np.einsum("ij,ij->i", p, q) for p, q in ((along_a, along_a), (along_b, along_b), (along_a, along_b)))
    ga, gb = (np.einsum("ij,ij->i", gap, along) for along in (along_a, along_b))
    zero, one = np.zeros(len(a)), np.ones(len(a))

    def foot(numerator: Floats, square: Floats) -> Floats:
        return np.clip(numerator / np.where(square > 0, square, 1), 0, 1)

    cross = np.clip((ab * gb - bb * ga) / np.where(aa * bb - ab**2 > 0, aa * bb - ab**2, 1), 0, 1)
    return [
        (cross, foot(gb + cross * ab, bb)),
        (zero, foot(gb, bb)),
        (one, foot(gb + ab, bb)),
        (foot(-ga, aa), zero),
        (foot(ab - ga, aa), one),
    ]
