"""The words around a stated distance: which place a phrase such as 'Russia's Big Diomede Island' or 'it' stands for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from geostory.models import Place
from geostory.quantities import Quantity

__all__ = [
    "End",
    "Phrases",
    "Token",
    "both_before",
    "joined_before",
    "meant_by",
    "pair",
    "read_end",
    "subject_before",
    "tokenise",
    "words",
]


def words(listed: str) -> frozenset[str]:
    """The set of the words in a string."""
    return frozenset(listed.split())


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark in lower case, a place, or a length; ``word`` is empty for the last two."""

    word: str
    capital: bool = False
    place: Place | None = None
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Phrases:
    """A sentence, the one before it, and the places of all before that, the nearest last."""

    tokens: tuple[Token, ...]
    before: tuple[Token, ...]
    earlier: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """One end of a distance: a place, whether its mainland or its border is meant, and where its phrase lies.

    ``rival`` is the other country of a border between two; ``start`` and ``after`` are token positions.
    """

    place: Place | None
    start: int
    after: int
    mainland: bool = False
    border: bool = False
    rival: Place | None = None

    def other_than(self, other: "End") -> "End":
        """Of a border between two countries, the one in which the other end does not lie."""
        if self.rival is None or self.place is None or other.place is None or other.place.candidate is None:
            return self
        country = other.place.candidate.country
        if self.place.candidate is not None and self.place.candidate.country == country:
            return replace(self, place=self.rival, rival=self.place)
        return self


_EDGES = words(
    "border borders frontier boundary coast coasts coastline shore shores shoreline mainland territory waters"
)
_BORDERS = frozenset(("border", "borders", "frontier", "boundary"))
# Nouns that name what the place is ('the town of X', 'X island') or a part of it that stands for it ('the tip of X').
_KINDS = words(
    "city cities town towns village villages hamlet port capital settlement suburb district municipality county region "
    "province oblast state territory republic emirate governorate prefecture peninsula island islands islet islets "
    "atoll archipelago isle isles nation country kingdom community neighbourhood neighborhood resort "
    "stronghold enclave "
    "exclave hub commune kibbutz township borough strait bay gulf sea lake cape mount volcano desert"
)
_PARTS = words(
    "tip edge outskirts suburbs centre center heart coast coasts coastline shore shores border frontier "
    "boundary mainland end beach beaches cliffs slopes foothills docks harbour harbor "
    "north south east west part point city-centre downtown"
)
_FACILITIES = words(
    "nuclear plant power station dam refinery base airbase airfield airport reservoir prison camp hospital university "
    "bridge tunnel railway highway depot mine barracks fire wildfire oilfield field stadium embassy consulate"
)
_STOP = words(
    "and or but from to is are was were be been that which who whom whose where when while after before as by "
    "into near "
    "at on in than because if for about over under against toward towards inside outside through via said "
    "says has have "
    "had will would can could since until during amid among despite not no this these those there here it they he she "
    "we of with between each other what how why then its their his her our"
)
_ALLOWED_CAPITALS = words(
    "lake mount mt cape port island islands isle sea gulf bay strait peninsula north south east west northern southern "
    "eastern western central upper lower old new city village town the saint st st. san santa el al republic "
    "mainland"
)
_FINITE = words("looms loom lie lies lay is are was were be sits sit sat stands stand stood remains")
_LINKS = _FINITE | words("lying located situated based nestled perched set being")
_ADVERBS = words(
    "now still also itself themselves only just currently approximately barely at its their the a an "
    "narrowest closest nearest point points most distance of some"
)
_COMPLEMENTS = words(
    "across along beside astride amid a an the one in on at near just also situated located home about some"
)
_NEAREST = words("point shore coast edge tip border")
_QUOTES = frozenset("\"'“”‘’«»")
_ISLES = words("island islet atoll islands archipelago")
_SETTLED = words("city town village port capital hamlet") | _ISLES
_ARTICLES = words("the this that")
_PRONOUNS = frozenset(("it",))
_PLURALS = frozenset(("they", "both", "two"))
_TOKEN = re.compile(r"[’'](?:s\b)?|[^\W_]+(?:[-’'.](?!s\b)[^\W_]+)*|\S")
_PREPOSITIONS = words("near at on from to into with by around outside across along off over under through")
_COUNTRY = ("PCL", "CONT", "TERR", "RGN", "ADM1", "ADM2")


