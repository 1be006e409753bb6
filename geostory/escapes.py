"""Text on its way into markup and script: nothing in it can end or open an element."""

import html
import json
import re

__all__ = ["inline_json", "markup_text", "unturned"]

_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def inline_json(value: object) -> str:
    r"""A value as JSON in which nothing can end or open an element, and no line ends but in writing.

    Examples
    --------
    >>> inline_json({"title": "</script>"})
    '{"title":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub("[<>&\u2028\u2029\x7f-\x9f\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)


def markup_text(value: object) -> str:
    """A value as text in markup or in a quoted attribute.

    Examples
    --------
    >>> markup_text('"Odesa" & <Kyiv>')
    '&quot;Odesa&quot; &amp; &lt;Kyiv&gt;'
    """
    clean = re.sub("[\ud800-\udfff\x00-\x08\x0b-\x1f]", "\ufffd", str(value))
    return html.escape(clean, quote=True)


def unturned(text: str) -> str:
    """A title or a name without the controls that turn the direction of what stands beside it (Unicode UAX #9).

    Examples
    --------
    >>> unturned("Kyiv\u202e gnp")
    'Kyiv gnp'
    """
    return _TURNS.sub("", text)
