"""Whereabouts: the words by which an article places something by a known place ('a suburb north of Cairo').

Sentences are read with every name as one sign and every stated distance as another, so that the shapes of phrases are
patterns over the words between; the words stand in vicinities.toml. Where what lies there is itself known ('Tikrit, a
city north of Baghdad'), there is nothing to place.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from geostory.article import sentence_spans
from geostory.models import Candidate, DistanceClaim, Mention, Place, VicinityKind
from geostory.tokens import cue
from geostory.wordings import ERN, HINTS, LENGTH, NAME, NAMES, POINT, wording
from geostory.words import UNSURE

__all__ = ["Whereabouts", "find_whereabouts"]

_SIGNS = {ord(NAME): " ", ord(LENGTH): " "}
_REACH = 240  # characters before a name that are read
_NEAR = 120  # and among which a word must stand that all of the phrases hold one of


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Words that place something by an anchor; ``text[start:end]`` holds them and what they say lies there.

    ``words_start`` is where the words proper begin ('north of Cairo'), ``points`` are the directions as written,
    ``claim`` is the stated distance, ``few`` a vague one ('a few', 'km'), ``close`` tells of 'just' (of a border: 'on'
    it), ``due`` of 'due'. ``other`` is the second country of a border. ``ashore`` tells that a settlement or a spot on
    land lies there, ``suburb`` that it belongs to the town; ``mention`` is its name, where that was not placed for
    sure, and ``guesses`` are the places that it may then be.
    """

    kind: VicinityKind
    start: int
    words_start: int
    end: int
    anchor: Place
    points: tuple[str, ...] = ()
    claim: DistanceClaim | None = None
    few: tuple[str, str] | None = None
    close: bool = False
    due: bool = False
    other: Place | None = None
    ashore: bool = False
    suburb: bool = False
    mention: Mention | None = None
    guesses: tuple[Candidate, ...] = ()


def find_whereabouts(text: str, places: Sequence[Place], claims: Sequence[DistanceClaim]) -> Iterator[Whereabouts]:
    """The whereabouts in one field of an article, in the order of their anchors.

    Parameters
    ----------
    text : str
        The title or the text.
    places : sequence of Place
        The mentions in it, in the order of the text; those of a confidence of one half or more are anchors.
    claims : sequence of DistanceClaim
        The stated distances in it.
    """
    if not places:
        return
    signs = list(text.translate(_SIGNS))
    for claim in claims:
        signs[claim.start : claim.end] = LENGTH * (claim.end - claim.start)
    for place in places:
        signs[place.mention.start : place.mention.end] = NAME * len(place.mention.text)
    reading = _Reading("".join(signs), places, {claim.start: claim for claim in claims})
    for start, end in sentence_spans(text):
        yield from reading.sentence(start, end)


def _both_known(claim: DistanceClaim) -> bool:
    """Whether a distance is between two places that are known: there is nothing to place then."""
    return sum(end.candidate is not None and end.confidence >= UNSURE for end in claim.ends) > 1


# ---- reading --------------------------------------------------------------------------------------------------------


