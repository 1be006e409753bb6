"""Finding toponyms: what a recogniser makes of each word, joined with the gazetteer's knowledge of whole names."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from statistics import fmean

import numpy as np
import numpy.typing as npt

from geostory.clues import CLUES, TAGS, Hit, Reading, dotted, lookup, readings
from geostory.doubts import doubted, is_body, names_war, no_nation
from geostory.errors import UsageError
from geostory.language import article_language, supported
from geostory.models import Article, Mention, Role
from geostory.recogniser import RECOGNISERS, Probabilities, Recogniser
from geostory.roles import role_of
from geostory.senses import UNIVERSITY, UNIVERSITY_OF
from geostory.spellings import spelled_mentions
from geostory.tokens import cue

__all__ = ["counts", "find_mentions"]

_HIGHWAY = re.compile(r" (?:\d|(?:Route|Highway|Hwy)\b)")  # 'U.S. 59' is a road of the country
_ENOUGH = 0.52  # probability of a place or demonym
_ENOUGH_NEW = 0.8  # of a place that the gazetteer lacks
_ENOUGH_SURE = 0.15  # of a name that is hardly ever anything else
_COORDINATED = re.compile(r" (?:and|or) (?:North|South|East|West|Upper|Lower)\w* [A-Z]\w+")  # 'North and South Korea'
_OWNED = re.compile(r"['’]s?(?: [A-Z]\w+){1,3}")
_OF_TOWN = re.compile(rf"\b{UNIVERSITY_OF}$")
_AFTER_TOWN = re.compile(rf"{UNIVERSITY}\b(?! [A-Z])")
_PARK = re.compile(r" National (?:Park|Forest|Reserve)\b")
_PARTIES = [[letter, dash] for letter in "dr" for dash in "-–"]  # 'D-Raleigh'
_SEATS = {"PAL", "GOVL", "ST"}
_SHARED_PERSON = 0.7  # of what it is in a person's full name
_SHARED = 0.5  # weight of what a word's other uses in the article seem to be
_BEGINS, _IN, _DEMONYM, _PERSON = (TAGS.index(tag) for tag in ("begins place", "in place", "demonym", "person"))
_LONGER = 1 << CLUES.index("in longer name")
_PLACED = 1 << CLUES.index("located") | 1 << CLUES.index("contained")
_WORD = 1 << CLUES.index("word")
_ENDS = 1 << CLUES.index("begins sentence")  # a word that may have its capital from there alone


def find_mentions(
    article: Article,
    *,
    recogniser: Recogniser | Callable[[Sequence[Reading]], Sequence[Probabilities]] = "accurate",
    demonyms: bool = True,
    facilities: bool = True,
) -> tuple[Mention, ...]:
    """The toponyms of an article, in title and text.

    Parameters
    ----------
    article : Article
    recogniser : 'accurate', 'fast' or callable
        Which model reads the words, or one of your own; see :mod:`geostory.recogniser`.
    demonyms : bool
        Whether peoples and adjectives ('Russian troops') count, as they do for an editor; some corpora leave them out.
    facilities : bool
        Whether schools, hospitals, airports and the like count by their own names; the same holds of them.

    Returns
    -------
    tuple of Mention
        Title first, then by position; none overlaps another. Offsets count Unicode code points. They depend on this
        article and the options alone.

    Raises
    ------
    UsageError
        If there is no such recogniser.

    Examples
    --------
    >>> article = Article(title="Moscow rejects talks", text="Shelling went on in Kyiv, Russian officials said.")
    >>> [(mention.text, mention.role) for mention in find_mentions(article)]
    [('Moscow', 'metonym'), ('Kyiv', 'literal'), ('Russian', 'demonym')]
    """
    if not callable(recogniser) and recogniser not in RECOGNISERS:
        raise UsageError(f"no such recogniser: {recogniser!r}; choose from {', '.join(RECOGNISERS)}")
    if not supported(language := article_language(article)):
        return spelled_mentions(article, language)
    both = readings(article)
    recognise = recogniser if callable(recogniser) else RECOGNISERS[recogniser]
    found = recognise(both)
    share(both, found)
    mentions = [mention for pair in zip(both, found, strict=True) for mention in mentions_of(*pair)]
    return tuple(mention for mention in mentions if counts(mention, demonyms=demonyms, facilities=facilities))


def counts(mention: Mention, *, demonyms: bool, facilities: bool) -> bool:
    """Whether a mention is of the sorts asked for, as :func:`find_mentions` has them."""
    return (demonyms or mention.role != "demonym") and (facilities or not _facility(mention.text))


def _facility(text: str) -> bool:
    """Whether a name is a school's, a hospital's or the like, and not also a town's ('Rohnert Park')."""
    words = text.lower().split()
    kind = words[-1] in cue("facilities") or words[-1].removesuffix("s") in cue("facilities")
    if not (len(words) > 1 and (kind or (words[0] in cue("facilities") and words[1] == "of"))):
        return False
    return not any(c.feature.startswith(("PPL", "ADM")) for c in lookup(text)[:1])


