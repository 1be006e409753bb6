"""Which regions a description means: each statement in it is held against the packs', and one must fit best.

'The peninsula Moscow seized from Ukraine in 2014' speaks of a peninsula, of a seizure by Russia, of Ukraine and of a
year: Crimea fits in all four. What contradicts the packs rules a region out; what two fit alike stays open.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from geostory.models import Article, Candidate, Field, Mention
from geostory.packs import Packs
from geostory.region_names import FIELDS, Hit, Placed, cues
from geostory.region_phrases import Phrase, find_phrases
from geostory.region_subjects import Subject, distance_km, part_of_subject, same, subjects_on, water_named

__all__ = ["Described", "descriptions"]

_ENOUGH, _CLEAR = 4.0, 0.9  # what a reading must weigh, and by how much it must beat the next one
_FAIR, _FAR_AHEAD = 3.0, 2.0  # or so much, where it is far ahead
_NEAR_KM = {"water": 60.0, "ocean": 0.0, "land": 320.0, "town": 220.0}
_FAR_KM = 1_500.0
_WATERS, _OCEANS = ("SEA", "GULF", "STM", "CNL", "STRT", "BAY", "LK", "CHN"), ("OCN",)
_DONE = frozenset({"annexed", "seized", "took", "captured", "overran", "absorbed", "occupied"})  # read as verbs
_BROAD = frozenset(word.lower() for word in cues()["broad"])
_MARKS = frozenset(cues()["attributes"])
_PLAIN = frozenset(cues()["generic"]) | {
    "state",
    "country",
    "nation",
    "republic",
    "island",
    "city",
    "town",
    "port",
    "bank",
}


@dataclass(frozen=True, slots=True)
class Described:
    """Regions that a description means, and by which of its words that was told."""

    regions: tuple[str, ...]
    mention: Mention
    reason: str


@dataclass(frozen=True, eq=False)
class _Reading:
    """A phrase with the parties and places around it."""

    phrase: Phrase
    field: Field
    text: str
    hits: Sequence[Hit]
    places: Sequence[tuple[Mention, Candidate]]
    anywhere: frozenset[str]
    named: frozenset[str]
    day: date
    words_of_status: Mapping[str, frozenset[str]]

    @cached_property
    def around(self) -> str:
        return self.text[self.phrase.start : self.phrase.end].lower()

    @cached_property
    def marks(self) -> frozenset[str]:
        """Small words of the phrase, also without the sign of the plural."""
        words = frozenset(re.findall(r"[\w-]+", self.around))
        return words | {word[:-1] for word in words if word.endswith("s")} | self.phrase.words

    @cached_property
    def statuses(self) -> dict[str, frozenset[str]]:
        """The statuses that the phrase names, and by which words."""
        found = {status: words & self.phrase.words for status, words in self.words_of_status.items()}
        found |= {s: frozenset({s}) for s in self.words_of_status if " " in s and s in self.around}
        return {status: words for status, words in found.items() if words}

    @cached_property
    def sentence(self) -> frozenset[str]:
        return same(self.actors(*self.phrase.sentence))

    @cached_property
    def inside(self) -> frozenset[str]:
        return same(self.actors(self.phrase.start, self.phrase.end))

    @cached_property
    def used(self) -> frozenset[str]:
        """Parties that the phrase says something of."""
        spans = [span for said in self.phrase.said if (span := said.who)] + list(self.phrase.linked)
        return same(a for span in spans for a in self.actors(*span))

    @cached_property
    def others(self) -> frozenset[str]:
        """Parties in the sentence whom 'it' or 'his country' may mean."""
        done = {a for said in self.phrase.said if said.who for a in self.actors(*said.who)}
        return same(self.actors(*self.phrase.sentence) - done)

    @cached_property
    def anchors(self) -> list[tuple[Mention, Candidate]]:
        return [(m, c) for m, c in self.places if self.phrase.start <= m.start and m.end <= self.phrase.end]

    @property
    def idle(self) -> bool:
        """Whether the phrase says nothing by which one region could be told from another."""
        phrase = self.phrase
        if phrase.head not in _PLAIN and phrase.definite and not phrase.many:
            return False
        told = phrase.said or phrase.number or phrase.years or phrase.ago or phrase.strange or phrase.former
        return not (told or self.anchors or self.statuses or self.marks & _MARKS)

    def actors(self, start: int, end: int) -> frozenset[str]:
        return frozenset(a for hit in self.hits if start <= hit.start < end for a in hit.meaning.actors)


def descriptions(
    article: Article,
    hits: Mapping[Field, Sequence[Hit]],
    placed: Placed,
    named: frozenset[str],
    day: date,
    packs: Packs,
) -> Iterator[Described]:
    """The descriptions in an article that mean regions in question on a day, in the order of title and text.

    Parameters
    ----------
    article : Article
    hits : mapping of field to sequence of Hit
        The names of regions and parties in it.
    placed : sequence of (Mention, Candidate)
        The places in it.
    named : frozenset of str
        The regions that it names.
    day : datetime.date
    packs : Packs
    """
    anywhere = same(actor for field in FIELDS for hit in hits[field] for actor in hit.meaning.actors)
    subjects = subjects_on(day, packs)
    for field in FIELDS:
        text = article.field_text(field)
        taken = [(hit.start, hit.end) for hit in hits[field] if hit.meaning.actors]
        here = [
            (mention, candidate)
            for mention, candidate in placed
            if mention.field == field
            and mention.role != "demonym"
            and not any(start < mention.end and mention.start < end for start, end in taken)
        ]
        for phrase in find_phrases(text, hits[field], [(m.start, m.end) for m, _ in here]):
            if any(
                hit.start < phrase.after[0] and phrase.before[1] < hit.end and hit.meaning.regions
                for hit in hits[field]
            ):
                continue  # the head of a name
            reading = _Reading(phrase, field, text, hits[field], here, anywhere, named, day, _statuses(packs))
            found = None if reading.idle else _best(reading, subjects, packs)
            if found:
                subject, reasons = found
                end = phrase.end
                words = text[phrase.start : end]
                yield Described(
                    subject.regions,
                    Mention(start=phrase.start, end=end, field=field, text=words),
                    "described: " + ", ".join(dict.fromkeys(reasons)),
                )


@lru_cache(maxsize=8)
def _statuses(packs: Packs) -> dict[str, frozenset[str]]:
    """The adjectives of each status, without those that are read as verbs."""
    return {row["id"]: frozenset(row["words"]) - _DONE for row in packs.tables["status"]}


def _best(reading: _Reading, subjects: Sequence[Subject], packs: Packs) -> tuple[Subject, list[str]] | None:
    """The subject that fits clearly best; None where none fits well, or two do alike."""
    scored = []
    for subject in _fitting(reading.phrase, subjects, packs):
        if not reading.anchors and not reading.phrase.strange and subject.ever.isdisjoint(reading.anywhere):
            continue
        weighed = _weigh(reading, subject, packs)
        if weighed:
            scored.append((*weighed, subject))
    # Of two that fit alike, news means the one that it is known to describe.
    scored.sort(key=lambda row: (-row[0] - row[2].known, -len(row[2].regions), row[2].regions))
    if not scored:
        return None
    score, reasons, best = scored[0]
    others = [row for row in scored[1:] if not set(row[2].regions) <= set(best.regions)]
    lead = score + best.known - max((row[0] + row[2].known for row in others), default=0.0)
    if not (score >= _ENOUGH and lead >= _CLEAR) and not (score >= _FAIR and lead >= _FAR_AHEAD):
        return None
    if _open(reading.phrase, best, subjects):
        return None
    return best, reasons


def _open(phrase: Phrase, best: Subject, subjects: Sequence[Subject]) -> bool:
    """Whether 'the occupied territories' may as well be, or take in, others of the same parties."""
    if not phrase.many or phrase.number or phrase.head not in _PLAIN or phrase.years:
        return False
    rest = [other for other in subjects if (phrase.head, True) in other.kinds and not other.counted]
    return any(other.own <= best.own and not set(other.regions) & set(best.regions) for other in rest)


def _fitting(phrase: Phrase, subjects: Sequence[Subject], packs: Packs) -> Iterator[Subject]:
    """Subjects of the phrase's kind and number, and the parts of groups that it picks."""
    for subject in subjects:
        if (phrase.head, phrase.many) not in subject.kinds:
            continue
        number = phrase.number
        if len(subject.regions) == 1:
            if number is None or phrase.many:
                yield subject
        elif number in (None, subject.number):
            if number or not subject.counted:
                yield subject
        elif number and (part := part_of_subject(subject, number, phrase.words, packs)):
            yield part


