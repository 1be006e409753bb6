"""Drafts of articles from the text of HTML, Markdown and feed documents, and from plain text.

Nothing here opens a file or an address: what a document names outside itself stays unread.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, cast

from geostory.drafts import Draft, leads_with_headline, normal_lines, parse_date, phrases, unwrapped
from geostory.furniture import kind_of
from geostory.scraped import articles_in_page, single_article

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["from_feed", "from_html", "from_markdown", "from_page", "from_text"]

_FRONT_LINE = re.compile(r"(?P<key>[A-Za-z][\w -]{0,40}?)\s*:(?:\s+(?P<value>.*))?$")
_ESCAPED = re.compile(r"""\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(["\\/ ]))""")
_XML_PROLOG = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
# Characters that XML has no place for, and that HTML can name all the same.
_NO_CONTROLS = dict.fromkeys({*range(32), 0x7F, 0x2029, 0xFFFE, 0xFFFF} - {9, 10, 13})
_CONTROL_REFERENCE = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|8233)|x0*(?:[0-8bcef]|1[0-9a-f]|2029));?", re.I)
_BLOCKS = frozenset(
    phrases(
        "address|article|blockquote|body|br|dd|div|dl|dt|footer|h1|h2|h3|h4|h5|h6|header|hr|li|main|ol|p|pre|section|"
        "table|td|th|tr|ul"
    )
)
_NOT_TEXT = frozenset(phrases("aside|figure|footer|form|head|iframe|nav|noscript|script|style|svg|template"))
_HEAD = 65_536
_ELEMENT = re.compile(
    r"<(?:!doctype|html|head|body|title|meta|main|article|section|div|table|h1|h2|p|ul|ol)[\s>]", re.IGNORECASE
)
_FEED_ELEMENT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_PARAGRAPH = "\u2029"
_DATE_META = phrases(
    "article:published_time|og:published_time|datepublished|date|dc.date|dc.date.issued|dcterms.date|dcterms.issued|"
    "dcterms.created|pubdate|publishdate|publish-date|publish_date|parsely-pub-date|sailthru.date|"
    "citation_publication_date"
)
_LONGEST_PAGE = 20_000  # lines
_LEAST_ARTICLE_WORDS = 40  # an <article> with less is a teaser or a reader's comment


def _squeezed(text: str) -> str:
    return " ".join(text.split())


# Plain text


def from_text(text: str) -> list[Draft]:
    """One article; the first line is its title where it looks like a headline. Folded paragraphs are joined again."""
    lines = normal_lines(text)
    while lines and not lines[0]:
        lines.pop(0)
    block = lines[: next((i for i, line in enumerate(lines) if not line), len(lines))]
    if leads_with_headline(block) and any(lines[1:]):
        return [Draft(lines[0], "\n\n".join(unwrapped(lines[1:])))]
    return [Draft("", "\n\n".join(unwrapped(lines)))]


def from_page(text: str) -> list[Draft]:
    """The articles of a scraped page; one without byline and boilerplate, or plain text, where it is not several."""
    lines = normal_lines(text)
    if len(lines) > _LONGEST_PAGE:
        return from_text(text)
    drafts = articles_in_page(lines)
    if len(drafts) > 1:
        return drafts
    single = single_article(lines)
    return [single] if single else from_text(text)