def share(both: Sequence[Reading], found: Sequence[Probabilities]) -> None:
    """Let each capitalised word hear what its other uses in the article seem to be: in place.

    Where it is part of a person's full name, it is that person's elsewhere too, but after words such as 'in'. A word
    that may have its capital from its sentence alone says nothing of the others.
    """
    often = Counter(reading.tokens.words[number] for reading in both for number in reading.uses)
    several = [[at for at in reading.uses if often[reading.tokens.words[at]] > 1] for reading in both]
    uses = [(reading, at) for reading, held in zip(both, several, strict=True) for at in held]
    numbers: dict[str, int] = {}
    group = np.array(
        [numbers.setdefault(reading.tokens.words[at], len(numbers)) for reading, at in uses], dtype=np.int64
    )
    bits = np.array([reading.uses[at] for reading, at in uses], dtype=np.int64)
    rows = np.concatenate([one[held] for one, held in zip(found, several, strict=True)])
    full = ((bits & _LONGER) > 0) & (rows[:, _PERSON] > _ENOUGH)
    placed = (bits & _PLACED) > 0

    def heard(which: npt.NDArray[np.bool_]) -> tuple[Probabilities, Probabilities]:
        """For each use, the mean of the others of its word among some, and how many there are."""
        sums, counts = np.zeros((len(numbers), len(TAGS)), np.float32), np.zeros((len(numbers), 1), np.float32)
        np.add.at(sums, group[which], rows[which])
        np.add.at(counts, group[which], 1)
        own = which[:, None].astype(np.float32)
        count = counts[group] - own
        return (sums[group] - own * rows) / np.maximum(count, 1), count

    told = np.array([reading.clues[at] for reading, at in uses], dtype=np.int64)
    opens = (told & _ENDS > 0) & (told & _WORD > 0)
    others, count = heard(~full & ~opens)
    people, persons = heard(full)
    person = ~placed[:, None] & (persons > 0)
    share = np.where(person, _SHARED_PERSON, np.where(count > 0, _SHARED, 0.0)) * ~full[:, None]
    rows = (1 - share) * rows + share * np.where(person, people, others)
    for one, held in zip(found, several, strict=True):
        one[held], rows = rows[: len(held)], rows[len(held) :]


def mentions_of(reading: Reading, rows: Probabilities) -> list[Mention]:
    """The toponyms of one reading, in its order, by the probabilities of its tokens' tags."""
    mentions: list[Mention] = []
    for start, end, demonym in sorted([*_places(reading, rows), *_demonyms(reading, rows)]):
        if mentions and start < mentions[-1].end:
            continue
        end = _with_ending(reading.text, start, end)
        text = reading.text[start:end]
        known = lookup(text)
        role: Role = "demonym"
        highway = text in {"U.S.", "US"} and _HIGHWAY.match(reading.text, end)
        if not (demonym or highway or (known and all(candidate.match == "demonym" for candidate in known))):
            role = role_of(reading.tokens, start, end, known)
        mentions.append(Mention(start=start, end=end, field=reading.name, text=text, role=role))
    return mentions


def _with_ending(text: str, start: int, end: int) -> int:
    """The end of a name with the possessive ending that is part of it: St. John's, of which St. John is another."""
    if not text.startswith("St", start) or text[end : end + 2] not in {"'s", "’s"}:
        return end
    whole, bare = lookup(f"{text[start:end]}'s"), lookup(text[start:end])
    known = whole and (whole[0].feature in {"PPLC", "PPLA"} or not bare or whole[0].population > bare[0].population)
    return end + 2 if known and whole[0].match == "name" else end


