"""Lengths on the earth: right to a metre for any two geometries, wherever they lie."""

import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geostory.errors import GeostoryError
from geostory.geodesy import best_west, geodesic_line, geodesic_m, shortest, unwrap

GEOD = Geod(ellps="WGS84")


# ---- a reference that only samples ----------------------------------------------------------------------------------


def edges_of(geometry):
    found = []
    for part in getattr(geometry, "geoms", [geometry]):
        for line in [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]:
            at = np.array(line.coords)
            found += list(pairwise(at)) or [(at[0], at[0])]
    return found


SHARES = np.linspace(0, 1, 17)


def narrowed(metres_at, count):
    """Lowest of `count` functions of a share of an edge: sampled at 17 places, then between the lowest's neighbours."""
    low, high = np.zeros((count, 1)), np.ones((count, 1))
    best = np.full(count, np.inf)
    for _ in range(8):
        shares = low + SHARES * (high - low)
        metres = metres_at(shares)
        at = metres.argmin(axis=1)[:, None]
        best = np.minimum(best, metres.min(axis=1))
        low = np.take_along_axis(shares, np.maximum(at - 1, 0), 1)
        high = np.take_along_axis(shares, np.minimum(at + 1, 16), 1)
    return best


def from_point(points, starts, ends):
    """Shortest geodesics from points to edges, one each."""

    def metres_at(shares):
        at = starts[:, None] + shares[..., None] * (ends - starts)[:, None]
        return GEOD.inv(*np.broadcast_to(points[:, None], at.shape).reshape(-1, 2).T, *at.reshape(-1, 2).T)[2].reshape(
            shares.shape
        )

    return narrowed(metres_at, len(points))


def sampled(a, b):
    """Shortest geodesic between two geometries by sampling edge after edge, from the most promising pair on."""
    pairs = []
    for p, q in edges_of(a):
        for r, s in edges_of(b):
            reach = sum(np.hypot(*(end - start)) * 111_700 / 2 for start, end in ((p, q), (r, s)))
            pairs.append((geodesic_m(*(p + q) / 2, *(r + s) / 2) - reach, p, q, r, s))
    best = math.inf
    for low, p, q, r, s in sorted(pairs, key=lambda pair: pair[0]):
        if low > best:
            break

        def metres_at(shares, p=p, q=q, r=r, s=s):
            points = p + shares[0][:, None] * (q - p)
            return from_point(points, np.tile(r, (17, 1)), np.tile(s, (17, 1)))[None]

        best = min(best, float(narrowed(metres_at, 1)[0]))
    return best


def in_polygon_or_on(geometry, position):
    """Whether a position belongs to a geometry, to a centimetre."""
    return min(shapely.distance(geometry, Point(position[0] + turn, position[1])) for turn in (-360, 0, 360)) < 1e-7


lons = st.floats(-180, 180).map(lambda v: round(v, 4))
lats = st.one_of(st.floats(-90, 90), st.floats(86, 90), st.floats(-90, -86)).map(lambda v: round(v, 4))
sizes = st.sampled_from([0.0, 0.001, 0.05, 1.0, 8.0])


@st.composite
def shapes(draw, near=None):
    """A point, line or polygon; `near` puts it in the neighbourhood of a position."""
    lon, lat = draw(lons), draw(lats)
    if near is not None and draw(st.booleans()):
        lon, lat = near[0] + draw(st.floats(-2, 2)), near[1] + draw(st.floats(-1, 1))
    size = draw(sizes)
    if size == 0:
        return Point(lon, max(-90, min(90, lat)))
    turns = draw(st.lists(st.floats(0.2, 1.0), min_size=3, max_size=6))
    angles = np.linspace(0, 2 * math.pi, len(turns), endpoint=False)
    at = [
        (lon + size * r * math.cos(t), max(-90, min(90, lat + size * r * math.sin(t))))
        for r, t in zip(turns, angles, strict=True)
    ]
    shape = Polygon(at)
    return shape if shape.is_valid and shape.area > 0 and draw(st.booleans()) else LineString(at)


@settings(max_examples=60)
@given(st.data())
def test_the_shortest_way_between_two_shapes_is_right_to_a_metre(data):
    a = data.draw(shapes())
    b = data.draw(shapes(near=a.representative_point().coords[0]))
    metres, start, end = shortest(a, b)
    assert in_polygon_or_on(a, start) and in_polygon_or_on(b, end)
    assert geodesic_m(*start, *end) == pytest.approx(metres, abs=0.01)
    if metres > 0:
        assert metres == pytest.approx(sampled(a, b), abs=1)


