"""Resolving toponyms: which of the places that bear a name an article means, how sure that is, and why.

Each candidate gets the sum of a few named features, each times a weight. What an article says elsewhere counts
through the candidates it prefers so far, so the sums are worked out a few times over, from no context at first.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial

import numpy as np

from geostory.gazetteer import normalise
from geostory.models import Article, Candidate, Mention, Place, Profile, Role
from geostory.reasons import reason_for, reason_for_none
from geostory.senses import (
    KINDS,
    PART,
    RELIEF,
    THE,
    Array,
    Name,
    area_of,
    kilometres,
    names_of,
    one_place,
    units,
    within,
)
from geostory.styles import styles_of
from geostory.tokens import Tokens

__all__ = ["FEATURES", "WEIGHTS", "resolve"]

# Weights of the features, in log odds. Found by a conditional logit model on halves of two corpora of gold places
# (articles chosen by a hash of their identifier), drawn towards values set by hand, cross-validated, and rounded.
WEIGHTS = {
    "people": 5.9,  # log of the population, 1 for ten million
    "capital": -0.2,
    "region": 2.1,
    "seat": 0.8,  # of a first-level region
    "county": -0.3,
    "landmark": 3.7,  # seas, islands, informal regions, seats of power: few bear a name, and those that do are known
    "facility": -0.8,
    "city": -4.0,  # a region that has its name from a city in it
    "own name": 2.6,  # not an alternate one
    "foremost": 0.9,  # a large town, log of how many times the people of any other of the name it has
    "acts": 3.2,  # a country or capital whose name stands for its government here
    "container": 3.1,  # lies in the area named right after it
    "holds": 3.0,  # holds the place named right before it
    "kind": 3.0,  # is, or is not (-1), of the kind that the word beside it says
    "region named": 3.7,  # the article's other names speak for its first-level region
    "country share": 1.1,  # share of them that speaks for its country
    "abroad": 3.8,  # a country or capital: share of the other names that are other countries or their capitals
    "close": 2.8,  # within some 100 km of other places
    "county pair": 1.5,  # its county is named, or it is a county that holds a place named
    "same elsewhere": 5.1,  # preferred for the name where it stands with a container
    "row": 1.5,  # of the country that its neighbours in a list lie in
    "eclipsed": -1.4,  # a small place by another name, where a larger one has it for its own
    "style": 1.7,  # how surely the text's words show the English of its country
    "home": 2.6,  # the same where the article opens with the name
    "own capital": 0.0,  # a capital, by the share of the other names that speaks for its country
    "stranger": 0.0,  # no country or capital, where other names speak for countries and none for its own
    "second name": 0.0,  # not its own name, where another place of the country has it for its own
    "profile": 4.0,  # the share of its country and region in the profile of the article's source, and near its home
    "near": 3.0,  # to the position that the caller gave
}
FEATURES = tuple(WEIGHTS)
NONE = 5.9  # the score of 'none of these': what the gazetteer lacks
# How often a place of some chance is right: a rising line through (chance, share right), found by
# data/build/resolver.py on articles that the weights had not seen.
CALIBRATION = ((0.0, 0.0), (0.345, 0.525), (0.73, 0.749), (0.945, 0.939), (0.982, 0.98), (0.998, 0.985), (1.0, 0.998))
_KNOTS = ([chance for chance, _ in CALIBRATION], [share for _, share in CALIBRATION])
_AT = {name: number for number, name in enumerate(FEATURES)}
_ROUNDS = 3
_REACH_KM = 100.0  # how far 'close' reaches
_NEAR_KM = 500.0  # how far 'near' reaches
_AMID_KM = 400.0  # from a region's point to the city that it is named from
_HOME_KM = 150.0  # how far a source's home does
_DECISIVE = 0.5  # log odds; a smaller gain is no reason
_LARGE = 100_000  # people of a town that is known far away
_LARGER = 5  # times the people of another place
_SHORT = 0.8  # how far the beginning of a town's full name is its own: Frankfurt for Frankfurt am Main
_UNSURE = 0.25  # confidence below which nothing far-fetched is placed
_OPENING = 160  # code points of the text that its first sentence is likely to hold
_VILLAGE = 15_000  # people at most
_NAMED = 0.5  # tally from which a country counts as named
_SPOKEN_FOR = 0.1  # a context feature's value that counts for something
_CONTEXT = (
    "container",
    "holds",
    "region named",
    "country share",
    "close",
    "county pair",
    "same elsewhere",
    "row",
    "near",
)
_LEAST = 0.02  # chances below speak for nothing

_CLASSES = {"PPLC": "capital", "PPLA": "seat", "ADM1": "region", "ADM2": "county"}
_LANDMARKS = (
    "CONT", "RGN", "SEA", "OCN", "STRT", "GULF", "BAY", "ISL", "ARCH", "PEN", "MT", "DSRT", "LK", "STM", "CAPE", "CHN",
    "VAL", "PAL", "GOVL", "BLDO", "ST", "PLN", "BSN",
)  # fmt: skip
_FACILITY = ("AIR", "MILB", "NVB", "INSM", "BLDG", "BDG")
_STATES = ("PCL", "PPLC")  # a capital speaks for its country as a whole
_ACTORS = ("PCL", "PPLC", "PAL", "GOVL", "BLDO")
_STATE = "as a whole"
_WIDE = ("PCL", "ADM1", "CONT", "RGN", "OCN", "SEA")  # no point stands for where such places are


def resolve(
    article: Article,
    mentions: Sequence[Mention],
    *,
    near: tuple[float, float] | None = None,
    profile: Profile | None = None,
) -> tuple[Place, ...]:
    """The place that each mention of an article means.

    Parameters
    ----------
    article : Article
    mentions : sequence of Mention
        As :func:`geostory.mentions.find_mentions` gives them.
    near : (float, float), optional
        Latitude and longitude in degrees: of places that are else as likely, those nearer to it are preferred.
    profile : Profile, optional
        Of the article's source: those in the countries and regions that it writes about are preferred, more so those
        near its home.

    Returns
    -------
    tuple of Place
        One for each mention, in their order. Its candidate is None where the gazetteer has no such name, or only
        places that nothing in the article speaks for. The
        confidence is how often a place is right to which the model of this module gives such a chance, among all of
        that name and 'none of them'; up to three rivals stand elsewhere.

    Examples
    --------
    >>> mention = Mention(start=0, end=5, field="text", text="Paris")
    >>> texas = Mention(start=7, end=12, field="text", text="Texas")
    >>> place = resolve(Article(title="", text="Paris, Texas"), [mention, texas])[0]
    >>> place.candidate.admin1, place.reason
    ('Texas', 'it lies in Texas, which is named right after it')
    """
    names = names_of(article, mentions)
    known = [name for name in names if name.candidates]
    tables = decide(known, *surroundings_of(article, mentions), near=near, profile=profile)
    placed: dict[int, Place] = {}
    for name in names:
        answers: dict[Role, Place] = {}
        for number in name.mentions:
            mention = mentions[number]
            if mention.role not in answers:
                answers[mention.role] = _place(name, names, tables.get(id(name)), mention)
            placed[number] = replace(answers[mention.role], mention=mention)
    return tuple(placed[number] for number in range(len(mentions)))


def surroundings_of(article: Article, mentions: Sequence[Mention]) -> tuple[dict[str, float], set[int]]:
    """Whose English the text is written in, and the numbers of the mentions that open the article."""
    opening = {number for number, mention in enumerate(mentions) if mention.field == "title" or mention.end < _OPENING}
    return styles_of(Tokens(article.text)), opening


def decide(
    names: Sequence[Name],
    styles: Mapping[str, float],
    opening: Set[int],
    *,
    near: tuple[float, float] | None = None,
    profile: Profile | None = None,
) -> dict[int, Array]:
    """Work out the chances of every name's candidates, and give the features they rest on."""
    tables = {id(name): _own_features(name, near, profile) for name in names}
    weights = np.array([WEIGHTS[feature] for feature in FEATURES])
    for turn in range(_ROUNDS + 1):
        if turn:
            context = _Context(names, styles, opening)
            for number, name in enumerate(names):
                context.fill(number, name, tables[id(name)])
        for name in names:
            scores = tables[id(name)] @ weights
            odds = np.exp(scores - scores.max())
            name.chances = odds / (odds.sum() + np.exp(np.clip(NONE - scores.max(), -50, 50)))
    for name in names:
        name.likeliest = name.candidates[int(np.argmax(name.chances))]
    return tables


