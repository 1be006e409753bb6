"""Stories as rows: the plain values that every table, JSON line, GeoJSON feature and data frame is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geostory.facts import Fact
from geostory.geodesy import geodesic_line, unwrap
from geostory.models import Article, Candidate, Distance, Place, Region, Vicinity
from geostory.region_statements import RegionStatement
from geostory.search import surroundings

if TYPE_CHECKING:
    import geopandas

    from geostory.story import Story

__all__ = [
    "COLUMNS",
    "Row",
    "Table",
    "article_row",
    "candidate_row",
    "candidate_table",
    "distance_row",
    "fact_row",
    "frame_of",
    "geodataframe",
    "place_row",
    "position",
    "region_row",
    "region_table",
    "story_table",
    "surroundings_table",
    "vicinity_row",
]

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows that belong together, one article's places say: ``head`` is shared, ``key`` what they are called."""

    head: Row
    key: str
    rows: Sequence[Row]
    geometries: Sequence[BaseGeometry | None]


def article_row(article: Article) -> Row:
    """An article as it was read: id, title, text, date, and the further fields it came with."""
    own = {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "date": article.date.isoformat() if article.date else None,
    }
    return own | {key: value for key, value in article.extra.items() if key not in own}


def place_row(place: Place) -> Row:
    """A place in an article; lat and lon are None where it was found and not placed."""
    mention, candidate = place.mention, place.candidate
    return {
        "start": mention.start,
        "end": mention.end,
        "field": mention.field,
        "text": mention.text,
        "name": candidate.name if candidate else None,
        "lat": round(candidate.lat, 6) if candidate else None,
        "lon": round(candidate.lon, 6) if candidate else None,
        "country": candidate.country if candidate else None,
        "feature": candidate.feature if candidate else None,
        "gazetteer_id": candidate.gazetteer_id if candidate else None,
        "role": mention.role,
        "confidence": round(place.confidence, 2),
        "reason": place.reason,
        "rivals": [
            {key: getattr(rival, key) for key in ("name", "admin1", "country", "feature", "gazetteer_id")}
            | {"lat": round(rival.lat, 6), "lon": round(rival.lon, 6)}
            for rival in place.rivals
        ],
    }


def position(lonlat: tuple[float, float]) -> list[float]:
    """A position as [lon, lat] with lon within ±180, as RFC 7946 asks."""
    lon, lat = lonlat
    return [round((lon + 180) % 360 - 180, 6), round(lat, 6)]


def _end_row(place: Place) -> Row:
    row = place_row(place)
    return {key: row[key] for key in ("text", "name", "lat", "lon", "gazetteer_id")}


def distance_row(distance: Distance) -> Row:
    """A stated distance with what was measured for it, lengths in metres; ``from`` and ``to`` are (lon, lat).

    ``claimed_m`` is the middle of a range; a bound such as 'fewer than' leaves ``claimed_low_m`` or ``claimed_high_m``
    open.
    """
    claim, measure = distance.claim, distance.measure
    return {
        "start": claim.start,
        "end": claim.end,
        "field": claim.field,
        "text": claim.text,
        "value": claim.value,
        "unit": claim.unit,
        "hedge": claim.hedge,
        "kind": claim.kind,
        "claimed_m": round((claim.claimed_m + (claim.claimed_max_m or claim.claimed_m)) / 2, 1),
        "claimed_low_m": None if claim.hedge in ("less than", "up to") else round(claim.claimed_m, 1),
        "claimed_high_m": None
        if claim.hedge in ("more than", "at least")
        else round(claim.claimed_max_m or claim.claimed_m, 1),
        "measured_m": round(measure.distance_m, 1) if measure else None,
        "error_m": round(measure.error_m, 1) if measure else None,
        "between": measure.between if measure else None,
        "endpoints": [_end_row(end) for end in claim.ends],
        "from": position(measure.start) if measure else None,
        "to": position(measure.end) if measure else None,
        "sources": list(measure.sources) if measure else [],
        "verdict": distance.verdict,
        "explanation": distance.reason,
    }


