"""From bytes to text: byte-order marks first, then what the document declares, then UTF-8, then a guess from bytes.

Raises ValueError with the reason only; the caller knows which source it was.
"""

import codecs
import re

__all__ = ["decode", "looks_binary"]

_MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that one's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
_DECLARED = [
    re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)"""),
    re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE),
]
# The web reads these labels as their Windows supersets, and pages are made to be read that way.
_AS_THE_WEB_READS = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874", "gb2312": "gb18030",
    "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
# What newsrooms' archives are in; a guess among every code page there is goes wrong more often.
_LIKELY = [
    "cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp932", "euc_jp",
    "gb18030", "big5", "cp949",
]  # fmt: skip
_WESTERN_MARKS = frozenset("‘’“”–—…•éèêëáàâäãåçñóòôöõøúùûüíìîïßæœÉÈÊÁÀÂÄÅÇÑÓÖØÚÜÍßÆŒ£€©®°½¼«»¡¿· §™šžŠŽ")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1b"))  # ESC starts the shifts of ISO-2022-JP
_HEAD = 4096
_SAMPLE = 64 * 1024


def looks_binary(data: bytes) -> bool:
    """Whether bytes that carry no UTF-16 or UTF-32 hold what no text holds: NUL, or many control characters."""
    return b"\0" in data or len(data) - len(data.translate(None, _CONTROLS)) > max(2, len(data) // 1000)


def _wide(data: bytes) -> str:
    """The byte order of UTF-16 without a mark: Latin letters leave every second byte NUL."""
    head = data[:_HEAD]
    if len(head) < 4 or len(data) % 2:
        return ""
    even, odd, half = head[::2].count(0), head[1::2].count(0), len(head) // 2
    if odd > 0.7 * half and not even:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 * half and not odd else ""


def _declared(data: bytes) -> str:
    for pattern in _DECLARED:
        if found := pattern.search(data[:_HEAD]):
            try:
                name = codecs.lookup(found[1].decode("ascii")).name
            except LookupError:
                continue
            if name.startswith(("utf-16", "utf-32")):
                continue  # the declaration was read byte by byte, so it is not in that
            return _AS_THE_WEB_READS.get(name, name)
    return ""


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    return text if isinstance(text, str) else None  # 'hex' and its like are codecs too


def _sniffed(data: bytes) -> str | None:
    """Text in a legacy encoding, by the lines that hold more than ASCII."""
    from charset_normalizer import from_bytes

    telling = b"\n".join(line for line in data[: 16 * _SAMPLE].split(b"\n") if not line.isascii())[:_SAMPLE]
    western = _strict(telling, "cp1252")
    foreign = [c for c in western or "" if not c.isascii()]
    if foreign and sum(c in _WESTERN_MARKS for c in foreign) >= 0.9 * len(foreign):
        # Single-byte code pages agree on quotes and dashes; English prose with a few accents is Windows-1252.
        found = _strict(data, "cp1252")
        if found is not None and len(foreign) < 0.3 * len(western or ""):
            return found
    best = from_bytes(telling, cp_isolation=_LIKELY).best()
    return _strict(data, best.encoding) if best else None


def decode(data: bytes) -> str:
    """Text of a document's bytes, without its byte-order mark.

    Parameters
    ----------
    data : bytes
        The whole document.

    Raises
    ------
    ValueError
        If it is not text; the message says why, without naming the source.

    Examples
    --------
    >>> decode("Düsseldorf".encode("utf-16"))
    'Düsseldorf'
    >>> decode(b'<meta charset="windows-1251"><p>\\xca\\xe8\\xe5\\xe2')[-4:]
    'Киев'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _strict(data[len(mark) :], encoding)
            if text is None:
                raise ValueError(f"its first bytes announce {encoding.upper()}, but it is not in that encoding")
            return text
    if wide := _wide(data):
        text = _strict(data, wide)
        if text is not None:
            return text
    if looks_binary(data):
        raise ValueError("it holds NUL bytes or other binary data, not text")
    declared = _declared(data)
    # Text that passes for UTF-8 with more than ASCII in it is UTF-8, also where a page saved again declares otherwise.
    for encoding in (declared, "utf-8") if data.isascii() else ("utf-8", declared):
        text = _strict(data, encoding) if encoding else None
        if text is not None:
            return text
    # A stray bad byte in a document that says what it is, or that is UTF-8 throughout else, is no reason to misread it.
    for encoding in (declared, "utf-8"):
        text = data.decode(encoding, "replace") if encoding else ""
        if 0 < text.count("\ufffd") <= len(text) // 1000:
            return text
    text = _sniffed(data)
    if text is None:
        raise ValueError("its text encoding cannot be told; save it as UTF-8")
    return text