class _Reading:
    """One field with its names and stated distances as signs."""

    def __init__(self, signs: str, places: Sequence[Place], claims: dict[int, DistanceClaim]) -> None:
        self.signs, self.places, self.claims = signs, places, claims
        self.starts = [place.mention.start for place in places]
        self.ending = {place.mention.end: place for place in places}
        self.starting = {place.mention.start: place for place in places}

    def sentence(self, start: int, end: int) -> Iterator[Whereabouts]:
        first = self.starting.get(start)
        dateline = _DATELINE.match(self.signs, start, end) if first and first.mention.text.isupper() else None
        start = dateline.end() if dateline else start  # 'GAO, Mali — A village' is not about Gao
        for place in self.places[bisect_left(self.starts, start) : bisect_left(self.starts, end)]:
            row = place.candidate
            if row is not None and place.confidence >= UNSURE:
                said = _Anchor(self, place, row, start, end).said()
                placed = said and self._placing(said, start)
                if placed:
                    yield placed

    # ---- what lies there ----

    def _placing(self, said: Whereabouts, sentence: int) -> Whereabouts | None:
        """The whereabouts with what lies there; None where that is a place which is known, or is no place."""
        begin = max(sentence, said.words_start - _REACH)
        rest = self.signs[begin : said.words_start]
        if wording("counted").search(rest) or self._defines(sentence, said.words_start):
            return None
        inside = _IN.search(rest) if said.kind == "part" else None
        rest = rest[: inside.start() + 1] if inside else rest
        head = wording("head").search(rest) if inside or said.kind != "part" else None
        front = rest[: head.start()] if head else rest
        owner = self._owner(begin, front, head, inside=bool(inside))
        if owner is not None:
            isle = owner.candidate is not None and owner.candidate.feature.startswith("ISL")
            if _sure(owner) or isle:
                return None
            guesses = (*(one for one in (owner.candidate,) if one), *owner.rivals)
            return replace(said, start=owner.mention.start, ashore=True, mention=owner.mention, guesses=guesses)
        noun = head["noun"].lower() if head else ""
        settled, suburb = bool(wording("settled").fullmatch(noun)), noun.startswith("suburb")
        if self._spoken_of(said, front, head):
            return None
        name = self._name(said, begin, front, settled)
        if name is not None:
            return replace(said, start=name.start, ashore=True, suburb=suburb, mention=name)
        ashore = bool(noun) and not noun.startswith("isl")
        start = begin + len(front) if head else said.words_start
        return replace(said, start=start, ashore=ashore, suburb=suburb)

    def _owner(self, begin: int, front: str, head: re.Match[str] | None, *, inside: bool) -> Place | None:
        """The place of which the whereabouts are told: 'Tikrit, a city', 'Gao is a city in Mali,'."""
        for _ in range(4):
            link = wording("link").search(front)
            assert link is not None  # it fits anything
            verb = bool(link["verb"] or (head and head["verb"]))
            if head and not verb and not link["mark"]:
                return None
            left = _BRACKET.sub("", front[: link.start()])
            place = self._ending_at(begin, left)
            if place is None or place.mention.role == "demonym":
                return None
            isle = head is not None and head["noun"].lower().startswith("isl")  # 'Crete, an island off Greece'
            if (
                verb
                or inside
                or isle
                or not (_sure(place) and place.candidate and place.candidate.feature.startswith(_LANDS))
            ):
                return place
            # 'In Mali, a village ...' is not about Mali, but 'Gao in Mali, ...' is about Gao.
            within = _WITHIN.search(front[: place.mention.start - begin])
            if within is None:
                return None
            front = front[: within.start()] + " "
            head, inside = wording("head").search(front), False
            front = front[: head.start()] if head else front[:-1]
        return None

    def _defines(self, sentence: int, words_start: int) -> bool:
        """Whether the sentence tells up to here what and where a known place is: 'Gao is one of ..., north of'."""
        told = _DEFINES.match(self.signs, sentence, words_start)
        place = told and self.starting.get(told.start("name"))
        return bool(place and _sure(place))

    def _ending_at(self, begin: int, left: str) -> Place | None:
        """The mention that a stretch of text ends with, a word for its kind after it left out."""
        kind = wording("kind after").search(left)
        return self.ending.get(begin + (kind.start() if kind else len(left)))

    def _spoken_of(self, said: Whereabouts, front: str, head: re.Match[str] | None) -> bool:
        """Whether 'it lies' or 'the town lies' may speak of a place that is named shortly before."""
        defined = head is not None and head["verb"] and _DEFINITE.match(head["head"])
        if not (defined or _PRONOUN.search(front)):
            return False
        since = said.words_start - 2 * _REACH
        named = self.places[bisect_left(self.starts, since) : bisect_left(self.starts, said.words_start)]
        return any(place is not said.anchor and place.candidate and place.mention.role == "literal" for place in named)

    def _name(self, said: Whereabouts, begin: int, front: str, settled: bool) -> Mention | None:
        """A name that was not found: 'the hamlet of Bir Zerga lies', 'Qadish, a village'."""
        stem = _TAIL.sub("", front)
        found = wording("named").search(stem)
        if found is None and settled and front.endswith((", ", ",")):
            found = wording("title").search(stem)
            if found is not None:
                led = _LED.search(stem[: found.start("name")]) or self.signs[said.end : said.end + 1] in (",", ".", ")")
                found = found if led and not wording("opener").fullmatch(found["name"]) else None
        if found is None:
            return None
        start, end = begin + found.start("name"), begin + found.end("name")
        return Mention(start=start, end=end, field=said.anchor.mention.field, text=found["name"])


