"""The commands that write maps: render, locate and demo."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from geostory.arguments import parser
from geostory.errors import GeostoryError, UsageError, WriteError
from geostory.inputs import (
    WORDS,
    Trouble,
    added_of,
    articles_of,
    borders_of,
    finish,
    options_of,
    progress,
    tell_others,
)
from geostory.models import Article

if TYPE_CHECKING:
    from geostory.batch import Page
    from geostory.image import Images
    from geostory.own_steps import OwnStep
    from geostory.tiles import Tiles

__all__ = ["locate_places", "map_sample", "render_pages"]


def render_pages(args: argparse.Namespace) -> int:
    from geostory.batch import publish, write_index
    from geostory.story import tell

    trouble = Trouble()
    published, drawn = _published(args), _drawn(args)
    options = options_of(args)
    telling = {
        "show_verdicts": args.show_verdicts,
        "text": args.text,
        "layout": args.layout,
        "steps": _steps(args),
        **drawn,
    }
    pages: list[Page] = []
    articles = articles_of(args, trouble)
    if args.name is not None:
        articles = _only_one(articles)
    if given := [f"--{key}" for key in WORDS if getattr(args, key)]:
        first = list(islice(articles, 2))
        if len(first) > 1:
            raise UsageError(f"{given[0]} is for one article, and there are several; give one, or map_title with each")
        articles = iter(first)
    for article in progress(articles):
        if pages and telling["steps"]:
            raise UsageError(f"--story {args.story}: it is for one article, and there are several")
        try:
            page = publish(tell(article, **options), telling=telling, **published)
        except WriteError:
            raise
        except GeostoryError as error:
            trouble.say(type(error)(f"{article.source or article.id}: {error}"))
            continue
        pages.append(page)
        _tell(page)
    if len(pages) > 1:
        print(write_index(pages, published["folder"]))
    return finish(trouble, len(pages))


def _tell(page: Page) -> None:
    """The files of a page, and on standard error what an editor should look at."""
    print(page.path)
    for beside in page.beside:
        print(beside)
    for line in page.desk:
        print(f"geostory: {page.path.name}: {line}", file=sys.stderr)


def _drawn(args: argparse.Namespace) -> dict[str, Any]:
    """What readers see of any map beside its story: its language, the views they may switch to, tiles."""
    return {"lang": args.lang, "views": _views(args), "tiles": _tiles(args)}


def _tiles(args: argparse.Namespace) -> Tiles | None:
    """The tiles asked for; where the pages expect a file that does not stand beside them is said."""
    from geostory.tiles import find_tiles

    if args.tiles is None:
        return None
    tiles = find_tiles(args.tiles, Path(args.output))
    if tiles.picture and "/" in tiles.url:
        told = f"pages will read it at {unquote(tiles.url)!r} from where they stand; publish it there"
        print(f"geostory: --tiles {args.tiles}: {told}", file=sys.stderr)
    return tiles


def _views(args: argparse.Namespace) -> tuple[str, ...]:
    """The worldviews that readers may switch to; what that may bring is said once."""
    from geostory.pack_warnings import READER_SWITCH
    from geostory.packs import read_packs
    from geostory.territories import view_of

    views = tuple(view.strip() for view in (args.view_switch or "").split(",") if view.strip())
    packs = read_packs(None if args.packs is None else Path(args.packs))
    for view in views:
        view_of(view, packs)
    if views:
        print(f"geostory: --view-switch: {READER_SWITCH.format(views=', '.join(views))}", file=sys.stderr)
    return views


def _published(args: argparse.Namespace) -> dict[str, Any]:
    """Where pages go, under what name and address, and with what beside them."""
    from geostory.card import Site
    from geostory.embed import checked_name

    if args.embed and "png" in (args.image or ()):
        raise UsageError("--embed writes NAME.png itself, as a card of 1200x630; leave --image png out")
    if args.base_url is not None and not args.embed:
        raise UsageError("--base-url goes with --embed")
    Site(name="", base_url=args.base_url or "")  # an address that is none is refused before anything is read
    folders = {
        "folder": _folder("-o", args.output),
        "assets": None if args.assets is None else _folder("--assets", args.assets),
        "desk": None if args.desk is None else Path(args.desk),
    }
    images = _images(args)
    if args.embed and args.base_url is None:
        told = "NAME.oembed.json and the page's card need whole addresses; those in NAME.snippet.html are relative now"
        print(f"geostory: no --base-url: {told}", file=sys.stderr)
    return {
        **folders,
        "images": images,
        "name": checked_name(args.name) if args.name is not None else "",
        "embed": args.embed,
        "base_url": args.base_url or "",
    }


def _folder(option: str, path: str) -> Path:
    if Path(path).exists() and not Path(path).is_dir():
        raise UsageError(f"{option} {path}: it is a file; give a folder")
    return Path(path)


def _images(args: argparse.Namespace) -> Images | None:
    from geostory.image import Images

    if args.image:
        return Images(args.image, size=args.size or "wide", scale=2 if args.scale is None else args.scale)
    given = next((f"--{key}" for key in ("size", "scale") if getattr(args, key) is not None), "")
    if given:
        raise UsageError(f"{given} goes with --image png, svg or pdf, of which there is none")
    return None


def _only_one(articles: Iterator[Article]) -> Iterator[Article]:
    found = list(articles)
    if len(found) > 1:
        raise UsageError(f"--name is for one article, and the sources hold {len(found)}")
    return iter(found)


def locate_places(args: argparse.Namespace) -> int:
    from geostory.batch import publish
    from geostory.locator import locator_story
    from geostory.search import find_place

    published, drawn = _published(args), _drawn(args)
    tell_others(args.names, [find_place(name) for name in args.names])
    story = locator_story(args.names, **borders_of(args), **added_of(args))
    _tell(publish(story, telling=drawn, **published))
    return 0


def _steps(args: argparse.Namespace) -> tuple[OwnStep, ...] | None:
    from geostory.own_steps import read_steps

    return None if args.story is None else read_steps(args.story)


def map_sample(args: argparse.Namespace) -> int:
    from geostory.resources import data_path

    sample = str(data_path("articles", "alaska-summit.md"))  # geostory's own words, so that all of them may stand there
    return render_pages(parser().parse_args(["render", sample, "--text", "full", "-o", args.output]))
