"""What a place name stands for: the place, or a government that acts in its name.

A country, region or capital is a metonym where it does or has what only a government does or has: it says, signs,
demands ('Moscow said'), it has a stance or a war ('Kyiv's demands'), or one has dealings with it ('ties with Moscow',
'talks between Seoul and Washington'). What happens on the ground keeps the name literal: in 'Russia invaded Ukraine'
both are places that a map of the story must show. So does any name after a word such as 'in' or 'near'.
"""

import re
from collections.abc import Sequence

from geostory.models import Candidate, Role
from geostory.tokens import Tokens, cue

__all__ = ["role_of"]

_GOVERNED = ("PCL", "PPLC", "ADM1", "TERR")
_SEATS = {"PAL", "GOVL", "BLDO", "ST"}  # of power
_LONGEST_LIST = 60
_AT_ODDS = re.compile(
    r"(?: (?:is|are|was|were|remains?|remained|still|now|again|increasingly|deeply))* "
    r"(?:at (?:odds|loggerheads)\b|in (?:a )?(?:dispute|row|feud|spat|standoff) with (?:the )?[A-Z]"
    r"|(?:falls?|fell) out with (?:the )?[A-Z])"
)
_LIST_BEFORE = re.compile(r"(?:[A-Z]\w*(?:['’]s)?(?: [A-Z]\w*)*(?:, | and |, and |-| or ))+$")
_LIST_AFTER = re.compile(r"(?:(?:, | and |, and | or )(?:the )?[A-Z]\w*(?: [A-Z]\w*)*)+")


def role_of(tokens: Tokens, start: int, end: int, found: Sequence[Candidate]) -> Role:
    """The role of a name that is no demonym.

    Parameters
    ----------
    tokens : Tokens
        Of the text that holds it.
    start, end : int
        Its span in code points.
    found : sequence of Candidate
        What the gazetteer knows by that name, best known first.

    Returns
    -------
    'literal' or 'metonym'
    """
    best = found[0] if found else None
    if best is None or not (best.feature.startswith(_GOVERNED) or best.feature in _SEATS):
        return "literal"
    # 'Washington and Seoul's desires': what holds of one name in a list of names holds of all.
    text = tokens.text
    lead = _LIST_BEFORE.search(text, max(0, start - _LONGEST_LIST), start)
    tail = _LIST_AFTER.match(text, end, end + _LONGEST_LIST)
    first, last = lead.start() if lead else start, tail.end() if tail else end
    before = [word for word in tokens.before(first, 4) if word != "the"]
    if before and before[-1] in cue("locative"):
        return "literal"
    if best.feature in _SEATS:
        return "literal" if before and before[-1] in {"at", "to", "from"} else "metonym"
    if (best.feature.startswith("PCL") and _office(tokens, end)) or _body(tokens, end):
        return "metonym"
    acts = _acts(tokens, end) or (last != end and _acts(tokens, last))
    if before[-1:] not in (["from"], ["of"]):  # 'a man from Washington was at odds with'
        acts = acts or any(_AT_ODDS.match(text, place) for place in {end, last})
    acts = acts or _dealt_with(before, tokens.after(last, 1))
    return "metonym" if acts else "literal"


def _acts(tokens: Tokens, end: int) -> bool:
    """Whether a verb of saying or deciding, or a possessive and what a state has, follows."""
    after = tokens.after(end, 6)
    if after[:1] and after[0] in {"'s", "’s", "'", "’"}:
        held = [word for word in after[1:5] if word.isalpha()]
        stop = next((number for number, word in enumerate(after[1:5]) if word in {",", ".", "of", "in", "to"}), 4)
        return any(word in cue("abstract") for word in held[: min(stop, 3)])
    helped = False
    for word in after:
        if _says(word) and not (helped and word.endswith("ed")):
            return True
        if word not in cue("helpers") and not word.endswith("ly"):
            return False
        helped |= word in {"is", "are", "was", "were", "be", "been"}  # 'was considered' is done to it
    return False


def _says(word: str) -> bool:
    return bool(_stems(word) & cue("says"))


def _stems(word: str) -> set[str]:
    """A verb and what it may be a form of."""
    cut = {word.removesuffix(ending) for ending in ("ing", "ed", "es", "s", "d")}
    return {word, word.removesuffix("ing") + "e", word.removesuffix("ies") + "y", word.removesuffix("ied") + "y"} | cut


def _office(tokens: Tokens, end: int) -> bool:
    """Whether an office or a body of the state follows ('US President', 'US Treasury Secretary')."""
    after = [word for word in tokens.after(end, 2) if word.isalpha()]
    if after[:1] and after[0] in cue("offices"):
        return True
    return len(after) > 1 and after[1] in cue("offices") and tokens.capital(tokens.at(end))


def _body(tokens: Tokens, end: int) -> bool:
    """Whether the name leads a public body's ('Florida Department of Health')."""
    number = tokens.at(end)
    return tokens.capital(number) and tokens.joined(number) and tokens.lowers[number] in cue("public")


def _dealt_with(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether the words before a name speak of dealings with it, or do to it what is done to governments."""
    if before[-1:] and after == ["to"] and _stems(before[-1]) & {"want", "expect"}:
        return True  # 'Paris wants Brussels to act'
    if {*after} & cue("people"):
        return False
    if before[-1:] and (before[-1] in cue("acts_on") or _stems(before[-1]) & cue("acts_on")):
        return True
    return (
        bool(before) and before[-1] in {"with", "between", "against", "on"} and bool({*before[:-1]} & cue("dealings"))
    )