def _weigh(reading: _Reading, subject: Subject, packs: Packs) -> tuple[float, list[str]] | None:
    """How well a phrase fits a subject, and by what; None where it contradicts it or says nothing of its own."""
    phrase, reasons = reading.phrase, []
    plain = phrase.head in _PLAIN
    score, own = (0.0 if plain else 1.0), False
    if not plain:
        reasons.append(phrase.head)
    for part in (
        _told(reading, subject),
        _links(reading, subject),
        _marks(reading, subject),
        _anchors(reading, subject, packs),
    ):
        if part is None:
            return None
        score, own = score + part[0], own or part[1]
        reasons += part[2]
    number = phrase.number and len(subject.regions) > 1
    if number:
        score, own = (
            score + 1 + subject.part,
            own or not plain or subject.part or bool(reading.named & set(subject.regions)),
        )
        reasons.append(f"{phrase.number} of them")
    years = _year(reading, subject)
    if phrase.years and not years and any(said.kind in ("seize", "annex") for said in phrase.said):
        return None  # another time
    if years:
        score, own = score + years, True
        reasons.append("the year")
    around = _around(reading, subject, any(reason.startswith("near ") for reason in reasons))
    if around is None:
        return None
    score += around[0]
    reasons += around[1]
    if not own and (plain or phrase.many or not phrase.definite or around[0] < 2):
        return None
    return score + (not own), reasons


