"""The ground as it is laid flat and thinned: true in size, holes and all, whatever was drawn before."""

import math

import numpy as np
import pytest
import shapely

from geostory.coding import step, written
from geostory.packs import read_packs
from geostory.projection import Projection
from geostory.thinned import bare
from geostory.views import moved_borders

NORTH = Projection(kind="azimuthal", lon=20.0, lat=65.0)


def _size(west, south, east, north):
    """Of a box in degrees on the unit sphere."""
    return math.radians(east - west) * (math.sin(math.radians(north)) - math.sin(math.radians(south)))


def test_an_area_with_long_edges_and_a_lake_keeps_its_size_on_an_equal_area_map():
    land = shapely.box(0, 60, 40, 70).difference(shapely.box(10, 62, 30, 66))
    expected = _size(0, 60, 40, 70) - _size(10, 62, 30, 66)
    for geometry in (land, shapely.MultiPolygon([land, shapely.box(50, 60, 51, 61)])):
        flat = NORTH.flat(geometry)
        assert flat.is_valid and flat.geom_type == geometry.geom_type
        islands = _size(50, 60, 51, 61) if flat.geom_type == "MultiPolygon" else 0
        assert flat.area == pytest.approx(expected + islands, rel=2e-4)


def test_a_long_line_is_bent_as_the_map_bends_it_and_keeps_its_ends():
    parallel = shapely.LineString([(0, 60), (40, 60)])
    flat = NORTH.flat(parallel)
    assert len(flat.coords) == 41
    middle = np.column_stack(NORTH.project([0.0, 20.0, 40.0], [60.0] * 3))
    assert [flat.distance(shapely.Point(at)) for at in middle] == pytest.approx([0, 0, 0], abs=1e-9)


def test_thinning_outlines_leaves_no_hole_without_its_land():
    land = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    sliver = shapely.box(20, 0, 20.01, 10).difference(shapely.box(20.004, 4, 20.006, 6))
    (kept,) = bare(np.array([land, sliver]), 0.5)
    assert kept.equals(land)


def test_outlines_of_nothing_but_slivers_stay_as_they_are():
    slivers = np.array([shapely.box(20, 0, 20.01, 10)])
    assert bare(slivers, 0.5)[0].equals(slivers[0])


def test_corners_stray_by_less_than_half_a_tolerance_when_they_are_written():
    assert step(0.01) / 2 * math.sqrt(2) < 0.005
    assert written([[[0.0, 0.0], [step(0.01), 0.0]]], step(0.01)) == ["AACA"]


def test_no_piece_of_a_border_is_drawn_twice_where_neighbours_change_hands_together():
    packs = read_packs()
    moved = moved_borders(packs.reference_date, "ru", packs, (20.0, 40.0, 45.0, 60.0))
    lines = shapely.STRtree(moved.solid)
    pairs = [(a, b) for a, b in lines.query(moved.solid, predicate="intersects").T if a < b]
    assert len(moved.solid) > 1
    assert all(shapely.intersection(moved.solid[a], moved.solid[b]).length < 1e-6 for a, b in pairs)