def tokenise(
    text: str, start: int, end: int, places: Sequence[Place], quantities: Sequence[Quantity]
) -> tuple[Token, ...]:
    """The words, places and lengths of ``text[start:end]``; a place inside a length is none."""
    spans: list[tuple[int, int, Token]] = [(q.start, q.end, Token("", quantity=q)) for q in quantities]
    for place in places:
        mention = place.mention
        if start <= mention.start < end and all(mention.end <= a or b <= mention.start for a, b, _ in spans):
            spans.append((mention.start, mention.end, Token("", capital=True, place=place)))
    tokens: list[Token] = []
    at = start
    for a, b, token in [*sorted(spans, key=lambda span: span[0]), (end, end, Token(""))]:
        for match in _TOKEN.finditer(text, at, max(at, a)):
            word = "'s" if match[0] == "’s" else "'" if match[0] == "’" else match[0]
            tokens.append(Token(word.lower(), capital=word[:1].isupper()))
        if a < end:
            tokens.append(token)
        at = b
    return tuple(tokens)


def _word(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].word if 0 <= i < len(tokens) else ""


def pair(tokens: Sequence[Token], i: int, links: tuple[str, ...]) -> tuple[End, End, int] | None:
    """Two ends joined by one of the words, as in 'between A and B'; with the position after them."""
    first = read_end(tokens, i)
    if first is None:
        return None
    link = first.after
    if _word(tokens, link) == "," and "to" in links:  # 'from Herat, their home, to Kabul'
        link = next((j + 1 for j in range(link + 1, link + 6) if _word(tokens, j) == ","), link)
    if _word(tokens, link) not in links:
        return None
    start = link + 1
    if _word(tokens, start) == "the" and _word(tokens, start + 1) in _KINDS and _word(tokens, start + 2) in ("in", ","):
        start += 3  # 'to the capital in Kabul'
    second = read_end(tokens, start)
    if second is None:
        return None
    first, second = _shared_mainland(first, second)
    return first, second, second.after


def _shared_mainland(first: End, second: End) -> tuple[End, End]:
    """'Mainland A and B' speaks of both mainlands; an island has none."""
    if first.mainland and second.place and not _is_island(second.place):
        second = replace(second, mainland=True)
    return first, second


def _is_island(place: Place) -> bool:
    return place.candidate is not None and place.candidate.feature.startswith("ISL")


def read_end(tokens: Sequence[Token], start: int) -> End | None:
    """The place that the noun phrase beginning at a position stands for; None where it stands for something else."""
    mainland = False
    last = ""
    i = start
    while i < min(len(tokens), start + 12):
        token = tokens[i]
        if token.place is not None:
            mainland = mainland or token.place.mention.text.lower().startswith("mainland ")
            end = _at_place(tokens, start, i, mainland)
            if isinstance(end, End) or end is None:
                return end
            i, last = end, ""
            continue
        called = token.word == "," and last in _KINDS and i + 1 < len(tokens) and tokens[i + 1].place is not None
        if token.quantity is not None or not (called or _may_lead(token, last)):  # 'the capital, Kananga'
            return None
        if token.word == "between" and last in _BORDERS:
            both = pair(tokens, i + 1, ("and",))
            return _border_of(both[0], both[1], start) if both else None
        mainland = mainland or token.word == "mainland"
        i, last = i + 1, token.word
    return None


def _may_lead(token: Token, last: str) -> bool:
    """Whether a word can stand in a noun phrase before the place that it names."""
    word = token.word
    if word == "of":
        return last in _KINDS | _PARTS
    if word == "with":
        return last in _BORDERS
    if word == "between":
        return last in _BORDERS
    if word in _STOP or (token.capital and word not in _ALLOWED_CAPITALS | _KINDS | _PARTS):
        return False
    return word[:1].isalnum() or word in _QUOTES | {"'s", "-"}