_Part = tuple[float, bool, list[str]]


def _told(reading: _Reading, subject: Subject) -> _Part | None:
    """What the phrase says was done to it, and by whom."""
    reasons: list[str] = []
    sentence = reading.others
    told: dict[str, float] = {}
    for kind, span in reading.phrase.said:
        allowed = subject.by[kind]
        who = reading.actors(*span) if span else frozenset()
        if kind == "know":
            told[kind] = max(told.get(kind, 0.0), 2.0 if same(who) & subject.concerned else 0.0)
        elif not allowed:
            if kind != "from":
                return None
        elif who:
            if not same(who) & allowed:
                if kind == "from":
                    continue
                return None
            if kind == "claim" and any(not same([actor]) & allowed for actor in who):
                return None
            told[kind] = 2.0 + 2.0 * (kind == "claim" and len(who) > 1)
        elif kind != "from":
            told[kind] = max(told.get(kind, 0.0), 2.0 if sentence & allowed else 1.0)
        if told.get(kind):
            reasons.append(f"{kind} by {' and '.join(sorted(who)) or 'a party'}")
    score = sum(told.values())
    return score, bool(score), reasons


def _links(reading: _Reading, subject: Subject) -> _Part | None:
    """Whose it is said to be: 'Georgian', 'of Ukraine', 'former Spanish'."""
    score, reasons = 0.0, []
    for span in reading.phrase.linked:
        who = same(reading.actors(*span))
        if not who & subject.ever:
            return None
        score = 2.0
        reasons.append("of " + " and ".join(sorted(who & subject.ever)))
    return score, score > 0 and reading.phrase.former, reasons


def _marks(reading: _Reading, subject: Subject) -> _Part | None:
    """Adjectives that fit: words of the packs for its status or its group, and what kind of land it is."""
    phrase = reading.phrase
    marks = {mark for mark in subject.marks if mark in reading.marks}
    status = {word for word in subject.said if word in phrase.words or (" " in word and word in reading.around)}
    for name, words in reading.statuses.items():
        if words - status and name not in subject.statuses:
            return None
        status |= words
    score = 1.0 * bool(marks) + 2.0 * bool(status)
    return score, bool(score), sorted(marks | status)


def _anchors(reading: _Reading, subject: Subject, packs: Packs) -> _Part | None:
    """Places in the phrase that lie near it; a capital before the head that is none of them is another name."""
    phrase = reading.phrase
    inside = list(reading.anchors)
    for start, end in phrase.strange:
        name = reading.text[start:end]
        narrows = not set(name.lower().split()) <= subject.marks | _BROAD
        water = water_named(name) if narrows else None
        if water:
            inside.append((Mention(start=start, end=end, field=reading.field, text=name), water))
        elif narrows:
            return None
    score, reasons = 0.0, []
    for mention, place in inside:
        away = distance_km(subject, place, packs)
        sort = "ocean" if place.feature in _OCEANS else "water" if place.feature.startswith(_WATERS) else ""
        sort = sort or ("land" if place.shape else "town")
        if away <= _NEAR_KM[sort]:
            score = max(score, 1.0 if sort == "ocean" else 2.0)
            reasons.append(f"near {place.name}")
        elif mention.start < phrase.before[1] or away > _FAR_KM:
            return None
    return score, score > 0, reasons


def _year(reading: _Reading, subject: Subject) -> float:
    """Whether a year in the phrase is one of the packs'; one in which something ended tells less."""
    now = reading.day.year
    said = reading.phrase.years
    said |= {now - back for least, most in reading.phrase.ago for back in range(max(0, least), most + 1)}
    return 2.0 if said & subject.began else 1.0 if said & subject.years else 0.0


def _around(reading: _Reading, subject: Subject, near: bool) -> tuple[float, list[str]] | None:
    """Parties around the phrase, and names of the regions themselves; None where no party is anywhere."""
    used, inside, sentence = reading.used, reading.inside & subject.ever, reading.sentence & subject.ever
    anywhere = reading.anywhere & subject.ever
    if not anywhere:
        return (0.0, []) if near else None
    score = (
        1.5 * len(inside - used) + 1.0 * len(sentence - inside - used) + 0.5 * min(2, len(anywhere - sentence - used))
    )
    named = 1.0 if reading.named & set(subject.regions) else 0.0
    return min(score, 3.0) + named, sorted(anywhere)
