"""What a reader may switch on a page: the day for which the story's regions stand, and whose borders are drawn.

Each choice is kept as what it changes about the page's block: the borders line, the looks and words of features, rows
of legends, and the strokes and names of the ground.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from geostory.boundaries import Bounds
from geostory.captions import Wording, map_wording
from geostory.ended import PAST, as_it_was, ended_before
from geostory.features import story_layers
from geostory.interface import say
from geostory.layers import Drawn, legend_rows
from geostory.locales import day_in, join_in
from geostory.models import Region
from geostory.rights import Rights
from geostory.story import Story
from geostory.territories import claims_on, standing, view_of
from geostory.timeline import RegionChange, changes_in, mentioned_days
from geostory.translation import borders_in, drawn_in, view_in, wording_in
from geostory.views import Moved, moved_borders
from geostory.words import day

__all__ = ["checked_views", "switches"]

Block = dict[str, Any]
Ground = Callable[[Story], Block]
"""The ground of a page, as :func:`geostory.basemap.basemap_block` gives it, under a story's day and view."""

_STROKES = ("focus_land", "borders", "borders_disputed")
_MOST = 20_000  # bytes that another day's borders may take; of more the page says that they stay
_TAKEN = ("kind", "color", "dashed", "heavy", "hatch")


def checked_views(views: Sequence[str], story: Story) -> tuple[str, ...]:
    """The views of a switch, each once and the story's own first; none where there is no other to switch to.

    Raises
    ------
    UsageError
        If there is no such worldview; the text lists the choices.
    """
    for view in views:
        view_of(view, story.packs)
    chosen = tuple(dict.fromkeys([story.worldview, *views]))
    return chosen if len(chosen) > 1 else ()


def switches(
    story: Story,
    drawn: Drawn,
    basemap: Block,
    ground: Ground,
    rights: Rights,
    views: Sequence[str] = (),
    *,
    frame: Bounds,
    window: Bounds,
    lang: str = "en",
) -> Block:
    """The block's keys ``times`` and ``views``, each only where there is something to choose.

    Parameters
    ----------
    story : Story
    drawn : list of (Layer, list of Feature)
        Its layers, as :func:`geostory.features.story_layers` gives them.
    basemap : dict
        Its ground.
    ground : callable
        Makes the ground of the same frame under another day or view.
    rights : Rights
        What of the article the cards may show.
    views : sequence of str
        Worldviews that a reader may switch to; none as a rule.
    frame, window : bounds
        Degrees, which may run past ±180: what the map shows at first, and where its borders can be seen.
    lang : str
        The page's language. What the packs say of regions is English in all of them.

    Returns
    -------
    dict
        ``times``, by day: ``date`` and ``day`` (as a reader reads it), ``words`` on what changed then, and what it
        changes about the block; the story's own day is among them. ``views``, the story's own first: ``id``, ``label``,
        what the view changes, and its own ``times``. ``grounds``: what their grounds drop and add, by number.
    """
    chosen = checked_views(views, story)
    told = _told_days(story, lang)
    if not told and not chosen:
        return {}
    states = _States(story, drawn, basemap, ground, rights, frame, window, lang)
    made: Block = {}
    if told:
        made["times"] = [
            {"date": on.isoformat(), "day": when, "words": words, **states.at(story.worldview, on)}
            for on, when, words in told
        ]
    if chosen:
        made["views"] = [
            {
                "id": view,
                "label": _label(view, story, lang),
                **states.at(view, story.as_of),
                **({"times": [states.at(view, on) for on, _, _ in told]} if told and view != story.worldview else {}),
            }
            for view in chosen
        ]
    return made | ({"grounds": states.grounds} if states.grounds else {})


def _label(view: str, story: Story, lang: str) -> str:
    """What a view goes by in the borders line, as far as its first comma."""
    said = view_in(view, story.packs, lang)
    for mark in (";", "；", "،", "、", "，"):
        said = said.replace(mark, ",")
    said = said.split(",")[0]
    return said[0].upper() + said[1:]


# --- days -------------------------------------------------------------------------------------------------------------


