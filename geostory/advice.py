"""Whether an article wants a map at all."""

from geostory.captions import WIDE, map_subjects
from geostory.layers import Drawn
from geostory.story import Story
from geostory.words import UNSURE, some_of

__all__ = ["not_advised"]

_PASSING = 3  # literal mentions from which on a whole country alone is worth a map


def not_advised(story: Story, drawn: Drawn) -> str:
    """Why an article wants no map, in words that follow a colon; empty where it does, as any doubt has it.

    A town, region or water that is named literally and surely wants one; so does a distance, a region in question, an
    area, or what the caller adds. A whole country does where it stands in the title or is named three times.
    """
    kept = ("distances", "regions", "vicinities", "own", "control", "annotations")
    if story.bare or any(features for layer, features in drawn if layer.id in kept):
        return ""
    literal = [place for place in story.places if place.mention.role == "literal"]
    placed = [place for place in literal if place.candidate]
    if not placed:
        others = [p.candidate.name for p in story.places if p.candidate and p.mention.role != "literal"]
        if others:
            return f"its places only stand for governments or peoples ({some_of(list(dict.fromkeys(others)))})"
        return "it names no place that could be put on a map"
    sure = [subject for subject in map_subjects(drawn) if any(m.role == "literal" for m in subject.feature.mentions)]
    if not sure and all(place.confidence < UNSURE for place in placed):
        names = list(dict.fromkeys(place.mention.text for place in placed))
        return f"where its places lie is not sure ({some_of(names)})"
    countries = [s for s in sure if s.feature.candidate and s.feature.candidate.feature in WIDE]
    if countries and len(countries) == len(sure) and all(s.weight < _PASSING for s in countries):
        return f"it names only whole countries, and those in passing ({some_of([s.name for s in countries])})"
    return ""
