"""A story's steps: where the article moves on to a new place, distance or region, and the map with it.

A step has a heading made from what is new, the extent to show, the features that stand out, and the article's words as
far as the page may have them. An editor's own steps (:mod:`geostory.own_steps`) take their place.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal

from geostory.errors import UnknownNameError, UsageError
from geostory.frame import Bounds
from geostory.geodesy import unwrap
from geostory.layers import LARGE, WATER, Drawn, Feature
from geostory.locales import day_in, join_in
from geostory.nearby import only_near
from geostory.own_steps import OwnStep
from geostory.rights import Rights
from geostory.sentences import sentence_spans
from geostory.step_words import is_point, step_heading, step_lines
from geostory.story import Story
from geostory.words import MONTHS, join

__all__ = ["Layout", "layout_of", "own_steps", "steps_of"]

Layout = Literal["story", "map"]
Block = dict[str, Any]
Span = tuple[int, int]

_MOST = 12  # steps, the first with the whole map included
_MOVES = 3  # so many that move the map make a story
_LEAST = 0.4  # degrees of latitude that a step shows at least
_LEAST_SHARE = 1 / 14  # of the frame, so that the ground stays fit for the scale
_LEAST_WIDE = 10.0  # degrees around a country known by a point
_CLOSER = 0.4  # a step so much smaller than the one before moves the map too
_WIDER = 1.6  # a sentence that widens its step by no more stays in it
_CROSSHEAD = 8  # words


def layout_of(steps: Sequence[Block]) -> Layout:
    """'story' where at least three steps beside the first move the map, else 'map'."""
    return "story" if len(steps) > _MOVES else "map"


# --- extents ----------------------------------------------------------------------------------------------------------


def _union(boxes: Iterable[Bounds]) -> Bounds:
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _size(bounds: Bounds) -> float:
    return max(bounds[2] - bounds[0], 1.5 * (bounds[3] - bounds[1]))


def _grown(bounds: Bounds, least: float) -> Bounds:
    """Bounds with a margin, and no smaller than so many degrees of latitude."""
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    x, y = max(0.08 * width, (1.6 * least - width) / 2), max(0.08 * height, (least - height) / 2)
    return bounds[0] - x, max(-85.0, bounds[1] - y), bounds[2] + x, min(85.0, bounds[3] + y)


def _holds(outer: Bounds, inner: Bounds) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _moves(before: Bounds, after: Bounds) -> bool:
    return not _holds(before, after) or _size(after) < _CLOSER * _size(before)


class _Extents:
    """Where each feature lies in the page's frame, and what a step around some of them shows."""

    def __init__(self, drawn: Drawn, frame: Bounds) -> None:
        west = (frame[0] + frame[2]) / 2 - 180
        self.features: dict[str, Feature] = {}
        self.boxes: dict[str, Bounds] = {}
        fine: list[str] = []
        wide: list[str] = []
        for layer, features in drawn:
            for feature in features:
                if not (layer.on and (layer.frames or layer.selects == "overlays")):
                    continue
                self.features[feature.id] = feature
                self.boxes[feature.id] = unwrap(feature.geometry, west).bounds
                if not feature.mentions or (feature.look["dashed"] and feature.candidate):
                    continue  # what is unsure leads nowhere
                code = feature.candidate.feature if feature.candidate else ""
                named = feature.look["kind"] == "label" and code not in WATER - {"OCN", "SEA"}
                named = named or code == "STM"  # a river runs on past what the story tells of it
                (wide if named or (code in LARGE and self._vast(feature, frame)) else fine).append(feature.id)
        self.leading = set(fine or wide)
        least = max(_LEAST, _LEAST_SHARE * (frame[3] - frame[1]))
        self._least = least if fine else max(least, _LEAST_WIDE)

    def _vast(self, feature: Feature, frame: Bounds) -> bool:
        return _size(self.boxes[feature.id]) > 2 * _size(frame)

    def around(self, ids: Iterable[str]) -> Bounds:
        """What a step shows for some features: lines and areas by their own size, points with what lies about them."""
        boxes = []
        for name in ids:
            own = self.boxes[name]
            kind = self.features[name].look["kind"]
            if kind == "line":  # as close as the gap needs it
                boxes.append(_grown(own, max(own[3] - own[1], (own[2] - own[0]) / 2)))
            else:
                boxes.append(_grown(own, self._least / 6 if kind in ("area", "region") else self._least))
        return _grown(_union(boxes), 0.0)


