"""Finding toponyms: what the recogniser calls a place and the gazetteer's names, judged by the words beside them.

What the recogniser says of a span is evidence like any other: rules by kind then drop people, firms and roads that it
took for places, and add places that it missed where the gazetteer knows the name and the words around it speak of a
place. The article is gone over twice, so that what one part of it shows ('Melton Lewis Paris', 'Minot, N.D.') counts
in the others.
"""

import re
from collections.abc import Sequence

from geostory.evidence import (
    Hit,
    Memory,
    Reading,
    articled,
    corporate,
    everyday,
    evidence,
    great,
    located,
    lookup,
    titled,
)
from geostory.models import Article, Field, Mention, Role
from geostory.recogniser import NamedSpan, named_spans
from geostory.roles import role_of
from geostory.tokens import cue

__all__ = ["find_mentions"]

# What is enough for a gazetteer's name that the recogniser did not call a place, by its label for that very span
# (none: ''). The pairs were counted, places against others, on halves of three corpora and taken by kind.
_ANYWHERE = ("in", "by", "of", "bare")
_ALWAYS = frozenset({"placed", "close in"} | {f"{kind} {w}" for kind in ("same", "paired", "land") for w in _ANYWHERE})
_COUNTRY = frozenset(f"country {where}" for where in _ANYWHERE)
_DISTINCT = frozenset(f"distinct {where}" for where in _ANYWHERE)
_ENOUGH: dict[str, frozenset[str]] = {
    "": _ALWAYS | _DISTINCT | _COUNTRY | {"near in", "near by", "close by", "great in", "great by", "sole bare"},
    "PERSON": _ALWAYS - {"paired bare"} | {"near in", "near by", "near of", "great in", "name in", "name of"},
    "ORG": _ALWAYS
    | _DISTINCT
    | _COUNTRY
    | {"great in", "great by", "name in", "close by", "sole bare"}
    | {f"near {where}" for where in _ANYWHERE},
    "FAC": _ALWAYS | {f"name {where}" for where in _ANYWHERE},
    "NORP": _ALWAYS - {"paired bare"} | _COUNTRY | {"great in", "great by", "near in"},
    "EVENT": _ALWAYS | {"great in", "near in"},
    "WORK_OF_ART": _ALWAYS | {"great in", "near in"},
    "PRODUCT": _ALWAYS | {"great by", "great in"},
}


# 'Melton Lewis Paris, 51,': the last of several names, before an age.
_AGED_PERSON = re.compile(r"(?:\b[A-Z][\w.'’-]{0,30} ){1,4}([A-Z][\w'’-]{0,30}), \d{1,3},")


def find_mentions(article: Article) -> tuple[Mention, ...]:
    """The toponyms of an article, in title and text.

    Parameters
    ----------
    article : Article

    Returns
    -------
    tuple of Mention
        Title first, then by position; none overlaps another. Offsets count Unicode code points. They depend on this
        article alone.

    Examples
    --------
    >>> article = Article(title="Moscow rejects talks", text="Shelling went on in Kyiv, Russian officials said.")
    >>> [(mention.text, mention.role) for mention in find_mentions(article)]
    [('Moscow', 'metonym'), ('Kyiv', 'literal'), ('Russian', 'demonym')]
    """
    readings = [_read(name, article.field_text(name)) for name in ("title", "text")]
    lower = {token.text for reading in readings for token in reading.tokens.items if token.text.islower()}
    memory = Memory(people=_people(readings), places=set(), areas=set(), lower=lower, spots=set())
    for reading in readings:
        _remember(memory, reading, _mentions(reading, memory))
    return tuple(mention for reading in readings for mention in _mentions(reading, memory))


def _read(name: Field, text: str) -> Reading:
    # Lone surrogates have no UTF-8: a sign of the same length stands in for each.
    text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    return Reading(name, text, named_spans(text))


