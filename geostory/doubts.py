"""Why a name that a model takes for a place is none after all: kinds too rare in annotated text to be learned."""

import re
from collections.abc import Sequence

from geostory.clues import CLUES, Reading
from geostory.lexicon import COMMON_WORD, WORD
from geostory.models import Candidate
from geostory.tokens import cue

__all__ = ["doubted", "is_body", "names_war", "newspaper", "no_nation"]

_WORD_AFTER = re.compile(r" ([A-Z][\w-]+)(?! [A-Z&])")  # not of 'Oxford United Methodist Church'
_WAR_AFTER = re.compile(r"(?:[-–][A-Z]\w+)?[- ]Wars?\b")  # 'Iran-Iraq War'
_BODY_AFTER = re.compile(r" (?:Stock Exchange|University Press)\b")
_DIGIT = re.compile(r"\d $")  # '100 B.C.'
_OPENS = 1 << CLUES.index("begins sentence")
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
        True for a newspaper ('New York Times'), a currency ('US$5'), a saint's day, a body's last word, a road or part
        of its name ('London Road'), a common noun with an article that a small town has for its name ('the Rock'), and
        a firm that bears a small place's name ('run by Belmond').
    """
    if newspaper(reading, end) or reading.text.startswith("$", end) or _saint(reading, start, end):
        return True
    text = reading.text[start:end]
    if text.startswith("B.C") and _DIGIT.search(reading.text, max(0, start - 6), start):
        return True
    if ("." in text and text.lower().rstrip(".") in cue("titles") and not _after_town(reading, start)) or _member(
        reading, start
    ):
        return True
    if _titled(reading, start) or _part(reading, start, end) or _thing(reading, start, end, known):
        return True
    if _club(reading, start, end) or (reading.sport and _team(reading, start, end)):
        return True
    if any(c.population >= _LARGE or not c.feature.startswith("PPL") or c.feature == "PPLC" for c in known[:3]):
        return _road(reading, start, end) and not known[0].feature.startswith("PCL")
    doubts = (_road, _common_noun, _common_word, _firm)
    return any(doubt(reading, start, end) for doubt in doubts)


def _after_town(reading: Reading, start: int) -> bool:
    """Whether a capitalised word and a comma stand before: 'Tupelo, Miss.' is in Mississippi."""
    number = reading.tokens.at(start)
    return reading.tokens.lowers[max(0, number - 1) : number] == [","] and reading.tokens.capital(number - 2)


def no_nation(reading: Reading, start: int, end: int) -> bool:
    """Whether a demonym is part of a people's name within a country ('Native American'), a language's or a war's."""
    before = reading.tokens.before(start, 4)
    if before[-1:] in (["native"], ["latin"]) or before[-2:] in (["african", "-"], ["african", "–"]):
        return True
    if re.match(r"[-– ]American", reading.text[end : end + 10]) and not reading.text[start:end].startswith("American"):
        return True
    if {*reading.tokens.after(end, 1)} & (cue("goods") | {"war", "wars"}) or names_war(reading, end):
        return True
    return bool({*before} & {"speak", "speaks", "spoke", "spoken", "speaking"})


def names_war(reading: Reading, end: int) -> bool:
    """Whether a name is, or begins, that of a war: 'Vietnam War', 'Iran-Iraq War'."""
    return bool(_WAR_AFTER.match(reading.text, end))


def is_body(words: Sequence[str]) -> bool:
    """Whether the words of a name, in lower case, are those of a bank, an exchange or an association."""
    return words[-1:] == ["exchange"] or ("of" in words and not cue("members").isdisjoint(words))


def _saint(reading: Reading, start: int, end: int) -> bool:
    """Whether a saint's name owns something that bears it: a day, a church, a school."""
    saint = reading.tokens.lowers[reading.tokens.at(start)] in {"st", "saint"}
    return saint and bool(re.match(r"['’]s? [A-Z]", reading.text[end : end + 4]))


def _thing(reading: Reading, start: int, end: int, known: Sequence[Candidate]) -> bool:
    """Whether a name is a war's ('Vietnam War'), a ship's ('USS Arizona'), an article ('Al-Nao'), letters ('U.N.')."""
    text = reading.text[start:end]
    follows = _WORD_AFTER.match(reading.text, end)
    if follows and follows[1].lower() in cue("treaties"):
        return True
    first = reading.tokens.at(start)
    if text.startswith("National ") and reading.tokens.capital(first - 1) and reading.tokens.joined(first):
        return True  # of 'Kruger National Park'
    if re.match(r"-\s*\n\s*[a-z]", reading.text[end : end + 4]):  # 'Man-' of 'Man-\nchester'
        return True
    if _BODY_AFTER.match(reading.text, end) or names_war(reading, end):
        return True
    if {*reading.tokens.before(start, 1)} & cue("ships"):
        return True
    if text.lower() in cue("articles") and reading.text.startswith("-", end):
        return True
    if text.lower() in cue("facilities") | cue("relief"):
        return True
    if is_body(text.lower().split()) and not any(c.feature.startswith(("PCL", "ADM")) for c in known):
        return True  # but the Federation of Bosnia and Herzegovina is a region
    letters = text.replace(".", "")
    short = letters.isupper() and len(letters) <= 3 and (letters != text or len(letters) == 2)
    return short and all(candidate.match not in {"abbreviation"} for candidate in known[:3])