@settings(max_examples=30)
@given(shapes(), shapes(), st.sampled_from([-360, 360]))
def test_distance_has_no_direction_and_no_favourite_turn(a, b, turn):
    metres = shortest(a, b)[0]
    assert shortest(b, a)[0] == pytest.approx(metres, abs=1)
    assert shortest(shapely.transform(a, lambda at: at + np.array([turn, 0])), b)[0] == pytest.approx(metres, abs=1)


def test_islands_on_both_sides_of_the_date_line_are_near():
    metres, start, end = shortest(box(179.0, 10, 179.9, 11), box(-179.9, 10, -179.0, 11))
    assert metres == pytest.approx(geodesic_m(179.9, 11, -179.9, 11), abs=1)
    assert start[0] == 179.9 and end[0] == -179.9


def test_the_way_over_the_pole_is_taken_when_it_is_shorter():
    metres, *_ = shortest(box(-10, 85, 10, 88), box(170, 85, 190, 88))
    assert metres == pytest.approx(geodesic_m(10, 88, 170, 88), abs=1)


def test_shapes_that_meet_at_the_date_line_or_the_pole_touch():
    assert shortest(box(170, 60, 180, 70), box(-180, 65, -170, 75))[0] == 0
    assert shortest(box(-180, -90, 180, -70), Point(33, -90))[0] == 0
    assert shortest(Polygon([(0, 80), (20, 80), (10, 90)]), LineString([(200, 90), (210, 80)]))[0] == 0


def test_what_lies_inside_a_polygon_is_at_no_distance_from_it_but_a_hole_is_outside():
    ring = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(4, 4), (6, 4), (6, 6), (4, 6)]])
    assert shortest(ring, Point(1, 1))[:2] == (0, (1, 1))
    assert shortest(box(-20, -20, 20, 20), ring)[0] == 0
    assert shortest(ring, Point(5, 5))[0] == pytest.approx(geodesic_m(5, 5, 5, 4), abs=5)


def test_an_edge_is_straight_in_longitude_and_latitude_and_not_a_geodesic():
    along_60 = LineString([(0, 60), (40, 60)])
    assert shortest(along_60, Point(20, 61))[0] == pytest.approx(geodesic_m(20, 60, 20, 61), abs=1)


def test_every_part_of_a_multipart_shape_counts():
    far = MultiPolygon([box(0, 0, 1, 1), box(100, 40, 101, 41)])
    mixed = shapely.GeometryCollection([Point(150, -10), LineString([(102, 40), (103, 41)])])
    assert shortest(far, mixed)[0] == pytest.approx(geodesic_m(101, 40, 102, 40), abs=20)


def test_an_empty_shape_has_no_distance():
    with pytest.raises(GeostoryError, match="empty"):
        shortest(Point(), Point(0, 0))


def coast(lon, lat, size, count):
    """A wiggly ring of `count` vertices."""
    t = np.linspace(0, 2 * np.pi, count, endpoint=False)
    r = size * (1 + 0.1 * np.sin(17 * t) + 0.02 * np.sin(971 * t))
    return Polygon(np.column_stack([lon + r * np.cos(t), lat + r * np.sin(t) / 2]))


def test_two_countries_of_fifty_thousand_vertices_are_measured_between_their_nearest_points():
    a, b = coast(20, 40, 10, 50_000), coast(50, 45, 12, 50_000)
    metres, start, end = shortest(a, b)
    assert geodesic_m(*start, *end) == pytest.approx(metres, abs=0.01)
    some_a, some_b = np.array(a.exterior.coords)[::50], np.array(b.exterior.coords)[::50]
    ia, ib = (grid.ravel() for grid in np.indices((len(some_a), len(some_b))))
    sampled_m = GEOD.inv(*some_a[ia].T, *some_b[ib].T)[2].min()
    assert sampled_m - 20_000 < metres <= sampled_m


def meridian_m(lat1, lat2):
    """Length of a meridian by its defining integral."""
    a, f = mpmath.mpf(6378137), 1 / mpmath.mpf("298.257223563")
    e2 = f * (2 - f)
    curve = lambda t: a * (1 - e2) / (1 - e2 * mpmath.sin(t) ** 2) ** mpmath.mpf("1.5")  # noqa: E731
    return mpmath.quad(curve, [mpmath.radians(lat1), mpmath.radians(lat2)])


@pytest.mark.parametrize(("south", "north"), [(0, 1), (-33.5, 64.25), (89, 90), (-90, 90)])
def test_lengths_along_a_meridian_agree_with_the_integral_to_a_millimetre(south, north):
    assert geodesic_m(25, south, 25, north) == pytest.approx(float(meridian_m(south, north)), abs=1e-3)


