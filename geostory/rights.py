"""How much of an article a page may hold: all of it, short quotes, or none.

Whoever puts words of an article on a page asks here.

'quotes' keeps to at most 25 words about any one place and a tenth of the article's words in all. A headline and the
names of places are no part of that count.
"""

import heapq
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from geostory.errors import UsageError
from geostory.models import Article, Field, Mention
from geostory.sentences import sentence_span, sentence_spans
from geostory.story import Story

__all__ = ["PLACE_WORDS", "SHARE", "Quote", "Rights", "Text", "article_block", "rights_of", "source_of", "words_of"]

Text = Literal["full", "quotes", "none"]
Span = tuple[int, int]

PLACE_WORDS = 25
"""The most words of an article that may be quoted about one place."""
SHARE = 10
"""One word in so many of an article may be quoted in all."""

_LEAST, _SHORT = 5, 11  # words of a quote: fewer say nothing; so many it may have in a short article
_LONE = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Scripts without spaces: each letter counts as a word, so that a tenth stays a tenth.
_WORD = re.compile(rf"[{_LONE}]|[^\s{_LONE}]+")
_CLAUSE_END = re.compile(r"[,;:.!?…–—)\]\"”’»]$|^[–—]+$")
_LOOSE_END = " \t,;:–—-([“«‘"


class Quote(NamedTuple):
    """A part of an article's text that may be shown, and whether its sentence goes on before or after it."""

    start: int
    end: int
    cut_before: bool = False
    cut_after: bool = False


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What of one article may be shown.

    Parameters
    ----------
    text : 'full', 'quotes' or 'none'
    article : Article
    quotes : tuple of Quote
        Half-open spans of the article's text in code points, in order, apart from each other.
    phrases : tuple of (int, int)
        Spans of a few words that labels may use beside the quotes: 'north of Cairo'.
    """

    text: Text
    article: Article
    quotes: tuple[Quote, ...]
    phrases: tuple[Span, ...] = ()
    _shifts: tuple[int, ...] = field(default=(), repr=False)

    def _holding(self, start: int, end: int) -> int:
        """The index of the quote that holds a span, or -1."""
        index = bisect_right(self.quotes, start, key=lambda quote: quote.start) - 1
        return index if index >= 0 and end <= self.quotes[index].end else -1

    def shows(self, where: Field, start: int, end: int) -> bool:
        """Whether ``article.field_text(where)[start:end]`` may be shown."""
        if where == "title":
            return self.text != "none"
        held = any(a <= start and end <= b for a, b in self.phrases)
        return held or self._holding(start, end) >= 0

    def around(self, mentions: Iterable[Mention]) -> dict[str, str] | None:
        """The words around the first of some mentions that may be quoted, or None where none may.

        Returns
        -------
        dict
            'before', 'mention' and 'after', which together are the sentence or what may be shown of it.
        """
        for mention in mentions:
            if not self.shows(mention.field, mention.start, mention.end):
                continue
            text = self.article.field_text(mention.field)
            start, end = sentence_span(text, mention.start, mention.end)
            before = after = ""
            if self.text == "quotes" and mention.field == "text":
                index = self._holding(mention.start, mention.end)
                if index < 0:  # a phrase by itself is no quote
                    continue
                quote = self.quotes[index]
                start, end = quote.start, quote.end
                before, after = "… " * quote.cut_before, " …" * quote.cut_after
            return {
                "before": before + text[start : mention.start].lstrip(),
                "mention": mention.text,
                "after": text[mention.end : end].rstrip() + after,
            }
        return None

    @property
    def shown(self) -> str:
        """The text as the page has it: the article's own, or its quotes, a line each."""
        if self.text == "full":
            return self.article.text
        return "\n".join(self._line(quote) for quote in self.quotes)

    def _line(self, quote: Quote) -> str:
        words = self.article.text[quote.start : quote.end].replace("\n", " ")
        return "… " * quote.cut_before + words + " …" * quote.cut_after

    def moved(self, start: int, end: int, where: Field = "text") -> Span | None:
        """Where a span of the article lies in :attr:`shown` (a title's in the title); None where it is not shown."""
        if where == "title" or self.text == "full":
            return start, end
        index = self._holding(start, end)
        return None if index < 0 else (start + self._shifts[index], end + self._shifts[index])

    def within(self, start: int, end: int) -> list[Span]:
        """The spans of :attr:`shown` that hold what may be shown of ``article.text[start:end]``, marks of cuts too."""
        if self.text == "full":
            return [(start, end)] if start < end else []
        first = bisect_left(self.quotes, start, key=lambda quote: quote.start)
        found = []
        for index in range(first, len(self.quotes)):
            quote = self.quotes[index]
            if quote.start >= end:
                break
            at = quote.start + self._shifts[index] - 2 * quote.cut_before
            found.append((at, at + len(self._line(quote))))
        return found


