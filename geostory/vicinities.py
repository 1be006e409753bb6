"""Vicinities: places that an article gives only by a known one ('a suburb north of Cairo', 'in northern Mali').

Each becomes an area as wide as the words leave it, never a point. Where the place itself is known ('Tikrit, a city
north of Baghdad') there is none.
"""

from collections.abc import Sequence

from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from geostory.measures import format_distance
from geostory.models import Article, Candidate, Distance, Field, Place, Vicinity
from geostory.quantities import METRES
from geostory.sectors import Heading, along_border, around, extent_m, off_coast, on_land, part_of
from geostory.whereabouts import Whereabouts, find_whereabouts

__all__ = ["vicinities_of"]

# How far an area reaches where the article gives no figure, in metres.
_NEAR_M = 10_000.0  # 'near': as far again as the town reaches, and at least so far
_BESIDE_M = 25_000.0  # 'north of': three times as far again, and at least so far
_FARTHEST_M = 100_000.0  # and at most so far
_COAST_M = 24 * 1852.0  # 'off the coast': the contiguous zone (UN Convention on the Law of the Sea, article 33)
_SHORE_M = 12 * 1852.0  # 'just off': the territorial sea (article 3)
_BORDER_M = {"on": 10_000.0, "near": 30_000.0}
_SKIRTS = 0.25, 1.5  # of a town's extent: its outskirts and suburbs
# What a stated figure leaves open, as a share of it.
_SHARE = {"about": 0.2, "exactly": 0.1, "just": 0.1, "between": 0.1}
_MORE = 1.5  # times the figure, for 'more than' and 'at least'
_DETOUR = 1.5  # a way by road is seldom longer than so many times the straight line
_LONGEST_M, _LONGEST_RING_M = 1_000_000.0, 200_000.0  # beyond these an area tells nothing: towards a side; all round
_WIDEST_M = 170_000.0  # extent of the largest area that 'north of' is drawn for
_VAST_M = 1_200_000.0  # and 'off the coast of'
_CITY = 100_000  # people from which a town has parts worth drawing

_BEARINGS = {"north": 0.0, "northeast": 45.0, "east": 90.0, "southeast": 135.0, "south": 180.0, "southwest": 225.0,
             "west": 270.0, "northwest": 315.0}  # fmt: skip
_WIDE, _NARROW = 45.0, 22.5  # degrees to either side: of four points; of eight, and where 'due' stands before one
_FEW = {"a few": (0, 10), "several": (0, 10), "a couple of": (0, 5), "dozens of": (20, 100), "tens of": (20, 100)}
_NO_POINTS = ("PCL", "TERR", "ADM", "CONT", "RGN", "ISLS", "ARCH", "MTS", "DSRT", "PEN", "OCN", "SEA", "GULF")
_LINES = ("STM", "CNL")
_QUARTER = 0.2  # of these lengths, beside a part of a town
_POINT_M = 2_000.0


def vicinities_of(article: Article, places: Sequence[Place], distances: Sequence[Distance]) -> tuple[Vicinity, ...]:
    """The areas in which an article places something by a known place only, in the order of title and text.

    Parameters
    ----------
    article : Article
    places : sequence of Place
        Resolved mentions of this article; only those of a confidence of one half or more are anchors.
    distances : sequence of Distance
        Its stated distances; those with one known end give areas.

    Returns
    -------
    tuple of Vicinity

    Notes
    -----
    A compass word leaves 45° to either side, 'due' and the points between (south-east) 22.5°. A stated figure leaves a
    tenth ('about': a fifth), is a bound where it says so, and may be meant from a town's centre or its edge. Without a
    figure 'near' reaches as far again as the town by its population (at least 10 km), 'north of' three times as far
    again (at least 25 km), 'off the coast' 24 nautical miles. 'Northern Mali' is the northern six tenths.

    Examples
    --------
    >>> import geostory
    >>> story = geostory.tell(geostory.Article(title="", text="They fled to a suburb north of Cairo."))
    >>> [(found.text, found.kind, found.geometry.geom_type) for found in story.vicinities]
    [('a suburb north of Cairo', 'beside', 'Polygon')]
    """
    fields: tuple[Field, ...] = ("title", "text")
    found: list[Vicinity] = []
    for field in fields:
        text = article.field_text(field)
        here = [place for place in places if place.mention.field == field]
        claims = [distance.claim for distance in distances if distance.claim.field == field]
        for said in find_whereabouts(text, here, claims):
            vicinity = _vicinity(text, said)
            if vicinity and not (found and found[-1].field == field and vicinity.start < found[-1].end):
                found.append(vicinity)
    return tuple(found)


def _vicinity(text: str, said: Whereabouts) -> Vicinity | None:
    """The area that the words leave, and the words for it; None where it would tell nothing."""
    place = said.anchor.candidate
    assert place is not None
    reach = _reach(said, place)
    if reach is None:
        return None
    least, most = reach
    geometry = _area(said, place, least, most)
    if geometry.is_empty or any(geometry.intersects(Point(row.lon, row.lat)) for row in said.guesses):
        return None  # a place of that name in the area, even if it is not sure, is nearer to it
    words = " ".join(text[said.words_start : said.end].split())
    if said.words_start < said.anchor.mention.start:
        words = words[0].lower() + words[1:]  # at a sentence's start
    measured = said.kind != "part"
    return Vicinity(
        start=said.start,
        end=said.end,
        field=said.anchor.mention.field,
        text=text[said.start : said.end],
        label=said.mention.text if said.mention else words,
        kind=said.kind,
        anchor=said.anchor,
        mention=said.mention,
        directions=said.points,
        distance_m=said.claim.claimed_m if said.claim else None,
        least_m=least if measured else None,
        most_m=most if measured else None,
        certain=f"The article says: {words}.",
        uncertain=_uncertain(said, place, least, most),
        geometry=geometry,
    )


