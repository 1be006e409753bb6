"""Areas of which the article says no more than that they are near a place: that place's own name says it all."""

from geostory.interface import say
from geostory.layers import Drawn

__all__ = ["only_near"]


def only_near(drawn: Drawn, lang: str = "en") -> dict[str, str]:
    """The areas, by their features' ids, that are 'near X' where X stands on the map itself, each with X.

    Parameters
    ----------
    drawn : list
        The features that :func:`geostory.features.story_layers` makes of a story.
    lang : str
        The page's language.
    """
    names = {
        words.casefold(): feature.label
        for layer, features in drawn
        if layer.selects == "places" and layer.on
        for feature in features
        if feature.label
        for words in (f"near {feature.label}", say(lang, "told.near", name=feature.label))
    }
    return {
        feature.id: names[feature.label.casefold()]
        for layer, features in drawn
        if layer.selects == "vicinities"
        for feature in features
        if feature.label.casefold() in names
    }
