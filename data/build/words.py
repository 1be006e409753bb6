"""Builds data/words/words.marisa: which words are first names, surnames and common English words.

The names of the United States are its Census Bureau's of 1990, by rank; those of other countries are Faker's. A word
of the language is one of a word list that English text writes in lower case often enough, by the counts of word forms
in spacy-lookups-data (capitals kept apart there).

    python data/build/words.py
"""

import ast
import gzip
import json
import math
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import marisa_trie
from inputs import DATA, Input, record

from geostory.gazetteer import gazetteer, normalise
from geostory.lexicon import (
    COMMON_FIRST_NAME,
    COMMON_SURNAME,
    COMMON_WORD,
    FIRST_NAME,
    FORMAT,
    SURNAME,
    WORD,
)

OUT = "words/words.marisa"
FIRST_NAMES, SURNAMES, WORDS = 500, 1_000, 3_000  # how many of each are common
ALL_SURNAMES, ALL_WORDS = 25_000, 50_000
# A common word is a name too only where it is no rare one: by percent of the women or men, and by rank.
RARE_FIRST_NAME, RARE_SURNAME = 0.005, 5_000
# Names are written without their capital once in six to twenty times in the counted text, which is informal.
LOWER = 0.2
# Adverbs that mostly open a sentence ('Additionally, ...') stand in lower case less often than that.
LOWER_ADVERB = 0.08
# Peoples and languages are written without their capital more often than names are.
LOWER_DEMONYM = 0.5
# Shorter than three letters these only: most of what lists and counts hold there is no English word.
SHORT = "a i am an as at be by do go he if in is it me my no of on or so to tv up us we"
# Contractions as normalise leaves them; the counts have them in two pieces, of which some look like words.
CONTRACTIONS = (
    "aint arent cant couldnt didnt doesnt dont hadnt hasnt havent hes im isnt ive mustnt shes shouldnt thats theres "
    "theyll theyre theyve wasnt werent weve whats wont wouldnt youll youre youve"
)
PIECES = "gon sha wan"
# What the word list leaves out, being a word game's, and the news writes: coarse words, new words, opening words.
UNLISTED = (
    "asap backend balls bastard bastards blockchain bloody breast breasts butt checkbox circa crap cryptocurrencies "
    "cryptocurrency customizable dataset datasets dropdown ejaculation erotic etc facto furthermore genital genitals "
    "grope groped groping hardcore incest incestuous infographic inline intercourse lust minimalistic mixtape moreover "
    "multi nude nudes nudity onsite orgasm orgy paedophile paedophiles paywall pedophile pedophiles penis pissed "
    "plugin plugins popup porn porno pornographic pornography proactively prostitute prostitutes prostitution rape "
    "raped rapes raping rapist rapists retarded sadistic semen sex sexy shit skillset slideshow slut standalone suck "
    "sucked sucks testicle testicles touchscreen transitioned transitioning transphobia transphobic vagina vaginal "
    "versa videogame walkthrough whore whores wishlist"
)
# Russian, Ukrainian and Bulgarian names as English news spells them.
LATIN = (
    "а=a б=b в=v г=g ґ=g д=d е=e ё=e є=ye ж=zh з=z и=i і=i ї=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f "
    "х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya"
)
CYRILLIC = {"ru_RU": "", "uk_UA": "г=h и=y", "bg_BG": "щ=sht ъ=a х=h"}

PUBLIC = "LicenseRef-public-domain"


def _census(file: str) -> Input:
    return Input(
        registry="pypi",
        package="names",
        version="0.3.0",
        file=f"names-0.3.0/names/{file}",
        licence=PUBLIC,
        sha256="726e46254f2ed03f1ffb5d941dae3bc67c35123941c29becd02d48d0caa2a671",
    )


LAST, WOMEN, MEN = _census("dist.all.last"), _census("dist.female.first"), _census("dist.male.first")
FAKER = Input(
    registry="pypi",
    package="Faker",
    version="40.63.0",
    file="faker/providers/person",
    licence="MIT",
    sha256="36627c20b575b4138f54b6c21f8703e9ab122fd487aca11319beec2aa6ca7232",
)
FORMS = Input(
    registry="pypi",
    package="spacy-lookups-data",
    version="1.0.5",
    file="spacy_lookups_data/data/en_lexeme_prob.json.gz",
    licence="MIT",
    sha256="466f21f087e4144bc93800679437ec5a17be7d0888734b1ba880b3ecb0978bc6",
)
LIST = Input(
    registry="npm",
    package="word-list",
    version="4.1.0",
    file="package/words.txt",
    licence="MIT",
    sha256="c0cd6e2a112392204960e9998d79347a8ae1571dab5e3fdbfa685ef5977faedb",
)
INPUTS = (LAST, WOMEN, MEN, FAKER, FORMS, LIST)


