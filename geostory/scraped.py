"""A scraped page that holds several articles one after another, taken apart by its structure.

Every article on such a page has a *head*: a title line with, above or below it, lines that say who wrote it and when
(`furniture` knows those by their form). Heads repeat; that, and which side of the title the lines stand on, is what
a page shows whatever site it comes from. What remains between heads is prose and boilerplate, and a line of
boilerplate that no list of phrases knows gives itself away by standing on the page more than once.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from geostory.drafts import Draft, parse_date
from geostory.furniture import Kind, core, is_rule, kind_of

__all__ = ["articles_in_page", "single_article"]

_HEAD_KINDS = ("age", "byline")
_BOILERPLATE = ("aside", "list", "end")
_TITLE_WORDS = 4  # shorter lines above a title are more often its section ('World news') than the title
_OUTLET_WORDS = 5
_DEK_WORDS = 45
_LEAST_PROSE = 12  # words; a teaser with less is no article
_LONG_PARAGRAPH = 25


class _Line(NamedTuple):
    text: str
    kind: Kind
    gap: bool
    """Whether a blank line or a rule stands above."""

    @property
    def words(self) -> int:
        return len(self.text.split())


class _Head(NamedTuple):
    start: int
    title: int
    end: int
    sure: bool
    """Whether the title has a title's length and no list of links around it."""


def _lines(lines: Sequence[str]) -> list[_Line]:
    found: list[_Line] = []
    gap = True
    for line in lines:
        if line and not is_rule(line):
            found.append(_Line(line, kind_of(line), gap))
        gap = not line or is_rule(line)
    return _with_outlets(found)


def _with_outlets(lines: list[_Line]) -> list[_Line]:
    """Lines with the names of outlets and writers made known: short, beside an age or byline, and not only once."""
    for _ in range(2):  # a name may stand beside another name
        beside: Counter[str] = Counter()
        for i, line in enumerate(lines):
            if line.kind in ("short", "ornament") and line.words <= _OUTLET_WORDS and _touches_head(lines, i):
                beside[core(line.text)] += 1
        lines = [
            line._replace(kind="byline")
            if line.kind in ("short", "ornament")
            and _touches_head(lines, i)
            and (beside[core(line.text)] > 1 or line.kind == "ornament")
            else line
            for i, line in enumerate(lines)
        ]
    return lines


def _touches_head(lines: Sequence[_Line], i: int) -> bool:
    above = i > 0 and not lines[i].gap and lines[i - 1].kind in _HEAD_KINDS
    below = i + 1 < len(lines) and not lines[i + 1].gap and lines[i + 1].kind in _HEAD_KINDS
    return above or below


def _anchors(lines: Sequence[_Line]) -> Iterator[tuple[int, int]]:
    """Runs of age and byline lines (boilerplate of one line may stand between them), as half-open ranges."""
    i = 0
    while i < len(lines):
        if lines[i].kind not in _HEAD_KINDS:
            i += 1
            continue
        start = end = i
        while i < len(lines) and lines[i].kind in (*_HEAD_KINDS, "aside"):
            i += 1
            end = i if lines[i - 1].kind in _HEAD_KINDS else end
        yield start, end


def _prose_words(lines: Sequence[_Line]) -> int:
    return sum(line.words for line in lines if line.kind == "prose")


def _head_below(lines: Sequence[_Line], start: int, end: int) -> _Head | None:
    """The head whose title stands below its byline: a headline there, and prose after it."""
    first = next((i for i in range(end, len(lines)) if lines[i].kind != "aside"), len(lines))
    run = first
    while run < len(lines) and lines[run].kind == "short" and run - first < 3:
        run += 1
    if run == first or _prose_words(lines[run : run + 4]) == 0:
        return None
    # A section's name may lead the title; a crosshead or a dek may follow it.
    title = first + 1 if run > first + 1 and lines[first].words < _TITLE_WORDS <= lines[first + 1].words else first
    above = start - 1
    if above >= 0 and lines[above].kind == "short" and lines[above].words < _TITLE_WORDS and not lines[start].gap:
        start = above  # an outlet that is named only once
    return _Head(start, title, title + 1, sure=lines[title].words >= _TITLE_WORDS)


def _names_above(lines: Sequence[_Line], start: int, end: int) -> list[int]:
    """Lines above a byline that may be title, dek, section or a writer's bare name; a dek of prose is left out."""
    top = start
    while top > 0 and lines[top - 1].kind == "aside":
        top -= 1
    after = next((line.kind for line in lines[end:] if line.kind != "aside"), "prose")
    names: list[int] = []
    while top > 0:
        above = lines[top - 1]
        if above.kind in ("short", "ornament"):
            top -= 1
            names.insert(0, top)
            if above.gap and any(lines[i].words >= _TITLE_WORDS for i in names):
                break
        elif top > 1 and after == "prose" and _is_dek(above, lines[top - 2]) and _only_names(lines, names):
            top -= 1
        else:
            break
    return names


