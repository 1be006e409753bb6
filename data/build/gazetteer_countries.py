"""Rows of the gazetteer that are countries, each with one conventional point.

The convention for areas, fixed once: a country stands at the coordinates that The World Factbook gives for it, a
first-level unit at Natural Earth's label point, a continent at GeoNames' point, any other area at its centroid on the
sphere (or, where that lies outside, in the middle of its widest part), and a unit whose outline isn't known at its
seat, else at its largest town.
"""

import html
import re
from typing import Any

import gazetteer_inputs as source
from gazetteer_codes import COUNTRY_ABBREVIATIONS, COUNTRY_NAMES
from gazetteer_rows import LANGUAGES, Row, alternates
from gazetteer_shapes import Shapes

from geostory.gazetteer import normalise

__all__ = ["countries"]

# Coordinates this far from every shore of their country are a slip of The World Factbook.
_ASTRAY_M = 50_000
_SEMI = {"HK": "PCLS", "MO": "PCLS", "CK": "PCLF", "NU": "PCLF", "EH": "TERR", "AQ": "TERR", "TF": "TERR", "HM": "TERR"}


def countries(shapes: Shapes) -> list[Row]:
    """Countries and dependent territories that have an ISO code (Kosovo: XK)."""
    pages = {_iso(code): page for code, page in source.factbook().items()}
    rows: list[Row] = []
    words: dict[str, list[str]] = {}
    for code, entry in sorted(source.countries().items()):
        page, ne = pages.get(code, {}), source.ne_countries().get(code, {})
        shape = shapes.key(f"country:{code}")
        stated = _coordinates(page)
        if stated and shapes.metres_off(shape, stated) > _ASTRAY_M:
            stated = None
        position = stated or _label(ne) or shapes.point(shape)
        if position is None:
            continue
        name = COUNTRY_NAMES.get(code, [entry["name"].strip()])[0]
        row = Row(
            id=f"geonames:{entry['geonameid']}",
            name=name,
            lat=position[0],
            lon=position[1],
            feature=_SEMI.get(code) or ("PCLI" if _is_state(code, ne) else "PCLD"),
            source="factbook" if stated else "natural-earth+geonames",
            country=code,
            population=int(entry["population"]),
            shape=shape,
        )
        row.add([name, *COUNTRY_NAMES.get(code, [])[1:]], "name")
        row.add(_country_names(code, entry["name"], page, ne))
        row.add(COUNTRY_ABBREVIATIONS.get(code, []), "abbreviation")
        rows.append(row)
        words[code] = _demonyms(page)
    # 'French' means France, not Saint Pierre and Miquelon.
    own = {word for row in rows if row.feature == "PCLI" for word in words[row.country]}
    for row in rows:
        kept = [word for word in words[row.country] if row.feature == "PCLI" or word not in own]
        row.drop(normalise(word) for word in kept)  # 'Swiss' is Switzerland in Malay, but first of all a demonym
        row.add(kept, "demonym")
    return rows


def _iso(factbook_code: str) -> str:
    fips = {row["fips"]: code for code, row in source.countries().items() if row["fips"]}
    own = {"od": "SS", "kv": "XK", "ax": "", "at": ""}
    return own.get(factbook_code, fips.get(factbook_code.upper(), ""))


def _text(page: dict[str, Any], *path: str) -> str:
    value: Any = page
    for part in path:
        value = value.get(part, {}) if isinstance(value, dict) else {}
    text = value.get("text", "") if isinstance(value, dict) else ""
    return html.unescape(re.sub(r"<[^>]+>", "", str(text)))


_DEGREES = re.compile(r"(\d+) (\d+) ([NS]), (\d+) (\d+) ([EW])")


def _coordinates(page: dict[str, Any]) -> tuple[float, float] | None:
    """The page's first pair: that of the mainland where a country lists several parts."""
    found = _DEGREES.search(_text(page, "Geography", "Geographic coordinates"))
    if not found:
        return None
    lat = (int(found[1]) + int(found[2]) / 60) * (-1 if found[3] == "S" else 1)
    lon = (int(found[4]) + int(found[5]) / 60) * (-1 if found[6] == "W" else 1)
    return round(lat, 6), round(lon, 6)


def _label(ne: dict[str, Any]) -> tuple[float, float] | None:
    return (float(ne["LABEL_Y"]), float(ne["LABEL_X"])) if ne else None


def _is_state(code: str, ne: dict[str, Any]) -> bool:
    """Whether it governs itself by Natural Earth's account, or is one of the three whose statehood is contested."""
    return code in {"PS", "TW", "XK"} or (bool(ne) and ne["ADMIN"] == ne["SOVEREIGNT"])


def _country_names(code: str, plain: str, page: dict[str, Any], ne: dict[str, Any]) -> list[str]:
    names = [plain, *source.country_aliases().get(code, [])]
    for kind in ("conventional short form", "conventional long form", "local short form", "local long form", "former"):
        names += _listed(_text(page, "Government", "Country name", kind))
    names += [ne.get(key) for key in ("NAME", "NAME_LONG", "ADMIN", "FORMAL_EN")]
    names += [ne.get(f"NAME_{language.upper()}") for language in LANGUAGES]
    return alternates(name for name in names if isinstance(name, str))


def _listed(text: str) -> list[str]:
    """The names of a list such as 'Dahomey, People's Republic of Benin'; what stands in brackets is a remark."""
    parts = re.split(r"[,;/]| or ", re.sub(r"\s*[(\[][^)\]]*[)\]]", "", text))
    names = [part.strip() for part in parts]
    return [name for name in names if name[:1].isupper() and len(name.split()) <= 7 and " is " not in name]


_PLURAL = re.compile(r"([\w’' -]+?)\s*\((s|es|men|women)\)")


def _demonyms(page: dict[str, Any]) -> list[str]:
    """Words for a country's people: 'Algerian(s)' gives 'Algerian' and 'Algerians', 'Irishman(men)' 'Irishmen' too."""
    words: list[str] = []
    for kind in ("noun", "adjective"):
        text = _text(page, "People and Society", "Nationality", kind)
        for stem, ending in _PLURAL.findall(text):
            stem = re.split(r"[,;/]| or ", stem)[-1].strip()
            words.append(f"{stem[:-3]}men" if ending.endswith("men") else stem + ending)
        words += [word.split(" note")[0] for word in _listed(text)]
    return [word for word in dict.fromkeys(words) if len(word) > 3 and len(word.split()) <= 3]