def main() -> None:
    """Collect, write and record."""
    found: dict[str, int] = defaultdict(int)
    for flag, words in _flagged():
        for word in words:
            found[word] |= flag
    path = DATA / OUT
    path.parent.mkdir(exist_ok=True)
    trie = marisa_trie.RecordTrie(FORMAT, [(word, (flags,)) for word, flags in sorted(found.items())])
    fresh = path.with_suffix(".new")
    trie.save(str(fresh))
    fresh.replace(path)  # whoever has the old file mapped keeps it whole
    credit = "US Census Bureau; Daniele Faraglia and the Faker contributors; ExplosionAI; Sindre Sorhus"
    record(OUT, licence="MIT", credit=credit, built_by="data/build/words.py", rows=len(found), inputs=INPUTS)
    for name in ("FIRST_NAME", "COMMON_FIRST_NAME", "SURNAME", "COMMON_SURNAME", "WORD", "COMMON_WORD"):
        print(name, sum(flags & globals()[name] > 0 for flags in found.values()))
    print(len(found), "words,", path.stat().st_size, "bytes")


def _flagged() -> Iterator[tuple[int, Iterable[str]]]:
    words = _words()
    last, abroad = _shares(LAST), _faker()
    # Either sex is about half of the people, so the shares may be added.
    first = dict((Counter(_shares(WOMEN)) + Counter(_shares(MEN))).most_common())
    yield WORD, words[:ALL_WORDS]
    yield COMMON_WORD, words[:WORDS]
    yield COMMON_FIRST_NAME, list(first)[:FIRST_NAMES]
    yield COMMON_SURNAME, list(last)[:SURNAMES]
    taken = set(words[:WORDS])
    first = {name: share for name, share in first.items() if name not in taken or share >= RARE_FIRST_NAME}
    # Abroad some people are called Washington or Smith, but in English text these are surnames.
    odd = taken.union(list(last)[:SURNAMES]).difference(first)
    yield FIRST_NAME, [*first, *(name for name in abroad["first"] if name not in odd)]
    surnames = list(last)[:ALL_SURNAMES]
    yield SURNAME, [name for rank, name in enumerate(surnames) if rank < RARE_SURNAME or name not in taken]
    yield SURNAME, [name for name in abroad["last"] if name not in taken]


def _shares(table: Input) -> dict[str, float]:
    """Each name of a Census table with its share of the people in percent, the most frequent first."""
    rows = (line.split() for line in table.read().decode("ascii").splitlines())
    return {normalise(row[0]): float(row[1]) for row in rows if row}


def _faker() -> dict[str, list[str]]:
    """The first and last names of Faker's locales, in Latin script; its files are read, not run."""
    found: dict[str, list[str]] = {"first": [], "last": []}
    with zipfile.ZipFile(FAKER.fetch()) as wheel:
        for file in sorted(name for name in wheel.namelist() if re.fullmatch(f"{FAKER.file}/\\w+/__init__.py", name)):
            letters = f"{LATIN} {CYRILLIC.get(file.split('/')[-2], '')}".split()
            table = str.maketrans({pair[0]: pair[2:] for pair in letters})
            for kind, name in _lists(ast.parse(wheel.read(file))):
                latin = normalise(name.lower().translate(table))
                if re.fullmatch("[a-z]{2,}( [a-z]+)*", latin):
                    found[kind] += {latin, re.sub("[iy]y$", "y", latin)}  # Zelenskyy and Zelensky
    return found


def _lists(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """'first' or 'last', and a name, for all names of a locale's file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            kind = re.match("(first|last)_.*(names?|pairs)", ast.unparse(node.targets[0]))
            for part in ast.walk(node.value) if kind else ():
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield kind[1], part.value


def _words() -> list[str]:
    """The words of the language, the most frequent in lower case first."""
    chances = {form: math.exp(chance) for form, chance in json.loads(gzip.decompress(FORMS.read())).items()}
    listed = set(LIST.read().decode("ascii").split()) - set(PIECES.split())
    names = {*_shares(WOMEN), *_shares(MEN), *_shares(LAST)}

    def lower_enough(word: str) -> bool:
        lower = chances[word] / (chances[word] + chances.get(word.capitalize(), 0.0))
        if lower < LOWER_DEMONYM and any(place.match == "demonym" for place in gazetteer().lookup(word)):
            return False
        return lower >= (LOWER_ADVERB if word.endswith("ly") and word not in names else LOWER)

    forms = {form for form in listed if len(form) > 2 and form in chances and lower_enough(form)}
    forms |= chances.keys() & set(UNLISTED.split())
    lead = [*SHORT.split(), *CONTRACTIONS.split()]
    return [*lead, *sorted(forms.difference(lead), key=lambda form: (-chances[form], form))]


if __name__ == "__main__":
    main()