_DATELINE = re.compile(rf"{NAME}+(?:, {NAME}+)?(?: \([^()]*\))? ?[-–—]+ ")
_LANDS = ("PCL", "ADM", "CONT", "RGN", "TERR", "OCN", "SEA")
_DEFINITE = re.compile(r"(?:the|this|that) ", re.IGNORECASE)
_PRONOUN = re.compile(
    r"(?<!\w)(?:it|they|he|she|we)(?: \w+)?(?: (?:is|lies|was|are|lie))?(?: (?:located|situated|set))? $", re.IGNORECASE
)
_IN = re.compile(r" (?:in|across|throughout|within|from|of)(?: the)? $")
_BRACKET = re.compile(r" ?\([^()]*\)$")
_WITHIN = re.compile(rf"(?:,| in| of| at)(?: the)?(?: {ERN})? $", re.IGNORECASE)
_BREAK = r"where|when|after|before|while|and|but|said|which|who"
_DEFINES = re.compile(
    rf"(?:The )?(?P<name>{NAMES})(?: \([^()]*\))?,? (?:is|was|lies|are)(?: located| situated)? "
    rf"(?:(?!(?:{_BREAK})(?!\w))[^;:])*$"
)
_TAIL = re.compile(r"(?:,? (?:which|that))?(?: (?:lies|lay|is|was|sits|stands|located|situated))?,?\s*$")
_LED = re.compile(r"(?:(?<!\w)(?:in|at|from|to|near|of|on|around|outside|and)|,) $")


def _sure(place: Place) -> bool:
    return place.candidate is not None and place.confidence >= UNSURE


_LONGER = {"train", "metro", "power", "nuclear", "border", "frontier", "line", "coast"}


@cache
def _longer() -> frozenset[str]:
    """Lower-case words that make a longer name, or another thing, of a name before them."""
    return cue("facilities") | cue("public") | cue("roads") | cue("relief") | cue("regions") | _LONGER


