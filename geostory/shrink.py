"""Our own script and style without comments and indentation, as a page carries them.

Nothing is renamed and no statement is rewritten: the words stay in their order, and only space between them goes. A
line end goes only where a statement cannot end, so that what the language fills in by itself stays as it was. Template
literals within template literals are followed, which libraries that work by one regular expression get wrong.
"""

import re
from collections.abc import Iterator

__all__ = ["shrunk_script", "shrunk_style"]

_SPACE = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_WORD = re.compile(r"[\w$#\u0080-\uffff]+")
_STRING = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
_PATTERN = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/\w*")
_CHUNK = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*(?:`|\$\{)", re.DOTALL)
# Words after which a slash begins a pattern and divides nothing.
_BEFORE_VALUE = frozenset(
    ("return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await", "yield")
)
_STATEMENT_GOES_ON_AFTER = "{([,;:?=&|<>*!~^%"
_STATEMENT_GOES_ON_BEFORE = "})],;.?:&|="


def _words(script: str) -> Iterator[str]:
    """The words and signs of a script; space and comments come as one space or one line end."""
    at, last = 0, ""
    open_braces: list[int] = []  # for each template literal around: the braces open within its current ${
    while at < len(script):
        sign = script[at]
        if found := _SPACE.match(script, at):
            yield "\n" if "\n" in found[0] else " "
            at = found.end()
            continue
        closes = sign == "}" and open_braces and open_braces[-1] == 0
        if sign == "`" or closes:
            found = _CHUNK.match(script, at + 1)
            if found and found[0].endswith("${") and not closes:
                open_braces.append(0)
            elif found and found[0].endswith("`") and closes:
                open_braces.pop()
        elif sign in "\"'":
            found = _STRING.match(script, at)
        elif sign == "/" and (not last or last in _BEFORE_VALUE or not (last[-1].isalnum() or last[-1] in "_$)]}\"'`")):
            found = _PATTERN.match(script, at)
        else:
            found = _WORD.match(script, at)
            if open_braces and sign in "{}":
                open_braces[-1] += 1 if sign == "{" else -1
        end = found.end() if found else at + 1
        last = script[at:end]
        yield last
        at = end


def _apart(before: str, after: str) -> bool:
    """Whether two neighbours would be read as something else without a space between them."""
    both_words = all(sign.isalnum() or sign in "_$#" or sign > "\x7f" for sign in (before, after))
    return both_words or before + after in ("++", "--", "//", "/*", "<!") or (before.isdigit() and after == ".")


def shrunk_script(script: str) -> str:
    """A script without comments, indentation and needless space.

    Parameters
    ----------
    script : str
        JavaScript without JSX. A pattern right after a closing parenthesis, as in ``if (a) /b/.test(c)``, is taken
        for a division; write it in braces.

    Returns
    -------
    str
        The same statements.

    Examples
    --------
    >>> shrunk_script("const a = 1; // one\\nreturn `${a ? ` ${ a } b` : a}`;\\n")
    'const a=1;return`${a?` ${a} b`:a}`;'
    """
    made: list[str] = []
    space = ""
    for word in _words(script):
        if word in (" ", "\n"):
            space = word
            continue
        if space and made:
            before = made[-1][-1]
            ends = before not in _STATEMENT_GOES_ON_AFTER and word[0] not in _STATEMENT_GOES_ON_BEFORE
            if space == "\n" and ends:
                made.append("\n")
            elif _apart(before, word[0]):
                made.append(" ")
        made.append(word)
        space = ""
    return "".join(made)


_IN_STYLE = re.compile(r"(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|url\([^)]*\))|/\*.*?\*/", re.DOTALL)


def shrunk_style(style: str) -> str:
    """A style sheet without comments, indentation and needless space.

    Parameters
    ----------
    style : str
        CSS; strings and addresses stay as they are.

    Examples
    --------
    >>> shrunk_style('/* one */\\na > b, c :hover {\\n  content: "a  ;";\\n}\\n')
    'a > b,c :hover{content:"a  ;"}'
    """
    kept: list[str] = []

    def aside(found: re.Match[str]) -> str:
        if not found[1]:
            return " "
        kept.append(found[1])
        return f"\x00{len(kept) - 1}\x00"

    plain = re.sub(r"\s+", " ", _IN_STYLE.sub(aside, style))
    plain = re.sub(r" ?([{};,]) ?", r"\1", plain)
    # A colon with a space after it stands between a property and its value, never in a selector.
    plain = re.sub(r": ", ":", plain).replace(";}", "}").strip()
    return re.sub("\x00(\\d+)\x00", lambda found: kept[int(found[1])], plain)
