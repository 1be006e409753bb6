"""Five subjects at two dates in two views, for docs/regions.md: ``python docs/regions_gallery.py [ID ...]``.

It needs the packages of the ``test`` extra and a Chromium, whose path may stand in CHROMIUM.
"""

import io
import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Page, sync_playwright

import geostory

SIZE = (900, 600)
FOLDER = Path(__file__).parent / "regions"


class Subject(NamedTuple):
    """A short text that names the regions, and the days and views in which it is drawn."""

    name: str
    text: str
    days: tuple[date, date]
    views: tuple[str, str]


SUBJECTS = (
    Subject(
        "crimea",
        "Ferries left Kerch, in Crimea, and Berdyansk, in the Zaporizhzhia region. Roads in the Kherson region shut.",
        (date(2014, 4, 1), date(2022, 10, 6)),
        ("house", "ru"),
    ),
    Subject(
        "kashmir",
        "India and Pakistan both claim Jammu and Kashmir, Ladakh, Azad Kashmir and Gilgit-Baltistan.",
        (date(2012, 1, 15), date(2025, 5, 8)),
        ("house", "in"),
    ),
    Subject(
        "golan",
        "Rain fell on the Golan Heights, on the West Bank and on the Gaza Strip.",
        (date(2012, 1, 15), date(2025, 7, 9)),
        ("house", "il"),
    ),
    Subject(
        "western-sahara",
        "Fishing boats stayed in the ports of Western Sahara.",
        (date(2012, 1, 15), date(2021, 1, 15)),
        ("house", "ma"),
    ),
    Subject(
        "kosovo",
        "Serbia does not recognise the independence of Kosovo, and lorries queued at the crossings.",
        (date(2012, 1, 15), date(2025, 7, 9)),
        ("house", "rs"),
    ),
)


def picture(page: Page, subject: Subject, day: date, view: str, folder: Path) -> Image.Image:
    """One map of a subject."""
    title = f"View '{view}' as of {day.isoformat()}"
    article = geostory.Article(title=title, text=subject.text, date=day)
    path = folder / f"{subject.name}-{view}-{day.isoformat()}.html"
    geostory.tell(article, worldview=view).save(path)
    page.goto(path.as_uri())
    page.wait_for_timeout(800)
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def main() -> None:
    """Draw the subjects that are named, or all."""
    FOLDER.mkdir(exist_ok=True)
    wanted = set(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"))
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        for subject in SUBJECTS:
            if wanted and subject.name not in wanted:
                continue
            sheet = Image.new("RGB", (2 * SIZE[0], 2 * SIZE[1]))
            for row, day in enumerate(subject.days):
                for column, view in enumerate(subject.views):
                    shot = picture(page, subject, day, view, Path(folder))
                    sheet.paste(shot, (column * SIZE[0], row * SIZE[1]))
            path = FOLDER / f"{subject.name}.png"
            sheet.quantize(128).save(path, optimize=True)
            print(path)
        browser.close()


if __name__ == "__main__":
    main()
