"""A geopy geocoder over the shipped gazetteer: it drops in where Nominatim was, and asks no host."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, TypeAlias

from geopy.exc import GeocoderQueryError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from geostory.errors import GeostoryError
from geostory.models import Candidate
from geostory.search import Surroundings, describe, find_place, geocode_candidates, surroundings

__all__ = ["Geostory", "geocode_candidates"]

Near: TypeAlias = Point | tuple[float, float] | str


class Geostory(Geocoder):  # type: ignore[misc]
    """Geocodes places of the world, offline, with the candidates and in the order of the command ``geostory geocode``.

    Parameters
    ----------
    near : geopy.point.Point, (lat, lon) or str, optional
        Where names are meant to lie, a position or a place's name; places in and near it come first unless a call says
        otherwise.
    user_agent, timeout : optional
        Taken as geopy's other geocoders take them; there is no host to name oneself to or to wait for.

    Examples
    --------
    >>> location = Geostory().geocode("Paris, Texas")
    >>> location.address, round(location.latitude, 2)
    ('Paris, Lamar County, Texas, United States', 33.66)
    """

    def __init__(
        self, *, near: Near | None = None, user_agent: str | None = None, timeout: object = DEFAULT_SENTINEL
    ) -> None:
        super().__init__(user_agent=user_agent, timeout=timeout)
        self.near = _near(near)

    def geocode(
        self,
        query: str | Mapping[str, str],
        *,
        exactly_one: bool = True,
        limit: int | None = None,
        country: str | Iterable[str] | None = None,
        feature: str | None = None,
        near: Near | None = None,
        country_codes: str | Iterable[str] | None = None,
        featuretype: str | None = None,
        timeout: object = DEFAULT_SENTINEL,
        **shaping: object,
    ) -> Location | list[Location] | None:
        """Find a place by name.

        Parameters
        ----------
        query : str or mapping
            'Kyiv', 'Paris, TX', 'London, Ontario, Canada'; or parts of an address under the keys 'city', 'county',
            'state' and 'country': places of the first part's kind then come first.
        exactly_one : bool
            The likeliest location alone, or a list of all.
        limit : int, optional
            How many locations at most.
        country : str or iterable of str, optional
            Only places in this country, or in one of these: ISO 3166-1 alpha-2 or alpha-3 codes, or names.
        feature : str, optional
            Only places with this GeoNames feature code; PPL, ADM and PCL stand for all that begin with them.
        near : geopy.point.Point, (lat, lon) or str, optional
            Places in and near it come first: a position, or a place's name.
        country_codes, featuretype : optional
            Nominatim's names for the two filters: codes as a list or parted by commas; 'country', 'state', 'city' or
            'settlement'.
        timeout : optional
            As for other geocoders; nothing here waits.
        **shaping
            What Nominatim takes to shape its answer (language, addressdetails, viewbox ...): taken, so that this
            geocoder drops in where that one was, and without effect.

        Returns
        -------
        geopy.location.Location, list of them, or None
            None where nothing bears the name; ``raw`` holds the gazetteer's row.

        Raises
        ------
        geopy.exc.GeocoderQueryError
            If the query is empty or no query, or an option isn't what it should be.
        """
        _known(shaping)
        text, kind = _text(query)
        if limit is not None and limit < 1:
            raise GeocoderQueryError(f"limit must be 1 or more, not {limit}")
        if country is None and country_codes is not None:
            country = country_codes.split(",") if isinstance(country_codes, str) else country_codes
        if feature is None and featuretype is not None:
            feature = _kind(featuretype)
        try:
            found = geocode_candidates(text, near=_near(near) or self.near, country=country, feature=feature)
            if kind:
                own = set(geocode_candidates(text, feature=kind))
                found.sort(key=lambda place: place not in own)
        except GeostoryError as error:
            raise GeocoderQueryError(str(error)) from error
        locations = [_location(place) for place in found[: 1 if exactly_one else limit]]
        if not locations:
            return None
        return locations[0] if exactly_one else locations

    def reverse(
        self,
        query: Near,
        *,
        exactly_one: bool = True,
        limit: int | None = None,
        timeout: object = DEFAULT_SENTINEL,
        **shaping: object,
    ) -> Location | list[Location] | None:
        """Find what lies at a position: nearest town, county, region and country, or the sea.

        Parameters
        ----------
        query : geopy.point.Point, (lat, lon) or str
            The position, latitude first.
        exactly_one : bool
            One location that names all of it, standing at the nearest town (at sea: at the sea's own point); or a
            list, from the town outwards to the country.
        limit : int, optional
            How long that list may be.
        timeout : optional
            As for other geocoders; nothing here waits.
        **shaping
            As for :meth:`geocode`.

        Returns
        -------
        geopy.location.Location, list of them, or None
            ``raw`` holds the rows under 'town', 'county', 'region', 'country' and 'sea', and 'town_distance_m'.

        Raises
        ------
        geopy.exc.GeocoderQueryError
            If the query is no position, or ``limit`` is less than 1.
        """
        _known(shaping)
        if limit is not None and limit < 1:
            raise GeocoderQueryError(f"limit must be 1 or more, not {limit}")
        lat, lon = _pair(query)
        here = surroundings(lat=lat, lon=lon)
        parts = [here.sea] if here.sea else [here.town, here.county, here.region, here.country]
        known = [place for place in parts if place is not None]
        if not known:
            return None
        if exactly_one:
            return _surrounding_location(here, known)
        return [_location(place) for place in known[:limit]]


_SHAPING = {
    "addressdetails", "bounded", "extratags", "geometry", "language", "namedetails", "viewbox", "zoom",
}  # fmt: skip
_FEATURES = {"city": "PPL", "settlement": "PPL", "county": "ADM2", "state": "ADM1", "country": "PCL"}


def _known(shaping: Mapping[str, object]) -> None:
    """Refuse an option that no geocoder has, as a misspelt one would go unnoticed, and one that narrows."""
    for name in sorted(set(shaping) - _SHAPING):
        raise TypeError(f"no such option: {name!r}")
    if shaping.get("bounded"):
        raise GeocoderQueryError("bounded isn't known here; narrow by country, feature or near")


def _kind(featuretype: str) -> str:
    if featuretype not in _FEATURES:
        raise GeocoderQueryError(f"featuretype is one of country, state, city and settlement, not {featuretype!r}")
    return _FEATURES[featuretype]


def _text(query: object) -> tuple[str, str]:
    """A query as one text, and the feature code of what it asks for where it says so."""
    kind = ""
    if isinstance(query, Mapping):
        parts = {key: str(query[key]) for key in ("city", "county", "state", "country") if query.get(key)}
        if not parts:
            raise GeocoderQueryError("a query in parts needs one of 'city', 'county', 'state' and 'country'")
        kind = _FEATURES[next(iter(parts))]
        query = ", ".join(parts.values())
    if not isinstance(query, str) or not query.strip():
        raise GeocoderQueryError(f"a query is a place's name, not {query!r}")
    return query.strip(), kind


def _pair(query: object) -> tuple[float, float]:
    try:
        if not query:
            raise ValueError("nothing is given")
        point = query if isinstance(query, Point) else Point(query)
    except (TypeError, ValueError) as error:
        raise GeocoderQueryError(f"{query!r} is no position: give (lat, lon) in degrees ({error})") from error
    return float(point.latitude), float(point.longitude)


def _near(near: Near | None) -> Candidate | tuple[float, float] | None:
    if near is None:
        return None
    try:
        return _pair(near)
    except GeocoderQueryError:
        if not isinstance(near, str):
            raise
    try:
        return find_place(near)
    except GeostoryError as error:
        raise GeocoderQueryError(str(error)) from error


def _location(place: Candidate) -> Location:
    return Location(describe(place), (place.lat, place.lon), asdict(place))


def _surrounding_location(here: Surroundings, known: list[Candidate]) -> Location:
    names = [describe(known[0])] if here.sea else list(dict.fromkeys(place.name for place in known))
    rows = {"town": here.town, "county": here.county, "region": here.region, "country": here.country, "sea": here.sea}
    raw: dict[str, Any] = {key: asdict(place) if place else None for key, place in rows.items()}
    raw["town_distance_m"] = here.town_m if here.town else None
    return Location(", ".join(names), (known[0].lat, known[0].lon), raw)