# ---- how far ---------------------------------------------------------------------------------------------------------


def _reach(said: Whereabouts, place: Candidate) -> tuple[float, float] | None:
    """Between how many metres from the anchor's middle, or an area's edge, something lies; None where that is idle."""
    if said.kind == "part":
        return (0.0, 0.0) if _has_parts(place) else None
    if said.kind == "border":
        return 0.0, _BORDER_M["on" if said.close else "near"]
    if place.feature.startswith(_LINES):
        return None
    town, extent = not place.shape or place.feature.startswith("PPL"), extent_m(place)
    if town and place.feature.startswith(_NO_POINTS):
        return None  # an area of which only a point is known
    if said.kind == "off":
        if extent > _VAST_M and not said.points:
            return None
        return _stated(said, 0.0) or (0.0, _SHORE_M if said.close else _COAST_M)
    if not town and extent > _WIDEST_M:
        return None
    if said.kind == "outskirts":
        return _SKIRTS[0] * extent, max(_SKIRTS[1] * extent, _POINT_M)
    stated = _stated(said, extent if town else 0.0)
    if stated:
        return stated if stated[1] <= (_LONGEST_M if said.points else _LONGEST_RING_M) else None
    near = said.kind == "near" or said.close or said.suburb
    scale = _QUARTER if place.feature == "PPLX" else 1.0
    further = max(scale * _NEAR_M, extent) if near else min(max(scale * _BESIDE_M, 3 * extent), _FARTHEST_M)
    return 0.0, extent + further if town else further


def _has_parts(place: Candidate) -> bool:
    if place.feature.startswith("PPL"):
        return place.population >= _CITY
    several = place.feature.startswith("RGN") and "+country:" in place.shape
    return bool(place.shape) and place.feature != "CONT" and not several


def _stated(said: Whereabouts, extent: float) -> tuple[float, float] | None:
    """The bounds that a stated distance leaves, from the town's centre at least and from its edge at most."""
    if said.few:
        fewest, most = _FEW[said.few[0]]
        unit = METRES["mi" if said.few[1] == "miles" else "km"]
        return fewest * unit, most * unit + extent
    if said.claim is None:
        return None
    claim = said.claim
    low, high = claim.claimed_m, claim.claimed_max_m or claim.claimed_m
    if claim.kind == "route":
        return low / _DETOUR, high * (1 + _SHARE["exactly"]) + extent
    if claim.hedge in ("less than", "up to"):
        return 0.0, high + extent
    if claim.hedge in ("more than", "at least"):
        return low, _MORE * high + extent
    open_m = _SHARE[claim.hedge] * high
    return low - open_m, high + open_m + extent


# ---- areas -----------------------------------------------------------------------------------------------------------


def _headings(said: Whereabouts) -> tuple[Heading | None, ...]:
    """The directions as bearings; None is the centre of something."""
    found: list[Heading | None] = []
    for point in said.points:
        word = point.lower().replace("-", "").replace(" ", "").removesuffix("ern")
        if word not in _BEARINGS:
            found.append(None)
            continue
        between = len(word) > len("south") or said.due
        found.append((_BEARINGS[word], _NARROW if between else _WIDE))
    return tuple(found)


def _area(said: Whereabouts, place: Candidate, least: float, most: float) -> BaseGeometry:
    headings = _headings(said)
    if said.kind == "part":
        return part_of(place, headings)
    if said.kind == "border":
        other = said.other and said.other.candidate
        return along_border(place, other, most) if other else Polygon()
    if said.kind == "off":
        return off_coast(place, least, most, headings)
    area = around(place, least, most, tuple(heading for heading in headings if heading))
    return on_land(area) if said.ashore or said.kind == "outskirts" else area


# ---- words -----------------------------------------------------------------------------------------------------------


def _uncertain(said: Whereabouts, place: Candidate, least: float, most: float) -> str:
    """What the article leaves open, and what the map makes of it."""
    if said.kind == "part":
        return f"It does not say where that part of {place.name} begins; the map shows some six tenths of its length."
    if said.kind == "border":
        return f"It does not say where along the border; the map shows what lies within {format_distance(most)} of it."
    town = not place.shape or place.feature.startswith("PPL")
    middle = f"the centre of {place.name}" if place.feature.startswith("PPL") else place.name
    if said.kind == "off":
        middle = place.name if town else f"the shore of {place.name}"
    missing = [
        *(["distance"] if said.claim is None and said.few is None else []),
        *(["direction"] if not said.points else []),
    ]
    gives = f"It gives no {' and no '.join(missing)}" if missing else "It gives no exact spot"
    leeways = sorted({heading[1] for heading in _headings(said) if heading and said.kind != "off"})
    aside = f", up to {leeways[-1]:g}° to either side of that direction" if leeways else ""
    if least > 0:
        span = f"{format_distance(least)} to {format_distance(most)} from {middle}"
        return f"{gives}; the map shows what lies {span}{aside}."
    return f"{gives}; the map shows what lies within {format_distance(most)} of {middle}{aside}."
