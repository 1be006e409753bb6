"""Many articles to many pages, and an index over them."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geostory.card import Site
from geostory.desk import Finding, desk_findings, notes_text
from geostory.embed import write_embed
from geostory.files import write_whole
from geostory.image import Images, available, picture
from geostory.models import Article
from geostory.page import page_head
from geostory.story import Story
from geostory.words import day

__all__ = ["Page", "publish", "write_index"]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that was written, the files beside it, and what an editor should look at before it goes out."""

    article: Article
    path: Path
    dek: str
    beside: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    """Why no map is advised; empty where one is."""

    @property
    def desk(self) -> tuple[str, ...]:
        """The findings that somebody should decide on, in words."""
        advice = [f"no map advised: {self.reason}"] if self.reason else []
        return (*advice, *(finding.words for finding in self.findings if finding.level != "note"))


def publish(
    story: Story,
    folder: Path,
    *,
    telling: Mapping[str, Any] | None = None,
    name: str = "",
    embed: bool = False,
    base_url: str = "",
    desk: Path | None = None,
    images: Images | None = None,
    assets: Path | None = None,
) -> Page:
    """Write a story's map, an article's or a locator's, with what goes beside it.

    Parameters
    ----------
    story : Story
    folder : pathlib.Path
        It is made where it is not there.
    telling : Mapping, optional
        Options of :meth:`geostory.Story.map`.
    name : str
        NAME of the files; without it that of the article, which follows its title and content.
    embed : bool
        Whether the files of :func:`geostory.embed.write_embed` and NAME.png are written too.
    base_url : str
        Address of the folder that the page will go to.
    desk : pathlib.Path, optional
        A folder for the editor's notes, ``NAME.desk.json``.
    images : Images, optional
        Still images to be written beside the page.
    assets : pathlib.Path, optional
        As for :meth:`geostory.page.StoryMap.save`.

    Raises
    ------
    GeostoryError
        If the story cannot be drawn.
    OSError
        If the page cannot be written; an older page of that name stays as it was.
    """
    story_map = story.map(**(telling or {}))
    folder.mkdir(parents=True, exist_ok=True)
    name = name or story.article.name
    site = Site(name=name, base_url=base_url, oembed=embed)
    beside: list[Path] = []
    if embed and available():
        beside.append(folder / f"{name}.png")
        site = replace(site, picture=picture(story_map.block, beside[0]))
    path = folder / f"{name}.html"
    story_map.save(path, site=site, assets=assets)
    if images:
        beside += [path for path in images.write(story_map, path) if path not in beside]
    if embed:
        beside += write_embed(story_map.block, folder, site)
    findings = desk_findings(story)
    if desk is not None:
        desk.mkdir(parents=True, exist_ok=True)
        write_whole(desk / f"{name}.desk.json", notes_text(findings, version=story_map.version))
    return Page(
        article=story.article,
        path=path,
        dek=str(story_map.block["dek"]),
        beside=tuple(beside),
        findings=findings,
        reason=str(story_map.block["reason"]),
    )


def write_index(pages: Sequence[Page], folder: Path) -> Path:
    """Write ``folder/index.html``, which leads to each page in the order given; returns its path."""
    items = []
    for page in pages:
        article = page.article
        above = " · ".join(
            part for part in (str(article.extra.get("source") or ""), day(article.date) if article.date else "") if part
        )
        title = html.escape(article.title or "Untitled article")
        advice = f'<p class="note">No map advised: {html.escape(page.reason)}.</p>' if page.reason else ""
        items.append(
            f'<li><p class="kicker">{html.escape(above)}</p>'
            f'<h2 dir="auto"><a href="{html.escape(page.path.name)}">{title}</a></h2>'
            f'<p class="dek" dir="auto">{html.escape(page.dek)}</p>{advice}</li>'
        )
    count = f"{len(pages)} maps"
    path = folder / "index.html"
    body = f'<body class="index"><main><h1>{count}</h1><ol>{"".join(items)}</ol></main></body></html>\n'
    write_whole(path, page_head(title=count) + body)
    return path
