"""Builds data/names/LANGUAGE.tsv: what towns and first-level units are called in the languages of the page.

Towns are GeoNames', from the alternate names that it lists under a language, as Debian's libgeonames-common packs them;
units are Natural Earth's, less those that belong to a stranger. Countries are not here: CLDR has them. Seas stand in
data/names/waters.toml, which is written by hand.

    python data/build/names.py
"""

import gettext
import io
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from boundary_sources import RECODED, UNITS
from gazetteer_inputs import ne_units
from gazetteer_units import checked
from inputs import DATA, Input, record

from geostory.errors import UnknownNameError
from geostory.gazetteer import gazetteer
from geostory.interface import LANGUAGES

PACKAGE = "libgeonames-common"
SCRIPTS = {
    "ru": {"CYRILLIC"},
    "uk": {"CYRILLIC"},
    "ar": {"ARABIC"},
    "he": {"HEBREW"},
    "zh": {"CJK"},
    "ja": {"CJK", "HIRAGANA", "KATAKANA"},
}
RENAMED = {"geonames:1526273"}  # since the package was made: Astana
LEAST = 15_000  # people of a town: the package has no smaller ones


def _towns(language: str) -> Input:
    return Input(
        registry="debian",
        package=PACKAGE,
        version="0.3.0-1",
        file=f"usr/share/locale/{language}/LC_MESSAGES/geonames.mo",
        licence="CC-BY-4.0",
        sha256="6446f39dbc93451804903f8f88fd6a893bf585509ea85ed90182984038131930",
    )


def _script(name: str) -> str:
    """The script of most of a name's letters, by the first words of their Unicode names."""
    found = Counter(unicodedata.name(letter, "?").partition(" ")[0] for letter in name if letter.isalpha())
    return max(sorted(found), key=lambda script: found[script]) if found else ""


def _clean(name: str, language: str) -> str:
    """A name without marks of direction and second spellings; empty where it isn't in the language's letters."""
    name = "".join(letter for letter in name if unicodedata.category(letter) != "Cf")
    name = " ".join(unicodedata.normalize("NFC", name).split(" / ")[0].partition(" (")[0].split())
    return name if _script(name) in SCRIPTS.get(language, {"LATIN"}) else ""


def _simple(units: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Simplified Chinese letters by traditional ones, as Natural Earth's two spellings of a unit show them."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for unit in units:
        simple, old = unit.get("name_zh") or "", unit.get("name_zht") or ""
        if len(simple) == len(old):
            for a, b in zip(old, simple, strict=True):
                seen[a][b] += 1
    best = {old: max(sorted(held), key=lambda new: held[new]) for old, held in seen.items()}
    return {ord(old): new for old, new in best.items() if old != new}


def _town_rows(language: str, simple: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    names = gettext.GNUTranslations(io.BytesIO(_towns(language).read()))._catalog  # type: ignore[attr-defined]
    for number, name in sorted((str(key), value) for key, value in names.items() if str(key).isdigit()):
        try:
            place = gazetteer().row(f"geonames:{number}")
        except UnknownNameError:
            continue
        name = _clean(name.translate(simple) if language == "zh" else name, language)
        if name and name != place.name and place.population >= LEAST and place.gazetteer_id not in RENAMED:
            yield place.gazetteer_id, name


def _unit_rows(
    language: str, units: Iterable[Mapping[str, Any]], simple: Mapping[int, str]
) -> Iterator[tuple[str, str]]:
    for unit in units:
        name = _clean((unit.get(f"name_{language}") or "").translate(simple if language == "zh" else {}), language)
        place = gazetteer().of_shape(f"admin1:{unit['code']}")
        if name and place is not None and place.name != name:
            yield f"admin1:{unit['code']}", name


def _units() -> list[dict[str, Any]]:
    """First-level units with the code of their shape; those that share one have none of their own."""
    found = [
        unit | {"code": RECODED.get((unit["iso_3166_2"], unit.get("name")), unit["iso_3166_2"])}
        for unit in checked(ne_units())
    ]
    shared = Counter(unit["code"] for unit in found)
    return [unit for unit in found if shared[unit["code"]] == 1]


def main() -> None:
    """Write the names of each language, sorted by key, and record them."""
    found = _units()
    simple = _simple(found)
    for language in LANGUAGES[1:]:
        rows = sorted({**dict(_town_rows(language, simple)), **dict(_unit_rows(language, found, simple))}.items())
        path = DATA / "names" / f"{language}.tsv"
        path.write_text("".join(f"{key}\t{name}\n" for key, name in rows), encoding="utf-8")
        record(
            f"names/{path.name}",
            licence="CC-BY-4.0",
            credit="GeoNames (geonames.org, CC BY 4.0), Natural Earth",
            built_by="data/build/names.py",
            rows=len(rows),
            inputs=[_towns(language), UNITS],
        )
    waters = tomllib.loads((DATA / "names" / "waters.toml").read_text(encoding="utf-8"))
    record("names/waters.toml", licence="MIT", credit="", built_by="hand", rows=len(waters))


if __name__ == "__main__":
    main()
