"""How an article words where something lies by a known place: the patterns that whereabouts.py reads by.

In the text that they are matched against every name stands as a row of one sign, and every stated distance as a row of
another. Their word lists stand in vicinities.toml.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

__all__ = ["ERN", "HINTS", "LENGTH", "NAME", "NAMES", "POINT", "wording"]

NAME, LENGTH = "\ue000", "\ue001"
"""The signs for a name and for a stated distance, of the private use area."""
HINTS = ("north", "south", "east", "west", "cent", "near", "off", "out", "suburb", "edge", "fringe", "periphery",
         "close", "not far", "vicinity", "border", LENGTH, "few", "several", "couple", "dozens", "tens")  # fmt: skip
"""Of which one stands, in lower case, by every name that places something."""


@cache
def _words(name: str) -> str:
    """One list of vicinities.toml as the alternatives of a pattern."""
    lists = tomllib.loads((files("geostory") / "vicinities.toml").read_text(encoding="utf-8"))
    return f"(?:{lists[name]})"


NAMES = rf"{NAME}+"
POINT = "(?:(?:north|south)[- ]?(?:east|west)|north|south|east|west)"
ERN = "(?:(?:north|south)[- ]?(?:east|west)ern|northern|southern|eastern|western|central)"
_SIDE = rf"(?:(?P<points>{POINT}|{ERN}) )?"
_LENGTHS = (
    rf"(?P<length>{LENGTH}+)|(?P<few>a few|several|a couple of|dozens of|tens of) "
    "(?P<unit>km|kilomet(?:re|er)s|miles)"
)
_ON = "(?P<how>on|along|near|at|across|straddling|close to)"
_COAST = "(?:coasts?|coastline|shores?)"
_SOME = "(?:a|an|the|this|that|these|those|some|several|many|two|three|four|five|six|another|one|any|his|her|its|their)"
_LIES = "(?:is|are|was|were|lies|lie|lay|sits|sat|stands|stood)"
_PEOPLE = r"(?: of (?:about |some |around )?[\d.,]+(?: thousand| million)?(?: (?:people|residents|inhabitants))?)?"


@cache
def _wordings() -> dict[str, re.Pattern[str]]:
    kinds, settlements = _words("kinds"), _words("settlements")
    nouns = rf"{settlements}|{_words('sites')}|islands?|islets?"
    # 'the city of Gao', "Libya's besieged capital, Tripoli", or the bare name.
    lead = rf"(?:the |(?:the |its |(?:the )?{NAMES}(?:['’]s?)? )(?:[a-z][a-z-]* ){{0,2}}{kinds}(?:,| of)? )?"
    before = {
        "beside": rf"(?:(?:{_LENGTHS}) )?(?:away )?(?P<how>(?:(?:just|immediately|directly|due|somewhere) )*)"
        rf"(?:to the |(?<!the ))(?P<points>{POINT}(?:(?: and | or |/){POINT})?) of {lead}",
        "far": rf"(?:{_LENGTHS}) (?:away |distant )?(?:from|outside(?: of)?|of|beyond) {lead}",
        "outskirts": rf"(?:the |its )?{_SIDE}(?:outskirts|suburbs|fringes|periphery) of {lead}",
        "edge": rf"(?:on|at|near|to) the {_SIDE}edge of {lead}",
        "suburb": rf"(?:an?|the|another) (?:[a-z-]+ )??{_SIDE}(?:[a-z-]+ )??suburb of {lead}",
        "near": rf"(?P<how>near|just outside|outside|close to|not far from|in the vicinity of) {lead}",
        "off": rf"(?:(?:{_LENGTHS}) )?(?P<how>just )?off (?:the )?{_SIDE}{_COAST} of {lead}",
        "off owner": rf"(?:(?:{_LENGTHS}) )?(?P<how>just )?off (?:the )?{_SIDE}",
        "part": rf"(?P<points>{ERN}(?:(?: and | or |/){ERN})?|{POINT}) ",
        "part of": rf"the (?:far )?(?P<points>{POINT}|centre|center) of (?:the )?",
        "border": rf"{_ON} the border (?:between|of) {lead}(?P<first>{NAMES}) and {lead}",
        "borders": rf"{_ON} the (?P<first>{NAMES})[-–—/]",
        "neighbour": rf"{_ON} (?P<first>{NAMES})['’]s? border with {lead}",
    }
    other = {
        "own outskirts": rf"['’]s? {_SIDE}(?:outskirts|suburbs)(?!\w)",
        "own coast": rf"(?:['’]s?)? {_SIDE}{_COAST}(?!\w)",
        "own part": rf"['’]s? (?:far )?(?P<points>{POINT})(?![\w-]| of | (?:coast|shore|bank|side|wind))",
        "part in name": rf"(?P<points>{POINT}|{ERN}) (?P<whole>\w.*)",
        "border after": r" (?:border|frontier)(?!\w)",
        "head": rf"(?<![\w-])(?P<head>(?:{_SOME} (?:(?!{_words('links')} )[a-z][a-z-]* ){{0,3}}?)?(?P<noun>{nouns})"
        rf"{_PEOPLE})(?:(?:,? (?:that|which))?(?P<verb> {_LIES}))?(?:,|,? (?:located|situated|set|lying|some))? $",
        "link": rf"(?:,? (?:that|which))?(?P<verb> {_LIES})?(?: (?:now|just|still|also|located|situated|only|some|a))*"
        r"(?P<mark>,| \(| [–—-])?(?: in| across)?(?: the)?\s*$",
        "counted": rf"(?:(?<!\w){_words('counted')}['’]?|\d[\w.,]*(?: [a-z]+)?|{LENGTH}) $",
        "afloat": rf"(?<!\w){_words('afloat')}(?!\w)",
        "cut": rf"(?<!\w){_words('cut')} $",
        "settled": settlements,
        "opener": _words("openers"),
        "kind after": rf"(?: {kinds})?\s*$",
    }
    named = {
        "named": rf"(?:[Tt]he|[Aa]) (?:[a-z-]+ )?{settlements} of (?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){{0,2}})$",
        "title": r"(?P<name>[A-Z][\w'’-]+(?: (?:(?:al|el|de|of) )?[A-Z][\w'’-]+){0,2})$",
    }
    return (
        {name: re.compile(rf"(?<![\w-])(?:{shape})$", re.IGNORECASE) for name, shape in before.items()}
        | {name: re.compile(shape, re.IGNORECASE) for name, shape in other.items()}
        | {name: re.compile(shape) for name, shape in named.items()}
    )


def wording(name: str) -> re.Pattern[str]:
    """The pattern of a phrase that ends right before an anchor, of words after one, or of what lies there."""
    return _wordings()[name]
