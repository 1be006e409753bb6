"""What stands on a news page beside its articles: bylines, ages and dates, and boilerplate. One line at a time.

The phrases are those that any site may print; a page's own wording is found by its repetition (see `scraped`).
"""

import re
from typing import Literal

from geostory.drafts import has_headline_form, phrases

__all__ = ["Kind", "core", "is_rule", "kind_of"]

Kind = Literal["age", "byline", "ornament", "aside", "list", "end", "short", "prose"]
"""'age' and 'byline' belong to an article's head; 'ornament' may ('- Northwind', as well as a list's item);
'aside' is boilerplate of one line, 'list' opens links to other articles, 'end' closes an article;
'short' may be a headline or a crosshead; 'prose' is what articles are made of."""

_NUMBER = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3})"
_UNIT = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|years?|yrs?|mo|[smhdwy])"
_RELATIVE = (
    rf"(?:(?:about |over |less than )?{_NUMBER} ?{_UNIT}\.? ago|\d{{1,3}} ?(?:mins?|hrs?|mo|[smhdwy])"
    r"|(?:just|right) now|moments ago|yesterday|today|last (?:week|month))"
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
_DAY = (
    rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}|{_WEEKDAY}(?:"
    rf"\d{{1,2}}(?:st|nd|rd|th)?[ -]{_MONTH}(?:,?[ -]\d{{4}})?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?))"
)
_CLOCK = (
    r"(?:\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:\.\d+)? ?(?:[ap]\.?m\.?)?|\d{1,2} ?[ap]\.?m\.?)"
    r" ?\(?(?:[a-z]{1,5}|local time)?(?:[+-]\d{1,2}:?\d{0,2})?\)?"
)
_STAMP = (
    r"(?:(?:first |last )?(?:updated|published|posted|modified|added|edited|filed)(?: on| at)?:? )?"
    rf"(?:{_RELATIVE}|{_DAY})(?:(?:,? (?:at |[-–|·•] )?|t){_CLOCK})?"
)
_AGE = re.compile(rf"{_STAMP}|{_CLOCK},? {_DAY}", re.IGNORECASE)
_READING_TIME = re.compile(r"\d{1,2}[- ]?min(?:ute)?s?(?: read)|reading time:? .{1,20}", re.IGNORECASE)

_NAME = r"(?:[A-ZÀ-ÖØ-Þ][\w'’.-]*|de|da|di|van|von|der|den|bin|al|el|la|le|du|dos)"
_BYLINE = re.compile(
    r"(?:(?:(?:[Ww]ords|[Ww]ritten|[Rr]eport(?:ing|ed)?|[Ss]tory|[Tt]ext|[Pp]osted|[Pp]ublished) )?(?:[Bb]y|BY)"
    r"|(?:[Aa]uthors?|[Rr]eporters?|[Ww]riters?|[Cc]orrespondents?|[Ss]ource|[Aa]gency|[Tt]ext|[Ww]ords):) "
    rf"(?P<names>{_NAME}(?:(?:,? (?:and|&|with|in|for|of|at) |, | / | ){_NAME}){{0,9}})"
)
_NOT_A_NAME = frozenset(
    phrases(
        "the|a|an|then|now|sunday|monday|tuesday|wednesday|thursday|friday|saturday|january|february|march|april|"
        "may|june|july|august|september|october|november|december|contrast|comparison|all|land|sea|air"
    )
)
_MARK = r"[|•·*~_–—▪●►»›-]"
_ORNAMENTED = re.compile(rf"{_MARK}{{1,3}}\s*(?P<core>\w.*?)\s*{_MARK}{{0,3}}")
_RULE = re.compile(r"(?:[-=_*~#•·—–.+]\s*){3,}")
_PARTS = re.compile(r"\s+[/–—-]\s+|\s*[|•·]\s*")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_HASHTAGS = re.compile(r"(?:#\w+[\s,]*)+")
_COUNT = re.compile(r"\(?[\d.,]+k?\)?(?: (?:comments?|shares?|likes?|views|reactions?|reads|replies))?", re.IGNORECASE)
_CREDIT = re.compile(
    r"©|\(c\) |copyright |(?:file )?(?:photo(?:graph)?|image|picture|video|caption)s?(?: (?:source|credit|by))?[:,©]",
    re.IGNORECASE,
)
_THING = r"(?:articles?|stor(?:y|ies)|posts?|page|news|reports?|coverage|headlines|videos?)"
_OWN_VOICE = re.compile(
    r"(?:please |don['’]t miss out |want more .{1,20}\? )?(?:sign up|subscribe|get|join|receive|download|try|explore|"
    r"install|become|support|enter|help|discover|follow|tell|log in|sign in|register|add|already|by signing up|"
    r"by subscribing|you can|thank you for|thanks for|we use|this site|never miss|stay|our)\b.*\b(?:newsletters?|"
    r"briefing|inbox|app|apps|ai|alerts?|updates?|channels?|e-?mails?|members?|membership|journalism|notifications?|"
    r"subscri\w+|unsubscribe|cookies|account|free trial|offers?|stay informed)\b.*",
    re.IGNORECASE,
)
_ASIDE_WHOLE = frozenset(
    phrases(
        "ad|ads|advert|adverts|advertisement|advertisements|advertising|ad feedback|sponsored|sponsored content|"
        "promoted|promoted content|paid content|paid post|read more|read on|keep reading|continue reading|"
        "learn more|see more|show more|show less|load more|view more|more|share|share article|share story|"
        "share post|copy link|link copied|print|print article|email|e-mail|save|save article|bookmark|"
        "gift article|facebook|twitter|x|whatsapp|telegram|linkedin|reddit|pinterest|instagram|messenger|youtube|"
        "flipboard|threads|bluesky|listen|listen now|play|play video|play audio|watch live|watch now|live tv|"
        "pause|mute|loading|sign in|sign up|log in|login|register|subscribe|subscribe now|newsletter|newsletters|"
        "accept all cookies|accept cookies|cookie settings|cookie policy|privacy|privacy policy|privacy notice|"
        "terms of use|terms of service|terms and conditions|all rights reserved|contact us|about us|getty images|"
        "shutterstock|hide caption|toggle caption|enlarge image|image caption|back to top|home|menu|search|next|"
        "previous|next article|previous article|skip to content|close|reply|report|open in app|follow|following|"
        "follow us|donate|support us|breaking news|live updates|exclusive|what do you think"
    )
)
_ASIDE_STARTS = phrases(
    "read more:|read more about|read more on|read also|also read|see also|more on this|read the full|"
    "click here|skip to|skip past|skip advert|scroll to|scroll down|tap to|click to|swipe to|share this|"
    "share the article|share on|share via|share to|share with|share by|share full|email this|print this|"
    "save this|save for later|bookmark this|listen to this|listen to the article|story continues|"
    "article continues|continues below|advertisement continues|continue with|show comments|view comments|"
    "view all|read comments|hide comments|load comments|post a comment|add a comment|write a comment|"
    "join the conversation|join the discussion|be the first to|no comments|no reactions|follow us on|"
    "follow us:|like us on|find us on|sign up to|sign up for|sign up here|sign up now|subscribe to our|"
    "subscribe to the|subscribe for|subscribe today|manage cookies|all rights reserved|image source|"
    "image credit|getty images|enlarge this image|try our|get our|get the app|download our|download the app|"
    "open the app|this article was originally|this story was originally|filed under|have a story|got a tip|"
    "report an error|report a typo|your browser does not|add us as"
)
_LIST_STARTS = phrases(
    "related|recommended|you may also|you might also|you may like|most read|most popular|most viewed|"
    "most watched|most shared|most commented|trending|more from|more stories|more news|more in|"
    "more like this|more to read|more top stories|more on|editor's picks|editors' picks|don't miss|up next|"
    "what to read next|read next|latest news|latest stories|latest from|latest in|top stories|top news|"
    "also in|in other news|other stories|popular now|popular stories|around the web|from around the web|"
    "from our partners|suggested for|must read|must reads|from the web|further reading"
)
_END_WHOLE = frozenset(
    phrases(
        "comments|comment|comments section|reader comments|your comments|leave a comment|leave a reply|hashtags|"
        "tags|topics|keywords|related tags|related topics|about the author|about the authors|discussion|"
        "end of article"
    )
)
_END_STARTS = ("tags:", "topics:", "keywords:", "hashtags:", "comments (")
_LONGEST_ASIDE = 16
_LONGEST_LIST_HEADING = 6


def core(line: str) -> str:
    """A line without ornaments at its ends, folded for comparison: '| Northwind Press |' is 'northwind press'."""
    found = _ORNAMENTED.fullmatch(line)
    return (found["core"] if found else line).casefold()


def is_rule(line: str) -> bool:
    """Whether a line only separates: '---', '* * *', '====='."""
    return bool(_RULE.fullmatch(line))


def _starts_with(line: str, phrases: tuple[str, ...]) -> bool:
    return any(line.startswith(p) and not line[len(p) : len(p) + 1].isalnum() for p in phrases)


def _boilerplate(line: str) -> Kind | None:
    plain = core(line).replace("’", "'")
    bare = plain.rstrip(".…:!?»› ")
    words = len(plain.split())
    if bare in _END_WHOLE or (words <= _LONGEST_ASIDE and _starts_with(plain, _END_STARTS)):
        return "end"
    if words <= _LONGEST_LIST_HEADING and _starts_with(plain, _LIST_STARTS):
        return "list"
    if bare in _ASIDE_WHOLE or (words <= _LONGEST_ASIDE and _starts_with(plain, _ASIDE_STARTS)):
        return "aside"
    if words <= 2 * _LONGEST_ASIDE and (_CREDIT.match(plain) or _OWN_VOICE.fullmatch(plain)):
        return "aside"
    return "aside" if _HASHTAGS.fullmatch(line) or _COUNT.fullmatch(plain) else None


def _byline(part: str) -> bool:
    found = _BYLINE.fullmatch(part.rstrip(","))
    if not found:
        return False
    first, *others = re.split(r"[\s,]+", found["names"].casefold())
    return first not in _NOT_A_NAME and (bool(others) or ":" in part or part.isupper())


def _head_line(line: str) -> Kind | None:
    """'age' or 'byline' for a line made of such parts, as 'By Jane Roe | 3h' and 'Northwind · Updated 2 hours ago'."""
    whole = _ORNAMENTED.fullmatch(line)
    parts = [part for part in _PARTS.split(whole["core"] if whole else line) if part]
    if not parts or len(line) > 120 or any(len(part.split()) > 12 for part in parts):
        return None
    ages = [bool(_AGE.fullmatch(part) or _READING_TIME.fullmatch(part)) for part in parts]
    bylines = [_byline(part) for part in parts]
    # 'By Jane Roe, 12 Aug 2025' and 'By Jane Roe Updated 3h ago': the stamp follows without a separator.
    for cut in re.finditer(r",? ", line):
        if _byline(line[: cut.start()]) and _AGE.fullmatch(line, cut.end()):
            return "age"
    others = [p for p, age, byline in zip(parts, ages, bylines, strict=True) if not age and not byline]
    if any(len(other.split()) > 5 or not has_headline_form(other) for other in others):
        return None
    return "age" if any(ages) else "byline" if any(bylines) else None


def kind_of(line: str) -> Kind:
    """What a line of a scraped page is, as far as it shows by itself.

    Examples
    --------
    >>> [kind_of(line) for line in ("By Jane Roe | 3h", "- Northwind", "Read more: Ferries stop", "Most read")]
    ['age', 'ornament', 'aside', 'list']
    >>> kind_of("Ferries stop in storm"), kind_of("Ferries stopped on Monday as a storm hit the strait.")
    ('short', 'prose')
    """
    found = _head_line(line) or _boilerplate(line)
    if found:
        return found
    headline = has_headline_form(line)
    if _ORNAMENTED.fullmatch(line) and headline and len(line.split()) <= 8:
        return "ornament"
    words = len(line.split())
    if headline and words <= 28 and not (_SENTENCE_END.search(line) and words > 22):
        return "short"
    return "prose"