def _is_dek(line: _Line, above: _Line) -> bool:
    return line.kind == "prose" and line.words <= _DEK_WORDS and above.kind == "short"


def _only_names(lines: Sequence[_Line], indices: Sequence[int]) -> bool:
    return all(lines[i].words <= _OUTLET_WORDS for i in indices)


def _head_above(lines: Sequence[_Line], end: int, names: Sequence[int], repeats: Counter[str]) -> _Head | None:
    """The head whose title stands above its byline, with or without a dek between them."""
    titles = [i for i in names if lines[i].kind == "short"]
    if not titles or _prose_words(lines[end : end + 4]) == 0:
        return None
    fresh = [i for i in titles if repeats[core(lines[i].text)] <= 1] or titles  # not what stands above every title
    long = [i for i in fresh if lines[i].words >= _TITLE_WORDS]
    after_list = names[0] > 0 and lines[names[0] - 1].kind == "list" and not lines[names[0]].gap
    title = long[-1 if after_list else 0] if long else max(fresh, key=lambda i: lines[i].words)
    begin = title
    while begin > 0 and (
        lines[begin - 1].kind in _HEAD_KINDS
        or (lines[begin - 1].kind == "short" and lines[begin - 1].words < _TITLE_WORDS and not lines[begin].gap)
    ):
        begin -= 1
    return _Head(begin, title, end, sure=bool(long) and not after_list)


def _only_dates(lines: Sequence[_Line], heads: Sequence[_Head]) -> bool:
    """Whether nothing but calendar days marks the heads: then the page may be a diary or a timeline."""
    marks = [line for head in heads for line in lines[head.start : head.end] if line.kind in _HEAD_KINDS]
    return all(parse_date(line.text) and line.words <= 4 for line in marks)


def _heads_by_side(lines: Sequence[_Line]) -> tuple[list[_Head], bool]:
    """The heads of the layout that the page's anchors speak for, and whether their titles stand above the bylines."""
    anchors = list(_anchors(lines))
    names = [_names_above(lines, start, end) for start, end in anchors]
    repeats = Counter(core(lines[i].text) for run in names for i in run)
    above, below, votes = [], [], 0
    for (start, end), run in zip(anchors, names, strict=True):
        over, under = _head_above(lines, end, run, repeats), _head_below(lines, start, end)
        votes += (1 + over.sure if over else 0) - (1 + under.sure if under else 0)
        if over and (over.sure or not (under and under.sure)):
            above.append(over)
        if under:
            below.append(under)
    heads = above if votes >= 0 else below
    stops = [*(head.start for head in heads[1:]), len(lines)]
    return [
        head for head, stop in zip(heads, stops, strict=False) if _prose_words(lines[head.end : stop]) >= _LEAST_PROSE
    ], votes >= 0


def _heads(lines: Sequence[_Line]) -> list[_Head]:
    """The heads of a page's articles; empty where it is one article."""
    heads, title_first = _heads_by_side(lines)
    marked = any(line.kind in _BOILERPLATE for line in lines)
    if heads and _only_dates(lines, heads):
        whole_titles = all(lines[head.title].words >= _TITLE_WORDS for head in heads)
        if not (whole_titles if title_first else marked):
            return []
    if len(heads) == 1:
        closed = any(line.kind == "end" for line in lines[: heads[0].start])
        return heads if closed and _prose_words(lines[: heads[0].start]) >= _LEAST_PROSE else []
    return heads if heads else _heads_after_ends(lines)


def _heads_after_ends(lines: Sequence[_Line]) -> list[_Head]:
    """Heads on a page without bylines, where each article closes with the same boilerplate ('Comments')."""
    ends = [i for i, line in enumerate(lines) if line.kind == "end"]
    starts = [0, *(i + 1 for i in ends)]
    heads = []
    for start, stop in zip(starts, [*ends, len(lines)], strict=True):
        part = lines[start:stop]
        title = next((i for i, line in enumerate(part) if line.kind == "short" and line.words >= _TITLE_WORDS), None)
        if title is None or _prose_words(part[:title]) or _prose_words(part) < 60:
            if _prose_words(part):
                return []
            continue
        heads.append(_Head(start, start + title, start + title + 1, sure=True))
    return heads if len(heads) > 1 else []


def _leading_title(lines: Sequence[_Line]) -> int | None:
    """The title of an article that stands first on its page without a byline: the headline nearest above its prose."""
    first = next((i for i, line in enumerate(lines) if line.kind == "prose"), 0)
    run = first
    while run > 0 and lines[run - 1].kind == "short":
        run -= 1
        if lines[run].gap and lines[run].words >= _TITLE_WORDS:
            break
    long = [i for i in range(run, first) if lines[i].words >= _TITLE_WORDS]
    return long[0] if long else first - 1 if run < first else None


