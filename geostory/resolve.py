"""Resolving toponyms: which of the places that bear a name an article means, how sure that is, and why."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from geostory.models import Article, Candidate, Mention, Place, Profile, Role
from geostory.ranking import FEATURES, WEIGHTS, rank
from geostory.reasons import reason_for, reason_for_none
from geostory.senses import Array, Name, names_of, one_place
from geostory.styles import styles_of
from geostory.tokens import tokens_of

__all__ = ["resolve"]

# How often a place of some chance is right: a rising line through (chance, share right), found by
# data/build/resolver.py on articles that the weights had not seen.
CALIBRATION = (
    (0.0, 0.0),
    (0.389, 0.54),
    (0.754, 0.805),
    (0.944, 0.913),
    (0.983, 0.966),
    (0.993, 0.973),
    (0.997, 0.99),
    (0.999, 0.993),
    (1.0, 0.997),
)
_KNOTS = ([chance for chance, _ in CALIBRATION], [share for _, share in CALIBRATION])
_AT = {name: number for number, name in enumerate(FEATURES)}
_DECISIVE = 0.5  # log odds; a smaller gain is no reason
_UNSURE = 0.3  # confidence below which nothing far-fetched is placed
_OPENING = 160  # code points of the text that its first sentence is likely to hold
_WELL_KNOWN, _FAR_LARGER = 250_000, 10  # people of a town known far away, and how many times those of a namesake
_VILLAGE = 15_000  # people at most
_SPOKEN_FOR, _WELL_SPOKEN_FOR = 0.1, 0.5  # a context feature's value that counts for something, and for much
_HARDLY = 0.1  # chance below which a like name is none
_NEARLY = 0.5  # confidence at most in a place whose name is spelled nearly so
_CONTEXT = (
    "container",
    "holds",
    "region named",
    "country share",
    "close",
    "county pair",
    "same elsewhere",
    "row",
    "near",
)


def resolve(
    article: Article,
    mentions: Sequence[Mention],
    *,
    near: tuple[float, float] | None = None,
    profile: Profile | None = None,
) -> tuple[Place, ...]:
    """The place that each mention of an article means.

    Parameters
    ----------
    article : Article
    mentions : sequence of Mention
        As :func:`geostory.mentions.find_mentions` gives them.
    near : (float, float), optional
        Latitude and longitude in degrees: of places that are else as likely, those nearer to it are preferred.
    profile : Profile, optional
        Of the article's source: those in the countries and regions that it writes about are preferred, more so those
        near its home.

    Returns
    -------
    tuple of Place
        One for each mention, in their order. Its candidate is None where the gazetteer has no such name, or only
        places that nothing in the article speaks for. The
        confidence is how often a place is right to which the model of this module gives such a chance, among all of
        that name and 'none of them'; up to three rivals stand elsewhere.

    Examples
    --------
    >>> mention = Mention(start=0, end=5, field="text", text="Paris")
    >>> texas = Mention(start=7, end=12, field="text", text="Texas")
    >>> place = resolve(Article(title="", text="Paris, Texas"), [mention, texas])[0]
    >>> place.candidate.admin1, place.reason
    ('Texas', 'it lies in Texas, which is named with it')
    """
    names = names_of(article, mentions)
    styles, opening = surroundings_of(article, mentions)
    known = [name for name in names if name.candidates]
    ranked = partial(rank, styles=styles, opening=opening, near=near, profile=profile)
    tables = ranked(known)
    _unmoved(known, tables, ranked)
    placed: dict[int, Place] = {}
    for name in names:
        answers: dict[Role, Place] = {}
        for number in name.mentions:
            mention = mentions[number]
            if (same := answers.get(mention.role)) is None:
                same = answers[mention.role] = _place(name, names, tables.get(id(name)), mention)
            placed[number] = Place(
                mention=mention,
                candidate=same.candidate,
                confidence=same.confidence,
                reason=same.reason,
                rivals=same.rivals,
            )
    return tuple(placed[number] for number in range(len(mentions)))


def _unmoved(
    names: Sequence[Name], tables: dict[int, Array], ranked: Callable[[Sequence[Name]], dict[int, Array]]
) -> None:
    """Take back what namesakes of well-known towns have only each other to speak for.

    Rotterdam, Hamburg and Santos in one sentence are the ports, though each has a namesake in the United States.
    """
    upset = [name for name in names if _upset(name)]
    if len(upset) < 2:
        return
    kept = [(name, name.chances, name.likeliest) for name in names]
    alone: list[tuple[Name, Array, Candidate | None, Array]] = []
    for name in upset:
        table = ranked([other for other in names if other is name or other not in upset])[id(name)]
        if not _upset(name):
            alone.append((name, name.chances, name.likeliest, table))
    for name, chances, likeliest in kept:
        name.chances, name.likeliest = chances, likeliest
    for name, chances, likeliest, table in alone:
        name.chances, name.likeliest, tables[id(name)] = chances, likeliest, table


def _upset(name: Name) -> bool:
    """Whether the likeliest town is a small namesake of a far larger one elsewhere."""
    best = name.candidates[int(np.argmax(name.chances))]
    return best.feature.startswith("PPL") and any(
        other.population >= max(_WELL_KNOWN, _FAR_LARGER * best.population)
        and other.country != best.country
        and other.feature.startswith("PPL")
        and other.match == "name"
        for other in name.candidates
    )


def surroundings_of(article: Article, mentions: Sequence[Mention]) -> tuple[dict[str, float], set[int]]:
    """Whose English the text is written in, and the numbers of the mentions that open the article."""
    opening = {number for number, mention in enumerate(mentions) if mention.field == "title" or mention.end < _OPENING}
    return styles_of(tokens_of(article.text)), opening


def _place(name: Name, names: Sequence[Name], table: Array | None, mention: Mention) -> Place:
    if table is None:
        return Place(mention=mention, candidate=None, confidence=0.0, reason=reason_for_none(name))
    order = [int(number) for number in np.argsort(-name.chances, kind="stable")]
    best = name.candidates[order[0]]
    same = [number for number in order if one_place(name.candidates[number], best)]
    chance = float(name.chances[same].sum())
    confidence = round(float(np.interp(chance, *_KNOTS)), 2)
    if best.match == "spelling":
        confidence = min(confidence, _NEARLY)
    if (chance < _UNSURE or best.match == "spelling") and _far_fetched(
        best, table[order[0]], len(same) == len(order), chance
    ):
        others = tuple(name.candidates[number] for number in order[:3])
        return Place(mention=mention, candidate=None, confidence=0.0, reason=reason_for_none(name), rivals=others)
    rivals = [number for number in order if number not in same]
    return Place(
        mention=mention,
        candidate=best,
        confidence=confidence,
        reason=reason_for(name, names, best, _decisive(table, order[0], rivals, mention)),
        rivals=tuple(name.candidates[number] for number in rivals[:3]),
    )


def _far_fetched(best: Candidate, row: Array, alone: bool, chance: float) -> bool:
    """Whether a village that shares its name, or a town by another or a like name, has nothing that speaks for it."""
    spoken_for = max(row[_AT[feature]] for feature in _CONTEXT)
    if best.match == "spelling":
        return bool(spoken_for < _WELL_SPOKEN_FOR or chance < _HARDLY)
    town = best.feature.startswith(("PPL", "ADM"))
    lesser = town and (best.match == "alternate" or (best.population < _VILLAGE and not alone))
    return lesser and spoken_for < _SPOKEN_FOR


def _decisive(table: Array, best: int, rivals: Sequence[int], mention: Mention) -> str:
    """The feature that tells the chosen candidate best from the likeliest other place; empty if there is none."""
    kinds = table[:, _AT["kind"]]
    if kinds[best] > max(0, kinds.min()):
        return "kind"
    if not rivals:
        return ""
    gains = (table[best] - table[rivals[0]]) * [WEIGHTS[feature] for feature in FEATURES]
    if mention.role == "metonym" and gains[_AT["acts"]] > 0:
        return "acts"
    gains[_AT["acts"]] = 0
    return FEATURES[int(np.argmax(gains))] if gains.max() > _DECISIVE else "people"
