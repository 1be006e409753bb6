"""What a map shows at first: lands whole, poles without a seam, and a map of the world cut where nobody looks."""

from datetime import date

import pytest
import shapely

import geostory
from geostory.frame import Extent, story_frame
from geostory.ground import ground
from geostory.projection import Projection


def block(text, title=""):
    article = geostory.Article(title=title, text=text, date=date(2025, 8, 15))
    return geostory.tell(article, recogniser="fast").map().block


def shown(made, lon, lat):
    """Whether a position lies in the frame that is fitted to the map at first."""
    x, y = Projection(**made["crs"]).project(lon, lat)
    west, south, east, north = made["box"]
    return west <= float(x) <= east and south <= float(y) <= north


def points(*lons):
    return [Extent(bounds=(lon, 10.0, lon, 10.0), weight=1, name=str(lon)) for lon in lons]


def test_an_arctic_story_shows_svalbard_whole():
    text = (
        "The ferry from Tromsø to Longyearbyen sails again. Svalbard had waited for it all winter.\n\n"
        "It calls at Hammerfest and at Bear Island. Svalbard's governor met the crew. From Barentsburg coal goes on."
    )
    made = block(text, title="Svalbard ferry sails again")
    for lon, lat in ((16.0, 76.6), (10.6, 79.6), (20.6, 80.6), (27.0, 80.1)):
        assert shown(made, lon, lat), (lon, lat)
    assert shown(made, 18.96, 69.65) and made["outside"] == []


def test_a_land_far_larger_than_the_story_does_not_widen_it():
    made = block("A fire closed the mill in Anchorage. The road from Wasilla to Anchorage, in Alaska, was shut.")
    west, south, east, north = made["frame"]
    assert east - west < 6 and north - south < 4


def test_no_line_runs_along_the_antimeridian_to_the_south_pole():
    inland = Projection(kind="azimuthal", lon=130.0, lat=-80.0)
    under = ground(inland, (-0.3, -0.3, 0.3, 0.3), 1e-3)
    x, y = inland.project([180.0, 180.0], [-86.0, -88.0])
    line = shapely.LineString(list(zip(x.tolist(), y.tolist(), strict=True)))
    assert all(shape.boundary.distance(line) > 0.01 for shape in under.shore.land)
    assert any(shape.contains(line) for shape in under.shore.land)


@pytest.mark.parametrize(
    "lons",
    [
        (-158, -118, -74, 0, 31, 77, 140, 151, 175),  # a wider gap lies between New York and London
        (-118, -46, 10, 8, 140, 151),
        (-74, 0, 77, 140, 151, 175, -118),
    ],
)
def test_a_map_of_the_world_keeps_both_shores_of_the_atlantic_together(lons):
    frame = story_frame(points(*lons))
    assert frame.projection.kind == "world"
    places = [(lon - frame.projection.west) % 360 for lon in (-74, 0)]
    assert 0 < places[1] - places[0] < 80


def test_a_story_of_the_pacific_is_cut_elsewhere():
    frame = story_frame(points(178, -172, -150, 140, 151, -118, -74))
    assert 150 < frame.projection.lon % 360 < 250
    assert story_frame(points(170, 178, -172)).bounds[0] > 150


def test_ground_is_fit_for_the_scale_of_a_wide_polar_map():
    made = geostory.locate(["Nome, Alaska", "Murmansk", "Utqiagvik", "Longyearbyen", "Tasiilaq"]).block
    width = made["box"][2] - made["box"][0]
    finest = min(patch["q"] for patch in made["basemap"]["patches"] if "crs" not in patch)
    assert 0.75 < width < 1.1 and finest < width / 800