# --- steps from the article -------------------------------------------------------------------------------------------


@dataclass
class _Group:
    """A run of the article's text that stays with one view; ``new`` is what it is the first to speak of."""

    start: int
    end: int
    new: list[str]
    named: list[str]
    bounds: Bounds


def _sentences(text: str) -> list[tuple[int, int, bool]]:
    """Sentences with whether a paragraph begins there; a crosshead begins what follows it."""
    found: list[tuple[int, int, bool]] = []
    fresh: int | None = None
    for start, end in sentence_spans(text):
        begins = not found or "\n" in text[found[-1][1] : start] or fresh is not None
        words = text[start:end].split()
        if begins and len(words) <= _CROSSHEAD and not re.search(r"[.!?…。！？:;,][\"”’»)\]]*$", text[start:end]):
            fresh = start if fresh is None else fresh
            continue
        found.append((start if fresh is None else fresh, end, begins))
        fresh = None
    return found


def _groups(story: Story, extents: _Extents) -> tuple[int, list[_Group]]:
    """Where the first group starts, and the groups in the order of the text."""
    text = story.article.text
    mentions = sorted(
        (m.start, m.end, name)
        for name in extents.features
        for m in extents.features[name].mentions
        if m.field == "text" and name in extents.leading and m.role == "literal"
    )
    seen: set[str] = set()
    groups: list[_Group] = []
    at = 0
    for start, end, begins in _sentences(text):
        named: list[str] = []
        while at < len(mentions) and mentions[at][0] < end:
            named.append(mentions[at][2])
            at += 1
        named = list(dict.fromkeys(named))
        new = [name for name in named if name not in seen]
        seen.update(new)
        # Something finer than the places between which it lies is what the map goes to.
        lines = [name for name in new if extents.features[name].look["kind"] == "line"]
        bounds = extents.around(lines or new) if new else None
        last = groups[-1] if groups else None
        if bounds is not None and (last is None or _begins(last, bounds, begins)):
            groups.append(_Group(start, end, new, named, bounds))
        elif last is not None:
            last.end = end
            last.new += new
            last.named += [name for name in named if name not in last.named]
            if bounds is not None and not _holds(last.bounds, bounds):
                last.bounds = _union([last.bounds, bounds])
    return (groups[0].start if groups else len(text)), groups


def _begins(last: _Group, bounds: Bounds, begins: bool) -> bool:
    """Whether what a sentence speaks of is a step of its own after the last one."""
    if not _moves(last.bounds, bounds):
        return False
    if begins:
        return True
    union = _size(_union([last.bounds, bounds]))
    return union > _WIDER * _size(last.bounds) or _size(bounds) < _CLOSER * _size(last.bounds)


def _fewer(groups: list[_Group]) -> list[_Group]:
    """No more groups than a reader follows: the two neighbours that lie nearest to each other become one, in turn."""
    groups = list(groups)
    while len(groups) > _MOST - 1:
        pairs = list(pairwise(groups))
        growth = [_size(_union([a.bounds, b.bounds])) / max(_size(a.bounds), _size(b.bounds)) for a, b in pairs]
        index = min(range(len(growth)), key=lambda i: (growth[i], i))
        a, b = pairs[index]
        groups[index : index + 2] = [
            _Group(
                a.start,
                b.end,
                a.new + b.new,
                a.named + [name for name in b.named if name not in a.named],
                _union([a.bounds, b.bounds]),
            )
        ]
    return groups