def _class(c: Candidate) -> str:
    if c.feature.startswith(("PCL", "TERR")):
        return "country"
    if c.feature.startswith(_LANDMARKS):
        return "landmark"
    return "facility" if c.feature.startswith(_FACILITY) else _CLASSES.get(c.feature, "")


def _own_features(name: Name, near: tuple[float, float] | None, profile: Profile | None) -> Array:
    """The features that don't depend on the rest of the article, one row a candidate."""
    table = np.zeros((len(name.candidates), len(FEATURES)))
    fits = KINDS.get(name.kind, ())
    cities = [c for c in name.candidates if c.feature.startswith("PPL") and c.match == "name"]
    largest = max((c.population for c in name.candidates if c.match == "name"), default=0)
    owners = {c.country for c in name.candidates if c.match == "name"}
    begins = normalise(name.text) + " "
    for row, c in zip(table, name.candidates, strict=True):
        row[_AT["people"]] = np.log10(c.population + 1) / 7
        kind = _class(c)
        if kind in _AT:
            row[_AT[kind]] = 1
        row[_AT["city"]] = c.feature == "ADM1" and not fits and any(_named_from(c, city) for city in cities)
        row[_AT["eclipsed"]] = c.match == "alternate" and c.population * _LARGER < largest
        row[_AT["own name"]] = (
            c.match != "alternate" or c.feature == "OCN" or (name.kind == THE and c.feature.startswith(fits))
        )
        if c.match == "alternate" and c.feature.startswith("PPL") and normalise(c.name).startswith(begins):
            row[_AT["own name"]] = _SHORT
        row[_AT["second name"]] = c.match == "alternate" and c.country in owners
        row[_AT["acts"]] = name.acts and c.feature.startswith(_ACTORS)
        if fits:
            # What a word for water or relief excludes is no candidate any more.
            lenient = name.kind in RELIEF or (name.kind == PART and c.population >= _LARGE)
            row[_AT["kind"]] = 1 if c.feature.startswith(fits) else 0 if lenient else -1
    if near is not None:
        table[:, _AT["near"]] = np.exp(-_kilometres_from(name, near) / _NEAR_KM)
    if profile is not None:
        shares = np.array([profile.share(c) for c in name.candidates])
        at_home = np.exp(-_kilometres_from(name, profile.point) / _HOME_KM) if profile.point else shares
        table[:, _AT["profile"]] = (shares + at_home) / 2
    return table


