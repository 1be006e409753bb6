"""How heavy the pages are, how fast they are drawn, and how soon a browser shows one, beside a bare folium page.

    python docs/page_speed.py [ARTICLES ...] [--rounds N]

Everything is measured in one run. Processor time hangs on the machine and on what else it does, so drawing is also told
in yards: one is the time that the same process needs at that moment for a fixed piece of Python and NumPy work. The
browser is slowed down four times; our page and folium's are opened in turn, so that both meet the same machine.

The folium page has the same places as markers with popups, and the same areas and lines as GeoJSON. Leaflet and jQuery
come from the same local server as our page. Bootstrap, Font Awesome and Awesome Markers, for which folium asks too, are
left out: that makes folium's page faster than it is.
"""

import argparse
import gzip
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import folium
import numpy as np

import geostory
from geostory.assets import jquery_script, leaflet_script, leaflet_style
from geostory.block import story_block
from geostory.image import write_image
from geostory.page import StoryMap
from geostory.resources import data_path
from geostory.still import inline_svg

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from browser import executable  # the tests' own choice

SLOWER = 4
SIZE = {"width": 1200, "height": 800}
# The first frame after the story's own marks are on the map.
DRAWN = """
(() => {
  const look = () => {
    const marks = ".leaflet-marker-icon, .leaflet-overlay-pane path, .leaflet-basemap-pane canvas";
    const there = document.querySelector(marks);
    if (!there) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => { window.firstDrawn = performance.now(); }));
  };
  requestAnimationFrame(look);
})();
"""
LOCAL: dict[str, Callable[[], str]] = {
    "leaflet.js": leaflet_script,
    "jquery-3.7.1.min.js": jquery_script,
    "leaflet.css": partial(leaflet_style, images=True),
}


def seconds(work: Callable[[], Any]) -> float:
    """Processor time of a call."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def yard() -> float:
    """Seconds for a fixed piece of work."""

    def work() -> None:
        values = np.linspace(0, 1, 100_000)
        for _ in range(3):
            np.sin(values)
            sorted(range(60_000), key=lambda i: -i)
            [str(i) for i in range(20_000)]

    return seconds(work)


def folium_page(block: Mapping[str, Any]) -> str:
    """A bare folium page of the features that our page shows at first."""
    west, south, east, north = block["frame"]
    bare = folium.Map(tiles=None)
    for layer in block["layers"]:
        for feature in layer["features"] if layer["on"] else ():
            shape = {key: value for key, value in feature["geometry"].items() if key != "grid"}
            popup = folium.Popup(f"{feature['popup']['title']}<br>{feature['popup']['what']}")
            if shape["type"] == "Point":
                lon, lat = shape["coordinates"]
                folium.Marker([lat, lon], popup=popup).add_to(bare)
            else:
                folium.GeoJson({"type": "Feature", "properties": {}, "geometry": shape}, popup=popup).add_to(bare)
    bare.fit_bounds([[south, west], [north, east]])
    bare.default_js, bare.default_css = _local(folium.Map.default_js), _local(folium.Map.default_css)
    return str(bare.get_root().render())


def _local(files: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of folium's files that the local server has."""
    return [(name, stem) for name, address in files if (stem := address.rsplit("/", 1)[1]) in LOCAL]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def opened(browser: Any, address: str) -> tuple[float, int]:
    """Milliseconds until the first map stands, and the number of files asked for."""
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(DRAWN)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load")
    # Asked for again and again, since our page's policy forbids what wait_for_function runs in it.
    while not (took := page.evaluate("window.firstDrawn || 0")):
        page.wait_for_timeout(100)
    context.close()
    return float(took), sum(not url.startswith("data:") for url in asked)


def browser_lines(pages: Sequence[tuple[str, str]], rounds: int) -> list[str]:
    """A row of the table for each pair of pages, ours and folium's."""
    from playwright.sync_api import sync_playwright

    rows = []
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        for name, text in LOCAL.items():
            Path(folder, name).write_text(text(), encoding="utf-8")
        for number, pair in enumerate(pages):
            for kind, text in zip(("ours", "folium"), pair, strict=True):
                Path(folder, f"{kind}-{number}.html").write_text(text, encoding="utf-8")
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        for number in range(len(pages)):
            took: dict[str, list[float]] = {"ours": [], "folium": []}
            asked = {}
            for _ in range(rounds):
                for kind, times in took.items():
                    address = f"http://127.0.0.1:{server.server_port}/{kind}-{number}.html"
                    milliseconds, asked[kind] = opened(browser, address)
                    times.append(milliseconds)
            ours, other = median(took["ours"]), median(took["folium"])
            rows.append(f"{asked['ours']} | {asked['folium']} | {ours:.0f} ms | {other:.0f} ms | {ours / other:.2f}")
        browser.close()
        server.shutdown()
    return rows


def main() -> None:
    """Print the table and the figures of drawing."""
    parser = argparse.ArgumentParser(description="Weight and speed of the pages.")
    parser.add_argument("articles", nargs="*", default=[str(data_path("articles"))])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    articles = [article for source in options.articles for article in geostory.read(source)]
    stories = [geostory.tell(article) for article in articles]

    def page(story: geostory.Story) -> str:
        return StoryMap(story_block(story)).render()

    first = seconds(lambda: [page(story) for story in stories])
    blocks = [story_block(story) for story in stories]
    pages = [StoryMap(block).render() for block in blocks]
    yards = min(yard() for _ in range(5))
    again = min(seconds(lambda: [page(story) for story in stories]) for _ in range(3)) / len(stories)
    print(f"drawing {len(stories)} pages in a fresh process: {first:.1f} s")
    print(f"drawing again: {1 / again:.1f} pages a second and core, {again / yards:.2f} yards a page of {yards:.3f} s")
    inline = [min(seconds(partial(inline_svg, block)) for _ in range(3)) for block in blocks]
    print(f"the picture within the page: {1000 * median(inline):.0f} ms, at most {1000 * max(inline):.0f} ms")
    with TemporaryDirectory() as folder:
        for ending in ("png", "pdf"):
            took = [seconds(partial(write_image, StoryMap(b), Path(folder, f"map.{ending}"))) for b in blocks]
            print(f"the still image as {ending.upper()}: {median(took):.2f} s, at most {max(took):.2f} s")
    print()
    print("| page | kB | kB gzipped | requests | folium's | first map | folium's | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    rows = browser_lines(
        [(text, folium_page(block)) for text, block in zip(pages, blocks, strict=True)], options.rounds
    )
    for block, text, row in zip(blocks, pages, rows, strict=True):
        size = len(text.encode()) / 1000, len(gzip.compress(text.encode(), 9)) / 1000
        print(f"| {block['title'][:40]} | {size[0]:.0f} | {size[1]:.0f} | {row} |")


if __name__ == "__main__":
    main()