def _border_of(first: End, second: End, start: int) -> End:
    return End(second.place, start, second.after, border=True, rival=first.place)


def _at_place(tokens: Sequence[Token], start: int, i: int, mainland: bool) -> End | int | None:
    """An end whose phrase reaches its place at `i`; or the position to read on from; or None."""
    place = tokens[i].place
    assert place is not None
    after = i + 1
    if _word(tokens, after) in ("-", "–", "—", "/") and after + 1 < len(tokens):
        across = tokens[after + 1].place
        if across is not None and _word(tokens, after + 2) in _BORDERS:  # 'the Poland-Belarus border'
            return End(across, start, after + 3, border=True, rival=place)
    owned = _word(tokens, after) in ("'s", "'")
    after += owned
    edge = next((j for j in range(after, after + 4) if _word(tokens, j) in _EDGES), None)
    if edge is not None and (all(_plain(tokens, j) for j in range(after, edge)) or edge == after):
        if _word(tokens, edge) in _BORDERS and _word(tokens, edge + 1) == "with":
            beyond = read_end(tokens, edge + 2)
            return replace(beyond, start=start, border=True, rival=place) if beyond else None
        island = _word(tokens, edge) == "mainland"
        return End(place, start, edge + 1, mainland=mainland or island, border=_word(tokens, edge) in _BORDERS)
    if owned and _word(tokens, after) in _PARTS:  # 'Kyiv's outskirts'
        return End(place, start, after + 1, mainland=mainland)
    if owned or place.mention.role == "demonym":
        return _next_place(tokens, after)
    while _word(tokens, after) in _KINDS or _word(tokens, after) in _QUOTES - {"'"}:
        after += 1
    if {_word(tokens, after), _word(tokens, after + 1)} & _FACILITIES and _word(tokens, after) not in _STOP | {","}:
        return None
    return End(place, start, after, mainland=mainland)


def _plain(tokens: Sequence[Token], i: int) -> bool:
    return _word(tokens, i)[:1].isalpha() and _word(tokens, i) not in _STOP


def _next_place(tokens: Sequence[Token], i: int) -> int | None:
    """The place that an owner or a demonym leads to: 'Russia's Big Diomede', 'Ukraine's capital, Kyiv'."""
    for j in range(i, min(i + 6, len(tokens))):
        if tokens[j].place is not None:
            return j
        of_kind = _word(tokens, j) == "of" and _word(tokens, j - 1) in _KINDS
        apposed = _word(tokens, j) == "," and _word(tokens, j - 1) in _KINDS
        if not (_plain(tokens, j) or of_kind or apposed or _word(tokens, j) in _QUOTES):
            return None
    return None


# ---- what stands before the length ----------------------------------------------------------------------------------


def subject_before(phrases: Phrases, at: int, far: End | None = None) -> End | None:
    """What is said to lie at the distance whose words begin at `at`: the subject of 'lies', or a place just before."""
    tokens = phrases.tokens
    i = at - 1
    while i >= 0 and (_word(tokens, i) in _ADVERBS or _word(tokens, i) in _LINKS):
        i -= 1
    linked = any(_word(tokens, j) in _FINITE for j in range(i + 1, at))
    if linked:
        return phrase_before(phrases, i, far)
    if _word(tokens, i + 1) not in _LINKS:
        i = at - 1
    if (owner := _owner_of_nearest(phrases, i)) is not None:
        return owner
    apposed = _word(tokens, i) in {",", "(", "–", "—", "-"}
    called = _defined(tokens, i - apposed) and _word(tokens, i - apposed) in _SETTLED
    end = phrase_before(phrases, i - apposed, far, pronouns=called)
    # 'in Estonia, 30 km from Narva' tells of a spot in Estonia and not of all of it.
    candidate = end.place.candidate if end and end.place else None
    area = candidate is not None and candidate.feature.startswith(_COUNTRY)
    if end is None or end.place is None or (area and not (apposed and end.start == 0)):
        return _subject_of_sentence(phrases, i, far)
    return end


