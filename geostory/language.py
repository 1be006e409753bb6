"""Which language a text is in: by its script where one language alone is written in it, else by a trained detector.

English needs no proof: a text in Latin letters counts as another language only where its words in lower case, which
are no names, leave little doubt. A list of names, a table or a few words are English.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from geostory.models import Article

__all__ = ["article_language", "language_name", "language_of", "supported"]

_SAMPLE = 10_000  # code points looked at
_WORDS = 150  # words that the detector sees: more change no answer
_DOUBT = 18.0  # nats by which another language must beat English; short English texts reach 13
_CAPITALS = 0.6  # share of words in capitals from which a text is written in them

_NO_CHARACTER = re.compile("[\ud800-\udfff]")
_LATIN_WORD = re.compile("[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]+")
# Frequent words that no other language has as frequent ones, and what share of a text's small words they are.
_FREQUENT = "the of and that with from which were been their they this would his her said who has"
_ENGLISH = frozenset(_FREQUENT.split())
_ENGLISH_SHARE, _ENGLISH_LEAST = 0.08, 3

# Languages by the first word of their letters' Unicode names; where several share a script, the detector chooses.
_SCRIPTS = {
    name: tuple(codes.split())
    for name, codes in {
        "ARABIC": "ar fa ur ps ug ku", "ARMENIAN": "hy", "BENGALI": "bn as", "CANADIAN": "iu", "CJK": "zh",
        "CYRILLIC": "ru uk be bg sr mk kk ky mn", "DEVANAGARI": "hi mr ne", "ETHIOPIC": "am", "GEORGIAN": "ka",
        "GREEK": "el", "GUJARATI": "gu", "GURMUKHI": "pa", "HANGUL": "ko", "HEBREW": "he", "HIRAGANA": "ja",
        "KANNADA": "kn", "KATAKANA": "ja", "KHMER": "km", "LAO": "lo", "MALAYALAM": "ml", "MONGOLIAN": "mn",
        "MYANMAR": "my", "ORIYA": "or", "SINHALA": "si", "TAMIL": "ta", "TELUGU": "te", "THAANA": "dv", "THAI": "th",
        "TIBETAN": "bo", "YI": "ii",
    }.items()
}  # fmt: skip
_NOT_LATIN = frozenset(code for codes in _SCRIPTS.values() for code in codes) - {"ku", "sr"} | {"dz"}
_WORDLESS = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})  # a letter of these is worth some three of others
_KANA_SHARE = 0.05  # of a text's East Asian letters, from which it is Japanese
_SAME = {"nb": "no", "nn": "no"}

_KNOWN = (
    "af Afrikaans|am Amharic|an Aragonese|ar Arabic|as Assamese|az Azerbaijani|be Belarusian|bg Bulgarian|"
    "bn Bengali|bo Tibetan|br Breton|bs Bosnian|ca Catalan|cs Czech|cy Welsh|da Danish|de German|dv Dhivehi|"
    "dz Dzongkha|el Greek|en English|eo Esperanto|es Spanish|et Estonian|eu Basque|fa Persian|fi Finnish|"
    "fo Faroese|fr French|ga Irish|gl Galician|gu Gujarati|he Hebrew|hi Hindi|hr Croatian|ht Haitian Creole|"
    "hu Hungarian|hy Armenian|id Indonesian|ii Yi|is Icelandic|it Italian|iu Inuktitut|ja Japanese|jv Javanese|"
    "ka Georgian|kk Kazakh|km Khmer|kn Kannada|ko Korean|ku Kurdish|ky Kyrgyz|la Latin|lb Luxembourgish|lo Lao|"
    "lt Lithuanian|lv Latvian|mg Malagasy|mk Macedonian|ml Malayalam|mn Mongolian|mr Marathi|ms Malay|mt Maltese|"
    "my Burmese|ne Nepali|nl Dutch|no Norwegian|oc Occitan|or Odia|pa Punjabi|pl Polish|ps Pashto|pt Portuguese|"
    "qu Quechua|ro Romanian|ru Russian|rw Kinyarwanda|se Northern Sami|si Sinhala|sk Slovak|sl Slovenian|"
    "sq Albanian|sr Serbian|sv Swedish|sw Swahili|ta Tamil|te Telugu|th Thai|tl Tagalog|tr Turkish|ug Uyghur|"
    "uk Ukrainian|ur Urdu|vi Vietnamese|vo Volapük|wa Walloon|xh Xhosa|zh Chinese|zu Zulu"
)
_NAMES = dict(pair.split(" ", 1) for pair in _KNOWN.split("|"))


def language_of(text: str) -> str:
    """The language of a text.

    Parameters
    ----------
    text : str
        Of any length, in any script; its first 10,000 code points decide.

    Returns
    -------
    str
        ISO 639-1 code. 'en' for a text in Latin letters that is too short to be sure of another language, 'und' for
        one without letters or in a script that no language known here is written in.

    Examples
    --------
    >>> language_of("Le président s'est rendu à Kiev pour évoquer la reconstruction du pays.")
    'fr'
    >>> language_of("Rio de Janeiro, Buenos Aires"), language_of("서울"), language_of("4,397,073 – 1:2")
    ('en', 'ko', 'und')
    """
    return _language(text[:_SAMPLE])


def article_language(article: Article) -> str:
    """The language of an article, by its title and text together.

    Examples
    --------
    >>> article = Article(title="Zwei Tote", text="Bei einem Unfall in der Nähe von Köln sind zwei Menschen gestorben.")
    >>> article_language(article)
    'de'
    """
    return _language(f"{article.title}\n{article.text[:_SAMPLE]}"[:_SAMPLE])


def language_name(code: str) -> str:
    """A language's English name: 'German' for 'de'."""
    return _NAMES[code]


