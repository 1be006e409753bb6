"""Profiles of sources: where a paper or feed is at home, learned once from its articles and kept in a file.

A profile helps to decide between places of one name where an article does not. It is made by a command of its own and
never changes by use, so that where an article's places are put depends on the article and on the files given, and on
nothing that was read before.
"""

import math
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from geostory.containers import area_of
from geostory.errors import ReadError, UsageError
from geostory.mentions import find_mentions
from geostory.models import Article, Candidate, Profile
from geostory.recogniser import Recogniser
from geostory.resolve import resolve
from geostory.senses import kilometres, units

__all__ = ["learn_profile", "read_profile", "write_profile"]

_SURE = 0.8  # confidence from which a place counts
_HOME_KM = 161.0  # within which half the towns lie where a source has one home
_LEAST = 5  # articles that name towns, below which nothing is said of a home
_MOST_BYTES = 1_000_000

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_Weights = dict[_Key, list[float]]


def learn_profile(
    articles: Iterable[Article], *, name: str = "an unnamed source", recogniser: Recogniser = "fast"
) -> Profile:
    """The home of a source, from a number of its articles.

    Only places of confidence 0.8 or more count, and peoples do not. Every article counts as one, shared equally between
    the different places that it names, however often it names them. The order of the articles makes no difference.
    The home point is the town from which all towns named have the least sum of distances (their geometric median, taken
    among themselves). There is none where half of them lie farther from it than 161 km, or where fewer than five
    articles name a town.

    Parameters
    ----------
    articles : iterable of Article
    name : str
        What the source is called.
    recogniser : 'fast' or 'accurate'
        Which model finds the places.

    Raises
    ------
    ReadError
        If no article names a place that is sure.
    UsageError
        If there is no such recogniser, or the name is empty, longer than 200 characters or not printable.

    Examples
    --------
    >>> profile = learn_profile([Article(title="", text="The ferry left Tangier for Casablanca in Morocco.")])
    >>> profile.countries["MA"], profile.articles, profile.places
    (1.0, 1, 3)
    """
    if not (0 < len(name) <= 200 and name.isprintable()):
        raise UsageError("a source's name has to be 1 to 200 printable characters")
    countries: _Weights[str] = defaultdict(list)
    regions: _Weights[tuple[str, str]] = defaultdict(list)
    towns: _Weights[Candidate] = defaultdict(list)
    read = rests_on = with_towns = 0
    seen: dict[str, Candidate] = {}
    for article in articles:
        read += 1
        named, visited = _sure_places(article, recogniser)
        # A place is one, by whichever of its names it was found.
        named, visited = ({key: seen.setdefault(key, c) for key, c in some.items()} for some in (named, visited))
        _share_out(countries, [c.country for c in named.values()])
        _share_out(regions, [area_of(c) for c in named.values() if all(area_of(c))])
        _share_out(towns, list(visited.values()))
        rests_on += bool(named)
        with_towns += bool(visited)
    if not seen:
        raise ReadError(f"there is nothing to make a profile of: no place is sure in {read} article{'s' * (read != 1)}")
    point, spread_km = _home(_shares(towns)) if with_towns >= _LEAST else (None, 0.0)
    return Profile(
        name=name,
        articles=rests_on,
        places=len(seen),
        countries=_rounded(_shares(countries)),
        regions=_rounded(_shares(regions)),
        point=point,
        spread_km=spread_km,
    )


def _sure_places(article: Article, recogniser: Recogniser) -> tuple[dict[str, Candidate], dict[str, Candidate]]:
    """The places of some country that an article is sure to name, by identifier; and the towns where something is."""
    named: dict[str, Candidate] = {}
    towns: dict[str, Candidate] = {}
    for place in resolve(article, find_mentions(article, recogniser=recogniser)):
        candidate, role = place.candidate, place.mention.role
        if candidate and candidate.country and place.confidence >= _SURE and role != "demonym":
            named[candidate.gazetteer_id] = candidate
            if role == "literal" and candidate.feature.startswith("PPL"):
                towns[candidate.gazetteer_id] = candidate
    return named, towns


def _share_out(weights: _Weights[_Key], keys: list[_Key]) -> None:
    for key in keys:
        weights[key].append(1 / len(keys))