class _Anchor:
    """A name that may be an anchor, with the words of its sentence before and after it."""

    def __init__(self, reading: _Reading, place: Place, row: Candidate, start: int, end: int) -> None:
        self.reading, self.place, self.row = reading, place, row
        self.offset = max(start, place.mention.start - _REACH)
        self.before = reading.signs[self.offset : place.mention.start]
        self.after = reading.signs[place.mention.end : end]
        self.town = row.feature.startswith("PPL")
        self.literal = place.mention.role == "literal"

    def said(self) -> Whereabouts | None:
        """What is placed by this name."""
        near = f"{self.before[-_NEAR:]} {self.place.mention.text} {self.after[:_NEAR]}".lower()
        if not any(hint in near for hint in HINTS):
            return None
        return self._border() or self._off() or self._beside() or self._town() or self._part()

    def _found(self, name: str, kind: VicinityKind, *, after: int = 0) -> tuple[re.Match[str], Whereabouts] | None:
        """The shape of that name right before the anchor; one with a length only where that is a distance to it."""
        found = wording(name).search(self.before)
        if found is None:
            return None
        groups = found.groupdict()
        claim = self.reading.claims.get(self.offset + found.start("length")) if groups.get("length") else None
        if groups.get("length") and (claim is None or self.place not in claim.ends or _both_known(claim)):
            return None
        how = (groups.get("how") or "").lower()
        return found, Whereabouts(
            kind="at a distance" if kind == "beside" and (claim or groups.get("few")) else kind,
            start=self.offset + found.start(),
            words_start=self.offset + found.start(),
            end=self.place.mention.end + after,
            anchor=self.place,
            points=_points(groups.get("points")),
            claim=claim,
            few=(groups["few"].lower(), groups["unit"].lower()) if groups.get("few") else None,
            close=bool(_CLOSE.search(how)),
            due="due" in how or "directly" in how,
        )

    def _in_longer(self) -> bool:
        """Whether the name is only part of a longer one, or an owner: 'Mosul University', "Moscow's allies"."""
        if re.match(r"['’-]\w|['’] ", self.after):
            return True
        word = re.match(r" ([^\W\d_][\w-]*)", self.after)
        return word is not None and (word[1][0].isupper() or word[1] in _longer())

    def _beside(self) -> Whereabouts | None:
        if self.place.mention.role == "demonym" or self._in_longer():
            return None
        found = self._found("beside", "beside") or self._found("far", "at a distance")
        return found and found[1]

    def _town(self) -> Whereabouts | None:
        """At, in or near the edge of a town."""
        if not (self.town and self.literal):
            return None
        own = wording("own outskirts").match(self.after)
        if own:
            start, end = self.place.mention.start, self.place.mention.end + own.end()
            return self._own("outskirts", start, end, own["points"])
        if self._in_longer():
            return None
        for name in ("outskirts", "edge", "suburb"):
            found = self._found(name, "outskirts")
            if found:
                return found[1]
        found = self._found("near", "near")
        if found is None:
            return None
        match, said = found
        # Whoever is 'close to Moscow' or 'outside London' may be anywhere; a camp there is a place.
        bare = match["how"].lower() in ("near", "just outside", "in the vicinity of")
        return said if bare or wording("head").search(self.before[: match.start()]) else None

    def _off(self) -> Whereabouts | None:
        if not self._in_longer():
            found = self._found("off", "off")
            if found:
                return found[1]
        coast = wording("own coast").match(self.after)
        found = self._found("off owner", "off", after=coast.end() if coast else 0)
        if found is None:
            return None
        match, said = found
        if coast:
            return replace(said, points=_points(coast["points"]) or said.points)
        rest = self.before[: match.start()]
        at_sea = said.claim is not None or (wording("afloat").search(rest) and not wording("cut").search(rest))
        return said if at_sea and self.row.feature.startswith(_SHORES) and not self._in_longer() else None

    def _part(self) -> Whereabouts | None:
        if not self.literal:
            return None
        start, end = self.place.mention.start, self.place.mention.end
        own = wording("own part").match(self.after)
        if own and not self.town:
            return self._own("part", start, end + own.end(), own["points"])
        inside = wording("part in name").match(self.place.mention.text)
        if self._in_longer() or (inside and self.town):
            return None
        if inside and inside["whole"] == self.row.name:  # 'West Texas', placed as Texas
            return self._own("part", start, end, inside["points"])
        found = self._found("part", "part") or self._found("part of", "part")
        if found is None or _NO_PART.search(self.before[: found[0].start()]):
            return None
        return found[1] if not self.town or found[0]["points"].islower() else None  # 'South Boston' is a name

    def _own(self, kind: VicinityKind, start: int, end: int, points: str) -> Whereabouts:
        return Whereabouts(
            kind=kind, start=start, words_start=start, end=end, anchor=self.place, points=_points(points)
        )

    def _border(self) -> Whereabouts | None:
        """The border between two countries, at the second one's name."""
        for name in ("border", "borders", "neighbour"):
            after = wording("border after").match(self.after) if name == "borders" else None
            found = self._found(name, "border", after=after.end() if after else 0)
            if found is None or (name == "borders" and after is None):
                continue
            match, said = found
            other = self.reading.starting.get(self.offset + match.start("first"))
            if other is not None and _sure(other) and _is_country(other.candidate) and _is_country(self.row):
                return replace(said, anchor=other, other=self.place)
        return None


# 'to the north of Mali' lies outside; 'north-central Mali' and 'the University of Southern Mali' are something else.
_NO_PART = re.compile(rf"(?: to|-|(?i:{POINT}|{ERN})|[A-Z]\w+ of(?: the)?) ?$")
_SHORES = ("ISL", "PCL", "TERR", "ADM1", "CAPE", "PEN")
_CLOSE = re.compile(r"just|immediately|^(?:on|along|at|across|straddling)$")


def _points(words: str | None) -> tuple[str, ...]:
    return tuple(re.split(r" and | or |/", words)) if words else ()


def _is_country(row: Candidate | None) -> bool:
    return row is not None and row.feature.startswith("PCL") and bool(row.shape)
