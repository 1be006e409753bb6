"""Where the sentences of news prose begin and end: rules only, in Unicode code points.

A wrong cut costs more than a missed one (a reader sees half a sentence), so what is in doubt stays in one piece.
"""

import re
from functools import lru_cache

__all__ = ["sentence_span", "sentence_spans"]


def _words(block: str) -> frozenset[str]:
    return frozenset(block.split())


# Words before a name or a number: the full stop after them ends nothing.
_TITLES = _words(
    "mr mrs ms mx dr prof rev fr gen maj col lt cpt capt cmdr adm sgt cpl pvt pfc brig sen rep reps sens gov govs "
    "pres supt det insp hon msgr st ste mt mts ft no nos vs v art sec figs fig pp p vol approx ca cf e.g i.e viz "
    "messrs mme mlle amb atty asst assoc dept dist gens lts cols drs profs revs spc ens cdr"
)
_WORDS_TOO = frozenset({"no", "art", "fig", "p", "pp", "sec", "st", "supt", "vol", "rep", "reps", "pres", "gen"})
# Words that may stand inside a sentence as well as at its end.
_DOUBTFUL = _words(
    "inc corp co ltd llc plc bros jr sr esq etc al jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed "
    "thu thur thurs fri sat sun ala ariz ark calif colo conn del fla ga ill ind kan kans ky la md mass mich minn miss "
    "mo mont neb nebr nev okla ore pa penn tenn tex va vt wash wis wyo ont que alta sask ave blvd rd hwy bldg "
    "dist est lb lbs oz km mi ph.d m.d b.a m.a"
)
# A capitalised word that after a doubtful full stop shows that a new sentence begins.
_STARTERS = _words(
    "The A An This That These Those It Its He His She Her They Their We Our I My You Your There Here In On At By For "
    "From With Without After Before Since Until While When Where Why What Who How If Although Though Because As But "
    "And Or So Yet Not No Nor Only Also However Meanwhile Still Then Now Some Many Most Several Both Each All Any One "
    "Two Three Under Over During Despite Once Earlier Later Last Next Officials Police Authorities"
)
_AFTER_A_CLOCK = _words(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thurs Fri Sat Sun January February "
    "March April May June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct "
    "Nov Dec Eastern Central Mountain Pacific Atlantic Greenwich Moscow Kyiv Beijing Alaska Hawaii Local Daily "
    "ET EST EDT CT CST CDT MT MST MDT PT PST PDT AKDT AKST GMT BST UTC CET CEST"
)
_SPEECH = r"(?:said|says|asked|asks|told|added|adds|wrote|writes|replied|shouted|cried|joked|posted|warned|recalled)"

_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_STOP = re.compile(r"(?P<mark>[.!?…؟۔।]+|[。！？]+)(?P<close>[\"'”’»)\]]*)(?P<gap>\s*)")
_ABBREVIATION = re.compile(r"\b(?:[^\W\d_]+\.)*[^\W\d_]+$|\d+$")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}$")
_NEXT_WORD = re.compile(r"[\"'“‘«(\[—–-]*\s?(?P<word>\w+)")
_ATTRIBUTION = re.compile(rf"(?:[A-Z][\w'’.-]*\s){{1,4}}{_SPEECH}\b|{_SPEECH}\s[A-Z]")
_LONGEST_WORD = 40


def _word_before(text: str, begin: int, stop: int) -> str:
    found = _ABBREVIATION.search(text, max(begin, stop - _LONGEST_WORD), stop)
    return found[0] if found else ""


def _stop_ends_sentence(text: str, begin: int, stop: re.Match[str], following: str) -> bool:
    """Whether a single full stop ends a sentence, by the word before it and the word after."""
    word = _word_before(text, begin, stop.start())
    lower = word.lower()
    if word.isdigit():
        return bool(text[begin : stop.start() - len(word)].strip())  # '1. First item': the number leads the line
    if lower in {"a.m", "p.m"}:
        return following not in _AFTER_A_CLOCK and not following[:1].isdigit()
    if lower in _TITLES:
        if word in _WORDS_TOO:  # 'He said no. The vote ...' ends, 'see p. 12' does not
            return not following[:1].isdigit()
        return lower == "no" and following in _STARTERS
    initial = len(word) == 1 and word.isupper() and word != "I"
    dotted = bool(_DOTTED.fullmatch(word)) and not word.islower()
    if initial or dotted or lower in {"etc", "al"} or (lower in _DOUBTFUL and word[:1].isupper()):
        return following in _STARTERS
    return True


def _ends_sentence(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    after = stop.end()
    if after >= end or stop["mark"][0] in "。！？":
        return True
    if not stop["gap"]:
        # Scrapers lose spaces: 'agreed.Officials' are two sentences, 'U.S.Embassy' and 'example.com' are not.
        joined = text[after].isupper() and text[after + 1 : after + 2].islower()
        return joined and len(stop["mark"]) == 1 and text[max(begin, stop.start() - 3) : stop.start()].islower()
    opening = _NEXT_WORD.match(text, after, end)
    following = opening["word"] if opening else ""
    if text[after] == "." or following[:1].islower():
        return False
    if stop["close"] and stop["mark"] != "." and _ATTRIBUTION.match(text, after, end):
        return False  # '"Is it over?" Mr. Trump asked.'
    return stop["mark"] != "." or _stop_ends_sentence(text, begin, stop, following)


@lru_cache(maxsize=16)
def _spans(text: str) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        begin, end = line.span()
        end = begin + len(line[0].rstrip())
        begin += len(line[0]) - len(line[0].lstrip())
        for stop in _STOP.finditer(text, begin, end):
            if _ends_sentence(text, begin, stop, end):
                spans.append((begin, stop.end() - len(stop["gap"])))
                begin = stop.end()
        if begin < end:
            spans.append((begin, end))
    return tuple(spans)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a text, in order; together they hold all of it but white space.

    A line end always ends a sentence; a full stop does unless it belongs to an abbreviation, an initial or a number.

    Parameters
    ----------
    text : str
        Any text; it need not be clean.

    Returns
    -------
    list of (int, int)
        Half-open spans in Unicode code points.

    Examples
    --------
    >>> text = "Gen. Lee flew to the U.S. on Friday. He landed at 3.40 p.m. and left."
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Gen. Lee flew to the U.S. on Friday.', 'He landed at 3.40 p.m. and left.']
    """
    return list(_spans(text))


def sentence_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the sentence that holds ``text[start:end]``, or of all sentences that it touches.

    Parameters
    ----------
    text : str
    start, end : int
        Half-open span in Unicode code points; it may be empty.

    Returns
    -------
    (int, int)
        Half-open span that covers the given one.

    Raises
    ------
    ValueError
        If the span does not lie in the text.

    Examples
    --------
    >>> text = "It is cold. Nome is colder. Few live there."
    >>> sentence_span(text, 12, 16)
    (12, 27)
    """
    if not 0 <= start <= end <= len(text):
        raise ValueError(f"the span {start}..{end} does not lie in a text of {len(text)} characters")
    touched = [(a, b) for a, b in _spans(text) if a < max(end, start + 1) and start < b]
    if not touched:
        return start, end
    return min(start, touched[0][0]), max(end, touched[-1][1])
