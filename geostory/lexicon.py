"""What kind of word a word is: a first name, a surname, a common English word, or several of these.

One memory-mapped trie, ``data/words/words.marisa``, leads from a word's normalised form to its flags.
"""

from functools import cache, lru_cache

import marisa_trie

from geostory.errors import DataError
from geostory.gazetteer import normalise
from geostory.resources import data_path

__all__ = [
    "COMMON_FIRST_NAME",
    "COMMON_SURNAME",
    "COMMON_WORD",
    "FIRST_NAME",
    "FORMAT",
    "SURNAME",
    "WORD",
    "flags",
]

FIRST_NAME = 1
COMMON_FIRST_NAME = 2  # among the 500 most frequent of the United States
SURNAME = 4
COMMON_SURNAME = 8  # among the 1,000 most frequent of the United States
WORD = 16  # one that English text often writes in lower case
COMMON_WORD = 32  # among the 3,000 most frequent of those
FORMAT = "<B"


@lru_cache(maxsize=1 << 16)
def flags(word: str) -> int:
    """What a word may be, as the sum of this module's flags; 0 where the lexicon doesn't have it.

    Parameters
    ----------
    word : str
        As it stands in a text. Case, diacritics and apostrophes don't matter, as in
        :func:`geostory.gazetteer.normalise`.

    Returns
    -------
    int
        Test it with ``&``. A common name or word also has the flag of the plain one.

    Raises
    ------
    DataError
        If the lexicon's file is missing or isn't what it should be.

    Notes
    -----
    Names are those of the US Census of 1990 and of Faker's locales in Latin script; what makes a word of the language
    is said in ``data/build/words.py``.

    Examples
    --------
    >>> flags("Charlotte") & FIRST_NAME > 0, flags("Reading") & WORD > 0, flags("Leipzig")
    (True, True, 0)
    """
    found = _trie().get(normalise(word))
    return int(found[0][0]) if found else 0


@cache
def _trie() -> "marisa_trie.RecordTrie":
    path = data_path("words", "words.marisa")
    trie = marisa_trie.RecordTrie(FORMAT)
    try:
        trie.mmap(str(path))
    except (OSError, RuntimeError) as error:
        raise DataError(f"the lexicon {path} can't be opened ({error}); install geostory again") from error
    return trie