def _kilometres_from(name: Name, point: tuple[float, float]) -> Array:
    here = units([Candidate(gazetteer_id="", name="", lat=point[0], lon=point[1], feature="")])
    return kilometres(name.units, here)[:, 0]


def _named_from(region: Candidate, city: Candidate) -> bool:
    """Whether a region has its name from a city in it or amid it, as Buenos Aires province has."""
    if area_of(region) == area_of(city):
        return True
    same = city.feature in {"PPLC", "PPLA"} and (city.country, city.name) == (region.country, region.name)
    return same and float(kilometres(units([region]), units([city]))[0, 0]) < _AMID_KM


def _foremost(candidates: Sequence[Candidate]) -> tuple[Candidate | None, float]:
    """The one large town of a name, and the log of how many times the people of any other place it has, 2 at most."""
    towns = sorted((c for c in candidates if not c.feature.startswith(_WIDE)), key=lambda c: -c.population)
    if not towns or towns[0].population < _LARGE or towns[0].match != "name":
        return None, 0.0
    rest = max((c.population for c in towns if not one_place(c, towns[0])), default=0)
    return towns[0], float(np.clip(np.log10(towns[0].population / (rest + 1)), 0, 2))


class _Context:
    """What an article's names speak for, by the chances that their candidates have so far."""

    def __init__(self, names: Sequence[Name], styles: Mapping[str, float], opening: Set[int]) -> None:
        self.styles, self.opening = styles, opening
        self.tallies = [_tally(name) for name in names]
        self.whole: dict[tuple[str, ...], float] = defaultdict(float)
        for tally in self.tallies:
            for mark, amount in tally.items():
                self.whole[mark] += amount
        self.total = sum(amount for mark, amount in self.whole.items() if len(mark) == 1)
        self.states = sum(amount for mark, amount in self.whole.items() if mark[0] == _STATE)
        # Counties by whether a name is theirs (ADM2) or that of a place in them, and in how many names.
        self.counties = [_counties(name) for name in names]
        self.spoken = [Counter(mark for pair in self.counties for mark in pair[side]) for side in (0, 1)]
        self.names = names
        self.alike: dict[tuple[str, bool], list[int]] = defaultdict(list)
        for number, name in enumerate(names):
            self.alike[name.text, name.demonym].append(number)
        points = [
            (name.units[at], float(name.chances[at]), number)
            for number, name in enumerate(names) if not name.demonym
            for at in np.flatnonzero(name.chances >= 0.3) if not name.candidates[at].feature.startswith(_WIDE)
        ]  # fmt: skip
        self.units = np.array([point[0] for point in points]).reshape(-1, 3)
        self.chances = np.array([point[1] for point in points])
        self.owners = [point[2] for point in points]

    def fill(self, number: int, name: Name, table: Array) -> None:
        """Fill in the features of a name's candidates that depend on the other names."""
        alike = self.alike[name.text, name.demonym]  # other mentions of the name speak for no place around it
        if len(self.units):
            nearness = np.exp(-kilometres(name.units, self.units) / _REACH_KM)
            others = np.array([owner not in alike for owner in self.owners])
            table[:, _AT["close"]] = 1 - np.exp(-(nearness @ (self.chances * others)))
        own: dict[tuple[str, ...], float] = defaultdict(float)
        for mark, amount in ((mark, amount) for twin in alike for mark, amount in self.tallies[twin].items()):
            own[mark] += amount
        told = (
            [self.names[twin] for twin in alike if twin != number and self.names[twin].outer] if not name.outer else []
        )
        opens = not self.opening.isdisjoint(name.mentions)
        rest = self.total - sum(amount for mark, amount in own.items() if len(mark) == 1)
        states = self.states - sum(amount for mark, amount in own.items() if mark[0] == _STATE)
        for row, c, marks in zip(table, name.candidates, name.marks, strict=True):
            self._fill_areas(row, c, marks, own, rest, states, opens)
        self._fill_foremost(name, table)
        for row, c, marks in zip(table, name.candidates, name.marks, strict=True):
            if len(marks) > 2:
                side = 1 if c.feature == "ADM2" else 0
                row[_AT["county pair"]] = self.spoken[side][marks[2]] > (marks[2] in self.counties[number][side])
            row[_AT["container"]] = _most(name.outer, partial(within, c))
            row[_AT["holds"]] = _most(name.inner, partial(_holds, c))
            row[_AT["row"]] = self._row(name, c)
            row[_AT["same elsewhere"]] = _most(told, partial(_equal, c))

    def _row(self, name: Name, c: Candidate) -> float:
        """How surely its neighbours in a list share its country, or how many of them may, if that country is named."""
        shared = _most(name.row, partial(_compatriots, c))
        if not name.row or self.whole[_STATE, c.country] < _NAMED:
            return shared
        able = [any(_compatriots(c, other) for other in beside.candidates) for beside in name.row]
        return max(shared, sum(able) / len(able))

    def _fill_foremost(self, name: Name, table: Array) -> None:
        """Fame counts in full where the article speaks of no country that another place of the name lies in."""
        town, ratio = _foremost(name.candidates)
        if town is not None:
            same = np.array([one_place(c, town) for c in name.candidates])
            share = table[~same, _AT["country share"]].max(initial=0.0)
            table[:, _AT["foremost"]] = same * ratio * max(0.0, 1 - 4 * share)

    def _fill_areas(
        self,
        row: Array,
        c: Candidate,
        marks: Sequence[tuple[str, ...]],
        own: Mapping[tuple[str, ...], float],
        others: float,
        states: float,
        opens: bool,
    ) -> None:
        """Fill in what the other names, and those that are states, say of the areas that a candidate lies in."""
        rest = max(1.0, others)
        if c.feature.startswith(_STATES):
            row[_AT["abroad"]] = (self.states - self.whole.get((_STATE, c.country), 0.0)) / rest
        if not marks:
            return
        told = self.whole.get(marks[0], 0.0) - own.get(marks[0], 0.0)
        row[_AT["country share"]] = told / rest
        if c.feature == "PPLC":
            row[_AT["own capital"]] = told / rest
        elif not c.feature.startswith((*_WIDE[:1], "CONT", "RGN", "OCN", "SEA")):
            row[_AT["stranger"]] = told < _NAMED and min(1.0, max(0.0, others - told) / 3)
        # A text that names other countries is less about its own.
        row[_AT["style"]] = self.styles.get(c.country, 0.0) * (1 - max(0.0, others - told) / rest)
        row[_AT["home"]] = row[_AT["style"]] * opens
        if len(marks) > 1 or c.feature.startswith("PCL"):
            area = marks[min(1, len(marks) - 1)]
            row[_AT["region named"]] = 1 - np.exp(own.get(area, 0.0) - self.whole.get(area, 0.0))