def _demonyms(reading: Reading, rows: Probabilities) -> Iterator[tuple[int, int, bool]]:
    """Spans of the gazetteer's demonyms that are meant as such."""
    for hit in reading.hits:
        if any(candidate.match == "demonym" for candidate in hit.found):
            if _combined(reading, hit) and not names_war(reading, hit.end):
                yield hit.start, hit.end, True
                continue
            held = rows[hit.first : hit.after]
            meant = (held[:, _DEMONYM] > np.maximum(_ENOUGH, held[:, _BEGINS] + held[:, _IN])).all()
            if meant and not no_nation(reading, hit.start, hit.end):
                yield hit.start, hit.end, True


def _combined(reading: Reading, hit: Hit) -> bool:
    """Whether a demonym stands before a hyphen and another one: 'Franco-German'."""
    other = reading.hit_at.get(hit.after + 1)
    hyphen = reading.text[hit.end : hit.end + 1] in {"-", "–"} and reading.tokens.joined(hit.after + 1)
    return bool(hyphen and other and any(candidate.match == "demonym" for candidate in other.found))


def _places(reading: Reading, rows: Probabilities) -> Iterator[tuple[int, int, bool]]:
    """Spans that are more likely places than not, as an editor would mark them."""
    likely: list[float] = (rows[:, _BEGINS] + rows[:, _IN]).tolist()
    begins: list[bool] = (rows[:, _BEGINS] >= rows[:, _IN]).tolist()
    parts = cue("parts")
    for number, word in enumerate(reading.tokens.lowers[:-1]):
        if word not in parts:
            continue
        if reading.capital[number] and _COORDINATED.match(reading.text, reading.tokens.ends[number]):
            likely[number], begins[number] = 1.0, True
        if likely[number] > _ENOUGH and reading.tokens.joined(number + 1):
            begins[number + 1] = False  # 'North Georgia' is one name
    # A name of several words that the gazetteer knows is found whole or not at all.
    for hit in reading.hits:
        numbers = range(hit.first, hit.after)
        if _rarely_else(reading, hit):
            for number in numbers:
                likely[number] += _ENOUGH - _ENOUGH_SURE
        if len(numbers) == 1 or max(likely[hit.first : hit.after]) <= _ENOUGH:
            continue
        parted = hit.found[0].match != "name" and any(begins[at] and likely[at] > _ENOUGH for at in numbers[1:])
        if not parted and fmean(likely[hit.first : hit.after]) > 0.6 * _ENOUGH:
            for number in numbers:
                likely[number], begins[number] = 1.0, number == hit.first
    runs: list[tuple[int, int]] = []
    for number, share in enumerate(likely):
        if share > _ENOUGH:
            goes_on = runs and runs[-1][1] == number and not begins[number] and reading.tokens.joined(number)
            runs.append((runs.pop()[0] if goes_on else number, number + 1))
    for first, after in runs:
        if span := _trimmed(reading, first, after):
            start, end = _whole(reading, *span)
            if known := lookup(reading.text[start:end]):
                tail = rows[first, _IN] > rows[first, _BEGINS] and _leads(reading, first - 1)
                if not (tail or doubted(reading, start, end, known)):
                    yield *_academic(reading, start, end), False
            elif fmean(likely[first:after]) >= _ENOUGH_NEW and (new := _new(reading, start, end)):
                yield *new, False
            elif inner := _leading(reading, first, after):
                yield *inner, False


