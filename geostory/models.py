"""The values that flow through geostory: frozen, checked when made, with no behaviour beyond their own facts.

All positions are WGS 84; attributes named ``lat`` and ``lon`` are degrees, geometries are longitude before latitude,
and lengths are metres. Offsets are half-open and count Unicode code points.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from shapely.geometry.base import BaseGeometry

__all__ = [
    "Article",
    "Candidate",
    "Checked",
    "Claim",
    "Distance",
    "DistanceClaim",
    "Field",
    "Hedge",
    "MapWords",
    "Measure",
    "Mention",
    "Place",
    "Profile",
    "Region",
    "Role",
    "Source",
    "Verdict",
    "Vicinity",
]

Field = Literal["title", "text"]
Role = Literal["literal", "metonym", "demonym"]
Hedge = Literal["exactly", "about", "less than", "more than", "at least", "up to", "between", "just"]
Verdict = Literal["agrees", "agrees within the error", "differs", "cannot be checked"]
Checked = Literal["package", "page", "unchecked"]
VicinityKind = Literal["beside", "at a distance", "near", "outskirts", "off", "border", "part"]


@dataclass(frozen=True, kw_only=True)
class Article:
    """One news article as it was read.

    Parameters
    ----------
    id : str
        The identifier it came with, else the first 16 hex digits of the hash of its title and text.
    title, text : str
        Never altered after reading: every offset counts into them.
    date : datetime.date, optional
        From metadata or the caller; None where nobody said.
    source : str
        What it was read from, for messages.
    extra : Mapping
        Further fields that came with it (JSONL), kept as they were.
    """

    title: str
    text: str
    id: str = ""
    date: date | None = None
    source: str = ""
    extra: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", self._hash[:16])

    @cached_property
    def _hash(self) -> str:
        return hashlib.sha256(f"{self.title}\n\n{self.text}".encode()).hexdigest()

    @cached_property
    def text_sha256(self) -> str:
        """SHA-256 of the text's UTF-8 bytes, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def name(self) -> str:
        """File name without ending: an ASCII slug of the title and eight hex digits, so that equal titles both live."""
        ascii_title = unicodedata.normalize("NFKD", self.title or self.id).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", ascii_title.lower()).strip("-")[:60].strip("-") or "article"
        digits = hashlib.sha256(f"{self.id}\n{self._hash}".encode()).hexdigest()[:8]
        return f"{slug}-{digits}"

    def field_text(self, name: Field) -> str:
        """The title or the text."""
        return self.title if name == "title" else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A toponym as it stands in an article: ``article.field_text(field)[start:end] == text``."""

    start: int
    end: int
    field: Field
    text: str
    role: Role = "literal"

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or len(self.text) != self.end - self.start:
            raise ValueError(f"a mention's span {self.start}..{self.end} does not hold {self.text!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One gazetteer row that a name may stand for.

    ``feature`` is a GeoNames feature code (PCLI, ADM1, PPLC, SEA ...), ``country`` an ISO 3166-1 alpha-2 code or
    empty, ``admin1`` and ``admin2`` are names as shown to a reader, ``shape`` is a key for
    :meth:`geostory.boundaries.Boundaries.shape` or empty where only a point is known. ``match`` says how the name led
    here: 'name', 'alternate', 'abbreviation', 'demonym' or 'spelling' (of a name that is nearly so).
    """

    gazetteer_id: str
    name: str
    lat: float
    lon: float
    feature: str
    country: str = ""
    country_name: str = ""
    admin1: str = ""
    admin2: str = ""
    population: int = 0
    shape: str = ""
    source: str = ""
    match: str = "name"

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"{self.name}: no such position: lat {self.lat}, lon {self.lon}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A mention and the candidate it was resolved to; ``candidate`` is None where it was found and not placed."""

    mention: Mention
    candidate: Candidate | None
    confidence: float
    reason: str
    rivals: tuple[Candidate, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"a confidence lies between 0 and 1, not at {self.confidence}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a statement or a figure rests on, and how that was checked."""

    title: str
    address: str = ""
    date: str = ""
    quote: str = ""
    checked: Checked = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class DistanceClaim:
    """A distance that an article states.

    ``claimed_m`` is the stated value in metres (the lower one of a range, with ``claimed_max_m`` the upper);
    ``kind`` is 'straight', 'route' (road, rail, flight, sailing) or 'relative' (one named end only).
    ``ends`` are the named endpoints, in the order of the text.
    """

    start: int
    end: int
    field: Field
    text: str
    value: float
    unit: str
    claimed_m: float
    claimed_max_m: float | None = None
    hedge: Hedge = "exactly"
    kind: Literal["straight", "route", "relative"] = "straight"
    ends: tuple[Place, ...] = ()
    ends_mainland: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A geodesic measured between two places.

    ``start`` and ``end`` are (lon, lat) of the two nearest points, ``between`` says which parts in plain words
    ('shore to shore', 'point to point'), ``error_m`` how far sources of the shapes are known to differ.
    """

    distance_m: float
    start: tuple[float, float]
    end: tuple[float, float]
    between: str
    error_m: float
    sources: tuple[str, ...] = ()

    @property
    def km(self) -> float:
        """Kilometres; these four names are those of geopy's Distance."""
        return self.distance_m / 1000.0

    @property
    def miles(self) -> float:
        """Statute miles of 1,609.344 m."""
        return self.distance_m / 1609.344

    @property
    def nautical(self) -> float:
        """Nautical miles of 1,852 m."""
        return self.distance_m / 1852.0

    @property
    def feet(self) -> float:
        """International feet of 0.3048 m."""
        return self.distance_m / 0.3048


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """A claim, what was measured for it, and whether the two agree."""

    claim: DistanceClaim
    measure: Measure | None
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vicinity:
    """An area in which something lies that an article places by a known place only ('a suburb north of Cairo').

    Parameters
    ----------
    start, end : int
        Half-open span of the words in code points: ``article.field_text(field)[start:end] == text``.
    label : str
        The shortest of these words that say where: 'north of Cairo'; or the name of what lies there.
    kind : str
        'beside' (a direction), 'at a distance', 'near', 'outskirts', 'off' (a coast), 'border' or 'part'.
    anchor : Place
        The known place.
    mention : Mention, optional
        The unplaced toponym to which the area belongs.
    directions : tuple of str
        As the article has them ('south-east', 'northern'); empty where it gives none.
    distance_m : float, optional
        As stated, in metres; None where no figure is.
    least_m, most_m : float, optional
        Between how many metres from the anchor the area was drawn; None for a part of it.
    certain, uncertain : str
        What the article says, and what it leaves open, in one sentence each.
    geometry : BaseGeometry
        Polygon or MultiPolygon in EPSG:4326.
    """

    start: int
    end: int
    field: Field
    text: str
    label: str
    kind: VicinityKind
    anchor: Place
    certain: str
    uncertain: str
    geometry: BaseGeometry
    mention: Mention | None = None
    directions: tuple[str, ...] = ()
    distance_m: float | None = None
    least_m: float | None = None
    most_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement on a region: who claims it, holds it or is associated with it, from whom, and since when.

    Exactly one of ``claimed_by``, ``held_by`` and ``associated_with`` is filled: who occupies or leases land holds it,
    and need not claim it; none is of land that no state claims. ``status`` is 'annexed', 'occupied', 'disputed',
    'breakaway', 'leased', 'dependent', 'free association' or 'unclaimed';
    ``claimed_from`` is empty where nobody else holds the region. Of a claim with ``precision`` 'year' or 'month' no
    finer date is known than that of ``valid_from``.
    """

    claimed_by: str
    claimed_from: str
    status: str
    valid_from: date
    valid_to: date | None
    precision: str = "day"
    held_by: str = ""
    associated_with: str = ""

    @property
    def party(self) -> str:
        """Whose the statement is, whichever of the three it is."""
        return self.claimed_by or self.held_by or self.associated_with


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region in question as it stands on one day, in one worldview, and the mentions that speak of it.

    One whose last claim ended within a year before that day has the status 'past', ``valid_to`` as its last day and
    ``claim`` to say so ('In question until 30 June 1997 (territory of United Kingdom)'); it is nobody's in any view.

    ``status`` is that of the first of the ``claims`` that anybody disputes, and ``claim`` says it for a legend
    ('Annexed by Russia'); ``claimed_by`` names all claimants, and is empty where nobody claims
    it, as of land that is only held. ``belongs_to`` says whose the region is in the worldview,
    and is empty where that is undetermined; ``recognised_as`` says it in words. ``control`` says who holds it by a
    dated source, or is empty where no such source is shipped. ``valid_from`` and ``valid_to`` bound the claims. The
    geometry is a point where no shipped polygon shows the region honestly. A ``quiet`` region is one that nobody
    disputes, such as a territory in free association. ``reason`` says how an article's words led to it. ``where`` and
    ``away_m`` are filled by :func:`geostory.who` only: how the point asked for lies to it.
    """

    id: str
    name: str
    status: str
    claim: str
    claimed_by: str
    claims: tuple[Claim, ...]
    recognised_as: str
    belongs_to: str
    control: str
    valid_from: date
    valid_to: date | None
    summary: str
    sources: tuple[Source, ...]
    geometry: BaseGeometry
    as_of: date
    worldview: str
    quiet: bool = False
    mentions: tuple[Mention, ...] = ()
    reason: str = ""
    where: str = ""
    away_m: float | None = None


@dataclass(frozen=True, kw_only=True)
class MapWords:
    """An editor's own words for one map, each in place of what geostory would write; empty ones are left to it.

    Parameters
    ----------
    title, caption, description : str
        The map's own title, the sentences beside it, and what is read to those who can't see it.
    credit : str
        Who made the map; the sources of its data stand after it, as their licences ask.
    corrected : datetime.date, optional
        The day on which the map was corrected.
    correction : str
        What was corrected.
    """

    title: str = ""
    caption: str = ""
    description: str = ""
    credit: str = ""
    corrected: date | None = None
    correction: str = ""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The home of one source of articles, as its own articles showed it once: frozen, and named by its hash.

    Parameters
    ----------
    name : str
        What the source is called, in printable characters.
    articles, places : int
        How many articles it rests on, and how many different places they name.
    countries : Mapping
        ISO 3166-1 alpha-2 code to the share of what the articles name that lies there; at most 1 together.
    regions : Mapping
        (country, first-level region's name) to the share of what lies in such a region at all.
    point : (lat, lon), optional
        The town amid the towns that they name, in degrees; None for a national or world source.
    spread_km : float
        Half of those towns, each article counting as one, lie no farther from it; 0 where there is no point.

    Examples
    --------
    >>> profile = Profile(name="The Bee", articles=9, places=3, countries={"US": 1.0}, regions={("US", "Maine"): 0.5})
    >>> profile.share(Candidate(gazetteer_id="", name="Bath", lat=43.9, lon=-69.8, feature="PPL", country="US",
    ...                         admin1="Maine"))
    0.75
    """

    name: str
    articles: int
    places: int
    countries: Mapping[str, float]
    regions: Mapping[tuple[str, str], float]
    point: tuple[float, float] | None = None
    spread_km: float = 0.0

    def __post_init__(self) -> None:
        if not (0 < len(self.name) <= 200 and self.name.isprintable()):
            raise ValueError("name has to be 1 to 200 printable characters")
        for field_name in ("articles", "places"):
            if not 1 <= getattr(self, field_name) <= 1_000_000_000:
                raise ValueError(f"{field_name} has to be a whole number of 1 or more")
        for code in [*self.countries, *(code for code, _ in self.regions)]:
            if not re.fullmatch("[A-Z]{2}", code):
                raise ValueError(f"{code[:40]!r} is no country code such as US")
        for region in (region for _, region in self.regions):
            if not (0 < len(region) <= 200 and region.isprintable()):
                raise ValueError("a region's name has to be 1 to 200 printable characters")
        for field_name in ("countries", "regions"):
            _check_shares(field_name, getattr(self, field_name))
        if self.point and not (-90 <= self.point[0] <= 90 and -180 <= self.point[1] <= 180):
            raise ValueError("the home point needs a lat within ±90 and a lon within ±180")
        if not 0 <= self.spread_km <= (20_100 if self.point else 0):
            raise ValueError("spread_km lies between 0 and half the way round the earth, and needs a home point")

    @cached_property
    def text(self) -> str:
        """The profile's file (TOML), the largest shares first: the same characters for the same profile."""
        lines = [
            "# Where a source is at home: shares of the places that its articles name, found by 'geostory profile'.",
            f"name = {_quoted(self.name)}",
            f"articles = {self.articles}",
            f"places = {self.places}",
        ]
        if self.point:
            lat, lon = self.point
            lines += ["", "[home]", f"lat = {lat!r}", f"lon = {lon!r}", f"spread_km = {self.spread_km!r}"]
        lines += ["", "[countries]", *(f"{code} = {share!r}" for code, share in _falling(self.countries))]
        for country in sorted({code for code, _ in self.regions}):
            own = {name: share for (code, name), share in self.regions.items() if code == country}
            lines += ["", f"[regions.{country}]", *(f"{_quoted(name)} = {share!r}" for name, share in _falling(own))]
        return "\n".join(lines) + "\n"

    @cached_property
    def hash(self) -> str:
        """The first 16 hex digits of the SHA-256 of :attr:`text`."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    def share(self, candidate: Candidate) -> float:
        """How much of what the source names lies around a candidate: half its country's share, half its region's."""
        region = candidate.name if candidate.feature == "ADM1" else candidate.admin1
        in_region = self.regions.get((candidate.country, region), 0.0)
        return 0.5 * self.countries.get(candidate.country, 0.0) + 0.5 * in_region


def _check_shares(name: str, shares: Mapping[Any, float]) -> None:
    if not all(0 <= share <= 1 for share in shares.values()):
        raise ValueError(f"a share in {name} lies outside 0..1")
    # Each is rounded to four decimals.
    if sum(shares.values()) > 1 + 0.00005 * len(shares) + 1e-9:
        raise ValueError(f"the shares in {name} make more than 1 together")


def _falling(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(shares.items(), key=lambda item: (-item[1], item[0]))


def _quoted(text: str) -> str:
    """A printable text as a TOML string."""
    return json.dumps(text, ensure_ascii=False)