def _owner_of_nearest(phrases: Phrases, i: int) -> End | None:
    """'Cyprus, with its nearest point 100 km from Syria'."""
    tokens = phrases.tokens
    if _word(tokens, i) not in _NEAREST or "its" not in (words_before := [_word(tokens, j) for j in range(i - 3, i)]):
        return None
    j = i - 3 + words_before.index("its") - 1
    j -= _word(tokens, j) in ("with", "at")
    return phrase_before(phrases, j - 1, None, pronouns=False) if _word(tokens, j) == "," else None


def _subject_of_sentence(phrases: Phrases, i: int, far: End | None) -> End | None:
    """The place that a sentence begins with and says where it lies: 'Bilje is in Croatia, 8 km from Osijek'."""
    tokens = phrases.tokens
    if tokens[i].place is None and _word(tokens, i) not in {",", "and", ")"} | _LINKS:
        return None
    noun = next((k for k in (1, 2) if _defined(tokens, k) and _word(tokens, 0) in _ARTICLES), 0)
    if _word(tokens, 0) in _PRONOUNS or noun:
        start, after = noun, noun + 1
        place = _fitting(phrases, start, _word(tokens, start), far)
        end = End(place, 0, after) if place else None
    else:
        end = read_end(tokens, 0)
    if end is None or end.place is None or end.after > i:
        return None
    verb = next((j for j in range(end.after, i + 1) if _word(tokens, j) in _FINITE), i)
    between = [token.word for token in tokens[end.after : verb]]
    if verb == i and between[:1] == [","] and "," not in between[1:] and _word(tokens, i) == "," and not noun:
        return end  # 'Nimule, on the border with Uganda, 190 km south of Juba'
    if between and (between[0] not in {",", "("} or not {"and", "but", "that", "where"}.isdisjoint(between)):
        return None
    plain = _word(tokens, verb) in _FINITE and (_word(tokens, verb + 1) in _COMPLEMENTS or verb + 1 == i)
    same = far is not None and far.place is not None and far.place.candidate == end.place.candidate
    return end if plain and not same else None


def both_before(phrases: Phrases, at: int) -> tuple[End, End] | None:
    """The two places that are said to lie apart: 'A and B are', 'A and B, which are', 'they are'."""
    tokens = phrases.tokens
    i = at - 1
    while i >= 0 and (_word(tokens, i) in _ADVERBS | _LINKS or _word(tokens, i) in {",", "which", "that"}):
        i -= 1
    if _word(tokens, i) in _PLURALS or (_word(tokens, i) in _KINDS and _word(tokens, i - 1) in ("two", "both")):
        named = _distinct(token.place for token in phrases.before)
        return (End(named[0], 0, 0), End(named[1], 0, 0)) if len(named) == 2 else None
    second = phrase_before(phrases, i, None, pronouns=False)
    if second is None or _word(tokens, second.start - 1) != "and":
        return None
    first = phrase_before(phrases, second.start - 2, None, pronouns=False)
    return _shared_mainland(first, second) if first else None


def joined_before(phrases: Phrases, at: int) -> tuple[End, End] | None:
    """'from A to B, D away', 'links A with B, D away'."""
    tokens = phrases.tokens
    if _word(tokens, at - 1) != ",":
        return None
    second = phrase_before(phrases, at - 2, None, pronouns=False)
    if second is None or _word(tokens, second.start - 1) not in ("to", "with", "and"):
        return None
    first = phrase_before(phrases, second.start - 2, None, pronouns=False)
    leads = {_word(tokens, k) for k in range(max(0, first.start - 1), second.start)} if first else set()
    told = not leads.isdisjoint(("from", "between", "links", "link", "linking", "joins", "connects"))
    return (first, second) if first is not None and told else None


