"""A map's features and words in another language than English: names by the shipped names, sentences as labels.

What only English words can say is left out of the page in other languages: why a place was put where it lies, and what
a text leaves open about an area. The packs' words on regions in question stay as they are, marked as English.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from geostory.captions import Wording, map_subjects, own_words, shown_in
from geostory.ended import PAST
from geostory.frame import Bounds
from geostory.geodesy import geodesic_m
from geostory.interface import say, words
from geostory.layers import Drawn, Feature, Layer
from geostory.locales import comma, day_in, distance_in, join_in, language_in
from geostory.models import Candidate, Distance, Place
from geostory.outlines import control_areas
from geostory.packs import Packs
from geostory.place_names import candidate_in, within_in
from geostory.rights import Rights
from geostory.story import Story
from geostory.territories import view_of
from geostory.words import UNSURE, feature_words

__all__ = ["borders_in", "drawn_in", "found_in", "notes_in", "view_in", "wording_in"]

Block = dict[str, Any]

_LONGEST = 70  # characters of a title that is made here
_NAMED = 4  # places that a caption names


def _keys(part: str) -> dict[str, str]:
    """The keys of a part of the table by their English words."""
    return {text: key for key, text in words("en").items() if key.startswith(f"{part}.")}


def _looked_up(text: str, part: str, lang: str) -> str:
    """An English text in a language, where the table has it."""
    key = _keys(part).get(text)
    return say(lang, key) if key else text


def _sentences(told: Sequence[str], lang: str) -> str:
    """Whole sentences one after the other."""
    return ("" if say(lang, "page.stop") == "。" else " ").join(filter(None, told))


class _Teller:
    """The words of one story in one language."""

    def __init__(self, story: Story, rights: Rights, lang: str) -> None:
        self.story, self.rights, self.lang = story, rights, lang

    def say(self, key: str, **values: object) -> str:
        return say(self.lang, key, **values)

    def name(self, candidate: Candidate) -> str:
        return candidate_in(candidate, self.story.packs, self.story.worldview, self.lang)

    def describe(self, candidate: Candidate, own: str = "") -> str:
        """What a place is and where under the view: 'Großstadt, Alaska, Vereinigte Staaten'; ``own`` is its name."""
        kind = _looked_up(feature_words(candidate), "kind", self.lang)
        kind = "" if kind == "place" or kind in _keys("kind") else kind
        own = own or self.name(candidate)
        within = within_in(candidate, self.story.packs, self.story.worldview, self.lang)
        within = within[-1:] if candidate.feature == "PPLC" else within
        within = () if candidate.feature.startswith("PCL") else within
        return comma(self.lang).join(filter(None, [kind, *(part for part in within if part not in own)]))

    # --- features -----------------------------------------------------------------------------------------------------

    def layer(self, layer: Layer) -> Layer:
        return replace(layer, title=self.say(f"layer.{layer.id}"))

    def feature(self, layer: Layer, feature: Feature) -> Feature:
        index = feature.id.removeprefix(f"{layer.id}-")
        told = replace(feature, legend=_looked_up(feature.legend, "legend", self.lang))
        if layer.selects == "places":
            return self._place(told)
        if layer.selects == "distances":
            return self._distance(told, self.story.distances[int(index)])
        if layer.selects == "regions":
            return replace(told, popup={**feature.popup, "lang": "en", "facts": [self._as_of()]})
        if layer.selects == "vicinities":
            return self._vicinity(told)
        if layer.selects == "control":
            return self._control(told, index)
        if layer.selects == "overlays":
            return self._own(told, int(index.partition("-")[0]))
        return self._annotation(told, int(index))

    def _as_of(self) -> str:
        return self.say("told.shown_as_of", date=day_in(self.story.as_of, self.lang))

    def _place(self, feature: Feature) -> Feature:
        candidate = feature.candidate
        assert candidate is not None
        name = self.name(candidate)
        also = feature.popup["what"].partition("; also called ")[2]
        what = [
            self.describe(feature.seen or candidate, name),
            self.say("told.also_called", names=also) if also else "",
        ]
        popup = {
            **feature.popup,
            "title": name,
            "what": self.say("told.semicolon").join(filter(None, what)),
            "why": "",
            "sure": self._sure(feature) if feature.popup["sure"] else "",
        }
        return replace(feature, label=name + (" ?" if feature.label.endswith(" ?") else ""), popup=popup)

    def _sure(self, feature: Feature) -> str:
        place = self._first(feature)
        level = place.confidence
        key = "sure" if level >= 0.8 else "likely" if level >= 0.7 else "more_likely" if level >= UNSURE else "unsure"
        told = [self.say(f"told.{key}")]
        if level < 0.8 and place.rivals:
            rivals = [f"{self.name(rival)} ({self.describe(rival)})" for rival in place.rivals[:2]]
            told.append(self.say("told.could_be", names=join_in(rivals, self.lang)))
        return _sentences(told, self.lang)

    def _first(self, feature: Feature) -> Place:
        """The place that a feature's card speaks of: the first in the role that it is drawn in."""
        role = feature.mentions[0].role
        for wanted in ("literal", "metonym", "demonym"):
            if any(mention.role == wanted for mention in feature.mentions):
                role = wanted
                break
        chosen = next(mention for mention in feature.mentions if mention.role == role)
        return next(place for place in self.story.places if place.mention == chosen)

    def _ends(self, distance: Distance) -> tuple[str, ...]:
        claim = distance.claim
        names = [self.name(end.candidate) if end.candidate else end.mention.text for end in claim.ends]
        return tuple(
            self.say("told.mainland", name=name) if mainland else name
            for name, mainland in zip(names, claim.ends_mainland, strict=True)
        )

    def _distance(self, feature: Feature, distance: Distance) -> Feature:
        measure = distance.measure
        assert measure is not None
        figure = self.say("told.about", distance=distance_in(measure.distance_m, self.lang))
        parts = [_looked_up(part, "part", self.lang) for part in measure.between.split(" to ")]
        ends = self._ends(distance)
        facts, label = [], figure
        if feature.verdict:
            shown = self.rights.shows(distance.claim.field, distance.claim.start, distance.claim.end)
            said = f"'{distance.claim.text}'" if shown else self.say("told.figure_stated")
            key = {"cannot be checked": "unchecked"}.get(feature.verdict, feature.verdict)
            verdict = self.say(f"page.{key}")
            label = self.say("told.verdict", figure=figure, said=said, verdict=verdict)
            facts.append(self.say("told.article_says", said=said, verdict=verdict))
        if measure.sources:
            facts.append(self.say("told.measured_on", sources=join_in(list(measure.sources), self.lang)))
        if measure.error_m >= 1:
            facts.append(self.say("told.error", distance=distance_in(measure.error_m, self.lang)))
        what = f"{join_in(ends, self.lang)}{comma(self.lang)}{' – '.join(parts)}"
        return replace(
            feature, label=label, ends=ends, popup={**feature.popup, "title": figure, "what": what, "facts": facts}
        )

    def _vicinity(self, feature: Feature) -> Feature:
        """An area; the article's own words stay, and what is made in English of them is left out."""
        found = next(
            v
            for v in self.story.vicinities
            if v.start == feature.mentions[0].start and v.field == feature.mentions[0].field
        )
        anchor = found.anchor.candidate
        assert anchor is not None
        part = self.say("told.part_of", name=self.name(anchor))
        quoted = feature.label == found.label
        label = (
            feature.label if quoted else part if found.kind == "part" else self.say("told.near", name=self.name(anchor))
        )
        what = part if found.kind == "part" else self.say("told.somewhere")
        return replace(feature, label=label, popup={**feature.popup, "title": label, "what": what, "facts": []})

    def _control(self, feature: Feature, name: str) -> Feature:
        held = next(held for held in control_areas(self.story.as_of, self.story.packs) if held.id == name)
        date = day_in(held.date, self.lang)
        popup = {
            **feature.popup,
            "what": self.say("told.held_by", name=held.by),
            "facts": [self.say("told.shown_as_of", date=date)],
        }
        return replace(feature, legend=self.say("legend.control_area", title=held.title, date=date), popup=popup)

    def _own(self, feature: Feature, number: int) -> Feature:
        own = self.story.overlays[number]
        date = day_in(own.date, self.lang)
        popup = {
            **feature.popup,
            "what": self.say("told.as_of", date=date),
            "facts": [self.say("told.source", source=own.source)],
        }
        return replace(feature, legend=f"{own.title}{comma(self.lang)}{date}", popup=popup)

    def _annotation(self, feature: Feature, number: int) -> Feature:
        added = self.story.annotations[number]
        radius = distance_in(added.radius_m, self.lang) if added.radius_m else ""
        facts = [
            self.say("told.within", radius=radius) if radius else "",
            added.text if added.title else "",
            self.say("told.source", source=added.source) if added.source else "",
        ]
        legend = added.legend or self.say(
            f"legend.annotations_{added.kind}", **({"radius": radius} if added.kind == "circle" else {})
        )
        what = day_in(added.day, self.lang) if added.day else ""
        return replace(feature, legend=legend, popup={**feature.popup, "what": what, "facts": [*filter(None, facts)]})

    # --- captions -----------------------------------------------------------------------------------------------------

    def listed(self, names: Sequence[str], most: int = _NAMED) -> str:
        """Names in a row, and how many more there are."""
        names = list(dict.fromkeys(names))
        more = len(names) - most
        return join_in(names[:most], self.lang) + f" (+{more})" if more > 1 else join_in(names, self.lang)

    def title(self, drawn: Drawn) -> str:
        subjects = map_subjects(drawn)
        fine = [s for s in subjects if not s.wide] or subjects
        regions = [region for region in self.story.regions if not region.quiet]
        # Words that speak of several regions at once count for each in part.
        shared = Counter(mention for region in regions for mention in region.mentions)
        heavy = [
            (region.name.partition(" (")[0], sum(1 / shared[mention] for mention in region.mentions))
            for region in regions
        ]
        items = sorted([*heavy, *((s.feature.label, s.weight) for s in fine)], key=lambda item: -item[1])
        names = list(dict.fromkeys(name for name, _ in items))
        if not names:
            others = [
                f.popup["title"] for layer, some in drawn for f in some if layer.id in ("vicinities", "annotations")
            ]
            return str(others[0]) if others else ""
        fits = (some for n in (3, 2, 1) if len(some := join_in(names[:n], self.lang)) <= _LONGEST or n == 1)
        return next(fits)

    def caption(self, drawn: Drawn) -> str:
        by_layer = {layer.id: some for layer, some in drawn}
        subjects = map_subjects(drawn)
        fine = [s.feature.label for s in subjects if not s.wide] or [s.feature.label for s in subjects]
        unsure = [f.popup["title"] for f in by_layer.get("places", []) if f.look["dashed"]]
        lines = [
            f"{join_in(f.ends, self.lang)}{self.say('told.colon')}{f.popup['title']}"
            for f in by_layer.get("distances", [])[:2]
            if f.ends
        ]
        regions = [region for region in self.story.regions if not region.quiet]
        areas = [f.popup["title"] for f in by_layer.get("vicinities", []) if f.look["kind"] == "area"]
        events = [f for f in by_layer.get("annotations", []) if f.look["kind"] == "disc"]
        marked = [f"{f.label} ({f.look['number']})" if "number" in f.look else f.label for f in events]
        told_of = [region for region in regions if region.status != PAST]
        held = all("(full)" in region.control for region in told_of) or by_layer.get("control")
        told = [
            self.say("told.cap_places", names=self.listed(fine)) if fine else "",
            self.say("told.unsurely", names=self.listed(unsure)) if unsure and not fine else "",
            self.say("told.cap_distances", distances=self.say("told.semicolon").join(lines)) if lines else "",
            self.say("told.cap_regions", names=self.listed([r.name for r in regions], 6)) if regions else "",
            self.say("told.no_control") if regions and not held else "",
            self.say("told.drawn_as_areas", names=self.listed(areas)) if areas else "",
            self.say("told.marked", names=self.listed(marked)) if marked else "",
        ]
        nothing = self.say("told.nothing_named" if self.story.bare else "told.no_place")
        return _sentences(told, self.lang) or nothing

    def covers(self, frame: Bounds) -> str:
        west, south, east, north = frame
        if east - west > 180:
            return self.say("told.world")
        middle = (south + north) / 2
        wide = 8 * geodesic_m(west, middle, west + (east - west) / 8, middle)
        high = geodesic_m(west, south, west, north)
        return self.say("told.covers", wide=distance_in(wide, self.lang), high=distance_in(high, self.lang))


