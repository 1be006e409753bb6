"""Annotated text as the recogniser learns from it: windows, with the tags that each token may bear.

A folder holds corpora in two forms. ``*.jsonl``: one article a line, {"id", "text", "toponyms": [{"start", "end",
"text", "gold"}]}; only places are marked there, so that any other token may be a person, a body or nothing, and what is
neutral or may follow another convention is left open. ``*.txt``: texts of our own, '=== id | kind' before each, with
every name marked: [p|a place], [m|a government], [d|a demonym], [n|a person], [o|a body], [x|another name].
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from geostory.clues import CLUES, TAGS, Reading, readings
from geostory.doubts import newspaper
from geostory.models import Article
from geostory.tokens import cue
from geostory.windows import Window, windows

OPEN = (1 << len(TAGS)) - 1
_BIT = {tag: 1 << number for number, tag in enumerate(TAGS)}
_NO_PLACE = _BIT["nothing"] | _BIT["person"] | _BIT["body"] | _BIT["other name"]
_MARK = re.compile(r"\[([pmdnox])\|([^\[\]|]+)\]")
_KINDS = {"n": "person", "o": "body", "x": "other name", "d": "demonym"}
_DEMONYM = 1 << CLUES.index("demonym too")
_ONLY_DEMONYM = 1 << CLUES.index("demonym only")
# Corpora differ on names with these: places to an editor, bodies to some, or cut ('Durham' in 'Durham University').
_FACILITIES = cue("facilities")


class Example(NamedTuple):
    """One article's text: the tags allowed at each of its tokens, as bits, and the same for each of its windows."""

    id: str
    corpus: str
    licence: str
    reading: Reading
    tags: np.ndarray
    windows: list[Window]
    allowed: list[np.ndarray]


def marked(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    """A text without its marks, and the marks: start, end, kind."""
    plain, spans, last = "", [], 0
    for match in _MARK.finditer(text):
        plain += text[last : match.start()]
        spans.append((len(plain), len(plain) + len(match[2]), match[1]))
        plain += match[2]
        last = match.end()
    return plain + text[last:], spans


def texts(path: Path) -> Iterator[dict]:
    """The articles of a corpus file: id, text, licence, and spans (start, end, kind; 'neutral' where left open)."""
    if path.suffix == ".txt":
        parts = re.split(r"^=== (.+?) \| .+$", path.read_text(encoding="utf-8"), flags=re.M)
        for name, text in zip(parts[1::2], parts[2::2], strict=True):
            plain, spans = marked(text.strip())
            yield {"id": f"{path.stem}/{name}", "text": plain, "spans": spans, "licence": "CC BY 4.0", "full": True}
        return
    for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
        row = json.loads(line)
        spans = [(mark["start"], mark["end"], "p" if mark.get("gold", True) else "neutral") for mark in row["toponyms"]]
        yield {"id": row["id"], "text": row["text"], "spans": spans, "licence": row.get("licence", ""), "full": False}


def fold(name: str, count: int = 3) -> int:
    """The part that an article belongs to, by its identifier's hash."""
    return hashlib.sha256(name.encode()).digest()[0] % count


def recased(row: dict, kind: str) -> dict | None:
    """The same article in capitals or in lower case; None where that moves offsets."""
    text = row["text"].upper() if kind == "upper" else row["text"].lower()
    return row | {"id": f"{row['id']}#{kind}", "text": text} if len(text) == len(row["text"]) else None


def examples(paths: Sequence[Path], *, recase: int = 0) -> Iterator[Example]:
    """The examples of corpora; of every ``recase``-th article a copy in capitals and one in lower case come with it."""
    for path in paths:
        for number, row in enumerate(texts(path)):
            yield example(row, path.stem)
            for kind in ("upper", "lower") if recase and number % recase == 0 else ():
                if copy := recased(row, kind):
                    yield example(copy, path.stem)


def example(row: dict, corpus: str) -> Example:
    """One article as an example."""
    reading = readings(Article(id=row["id"], title="", text=row["text"]))[1]
    allowed = _allowed(reading, row)
    cut = windows(reading)
    return Example(row["id"], corpus, row["licence"], reading, allowed, cut, [allowed[window.tokens] for window in cut])


def _allowed(reading: Reading, row: dict) -> np.ndarray:
    """For each token of a reading, the tags that it may bear, as bits."""
    clues = reading.clues
    nothing = _BIT["nothing"] if row["full"] else _NO_PLACE
    allowed = np.full(len(clues), nothing, dtype=np.uint8)
    if not row["full"]:
        for number, bits in enumerate(clues):
            if bits & _DEMONYM and reading.capital[number]:
                allowed[number] |= _BIT["demonym"]
    for start, end, kind in row["spans"]:
        numbers = reading.tokens.numbers(start, end)
        for number in numbers:
            if kind == "neutral":
                allowed[number] = OPEN
            elif kind in _KINDS:
                allowed[number] = _BIT[_KINDS[kind]]
            elif all(clues[at] & _ONLY_DEMONYM for at in numbers):
                allowed[number] = _BIT["demonym"]
            else:
                allowed[number] = _BIT["begins place" if number == numbers[0] else "in place"]
    if not row["full"]:
        _open_facilities(reading, allowed)
        _mend(reading, allowed)
    return allowed


def _mend(reading: Reading, allowed: np.ndarray) -> None:
    """Undo what corpora do and an editor does not.

    Some leave out names after an article ('the United States'): those are left open. Some mark the place in a
    newspaper's name, which is a body's.
    """
    places = _BIT["begins place"] | _BIT["in place"]
    for hit in reading.hits:
        held = slice(hit.first, hit.after)
        led = hit.first and reading.tokens.lowers[hit.first - 1] == "the"
        country = any(c.feature.startswith("PCL") and c.match != "demonym" for c in hit.found[:1])
        if (country or (led and not hit.found[0].feature.startswith("PPL"))) and not (allowed[held] & places).any():
            allowed[held] = OPEN
        if newspaper(reading, hit.end):
            allowed[held] = _BIT["body"]


def _open_facilities(reading: Reading, allowed: np.ndarray) -> None:
    """Leave open what else stands in a run of capitals with a facility's word."""
    places = _BIT["begins place"] | _BIT["in place"]
    run: list[int] = []
    for number in range(len(allowed) + 1):
        inside = number < len(allowed) and (
            reading.capital[number] or (reading.tokens.words[number] == "of" and bool(run))
        )
        if inside and (not run or reading.tokens.joined(number)):
            run.append(number)
            continue
        if any(reading.tokens.lowers[at] in _FACILITIES for at in run):
            for at in run:
                allowed[at] = allowed[at] | places if allowed[at] & places else OPEN
        run = [number] if inside else []
