"""Whose English a text is written in: a local paper seldom names its own country, but its words give it away."""

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise

from geostory.tokens import Tokens

__all__ = ["styles_of"]

_ENOUGH = 4.0  # different words that leave little doubt


@cache
def _cues() -> Mapping[str, tuple[str, ...]]:
    """Countries by word or pair of words."""
    lists = tomllib.loads((files("geostory") / "styles.toml").read_text(encoding="utf-8"))
    found: dict[str, tuple[str, ...]] = {}
    for country, words in lists.items():
        for word in words.replace("\n", " | ").split(" | "):
            found[word.strip()] = (*found.get(word.strip(), ()), country)
    return found


def styles_of(tokens: Tokens) -> dict[str, float]:
    """How strongly a text's words point to each country, between 0 and 1; countries without any are left out.

    Parameters
    ----------
    tokens : Tokens

    Returns
    -------
    dict of str to float
        By alpha-2 code. Together at most 1: what points to several countries says less of each.

    Examples
    --------
    >>> found = styles_of(Tokens("The sheriff's deputies left the high school after the county commissioners spoke."))
    >>> max(found, key=found.get)
    'US'
    """
    words = tokens.lowers
    held = {*words, *(f"{a} {b}" for a, b in pairwise(words))}
    held |= {f"{a}'s" for a, b in pairwise(words) if b in {"'s", "’s"}}
    points: dict[str, float] = {}
    for word in sorted(held & _cues().keys()):
        for country in (countries := _cues()[word]):
            points[country] = points.get(country, 0.0) + 1 / len(countries)
    total = sum(points.values())
    return {country: (1 - math.exp(-amount / _ENOUGH)) * amount / total for country, amount in points.items()}
