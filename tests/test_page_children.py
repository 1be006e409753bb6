"""What an analyst adds to a story's map with folium: it works, or it is refused by name."""

import folium
import pytest
from opened import Markup, rules

from geostory.errors import GeostoryError, HostError
from geostory.page import StoryMap


def test_folium_children_draw_on_the_storys_map(opened, block):
    story_map = StoryMap(block)
    group = folium.FeatureGroup("Depots").add_to(story_map)
    folium.Marker([57, -158], popup="Depot <b>one</b>", tooltip="A depot").add_to(group)
    folium.CircleMarker([55, 150], radius=8, color="#00aa00", fill=True, fill_opacity=1).add_to(group)
    folium.GeoJson(
        {
            "type": "Feature",
            "properties": {"link": "https://example.org"},
            "geometry": {"type": "LineString", "coordinates": [[130, 50], [140, 55]]},
        }
    ).add_to(story_map)
    folium.LayerControl(collapsed=False).add_to(story_map)
    page = opened(story_map)
    assert page.requests == [page.address] or all(url.startswith(("file:", "data:")) for url in page.requests)
    marker = page.boxes(".leaflet-marker-icon")[0]
    x, y = page.at(202, 57)  # 158° west lies east of 180° here
    assert marker[0] <= x <= marker[2] and abs(marker[3] - y) < 3
    assert page.texts(".leaflet-control-layers-overlays label")[0].strip() == "Depots"
    page.page.click(".leaflet-marker-icon")
    page.settle()
    assert page.texts(".leaflet-popup-content b") == ["one"]
    assert page.said == []


def test_the_words_of_a_childs_popup_run_nothing(opened, block):
    story_map = StoryMap(block)
    hostile = "${alert(1)} `${alert(2)}` \\\\`;alert(3);// \\\\${alert(4)} </script><script>alert(5)</script>"
    folium.Marker([60, 170], popup=folium.Popup(hostile, parse_html=True, show=True), tooltip=hostile).add_to(story_map)
    page = opened(story_map)
    assert page.said == []
    shown = page.texts(".leaflet-popup-content")[0]
    assert shown.startswith("${alert(1)} `${alert(2)}`") and shown.endswith("</script><script>alert(5)</script>")


def test_jquery_comes_along_only_for_a_child_that_uses_it(block):
    assert "jQuery" not in StoryMap(block).render()
    story_map = StoryMap(block)
    folium.Marker([60, 170], popup="Here").add_to(story_map)
    assert "OpenJS Foundation" in story_map.render()


@pytest.mark.parametrize(
    ("child", "name", "host"),
    [
        (lambda: folium.TileLayer("OpenStreetMap"), "TileLayer 'openstreetmap'", "tile.openstreetmap.org"),
        (
            lambda: folium.TileLayer("https://{s}.tiles.example/{z}/{x}/{y}.png", attr="T"),
            "TileLayer",
            "*.tiles.example",
        ),
        (lambda: folium.Marker([1, 1], icon=folium.Icon(color="red")), "Icon", "cdnjs.cloudflare.com"),
        (
            lambda: folium.Marker([1, 1], popup="<img src='https://pictures.example/a.png'>"),
            "Popup",
            "pictures.example",
        ),
        (
            lambda: folium.raster_layers.ImageOverlay("https://pictures.example/b.png", [[0, 0], [1, 1]]),
            "ImageOverlay",
            "pictures.example",
        ),
    ],
)
def test_a_child_that_needs_a_host_is_refused_by_name(block, tmp_path, child, name, host):
    story_map = StoryMap(block)
    child().add_to(story_map)
    with pytest.raises(HostError) as error:
        story_map.save(tmp_path / "map.html")
    assert name in str(error.value) and host in str(error.value) and "\n" not in str(error.value)
    assert isinstance(error.value, GeostoryError)
    assert list(tmp_path.iterdir()) == []


def test_plugins_that_load_scripts_are_refused_and_named(block):
    from folium.plugins import HeatMap, MarkerCluster

    for plugin in (HeatMap([[60, 170]]), MarkerCluster([[60, 170]])):
        story_map = StoryMap(block)
        plugin.add_to(story_map)
        with pytest.raises(HostError, match=type(plugin).__name__):
            story_map.render()


def test_a_script_linked_to_the_map_itself_is_refused_too(block):
    story_map = StoryMap(block)
    story_map.add_js_link("charts", "https://charts.example/charts.js")
    with pytest.raises(HostError, match=r"charts\.example"):
        story_map.render()
    assert "charts.example" not in StoryMap(block).render()


def test_an_allowed_host_widens_the_policy_for_itself_alone(block):
    story_map = StoryMap(block)
    folium.TileLayer(
        "https://{s}.tiles.example/{z}/{x}/{y}.png", attr='<a href="https://other.example">Tiles</a>'
    ).add_to(story_map)
    policy = rules(Markup(story_map.render(allow_hosts=["tiles.example"])).policy)
    hosts = {source for sources in policy.values() for source in sources if source.startswith("http")}
    assert hosts == {"https://*.tiles.example"}
    assert policy["default-src"] == ["'none'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'"} & set(policy["script-src"])


def test_a_link_in_a_popup_is_no_request(opened, block):
    story_map = StoryMap(block)
    folium.Marker([60, 170], popup='<a href="https://example.org/story">the story</a>').add_to(story_map)
    assert opened(story_map).said == []


def test_a_figure_renders_its_map(block):
    story_map = StoryMap(block)
    assert story_map.get_root().render() == story_map.render()
    figure = folium.Figure(height=400)
    figure.add_child(story_map)
    assert "<iframe srcdoc=" in figure.render()
