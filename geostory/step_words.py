"""What a step of a story is called, and the lines that tell what it shows where the article's own words may not."""

from collections.abc import Sequence

from geostory.geodesy import geodesic_m
from geostory.interface import say
from geostory.layers import Feature
from geostory.locales import comma, distance_in, join_in
from geostory.words import join

__all__ = ["is_point", "step_heading", "step_lines"]

_NAMES, _KINDS = 3, 4  # in a heading; lines on what the places are
_BY_M, _FAR_M = 2_000, 3_000_000  # metres between which a way from one place to the next is told


def is_point(feature: Feature) -> bool:
    """Whether a feature stands at a sure point."""
    return feature.look["kind"] == "dot" and feature.candidate is not None and not feature.look["dashed"]


def step_heading(new: Sequence[Feature], lang: str) -> str:
    """The names of what is new, places before lines, at most three of them."""
    places = [feature for feature in new if feature.look["kind"] != "line"]
    places.sort(
        key=lambda feature: feature.candidate is None and feature.look["kind"] != "region"
    )  # areas by words last
    lines = [_between(feature, lang) for feature in new if feature.look["kind"] == "line"]
    names = list(dict.fromkeys([f.label.removesuffix(" ?") for f in places] or lines))
    more = len(names) - _NAMES
    if lang == "en":
        return _capital(join([*names[:_NAMES], f"{more} more"] if more > 1 else names))
    return join_in(names[:_NAMES], lang) + f" (+{more})" if more > 1 else join_in(names, lang)


def _between(line: Feature, lang: str) -> str:
    return join_in(line.ends, lang) if line.ends else str(line.popup["what"])


def step_lines(new: Sequence[Feature], lang: str, before: Sequence[Feature]) -> list[str]:
    """Measured figures and what is claimed of regions, each once; where there is neither, what the places are.

    ``before`` are the points that earlier steps showed: a place alone is told with its way from the nearest of them.
    """
    colon = say(lang, "told.colon")
    lines = [feature for feature in new if feature.look["kind"] == "line"]
    alone = len(lines) == 1 and all(f.label in _between(lines[0], lang) for f in new if f is not lines[0])
    told = [f"{_between(f, lang)}{colon}{f.label}" for f in lines]
    if alone:
        told = [f"{_capital(lines[0].label)}{comma(lang)}{_how(lines[0], lang)}"]
    claims: dict[str, list[str]] = {}
    for feature in new:
        if feature.look["kind"] == "region":
            claims.setdefault(feature.legend, []).append(feature.label)
    told += [f"{claim}{colon}{join_in(names, lang)}" for claim, names in claims.items()]
    if told:
        return told
    if len(new) == 1:
        return [_capital(new[0].popup["what"]), *_way(new[0], before, lang)]
    kinds: dict[str, list[str]] = {}
    for feature in new:
        if feature.popup["what"].casefold() in feature.label.casefold():
            continue  # 'Bering Strait: strait'
        kinds.setdefault(feature.popup["what"], []).append(feature.label.removesuffix(" ?"))
    return [
        f"{names[0]}{colon}{what}" if len(names) == 1 else f"{_capital(what)}{colon}{join_in(names, lang)}"
        for what, names in list(kinds.items())[:_KINDS]
    ]


def _way(new: Feature, before: Sequence[Feature], lang: str) -> list[str]:
    """How far a point lies from the nearest one that the story came by, where that is near enough to help."""
    if not is_point(new) or not before:
        return []
    far = {index: geodesic_m(*new.label_at, *feature.label_at) for index, feature in enumerate(before)}
    nearest = min(far, key=lambda index: (far[index], index))
    if not _BY_M < far[nearest] < _FAR_M:
        return []
    about = say(lang, "told.about", distance=distance_in(far[nearest], lang))
    if lang == "en":
        return [f"{_capital(about)} from {before[nearest].label}"]
    return [f"{join_in([before[nearest].label, new.label], lang)}{say(lang, 'told.colon')}{about}"]


def _how(line: Feature, lang: str) -> str:
    return str(line.popup["what"]).removeprefix(f"{_between(line, lang)}{comma(lang)}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
