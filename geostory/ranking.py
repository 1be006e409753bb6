"""How likely each place of a name is: the sum of a few named features of each candidate, times their weights.

What an article says elsewhere counts through the candidates it prefers so far, so the sums are worked out a few times
over, from no context at first. All candidates of an article stand in one table, for speed.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geostory.containers import area_of, within
from geostory.gazetteer import normalise
from geostory.models import Candidate, Profile
from geostory.senses import KINDS, PART, RELIEF, THE, Array, Name, kilometres, one_place, units

__all__ = ["FEATURES", "WEIGHTS", "rank"]

# Weights of the features, in log odds. Found by a conditional logit model on halves of two corpora of gold places
# (articles chosen by a hash of their identifier), drawn towards values set by hand, cross-validated, and rounded.
WEIGHTS = {
    "people": 5.9,  # log of the population, 1 for ten million
    "capital": -0.8,
    "region": 2.1,
    "seat": 0.5,  # of a first-level region
    "county": -0.2,
    "landmark": 3.1,  # what is neither a town nor a unit (seas, islands, parks): few bear a name, and those are known
    "facility": -0.6,
    "city": -4.0,  # a region that has its name from a city in it
    "own name": 2.0,  # not an alternate one
    "foremost": 0.9,  # a large town, log of how many times the people of any other of the name it has
    "acts": 3.4,  # a country or capital whose name stands for its government here
    "container": 7.0,  # lies in the area that the text names with it
    "holds": 2.5,  # holds the place that the text names with it
    "kind": 2.5,  # is, or is not (-1), of the kind that the word beside it says
    "region named": 4.0,  # the article's other names speak for its first-level region
    "country share": 0.1,  # share of them that speaks for its country
    "land": 1.0,  # a town or island whose country is named, itself or by its people
    "abroad": 2.7,  # a country or capital: share of the other names that are other countries or their capitals
    "close": 2.5,  # within some 100 km of other places
    "county pair": 0.7,  # its county is named, or it is a county that holds a place named
    "same elsewhere": 5.2,  # preferred for the name where it stands with a container
    "cities": 2.5,  # in a list of names that each have one large town before all others, that town
    "row": 1.2,  # of the country that its neighbours in a list lie in
    "eclipsed": -0.7,  # a small place by another name, where a larger one has it for its own
    "style": 1.1,  # how surely the text's words show the English of its country
    "home": 3.2,  # the same where the article opens with the name
    "own capital": 2.2,  # a capital, by the share of the other names that speaks for its country
    "stranger": -2.1,  # no country or capital, where other names speak for countries and none for its own
    "second name": -0.5,  # not its own name, where another place of the country has it for its own
    "profile": 3.0,  # the share of its country and region in the profile of the article's source, and near its home
    "near": 3.0,  # to the position that the caller gave
}
FEATURES = tuple(WEIGHTS)
NONE = 4.9  # the score of 'none of these': what the gazetteer lacks

_AT = {name: number for number, name in enumerate(FEATURES)}
_ROUNDS = 3
_REACH_KM = 100.0  # how far 'close' reaches
_NEAR_KM = 500.0  # how far 'near' reaches
_HOME_KM = 150.0  # how far a source's home does
_AMID_KM = 400.0  # from a region's point to the city that it is named from
_FORMER = 1.2  # a country's other or former name is better known than a province that has it too: Zaire
_SECOND_LEVEL = 0.15  # a county of a city's name lies around the city, so that hardly anything hangs on the choice
_LARGE = 100_000  # people of a town that is known far away
_OUTDONE = 0.5  # log of how many times the people of another place
_LARGER = 5  # times the people of another place
_SHORT = 0.8  # how far the beginning of a town's full name is its own, or a renowned one's other name: Calcutta
_RENOWNED = 1_000_000  # people
_DWARFS = 20  # times the people of any town that has the name for its own
_TOLD_BEFORE = 0.7  # what an article tells of a name at another place counts so far
_NAMED = 0.5  # tally from which a country counts as named
_LEAST = 0.02  # chances below speak for nothing
_LIKELY = 0.3  # chance from which a place makes others close to it likely

_CLASSES = {"PPLC": "capital", "PPLA": "seat", "ADM1": "region", "ADM2": "county"}
_FACILITY = ("AIR", "MILB", "NVB", "INSM", "BLDG", "BDG")
_SEATS = {"PPLC", "PPLA"}
_STATES = ("PCL", "PPLC")  # a capital speaks for its country as a whole
_ACTORS = ("PCL", "PPLC", "PAL", "GOVL", "BLDO")
_AT_LARGE = ("PCL", "CONT", "RGN", "OCN", "SEA")  # at home in no one country, or a country itself
_WIDE = (*_AT_LARGE, "ADM1")  # no point stands for where such places are


class _Traits(NamedTuple):
    """What a feature code tells; ``feature`` is the number of the feature that it has for itself, -1 for none."""

    feature: int
    state: bool
    acts: bool
    wide: bool
    at_large: bool
    town: bool


@lru_cache(maxsize=1 << 10)
def _traits(code: str) -> _Traits:
    begins = code.startswith
    if begins(("PCL", "TERR")):
        own = None
    elif begins(("PPL", "ADM")):
        own = _CLASSES.get(code)
    else:  # waters, islands, regions, parks, dams, seats of power
        own = "facility" if begins(_FACILITY) else "landmark"
    return _Traits(
        _AT[own] if own else -1, begins(_STATES), begins(_ACTORS), begins(_WIDE), begins(_AT_LARGE), begins("PPL")
    )


def rank(
    names: Sequence[Name],
    styles: Mapping[str, float],
    opening: Set[int],
    *,
    near: tuple[float, float] | None = None,
    profile: Profile | None = None,
) -> dict[int, Array]:
    """Work out the chances of every name's candidates: into ``name.chances`` and ``name.likeliest``.

    Parameters
    ----------
    names : sequence of Name
        Of one article, each with at least one candidate.
    styles : Mapping
        Whose English the text is written in: country to share, as :func:`geostory.styles.styles_of` gives it.
    opening : set of int
        Numbers of the mentions that open the article.
    near : (lat, lon), optional
    profile : Profile, optional
        As for :func:`geostory.resolve.resolve`.

    Returns
    -------
    dict
        ``id(name)`` to the features that the chances rest on, shape (candidates, len(FEATURES)).
    """
    if not names:
        return {}
    table = _Table(names, styles, opening)
    if near is not None:
        table.fill_near(near)
    if profile is not None:
        table.fill_profile(profile)
    weights = np.array([WEIGHTS[feature] for feature in FEATURES])
    chances = table.chances(weights)
    for _ in range(_ROUNDS):
        table.fill_context(chances)
        chances = table.chances(weights)
    found = {}
    for name, start, end in zip(names, table.starts, table.ends, strict=True):
        name.chances = chances[start:end]
        name.likeliest = name.candidates[int(np.argmax(name.chances))]
        found[id(name)] = table.values[start:end]
    return found


def _numbers(keys: Sequence[object]) -> npt.NDArray[np.int64]:
    """A number for each key, the same for equal ones; 0 for an empty one."""
    known: dict[object, int] = {(): 0}
    return np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)


class _Table:
    """The candidates of an article's names, one row each, and their features."""

    def __init__(self, names: Sequence[Name], styles: Mapping[str, float], opening: Set[int]) -> None:
        self.names = names
        self.candidates = list(chain.from_iterable(name.candidates for name in names))
        sizes = [len(name.candidates) for name in names]
        self.ends: npt.NDArray[np.int64] = np.cumsum(sizes, dtype=np.int64)
        self.starts = self.ends - np.array(sizes, dtype=np.int64)
        self.owner = np.repeat(np.arange(len(names)), sizes)
        self.values = np.zeros((len(self.candidates), len(FEATURES)))
        self.units = units(self.candidates)
        alike = _numbers([(name.text, name.demonym) for name in names]) - 1
        self.group = alike[self.owner]  # other mentions of a name speak for no place around it
        self.voice = np.array([0.5 if name.demonym else 1.0 for name in names])[self.owner]
        marks = list(chain.from_iterable(name.marks for name in names))
        self.marked = np.array([len(mark) for mark in marks])
        self.country = _numbers([mark[0] if mark else () for mark in marks])
        self.region = _numbers([mark[1] if len(mark) > 1 else () for mark in marks])
        self.traits = [_traits(c.feature) for c in self.candidates]
        self.state = np.array([trait.state for trait in self.traits])
        self.nation = np.array([c.feature.startswith("PCL") for c in self.candidates])
        self.capital = np.array([c.feature == "PPLC" for c in self.candidates])
        self.settled = np.array([c.feature.startswith(("PPL", "ISL")) for c in self.candidates])
        self.local = ~self.capital & ~np.array([trait.at_large for trait in self.traits]) & (self.marked > 0)
        self.spot = (self.voice == 1.0) & ~np.array([trait.wide for trait in self.traits])
        self.styles = np.array([styles.get(c.country, 0.0) for c in self.candidates])
        self.opens = np.array([not opening.isdisjoint(name.mentions) for name in names])[self.owner]
        self._fill_own()
        self._fill_counties(marks)
        self._foremost = [_foremost(name.candidates) for name in names]
        self._relate(alike)

    def chances(self, weights: Array) -> Array:
        """Each candidate's chance among those of its name and 'none of these'."""
        scores = self.values @ weights
        top: Array = np.maximum.reduceat(scores, self.starts)
        odds = np.exp(scores - top[self.owner])
        sums = np.add.reduceat(odds, self.starts) + np.exp(np.clip(NONE - top, -50, 50))
        found: Array = odds / sums[self.owner]
        return found

    def fill_near(self, near: tuple[float, float]) -> None:
        """Fill in how near the candidates are to a position."""
        self.values[:, _AT["near"]] = np.exp(-self._kilometres_from(near) / _NEAR_KM)

    def fill_profile(self, profile: Profile) -> None:
        """Fill in how much of what a source writes about lies around the candidates."""
        shares = np.array([profile.share(c) for c in self.candidates])
        at_home = np.exp(-self._kilometres_from(profile.point) / _HOME_KM) if profile.point else shares
        self.values[:, _AT["profile"]] = (shares + at_home) / 2

    def _kilometres_from(self, point: tuple[float, float]) -> Array:
        here = units([Candidate(gazetteer_id="", name="", lat=point[0], lon=point[1], feature="")])
        return kilometres(self.units, here)[:, 0]

    def _fill_own(self) -> None:
        """Fill in the features that don't depend on the rest of the article."""
        self.values[:, _AT["people"]] = np.log10(np.array([c.population for c in self.candidates]) + 1.0) / 7
        for number, trait in enumerate(self.traits):
            if trait.feature >= 0:
                self.values[number, trait.feature] = 1
        for name, start in zip(self.names, self.starts.tolist(), strict=True):
            self._fill_of_name(name, start)

    def _fill_of_name(self, name: Name, start: int) -> None:
        """Fill in what a name's candidates are beside each other, and to the words beside the name."""
        fits = KINDS.get(name.kind, ())
        owners = [c for c in name.candidates if c.match == "name"]
        countries = {c.country for c in owners}
        largest = max((c.population for c in owners), default=0)
        seats = [c for c in name.candidates if c.feature in _SEATS and c.match != "demonym"]
        cities = [c for c in owners if c.feature.startswith("PPL")] + seats
        plain = all(c.feature.startswith("PPL") for c in owners)  # 'the White House' is not Casablanca
        begins = ""
        for number, c in enumerate(name.candidates, start):
            row, trait = self.values[number], self.traits[number]
            if c.match in {"alternate", "spelling"}:
                begins = begins or normalise(name.text) + " "
                row[_AT["own name"]] = c.feature == "OCN" or (name.kind == THE and c.feature.startswith(fits))
                if c.feature == "PCLI":
                    row[_AT["own name"]] = _FORMER
                own = normalise(c.name)
                renowned = plain and c.population >= _RENOWNED and c.population > _DWARFS * largest
                isle = own == f"{begins}island"
                if isle or (trait.town and (renowned or own.startswith(begins) or own[:-1] == begins[:-1])):
                    row[_AT["own name"]] = _SHORT
                row[_AT["eclipsed"]] = not isle and c.population * _LARGER < largest
                row[_AT["second name"]] = c.country in countries
            else:
                row[_AT["own name"]] = 1
            if trait.feature == _AT["facility"] and (" " in name.text or len(name.candidates) == 1):
                # 'Luton Airport': few bear such a name, and hardly anything else does.
                row[_AT["facility"]], row[_AT["landmark"]], row[_AT["own name"]] = 0, 1, 1
            if name.acts and trait.acts:
                row[_AT["acts"]] = 1
            if fits:
                # What a word for water or relief excludes is no candidate any more.
                lenient = name.kind in RELIEF or (name.kind == PART and c.population >= _LARGE)
                fit = c.feature.startswith(fits)
                if name.kind == PART and c.feature in {"ADM1", "ADM2"} and any(_named_from(c, city) for city in cities):
                    fit, lenient = False, True  # 'western Kabul' is of the city
                    row[_AT["city"]] = 1.0
                row[_AT["kind"]] = 1 if fit else 0 if lenient else -1
            elif c.feature in {"ADM1", "ADM2"}:
                named = any(_named_from(c, city) for city in cities)
                row[_AT["city"]] = named * (_SECOND_LEVEL if c.feature == "ADM2" else 1.0)

    def _fill_counties(self, marks: Sequence[Sequence[tuple[str, ...]]]) -> None:
        """Fill in whether a candidate's county is named, or a place in the county that it is, in another name."""
        held = [(number, mark[2]) for number, mark in enumerate(marks) if len(mark) > 2]
        is_county = {number: self.candidates[number].feature == "ADM2" for number, _ in held}
        uses = {(int(self.owner[number]), mark, is_county[number]) for number, mark in held}
        spoken = Counter((mark, county) for _, mark, county in uses)
        for number, mark in held:
            other = not is_county[number]
            self.values[number, _AT["county pair"]] = spoken[mark, other] > (
                (int(self.owner[number]), mark, other) in uses
            )

    def _relate(self, alike: npt.NDArray[np.int64]) -> None:
        """Prepare which candidates of names that stand beside each other fit together."""
        number_of = {id(name): number for number, name in enumerate(self.names)}
        twins: dict[int, list[Name]] = {}
        for name, group in zip(self.names, alike.tolist(), strict=True):
            twins.setdefault(group, []).append(name)
        self.relations: list[tuple[int, int, list[tuple[int, Array]]]] = []  # name, feature, (other name, who fits)
        for number, (name, group) in enumerate(zip(self.names, alike.tolist(), strict=True)):
            told = [] if name.outer else [twin for twin in twins[group] if twin.outer]
            for feature, others, fit in (
                ("container", name.outer, within),
                ("holds", name.inner, _holds),
                ("same elsewhere", told, _same),
            ):
                able = [
                    (number_of[id(other)], _fitting(name, other, fit)) for other in others if id(other) in number_of
                ]
                if able and feature == "same elsewhere":
                    able = [(other, _trust(name, self.names[other]) * fits) for other, fits in able]
                if able:
                    self.relations.append((number, _AT[feature], able))
        # Of a list's names: the others in it, and for each candidate how many of them may lie in its country.
        countries = [{c.country for c in name.candidates} for name in self.names]
        self.rows: list[tuple[int, list[int], Array]] = []
        for number, name in enumerate(self.names):
            if beside := [number_of[id(other)] for other in name.row if id(other) in number_of]:
                share = [sum(c.country in countries[other] for other in beside) / len(beside) for c in name.candidates]
                self.rows.append((number, beside, np.array(share)))
        self._fill_cities()

    def _fill_cities(self) -> None:
        """Fill in how far the large towns of a list outdo all others of their names: 'London, Berlin and Geneva'."""
        beside = {number: others for number, others, _ in self.rows}
        seen: set[int] = set()
        for first in beside:
            listed, waiting = [], [first]
            while waiting:
                number = waiting.pop()
                if number not in seen:
                    seen.add(number)
                    listed.append(number)
                    waiting += beside[number]
            fame = [self._fame(number) for number in listed]
            for number in listed if min(fame, default=0.0) > _OUTDONE else ():
                held = slice(self.starts[number], self.ends[number])
                same = self._renowned(number)
                # 'Paris and Brantford' may as well be a list of towns in Ontario.
                rivals = {c.country for c, first in zip(self.names[number].candidates, same, strict=True) if not first}
                apart = [self._country_of_foremost(other) not in rivals for other in listed if other != number]
                share = sum(apart) / len(apart) if apart else 0.0
                self.values[held, _AT["cities"]] = same * share * sum(fame) / len(fame)

    def _fame(self, number: int) -> float:
        """How far the one large town of a name outdoes the others; a capital does so however small it is."""
        capital = any(c.feature == "PPLC" and c.match == "name" for c in self.names[number].candidates)
        return max(self._foremost[number][1], 1.0 if capital else 0.0)

    def _renowned(self, number: int) -> npt.NDArray[np.bool_]:
        same, ratio = self._foremost[number]
        if ratio:
            return same
        capital = next(c for c in self.names[number].candidates if c.feature == "PPLC" and c.match == "name")
        return np.array([one_place(c, capital) for c in self.names[number].candidates])

    def _country_of_foremost(self, number: int) -> str:
        return self.names[number].candidates[int(np.argmax(self._renowned(number)))].country

    def fill_context(self, chances: Array) -> None:
        """Fill in the features that depend on the other names, by the chances that their candidates have so far."""
        self._fill_areas(chances)
        self._fill_close(chances)
        self._fill_foremost()
        heard = np.where(chances > _LEAST, chances, 0.0)
        for number, feature, able in self.relations:
            told = [fits @ heard[self.starts[other] : self.ends[other]] for other, fits in able]
            self.values[self.starts[number] : self.ends[number], feature] = np.max(told, axis=0)
        self._fill_rows(heard)

    def _fill_areas(self, chances: Array) -> None:
        """Fill in what the other names, and those that are states, say of the areas that the candidates lie in."""
        spoken = np.where(chances > _LEAST, chances * self.voice, 0.0)
        country, own_country = self._tallied(self.country, np.where(self.country > 0, spoken, 0.0))
        region, own_region = self._tallied(self.region, np.where(self.region > 0, spoken, 0.0))
        states, _ = self._tallied(self.country, np.where(self.state, spoken, 0.0))
        self.states = states
        lands, own_land = self._tallied(self.country, np.where(self.nation, spoken, 0.0))
        others = country.sum() - own_country.sum(axis=1)[self.group]
        rest = np.maximum(1.0, others)
        values = self.values
        values[:, _AT["abroad"]] = np.where(self.state, states.sum() - states[self.country], 0.0) / rest
        told = np.where(self.marked > 0, country[self.country] - own_country[self.group, self.country], 0.0)
        share = told / rest
        values[:, _AT["country share"]] = share
        land = lands[self.country] - own_land[self.group, self.country]
        values[:, _AT["land"]] = np.where(self.settled, np.minimum(1.0, 2 * land), 0.0)
        values[:, _AT["own capital"]] = np.where(self.capital, share, 0.0)
        strange = (told < _NAMED) * np.clip((others - told) / 3, 0.0, 1.0)
        values[:, _AT["stranger"]] = np.where(self.local, strange, 0.0)
        # A text that names other countries is less about its own.
        style = np.where(self.marked > 0, self.styles * (1 - np.maximum(0.0, others - told) / rest), 0.0)
        values[:, _AT["style"]] = style
        values[:, _AT["home"]] = style * self.opens
        in_region = region[self.region] - own_region[self.group, self.region]
        area = np.where(self.marked > 1, in_region, np.where(self.nation, told, 0.0))
        values[:, _AT["region named"]] = 1 - np.exp(-area)

    def _tallied(self, keys: npt.NDArray[np.int64], amounts: Array) -> tuple[Array, Array]:
        """Sums of amounts by key, and by group of names and key."""
        groups, width = int(self.group.max()) + 1, int(keys.max()) + 1
        own: Array = np.zeros((groups, width))
        np.add.at(own, (self.group, keys), amounts)
        return own.sum(axis=0), own

    def _fill_close(self, chances: Array) -> None:
        points = np.flatnonzero(self.spot & (chances >= _LIKELY))
        nearness = np.exp(-kilometres(self.units, self.units[points]) / _REACH_KM)
        nearness *= self.group[:, None] != self.group[points]
        self.values[:, _AT["close"]] = 1 - np.exp(-(nearness @ chances[points]))

    def _fill_foremost(self) -> None:
        """Fame counts in full where the article speaks of no country that another place of the name lies in."""
        for start, end, (same, ratio) in zip(self.starts, self.ends, self._foremost, strict=True):
            if ratio:
                share = self.values[start:end, _AT["country share"]][~same].max(initial=0.0)
                self.values[start:end, _AT["foremost"]] = same * ratio * max(0.0, 1 - 4 * share)

    def _fill_rows(self, heard: Array) -> None:
        """How surely a list's neighbours share a country, or how many of them may, if that country is named."""
        if not self.rows:
            return
        width = int(self.country.max()) + 1
        cells = self.owner * width + self.country
        chance = np.bincount(cells, heard, len(self.names) * width).reshape(len(self.names), width)
        for number, others, able in self.rows:
            held = slice(self.starts[number], self.ends[number])
            own = self.country[held]
            shared = chance[others].max(axis=0)[own]
            shared = np.where(self.states[own] >= _NAMED, np.maximum(shared, able), shared)
            self.values[held, _AT["row"]] = np.where(own > 0, shared, 0.0)


