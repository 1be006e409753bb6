"""Reading: from a file, a folder or standard input to Articles, with one clear line for whatever cannot be read.

The formats themselves are the matter of `documents` (HTML, Markdown, feeds, plain text) and `scraped` (a page that
holds several articles); this module finds out which one a source is in, and keeps its promises about all of them:
nothing is fetched, no input is too large or too broken for an answer, and one bad part does not lose the others.
"""

import datetime
import io
import json
import os
import re
import sys
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from geostory.decoding import decode
from geostory.documents import from_feed, from_html, from_markdown, from_page, from_text
from geostory.drafts import Draft, parse_date
from geostory.errors import ReadError, UsageError
from geostory.escapes import unturned
from geostory.models import Article
from geostory.sentences import sentence_span, sentence_spans

__all__ = ["FORMATS", "read", "read_each", "sentence_span", "sentence_spans"]

MAX_SOURCE_BYTES = 32_000_000
"""The most a source may hold; JSON Lines are read line by line, and this bounds each line instead."""

MAX_ARTICLE_CHARACTERS = 1_000_000
"""The longest text of an article, in code points: a long novel, and more than any newspaper prints."""

_HEAD_BYTES = 65_536
_LONGEST_NAME = 200
_BAD_LINES_AT_FIRST = 20  # a file that begins with so many lines that are no JSON is not JSON Lines
_SUFFIXES = {
    ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".xhtml": "html", ".jsonl": "jsonl",
    ".ndjson": "jsonl", ".rss": "feed", ".atom": "feed",
}  # fmt: skip
_SNIFFED_SUFFIXES = {"": "page", ".txt": "page", ".text": "page", ".json": "json", ".xml": "feed"}
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_MARKUP = re.compile(r"<(?:!doctype html|html|head|body|meta|article|div|p|h1|title|script)\b", re.IGNORECASE)
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)\b")


def _from_json(text: str) -> list[Draft]:
    """The rows of a JSON array of articles, or the one article of a JSON object."""
    value = _json_value(text)
    if isinstance(value, str):
        raise ReadError(value)
    rows = value[0] if isinstance(value[0], list) else [value[0]]
    return [_row(row, f"item {i}" if isinstance(value[0], list) else "") for i, row in enumerate(rows, start=1)]


_READERS: dict[str, Callable[[str], list[Draft]]] = {
    "text": from_text,
    "page": from_page,
    "markdown": from_markdown,
    "html": from_html,
    "json": _from_json,
    "feed": from_feed,
}
FORMATS = (*_READERS, "jsonl")
"""The formats that `read` can be told to expect."""


def read(source: str | Path, *, date: datetime.date | None = None, format: str | None = None) -> list[Article]:
    """The articles of a source, all of them or none.

    Parameters
    ----------
    source : str or Path
        A file, a folder (its files at any depth, sorted by path; hidden ones and those of other kinds are passed
        over), or '-' for standard input. An address such as 'https://...' is refused: nothing is ever fetched.
    date : datetime.date, optional
        The date of articles that carry none in their metadata.
    format : str, optional
        One of `FORMATS`; without it the file's name and content tell. 'text' takes a plain text as one article,
        untouched; 'page' looks for several articles in it and leaves bylines and boilerplate out, and is what a plain
        text file gets whose lines show such a structure.

    Returns
    -------
    list of Article
        At least one. The text of JSON and JSON Lines is never altered; that of the other formats is paragraphs
        with a blank line between them.

    Raises
    ------
    ReadError
        At the first thing that cannot be read, with the source's name and, where there is one, the line in it. Use
        `read_each` to go on with the rest.
    UsageError
        If there is no such format.

    Examples
    --------
    >>> from geostory.resources import data_path
    >>> [article.date.isoformat() for article in read(data_path("articles", "alaska-summit.md"))]
    ['2025-08-15']
    """
    articles = []
    for item in read_each(source, date=date, format=format):
        if isinstance(item, ReadError):
            raise item
        articles.append(item)
    return articles


def read_each(
    source: str | Path, *, date: datetime.date | None = None, format: str | None = None
) -> Iterator[Article | ReadError]:
    """The articles of a source one by one, and in the place of each that cannot be read the error that says why.

    Nothing is raised for what a source holds or lacks, so one bad line, entry or file does not lose the others.
    JSON Lines are read as they are asked for: such a source may be larger than memory.

    Parameters
    ----------
    source, date, format
        As for `read`.

    Yields
    ------
    Article or ReadError

    Raises
    ------
    UsageError
        If there is no such format; at once, before anything is read.
    """
    if format is not None and format not in FORMATS:
        raise UsageError(f"there is no format '{format}'; choose one of {', '.join(FORMATS)}")
    return _each(source, date, format)