def _body(lines: Sequence[_Line], repeated: frozenset[str]) -> list[str]:
    """The paragraphs of one article: its lines without byline, boilerplate and links to other articles."""
    kept: list[_Line] = []
    i = 0
    while i < len(lines):
        line = lines[i]
        if line.kind in ("end", "list") and _prose_words(kept):
            i = _resume(lines, i + 1, _prose_words(kept), line.kind)
            continue
        if line.kind == "prose" or (line.kind in ("short", "ornament") and core(line.text) not in repeated):
            kept.append(line)
        i += 1
    # A crosshead has text below it, so what stands last and short is a link. Two articles may quote one sentence; as
    # the last of both it is the page's own.
    while kept and (kept[-1].kind != "prose" or core(kept[-1].text) in repeated):
        kept.pop()
    return [line.text for line in kept]


def _resume(lines: Sequence[_Line], i: int, kept: int, kind: Kind) -> int:
    """Where the article goes on after a line that closes it or lists others: where long paragraphs come again.

    A bar 'Comments (12)' may stand above the text as well as below it, so most of the prose decides.
    """
    stop = next((j for j in range(i, len(lines)) if lines[j].kind in ("end", "list")), len(lines))
    first = next((j for j in range(i, stop) if lines[j].kind == "prose" and lines[j].words >= _LONG_PARAGRAPH), stop)
    rest = _prose_words(lines[first:stop])
    return first if rest > kept or (kind == "list" and rest >= 2 * _LONG_PARAGRAPH) else stop


def _draft(lines: Sequence[_Line], title: int | None, end: int, repeated: frozenset[str]) -> Draft | None:
    """One article from the lines of its part of the page; the byline's stamp gives its date."""
    head = lines[: max(end, 0 if title is None else title + 1)]
    after = next((i for i in range(len(head), len(lines)) if lines[i].kind not in (*_HEAD_KINDS, "aside")), len(lines))
    marks = [line for line in lines[:after] if line.kind in _HEAD_KINDS]
    days = [day for line in marks if (day := parse_date(line.text))]
    start = 0 if title is None else title + 1
    own = [line for i, line in enumerate(head[start:]) if line.kind == "prose" or line.words > _OUTLET_WORDS + 1]
    paragraphs = _body([*own, *lines[len(head) :]], repeated)
    if not paragraphs:
        return None
    outlets = [line.text for line in marks if kind_of(line.text) in ("short", "ornament")]
    extra = {"source": outlets[0].strip("|•·*~_–—-> ")} if outlets else {}
    name = "" if title is None else lines[title].text
    return Draft(name, "\n\n".join(paragraphs), date=days[0] if days else None, extra=extra)


def articles_in_page(raw: Sequence[str]) -> list[Draft]:
    """The articles of a scraped page, in its order; empty where the lines are not several articles.

    Parameters
    ----------
    raw : sequence of str
        The page's lines without white space at their ends.

    Returns
    -------
    list of Draft
        Title, text (dek first, paragraphs apart by a blank line), the date where the byline holds a full one, and
        the outlet that the byline names as ``extra["source"]``.
    """
    lines = _lines(raw)
    heads = _heads(lines)
    if not heads:
        return []
    counts = Counter(core(line.text) for line in lines)
    repeated = frozenset(text for text, count in counts.items() if count > 1)
    drafts = []
    leading = lines[: heads[0].start]
    if _prose_words(leading) >= _LEAST_PROSE:
        drafts.append(_draft(leading, _leading_title(leading), 0, repeated))
    stops = [*(head.start for head in heads[1:]), len(lines)]
    for head, stop in zip(heads, stops, strict=True):
        part = lines[head.start : stop]
        drafts.append(_draft(part, head.title - head.start, head.end - head.start, repeated))
    return [draft for draft in drafts if draft]


def single_article(raw: Sequence[str]) -> Draft | None:
    """One scraped article without its byline and boilerplate, or None where the lines show neither.

    A lone line such as 'Comments' may be an article's own crosshead: it takes a byline or age under the title, or two
    lines of boilerplate, to show that the text was scraped.
    """
    lines = _lines(raw)
    first = next((i for i, line in enumerate(lines) if line.kind == "prose" and line.words > _DEK_WORDS // 2), 0)
    marked = any(line.kind in _HEAD_KINDS for line in lines[: first + 1][:8])
    if not marked and sum(line.kind in _BOILERPLATE for line in lines) < 2:
        return None
    anchors = list(_anchors(lines[:12]))
    heads = [h for a, b in anchors if (h := _head_above(lines, b, _names_above(lines, a, b), Counter()))]
    if heads:
        head = heads[0]
        return _draft(lines[head.start :], head.title - head.start, head.end - head.start, frozenset())
    title = _leading_title(lines)
    return _draft(lines, title, 0, frozenset())
