"""What regions in question may be described by: their kinds, parties and years, alone and together, from the packs."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

from geostory.boundaries import boundaries
from geostory.ended import claims_spoken_of
from geostory.gazetteer import gazetteer
from geostory.models import Candidate
from geostory.outlines import region_shape
from geostory.packs import Packs, Table
from geostory.region_names import cues
from geostory.region_phrases import singular

__all__ = ["Subject", "distance_km", "part_of_subject", "same", "subjects_on", "water_named"]

_ISLANDS = frozenset({("island", True), ("archipelago", False), ("chain", False)})
_KM = 111.2  # a degree of latitude
_SHARES = ("north", "half", "third")  # in a name they say nothing of what it is
_WHOLE = ("seize", "annex", "lease", "split")  # done to each of a group, or not to the group
_MOST = 7  # regions of one status that news counts together


@dataclass(frozen=True, kw_only=True, eq=False)
class Subject:
    """A region, or several that are described together.

    ``kinds`` holds heads with whether they stand in the plural; ``by`` who may have done what ('seize', 'hold' ...);
    ``own`` the parties now, ``ever`` those of other times too, ``concerned`` those whose word on it is on record.
    """

    regions: tuple[str, ...]
    kinds: frozenset[tuple[str, bool]]
    counted: bool
    number: int
    statuses: frozenset[str]
    said: frozenset[str]
    marks: frozenset[str]
    own: frozenset[str]
    ever: frozenset[str]
    concerned: frozenset[str]
    by: Mapping[str, frozenset[str]]
    years: frozenset[int]
    began: frozenset[int]
    known: bool = False
    part: bool = False
    members: tuple["Subject", ...] = ()


def same(actors: Iterable[str]) -> frozenset[str]:
    """Parties, and those that stand in for one of the past: Russia where the Soviet Union is named."""
    later = _successors()
    known = frozenset(actors)
    return known | {later[actor] for actor in known if actor in later}


@cache
def _successors() -> dict[str, str]:
    return {old: new for new, olds in cues()["successors"].items() for old in olds}


@lru_cache(maxsize=64)
def subjects_on(on: date, packs: Packs) -> tuple[Subject, ...]:
    """Every region that is in question on a day, and those that news describes together."""
    alone = {row["id"]: _single(row, on, packs) for row in packs.regions if claims_spoken_of(row, on, packs)}
    found = dict(alone)
    groups = []
    for group in packs.tables["group"]:
        members = [alone[name] for name in group["regions"] if name in alone]
        if len(members) < len(group["regions"]):
            continue
        kinds = {kind for noun in group["nouns"] if (kind := _kind(noun, many=True))}
        kinds |= {kind for noun in group.get("singular", ()) if (kind := _kind(noun))}
        kinds |= {kind for noun in cues()["kinds"].get(group["id"], ()) if (kind := _kind(noun))}
        kinds |= {("possession", True)} if ("island", True) in kinds else set()
        said = frozenset(word.lower() for word in group.get("words", ()))
        if len(members) == 1:
            one = found[group["regions"][0]]
            found[group["regions"][0]] = replace(one, kinds=one.kinds | kinds, said=one.said | said, known=True)
        else:
            number = group.get("number", len(members))
            groups.append(
                _together(members, frozenset(kinds), said, number, group.get("needs_number", False), group["id"])
            )
    return (*found.values(), *groups, *_of_one_status(found.values(), packs))


def _kind(noun: str, many: bool = False) -> tuple[str, bool] | None:
    found = singular(noun.split()[-1])
    return (found[0], found[1] or many) if found else None


def _single(row: Table, on: date, packs: Packs) -> Subject:
    table = cues()
    claims = claims_spoken_of(row, on, packs)
    statuses = {claim["status"] for claim in claims}
    words = [word for name in (row["name"], *row.get("names", ())) for word in name.split()]
    kinds = {kind for word in words if (kind := _kind(word)) and kind[0] not in _SHARES}
    kinds |= {kind for noun in table["kinds"].get(row["id"], ()) if (kind := _kind(noun))}
    kinds |= {(noun, False) for status in statuses for noun in table["status"].get(status, ())}
    kinds |= {(noun, False) for noun in table["generic"]}
    if kinds & {("island", True), ("archipelago", False)}:
        kinds |= _ISLANDS
    if ("island", True) in kinds:
        kinds.add(("possession", True))
    if ("island", False) in kinds:
        kinds.add(("islet", False))
    by = _doers(row)
    own = {claim[key] for claim in claims for key in ("claimed_by", "claimed_from") if key in claim}
    shape = row.get("shape")
    kin = [other for other in packs.regions if shape and other.get("shape") == shape and len(shape) == 1] or [row]
    ever = {
        claim[key]
        for other in kin
        for claim in other["claim"]
        for key in ("claimed_by", "claimed_from")
        if key in claim
    }
    ever |= {held["by"] for other in kin for held in other["control"] if "by" in held}
    actor = {view["id"]: view.get("actor", "") for view in packs.tables["worldview"]}
    views = {actor[view] for told in row["recognition"] for view in told["worldviews"]} - {""}
    return Subject(
        regions=(row["id"],),
        kinds=frozenset(kinds),
        counted=False,
        number=1,
        statuses=frozenset(statuses | ({"disputed"} if len(own) > 1 else set())),
        said=frozenset(),
        marks=frozenset(mark for mark, names in table["attributes"].items() if row["id"] in names),
        own=frozenset(own | by["hold"]),
        ever=frozenset(ever),
        concerned=frozenset(own | ever | views),
        by={**by, "lose": frozenset(ever)},
        years=_years(row, ("valid_from", "valid_to")),
        began=_years(row, ("valid_from",)),
    )


def _doers(row: Table) -> dict[str, frozenset[str]]:
    """Who did what to a region by its pack, at any time."""
    claims, held = row["claim"], [state for state in row["control"] if "by" in state]
    # Who holds a part of it is not told by that part: 'Russian-held land' is no four whole regions.
    holders = {state["by"] for state in held if state["extent"] != "partly"}
    taken = {c["claimed_by"] for c in claims if c["status"] == "occupied"}
    annexed = {c["claimed_by"] for c in claims if c["status"] == "annexed"}
    every = {claim[key] for claim in claims for key in ("claimed_by", "claimed_from") if key in claim}
    ruled = {c["claimed_by"] for c in claims if c["status"] in ("dependent", "leased", "free association")}
    unheld = set() if held or taken or annexed else every
    apart = {c[key] for c in claims if c["status"] == "breakaway" for key in ("claimed_by", "claimed_from") if key in c}
    apart |= {c["claimed_by"] for c in claims if c.get("claimed_by") in (row["name"], *row.get("names", ()))}
    return {
        "claim": frozenset(every | holders),
        "annex": frozenset(annexed),
        "seize": frozenset(taken | holders),
        "hold": frozenset(holders | ruled | unheld),
        "lease": frozenset(c["claimed_by"] for c in claims if c["status"] == "leased"),
        "split": frozenset(apart),
        "from": frozenset(c["claimed_from"] for c in claims if "claimed_from" in c),
        "know": frozenset(every | holders),
    }  # fmt: skip


def _years(row: Table, keys: tuple[str, ...]) -> frozenset[int]:
    claims, control = row["claim"], row["control"]
    days = [state[key] for state in (*claims, *control) for key in keys if key in state]
    days += [stage["from"] for claim in claims for stage in claim["stage"]]
    return frozenset(day.year for day in days)


def _together(
    members: list[Subject],
    kinds: frozenset[tuple[str, bool]],
    said: frozenset[str],
    number: int,
    counted: bool,
    name: str = "",
) -> Subject:
    return Subject(
        regions=tuple(region for one in members for region in one.regions),
        kinds=kinds,
        counted=counted,
        number=number,
        statuses=frozenset().union(*(one.statuses for one in members)),
        said=said,
        marks=frozenset(m for m, names in cues()["attributes"].items() if name in names)
        | frozenset.intersection(*(one.marks for one in members)),
        own=frozenset().union(*(one.own for one in members)),
        ever=frozenset().union(*(one.ever for one in members)),
        concerned=frozenset().union(*(one.concerned for one in members)),
        by={
            key: frozenset.intersection(*(one.by[key] for one in members))
            if key in _WHOLE
            else frozenset().union(*(one.by[key] for one in members))
            for key in members[0].by
        },
        years=frozenset().union(*(one.years for one in members)),
        began=frozenset().union(*(one.began for one in members)),
        known=bool(name),
        members=tuple(members),
    )


def _of_one_status(found: Iterable[Subject], packs: Packs) -> Iterator[Subject]:
    """All regions of one status by one claimant, which news may count: 'the three states in free association'."""
    rows = packs.by_id("region")
    held: dict[tuple[str, str], list[Subject]] = {}
    for one in found:
        claims = rows[one.regions[0]]["claim"]
        for key in dict.fromkeys((claim["status"], claim.get("claimed_by", "")) for claim in claims):
            if key[0] in one.statuses and key[0] != "disputed":
                held.setdefault(key, []).append(one)
    for members in held.values():
        if 1 < len(members) <= _MOST:
            kinds = frozenset((noun, True) for noun, _ in frozenset.intersection(*(one.kinds for one in members)))
            yield _together(members, kinds, frozenset(), len(members), True)


# ---- parts -----------------------------------------------------------------------------------------------------------

_SIDES = {"eastern": (0, 1), "western": (0, -1), "northern": (1, 1), "southern": (1, -1),
          "easternmost": (0, 1), "southernmost": (1, -1), "northernmost": (1, 1), "westernmost": (0, -1)}  # fmt: skip
_SIZES = {"largest": -1, "larger": -1, "biggest": -1, "bigger": -1, "smallest": 1, "smaller": 1}


def part_of_subject(subject: Subject, number: int, words: frozenset[str], packs: Packs) -> Subject | None:
    """The members of a group that a number with a side or a size picks: 'the two eastern regions'."""
    if not len(subject.regions) > number > 0 or len(subject.regions) < 3:
        return None
    shapes = {name: region_shape(name, packs) for name in subject.regions}
    side = next((_SIDES[word] for word in sorted(words) if word in _SIDES), None)
    size = next((_SIZES[word] for word in sorted(words) if word in _SIZES), None)
    if side:
        middles = {name: (shape.centroid.x, shape.centroid.y) for name, shape in shapes.items()}
        ranked = sorted(shapes, key=lambda name: -side[1] * middles[name][side[0]])
    elif size:
        ranked = sorted(shapes, key=lambda name: size * shapes[name].area)
    else:
        return None
    chosen = set(ranked[:number])
    members = [one for one in subject.members if one.regions[0] in chosen]
    return replace(_together(members, subject.kinds, subject.said, number, False), known=subject.known, part=True)


# ---- where it lies ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _region_apart(name: str, key: str, lon: float, lat: float, packs: Packs) -> float:
    there = _outline(key) if key else shapely.Point(lon, lat)
    return _apart(region_shape(name, packs), there)


def distance_km(subject: Subject, place: Candidate, packs: Packs) -> float:
    """Roughly how far a place is from the nearest of a subject's regions, in kilometres."""
    return min(_region_apart(name, place.shape, place.lon, place.lat, packs) for name in subject.regions)


@lru_cache(maxsize=256)
def _outline(key: str) -> BaseGeometry:
    """A place's outline, simple enough for a distance that is only asked to be near or far."""
    shape = shapely.union_all([boundaries().shape(part) for part in key.split("+")])
    return shape.simplify(0.05)


_SEAS = ("SEA", "OCN", "GULF", "BAY", "STRT", "LK")


@lru_cache(maxsize=1024)
def water_named(name: str) -> Candidate | None:
    """The sea or ocean of a name that stands as an adjective: 'a Black Sea port', 'the Pacific islands'."""
    return next((row for row in gazetteer().lookup(name) if row.feature in _SEAS and row.shape), None)


def _apart(here: BaseGeometry, there: BaseGeometry) -> float:
    _, south, _, north = here.bounds
    scale = math.cos(math.radians((south + north) / 2))
    near, other = shapely.shortest_line(here, there).coords
    return _KM * math.hypot((near[0] - other[0]) * scale, near[1] - other[1])