def drawn_in(story: Story, drawn: Drawn, rights: Rights, lang: str) -> Drawn:
    """The features of :func:`geostory.features.story_layers` with their words in a language; in English as they are."""
    if lang == "en":
        return drawn
    teller = _Teller(story, rights, lang)
    return [(teller.layer(layer), [teller.feature(layer, one) for one in some]) for layer, some in drawn]


def wording_in(story: Story, drawn: Drawn, rights: Rights, frame: Bounds, lang: str) -> Wording:
    """Title, caption and description in a language other than English, made of labels and lists.

    Parameters
    ----------
    story : Story
    drawn : list
        As :func:`drawn_in` gives them.
    rights : Rights
    frame : (west, south, east, north)
        What the map shows, in degrees.
    lang : str
    """
    teller = _Teller(story, rights, lang)
    title = own_words(story, "title") or teller.title(drawn)
    drawn = shown_in(drawn, frame)
    caption = own_words(story, "caption") or teller.caption(drawn)
    described = [
        say(lang, "told.described", title=title) if title else "",
        teller.covers(frame),
        caption,
        borders_in(story, lang) + say(lang, "page.stop").rstrip(),
    ]
    own = story.words
    corrected = say(lang, "told.corrected", date=day_in(own.corrected, lang)) if own.corrected else ""
    return Wording(
        title=title,
        caption=caption,
        description=own_words(story, "description") or _sentences(described, lang),
        credit=own_words(story, "credit"),
        corrected=f"{corrected} {own.correction}".strip() if corrected else "",
    )