# --- the choice -------------------------------------------------------------------------------------------------------


def words_of(text: str) -> list[Span]:
    """The spans of a text's words: what stands between spaces; in scripts without spaces, each letter.

    Examples
    --------
    >>> len(words_of("It is 3.5 km - no more.")), len(words_of("東京 is far"))
    (6, 4)
    """
    return [found.span() for found in _WORD.finditer(text) if any(map(str.isalnum, found[0]))]


class _Choice:
    """The words of one article that were chosen so far, and how many more there may be."""

    def __init__(self, text: str, anchors: Sequence[tuple[str, int, int]], avoided: Sequence[Span]) -> None:
        self.text, self.avoided = text, avoided
        self.words = words_of(text)
        self.starts = [start for start, _ in self.words]
        self.ends = [end for _, end in self.words]
        self.left = len(self.words) // SHARE
        self.taken: set[int] = set()
        self.spent: dict[str, set[int]] = {}
        self.anchors = sorted((start, end, key) for key, start, end in anchors)
        self._anchor_starts = [start for start, _, _ in self.anchors]
        self._longest = max((end - start for start, end, _ in self.anchors), default=0)

    def indices(self, start: int, end: int) -> range:
        """The words that a span touches."""
        return range(bisect_right(self.ends, start), bisect_left(self.starts, end))

    def keys(self, start: int, end: int) -> dict[str, None]:
        """What a span speaks of, in the order of the text."""
        low = bisect_left(self._anchor_starts, start - self._longest)
        high = bisect_left(self._anchor_starts, end)
        return dict.fromkeys(key for _, stop, key in self.anchors[low:high] if stop > start)

    def take(self, start: int, end: int) -> bool:
        """Choose a span, unless it would be too much in all or for one of its places."""
        added = set(self.indices(start, end))
        fits = len(added - self.taken) <= self.left
        keys = self.keys(start, end)
        if not fits or any(len(self.spent.get(key, set()) | added) > PLACE_WORDS for key in keys):
            return False
        self.left -= len(added - self.taken)
        self.taken |= added
        for key in keys:
            self.spent.setdefault(key, set()).update(added)
        return True

    def windows(self, sentence: Span, most: int) -> Iterator[Quote]:
        """Parts of a sentence of at most so many words, from the start of a clause to the end of one if may be."""
        inside = self.indices(*sentence)
        if 0 < len(inside) <= most:
            yield Quote(*sentence)
            return
        clauses = {inside.start} | {i + 1 for i in inside if self._ends_clause(i)}
        low, high = (bisect_left(self._anchor_starts, edge) for edge in sentence)
        named = {word for start, end, _ in self.anchors[low:high] for word in list(self.indices(start, end))[:1]}
        for first in sorted((clauses | named) - {inside.stop}):
            for last in sorted({end for end in clauses if first + _LEAST <= end <= first + most} | {first + most}):
                if last > inside.stop or last - first < _LEAST:
                    continue
                start, end = self.starts[first], self.ends[last - 1]
                if first == inside.start:
                    start = sentence[0]
                whole = last == inside.stop
                end = sentence[1] if whole else start + len(self.text[start:end].rstrip(_LOOSE_END))
                yield Quote(start, end, first > inside.start, not whole)

    def _ends_clause(self, index: int) -> bool:
        return bool(_CLAUSE_END.search(self.text[self.starts[index] : self.ends[index]]))

    def best(self, sentence: Span, most: int, quoted: set[str]) -> tuple[int, Quote] | None:
        """The part of a sentence that says most about what is not quoted yet: how much, and which."""
        low, high = (bisect_left(self._anchor_starts, edge) for edge in sentence)
        if low == high:
            return None
        best: tuple[tuple[int, ...], Quote] | None = None
        for quote in self.windows(sentence, most):
            if any(start < quote.end and quote.start < end for start, end in self.avoided):
                continue
            whole = [k for a, b, k in self.anchors[low:high] if quote.start <= a and b <= quote.end]
            new = len(set(whole) - quoted)
            length = len(self.indices(quote.start, quote.end))
            closed = self._ends_clause(self.indices(quote.start, quote.end)[-1])
            rank = (new, -quote.cut_before - quote.cut_after + closed, length)
            if new and (best is None or rank > best[0]):
                best = rank, quote
        return None if best is None else (best[0][0], best[1])