def _told_days(story: Story, lang: str) -> list[tuple[date, str, str]]:
    """The days to choose from, each in words and with what changed on it; none where no region's look changes."""
    span = mentioned_days(story.article)
    regions = [region for region in story.regions if not region.quiet]
    if span is None or not regions:
        return []
    first, last = min(span[0], story.as_of), max(span[1], story.as_of)
    found = _looks(changes_in(regions, (first, last), packs=story.packs), _standing(story, story.worldview, first))
    if not found:
        return []
    told = {on: (_when(some, lang), _words(some, lang)) for on, some in found.items()}
    told.setdefault(first, (day_in(first, lang), _stood(_standing(story, story.worldview, first), lang)))
    told[story.as_of] = (say(lang, "told.own_day", date=day_in(story.as_of, lang)), _stood(regions, lang))
    return [(on, *told[on]) for on in sorted(told)]


def _looks(changes: Sequence[RegionChange], before: Sequence[Region]) -> dict[date, list[RegionChange]]:
    """The changes that a legend would tell, by day: not those of the words alone."""
    claims = {region.id: region.claim for region in before}
    found: dict[date, list[RegionChange]] = {}
    for change in changes:
        if claims.get(change.region, "") != change.claim:
            found.setdefault(change.on, []).append(change)
        claims[change.region] = change.claim
    return found


def _when(changes: Sequence[RegionChange], lang: str) -> str:
    """The day of some changes, as well as it is known."""
    on = changes[0].on
    known = {change.precision for change in changes}
    if known == {"year"}:
        return str(on.year)
    return day(on).split(" ", 1)[1] if known == {"month"} and lang == "en" else day_in(on, lang)


def _words(changes: Sequence[RegionChange], lang: str) -> str:
    groups: dict[str, list[str]] = {}
    for change in changes:
        groups.setdefault(change.claim, []).append(change.name)
    return _sentence(groups, lang)


def _stood(regions: Sequence[Region], lang: str) -> str:
    groups: dict[str, list[str]] = {}
    for region in regions:
        groups.setdefault(region.claim, []).append(region.name)
    return _sentence(groups, lang) if groups else say(lang, "told.no_claim_yet")


def _sentence(groups: Mapping[str, Sequence[str]], lang: str) -> str:
    """'Crimea: annexed by Russia.', a sentence for each claim."""
    none = say(lang, "told.no_claim_more")
    colon, stop = say(lang, "told.colon"), say(lang, "page.stop").rstrip()
    return " ".join(
        f"{join_in(list(names), lang)}{colon}{claim[0].lower() + claim[1:] if claim else none}{stop}"
        for claim, names in groups.items()
    )


def _standing(story: Story, view: str, on: date) -> list[Region]:
    """The story's regions as they stand on a day in a view; those that nobody claims then or lately are left out."""
    rows, ended = story.packs.by_id("region"), ended_before(on, story.packs)
    found = []
    for region in story.regions:
        row = rows[region.id]
        if claims_on(row, on, story.packs):
            now = standing(row, on, view, story.packs)
        elif region.status == PAST and region.id in ended:
            now = as_it_was(row, ended[region.id], on, view, story.packs)
        else:
            continue
        found.append(replace(now, mentions=region.mentions, reason=region.reason))
    return found


def _as_told(story: Story, view: str, on: date) -> Story:
    dated = story.dated_by if on == story.as_of else "option"
    return replace(story, worldview=view, as_of=on, dated_by=dated, regions=tuple(_standing(story, view, on)))


# --- what a choice changes --------------------------------------------------------------------------------------------