def _shares(weights: _Weights[_Key]) -> dict[_Key, float]:
    """What each makes of the whole; fsum gives the same sum whatever the order."""
    total = math.fsum(value for values in weights.values() for value in values)
    return {key: math.fsum(values) / total for key, values in weights.items()}


def _rounded(shares: Mapping[_Key, float]) -> dict[_Key, float]:
    """To four decimals, without what is nothing then."""
    return {key: value for key, share in shares.items() if (value := round(share, 4))}


def _home(shares: Mapping[Candidate, float]) -> tuple[tuple[float, float] | None, float]:
    """The town amid the others as (lat, lon), and the radius in km that holds half of them; None where that is wide."""
    towns = sorted(shares, key=lambda town: town.gazetteer_id)
    weights = np.array([shares[town] for town in towns])
    points = units(towns)
    sums = [float(kilometres(point[None], points)[0] @ weights) for point in points]
    home = int(np.argmin(sums))
    distances = kilometres(points[home][None], points)[0]
    order = np.argsort(distances, kind="stable")
    half = order[int(np.searchsorted(np.cumsum(weights[order]), 0.5 - 1e-9))]
    if distances[half] > _HOME_KM:
        return None, 0.0
    return (round(towns[home].lat, 4), round(towns[home].lon, 4)), round(float(distances[half]), 1)


# --- the file ---------------------------------------------------------------------------------------------------------


def write_profile(profile: Profile, path: str | PathLike[str]) -> None:
    """Write a profile as a TOML file, whole or not at all; the same profile always gives the same bytes.

    Raises
    ------
    WriteError
        If the file cannot be written.
    """
    from geostory.files import write_whole

    write_whole(path, profile.text)


def read_profile(path: str | PathLike[str]) -> Profile:
    """A profile as :func:`write_profile` wrote it.

    Parameters
    ----------
    path : path
        Of a TOML file of 1 MB at most.

    Raises
    ------
    ReadError
        If the file cannot be read, or is no profile; the text says what is wrong with it.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise ValueError("it is larger than 1 MB")
        return _profile(tomllib.loads(data.decode("utf-8-sig")))
    except OSError as error:
        raise ReadError(f"{path}: the profile cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise ReadError(f"{path}: no profile: it is no UTF-8 text; 'geostory profile' makes one") from None
    except RecursionError:
        raise ReadError(f"{path}: no profile: its tables go too deep; 'geostory profile' makes one") from None
    except ValueError as error:
        raise ReadError(f"{path}: no profile: {error}; 'geostory profile' makes one") from None


def _profile(raw: dict[str, Any]) -> Profile:
    _only(raw, "name", "articles", "places", "home", "countries", "regions")
    home = _table(raw, "home")
    if home:
        _only(home, "lat", "lon", "spread_km")
    return Profile(
        name=_value(raw, "name", str),
        articles=_value(raw, "articles", int),
        places=_value(raw, "places", int),
        countries={code: _number(raw["countries"], code) for code in _value(raw, "countries", dict)},
        regions={
            (code, name): _number(_table(_table(raw, "regions"), code), name)
            for code in _table(raw, "regions")
            for name in _table(_table(raw, "regions"), code)
        },
        point=(_number(home, "lat"), _number(home, "lon")) if home else None,
        spread_km=_number(home, "spread_km") if home else 0.0,
    )


def _only(table: dict[str, Any], *known: str) -> None:
    if unknown := sorted(set(table) - set(known)):
        raise ValueError(f"unknown key {unknown[0][:40]!r}; there are {', '.join(known)}")


def _value(table: dict[str, Any], key: str, kind: type[_Value]) -> _Value:
    if key not in table:
        raise ValueError(f"the key {key!r} is missing")
    value = table[key]
    if type(value) is not kind:  # True is an int to isinstance
        words = {str: "a text", int: "a whole number", dict: "a table"}[kind]
        raise ValueError(f"{key[:40]!r} has to be {words}")
    return value


def _table(table: dict[str, Any], key: str) -> dict[str, Any]:
    """A table within a table; an empty one where there is none."""
    return _value(table, key, dict) if key in table else {}


def _number(table: dict[str, Any], key: str) -> float:
    value = table.get(key)
    if value is None:
        raise ValueError(f"the key {key!r} is missing")
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e6 < value < 1e6:
        raise ValueError(f"{key[:40]!r} has to be a number")
    return float(value)
