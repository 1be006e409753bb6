"""Why a name was placed where it was, in plain words."""

from collections.abc import Callable, Sequence

from geostory.models import Candidate
from geostory.senses import Name, area_of, kilometres, one_place, units

__all__ = ["reason_for"]


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
        return f"people or things of {best.name}"
    if decisive == "":
        why = (
            f"short for {best.name}" if best.match == "abbreviation" else "the only place of that name in the gazetteer"
        )
    else:
        why = _REASONS.get(decisive, _fame)(name, names, best)
    return f"'{name.text}' taken for a part or a fuller name of {best.name}: {why}" if name.shortened else why


def _fame(name: Name, names: Sequence[Name], best: Candidate) -> str:
    number = len(name.candidates)
    if best.feature.startswith("PCL"):
        return f"the country, best known of {number} places of that name"
    if best.feature == "PPLC":
        return f"the capital, best known of {number} places of that name"
    most = best.population and best.population >= max(c.population for c in name.candidates)
    return f"{'most populous' if most else 'best known'} of {number} places of that name"


def _container(name: Name, names: Sequence[Name], best: Candidate) -> str:
    area = name.outer[0].likeliest
    return f"lies in {area.name if area else name.outer[0].text}, which is named right after it"


def _holds(name: Name, names: Sequence[Name], best: Candidate) -> str:
    place = name.inner[0].likeliest
    return f"{place.name if place else name.inner[0].text}, named right before it, lies in it"


def _region(name: Name, names: Sequence[Name], best: Candidate) -> str:
    region = area_of(best)
    if best.feature == "ADM1" or best.feature.startswith("PCL"):
        return f"other places that the article names lie in {best.name}"
    only = not any(area_of(other) == region and not one_place(other, best) for other in name.candidates)
    named = any(other.likeliest and other.likeliest.name == region[1] for other in names if not other.demonym)
    how = "which the article names" if named else "where other places of the article lie"
    return f"{'only' if only else 'likeliest'} place of that name in {region[1]}, {how}"


def _country(name: Name, names: Sequence[Name], best: Candidate) -> str:
    return f"in {best.country_name or best.name}, of which the article's other names speak"


def _close(name: Name, names: Sequence[Name], best: Candidate) -> str:
    others = [other.likeliest for other in names if other is not name and not other.demonym]
    points = [c for c in others if c and not c.feature.startswith(("PCL", "ADM1", "CONT", "RGN", "OCN", "SEA"))]
    points = [c for c in points if c.gazetteer_id != best.gazetteer_id]
    if not points:
        return "close to other places that the article names"
    gaps = kilometres(units([best]), units(points))[0]
    return f"close to {points[int(gaps.argmin())].name}, which the article names"


def _county(name: Name, names: Sequence[Name], best: Candidate) -> str:
    if best.feature == "ADM2":
        return "a place that the article names lies in it"
    return f"lies in {best.admin2}, which the article names"


_REASONS: dict[str, Callable[[Name, Sequence[Name], Candidate], str]] = {
    "container": _container,
    "holds": _holds,
    "kind": lambda name, names, best: f"the text calls it a {name.kind}",
    "region named": _region,
    "country share": _country,
    "close": _close,
    "county pair": _county,
    "same elsewhere": lambda name, names, best: "the article says elsewhere which place of that name it means",
    "acts": lambda name, names, best: "the article uses the name for a government",
    "row": lambda name, names, best: "it lies in the country of its neighbours in a list",
    "near": lambda name, names, best: "nearest to the position asked for",
}