class _States:
    """What other days and views change about a page; those that draw the same ground share it."""

    def __init__(
        self,
        story: Story,
        drawn: Drawn,
        basemap: Block,
        ground: Ground,
        rights: Rights,
        frame: Bounds,
        window: Bounds,
        lang: str,
    ) -> None:
        self.story, self.drawn, self.rights = story, drawn, rights
        self.basemap, self.ground, self.frame, self.window = basemap, ground, frame, window
        self.lang = lang
        self.wording = self._wording(story, drawn)
        self.grounds: list[Block] = []
        self._numbers: dict[tuple[str, Moved], int | None] = {(story.worldview, self._moved(story)): None}

    def _moved(self, of: Story) -> Moved:
        return moved_borders(of.as_of, of.worldview, of.packs, self.window)

    def at(self, view: str, on: date) -> Block:
        """What a day and a view change; too much other ground for a day stays, and the borders line says so."""
        story = self.story
        if (view, on) == (story.worldview, story.as_of):
            return {"borders": borders_in(story, self.lang), "features": {}, "legends": {}}
        other = _as_told(story, view, on)
        now = drawn_in(other, story_layers(other, rights=self.rights), self.rights, self.lang)
        number, borders = self._number(other), borders_in(other, self.lang)
        if number is not None and on != story.as_of and len(json.dumps(self.grounds[number])) > _MOST:
            same_day = _as_told(story, view, story.as_of)
            here = self._number(same_day)
            if here != number:
                number = here
                borders = say(
                    self.lang,
                    "told.regions_as_of",
                    borders=borders_in(same_day, self.lang),
                    date=day_in(on, self.lang),
                )
        wording = self._wording(other, now)
        return {
            "borders": borders,
            **({} if wording.caption == self.wording.caption else {"dek": wording.caption}),
            **({} if wording.description == self.wording.description else {"description": wording.description}),
            "features": _features(self.drawn, now, on, self.lang),
            "legends": _legends(self.drawn, now),
            **({} if number is None else {"ground": number}),
        }

    def _wording(self, of: Story, drawn: Drawn) -> Wording:
        if self.lang == "en":
            return map_wording(of, drawn, self.frame)
        return wording_in(of, drawn, self.rights, self.frame, self.lang)

    def _number(self, other: Story) -> int | None:
        """The number of a story's ground; None where it is that of the page."""
        key = other.worldview, self._moved(other)
        if key not in self._numbers:
            changed = _changed(self.basemap, self.ground(other))
            if changed and changed not in self.grounds:
                self.grounds.append(changed)
            self._numbers[key] = self.grounds.index(changed) if changed else None
        return self._numbers[key]


def _features(drawn: Drawn, now: Drawn, on: date, lang: str) -> Block:
    """The looks and words of features that differ; what nobody claims on that day is ``absent``."""
    known = {feature.id: feature for _, some in now for feature in some}
    found: Block = {}
    for layer, some in drawn:
        for feature in some:
            changed = known.get(feature.id)
            if changed is None:
                if layer.selects == "regions":
                    what = say(lang, "told.no_claim_on", date=day_in(on, lang))
                    found[feature.id] = {"absent": True, "popup": {"what": what, "sources": []}}
                continue
            told = {key: value for key in _TAKEN if (value := changed.look[key]) != feature.look[key]}
            if changed.label != feature.label:
                told["label"] = changed.label
            popup = {key: value for key, value in changed.popup.items() if value != feature.popup[key]}
            if told or popup:
                found[feature.id] = {**told, **({"popup": popup} if popup else {})}
    return found


def _legends(drawn: Drawn, now: Drawn) -> Block:
    rows = {layer.id: legend_rows(some) for layer, some in now}
    return {layer.id: rows[layer.id] for layer, some in drawn if some and rows[layer.id] != legend_rows(some)}


def _changed(before: Block, after: Block) -> Block:
    """What of a ground's strokes and names another one drops and adds; empty where nothing differs."""
    patches = [
        {name: some for name in _STROKES if (some := _delta(old[name], new[name]))}
        for old, new in zip(before["patches"], after["patches"], strict=True)
    ]
    labels = _delta(before["labels"], after["labels"])
    return {
        **({"patches": patches} if any(patches) else {}),
        **({"labels": labels} if labels else {}),
    }


def _delta(before: Sequence[Any], after: Sequence[Any]) -> Block:
    dropped = [number for number, one in enumerate(before) if one not in after]
    added = [one for one in after if one not in before]
    return {"drop": dropped, "add": added} if dropped or added else {}