def _each(source: str | Path, day: datetime.date | None, format: str | None) -> Iterator[Article | ReadError]:
    name = _shown(source)
    try:
        if str(source) != "-" and Path(source).is_dir():
            for file in _files_below(Path(source)):
                yield from _each(file, day, format)
            return
        with _opened(source) as stream:
            suffix = Path(source).suffix.lower()
            for draft in _drafts(stream, format or _SUFFIXES.get(suffix), _SNIFFED_SUFFIXES.get(suffix, "page")):
                yield _article(draft, name, day)
    except ReadError as error:
        yield ReadError(f"{name}: {_one_line(str(error))}")
    except (OSError, ValueError) as error:
        yield ReadError(f"{name}: it cannot be read: {getattr(error, 'strerror', None) or error}")


# Sources


def _shown(source: str | Path) -> str:
    """A source's name as one line that can be printed."""
    if str(source) == "-":
        return "standard input"
    text = "".join(c if c.isprintable() else "\ufffd" for c in str(source)) or "''"
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME // 2]}…{text[-_LONGEST_NAME // 2 :]}"


def _files_below(folder: Path) -> list[Path]:
    """The files of a folder that geostory reads, at any depth, sorted by path."""
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".")]
        found += [Path(parent, f) for f in files if not f.startswith(".")]
    known = [path for path in found if path.suffix.lower() in {*_SUFFIXES, *_SNIFFED_SUFFIXES}]
    if not known:
        endings = ", ".join(sorted({*_SUFFIXES, *_SNIFFED_SUFFIXES} - {""}))
        raise ReadError(f"the folder holds no file that geostory reads ({endings})")
    return sorted(known, key=lambda path: path.relative_to(folder).parts)


def _opened(source: str | Path) -> AbstractContextManager[BinaryIO]:
    if str(source) == "-":
        if sys.stdin is None:
            raise ReadError("it is closed")
        return nullcontext(sys.stdin.buffer)
    if _ADDRESS.match(str(source)):
        raise ReadError("geostory reads files only and fetches nothing; save the page and give its file")
    if not str(source) or "\0" in str(source) or not Path(source).exists():
        raise ReadError("there is no such file or folder")
    return Path(source).open("rb")


def _drafts(stream: BinaryIO, format: str | None, otherwise: str) -> Iterator[Draft]:
    """Drafts of a stream in a given format, or in the one that its content shows, or else in a third."""
    head = _read_up_to(stream, _HEAD_BYTES)
    if (format or _json_lines(head)) in ("jsonl", True) and not head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        yield from _from_json_lines(io.BufferedReader(_Rejoined(head, stream)))
        return
    data = head + _read_up_to(stream, MAX_SOURCE_BYTES + 1 - len(head))
    if len(data) > MAX_SOURCE_BYTES:
        raise ReadError(f"it is larger than {MAX_SOURCE_BYTES // 1_000_000} MB; only JSON Lines may be")
    try:
        text = decode(data).removeprefix("\ufeff")
    except ValueError as error:
        raise ReadError(str(error)) from None
    if not text.strip():
        raise ReadError("it is empty")
    format = format or _format_by_content(text) or otherwise
    if format == "jsonl":
        yield from _from_json_lines(io.BufferedReader(io.BytesIO(text.encode())))
        return
    if len(text) > MAX_ARTICLE_CHARACTERS and format in ("text", "page", "markdown"):
        raise ReadError(_too_long(len(text)))
    try:
        drafts = _READERS[format](text)
    except ReadError:
        raise
    except Exception as error:  # three parsers of others meet whatever bytes the world holds
        raise ReadError(f"it cannot be read as {format} ({type(error).__name__}: {error})") from error
    if not drafts:
        raise ReadError(f"no article can be found in it (read as {format})")
    yield from drafts