def _tally(name: Name) -> dict[tuple[str, ...], float]:
    """How much a name speaks for each country, region and county, and for a country as a whole."""
    found: dict[tuple[str, ...], float] = defaultdict(float)
    for c, marks, chance in zip(name.candidates, name.marks, name.chances.tolist(), strict=True):
        if chance > _LEAST:
            states = [(_STATE, c.country)] if c.feature.startswith(_STATES) else []
            for mark in marks + states:
                found[mark] += chance * (0.5 if name.demonym else 1.0)
    return found


def _counties(name: Name) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """The counties that a name may mean, and those that places it may mean lie in."""
    is_county = [
        (c.feature == "ADM2", mark) for c, marks in zip(name.candidates, name.marks, strict=True) for mark in marks[2:]
    ]
    return {mark for county, mark in is_county if county}, {mark for county, mark in is_county if not county}


def _holds(area: Candidate, place: Candidate) -> bool:
    return within(place, area)


def _compatriots(a: Candidate, b: Candidate) -> bool:
    return a.country == b.country != ""


def _equal(a: Candidate, b: Candidate) -> bool:
    return a.gazetteer_id == b.gazetteer_id


def _most(names: Sequence[Name], holds: Callable[[Candidate], bool]) -> float:
    """The best chance among some names that a condition holds of what each means."""
    return max(
        (sum(float(p) for c, p in zip(n.candidates, n.chances, strict=True) if p > _LEAST and holds(c)) for n in names),
        default=0.0,
    )


