"""Distances between places that an article states: which lengths are such claims, and between what.

A length counts only in a shape that says so ('A lies D from B', 'D north of B', 'A and B are D apart', 'the D between A
and B', ...); heights, depths, speeds, ranges of weapons, lengths of walls and races fit none of them or are ruled out.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from geostory.article import sentence_spans
from geostory.models import Article, DistanceClaim, Field, Place
from geostory.phrases import (
    End,
    Phrases,
    Token,
    both_before,
    joined_before,
    meant_by,
    pair,
    phrase_before,
    read_end,
    subject_before,
    tokenise,
    words,
)
from geostory.quantities import Quantity, find_quantities
from geostory.unplaced import unplaced_ends

__all__ = ["find_claims"]

Kind = Literal["straight", "route", "relative"]
_T = TypeVar("_T")

_POINTS = words(
    "north south east west northeast northwest southeast southwest north-east north-west south-east south-west"
)
_DIRECTION = _POINTS | words("n s e w ne nw se sw nne ene ese sse ssw wsw wnw nnw")
_DIRECTION |= {f"{a}-{b}" for a in ("north", "south", "east", "west") for b in _POINTS}
_GAPS = words("gap distance stretch strait channel span sound expanse")
_ROUTES = words(
    "drive journey trip ride flight crossing voyage walk hike trek march swim commute sail route road highway motorway "
    "railway cruise convoy pilgrimage passage run dash leg hop"
)
_BY = words("road rail train car bus truck boat ship sea ferry air plane helicopter foot bike bicycle")
_MOVES = words(
    "travel travels travelled traveled travelling traveling drive drives drove driven driving walk walks "
    "walked walking cover "
    "march marched marching sail sails sailed sailing fly flies flew flown flying swim swam swimming cycle cycled "
    "cycling rode ride riding trek trekked trekking hike hiked hiking ran row rowed rowing paddled paddling covered "
    "covering journeyed covers commute commutes commuted bused transported"
)
_LENGTHS = words(
    "stretch stretches stretched stretching run runs ran running extend extends extended extending span spans spanned "
    "spanning flow flows flowed flowing wind winds winding snake snakes snaking race races raced racing climb climbed "
    "climbs rose rises tall"
)
_MEASURES = words(
    "range ranges radius depth depths altitude height elevation speed speeds length width diameter thickness wingspan "
    "draught visibility outward outwards"
)
_RUNS = words("runs run covers measures stretches")
_LEAVES = words("left leave leaves leaving from departed departs departing quit")
_SPOTS = words("epicenter epicentre")
_TRACKS = words("track tracks line rail rails pipeline pipe fence fencing wall cable coastline shoreline highway road")
_DIMENSION = words("long wide high tall deep thick broad across above below up down per an high-altitude range")
_CAN = words("can could able capable may might would cannot unable range")
_STRIKES = words("hit hits hitting strike striking reach reaching fire firing shoot target targeting attack fly")
_SPORT = words(
    "race marathon sprint relay freestyle butterfly backstroke hurdles steeplechase peloton sprinter goalkeeper "
    "midfielder quarterback touchdown fairway birdie medal champion championship championships ultramarathon "
    "triathlon"
)
_SPLITS = words("separate separates separated separating divide divides divided dividing")
_LIES = words("lie lies lay is are was were")


# 'KYIV, Ukraine (Reuters) -'
_DATELINE = re.compile(r"\s*[A-Z][A-Z .'’-]+(?:, [A-Z][\w. ]+?)?(?: ?\([^()]{1,40}\))?,? ?(?:-|–|—)+\s+")


@dataclass(frozen=True, slots=True)
class _Found:
    """The ends of a claim; ``first`` is None where only one is known."""

    first: End | None
    second: End
    route: bool = False


def find_claims(article: Article, places: Sequence[Place]) -> tuple[DistanceClaim, ...]:
    """The distances that an article states between the given places, in the order of title and text.

    Parameters
    ----------
    article : Article
    places : sequence of Place
        Resolved mentions of this article; an end of a claim is one of them, in the sentence or the one before.

    Returns
    -------
    tuple of DistanceClaim
        ``start`` and ``end`` hold hedge, figure, unit and a conversion in brackets. A claim with one known end is of
        kind 'relative', one along a road, railway, flight or voyage of kind 'route'.

    Notes
    -----
    'Mainland A and B' says mainland of both: whoever measures from the mainland on one shore means it on the other.
    """
    fields: tuple[Field, ...] = ("title", "text")
    return tuple(claim for field in fields for claim in _in_field(article.field_text(field), field, places))


def _in_field(text: str, field: Field, places: Sequence[Place]) -> Iterator[DistanceClaim]:
    quantities = find_quantities(text)
    here = sorted((place for place in places if place.mention.field == field), key=lambda place: place.mention.start)
    starts, lengths = [place.mention.start for place in here], [quantity.start for quantity in quantities]
    previous: tuple[int, int] | None = None

    def tokens(span: tuple[int, int]) -> tuple[Token, ...]:
        if dateline := _DATELINE.match(text, *span):  # no story happens at its dateline by that alone
            span = dateline.end(), span[1]
        named, measured = _within(here, starts, span), _within(quantities, lengths, span)
        ends = unplaced_ends(text, field, span, named, measured)
        return tokenise(text, *span, [*ends, *named], measured)

    for span in sentence_spans(text) if quantities else []:
        if _within(quantities, lengths, span):
            before = tokens(previous) if previous else ()
            told = [p for p in here[: bisect_left(starts, (previous or span)[0])] if p.mention.role == "literal"]
            dateline = [
                p for p in here[:1] if previous and previous[0] == 0 and _DATELINE.match(text) and p not in told
            ]
            earlier = [*dateline, *told]
            yield from _in_sentence(text, field, Phrases(tokens(span), before, tuple(earlier)))
        previous = span


def _within(things: list[_T], starts: list[int], span: tuple[int, int]) -> list[_T]:
    return things[bisect_left(starts, span[0]) : bisect_left(starts, span[1])]


def _in_sentence(text: str, field: Field, phrases: Phrases) -> list[DistanceClaim]:
    claims: list[DistanceClaim] = []
    last: _Found | None = None
    for at, token in enumerate(phrases.tokens):
        if token.quantity is None:
            continue
        found = _across_strait(phrases.tokens, at) or _travelled(phrases.tokens, at) or _by_a_way(phrases, at)
        if found is None and not _not_a_distance(phrases.tokens, at, token.quantity):
            found = _find(phrases, at, token.quantity, last)
        if found is not None:
            last = found
            claims.append(_claim(text, field, token.quantity, found))
    return claims


def _claim(text: str, field: Field, quantity: Quantity, found: _Found) -> DistanceClaim:
    ends = sorted(
        (end for end in (found.first, found.second) if end is not None and end.place is not None),
        key=lambda end: end.place.mention.start if end.place else 0,
    )
    kind: Kind = "route" if found.route else "straight" if len(ends) == 2 else "relative"
    return DistanceClaim(
        start=quantity.start,
        end=quantity.end,
        field=field,
        text=text[quantity.start : quantity.end],
        value=quantity.low,
        unit=quantity.unit,
        claimed_m=quantity.low_m,
        claimed_max_m=quantity.high_m if quantity.high > quantity.low else None,
        hedge=quantity.hedge,
        kind=kind,
        ends=tuple(end.place for end in ends if end.place is not None),
        ends_mainland=tuple(end.mainland for end in ends),
    )


# ---- what rules a length out ----------------------------------------------------------------------------------------


def _not_a_distance(tokens: Sequence[Token], at: int, quantity: Quantity) -> bool:
    before = [token.word for token in tokens[max(0, at - 8) : at]]
    after = [token.word for token in tokens[at + 1 : at + 4]]
    near = _words_since_break(before)
    around = quantity.within and after[:2] == ["radius", "of"]
    if not around and (_MEASURES & set(near[-4:]) or _MEASURES & set(after[:2])):
        return True
    if (
        (after and after[0] in _DIMENSION)
        or near[-1:] in (["not"], ["every"])
        or _TRACKS & set(near[-2:-1]) & _of(near)
    ):
        return True
    if near[-1:] == ["by"] and quantity.unit in ("m", "yd", "ft") and not _SPLITS & set(near):
        return True  # 'won by ten yards'
    if (after[:1] == ["in"] and set(after[1:2]) & _MEASURES) or _LENGTHS & set(
        near[-1:] if near[-1:] != ["for"] else near[-2:]
    ):
        return True
    if _CAN & set(before) and _STRIKES & set(before):
        return True
    told = {token.word for token in tokens}
    if _SPORT & told and (quantity.unit in ("m", "yd", "ft") or _SPORT & set(before[-3:] + after)):
        return True
    return quantity.unit in ("m", "yd") and before[-1:] == ["the"]


def _of(near: list[str]) -> frozenset[str]:
    """The words for what is built along a line, where 'of' follows: 'forty km of track'."""
    return _TRACKS if near[-1:] == ["of"] else frozenset()


def _words_since_break(words: list[str]) -> list[str]:
    """The words after the last comma, dash or bracket; a quantity (which has no word) ends them too."""
    breaks = [i for i, word in enumerate(words) if word in {",", ";", ":", "(", ")", "–", "—", ""}]
    return words[breaks[-1] + 1 :] if breaks else words


# ---- the shapes -----------------------------------------------------------------------------------------------------


def _find(phrases: Phrases, at: int, quantity: Quantity, last: _Found | None) -> _Found | None:
    tokens = phrases.tokens
    i, route = _skip_manner(tokens, at + 1)
    found = (
        _apart(phrases, at, i)
        or _two_after(phrases, at, i)
        or _two_before(phrases, at)
        or _one_after(phrases, at, i, quantity, last)
    )
    if found is None or found.second.place is None:
        return None
    opening = [token.word for token in tokens[:2]]
    by_road = opening[:1] == ["by"] and set(opening[1:]) & _BY
    route = route or found.route or _moves(tokens, at) or _by_road(tokens, i) or bool(by_road)
    found = replace(found, route=route)
    if found.first is None or found.first.place is None:
        return replace(found, first=None)
    return _consistent(found)


def _consistent(found: _Found) -> _Found:
    """Ends that are two places: of a border between two countries, the one on the other side is meant."""
    first, second = found.first, found.second
    assert first is not None
    first, second = first.other_than(second), second.other_than(first)
    if first.place is None or second.place is None or first.place is second.place:
        return replace(found, first=None)
    if first.place.candidate is not None and first.place.candidate == second.place.candidate:
        return replace(found, first=None)
    return replace(found, first=first, second=second)


def _skip_manner(tokens: Sequence[Token], i: int) -> tuple[int, bool]:
    """Past 'away', 'as the crow flies', 'in a straight line', 'by road'; whether a route is meant."""
    route = False
    while i < len(tokens):
        said = [token.word for token in tokens[i : i + 4]]
        if said == ["as", "the", "crow", "flies"] or said == ["in", "a", "straight", "line"]:
            i += 4
        elif (said[:1] == ["by"] and set(said[1:2]) & _BY) or said[:2] == ["on", "foot"]:
            i, route = i + 2, True
        elif said[0] in ("away", "distant", "further", "farther") or (said[0] == "'" and route):
            i += 1
        else:
            break
    return i, route


def _by_road(tokens: Sequence[Token], i: int) -> bool:
    """Whether the words that follow, up to a comma, say how one travels."""
    for j in range(i, min(i + 14, len(tokens))):
        if tokens[j].word in {",", ";", "(", "and", "but"} and not tokens[j].place:
            return False
        if tokens[j].word == "by" and j + 1 < len(tokens) and tokens[j + 1].word in _BY:
            return True
    return False


def _moves(tokens: Sequence[Token], at: int) -> bool:
    near = _words_since_break([token.word for token in tokens[max(0, at - 4) : at]])
    return bool(_MOVES & set(near)) or bool({"road", "driving", "flying", "sailing"} & set(near[-3:]))


def _apart(phrases: Phrases, at: int, i: int) -> _Found | None:
    """'A and B are D apart', 'they lie D apart'."""
    tokens = phrases.tokens
    said = [token.word for token in tokens[i : i + 3]]
    if tokens[0].word == "from" and i > at + 1 and tokens[i - 1].word == "away":
        both_named = pair(tokens, 1, (",",))  # 'From Dover, France is 33 km away'
        if both_named and tokens[both_named[2]].word in _LIES and _only_words(tokens, both_named[2], at):
            return _Found(*both_named[:2])
    if i > at + 1 and tokens[i - 1].word in ("away", "distant") and not set(said[:1]) & {"from", "off"}:
        joined = joined_before(phrases, at)
        return _Found(*joined) if joined else _away(phrases, at)
    if said[:1] != ["apart"] and said not in (["from", "each", "other"], ["of", "each", "other"]):
        return None
    both = both_before(phrases, at)
    return _Found(*both) if both else None


def _away(phrases: Phrases, at: int) -> _Found | None:
    """'Kaliningrad is close to Berlin, D away': from the sentence's subject, or from a place that isn't named."""
    tokens = phrases.tokens
    if not at or tokens[at - 1].word != ",":
        return None
    far = phrase_before(phrases, at - 2, None, pronouns=False)
    opens = read_end(tokens, 0)
    subject = opens if opens and opens.after < at and tokens[opens.after].word in _LIES else None
    if far is None or far.place is None or far.start == 0:
        return None
    return _Found(subject, far)


def _two_after(phrases: Phrases, at: int, i: int) -> _Found | None:
    """'the D between A and B', 'D separates A from B', 'D from A to B', 'a D drive from A to B'."""
    route = gap = False
    tokens = phrases.tokens
    said = [token.word for token in tokens[i : i + 8]]
    for ahead, word in enumerate(said):
        j = i + ahead
        if word in _GAPS or word in ("water", "sea", "ocean", "open", "that") or (word == "of" and (gap or not ahead)):
            gap = True
        elif word == "which" or (word in _LIES and (gap or said[ahead + 1 : ahead + 2] == ["between"])):
            continue
        elif ahead == 0 and word in _ROUTES:
            route = True
        elif word in _SPLITS or word == "between":
            both = pair(tokens, j + 1, ("and",) if word == "between" else ("from", "and"))
            return _Found(*both[:2], route=route) if both else None
        elif word == "to" and route:
            end = read_end(tokens, j + 1)
            return _Found(_left(tokens, at), end, route=True) if end else None
        elif gap and said[0] == "of" and _LIES & set(said[ahead:]) and tokens[j].place is None and word.isalpha():
            continue  # '390 miles of almost empty desert lie between A and B'
        elif word == "from" and (ahead == 0 or route or gap):
            both = pair(tokens, j + 1, ("to",))
            if both:
                told = route or gap or _moves(tokens, at) or not at or tokens[at - 1].word in _LIES
                return _Found(*both[:2], route=route) if told else None
            end = read_end(tokens, j + 1) if route else None
            return _Found(subject_before(phrases, at, end), end, route=True) if end else None
        else:
            return None
    return None


def _by_a_way(phrases: Phrases, at: int) -> _Found | None:
    """'The road from A to B runs D', 'A to B: D'."""
    tokens = phrases.tokens
    if at == 4 and [t.word for t in tokens[1:4:2]] == ["to", ":"] and tokens[0].place and tokens[2].place:
        return _consistent(_Found(End(tokens[0].place, 0, 1), End(tokens[2].place, 2, 3)))
    if at and tokens[at - 1].word in _RUNS:
        found = _two_before(phrases, at)
        return _consistent(found) if found and found.route and found.first and found.second else None
    return None


def _left(tokens: Sequence[Token], at: int) -> End | None:
    """The place that somebody left: 'had left Hobart on the 1,300-mile passage to Auckland'."""
    for j in range(at - 1, 0, -1):
        if tokens[j].place is not None:
            return End(tokens[j].place, j, j + 1) if tokens[j - 1].word in _LEAVES else None
    return None


def _travelled(tokens: Sequence[Token], at: int) -> _Found | None:
    """'travel the D to the front from B', 'drive D down the valley to B': only one end has a name."""
    i = at + 1
    on = tokens[i].word if i < len(tokens) else ""
    if not _moves(tokens, at) or on not in ("to", "down", "up", "along", "through"):
        return None
    for j in range(i + 1, min(len(tokens), i + 8)):
        if tokens[j].word == ("from" if on == "to" else "to"):
            end = read_end(tokens, j + 1)
            return _Found(None, end, route=True) if end else None
        if tokens[j].place is not None or tokens[j].quantity is not None or tokens[j].word in {",", ";", "and"}:
            return None
    return None


def _two_before(phrases: Phrases, at: int) -> _Found | None:
    """'the distance between A and B is D', 'A and B are separated by D', 'A is separated from B by D'."""
    tokens = phrases.tokens
    for j in range(at - 1, max(-1, at - 25), -1):
        word = tokens[j].word
        if tokens[j].quantity is not None:
            return None
        noun = tokens[j - 1].word if j else ""
        if (word in ("between", "from") and noun in _GAPS | _ROUTES) or (word == "from" and not noun):
            both = pair(tokens, j + 1, ("and",) if word == "between" else ("to",))
            apposed = both is not None and both[2] + 1 == at and tokens[both[2]].word == ","
            said = both is not None and any(t.word in _LIES | _RUNS for t in tokens[both[2] : at])
            if both and (apposed or (said and _only_words(tokens, both[2], at))):
                return _Found(*both[:2], route=noun in _ROUTES)
        if word in _SPLITS:
            by = at - 1 if at and tokens[at - 1].word == "by" else None
            if by is None:
                return None
            if j + 1 < by and tokens[j + 1].word == "from":
                first, second = subject_before(phrases, j), read_end(tokens, j + 2)
                return _Found(first, second) if first and second and second.after == by else None
            both_ends = both_before(phrases, j)
            return _Found(*both_ends) if both_ends and j + 1 == by else None
    return None


def _across_strait(tokens: Sequence[Token], at: int) -> _Found | None:
    """'the 33-kilometre-wide Strait of Hormuz between Iran and Oman', 'the strait, 14 km wide, separates A from B'."""
    width = [token.word for token in tokens[at + 1 : at + 3]]
    wide = next((n + 1 for n, word in enumerate(width) if word in ("wide", "across")), 0)
    if not wide and (tokens[at - 1].word if at else "") not in ("the", "a", "this"):
        return None
    strait = next((j for j in range(at + 1 + wide, min(len(tokens), at + 7)) if _is_strait(tokens[j])), None)
    if strait is None and wide:
        strait = next((j for j in range(at - 1, max(-1, at - 6), -1) if _is_strait(tokens[j])), None)
    if strait is None:
        return None
    for j in range(max(strait, at + wide) + 1, min(len(tokens), max(strait, at) + 5)):
        word = tokens[j].word
        if word in _SPLITS or word == "between":
            both = pair(tokens, j + 1, ("and",) if word == "between" else ("from", "and"))
            return _consistent(_Found(*both[:2])) if both else None
        if tokens[j].place is not None or word not in {",", "that", "which", "water", "of", "lies", "runs", ")"}:
            return None
    return None


def _is_strait(token: Token) -> bool:
    if token.place is None:
        return token.word in ("strait", "channel", "sound", "straits")
    return token.place.candidate is not None and token.place.candidate.feature in ("STRT", "CHN", "SD")


def _only_words(tokens: Sequence[Token], start: int, end: int) -> bool:
    return all(t.place is None and t.quantity is None and t.word not in {",", ";", "that"} for t in tokens[start:end])


def _one_after(phrases: Phrases, at: int, i: int, quantity: Quantity, last: _Found | None) -> _Found | None:
    """'D from B', 'D north of B', 'D off B', 'D outside B', 'within D of B', and what lies there, where it is named."""
    tokens = phrases.tokens
    start = _far_end(tokens, i, quantity)
    far = (read_end(tokens, start) or meant_by(phrases, start)) if start else None
    if far is None:
        spot = start is not None and [token.word for token in tokens[start : start + 2]]
        near = subject_before(phrases, at) if spot and spot[0] == "the" and spot[1:] and spot[1] in _SPOTS else None
        return _Found(None, near) if near else None
    if far.after < len(tokens) and tokens[far.after].word == "to" and read_end(tokens, far.after + 1):
        return None  # 'carries gas 300 km from A to B' tells a length
    if last is not None and last.first is not None and _goes_on(tokens, last.second.after, at):
        return _Found(last.first, far)  # 'A lies 30 km from B and 50 km from C'
    return _Found(subject_before(phrases, at, far) or _subject_after(phrases, at, far), far)


def _goes_on(tokens: Sequence[Token], after: int, at: int) -> bool:
    """Whether nothing but a comma and an 'and' stands between one distance and the next."""
    joins = {",", "and", "but"}
    return (after < at and all(token.word in joins for token in tokens[after:at])) or tokens[at - 1].word == "and"


def _far_end(tokens: Sequence[Token], i: int, quantity: Quantity) -> int | None:
    """Where the words for the far end begin, past 'from', 'to the north of', 'off' or 'outside'."""
    said = [token.word for token in tokens[i : i + 8]]
    if not said:
        return None
    if said[0] == "of" and quantity.within:
        return i + 1
    if said[:2] == ["short", "of"]:
        part = said[2:3] == ["the"] and said[4:5] in (["at"], ["of"])  # 'short of the runway at Butte'
        return i + (5 if part else 2)
    if said[:2] in (["out", "of"], ["radius", "of"]):
        return i + 2
    if said[:2] in (["inland", "from"], ["inland", "of"]):
        return i + 2
    if said[0] in ("from", "off", "outside", "beyond"):
        return i + (2 if said[1:2] == ["of"] else 1)
    if said[:2] == ["offshore", "from"]:
        return i + 2
    if said[0] == "and" and "from" in said[1:6] and {"hours", "zones", "minutes", "days"} & set(said[1:6]):
        return i + said.index("from") + 1  # '6,700 km and nine time zones from Moscow'
    ahead = 0
    while ahead < len(said) and said[ahead] in ("due", "to", "the", "just", "directly", "further", "roughly", "and"):
        ahead += 1
    there = ahead
    while ahead < len(said) and (said[ahead] in _DIRECTION or (ahead > there and said[ahead] in ("and", "by"))):
        ahead += 1
    if ahead > there and said[ahead : ahead + 1] and said[ahead] in ("of", "from"):
        return i + ahead + 1
    return None


def _subject_after(phrases: Phrases, at: int, far: End) -> End | None:
    """'Located D from B, A is ...', 'D from B lies A'."""
    tokens = phrases.tokens
    opening = [token.word for token in tokens[:at]]
    if not set(opening) <= {"located", "situated", "lying", "set", "sitting", "perched", "at", "a", "distance", "of"}:
        return None
    i = far.after
    if i < len(tokens) and (tokens[i].word == "," or (tokens[i].word in _LIES and not opening)):
        return read_end(tokens, i + 1)
    return None
