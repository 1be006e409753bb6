"""Lengths as news writes them: a number or words, a unit, a hedge, and perhaps the same length in a second unit."""

import re
from dataclasses import dataclass, replace

from geostory.models import Hedge

__all__ = ["METRES", "Quantity", "find_quantities"]

# Metres in a unit: the international foot, yard and mile of 1959 (0.3048 m), the nautical mile of 1929.
METRES = {"km": 1000.0, "m": 1.0, "mi": 1609.344, "nmi": 1852.0, "ft": 0.3048, "yd": 0.9144}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A length in a text, ``text[start:end]`` with its hedge and its conversion.

    ``low`` and ``high`` are equal but for a range; both count ``unit``s. ``within`` tells that the hedge was 'within'.
    """

    start: int
    end: int
    low: float
    high: float
    unit: str
    hedge: Hedge
    within: bool = False

    @property
    def low_m(self) -> float:
        """The length, or the lower end of a range, in metres."""
        return self.low * METRES[self.unit]

    @property
    def high_m(self) -> float:
        """The upper end of a range, in metres."""
        return self.high * METRES[self.unit]


_UNITS = (
    ("nmi", r"nautical[ -]miles?|sea miles?|nmi|nm"),
    ("km", r"kilomet(?:re|er)s?|kms?"),
    ("mi", r"(?:statute )?miles?|mi"),
    ("ft", r"feet|foot|ft"),
    ("yd", r"yards?|yds?"),
    ("m", r"met(?:re|er)s?|m"),
)
_UNIT = (
    "(?:" + "|".join(pattern for _, pattern in _UNITS) + r")(?![\w²³])"
    r"(?!\s?/\s?(?:h|s|d)|\s+(?:per|an hour|a second|a minute|a day)\b)"
)

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: n for n, word in enumerate((*_ONES, *_TEENS), 1)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES)})\b)?|{'|'.join(_TEENS)}|{'|'.join(_ONES)})\b"
_HUNDREDS = rf"(?:(?:an?|{_SMALL})[- ]hundred(?:(?: and)? {_SMALL})?|{_SMALL})"
_WORDY = (
    rf"(?:a couple(?: of)?|(?:half )?(?:an?|{_SMALL}) dozen"
    rf"|(?:an?|{_HUNDREDS})[- ]thousand(?:(?: and)? {_HUNDREDS})?|{_HUNDREDS})"
    r"(?: and an? (?:half|quarter))?"
)
_SPACES = " \u00a0\u202f\u2009"
_THOUSANDS = r"\d{1,3}(?:[,'’\u00a0\u202f\u2009 ]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}"
_DIGITS = rf"(?:{_THOUSANDS})(?!\d)|\d+[ -]1/[234](?!\d)|[13]/[248](?!\d)|\d+(?:[.,]\d+)? ?[½¼¾⅓⅔]?(?!\d)|[½¼¾⅓⅔]"
# Atomic, lest 'twenty-five' is tried as the range from twenty to five.
_NUMBER = rf"(?>{_DIGITS}|\b{_WORDY}(?!\w))"
_GAP = rf"(?:[{_SPACES}]|-|‑)?"
_PART = (
    r"(?P<part>\bhalf[- ](?:an? )?|\b(?:an? )?quarter[- ](?:of )?(?:an? )?"
    r"|\b(?P<count>an?|one|two|three)[- ](?P<share>third|quarter|fifth|eighth|tenth)s? of an? |\b(?:an?|one) )"
)

_NEARLY = "(?:just|only|a little|little|slightly|well|far)"
_HEDGES: tuple[tuple[Hedge, str], ...] = (
    ("less than", rf"(?:{_NEARLY} )?(?:less than|fewer than|under|below|short of)"),
    ("up to", r"(?:no|not) more than|at most|as much as|as many as|as far as|up to|within"),
    ("at least", r"at least|(?:no|not) (?:less|fewer) than|a minimum of"),
    ("more than", rf"(?:{_NEARLY} )?(?:more than|greater than|over|upwards of|in excess of)"),
    ("about", r"(?:(?:only|just|or|at) )?(?:about|around|roughly|approximately|approx\.?|circa|ca?\.|some|nearly|"
              r"almost|close to|an estimated|somewhere around|more or less)|~|≈"),
    ("just", r"(?:but )?just|only|barely|merely|a mere|a scant|as little as|as close as|as near as"),
    ("exactly", r"exactly|precisely"),
)  # fmt: skip
_AFTER: dict[str, Hedge] = {"so": "about", "thereabouts": "about", "more": "at least", "less": "up to"}
_HEDGE = "|".join(pattern for _, pattern in _HEDGES)

_QUANTITY = re.compile(
    rf"(?P<hedge>(?<!\w)(?:{_HEDGE})(?: an?(?= \w*\d))?(?:\s+|(?<=[~≈])))?(?<![\w$€£¥.,])"
    rf"(?:(?P<between>between |from )?(?P<first>{_NUMBER})(?P<unit1>{_GAP}{_UNIT})?"
    r"\s?(?:-|–|—|to|or|(?(between)and|(?!)))\s?"
    rf"(?P<second>{_NUMBER}){_GAP}(?P<unit2>{_UNIT})"
    rf"|(?P<only>{_NUMBER})(?P<odd>-odd)?{_GAP}(?P<unit>{_UNIT})|{_PART}(?P<unit3>{_UNIT}))(?P<and_half> and an? half)?"
    rf"(?P<after>\s+or\s+(?:so|thereabouts|more|less)\b)?",
    re.IGNORECASE,
)
_CONVERSION = re.compile(r"\s*\(\s*(?P<inner>[^()]{1,40})\)|(?P<comma>,?)\s+or\s+|\s?/\s?")
_LIKENESS = 0.15  # relative difference up to which a second length is the first one in another unit


def find_quantities(text: str) -> list[Quantity]:
    """Every length in a text, in order; a length and its conversion are one.

    Examples
    --------
    >>> found = find_quantities("about 33 km (21 miles) and half a mile")
    >>> [(q.start, q.end, q.low, q.unit, q.hedge) for q in found]
    [(0, 22, 33.0, 'km', 'about'), (27, 38, 0.5, 'mi', 'exactly')]
    """
    found: list[Quantity] = []
    for match in _QUANTITY.finditer(text):
        quantity = _read(match)
        if quantity is None or (found and quantity.start < found[-1].end):
            continue
        found.append(_with_conversion(text, quantity))
    return found


def _read(match: re.Match[str]) -> Quantity | None:
    if match["first"] is not None:
        low, high = _number(match["first"]), _number(match["second"])
        word = match["unit2"]
    elif match["only"] is not None:
        low = high = _number(match["only"])
        word = match["unit"]
    else:
        low = high = _share(match)
        word = match["unit3"]
    if match["and_half"]:
        low, high = low + 0.5, high + 0.5
    if high <= 0:
        return None
    unit = _unit(word)
    if match["unit1"]:
        low *= METRES[_unit(match["unit1"].lstrip(f"-‑{_SPACES}"))] / METRES[unit]
    said = (match["hedge"] or "").lower().strip()
    vague = match["odd"] or (match["only"] or "").lower().startswith("a couple")
    hedge = "about" if vague else _hedge(said, match["after"])
    start = match.start()
    if low > high:  # '2014 to 5 km' is no range
        low, start, hedge = high, match.start("second"), "exactly"
    if low < high:
        hedge = "between"
    return Quantity(
        start=start, end=match.end(), low=low, high=high, unit=unit, hedge=hedge, within=said.startswith("within")
    )


def _with_conversion(text: str, first: Quantity) -> Quantity:
    """The quantity with the second one that says the same in another unit, as '33 km (21 miles)'."""
    link = _CONVERSION.match(text, first.end)
    if link is None:
        return first
    begin, end = (link.start("inner"), link.end("inner")) if link["inner"] else (link.end(), link.end() + 40)
    match = _QUANTITY.search(text, begin, end)
    other = _read(match) if match else None
    if match is None or other is None or other.unit == first.unit:
        return first
    if text[begin : other.start].strip():
        return first
    # What stands alone in brackets is a conversion even where it is miscounted.
    alone = bool(link["inner"]) and not text[other.end : end].strip()
    if not alone and abs(other.high_m - first.high_m) > _LIKENESS * first.high_m:
        return first
    if link["inner"]:
        return replace(first, end=link.end()) if not text[other.end : end].strip() else first
    closing = 1 if link["comma"] and text[other.end : other.end + 1] == "," else 0
    return replace(first, end=other.end + closing)


def _unit(word: str) -> str:
    return next(unit for unit, pattern in _UNITS if re.fullmatch(pattern, word, re.IGNORECASE))


def _hedge(said: str, after: str | None) -> Hedge:
    if after:
        return _AFTER[after.split()[-1].lower()]
    said = re.sub(r" an?$", "", said)
    return next((hedge for hedge, pattern in _HEDGES if re.fullmatch(pattern, said)), "exactly")


def _share(match: re.Match[str]) -> float:
    if match["share"]:
        count = {"two": 2, "three": 3}.get(match["count"].lower(), 1)
        return count / {"third": 3, "quarter": 4, "fifth": 5, "eighth": 8, "tenth": 10}[match["share"].lower()]
    part = match["part"].lower()
    return 0.5 if "half" in part else 0.25 if "quarter" in part else 1.0


def _number(said: str) -> float:
    """Value of '1,500', '3.5', '3,5', '2½', 'twenty-five', 'two and a half', 'half a dozen', 'a hundred and twenty'."""
    said = said.lower().strip()
    if not said[0].isdigit() and said[0] not in _FRACTIONS:
        return _worded(said)
    extra = 0.0
    if said[-1] in _FRACTIONS:
        said, extra = said[:-1].strip(), _FRACTIONS[said[-1]]
    elif parts := re.fullmatch(r"(?:(\d+)[ -])?(\d)/(\d)", said):
        said, extra = parts[1] or "", int(parts[2]) / int(parts[3])
    if re.fullmatch(_THOUSANDS, said):
        said = said.replace(".", "") if said.count(".") > 1 else said
        return float(re.sub(r"[^\d.]", "", said)) + extra
    if re.fullmatch(r"[1-9]\d{0,2}\.\d00", said):
        # '1.500' is fifteen hundred: nobody writes one and a half with two idle zeros.
        said = said.replace(".", "")
    return (float(said.replace(",", ".")) if said else 0.0) + extra


def _worded(said: str) -> float:
    total = current = extra = 0.0
    if said.startswith("half "):
        return _worded(said.removeprefix("half ")) / 2
    for ending, value in ((" and a half", 0.5), (" and a quarter", 0.25)):
        if said.endswith(ending):
            said, extra = said.removesuffix(ending), value
    if said.startswith("a couple"):
        return 2.0
    for word in re.split(r"[- ]", said):
        if word in ("a", "an"):
            current = 1
        elif word in ("dozen", "hundred"):
            current *= 12 if word == "dozen" else 100
        elif word == "thousand":
            total, current = total + current * 1000, 0
        elif word in _WORDS:
            current += _WORDS[word]
    return total + current + extra