def fact_row(fact: Fact) -> Row:
    """A statement that the gazetteer contradicts, with the sentence for the desk and the row that it rests on."""
    return {
        "start": fact.start,
        "end": fact.end,
        "field": fact.field,
        "text": fact.text,
        "kind": fact.kind,
        "note": fact.note,
        "gazetteer_id": fact.gazetteer_id,
        "source": fact.source,
    }


def statement_row(said: RegionStatement) -> Row:
    """What the article itself says of a region, and what contradicts it."""
    return {
        "region": said.region,
        "kind": said.kind,
        "by": said.by or None,
        "start": said.start,
        "end": said.end,
        "field": said.field,
        "words": said.words,
        "contradicts": said.contradicts or None,
    }


def region_row(region: Region) -> Row:
    """A region in question as it stands on its day, with whose word each statement rests on."""
    return {
        "id": region.id,
        "name": region.name,
        "status": region.status,
        "claimed_by": region.claimed_by or None,
        "claims": [
            {
                "claimed_by": claim.claimed_by or None,
                "held_by": claim.held_by or None,
                "associated_with": claim.associated_with or None,
                "claimed_from": claim.claimed_from or None,
                "status": claim.status,
                "valid_from": claim.valid_from.isoformat(),
                "valid_to": claim.valid_to.isoformat() if claim.valid_to else None,
                "precision": claim.precision,
            }
            for claim in region.claims
        ],
        "recognised_as": region.recognised_as,
        "belongs_to": region.belongs_to or None,
        "control": region.control or None,
        "valid_from": region.valid_from.isoformat(),
        "valid_to": region.valid_to.isoformat() if region.valid_to else None,
        "as_of": region.as_of.isoformat(),
        "worldview": region.worldview,
        "summary": region.summary,
        "sources": [
            {"title": s.title, "address": s.address, "date": s.date, "quote": s.quote, "checked": s.checked}
            for s in region.sources
        ],
        "mentions": [{"start": m.start, "end": m.end, "field": m.field, "text": m.text} for m in region.mentions],
        "reason": region.reason or None,
    }


def vicinity_row(vicinity: Vicinity) -> Row:
    """What is placed by a known place only: the words, that place, and what they leave open; lengths in metres."""
    return {
        "start": vicinity.start,
        "end": vicinity.end,
        "field": vicinity.field,
        "text": vicinity.text,
        "label": vicinity.label,
        "kind": vicinity.kind,
        "anchor": _end_row(vicinity.anchor),
        "directions": list(vicinity.directions),
        "distance_m": _rounded(vicinity.distance_m),
        "least_m": _rounded(vicinity.least_m),
        "most_m": _rounded(vicinity.most_m),
        "uncertain": vicinity.uncertain,
    }


def _rounded(metres: float | None) -> float | None:
    return None if metres is None else round(metres, 1)


def candidate_row(candidate: Candidate) -> Row:
    """A gazetteer row."""
    return {
        "name": candidate.name,
        "lat": round(candidate.lat, 6),
        "lon": round(candidate.lon, 6),
        "country": candidate.country,
        "admin1": candidate.admin1,
        "admin2": candidate.admin2,
        "feature": candidate.feature,
        "population": candidate.population,
        "gazetteer_id": candidate.gazetteer_id,
        "source": candidate.source,
    }


def candidate_table(query: str, candidates: Sequence[Candidate]) -> Table:
    """The places that a name may stand for, each with the name that was asked for."""
    rows = [{"query": query} | candidate_row(candidate) for candidate in candidates]
    points = [Point(candidate.lon, candidate.lat) for candidate in candidates]
    return Table(head={}, key="candidates", rows=rows, geometries=points)