def _place(name: Name, names: Sequence[Name], table: Array | None, mention: Mention) -> Place:
    if table is None:
        return Place(mention=mention, candidate=None, confidence=0.0, reason=reason_for_none(name))
    order = [int(number) for number in np.argsort(-name.chances, kind="stable")]
    best = name.candidates[order[0]]
    same = [number for number in order if one_place(name.candidates[number], best)]
    chance = float(name.chances[same].sum())
    confidence = round(float(np.interp(chance, *_KNOTS)), 2)
    if chance < _UNSURE and _far_fetched(best, table[order[0]], len(same) == len(order)):
        others = tuple(name.candidates[number] for number in order[:3])
        return Place(mention=mention, candidate=None, confidence=0.0, reason=reason_for_none(name), rivals=others)
    rivals = [number for number in order if number not in same]
    return Place(
        mention=mention,
        candidate=best,
        confidence=confidence,
        reason=reason_for(name, names, best, _decisive(table, order[0], rivals, mention)),
        rivals=tuple(name.candidates[number] for number in rivals[:3]),
    )


def _far_fetched(best: Candidate, row: Array, alone: bool) -> bool:
    """Whether a village that shares its name, or a town by another name of its, has nothing that speaks for it."""
    town = best.feature.startswith(("PPL", "ADM"))
    lesser = town and (best.match == "alternate" or (best.population < _VILLAGE and not alone))
    return lesser and max(row[_AT[feature]] for feature in _CONTEXT) < _SPOKEN_FOR


def _decisive(table: Array, best: int, rivals: Sequence[int], mention: Mention) -> str:
    """The feature that tells the chosen candidate best from the likeliest other place; empty if there is none."""
    kinds = table[:, _AT["kind"]]
    if kinds[best] > max(0, kinds.min()):
        return "kind"
    if not rivals:
        return ""
    gains = (table[best] - table[rivals[0]]) * [WEIGHTS[feature] for feature in FEATURES]
    if mention.role == "metonym" and gains[_AT["acts"]] > 0:
        return "acts"
    gains[_AT["acts"]] = 0
    return FEATURES[int(np.argmax(gains))] if gains.max() > _DECISIVE else "people"
