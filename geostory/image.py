"""Still images of a story's map, without a browser: SVG of our own, and PNG and PDF made from it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from geostory.errors import UsageError
from geostory.files import write_whole
from geostory.lettering import covers
from geostory.page import StoryMap
from geostory.still import still_svg

if TYPE_CHECKING:
    from geostory.story import Story

__all__ = ["FORMATS", "SIZES", "Images", "Size", "available", "picture", "size_of", "story_svg", "write_image"]

FORMATS = ("png", "svg", "pdf")


class Size(NamedTuple):
    """Of an image: width and height in pixels, and whether it is drawn in grey."""

    width: int
    height: int
    grey: bool = False


SIZES = {
    "wide": Size(1200, 675),
    "card": Size(1200, 630),
    "square": Size(1080, 1080),
    "column": Size(340, 400, grey=True),
}
"""Sizes by name: 16:9, a social network's card, a square, and a printed column of 90 mm in grey (96 pixels an inch)."""
_LEAST, _MOST = 240, 8000  # pixels of a side; with less, words and credits leave no map
_MOST_PIXELS = 64_000_000


def size_of(text: str) -> Size:
    """A size from its name or from WIDTHxHEIGHT in pixels.

    Raises
    ------
    UsageError
        If it is neither, or too small or too large to draw.

    Examples
    --------
    >>> size_of("1200x675")
    Size(width=1200, height=675, grey=False)
    >>> size_of("column").grey
    True
    """
    if text in SIZES:
        return SIZES[text]
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    if not found or not all(_LEAST <= int(side) <= _MOST for side in found.groups()):
        raise UsageError(
            f"size {text!r}: give WIDTHxHEIGHT of {_LEAST} to {_MOST:,} pixels, or one of {', '.join(SIZES)}"
        )
    return Size(int(found[1]), int(found[2]))


def _block(story: Story | StoryMap) -> Mapping[str, Any]:
    return story.block if isinstance(story, StoryMap) else story.map().block


def _size(size: str | tuple[int, int] | Size) -> Size:
    if isinstance(size, Size):
        return size
    return size_of(size if isinstance(size, str) else f"{size[0]}x{size[1]}")


def story_svg(story: Story | StoryMap, *, size: str | tuple[int, int] = "wide", grey: bool | None = None) -> str:
    """A story's map as an SVG document, its text as text and its parts in named layers.

    Parameters
    ----------
    story : Story or StoryMap
    size : str or tuple of int
        A name of :data:`SIZES`, 'WIDTHxHEIGHT' or (width, height), in pixels.
    grey : bool, optional
        Whether to draw without colour; by default as the size says.

    Raises
    ------
    UsageError
        If there is no such size.

    Examples
    --------
    >>> import geostory
    >>> story = geostory.tell(geostory.Article(title="Talks", text="They met in Anchorage."))
    >>> "Anchorage</text>" in story_svg(story)
    True
    """
    wanted = _size(size)
    return still_svg(
        _block(story), width=wanted.width, height=wanted.height, grey=wanted.grey if grey is None else grey
    )


def write_image(
    story: Story | StoryMap,
    path: str | PathLike[str],
    *,
    size: str | tuple[int, int] = "wide",
    scale: float = 2,
    grey: bool | None = None,
) -> None:
    """Write a story's map as a PNG, SVG or PDF file, by the end of its name: whole, or not at all.

    Parameters
    ----------
    story : Story or StoryMap
    path : path
        Ends in .png, .svg or .pdf.
    size, grey
        As for :func:`story_svg`.
    scale : float
        Pixels of a PNG for each pixel of its size, between 0.5 and 8; SVG and PDF have no pixels.

    Raises
    ------
    UsageError
        If the name ends otherwise, there is no such size or scale, or the extra 'image' is not installed.
    WriteError
        If the file cannot be written.

    Examples
    --------
    >>> import geostory, tempfile
    >>> story = geostory.tell(geostory.Article(title="Talks", text="They met in Anchorage."))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_image(story, f"{folder}/talks.svg", size="square")
    """
    path = Path(path)
    format = path.suffix.lower().removeprefix(".")
    if format not in FORMATS:
        raise UsageError(f"{path}: an image's name ends in .png, .svg or .pdf")
    wanted = _size(size)
    _checked(format, wanted, scale)
    svg = story_svg(story, size=size, grey=grey)
    title = str(_block(story)["title"])
    write_whole(path, svg if format == "svg" else converted(svg, wanted, format=format, scale=scale, title=title))