def _chosen(choice: _Choice) -> list[Quote]:
    """Quotes that speak of as many places as may be: always the sentence that adds most, the earlier of two equals."""
    sentences = sentence_spans(choice.text)
    quoted: set[str] = set()
    found: dict[Span, Quote] = {}
    most = min(PLACE_WORDS, max(_SHORT, choice.left // 4))
    for _ in range(2):  # the second time with what is left
        most = min(most, choice.left)
        if most < _LEAST:
            break
        queue = []
        for sentence in sentences:
            if sentence not in found and (first := choice.best(sentence, most, quoted)):
                queue.append((-first[0], sentence))
        heapq.heapify(queue)
        while queue and choice.left >= _LEAST:
            promised, sentence = heapq.heappop(queue)
            now = choice.best(sentence, min(most, choice.left), quoted)
            if now is None:
                continue
            if -now[0] > promised:  # less than when it was last looked at
                heapq.heappush(queue, (-now[0], sentence))
            elif choice.take(now[1].start, now[1].end):
                found[sentence] = now[1]
                quoted |= set(choice.keys(now[1].start, now[1].end))
    return sorted(found.values())


def _anchors(story: Story) -> list[tuple[str, int, int]]:
    """What a quote may be about: (key, start, end) for each mention in the text."""
    found = [(p.candidate.gazetteer_id, p.mention) for p in story.places if p.candidate]
    found += [(region.id, mention) for region in story.regions for mention in region.mentions]
    spans = [(key, m.start, m.end) for key, m in found if m.field == "text"]
    claims = [(f"distance {i}", d.claim) for i, d in enumerate(story.distances) if d.measure]
    return spans + [(key, claim.start, claim.end) for key, claim in claims if claim.field == "text"]


def rights_of(story: Story, text: str = "quotes", *, show_verdicts: bool = False) -> Rights:
    """What a story's page may show of its article.

    Parameters
    ----------
    story : Story
    text : 'full', 'quotes' or 'none'
        'quotes' keeps to :data:`PLACE_WORDS` words a place and one in :data:`SHARE` of the article's words.
    show_verdicts : bool
        Whether stated distances are shown beside the measured ones: then their words come first.

    Raises
    ------
    UsageError
        If there is no such choice.

    Examples
    --------
    >>> import geostory
    >>> text = "The ferry from Tangier reached Algeciras at noon. " + "Nobody said why it was late. " * 12
    >>> rights_of(geostory.tell(geostory.Article(title="", text=text))).shown
    'The ferry from Tangier reached Algeciras at noon.'
    """
    article = story.article
    if text == "full":
        return Rights(text="full", article=article, quotes=(Quote(0, len(article.text)),))
    if text == "none":
        return Rights(text="none", article=article, quotes=())
    if text != "quotes":
        raise UsageError(f"text={text!r}: choose from full, quotes, none")
    # A figure that differs is the desk's matter: it is in no quote, so that a page does not contradict itself.
    differing = [d.claim for d in story.distances if d.verdict == "differs" and not show_verdicts]
    choice = _Choice(article.text, _anchors(story), [(c.start, c.end) for c in differing if c.field == "text"])
    named = [(v.start, v.end) for v in story.vicinities if v.field == "text"]
    if show_verdicts:
        named += [(d.claim.start, d.claim.end) for d in story.distances if d.claim.field == "text"]
    phrases = tuple(span for span in named if choice.take(*span))
    quotes = tuple(_chosen(choice))
    shifts, at = [], 0
    for quote in quotes:
        shifts.append(at + 2 * quote.cut_before - quote.start)
        at += quote.end - quote.start + 2 * quote.cut_before + 2 * quote.cut_after + 1
    return Rights(text="quotes", article=article, quotes=quotes, phrases=phrases, _shifts=tuple(shifts))


# --- source and block -------------------------------------------------------------------------------------------------


def source_of(article: Article) -> tuple[str, str]:
    """The name of an article's source and its address on the web, each empty where the article has none."""
    given = (str(article.extra.get(key) or "") for key in ("link", "url"))
    link = next((address for address in given if re.fullmatch(r"https?://[^\s]+", address)), "")
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        link = host = ""
    return str(article.extra.get("source") or "") or host.removeprefix("www."), link


def article_block(rights: Rights) -> dict[str, Any]:
    """The article as a page's block has it: its title, and no more of its text than may be shown."""
    source, link = source_of(rights.article)
    return {
        "title": rights.article.title,
        "text": rights.shown,
        "rights": rights.text,
        "source": source,
        "link": link,
    }
