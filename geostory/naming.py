"""The name that a map shows of a place: that of the gazetteer, or one that names.toml decides, by the map's worldview.

Names in dispute (Persian Gulf, Derry/Londonderry, Dokdo/Takeshima) stand in a table that a newsroom can replace. In a
country whose names are romanised by a rule, the rule is applied to all the others.
"""

import re
from functools import lru_cache

from geostory.models import Candidate
from geostory.packs import Packs, Table

__all__ = ["also_called", "in_dispute", "romanise_ukrainian", "shown_candidate", "shown_name"]

_VOWEL = "[aeiouAEIOU]"
# From the romanisation of the BGN/PCGN, which the gazetteer mostly has, and from Russian endings, to that of Ukraine's
# Cabinet of Ministers (resolution 55 of 27 January 2010): no apostrophes, 'ia', 'iu', 'ie', 'i' within a word and 'yi'
# at the end of an adjective. Applied in turn; each leaves a name that is already so written as it is.
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"(?<=\w)oye\b", "e"),  # Pionerskoye
        (r"(?<=\w)[iy]y\b", "yi"),  # Kryvyy, Nizhnegorskiy
        (rf"(?<={_VOWEL})yi(?=\w)", "i"),  # Mykolayiv
        (r"(?<=\w)yyi(?=\w)", "yi"),
        (r"(?<=\w)['’ʹ]yi(?=\w)", "i"),  # Mar'yinka
        (r"['’ʹ]", ""),
        (r"(?<=\w)yo(?=\w)", "io"),
        (r"(?<=\w)y(?=[aue])", "i"),  # Vinnytsya, Troyeshchyna
        (rf"(?<={_VOWEL})y(?=[b-df-hj-np-tv-z])", "i"),  # Pervomaysk
        (rf"(?<=\w{_VOWEL})y\b", "i"),  # Dzhankoy
    )
)


# Countries whose names the gazetteer spells with signs for soft or ejective sounds, which news leaves out: Ryazan',
# Homyel', Ts'khinvali, Namp'o, Mek'ele. A newsroom that wants them has a row of the country with rule = "none".
_PLAIN = frozenset({"AM", "BY", "ER", "ET", "GE", "KG", "KP", "KR", "KZ", "RU"})
_SIGN = re.compile(r"(?<=\w)['’ʹ‘](?![A-Z])")
_KIND = re.compile(r"^(?:gorod|posëlok|poselok|selo)\s+(?=[A-Z])", re.IGNORECASE)


@lru_cache(maxsize=8192)
def _plain(name: str) -> str:
    """A name without those signs, and without a Russian 'town' before it."""
    return _KIND.sub("", _SIGN.sub("", name))


@lru_cache(maxsize=8192)
def romanise_ukrainian(name: str) -> str:
    """A Ukrainian place's name in Ukraine's own romanisation, from that of the BGN/PCGN.

    Parameters
    ----------
    name : str
        In Latin letters. What a rule can't tell (a name in its Russian form, such as Mirnoye for Myrne) needs a row of
        names.toml ('written').

    Examples
    --------
    >>> [romanise_ukrainian(name) for name in ("Kryvyy Rih", "Mykolayiv", "Vinnytsya", "Novoazovs'k", "Kyiv")]
    ['Kryvyi Rih', 'Mykolaiv', 'Vinnytsia', 'Novoazovsk', 'Kyiv']
    """
    for pattern, by in _STEPS:
        name = pattern.sub(by, name)
    return name


@lru_cache(maxsize=8)
def _rows(packs: Packs) -> dict[str, Table]:
    """The row that decides for each key; that of a later pack wins."""
    checked = [row for row in packs.tables["name"] if packs.checked(row["sources"])]
    return {key: row for row in checked for key in row["keys"]}


@lru_cache(maxsize=8)
def _written(packs: Packs, country: str) -> dict[str, str]:
    """The names of a country that its rule can't tell, by their keys."""
    rows = packs.by_id("romanised")[country].get("written", [])
    return dict(text.split(" ", 1) for text in rows)


def shown_name(name: str, key: str, packs: Packs, worldview: str, *, country: str = "") -> str:
    """The name to show for a place, a shape or a region.

    Parameters
    ----------
    name : str
        As the gazetteer, the boundaries or the pack have it.
    key : str
        A gazetteer id, a shape's key ('marine:persian-gulf'), or a region's id after 'region:'.
    packs : Packs
    worldview : str
        One that the packs declare. What the table tells of it by name goes before what it shows in all others.
    country : str
        ISO 3166-1 alpha-2: a country with a romanisation of its own has its names so written.

    Examples
    --------
    >>> from geostory.packs import read_packs
    >>> packs = read_packs()
    >>> [shown_name("Sea of Japan", "marine:sea-of-japan", packs, view) for view in ("house", "kr")]
    ['Sea of Japan', 'East Sea']
    >>> shown_name("Ts'khinvali", "geonames:611584", packs, "house", country="GE")
    'Tskhinvali'
    """
    row = _rows(packs).get(key)
    for view in row.get("view", []) if row else []:
        if worldview in view["worldviews"] and packs.checked(view["sources"]):
            return str(view["shown"])
    if row and "shown" in row:
        return str(row["shown"])
    rule = packs.by_id("romanised").get(country)
    if rule is None and (country in _PLAIN or key.startswith("marine:")):
        return _plain(name)
    if rule is None or rule["rule"] == "none" or worldview in rule.get("not_in", []):
        return name
    return _written(packs, country).get(key) or romanise_ukrainian(name)


def in_dispute(key: str, packs: Packs) -> bool:
    """Whether the table decides what a place, a shape or a region is called: then it is called so in every language.

    Examples
    --------
    >>> from geostory.packs import read_packs
    >>> [in_dispute(key, read_packs()) for key in ("marine:persian-gulf", "marine:black-sea")]
    [True, False]
    """
    return key in _rows(packs)


def shown_candidate(candidate: Candidate, packs: Packs, worldview: str) -> str:
    """The name to show for a gazetteer row."""
    return shown_name(candidate.name, _key(candidate, packs), packs, worldview, country=candidate.country)


def also_called(candidate: Candidate, packs: Packs, worldview: str) -> str:
    """The other names of a place whose name is in dispute, for its card; empty for most."""
    row = _rows(packs).get(_key(candidate, packs))
    shown = shown_candidate(candidate, packs, worldview)
    names = [row.get("shown", candidate.name), *row.get("also", [])] if row else []
    return ", ".join(name for name in names if name not in shown.split("/") and name != shown)


def _key(candidate: Candidate, packs: Packs) -> str:
    """By its own id, or by that of its shape, which a basemap label has too."""
    own, known = candidate.gazetteer_id, _rows(packs)
    return own if own in known or candidate.shape not in known else candidate.shape