def _checked(format: str, size: Size, scale: float) -> None:
    """Refuse a scale that would make too large an image, and formats whose library is missing."""
    if not 0.5 <= scale <= 8 or size.width * size.height * scale**2 > _MOST_PIXELS:
        raise UsageError(
            f"scale {scale:g}: give one between 0.5 and 8 that makes at most {_MOST_PIXELS // 1_000_000} million pixels"
        )
    if format != "svg":
        _converter()


@dataclass(frozen=True)
class Images:
    """Still images to write beside pages; refused at once where they can't be made.

    Parameters
    ----------
    formats : sequence of str
        Of :data:`FORMATS`.
    size, scale
        As for :func:`write_image`.

    Raises
    ------
    UsageError
        As :func:`write_image` does.
    """

    formats: Sequence[str]
    size: str = "wide"
    scale: float = 2

    def __post_init__(self) -> None:
        for format in self.formats:
            _checked(format, size_of(self.size), self.scale)

    def write(self, story: Story | StoryMap, page: Path) -> tuple[Path, ...]:
        """Write the images beside a page; returns their paths."""
        paths = tuple(page.with_name(f"{page.stem}.{format}") for format in dict.fromkeys(self.formats))
        for path in paths:
            write_image(story, path, size=self.size, scale=self.scale)
        return paths


def available() -> bool:
    """Whether PNG and PDF can be made here."""
    return all(find_spec(name) is not None for name in ("typst", "font_source_sans_pro"))


def picture(block: Mapping[str, Any], path: Path) -> tuple[int, int]:
    """Draw a page's block as the PNG of a social network's card; returns its width and height in pixels."""
    size = SIZES["card"]
    svg = still_svg(block, width=size.width, height=size.height)
    write_whole(path, converted(svg, size, format="png", title=str(block["title"])))
    return size.width, size.height


# --- PNG and PDF ------------------------------------------------------------------------------------------------------


def _converter() -> Any:
    """Typst, which lays an SVG on a page of its size and writes that as PNG or PDF."""
    try:
        import typst
    except ImportError:
        raise UsageError(_MISSING) from None
    if find_spec("font_source_sans_pro") is None:
        raise UsageError(_MISSING)
    return typst


_MISSING = "PNG and PDF need the extra 'image': pip install 'geostory[image]'; --image svg needs nothing more"


_PAGE = """
#set page(width: {width}pt, height: {height}pt, margin: 0pt)
#set document(title: sys.inputs.title, date: none)
#image(bytes(sys.inputs.map), format: "svg", width: {width}pt, height: {height}pt, alt: sys.inputs.title)
"""


@cache
def _fonts(*, foreign: bool) -> Any:
    spec = find_spec("font_source_sans_pro")
    assert spec is not None and spec.origin is not None
    return _converter().Fonts(
        include_system_fonts=foreign,
        include_embedded_fonts=foreign,
        font_paths=[str(Path(spec.origin).parent / "files")],
    )


def converted(svg: str, size: Size, *, format: str, scale: float = 1, title: str = "Map") -> bytes:
    """An SVG document of ours as PNG or PDF, in the font that the package carries.

    Letters that this font lacks, Arabic or Chinese ones say, are taken from the machine's own fonts.
    """
    typst = _converter()
    page = _PAGE.format(width=f"{size.width * 0.75:g}", height=f"{size.height * 0.75:g}")
    made = typst.compile(
        page.encode(),
        format=format,
        font_paths=_fonts(foreign=not covers(svg)),
        ignore_system_fonts=True,
        ppi=96.0 * scale,
        sys_inputs={"map": svg, "title": title},
    )
    return bytes(made)
