"""Many articles to many pages, and an index over them."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geostory.models import Article
from geostory.page import page_head, write_whole
from geostory.story import tell
from geostory.tiles import Tiles
from geostory.words import day

__all__ = ["Page", "render", "write_index"]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that was written."""

    article: Article
    path: Path
    dek: str
    desk: tuple[str, ...] = ()
    """What an editor should look at before the page goes out."""


def render(
    article: Article,
    folder: Path,
    *,
    show_verdicts: bool = False,
    assets: Path | None = None,
    tiles: Tiles | None = None,
    **options: Any,
) -> Page:
    """Write an article's map as ``folder/NAME.html``; ``show_verdicts`` and ``tiles`` are those of
    :meth:`geostory.Story.map`, ``assets`` that of :meth:`geostory.page.StoryMap.save`, further options those of
    :func:`geostory.tell`.

    Raises
    ------
    GeostoryError
        If the story cannot be told or drawn.
    OSError
        If the page cannot be written; an older page of that name stays as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    story = tell(article, **options)
    story_map = story.map(show_verdicts=show_verdicts, tiles=tiles)
    path = folder / f"{article.name}.html"
    story_map.save(path, assets=assets)
    differing = [f"'{d.claim.text}': {d.reason}" for d in story.distances if d.verdict == "differs"]
    stated = [f"'{' '.join(fact.text.split())}': {fact.note}" for fact in story.facts]
    told: dict[str, str] = {}
    for said in story.statements:
        if said.contradicts:  # one line for words that speak of several regions
            told.setdefault(" ".join(said.words.split()), said.contradicts)
    stated += [f"'{words}': {contradicts}" for words, contradicts in told.items()]
    return Page(article=article, path=path, dek=str(story_map.block["dek"]), desk=(*story.notes, *differing, *stated))


def write_index(pages: Sequence[Page], folder: Path) -> Path:
    """Write ``folder/index.html``, which leads to each page in the order given; returns its path."""
    items = []
    for page in pages:
        article = page.article
        above = " · ".join(
            part for part in (str(article.extra.get("source") or ""), day(article.date) if article.date else "") if part
        )
        title = html.escape(article.title or "Untitled article")
        items.append(
            f'<li><p class="kicker">{html.escape(above)}</p>'
            f'<h2 dir="auto"><a href="{html.escape(page.path.name)}">{title}</a></h2>'
            f'<p class="dek" dir="auto">{html.escape(page.dek)}</p></li>'
        )
    count = f"{len(pages)} maps"
    path = folder / "index.html"
    body = f'<body class="index"><main><h1>{count}</h1><ol>{"".join(items)}</ol></main></body></html>\n'
    write_whole(path, page_head(title=count) + body)
    return path