# Markdown


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The 'key: value' lines between two lines '---' at the top, and the text below them; values stay strings."""
    lines = text.lstrip("\ufeff").splitlines()
    if not lines or lines[0].rstrip() != "---":
        return {}, text
    end = next((i for i, line in enumerate(lines[1:200], start=1) if line.rstrip() in ("---", "...")), 0)
    found = [match for line in lines[1:end] if (match := _FRONT_LINE.match(line))]
    if not found:
        return {}, text
    values = {match["key"].lower(): (match["value"] or "").strip() for match in found}
    for key, value in values.items():
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            values[key] = _unquoted(value[1:-1], value[0])
    return values, "\n".join(lines[end + 1 :])


def _unquoted(inner: str, quote: str) -> str:
    """What stands between quotes, as YAML writes quotes and signs there (YAML 1.2.2, 7.3)."""
    if quote == "'":
        return inner.replace("''", "'")
    return _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)) if found[1] or found[2] else found[3], inner)


def _markdown_blocks(text: str) -> Iterator[tuple[str, str]]:
    """(tag, plain text) of each block; pictures and raw HTML are left out."""
    from markdown_it import MarkdownIt

    tag = ""
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        if token.nesting == 1:
            tag = token.tag
        elif token.type in ("fence", "code_block"):
            yield "pre", token.content
        elif token.type == "inline":
            parts = []
            for child in token.children or ():
                if child.type in ("text", "code_inline", "text_special"):
                    parts.append(child.content)
                elif child.type in ("softbreak", "hardbreak"):
                    parts.append(" ")
            yield tag, _squeezed("".join(parts))


def from_markdown(text: str) -> list[Draft]:
    """One article: title from the front matter, else the first '# Title', else a first line like a headline."""
    front, body = _front_matter(text)
    blocks = [(tag, block) for tag, block in _markdown_blocks(body) if block]
    title = front.pop("title", "")
    heading = next((i for i, (tag, _) in enumerate(blocks[:4]) if tag == "h1"), None)
    if heading is not None and title in ("", blocks[heading][1]):
        title = blocks.pop(heading)[1]
    given = front.pop("date", "")
    day, identifier = parse_date(given), front.pop("id", "")
    paragraphs = [block for _, block in blocks]
    if not title and len(paragraphs) > 1 and leads_with_headline(paragraphs[:1]):
        title = paragraphs.pop(0)
    problem = f"the date '{given}' is not one that geostory understands; write it as 2025-08-15"
    return [Draft(title, "\n\n".join(paragraphs), day, identifier, front, problem=problem if given and not day else "")]


# HTML


def _block_text(root: "HtmlElement") -> str:
    """All text below an element, its blocks apart by a blank line."""
    from lxml import etree

    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        skipped = event == "start" and (not isinstance(element.tag, str) or element.tag in _NOT_TEXT)
        if skipped:
            walk.skip_subtree()
        elif event == "start":
            parts += [_PARAGRAPH if element.tag in _BLOCKS else "", element.text or ""]
        if event != "start" and element is not root:
            parts += [_PARAGRAPH if element.tag in _BLOCKS else "", element.tail or ""]
    blocks = "".join(parts).split(_PARAGRAPH)
    return "\n\n".join(block for part in blocks if (block := _squeezed(part)))


def _tree(text: str) -> "HtmlElement | None":
    from lxml import etree, html

    clean = _CONTROL_REFERENCE.sub("", _XML_PROLOG.sub("", text, count=1)).translate(_NO_CONTROLS)
    try:
        return html.document_fromstring(clean)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _linked_data(tree: "HtmlElement") -> Iterator[Mapping[str, object]]:
    """Every object of the document's JSON-LD that has a headline or a day of publication."""
    for script in tree.iter("script"):
        if script.get("type", "").strip().lower() != "application/ld+json":
            continue
        try:
            stack = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        while stack:
            value = stack.pop(0)
            if isinstance(value, dict):
                if "headline" in value or "datePublished" in value:
                    yield value
                stack.extend(v for v in value.values() if isinstance(v, dict | list))
            elif isinstance(value, list):
                stack.extend(value)


def _meta(tree: "HtmlElement") -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        for attribute in ("property", "name", "itemprop"):
            if (key := element.get(attribute)) and (content := element.get("content")):
                found.setdefault(key.strip().lower(), _squeezed(content))
    return found


def _published(tree: "HtmlElement", meta: Mapping[str, str]) -> date | None:
    """Day of publication by the document's own metadata: JSON-LD, meta elements, <time datetime>; never its text."""
    stamps = [str(item.get("datePublished", "")) for item in _linked_data(tree)]
    stamps += [meta.get(key, "") for key in _DATE_META]
    times = [time for time in tree.iter("time") if time.get("datetime")]
    marked = [time for time in times if time.get("itemprop") == "datePublished" or time.get("pubdate") is not None]
    own = [time for time in times if not any(a.tag in ("aside", "footer", "nav") for a in time.iterancestors())]
    stamps += [str(time.get("datetime")) for time in (*marked, *own[:1])]
    return next((day for stamp in stamps if (day := parse_date(stamp))), None)


