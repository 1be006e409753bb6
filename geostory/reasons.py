"""Why a name was placed where it was, in plain words: full clauses that may follow 'because'."""

from collections.abc import Callable, Sequence

from geostory.containers import area_of
from geostory.models import Candidate
from geostory.senses import PART, THE, Name, kilometres, one_place, units

__all__ = ["reason_for", "reason_for_none"]

_STATES = ("PCL", "TERR")


def reason_for(name: Name, names: Sequence[Name], best: Candidate, decisive: str) -> str:
    """One clause that says what set a place off from the others of its name.

    Parameters
    ----------
    name : Name
        What was placed.
    names : sequence of Name
        All of the article's.
    best : Candidate
        Where it was placed.
    decisive : str
        The feature of :mod:`geostory.resolve` that tells it best from the likeliest other; empty if there is none.
    """
    if best.match == "demonym":
        return f"the word stands for people or things of {best.name}"
    plain = not decisive or best.match == "spelling"
    why = _short_or_only(best) if plain else _REASONS.get(decisive, _fame)(name, names, best)
    return f"'{name.text}' is taken for a part or a fuller name of {best.name}, and {why}" if name.shortened else why


def reason_for_none(name: Name) -> str:
    """One clause that says why a name was placed nowhere."""
    if name.foreign_to is not None and not name.candidates:
        return f"the gazetteer has no place of that name in {name.foreign_to.name}, where the article puts it"
    if any(c.match != "spelling" for c in name.candidates):
        return "nothing in the article speaks for any of the places of that name in the gazetteer"
    return "the gazetteer has no place of that name"


def _short_or_only(best: Candidate) -> str:
    if best.match == "spelling":
        return f"no place has exactly that name, and the article speaks of where {best.name} lies, spelled nearly so"
    if best.match == "abbreviation":
        return f"it is short for {best.name}"
    return "it is the only place of that name in the gazetteer"


def _fame(name: Name, names: Sequence[Name], best: Candidate) -> str:
    number = len(name.candidates)
    if number == 1:
        return _short_or_only(best)
    if best.feature.startswith("PCL"):
        return f"it is the country, the best known of {number} places of that name"
    if best.feature == "PPLC":
        return f"it is the capital, the best known of {number} places of that name"
    most = best.population and best.population >= max(c.population for c in name.candidates)
    return f"it is the {'most populous' if most else 'best known'} of {number} places of that name"


def _container(name: Name, names: Sequence[Name], best: Candidate) -> str:
    area = name.outer[0].likeliest
    return f"it lies in {area.name if area else name.outer[0].text}, which is named with it"


def _holds(name: Name, names: Sequence[Name], best: Candidate) -> str:
    place = name.inner[0].likeliest
    return f"{place.name if place else name.inner[0].text}, named with it, lies in it"


def _kind(name: Name, names: Sequence[Name], best: Candidate) -> str:
    if best.feature.startswith(_STATES) and name.kind not in {"country", "nation"}:
        return _fame(name, names, best)  # a state is more than what the word says
    if name.kind == PART:
        return "it stands after a word such as 'northern', as names of areas do"
    if name.kind == THE:
        return "it stands after 'the', as names of waters and wider regions do"
    if name.kind == "governor":
        return "the text speaks of its governor"
    return f"the text calls it {'an' if name.kind[0] in 'aeio' else 'a'} {name.kind}"


def _region(name: Name, names: Sequence[Name], best: Candidate) -> str:
    region = area_of(best)
    if best.feature == "ADM1" or best.feature.startswith("PCL"):
        return f"other places that the article names lie in {best.name}"
    only = not any(area_of(other) == region and not one_place(other, best) for other in name.candidates)
    named = any(other.likeliest and other.likeliest.name == region[1] for other in names if not other.demonym)
    how = "which the article names" if named else "where other places of the article lie"
    return f"it is the {'only' if only else 'likeliest'} place of that name in {region[1]}, {how}"


def _country(name: Name, names: Sequence[Name], best: Candidate) -> str:
    if best.feature.startswith(_STATES):
        return "it is the country of which the article's other names speak"
    return f"it lies in {best.country_name or best.name}, of which the article's other names speak"


def _own_capital(name: Name, names: Sequence[Name], best: Candidate) -> str:
    if best.feature != "PPLC":
        return _fame(name, names, best)
    return f"it is the capital of {best.country_name or best.country}, of which the article's other names speak"


def _stranger(name: Name, names: Sequence[Name], best: Candidate) -> str:
    home = [c for other in names if (c := other.likeliest) and c is not best and c.country == best.country != ""]
    return _country(name, names, best) if home else _fame(name, names, best)


def _english(name: Name, names: Sequence[Name], best: Candidate) -> str:
    return f"the article is in the English of {best.country_name or best.name}"


def _profile(name: Name, names: Sequence[Name], best: Candidate) -> str:
    return f"the source's profile says that it writes about {best.admin1 or best.country_name or best.name}"


def _close(name: Name, names: Sequence[Name], best: Candidate) -> str:
    others = [other.likeliest for other in names if other is not name and not other.demonym]
    points = [c for c in others if c and not c.feature.startswith(("PCL", "ADM1", "CONT", "RGN", "OCN", "SEA"))]
    points = [c for c in points if c.gazetteer_id != best.gazetteer_id]
    if not points:
        return "it lies close to other places that the article names"
    gaps = kilometres(units([best]), units(points))[0]
    nearest = points[int(gaps.argmin())]
    the = "the " if nearest.feature in {"PAL", "STRT", "STM"} else ""
    return f"it lies close to {the}{nearest.name}, which the article names"


def _county(name: Name, names: Sequence[Name], best: Candidate) -> str:
    if best.feature == "ADM2":
        return "a place that the article names lies in it"
    return f"it lies in {best.admin2}, which the article names"


def _row(name: Name, names: Sequence[Name], best: Candidate) -> str:
    beside = [other.likeliest for other in name.row if other.likeliest and other.likeliest.country == best.country]
    if not beside:
        return _fame(name, names, best)
    if beside[0].feature.startswith("PCL"):
        return f"it lies in {beside[0].name}, which stands beside it"
    return f"it lies in the same country as {beside[0].name}, which stands beside it in a list"


def _elsewhere(name: Name, names: Sequence[Name], best: Candidate) -> str:
    return "the article says elsewhere which place of that name it means"


def _acts(name: Name, names: Sequence[Name], best: Candidate) -> str:
    return "the article uses the name for a government"


def _near(name: Name, names: Sequence[Name], best: Candidate) -> str:
    return "it is the nearest of that name to the position asked for"


_REASONS: dict[str, Callable[[Name, Sequence[Name], Candidate], str]] = {
    "container": _container,
    "holds": _holds,
    "kind": _kind,
    "region named": _region,
    "country share": _country,
    "land": _country,
    "close": _close,
    "county pair": _county,
    "row": _row,
    "same elsewhere": _elsewhere,
    "acts": _acts,
    "near": _near,
    "own capital": _own_capital,
    "stranger": _stranger,
    "style": _english,
    "home": _english,
    "profile": _profile,
}
