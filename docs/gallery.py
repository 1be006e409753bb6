"""A gallery of stories, page and still image, for docs/gallery.md: ``python docs/gallery.py [NAME ...]``.

It needs the packages of the ``test`` and ``image`` extras and a Chromium, whose path may stand in CHROMIUM.
"""

import inspect
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

import geostory
from geostory.annotations import read_annotations
from geostory.image import write_image
from geostory.page import StoryMap

HERE = Path(__file__).parent
FOLDER = HERE / "gallery"
SAMPLES = HERE.parent / "data" / "articles"
COLOURS = 96
WIDEST = 760  # pixels of a picture in the gallery: a page's is shown smaller than it is, a phone's is not


class Show(NamedTuple):
    """A story, the pictures of it that are worth a place in the document, and why it is there."""

    name: str
    why: str
    lang: str = "en"
    shots: tuple[str, ...] = ("wide", "phone")


STORIES = (
    Show("alaska-summit", "A strait over the antimeridian, 4 km wide, in a story that reaches from Juneau to Kherson"),
    Show("polar-weather", "Around the pole: six stations and one distance, no direction is up", shots=("wide", "dark")),
    Show("pacific-cyclone", "Islands on both sides of 180°, and an editor's own arrow", shots=("wide", "still")),
    Show("lisbon-trams", "One city: quarters of Lisbon, and the other bank of the river"),
    Show(
        "ukraine-winter", "A war: regions that are claimed and not held, with towns among them", shots=("wide", "dark")
    ),
    Show("severn-flood", "A river, and a dozen small towns on it", shots=("wide", "print")),
    Show("ghana-vote", "An election: one country, its regions and towns", shots=("wide", "still")),
    Show("one-hour", "All over the world", shots=("wide", "still")),
    Show("red-sea-ferries", "A sea with two shores, labelled in Arabic", lang="ar", shots=("wide", "phone")),
    Show("pearl-delta-typhoon", "A delta of eleven cities, labelled in Chinese", lang="zh", shots=("wide", "phone")),
)

VIEWS = {"wide": (1200, 800), "phone": (375, 667), "dark": (1200, 800), "print": (794, 1123)}
SAID = {
    "wide": "The page at 1200 by 800",
    "phone": "on a phone",
    "dark": "in dark colours",
    "print": "on paper",
    "still": "the still image",
}


def told(show: Show) -> StoryMap:
    """The story's map, in its language where this version has it."""
    path = next(path for path in (FOLDER / f"{show.name}.md", SAMPLES / f"{show.name}.md") if path.is_file())
    notes = path.with_suffix(".geojson")
    story = geostory.tell(
        geostory.read(path)[0],
        annotations=read_annotations(notes) if notes.is_file() else (),
    )
    return story.map(lang=show.lang) if "lang" in inspect.signature(story.map).parameters else story.map()


def shot(browser: Browser, page: Path, view: str) -> Image.Image:
    """A picture of a page as a browser shows it; of print, its first sheet."""
    width, height = VIEWS[view]
    tab = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme="dark" if view == "dark" else "light"
    )
    tab.goto(page.as_uri())
    tab.wait_for_timeout(900)
    if view == "print":
        # What a sheet would show: the page fits its map when told that printing begins.
        tab.emulate_media(media="print")
        tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        tab.wait_for_timeout(600)
    picture = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
    tab.close()
    return picture


def pictures(browser: Browser, show: Show, folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """Every view of a story with its name."""
    made = told(show)
    page = folder / f"{show.name}.html"
    made.save(page)
    for view in VIEWS:
        yield view, shot(browser, page, view)
    still = folder / f"{show.name}.png"
    write_image(made, still, size="wide", scale=1)
    with Image.open(still) as drawn:
        yield "still", drawn.convert("RGB")


def small(picture: Image.Image) -> Image.Image:
    """A picture in a few colours, no wider than the document shows it."""
    if picture.width > WIDEST:
        picture = picture.resize((WIDEST, round(picture.height * WIDEST / picture.width)), Image.Resampling.LANCZOS)
    return picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def document() -> str:
    """docs/gallery.md: a row for each story."""
    rows = []
    for show in STORIES:
        source = (
            f"gallery/{show.name}.md" if (FOLDER / f"{show.name}.md").is_file() else f"../data/articles/{show.name}.md"
        )
        views = " ".join(f"![{SAID[view]}: {show.why}](gallery/{show.name}-{view}.png)" for view in show.shots)
        rows.append(f"| [{show.name}]({source})<br>{show.why} | {views} |")
    return "\n".join(
        [
            "# Gallery",
            "",
            "Ten stories of our own, invented news about real places, each drawn from its text alone. "
            "`python docs/gallery.py` makes every picture anew; `--all FOLDER` writes all views of all stories, "
            "at full size, for looking at.",
            "",
            "| story | maps |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def main(arguments: list[str]) -> None:
    """Draw the stories that are named, or all; with ``--all FOLDER`` every view of them, as it is, into a folder."""
    every = Path(arguments.pop(arguments.index("--all") + 1)) if "--all" in arguments else None
    wanted = {name for name in arguments if name != "--all"}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"))
        for show in STORIES:
            if wanted and show.name not in wanted:
                continue
            for view, picture in pictures(browser, show, Path(folder)):
                if every:
                    every.mkdir(parents=True, exist_ok=True)
                    picture.save(every / f"{show.name}-{view}.png")
                elif view in show.shots:
                    small(picture).save(FOLDER / f"{show.name}-{view}.png", optimize=True)
            print(show.name, flush=True)
        browser.close()
    if not every:
        (HERE / "gallery.md").write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