def _fitting(name: Name, other: Name, fit: Callable[[Candidate, Candidate], bool]) -> Array:
    """Which candidates of two names fit together, as ones and zeros."""
    return np.array([[fit(a, b) for b in other.candidates] for a in name.candidates], dtype=np.float64)


def _trust(name: Name, twin: Name) -> float:
    """How far a bare name means the place that the article tells of where it is named with its area."""
    if name.told:  # the one told last, unless what stands around it speaks for another
        return 1.0 if twin is name.told else _TOLD_BEFORE
    # Who names a place for short before the article says where it lies may mean a well-known one.
    return 0.5 if name.early else 1.0


def _holds(area: Candidate, place: Candidate) -> bool:
    return within(place, area)


def _same(a: Candidate, b: Candidate) -> bool:
    return a.gazetteer_id == b.gazetteer_id


def _named_from(region: Candidate, city: Candidate) -> bool:
    """Whether a region's bare name is a city's first: of one in it or amid it, as Buenos Aires, or of the capital."""
    if region.feature == "ADM2":
        return area_of(region) == area_of(city) and region.name == city.name
    if area_of(region) == area_of(city):
        return True
    if city.feature not in _SEATS or city.country != region.country:
        return False
    if city.name == region.name or region.match == "alternate":  # 'Kyiv' for Kyiv Oblast
        near = float(kilometres(units([region]), units([city]))[0, 0]) < _AMID_KM
        # Washington is the capital before it is the state.
        return near or city.feature == "PPLC"
    return False


def _foremost(candidates: Sequence[Candidate]) -> tuple[npt.NDArray[np.bool_], float]:
    """Which rows are the one large town of a name, and the log of how many times the people of any other it has."""
    towns = sorted((c for c in candidates if not _traits(c.feature).wide), key=lambda c: -c.population)
    if not towns or towns[0].population < _LARGE or towns[0].match != "name":
        return np.zeros(0, dtype=np.bool_), 0.0
    same = np.array([one_place(c, towns[0]) for c in candidates])
    rest = max((c.population for c in towns if c.match == "name" and not one_place(c, towns[0])), default=0)
    return same, float(np.clip(np.log10(towns[0].population / (rest + 1)), 0, 2))