def surroundings_table(positions: Sequence[tuple[float, float]]) -> Table:
    """What holds each (lat, lon), and the nearest town with its distance in metres; None where there is nothing."""
    rows = []
    for lat, lon in positions:
        here = surroundings(lat=lat, lon=lon)
        town = here.town
        names = {key: getattr(here, key) and getattr(here, key).name for key in ("region", "county", "sea", "town")}
        rows.append(
            {
                "lat": lat,
                "lon": lon,
                "country": here.country.country if here.country else None,
                "country_name": here.country.name if here.country else None,
                **names,
                "town_lat": round(town.lat, 6) if town else None,
                "town_lon": round(town.lon, 6) if town else None,
                "town_gazetteer_id": town.gazetteer_id if town else None,
                "town_distance_m": round(here.town_m, 1) if town else None,
            }
        )
    points = [Point(lon, lat) for lat, lon in positions]
    return Table(head={}, key="surroundings", rows=rows, geometries=points)


def story_table(story: Story, what: str) -> Table:
    """One story's places, distances, regions or vicinities; an unplaced name has the area that the text gives it."""
    head: Row = {"id": story.article.id, "text_sha256": story.article.text_sha256, "recogniser": story.recogniser}
    head |= {"as_of": story.as_of.isoformat(), "as_of_from": story.dated_by, "worldview": story.worldview}
    if story.profile:
        head |= {"profile": story.profile.hash}
    if story.notes:
        head |= {"language": story.language, "notes": list(story.notes)}
    if story.facts:
        head |= {"facts": [fact_row(fact) for fact in story.facts]}
    if said := [statement_row(statement) for statement in story.statements]:
        head |= {"statements": said}
    if what == "places":
        areas = {v.mention: v.geometry for v in story.vicinities if v.mention}
        spots = [Point(p.candidate.lon, p.candidate.lat) if p.candidate else areas.get(p.mention) for p in story.places]
        return Table(head=head, key=what, rows=[place_row(p) for p in story.places], geometries=spots)
    if what == "vicinities":
        rows = [vicinity_row(vicinity) for vicinity in story.vicinities]
        return Table(head=head, key=what, rows=rows, geometries=[vicinity.geometry for vicinity in story.vicinities])
    if what == "distances":
        # Cut at the antimeridian, as RFC 7946 asks.
        lines = [
            unwrap(geodesic_line(d.measure.start, d.measure.end), -180) if d.measure else None for d in story.distances
        ]
        return Table(head=head, key=what, rows=[distance_row(d) for d in story.distances], geometries=lines)
    return region_table(story.regions, head=head)


def region_table(regions: Sequence[Region], *, head: Row | None = None) -> Table:
    """Regions as a table of their own."""
    return Table(
        head=head or {}, key="regions", rows=[region_row(r) for r in regions], geometries=[r.geometry for r in regions]
    )


COLUMNS = {
    "places": ("start", "end", "field", "text", "name", "lat", "lon", "country", "feature", "gazetteer_id", "role",
               "confidence", "reason", "rivals"),
    "distances": ("start", "end", "field", "text", "value", "unit", "hedge", "kind", "claimed_m", "claimed_low_m",
                  "claimed_high_m", "measured_m", "error_m", "between", "endpoints", "from", "to", "sources", "verdict",
                  "explanation"),
    "regions": ("id", "name", "status", "claimed_by", "claims", "recognised_as", "belongs_to", "control", "valid_from",
                "valid_to", "as_of", "worldview", "summary", "sources", "mentions", "reason"),
    "vicinities": ("start", "end", "field", "text", "label", "kind", "anchor", "directions", "distance_m", "least_m",
                   "most_m", "uncertain"),
}  # fmt: skip
"""The columns of each table, in order, so that an empty one has them too."""


def geodataframe(story: Story, what: str) -> geopandas.GeoDataFrame:
    """See :meth:`geostory.story.Story.geodataframe`."""
    return frame_of(story_table(story, what))


def frame_of(table: Table) -> geopandas.GeoDataFrame:
    """A table's rows and geometries as a GeoDataFrame in EPSG:4326."""
    import geopandas

    columns: dict[str, list[Any]] = {name: [row[name] for row in table.rows] for name in COLUMNS[table.key]}
    return geopandas.GeoDataFrame(columns, geometry=list(table.geometries), crs="EPSG:4326")
