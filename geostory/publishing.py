"""The commands that write maps: render, locate and demo."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from geostory.own_steps import OwnStep

__all__ = ["locate_places", "map_sample", "render_pages"]


def render_pages(args: argparse.Namespace) -> int:
    from geostory.batch import render, write_index
    from geostory.image import Images
    from geostory.tiles import find_tiles

    trouble = Trouble()
    if args.embed and "png" in (args.image or ()):
        raise UsageError("--embed writes NAME.png itself, as a card of 1200x630; leave --image png out")
    images = Images(args.image, size=args.size, scale=args.scale) if args.image else None
    options = options_of(args)
    folder = Path(args.output)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"-o {folder}: it is a file; give a folder")
    assets = None if args.assets is None else Path(args.assets)
    if assets is not None and assets.exists() and not assets.is_dir():
        raise UsageError(f"--assets {assets}: it is a file; give a folder")
    tiles = None if args.tiles is None else find_tiles(args.tiles)
    telling = {
        "show_verdicts": args.show_verdicts,
        "text": args.text,
        "layout": args.layout,
        "steps": _steps(args),
        "tiles": tiles,
        "lang": args.lang,
        "views": _views(args),
    }
    pages: list[Page] = []
    articles = articles_of(args, trouble)
    published = _published(args)
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
            page = render(article, folder, images=images, assets=assets, **telling, **published, **options)
        except WriteError:
            raise
        except GeostoryError as error:
            trouble.say(type(error)(f"{article.source or article.id}: {error}"))
            continue
        pages.append(page)
        print(page.path)
        for beside in page.beside:
            print(beside)
        for line in page.desk:
            print(f"geostory: {page.path.name}: {line}", file=sys.stderr)
    if len(pages) > 1:
        print(write_index(pages, folder))
    return finish(trouble, len(pages))


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
    """Under what name and address pages go out, and with what beside them."""
    from geostory.card import Site
    from geostory.embed import checked_name

    if args.base_url is not None and not args.embed:
        raise UsageError("--base-url goes with --embed")
    Site(name="", base_url=args.base_url or "")  # an address that is none is refused before anything is read
    if args.embed and args.base_url is None:
        told = "NAME.oembed.json and the page's card need whole addresses; those in NAME.snippet.html are relative now"
        print(f"geostory: no --base-url: {told}", file=sys.stderr)
    return {
        "name": checked_name(args.name) if args.name is not None else "",
        "embed": args.embed,
        "base_url": args.base_url or "",
        "desk": Path(args.desk) if args.desk is not None else None,
    }


def _only_one(articles: Iterator[Article]) -> Iterator[Article]:
    found = list(articles)
    if len(found) > 1:
        raise UsageError(f"--name is for one article, and the sources hold {len(found)}")
    return iter(found)


def locate_places(args: argparse.Namespace) -> int:
    from geostory.batch import write_locator
    from geostory.search import find_place

    folder = Path(args.output)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"-o {folder}: it is a file; give a folder")
    tell_others(args.names, [find_place(name) for name in args.names])
    print(write_locator(args.names, folder, lang=args.lang, **borders_of(args), **added_of(args)))
    return 0


def _steps(args: argparse.Namespace) -> tuple[OwnStep, ...] | None:
    from geostory.own_steps import read_steps

    return None if args.story is None else read_steps(args.story)


def map_sample(args: argparse.Namespace) -> int:
    from geostory.resources import data_path

    sample = str(data_path("articles", "alaska-summit.md"))  # geostory's own words, so that all of them may stand there
    return render_pages(parser().parse_args(["render", sample, "--text", "full", "-o", args.output]))