def geodesic_by_integrals(lat1, azimuth, arc):
    """Where a geodesic ends, as longitude from its start and latitude, and its length, by the integrals that define it.

    ``arc`` is the angle on the auxiliary sphere, in radians. Equations 7 and 8 of C. F. F. Karney, Algorithms for
    geodesics, Journal of Geodesy 87 (2013), which are Bessel's of 1825; the quadrature is mpmath's.
    """
    a, f = mpmath.mpf(6378137), 1 / mpmath.mpf("298.257223563")
    b, e2 = a * (1 - f), f * (2 - f) / (1 - f) ** 2
    beta1, alpha1 = mpmath.atan((1 - f) * mpmath.tan(mpmath.radians(lat1))), mpmath.radians(azimuth)
    sin0 = mpmath.sin(alpha1) * mpmath.cos(beta1)
    cos0 = mpmath.sqrt(1 - sin0**2)
    sigma1 = mpmath.atan2(mpmath.sin(beta1), mpmath.cos(alpha1) * mpmath.cos(beta1))
    sigma2 = sigma1 + mpmath.mpf(arc)
    root = lambda s: mpmath.sqrt(1 + e2 * cos0**2 * mpmath.sin(s) ** 2)  # noqa: E731
    steps = mpmath.linspace(sigma1, sigma2, 5)
    metres = b * mpmath.quad(root, steps)
    omega = [mpmath.atan2(sin0 * mpmath.sin(s), mpmath.cos(s)) for s in (sigma1, sigma2)]
    less = f * sin0 * mpmath.quad(lambda s: (2 - f) / (1 + (1 - f) * root(s)), steps)
    lat2 = mpmath.degrees(mpmath.atan(mpmath.tan(mpmath.asin(cos0 * mpmath.sin(sigma2))) / (1 - f)))
    return float(mpmath.degrees(omega[1] - omega[0] - less)), float(lat2), float(metres)


@settings(max_examples=60)
@given(st.floats(-89, 89), st.floats(0.5, 179.5), st.floats(1e-4, 3.0), st.floats(-180, 180))
def test_any_two_points_are_as_far_apart_as_the_defining_integrals_say_to_a_millimetre(lat1, azimuth, arc, lon1):
    with mpmath.workdps(25):
        east, lat2, metres = geodesic_by_integrals(lat1, azimuth, arc)
    assert geodesic_m(lon1, lat1, lon1 + east, lat2) == pytest.approx(metres, abs=1e-3)


# ---- lines and frames -----------------------------------------------------------------------------------------------


def test_a_line_over_the_date_line_runs_on_and_has_a_vertex_at_each_step():
    line = geodesic_line((150, 40), (-130, 50), step_m=100_000)
    at = np.array(line.coords)
    assert np.abs(np.diff(at[:, 0])).max() < 5
    assert tuple(at[0]) == (150, 40) and tuple(at[-1]) == (230, 50)
    steps = GEOD.inv(*at[:-1].T, *at[1:].T)[2]
    assert steps.max() <= 100_001
    assert steps.sum() == pytest.approx(geodesic_m(150, 40, -130, 50), abs=1)


def test_a_country_cut_at_the_date_line_is_whole_again_in_a_frame_over_it():
    halves = MultiPolygon([box(160, 60, 180, 70), box(-179.9999999999999, 62, -170, 68), box(20, 50, 30, 60)])
    whole = unwrap(halves, 0)
    assert len(whole.geoms) == 2
    assert whole.bounds == (20, 50, 190, 70)
    assert whole.area == pytest.approx(halves.area)


def test_a_shape_is_cut_where_the_new_seam_runs():
    cut = unwrap(box(-10, 0, 10, 10), 0)
    assert cut.bounds == (0, 0, 360, 10)
    assert [part.bounds for part in sorted(cut.geoms, key=lambda part: part.bounds)] == [
        (0, 0, 10, 10),
        (350, 0, 360, 10),
    ]
    assert unwrap(LineString([(-10, 0), (10, 0)]), 0).length == 20


@settings(max_examples=40)
@given(shapes(), st.floats(-400, 400))
def test_a_frame_of_one_turn_holds_all_of_a_shape(shape, west):
    framed = unwrap(shape, west)
    assert west - 1e-9 <= framed.bounds[0] <= framed.bounds[2] <= west + 360 + 1e-9
    assert framed.area == pytest.approx(shape.area, rel=1e-6, abs=1e-9)
    assert framed.geom_type.removeprefix("Multi") == shape.geom_type


def test_the_smallest_frame_starts_in_the_west_of_the_story():
    assert best_west([10, 20, 30]) == 10
    assert best_west([-168.9, 179.5, 135]) == 135
    assert best_west([-170, 190]) == -170
    with pytest.raises(GeostoryError):
        best_west([])
