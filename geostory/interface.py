"""The words of the page in each of its languages: buttons, titles of cards, legends, notes, and what reads them.

One TOML file a language in ``words_of/``; English is the reference, and a word that a language lacks is English.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from geostory.errors import DataError, UsageError

__all__ = ["LANGUAGES", "chosen_language", "direction", "page_words", "say", "words"]

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "uk", "ru", "ar", "he", "zh", "ja", "tr")
"""ISO 639-1 codes of the page's languages; the first is the reference."""
_RIGHT_TO_LEFT = frozenset({"ar", "he"})


@cache
def _table(lang: str) -> dict[str, dict[str, str]]:
    path = files("geostory") / "words_of" / f"{lang}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"words_of/{lang}.toml: {error}; install geostory again") from None


@cache
def words(lang: str) -> Mapping[str, str]:
    """All words of a language by their keys, such as 'page.zoom_in'; those it lacks are English.

    Raises
    ------
    UsageError
        If the page has no such language; the line lists those that it has.

    Examples
    --------
    >>> words("de")["page.zoom_in"]
    'Vergrößern'
    """
    if lang not in LANGUAGES:
        raise UsageError(f"no such language: {lang!r}; choose from {', '.join(LANGUAGES)}")
    merged = {f"{part}.{key}": text for part, held in _table(LANGUAGES[0]).items() for key, text in held.items()}
    merged |= {f"{part}.{key}": text for part, held in _table(lang).items() for key, text in held.items()}
    return merged


def say(lang: str, key: str, **values: object) -> str:
    """A word or sentence of a language with its values put in.

    Examples
    --------
    >>> say("en", "page.step_of", number=3, all=7)
    '3 of 7'
    """
    text = words(lang)[key]
    # A date may end in a point of its own, as Russian ones do.
    return re.sub(r"(?<!\.)\.\.(?!\.)", ".", text.format(**values)) if values else text


def page_words(lang: str) -> dict[str, str]:
    """The words that the page's script says itself, by their keys without 'page.'.

    Examples
    --------
    >>> page_words("fr")["legend"]
    'Légende'
    """
    return {key.removeprefix("page."): text for key, text in words(lang).items() if key.startswith("page.")}


def direction(lang: str) -> str:
    """'rtl' for a language that is written from right to left, else 'ltr'."""
    return "rtl" if lang in _RIGHT_TO_LEFT else "ltr"


def chosen_language(asked: str | None, article: str) -> str:
    """The page's language: the one asked for, else the article's where the page has it, else English.

    Raises
    ------
    UsageError
        If the one asked for is none of the page's.

    Examples
    --------
    >>> chosen_language(None, "de"), chosen_language(None, "ko"), chosen_language("fr", "de")
    ('de', 'en', 'fr')
    """
    if asked is None:
        return article if article in LANGUAGES else LANGUAGES[0]
    words(asked)
    return asked