def _distinct(places: Iterable[Place | None]) -> list[Place]:
    found: list[Place] = []
    for place in places:
        if place is not None and place.mention.role == "literal" and all(p.candidate != place.candidate for p in found):
            found.append(place)
    return found


def phrase_before(phrases: Phrases, i: int, far: End | None, *, pronouns: bool = True) -> End | None:
    """The place that the noun phrase ending at `i` stands for."""
    tokens = phrases.tokens
    last = i
    relative = _word(tokens, i) in ("which", "that")
    if relative:
        i -= 1 + (_word(tokens, i - 1) == ",")
    elif _word(tokens, i) in {",", ")", "–", "—"}:  # 'Gao, a city in Mali, lies'
        opening = {",": ",", ")": "("}.get(_word(tokens, i), _word(tokens, i))
        closing = i
        i = next((j - 1 for j in range(i - 1, -1, -1) if _word(tokens, j) == opening), -1)
        called = tokens[i + 2].place if i + 3 == closing else None
        if called is not None and _word(tokens, i) in _KINDS:  # 'the Kurdish capital, Erbil, lies'
            return End(called, i + 2, last + 1)
    if pronouns and (_word(tokens, i) in _PRONOUNS or _defined(tokens, i)):
        meant = _fitting(phrases, i, _word(tokens, i), far)
        return End(meant, i, i + 1) if meant else None
    edge = _word(tokens, i) in _EDGES
    border = _word(tokens, i) in _BORDERS
    mainland = _word(tokens, i) == "mainland"
    end_of_phrase = i
    while i >= 0 and (_word(tokens, i) in _KINDS | _EDGES | _QUOTES | {"'s"}):
        i -= 1
    place = tokens[i].place if i >= 0 else None
    if _word(tokens, i + 1) == "'s" and any(_word(tokens, j) in _SETTLED for j in range(i + 2, end_of_phrase + 1)):
        return None  # 'Greenland's capital' is not Greenland
    if place is None or (place.mention.role == "demonym" and not edge):
        return None
    end = End(place, i, last + 1, mainland=mainland, border=border)
    return _head(tokens, i, end, subject=pronouns and not relative)


def meant_by(phrases: Phrases, i: int) -> End | None:
    """The place that 'the capital' or 'the city' at `i` stands for: one named before it."""
    tokens = phrases.tokens
    word = _word(tokens, i + 1)
    if _word(tokens, i) not in _ARTICLES or word not in ("capital", "city", "town") or _word(tokens, i + 2) in _KINDS:
        return None
    if i + 2 < len(tokens) and (tokens[i + 2].place or _word(tokens, i + 2) in ("of", "'s", ",")):
        return None
    place = _fitting(phrases, i, word, None)
    return End(place, i, i + 2) if place else None


def _defined(tokens: Sequence[Token], i: int) -> bool:
    """'the town', 'that island', 'this small town'."""
    article = i - 1 if _word(tokens, i - 1) in _ARTICLES or not _plain(tokens, i - 1) else i - 2
    return _word(tokens, i) in _KINDS and _word(tokens, article) in _ARTICLES