def _academic(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """A town's name with the university's that it is part of: 'University of Leicester', 'Ohio State University'."""
    before = _OF_TOWN.search(reading.text, max(0, start - 30), start)
    after = _AFTER_TOWN.match(reading.text, end)
    return before.start() if before else start, after.end() if after and not before else end


def _rarely_else(reading: Reading, hit: Hit) -> bool:
    """Whether a name is hardly ever else: a seat of power's, a country's of several words, one with an event's word."""
    best = hit.found[0]
    if best.match != "name":
        return False
    if best.feature in _SEATS or (best.feature.startswith("PCL") and hit.after - hit.first > 1):
        return True
    if best.feature.startswith(("PPL", "ADM")) and not cue("events").isdisjoint(reading.tokens.after(hit.end, 1)):
        return True
    return reading.tokens.before(hit.start, 2) in _PARTIES and reading.tokens.joined(hit.first)


def _trimmed(reading: Reading, first: int, after: int) -> tuple[int, int] | None:
    """A span of tokens without articles, words in lower case, possessive endings and stray signs at its ends."""
    tokens, capital = reading.tokens, reading.capital
    while first < after and not (capital[first] or (reading.caseless and tokens.words[first].isalpha())):
        first += 1
    while after > first:
        last, hit = tokens.words[after - 1], reading.hit_at.get(after - 1)
        if (
            capital[after - 1]
            or (hit and hit.first >= first and hit.after == after)  # 'Côte d’Ivoire'
            or last[0].isdigit()
            or (reading.caseless and last.isalnum())
            or (last == "." and after - first > 1 and dotted(tokens.words[after - 2]))
        ):
            break
        after -= 1
    if (
        after - first > 1
        and tokens.words[first] in {"The", "THE"}
        and not lookup(reading.text[tokens.starts[first] : tokens.ends[after - 1]])
    ):
        first += 1
    return (tokens.starts[first], tokens.ends[after - 1]) if first < after else None


def _leads(reading: Reading, number: int) -> bool:
    """Whether a token seems to be the beginning of the name that the next one belongs to."""
    return (
        number >= 0
        and reading.tokens.joined(number + 1)
        and reading.capital[number]
        and not reading.clues[number] & _ENDS
    )


def _leading(reading: Reading, first: int, after: int) -> tuple[int, int] | None:
    """The gazetteer's name that leads a longer one which it lacks: 'Whitestown' of 'Whitestown Town Hall'."""
    hit = reading.hit_at.get(first)
    if hit is None or hit.first != first or hit.after >= after or doubted(reading, hit.start, hit.end, hit.found):
        return None
    words = {*reading.tokens.lowers[hit.after : after]}
    return (hit.start, hit.end) if words & (cue("public") | cue("civic") | cue("relief")) else None


def _new(reading: Reading, start: int, end: int) -> tuple[int, int] | None:
    """A name that the gazetteer lacks, from its first capital on; None where it is the tail of another name."""
    tokens = reading.tokens
    first = tokens.at(start)
    if is_body(tokens.lowers[first : tokens.at(end)]):
        return None
    owned = _OWNED.match(reading.text, end)  # 'Addenbrooke's Hospital'
    if owned and owned[0].split()[-1].lower() in cue("facilities"):
        end = owned.end()
    if tokens.words[first - 1 : first] in (["'s"], ["’s"]) and tokens.capital(first - 2) and tokens.joined(first):
        first -= 2
        start = tokens.starts[first]
    if not _leads(reading, first - 1) or reading.caseless:
        return start, end
    if tokens.lowers[tokens.at(end) - 1] not in cue("facilities"):
        return None
    while _leads(reading, first - 1):
        first -= 1
    return tokens.starts[first], end


def _whole(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """A name with the word for water or relief that it stands beside ('Koro' in 'Koro Sea'), or cut at a hyphen."""
    tokens, capital = reading.tokens, reading.tokens.capital
    first, number = tokens.at(start), tokens.at(end)
    if park := _PARK.match(reading.text, end):
        end = park.end()
    elif capital(number) and tokens.joined(number) and tokens.lowers[number] in cue("relief"):
        held = {*tokens.lowers[first:number]}
        if not (capital(number + 1) and tokens.joined(number + 1)) and not held & cue("relief"):
            end = tokens.ends[number]
    elif first and tokens.joined(first):
        lead = first - 2 if tokens.words[first - 1] == "of" else first - 1
        wanted = cue("relief_of") if lead < first - 1 else cue("relief_first")
        alone = not (capital(lead - 1) and tokens.joined(lead))
        if capital(lead) and tokens.lowers[lead] in wanted and alone and tokens.joined(lead + 1):
            start = tokens.starts[lead]
    if not lookup(reading.text[start:end]):
        cut = re.match(r"(?:-[A-Z\u00c0-\u00de][^\W_]+)+", reading.text[end : end + 40])
        end += len(cut[0]) if cut else 0
    return start, end
