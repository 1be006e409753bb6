"""Why a name that a model takes for a place is none after all: kinds too rare in annotated text to be learned."""

import re
from collections.abc import Sequence

from geostory.clues import CLUES, Reading
from geostory.lexicon import COMMON_WORD
from geostory.models import Candidate
from geostory.tokens import cue

__all__ = ["doubted", "newspaper"]

_YEAR = re.compile(r"\d $")  # '100 B.C.'
_SHOWN = sum(1 << CLUES.index(name) for name in ("before its container", "contained", "located"))
_LARGE = 100_000  # people of a town that is known far away
_FIRM_AFTER = re.compile(
    r"(?:['’]s? |,? |,)(?:shares|stock|shareholders|investors|share price|chief executive|said in a statement"
    r"|which (?:runs|operates|owns|makes|sells|employs|manufactures|produces|develops|went public|is owned)"
    r"|(?:the|an?) [a-z -]{0,25}(?:company|firm|maker|retailer|operator|manufacturer|developer|conglomerate))\b"
)


def doubted(reading: Reading, start: int, end: int, known: Sequence[Candidate]) -> bool:
    """Whether the words beside a name, in the light of the gazetteer, say that it is no place.

    Parameters
    ----------
    reading : Reading
    start, end : int
        The name's span.
    known : sequence of Candidate
        What the gazetteer knows by it.

    Returns
    -------
    bool
        True for a newspaper ('New York Times'), a currency ('US$5'), a saint's day, a year 'B.C.', a road or part of
        its name ('London Road'), a common noun with an article that a small town has for its name ('the Rock'), and a
        firm that bears a small place's name ('run by Belmond').
    """
    if newspaper(reading, end) or reading.text.startswith("$", end) or _saint(reading, start, end):
        return True
    if _YEAR.search(reading.text, max(0, start - 6), start) and known[0].match == "abbreviation":
        return True
    if any(c.population >= _LARGE or not c.feature.startswith("PPL") or c.feature == "PPLC" for c in known[:3]):
        return _road(reading, start, end) and not known[0].feature.startswith("PCL")
    doubts = (_road, _common_noun, _common_word, _firm)
    return any(doubt(reading, start, end) for doubt in doubts)


def _saint(reading: Reading, start: int, end: int) -> bool:
    """Whether a saint's name owns something: a day, a church, a school."""
    return reading.tokens.items[reading.tokens.at(start)].lower in {"st", "saint"} and reading.tokens.after(end, 1) in (
        ["'s"],
        ["’s"],
    )


def newspaper(reading: Reading, end: int) -> bool:
    """Whether a newspaper's word follows a name: 'New York Times', 'Midland Daily News'."""
    tokens = reading.tokens
    words = [token for token in tokens.items[tokens.at(end) : tokens.at(end) + 3] if token.start < end + 40]
    words = words[1:] if words and words[0].lower in {"daily", "sunday", "evening", "morning", "weekly"} else words
    at = tokens.at(end)
    return bool(words) and tokens.joined(at) and words[0].text.istitle() and words[0].lower in cue("newspapers")


def _road(reading: Reading, start: int, end: int) -> bool:
    tokens = reading.tokens
    number = tokens.at(end)
    if tokens.items[number - 1].lower in cue("roads") and tokens.at(start) < number - 1:
        return True
    return (
        number < len(tokens.items)
        and tokens.joined(number)
        and tokens.items[number].text.istitle()
        and (tokens.items[number].lower in cue("roads"))
    )


def _common_noun(reading: Reading, start: int, end: int) -> bool:
    text = reading.text[start:end].removeprefix("The ")
    led = reading.tokens.before(start, 1) == ["the"] or text != reading.text[start:end]
    if not (led and text.isalpha() and reading.tokens.stands_alone(end)):
        return False
    return reading.tokens.after(end, 1) not in (["and"], ["or"])  # 'the Etoumbi and Mbomo districts'


def _common_word(reading: Reading, start: int, end: int) -> bool:
    """Whether it is a common word that nothing in the article shows to be a place ('Western', but 'Hope, Arkansas')."""
    numbers = reading.tokens.numbers(start, end)
    shown = _SHOWN & reading.clues[numbers[0]]
    return not shown and all(reading.clues[number] & COMMON_WORD for number in numbers)


def _firm(reading: Reading, start: int, end: int) -> bool:
    before = reading.tokens.before(start, 2)
    if len(before) > 1 and before[1] == "by" and before[0] in cue("owned"):
        return True
    if len(before) > 1 and before[1] in {"of", "in"} and before[0] in cue("stocks"):
        return True
    return bool(_FIRM_AFTER.match(reading.text, end, end + 60))