def _head(tokens: Sequence[Token], i: int, end: End, *, subject: bool) -> End | None:
    """Walk left from a place over the words of its phrase; 'Gao in Mali' and 'Gao, Mali' are Gao.

    As the subject of a verb, 'troops in Gao' are no place; before a comma, 'they met in Gao' ends with one.
    """
    mainland = end.mainland or (end.place is not None and end.place.mention.text.lower().startswith("mainland "))
    j = i - 1
    while j >= 0 and i - j < 9:
        word = _word(tokens, j)
        if word == "in" and _word(tokens, j - 1) == ",":  # 'Akuressa, in Matara district'
            inner, outer = tokens[j - 2].place if j > 1 else None, tokens[i].place
            if inner is not None and (inner.candidate is None or _holds(outer, inner)):
                return _head(tokens, j - 2, replace(end, place=inner, mainland=False), subject=subject)
        if word == "in" or (word == "," and _holds(tokens[i].place, tokens[j - 1].place if j else None)):
            k = j - 1
            while k >= 0 and _word(tokens, k) in _KINDS | _QUOTES:
                k -= 1
            town = _feature(tokens[i].place).startswith("PPL")
            if k >= 0 and tokens[k].place is not None and town and not _feature(tokens[k].place).startswith("PPL"):
                return replace(end, start=j + 1, mainland=mainland)  # 'the jail in Lexington'
            if k >= 0 and tokens[k].place is not None:
                return _head(tokens, k, replace(end, place=tokens[k].place, mainland=False), subject=subject)
            return replace(end, start=j + 1, mainland=mainland) if word == "," or not subject else None
        if word == "of" and _word(tokens, j - 1) not in _KINDS | _PARTS:
            return None
        named = word == "at" and _word(tokens, j - 1) in _KINDS | _FACILITIES  # 'the camp at Dadaab'
        if subject and named:
            return replace(end, start=j - 1, mainland=mainland)
        if subject and word in _PREPOSITIONS and not (word == "with" and _word(tokens, j - 1) in _BORDERS):
            return None
        mainland = mainland or word == "mainland"
        leads = word in ("of", "with") or (word[:1].isalnum() and word not in _STOP) or word in _QUOTES | {"'s"}
        if not leads and tokens[j].place is None:
            break
        j -= 1
    return replace(end, start=j + 1, mainland=mainland)


def _leads(tokens: Sequence[Token], i: int) -> bool:
    """Whether a place begins its sentence, but for 'the' and what it is called."""
    return all(token.word in _KINDS | {"the", "of", "mainland"} for token in tokens[:i])


def _feature(place: Place | None) -> str:
    return place.candidate.feature if place is not None and place.candidate is not None else ""


def _holds(outer: Place | None, inner: Place | None) -> bool:
    """Whether one place is the country or region that another, named just before, lies in."""
    if outer is None or inner is None or outer.candidate is None or inner.candidate is None:
        return False
    wide, narrow = outer.candidate, inner.candidate
    if wide.feature.startswith("PCL"):
        return wide.country == narrow.country and not narrow.feature.startswith("PCL")
    return wide.feature == "ADM1" and wide.country == narrow.country and narrow.admin1 in ("", wide.name)


def _fitting(phrases: Phrases, i: int, word: str, far: End | None) -> Place | None:
    """The nearest place before a pronoun or 'the town' that it can stand for, in the sentence or the one before."""
    avoid = far.place.candidate if far is not None and far.place is not None else None
    subject = next((k for k, token in enumerate(phrases.before[:4]) if token.place is not None), None)
    opens = [phrases.before[subject].place] if subject is not None and _leads(phrases.before, subject) else []
    here = [token.place for token in reversed(phrases.tokens[: max(i, 0)]) if token.place is not None]
    near = [*here, *opens, *(token.place for token in reversed(phrases.before))]
    distant: Iterable[Place] = reversed(phrases.earlier) if word not in _PRONOUNS else ()
    if not near and "this" in {_word(phrases.tokens, i - 1), _word(phrases.tokens, i - 2)}:
        distant = iter(phrases.earlier)  # of a dateline
    for place in (*near, *distant):
        if place is None or place.mention.role == "demonym":
            continue
        if place.candidate is None and place in opens and word in _PRONOUNS:
            return place
        if place.candidate is None or place.candidate == avoid:
            continue
        feature = place.candidate.feature
        isle = feature.startswith(("ISL", "ATOL", "ARCH")) or "island" in place.mention.text.lower()
        if word in _ISLES and not isle and not (place in opens and feature.startswith(("PCL", "TERR"))):
            continue
        if word in _SETTLED - _ISLES and not feature.startswith("PPL"):
            continue
        if word == "capital" and feature not in ("PPLC", "PPLA"):
            continue
        if far is not None and _holds(place, far.place):
            continue
        if word in _PRONOUNS and feature.startswith(("PCL", "CONT")):
            continue
        if word in ("country", "nation", "kingdom") and not feature.startswith("PCL"):
            continue
        return place
    return None
