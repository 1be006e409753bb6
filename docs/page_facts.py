"""What the page ``docs/accuracy.md`` tells, and how it sets figures: tables, shares with their intervals."""

import argparse
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from folds import Folds
from reliability import calibration_error
from scoring import Judged, Outcome, figures, intervals, total
from speed import Speed
from stories import Answer

import geostory

__all__ = ["EDITOR", "OWN", "Facts", "Run", "between", "cells", "named", "sha", "table"]

EDITOR, OWN = "an editor's", "the corpus's own"
_NAMES = {"geovirus": "GeoVirus", "lgl": "LGL"}


class Run(NamedTuple):
    """A corpus read by one recogniser, judged by all that it finds or without what the corpus leaves unmarked."""

    corpus: str
    recogniser: str
    marks: str
    judged: list[Judged]

    @property
    def outcomes(self) -> list[Outcome]:
        """The gold toponyms that were found and placed."""
        return [outcome for one in self.judged for outcome in one.outcomes]

    @property
    def off(self) -> float:
        """The expected calibration error."""
        return calibration_error(self.outcomes)


class Facts(NamedTuple):
    """What the page tells; ``measures`` is the list of what each figure means."""

    asked: argparse.Namespace
    corpora: Mapping[str, Sequence[geostory.Article]]
    runs: Sequence[Run]
    folds: Folds | None
    speeds: Mapping[str, Speed]
    answers: Sequence[Answer]
    measures: str

    @property
    def own(self) -> list[Run]:
        """The runs by the corpora's own marks."""
        return [run for run in self.runs if run.marks == OWN]

    @property
    def recogniser(self) -> str:
        """The recogniser that sections which need only one are about."""
        return self.runs[0].recogniser

    @property
    def main(self) -> list[Run]:
        """Its runs by the corpora's own marks."""
        return [run for run in self.own if run.recogniser == self.recogniser]


def named(corpus: str) -> str:
    """A corpus as a reader knows it."""
    return _NAMES.get(corpus, corpus)


def sha(path: Path) -> str:
    """The first digits of a file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def table(*rows: Sequence[object]) -> Iterator[str]:
    """A Markdown table, line by line; its first row is the head."""
    for number, row in enumerate(rows):
        yield f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |"
        if not number:
            yield "|---" * len(row) + "|"


def between(value: float, spread: Sequence[float], form: str = ".3f") -> str:
    """A figure with its interval."""
    return f"{value:{form}} ({spread[0]:{form}} to {spread[1]:{form}})"


def cells(run: Run, names: Sequence[str]) -> list[str]:
    """Figures of a run, with their intervals but for ceilings."""
    values, bounds = figures(total(run.judged)), intervals(run.judged)
    return [f"{values[n]:.3f}" if n.endswith("ceiling") else between(values[n], bounds[n]) for n in names]
