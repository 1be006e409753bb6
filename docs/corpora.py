"""The corpora that geostory is judged on: articles whose places are known.

A corpus is a ``*.jsonl`` file, one article a line, in the form that ``docs/accuracy.py`` describes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geostory

__all__ = ["MARKS", "PARTS", "TITLES", "Toponym", "corpora", "gold_of", "part_of", "toponyms_of"]

PARTS = 3
Toponym = Mapping[str, Any]

# Which names a corpus leaves out that geostory finds by default, as options of find_mentions.
MARKS = {"geovirus": {"demonyms": False, "facilities": False}, "lgl": {"facilities": False}}
TITLES = {
    "geovirus": "GeoVirus (Milan Gritta, Mohammad Taher Pilehvar, Nigel Collier, 2018): world news of epidemics, from "
    "Wikinews; its points are Wikipedia's",
    "lgl": "LGL (Michael D. Lieberman, Hanan Samet, Jagan Sankaranarayanan, 2010): articles of local newspapers, most "
    "of them of the United States; its points are GeoNames'",
}


def part_of(article: geostory.Article) -> int:
    """The third that an article belongs to."""
    return hashlib.sha256(article.id.encode()).digest()[0] % PARTS


def toponyms_of(article: geostory.Article) -> Sequence[Toponym]:
    """The toponyms that came with an article."""
    return article.extra["toponyms"]  # type: ignore[return-value]


def gold_of(articles: Sequence[geostory.Article]) -> list[Toponym]:
    """All toponyms of some articles but the neutral ones."""
    return [toponym for article in articles for toponym in toponyms_of(article) if toponym["gold"]]


def corpora(folder: Path) -> dict[str, list[geostory.Article]]:
    """The articles of each corpus in a folder, by its name; what does not fit ends the run with one line on it."""
    found = {}
    for path in sorted(folder.glob("*.jsonl")):
        try:
            found[path.stem] = geostory.read(path, format="jsonl")
        except geostory.GeostoryError as error:
            raise SystemExit(str(error)) from None
        for article in found[path.stem]:
            if not isinstance(article.extra.get("toponyms"), list):
                raise SystemExit(f"{path.name}: article {article.id} has no list of 'toponyms'")
            for gold in toponyms_of(article):
                if article.text[gold["start"] : gold["end"]] != gold["text"]:
                    raise SystemExit(f"{path.name}: article {article.id} does not hold {gold['text']!r} where it says")
    if not found:
        raise SystemExit(f"there is no .jsonl file in {folder}")
    return found