def _people(readings: Sequence[Reading]) -> set[str]:
    """Names by which an article speaks of the people that it names in full: the last, or a first that stands alone too.

    'Kim Jong-un' is Kim from then on, as 'Vladimir Putin' is Putin.
    """
    found: set[str] = set()
    alone = {r.text[span.start : span.end] for r in readings for span in r.spans if span.label == "PERSON"}
    for reading in readings:
        for match in _AGED_PERSON.finditer(reading.text):
            found.update({match[1]} if not lookup(match[0].split(",")[0]) else ())
        for span in (span for span in reading.spans if span.label == "PERSON"):
            words = [reading.tokens.items[number].text for number in reading.numbers(span.start, span.end)]
            words = [word for word in words if word[0].isupper() and word not in {"Jr", "Sr", "II", "III"}]
            full = len(words) > 1 and not lookup(reading.text[span.start : span.end])
            if words and (full or titled(reading, span.start)) and not located(reading, span.start, span.end):
                found.update({words[-1], *({words[0]} & alone)})
    return found


def _remember(memory: Memory, reading: Reading, mentions: Sequence[Mention]) -> None:
    """Note what a first look at a field has found."""
    reading.starts, reading.ends = {mention.start for mention in mentions}, {mention.end for mention in mentions}
    for mention in mentions:
        if mention.role != "demonym":
            memory.places.add(mention.text)
            best = [c for c in lookup(mention.text)[:1] if c.match == "name" and (c.feature == "PPLA" or great([c]))]
            memory.spots.update((c.lat, c.lon, c.country) for c in best)
            memory.areas.update((c.country, c.name) for c in lookup(mention.text)[:1] if c.feature == "ADM1")


def _mentions(reading: Reading, memory: Memory) -> list[Mention]:
    """The toponyms of one field, in its order: the recogniser's first, then the gazetteer's where none stands yet."""
    chosen: dict[tuple[int, int], Role] = {}
    for span in reading.spans:
        for start, end in _judge_span(reading, span, memory):
            hit = reading.hit_at.get(reading.tokens.at(start))
            if hit and hit.names and hit.start <= start and end <= hit.end:
                start, end = hit.start, hit.end
            known = lookup(reading.text[start:end])
            chosen[start, end] = "demonym" if known and all(c.match == "demonym" for c in known) else "literal"
    chosen = {(span if role == "demonym" else _whole(reading, *span)): role for span, role in chosen.items()}
    taken = {number for start, end in chosen for number in reading.numbers(start, end)}
    for hit in reading.hits:
        if taken.isdisjoint(reading.numbers(hit.start, hit.end)) and (role := _judge_hit(reading, hit, memory)):
            chosen[(hit.start, hit.end) if role == "demonym" else _whole(reading, hit.start, hit.end)] = role
    mentions: list[Mention] = []
    for (start, end), role in sorted(chosen.items()):
        if not mentions or start >= mentions[-1].end:
            text = reading.text[start:end]
            role = role_of(reading.tokens, start, end, lookup(text)) if role == "literal" else role
            mentions.append(Mention(start=start, end=end, field=reading.name, text=text, role=role))
    return mentions


