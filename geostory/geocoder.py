"""A geopy geocoder over the shipped gazetteer: it drops in where Nominatim was, and asks no host."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, TypeAlias

from geopy.exc import GeocoderQueryError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from geostory.models import Candidate
from geostory.search import Surroundings, describe, geocode_candidates, surroundings

__all__ = ["Geostory", "geocode_candidates"]

Near: TypeAlias = Point | tuple[float, float] | str


class Geostory(Geocoder):  # type: ignore[misc]
    """Geocodes places of the world, offline.

    Parameters
    ----------
    near : geopy.point.Point or (lat, lon), optional
        Where names are meant to lie; places near it come first unless a call says otherwise.
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
        self.near = _pair(near)

    def geocode(
        self,
        query: str | Mapping[str, str],
        *,
        exactly_one: bool = True,
        limit: int | None = None,
        country_codes: str | Iterable[str] | None = None,
        near: Near | None = None,
        timeout: object = DEFAULT_SENTINEL,
        **shaping: object,
    ) -> Location | list[Location] | None:
        """Find a place by name.

        Parameters
        ----------
        query : str or mapping
            'Kyiv', 'Paris, TX', 'London, Ontario, Canada'; or parts of an address under the keys 'city', 'county',
            'state' and 'country'.
        exactly_one : bool
            The likeliest location alone, or a list of all.
        limit : int, optional
            How many locations at most.
        country_codes : str or iterable of str, optional
            ISO 3166-1 alpha-2 codes of the countries to look in.
        near : geopy.point.Point or (lat, lon), optional
            Places near it come first.
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
            If the query is empty or no query, or ``limit`` or ``near`` isn't what it should be.
        """
        _known(shaping)
        text = _text(query)
        if limit is not None and limit < 1:
            raise GeocoderQueryError(f"limit must be 1 or more, not {limit}")
        found = geocode_candidates(text, near=_pair(near) or self.near)
        if country_codes is not None:
            codes = country_codes.split(",") if isinstance(country_codes, str) else country_codes
            wanted = {code.strip().upper() for code in codes}
            found = [place for place in found if place.country in wanted]
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
        pair = _pair(query)
        if pair is None:
            raise GeocoderQueryError("reverse needs a position: a geopy Point or a (lat, lon) pair")
        here = surroundings(lat=pair[0], lon=pair[1])
        parts = [here.sea] if here.sea else [here.town, here.county, here.region, here.country]
        known = [place for place in parts if place is not None]
        if not known:
            return None
        if exactly_one:
            return _surrounding_location(here, known)
        return [_location(place) for place in known[:limit]]


_SHAPING = {
    "addressdetails", "bounded", "extratags", "featuretype", "geometry", "language", "namedetails", "viewbox", "zoom",
}  # fmt: skip


def _known(shaping: Mapping[str, object]) -> None:
    """Refuse an option that no geocoder has, as a misspelt one would go unnoticed."""
    for name in sorted(set(shaping) - _SHAPING):
        raise TypeError(f"no such option: {name!r}")


def _text(query: object) -> str:
    if isinstance(query, Mapping):
        query = ", ".join(str(query[key]) for key in ("city", "county", "state", "country") if query.get(key))
    if not isinstance(query, str) or not query.strip():
        raise GeocoderQueryError(f"a query is a place's name, not {query!r}")
    return query.strip()


def _pair(near: object) -> tuple[float, float] | None:
    if near is None:
        return None
    try:
        point = near if isinstance(near, Point) else Point(near)
    except (TypeError, ValueError) as error:
        raise GeocoderQueryError(f"{near!r} is no position: give (lat, lon) in degrees ({error})") from error
    return float(point.latitude), float(point.longitude)


def _location(place: Candidate) -> Location:
    return Location(describe(place), (place.lat, place.lon), asdict(place))


def _surrounding_location(here: Surroundings, known: list[Candidate]) -> Location:
    names = [describe(known[0])] if here.sea else list(dict.fromkeys(place.name for place in known))
    rows = {"town": here.town, "county": here.county, "region": here.region, "country": here.country, "sea": here.sea}
    raw: dict[str, Any] = {key: asdict(place) if place else None for key, place in rows.items()}
    raw["town_distance_m"] = here.town_m if here.town else None
    return Location(", ".join(names), (known[0].lat, known[0].lon), raw)
