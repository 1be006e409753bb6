"""The stories of ``tests/texts/ambiguous.toml``, whose names are borne by several places, and what geostory hears."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import geostory
from geostory.gazetteer import gazetteer
from geostory.words import describe

__all__ = ["Answer", "answers", "shown"]

_STORIES = Path(__file__).parent.parent / "tests" / "texts" / "ambiguous.toml"


class Answer(NamedTuple):
    """A name of a story, what is expected of it, where it was placed, and how many places the gazetteer has for it."""

    story: str
    expected: Mapping[str, Any]
    place: geostory.Place | None
    bearers: int

    @property
    def right(self) -> bool:
        """Whether it stands where the story means it, or was rightly left open."""
        candidate = self.place and self.place.candidate
        return bool(self.expected.get("optional")) if candidate is None else _fits(candidate, self.expected)

    @property
    def told(self) -> str:
        """Where it was placed, in words."""
        if self.place is None:
            return "not found"
        candidate = self.place.candidate
        return _words(candidate) if candidate else "found, no place"

    @property
    def meant(self) -> str:
        """What the story means, as the gazetteer has it under the name."""
        fitting = (place for place in gazetteer().lookup(self.expected["text"]) if _fits(place, self.expected))
        return next(map(_words, fitting), "what the gazetteer lacks under that name")


def _fits(candidate: geostory.Candidate, expected: Mapping[str, Any]) -> bool:
    return (
        candidate.country == expected["country"]
        and candidate.admin1 == expected.get("admin1", candidate.admin1)
        and candidate.feature.startswith(expected.get("feature", ""))
    )


def _words(candidate: geostory.Candidate) -> str:
    return f"{candidate.name}, {describe(candidate)}"


def answers(recogniser: str) -> list[Answer]:
    """What geostory makes of each name that the stories ask for."""
    out = []
    for row in tomllib.loads(_STORIES.read_text(encoding="utf-8"))["story"]:
        story = geostory.tell(
            geostory.Article(id=row["id"], title=row["title"], text=row["text"]), recogniser=recogniser
        )
        places = [place for place in story.places if place.mention.field == "text"]
        for expected in row["place"]:
            uses = list(re.finditer(rf"\b{re.escape(expected['text'])}(?!\w)", row["text"]))
            start, end = uses[expected.get("nth", 1) - 1].span()
            over = (place for place in places if place.mention.start < end and start < place.mention.end)
            out.append(Answer(row["title"], expected, next(over, None), len(gazetteer().lookup(expected["text"]))))
    return out


def shown(given: Sequence[Answer]) -> list[Answer]:
    """Of each story the name that most places bear, and every name that went wrong, in the stories' order."""
    most: dict[str, Answer] = {}
    for answer in given:
        if answer.story not in most or answer.bearers > most[answer.story].bearers:
            most[answer.story] = answer
    return [answer for answer in given if not answer.right or most[answer.story] is answer]