def view_in(worldview: str, packs: Packs, lang: str) -> str:
    """What a worldview's borders go by; in English where the newsroom words it otherwise."""
    return _looked_up(str(view_of(worldview, packs)["borders"]), "told", lang)


def borders_in(story: Story, lang: str) -> str:
    """The line that says by whose rules and as of when borders are drawn; English where a view is worded otherwise."""
    view = str(view_of(story.worldview, story.packs)["borders"])
    key = _keys("told").get(view)
    if lang == "en" or key is None:
        return story.borders
    later = story.as_of < story.packs.borders_since
    form = "borders_undated" if story.undated else "borders_today" if later else "borders"
    return say(
        lang, f"told.{form}", view=say(lang, key), date=day_in(min(story.as_of, story.packs.reference_date), lang)
    )


def notes_in(story: Story, outside: Sequence[str], lang: str) -> list[str]:
    """What a reader should know about how the map was made, in a language other than English."""
    notes = []
    if story.untold:
        notes.append(say(lang, "told.unsupported", language=language_in(story.language, lang)))
    if outside:
        notes.append(say(lang, "told.beyond", names=join_in(outside, lang)))
    if story.undated and not story.bare:
        notes.append(borders_in(story, lang))
    if lost := story.unplaced:
        notes.append(say(lang, "told.unplaced", names=join_in(lost, lang)))
    return notes


def found_in(story: Story, lang: str) -> str:
    """By what the places were found and placed, in a language other than English."""
    if story.bare:
        return ""
    found = say(lang, "told.found", recogniser=say(lang, f"told.{story.recogniser}"))
    if story.profile is None:
        return found
    home = story.profile
    profile = say(lang, "told.profile", name=home.name, count=home.articles, hash=home.hash)
    return found + say(lang, "page.stop") + profile