def _whole(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """A name with the word for water or relief that it stands beside ('Koro' in 'Koro Sea'), or cut at a hyphen."""
    tokens = reading.tokens
    first, number = tokens.at(start), tokens.at(end)

    def capital(at: int) -> bool:
        return tokens.items[at].capital if 0 <= at < len(tokens.items) else False

    held = {tokens.items[at].lower for at in range(first, number)}
    if capital(number) and tokens.joined(number) and tokens.items[number].lower in cue("relief"):
        if not (capital(number + 1) and tokens.joined(number + 1)) and not held & cue("relief"):
            end = tokens.items[number].end
    elif first and tokens.joined(first):
        lead = first - 2 if tokens.items[first - 1].text == "of" else first - 1
        wanted = cue("relief_of") if lead < first - 1 else cue("relief_first")
        alone = not (capital(lead - 1) and tokens.joined(lead))
        if capital(lead) and tokens.items[lead].lower in wanted and alone and tokens.joined(lead + 1):
            start = tokens.items[lead].start
    saint = re.search(r"\bst\. $", reading.text[max(0, start - 5) : start], re.IGNORECASE)
    if saint and lookup(saint[0] + reading.text[start:end]):
        start -= len(saint[0])
    if not lookup(reading.text[start:end]):
        cut = re.match(r"(?:-[A-Z\u00c0-\u00de][^\W_]+)+", reading.text[end : end + 40])
        end += len(cut[0]) if cut else 0
    return start, end


def _barred(reading: Reading, start: int, end: int) -> bool:
    """Whether a name is, or begins, that of a road, a day, an illness or a saint's church, or is a mere title."""
    text = reading.text[start:end]
    number = reading.tokens.at(end)
    last = reading.tokens.items[number - 1].lower
    after = [token for token in reading.tokens.items[number : number + 2] if token.lower not in {"'s", "’s"}][:1]
    if re.search(r"\d", text) or end - start < 2 or ("." in text and text.lower().rstrip(".") in cue("titles")):
        return True
    if re.match(r"(?:St\.?|Saint) .*['’]s", reading.text[start : end + 2]) or last in cue("illness"):
        return True
    if last in cue("roads"):
        return not great(Hit(start, end, lookup(text)).own)  # 'Downing Street' is more than a road
    if after and after[0].lower in cue("illness"):
        return not any(c.feature.startswith("PCL") for c in lookup(text)[:1])
    return bool(after) and after[0].capital and after[0].lower in cue("roads")


def _judge_span(reading: Reading, span: NamedSpan, memory: Memory) -> list[tuple[int, int]]:
    """The toponyms in a span that the recogniser calls a place; none where the words around it say otherwise."""
    trimmed = reading.trim(span.start, span.end)
    if trimmed is None or not (span.label in {"GPE", "LOC"} or _new_place(reading, span, memory)):
        return []
    text = reading.text[slice(*trimmed)]
    if _barred(reading, *trimmed) or titled(reading, trimmed[0]):
        return []
    if text in memory.people and not located(reading, *trimmed):
        return []
    # 'Israel Adesanya' is one name; 'in Alaska Putin said' is two.
    if any(other.label == "PERSON" and other.start == trimmed[1] + 1 for other in reading.spans) and not located(
        reading, *trimmed
    ):
        return []
    known = Hit(*trimmed, lookup(text))
    if everyday(text, known.names) or _first_name(reading, known) or _no_place(reading, known):
        return []
    return [trimmed] if known.found else _unknown(reading, *trimmed)


def _no_place(reading: Reading, hit: Hit) -> bool:
    """Whether a name is a word with an article or a firm's."""
    if not hit.names:
        return False
    names = (reading, hit.start, hit.end, hit.names)
    return articled(*names) or corporate(*names)


def _first_name(reading: Reading, known: Hit) -> bool:
    """Whether a lesser place's name is followed by what looks like a last name ('Volodymyr Zelenskyy')."""
    number = reading.tokens.at(known.end)
    if number >= len(reading.tokens.items) or great(known.own) or not reading.tokens.joined(number):
        return False
    word = reading.tokens.items[number].text
    return word[0].isupper() and word[1:].islower() and not (everyday(word, []) or lookup(word))


def _new_place(reading: Reading, span: NamedSpan, memory: Memory) -> bool:
    """Whether a single word that the recogniser calls a person's, in no gazetteer, is a place: 'in Kampungu'."""
    text = reading.text[span.start : span.end]
    if span.label not in {"PERSON", "NORP"} or not text.isalpha() or text in memory.people or lookup(text):
        return False
    if text in memory.places:
        return True
    before, after = reading.tokens.before(span.start, 2), reading.tokens.after(span.end, 1)
    return (before[-1:] == ["in"] or (before[-1:] == ["of"] and before[0] in cue("kinds"))) and after not in (
        ["'s"],
        ["’s"],
    )


def _unknown(reading: Reading, start: int, end: int) -> list[tuple[int, int]]:
    """What to make of a place that the gazetteer lacks: places within its name, or the whole if a place word leads."""
    parts = [hit for hit in reading.hits if start <= hit.start and hit.end <= end]
    parts = [hit for hit in parts if hit.names and not everyday(reading.text[hit.start : hit.end], hit.names)]
    rest = reading.text[start:end]
    for hit in reversed(parts):
        rest = rest[: hit.start - start] + rest[hit.end - start :]
    fillers = cue("public") | cue("kinds") | cue("types") | {"of", "and", "the"}
    if parts and all(word.islower() or word.lower() in fillers for word in re.findall(r"[^\W_]+", rest)):
        return [(hit.start, hit.end) for hit in parts]  # 'Columbia County Jail', 'U.S.-led', 'Village of Glen Carbon'
    before = [word for word in reading.tokens.before(start, 2) if word != "the"][-1:]
    led = bool(before) and before[0] in cue("loose") | {",", ".", "and"} and not reading.text[start:end].isupper()
    return [(start, end)] if led or located(reading, start, end) else []


def _judge_hit(reading: Reading, hit: Hit, memory: Memory) -> Role | None:
    """The role of a gazetteer's name that the recogniser did not call a place; None where it is not meant as one."""
    text = reading.text[hit.start : hit.end]
    span = reading.span_over(hit.start, hit.end)
    if _barred(reading, hit.start, hit.end):
        return None
    national = span is not None and span.label == "NORP" and len(hit.names) < len(hit.found)
    if not hit.names or hit.found[0].match == "demonym" or national:
        return "demonym" if _is_demonym(reading, text, span, memory) else None
    if titled(reading, hit.start) or everyday(text, hit.names) or text.lower() in memory.lower:
        return None
    if _no_place(reading, hit):
        return None
    found = evidence(reading, hit, memory)
    if span is not None and _listing(reading, span):
        span = None
    if span is None or reading.trim(span.start, span.end) == (hit.start, hit.end):
        return "literal" if found & _ENOUGH.get(span.label if span else "", frozenset()) else None
    return _inside(reading, hit, span, {pair.split()[0] for pair in found})


def _listing(reading: Reading, span: NamedSpan) -> bool:
    """Whether a span that the recogniser took for one name lists several of the gazetteer's ('Oleshky and Tokmak')."""
    parts = re.split(r",? and |, ", reading.text[span.start : span.end])
    return len(parts) > 1 and all(any(c.match == "name" for c in lookup(part)) for part in parts)


def _is_demonym(reading: Reading, text: str, span: NamedSpan | None, memory: Memory) -> bool:
    if span is None or span.label == "NORP":
        return text not in memory.people
    return span.label in {"ORG", "FAC", "GPE", "LOC"} and _public(reading, span)


def _public(reading: Reading, span: NamedSpan) -> bool:
    """Whether a span, or the word after it, names a public body or building."""
    trimmed = reading.trim(span.start, span.end)
    if trimmed is None:
        return False
    text = reading.text[slice(*trimmed)]
    if "News" in text.split():
        return False  # an agency of another kind
    parts = re.split(r" (?:of|for|at|on) ", text)
    heads = {part.split()[-1].lower() for part in parts if part.split()}
    return bool(heads & cue("public")) or bool({*reading.tokens.after(trimmed[1], 1)} & cue("public_after"))


def _inside(reading: Reading, hit: Hit, span: NamedSpan, kinds: set[str]) -> Role | None:
    """A place inside a longer name, kept where it leads a public body's ('Athens Police Department') or is known."""
    trimmed = reading.trim(span.start, span.end)
    if span.label not in {"ORG", "FAC", "EVENT"} or trimmed is None:
        return None
    public = _public(reading, span)
    civic = bool({*reading.tokens.after(hit.end, 3)} & cue("civic"))
    known = bool(kinds & {"same", "near", "placed"}) or ("great" in kinds and public) or ("name" in kinds and civic)
    leads = trimmed[0] == hit.start or "placed" in kinds
    follows = public and ("same" in kinds or reading.tokens.before(hit.start, 1) == ["of"])
    if not (known and (leads or follows)):
        return None
    return "metonym" if span.label == "ORG" and public else "literal"