def steps_of(story: Story, drawn: Drawn, frame: Bounds, rights: Rights, lang: str = "en") -> list[Block]:
    """The steps that an article makes by itself, as the page's block has them.

    Parameters
    ----------
    story : Story
    drawn : list
        The features that :func:`geostory.features.story_layers` makes of it.
    frame : tuple of float
        (west, south, east, north) of the page, in degrees; east may pass 180.
    rights : Rights
        How much of the article's words they may have.
    lang : str
        Of headings, lines and days.

    Returns
    -------
    list of dict
        ``heading``, ``lines`` (measured figures and what is claimed), ``day``, ``words`` (spans of the block's own
        article text), ``bounds`` in the page's frame and ``features`` (ids). The first shows the whole frame and has
        all that stands before the first move; empty where nothing moves the map.
    """
    extents = _Extents(drawn, frame)
    start, groups = _groups(story, extents)
    if not groups:
        return []
    text = story.article.text
    first: Block = {
        "heading": "",
        "lines": [],
        "day": "",
        "words": [list(span) for span in rights.within(0, start)],
        "bounds": _rounded(frame),
        "features": [],
    }
    groups = _fewer(groups)
    ends = [group.start for group in groups[1:]] + [len(text)]
    steps = [first]
    beside = only_near(drawn, lang)
    before: list[Feature] = []
    for group, end in zip(groups, ends, strict=True):
        shown = [name for name in group.named if name in group.new or _holds(group.bounds, extents.boxes[name])]
        new = [extents.features[name] for name in group.new]
        told = [feature for feature in new if feature.id not in beside]
        steps.append(
            {
                "heading": step_heading(told, lang) or join_in([beside[feature.id] for feature in new], lang),
                "lines": step_lines(told, lang, before),
                "day": _day(text[group.start : end], lang),
                "words": [list(span) for span in rights.within(group.start, end)],
                "bounds": _rounded(group.bounds),
                "features": shown,
            }
        )
        before += [feature for feature in told if is_point(feature)]
    return steps


_MONTH = "|".join(MONTHS)
_DAY = re.compile(rf"\b(?:(\d{{1,2}}) ({_MONTH}) (\d{{4}})|({_MONTH}) (\d{{1,2}}), (\d{{4}}))\b")


def _day(text: str, lang: str) -> str:
    """The one day that some words give with its year, or nothing."""
    days = set()
    for found in _DAY.finditer(text):
        number, month, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
        try:
            days.add(date(int(year), MONTHS.index(month) + 1, int(number)))
        except ValueError:
            continue
    return day_in(days.pop(), lang) if len(days) == 1 else ""


def _rounded(bounds: Bounds) -> list[float]:
    return [round(value, 4) for value in bounds]


# --- an editor's own --------------------------------------------------------------------------------------------------


def own_steps(steps: Sequence[OwnStep], story: Story, drawn: Drawn, frame: Bounds, lang: str = "en") -> list[Block]:
    """An editor's steps as the page's block has them, after a first one that shows the whole map.

    Raises
    ------
    UsageError
        If there is no step.
    UnknownNameError
        If a place is neither on the map nor named in the article; the line names some that are.
    """
    if not steps:
        raise UsageError("steps: there is none; leave the option out, or give at least one")
    extents = _Extents(drawn, frame)
    west = (frame[0] + frame[2]) / 2 - 180
    first: Block = {"heading": "", "lines": [], "day": "", "words": [], "bounds": _rounded(frame), "features": []}
    told = [first]
    for step in steps:
        ids = list(dict.fromkeys(name for place in step.places for name in _named(place, extents, step.where)))
        bounds = frame
        if step.bounds is not None:
            turn = 360 * ((west - step.bounds[0]) // 360 + 1) if not west <= step.bounds[0] < west + 360 else 0
            bounds = (step.bounds[0] + turn, step.bounds[1], step.bounds[2] + turn, step.bounds[3])
        elif ids:
            bounds = extents.around(ids)
        told.append(
            {
                "heading": step.title,
                "lines": [],
                "day": day_in(step.day, lang) if step.day else "",
                "text": step.text,
                "words": [],
                "bounds": _rounded(bounds),
                "exact": step.bounds is not None,
                "features": ids,
            }
        )
    return told


def _named(place: str, extents: _Extents, where: str) -> list[str]:
    """The features that a name or an id stands for: those of that name, else those that the article calls so."""
    wanted = place.strip().casefold()
    if place in extents.features:
        return [place]
    labels = {name: feature.label.removesuffix(" ?") for name, feature in extents.features.items()}
    found = [
        name
        for name, feature in extents.features.items()
        if wanted in (labels[name].casefold(), str(feature.popup["title"]).casefold())
    ]
    found = found or [
        name
        for name, feature in extents.features.items()
        if any(mention.text.casefold() == wanted for mention in feature.mentions)
    ]
    if not found:
        some = [label for label in dict.fromkeys(labels.values()) if label][:8]
        known = f"it has {join(some)}" if some else "it has none"
        raise UnknownNameError(f"{where}: there is no place {place!r} on this map; {known}")
    return found
