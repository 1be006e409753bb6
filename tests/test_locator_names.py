"""The small map that says where in the world: it names the country shown, and the largest around it."""

import pytest

import geostory
import geostory.image


@pytest.mark.parametrize(
    ("place", "country", "around"),
    [("Kherson", "Ukraine", {"Poland"}), ("Lomé", "Togo", set()), ("Kathmandu", "Nepal", {"India", "China"})],
)
def test_the_country_of_the_place_is_named_first_and_neighbours_after_it(place, country, around):
    named = [name["name"] for name in geostory.locate(place).block["basemap"]["locator"]]
    assert named[0] == country and around <= set(named) and len(named) <= 3


def test_it_speaks_the_pages_language_and_a_wide_map_has_none():
    block = geostory.locate("Kathmandu", lang="de").block
    assert [name["name"] for name in block["basemap"]["locator"]][:2] == ["Nepal", "Indien"]
    assert geostory.locate(["Lisbon", "Cairo"]).block["basemap"]["locator"] == []


def test_the_page_and_its_still_image_show_those_names_clear_of_the_mark(opened):
    story_map = geostory.locate(["Kumasi", "Tamale", "Accra", "Bolgatanga"])
    page = opened(story_map)
    names = [box for box in page.boxes(".locator .ground") if box[4]]
    assert "Ghana" in [name[4] for name in names]
    ((left, top, right, bottom, _),) = page.boxes(".locator .tether rect")
    assert not any(a < right and c > left and b < bottom and d > top for a, b, c, d, _ in names)
    assert "Ghana" in geostory.image.story_svg(story_map).replace("GHANA", "Ghana")