def _html_title(tree: "HtmlElement", meta: Mapping[str, str]) -> str:
    """The heading that the document's own title repeats, else the title that its metadata gives."""
    heads = [_squeezed(h.text_content()) for h in tree.iter("h1")]
    page = _squeezed(tree.findtext(".//title") or "")
    shared = meta.get("og:title", "")
    for head in heads:
        if head and (head in page or head in shared or not (page or shared)):
            return head
    headlines = (str(item["headline"]) for item in _linked_data(tree) if item.get("headline"))
    title = _squeezed(next(headlines, "")) or shared or next((head for head in heads if head), "") or page
    site = meta.get("og:site_name", "")
    for separator in (" | ", " - ", " – ", " — "):
        if site and title.endswith(separator + site):
            return title.removesuffix(separator + site)
    return title


def _own_text(text: str, title: str) -> str:
    """An article's paragraphs without the title and the byline that lead them."""
    paragraphs = [line for line in normal_lines(text) if line]
    head = [line for line in paragraphs[:4] if line != title and kind_of(line) not in ("age", "byline")]
    return "\n\n".join([*head, *paragraphs[4:]])


def _several_articles(tree: "HtmlElement") -> list[Draft]:
    """Drafts of the <article> elements of a page that holds several, each with its heading and its own text."""
    drafts = []
    for element in tree.iter("article"):
        if next(element.iterancestors("article"), None) is not None:
            continue
        heading = next(element.iter("h1", "h2", "h3"), None)
        title = _squeezed(heading.text_content()) if heading is not None else ""
        day = _published(element, {})
        text = _own_text(_block_text(element), title) if title else ""
        if len(text.split()) >= _LEAST_ARTICLE_WORDS:
            drafts.append(Draft(title, text, day))
    return drafts


def from_html(text: str) -> list[Draft]:
    """The article of a web page, or the articles of one with several <article> elements.

    What belongs to the article is trafilatura's judgement; a page too small for it gives all of its text.
    """
    import trafilatura

    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # its warnings are our ReadError
    tree = _tree(text) if _ELEMENT.search(text[:_HEAD]) else None
    if tree is None:
        return []
    meta = _meta(tree)
    title, day = _html_title(tree, meta), _published(tree, meta)
    extra = {"source": meta["og:site_name"]} if meta.get("og:site_name") else {}
    several = _several_articles(cast("HtmlElement", _tree(text)))
    if len(several) > 1:
        return [draft._replace(extra=extra) for draft in several]
    found = trafilatura.extract(tree, include_comments=False)
    return [Draft(title, _own_text(found or _block_text(tree), title), day, extra=extra)]


# Feeds


def _fragment_text(markup: str) -> str:
    """Plain text of the HTML that a feed carries inside its elements."""
    if "<" not in markup and "&" not in markup:
        return "\n\n".join(line for line in normal_lines(markup) if line)
    tree = _tree(f"<div>{markup}</div>")
    return _block_text(tree) if tree is not None else ""


def _entry(entry: Mapping[str, object], where: str, source: str) -> Draft:
    get = cast("Callable[[str, str], str]", entry.get)
    contents = [str(part.get("value", "")) for part in cast("list[Mapping[str, object]]", entry.get("content", []))]
    text = max((_fragment_text(part) for part in (*contents, get("summary", ""))), key=len)
    title = _squeezed(_fragment_text(get("title", "")))
    extra = {"link": get("link", ""), "author": get("author", ""), "source": source}
    day = parse_date(get("published", "")) or parse_date(get("updated", ""))
    return Draft(title, text, day, get("id", ""), {k: v for k, v in extra.items() if v}, where)


def from_feed(text: str) -> list[Draft]:
    """The entries of an RSS or Atom feed, in its order; the longest text that each carries."""
    import feedparser

    if not _FEED_ELEMENT.search(text[:_HEAD]):
        return []  # feedparser would look through all of it
    # From bytes: a string that looks like an address or a file's name would be opened.
    data = ('<?xml version="1.0" encoding="utf-8"?>' + _XML_PROLOG.sub("", text, count=1)).encode()
    feed = feedparser.parse(BytesIO(data), resolve_relative_uris=False)
    source = _squeezed(_fragment_text(str(feed.feed.get("title", ""))))
    return [_entry(entry, f"entry {i}", source) for i, entry in enumerate(feed.entries, start=1)]