def supported(code: str) -> bool:
    """Whether an article in a language is read as English is: English itself, and what is in no known language."""
    return code in {"en", "und"}


@lru_cache(maxsize=16)  # an article is asked about more than once
def _language(text: str) -> str:
    # Most English texts show themselves by three words alone.
    if sum(text.count(f" {word} ") for word in ("the", "of", "and")) >= max(
        _ENGLISH_LEAST, _ENGLISH_SHARE * len(text.split())
    ):
        return "en"
    text = unicodedata.normalize("NFKC", _NO_CHARACTER.sub(" ", text))
    letters = _letters(text)
    if not letters:
        return "und"
    best = max(sorted(letters), key=letters.__getitem__)
    if best == "LATIN":
        return _in_latin_letters(_LATIN_WORD.findall(text))
    if best == "CJK" and letters["HIRAGANA"] + letters["KATAKANA"] > _KANA_SHARE * letters["CJK"]:
        return "ja"
    codes = _SCRIPTS[best]
    if len(codes) == 1:
        return codes[0]
    scores = _scores(_LATIN_WORD.sub("", text).lower())
    return max(codes, key=lambda code: scores.get(code, -math.inf))


def _letters(text: str) -> Counter[str]:
    """How many letters of each script there are, East Asian ones counted thrice."""
    found: Counter[str] = Counter()
    for letter, count in Counter(text).items():
        name = unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""
        if name == "LATIN" or name in _SCRIPTS:
            found[name] += count * (3 if name in _WORDLESS else 1)
    return found


def _in_latin_letters(words: Sequence[str]) -> str:
    """English, unless its words in lower case leave little doubt that it is another language."""
    small = list(filter(str.islower, words))
    if len(small) < len(words) / 3 and sum(map(str.isupper, words)) > _CAPITALS * len(words):
        small = [word.lower() for word in words]
    english = sum(map(_ENGLISH.__contains__, small))
    if not small or english >= max(_ENGLISH_LEAST, _ENGLISH_SHARE * len(small)):
        return "en"
    scores = _scores(" ".join([*dict.fromkeys(small)][:_WORDS]))  # a word said again is no further proof
    known = (scores.keys() & (_NAMES.keys() | _SAME.keys())) - _NOT_LATIN
    best = max(known, key=lambda code: (scores[code], code))
    return _SAME.get(best, best) if scores[best] - scores["en"] >= _DOUBT else "en"


def _scores(text: str) -> dict[str, float]:
    """The detector's log probability of each language that it knows."""
    from py3langid import rank  # 0.1 s, and only where a text doesn't show itself to be English

    return {code: float(score) for code, score in rank(text)}