def _read_up_to(stream: BinaryIO, size: int) -> bytes:
    """The next bytes of a stream: as many as asked for unless it ends, also where a pipe delivers them in drops."""
    parts = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class _Rejoined(io.RawIOBase):
    """A stream with the bytes put back that were read from its head."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        part = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(part) :]
        buffer[: len(part)] = part
        return len(part)


# Which format


def _json_lines(head: bytes) -> bool:
    """Whether the first line is a JSON object by itself, with others below it or none."""
    line, _, _ = head.removeprefix(BOM_UTF8).lstrip().partition(b"\n")
    if not line.startswith(b"{"):
        return False
    if len(line) >= _HEAD_BYTES - 8:
        return re.match(rb'\{\s*"', line) is not None
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _format_by_content(text: str) -> str | None:
    start = text.lstrip()[:_HEAD_BYTES]
    if _json_lines(start.encode("utf-8", "replace")):
        return "jsonl"
    if re.match(r'\{\s*"|\[\s*(?:\{\s*"|\])', start):
        return "json"
    if start.startswith("<"):
        if _FEED.search(start[:4096]):
            return "feed"
        if _MARKUP.search(start[:4096]):
            return "html"
    if re.match(r"# \S|---\s*\n\w[\w -]*:\s", start):
        return "markdown"
    return None


# JSON


def _json_value(text: str) -> tuple[object] | str:
    """The value of a JSON text in a tuple, or what is wrong with it."""
    try:
        return (json.loads(text, parse_constant=lambda _: None),)  # NaN is no JSON, but no reason to lose an article
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}" if "\n" in text.strip() else f"column {error.colno}"
        return f"it is not JSON ({error.msg.removesuffix(' at')}, {where})"
    except (RecursionError, ValueError):
        return "it is JSON nested too deeply, or with a number too long, to be read"


def _row(value: object, where: str) -> Draft:
    """A JSON object as a draft: its text as it is, further fields kept."""
    if not isinstance(value, dict):
        return Draft("", "", where=where, problem='it is not a JSON object with "title" and "text"')
    rest = dict(value)
    text, title, identifier, stamp = (rest.pop(key, None) for key in ("text", "title", "id", "date"))
    day = parse_date(stamp) if isinstance(stamp, str) else None
    problem = ""
    if not isinstance(text, str):
        problem = 'it has no "text" that is a string'
    elif not isinstance(title, str | None):
        problem = 'its "title" is not a string'
    elif isinstance(identifier, bool) or not isinstance(identifier, str | int | None):
        problem = 'its "id" is neither a string nor a whole number'
    elif stamp not in (None, "") and day is None:
        problem = f'its "date" {json.dumps(stamp)[:40]} is not one that geostory understands; write it as "2025-08-15"'
    identifier = "" if identifier is None else str(identifier)
    return Draft(title or "", text if isinstance(text, str) else "", day, identifier, rest, where, problem)


def _line_value(line: bytes, stream: io.BufferedReader) -> tuple[object] | str:
    """The value of one line, or what is wrong with it; the rest of a line that is too long is passed over."""
    if len(line) > MAX_SOURCE_BYTES:
        while not line.endswith(b"\n") and (line := stream.readline(MAX_SOURCE_BYTES)):
            pass
        return f"it is longer than {MAX_SOURCE_BYTES // 1_000_000} MB"
    try:
        return _json_value(line.decode("utf-8").strip(" \t\r\n"))
    except UnicodeDecodeError:
        return "it is not UTF-8"


def _from_json_lines(stream: io.BufferedReader) -> Iterator[Draft]:
    """A draft for each line; lines that are no JSON are told one by one once a line has shown the file to be some."""
    waiting: list[Draft] = []
    shown, number = False, 0
    while line := stream.readline(MAX_SOURCE_BYTES + 1):
        number += 1
        line = line.removeprefix(BOM_UTF8) if number == 1 else line
        if not line.strip():
            continue
        where = f"line {number}"
        value = _line_value(line, stream)
        if isinstance(value, tuple):
            shown = True
            yield from waiting
            waiting = []
            yield _row(value[0], where)
            continue
        waiting.append(Draft("", "", where=where, problem=value))
        if shown:
            yield waiting.pop()
        elif len(waiting) >= _BAD_LINES_AT_FIRST:
            raise ReadError(f"it is not JSON Lines: none of its first {_BAD_LINES_AT_FIRST} lines is a JSON object")
    if not shown and not waiting:
        raise ReadError("it is empty")
    yield from waiting


# From draft to article


def _too_long(length: int) -> str:
    return f"its text is {length:,} characters long; an article has at most {MAX_ARTICLE_CHARACTERS:,}"


def _problem(draft: Draft) -> str:
    """What keeps a draft from being an article, or nothing."""
    if draft.problem:
        return draft.problem
    if not draft.text.strip():
        return "the article is empty" if not draft.title else f"the article '{draft.title[:60]}' has no text"
    if max(len(draft.text), len(draft.title)) > MAX_ARTICLE_CHARACTERS:
        return _too_long(max(len(draft.text), len(draft.title)))
    everything = (draft.id, draft.title, draft.text, json.dumps(dict(draft.extra), ensure_ascii=False))
    if any("\0" in part for part in everything[:3]):
        return "its text holds a NUL character"
    try:
        "".join(everything).encode()
    except UnicodeEncodeError as error:
        return f"it holds half of a surrogate pair (\\u{ord(error.object[error.start]):04x}), which is no character"
    return ""


def _article(draft: Draft, name: str, day: datetime.date | None) -> Article | ReadError:
    place = f"{name}, {draft.where}" if draft.where else name
    if problem := _problem(draft):
        return ReadError(f"{place}: {_one_line(problem)}")
    return Article(
        title=unturned(draft.title),
        text=draft.text,
        id=draft.id,
        date=draft.date or day,
        source=place,
        extra=MappingProxyType({k: unturned(v) if isinstance(v, str) else v for k, v in draft.extra.items()}),
    )


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