def _club(reading: Reading, start: int, end: int) -> bool:
    """Whether a club bears the name: 'Real Madrid', 'Manchester United', 'Bayern' itself."""
    tokens = reading.tokens
    first = tokens.at(start)
    last = _WORD_AFTER.match(reading.text, end)
    if last and (last[1].lower() in cue("clubs_last") or reading.text[start:end].lower() in cue("clubs_first")):
        return True
    if not (tokens.capital(first - 1) and tokens.joined(first)):
        return False
    lead = tokens.words[first - 1]
    return lead.lower() in cue("clubs_first") and (len(lead) > 2 or lead.isupper())  # 'AS Roma'


def _team(reading: Reading, start: int, end: int) -> bool:
    """Whether a name in a match report is that of those who play: 'Boston shot 38 percent', 'a win over Utah'."""
    tokens = reading.tokens
    first, after = tokens.at(start), tokens.at(end)
    if first and tokens.joined(first) and tokens.lowers[first - 1] in cue("opposes"):
        return True
    led = first and tokens.joined(first) and tokens.lowers[first - 1] in cue("locative")
    if led or not tokens.joined(after):
        return False
    if tokens.words[after].isdigit():  # 'Fargo 3, Minot 1', 'Leeds 3-0'
        return True
    return tokens.lowers[after] in cue("plays")


def _part(reading: Reading, start: int, end: int) -> bool:
    """Whether a name is a mere direction ('Western') that no word for a region follows."""
    if reading.text[start:end].lower() not in cue("parts") or reading.tokens.after(end, 1)[:1] == ["and"]:
        return False
    shown = _SHOWN & reading.clues[reading.tokens.at(start)]
    return not shown and not {*reading.tokens.after(end, 1)} & cue("regions")


def _titled(reading: Reading, start: int) -> bool:
    """Whether a person's title stands right before a name: 'President Washington', 'Gov. Houston'."""
    number = reading.tokens.at(start)
    if number and reading.tokens.words[number - 1] == "." and reading.tokens.joined(number):
        number -= 1
    title = reading.tokens.words[number - 1] if number and reading.tokens.joined(number) else ""
    return title.istitle() and title.lower() in cue("titles")


def _member(reading: Reading, start: int) -> bool:
    """Whether a name is or ends that of a body: 'Bank of England', 'Peanut Corporation of America'."""
    number = reading.tokens.at(start)
    words, joined = reading.tokens.words, reading.tokens.joined
    if number < 2 or words[number - 1].lower() != "of" or not (joined(number) and joined(number - 1)):
        return False
    lead = words[number - 2]
    of = cue("members") | cue("newspapers") | cue("nobility")
    return lead[0].isupper() and lead.lower() in of


def newspaper(reading: Reading, end: int) -> bool:
    """Whether a newspaper's word follows a name: 'New York Times', 'Midland Daily News'."""
    tokens = reading.tokens
    at = tokens.at(end)
    words = tokens.words[at : at + 2]
    if not (words and tokens.joined(at)):
        return False
    if words[0] == "Post" and len(words) > 1 and words[1].lower() != "office":
        return True
    word = words[-1] if words[0].lower() in {"daily", "sunday", "evening", "morning", "weekly"} else words[0]
    return word.istitle() and word.lower() in cue("newspapers")


def _road(reading: Reading, start: int, end: int) -> bool:
    tokens = reading.tokens
    number = tokens.at(end)
    if tokens.lowers[number - 1] in cue("roads") and tokens.at(start) < number - 1:
        return True
    return (
        number < len(tokens)
        and tokens.after(end, 2)[1:] != ["patrol"]  # 'Florida Highway Patrol'
        and tokens.joined(number)
        and tokens.words[number].istitle()
        and tokens.lowers[number] in cue("roads")
    )


def _common_noun(reading: Reading, start: int, end: int) -> bool:
    text = reading.text[start:end].removeprefix("The ")
    led = reading.tokens.before(start, 1) == ["the"] or text != reading.text[start:end]
    if not (led and text.isalpha() and reading.tokens.stands_alone(end)):
        return False
    return reading.tokens.after(end, 1) not in (["and"], ["or"])  # 'the Etoumbi and Mbomo districts'


def _common_word(reading: Reading, start: int, end: int) -> bool:
    """Whether it is a common word, or any at a sentence's start, that nothing shows to be a place ('Mainland X')."""
    numbers = reading.tokens.numbers(start, end)
    shown = _SHOWN & reading.clues[numbers[0]]
    flag = WORD if reading.clues[numbers[0]] & _OPENS else COMMON_WORD
    return not shown and all(reading.clues[number] & flag for number in numbers)


def _firm(reading: Reading, start: int, end: int) -> bool:
    before = reading.tokens.before(start, 2)
    if len(before) > 1 and before[1] == "by" and before[0] in cue("owned"):
        return True
    if len(before) > 1 and before[1] in {"of", "in"} and before[0] in cue("stocks"):
        return True
    return bool(_FIRM_AFTER.match(reading.text, end, end + 60))
