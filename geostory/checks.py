"""What an editor should look at in pages that are to go out, read from the pages and the desk's notes on them."""

import json
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geostory.desk import Finding, Level, read_notes
from geostory.errors import ReadError
from geostory.words import day, join

__all__ = ["check_page", "finding_lines", "page_paths"]

Block = Mapping[str, Any]

WEIGHT = (350, 110)
"""What a page may weigh, plain and gzipped, in kB of 1,000 bytes."""
_NO_PAGES = ("index.html", ".snippet.html")  # ends of what 'render' writes beside pages
_OWN_WORDS = ("control", "overlays")  # layers whose features come from elsewhere than the article
# Elements and attributes that a browser fetches by itself; what a reader must click (a, area, form) is none.
_LOADS = {
    ("script", "src"), ("img", "src"), ("img", "srcset"), ("source", "src"), ("source", "srcset"), ("video", "src"),
    ("video", "poster"), ("audio", "src"), ("track", "src"), ("iframe", "src"), ("frame", "src"), ("embed", "src"),
    ("object", "data"), ("input", "src"), ("image", "href"), ("image", "xlink:href"), ("use", "href"),
    ("use", "xlink:href"), ("body", "background"),
}  # fmt: skip
_LOADING_LINKS = {"stylesheet", "icon", "apple-touch-icon", "manifest", "preload", "prefetch", "modulepreload",
                  "preconnect", "dns-prefetch"}  # fmt: skip
_STYLE_LOADS = re.compile(r"url\(\s*['\"]?([^'\")]*)|@import\s+['\"]([^'\"]*)", re.IGNORECASE)


def page_paths(target: Path) -> list[Path] | None:
    """The pages that a target names, in the order of their names; None where it holds none, as a folder of packs.

    Raises
    ------
    ReadError
        If the target is the name of a page that is not there.
    """
    if target.is_file():
        return [target]
    if target.suffix == ".html" and not target.exists():
        raise ReadError(f"{target}: there is no such file")
    if target.is_dir() and not any(target.iterdir()):
        raise ReadError(f"{target}: the folder is empty; give a page, or a folder of pages or of region packs")
    found = sorted(target.glob("*.html"))
    return [path for path in found if not path.name.endswith(_NO_PAGES)] if found else None


def check_page(path: Path, *, desk: Path | None = None) -> list[Finding]:
    """What an editor should look at in a page.

    Parameters
    ----------
    path : pathlib.Path
        A page that geostory wrote.
    desk : pathlib.Path, optional
        The folder that may hold the notes of ``render --desk`` on it.

    Returns
    -------
    list of Finding
        The gravest first; one alone where the file cannot be read as a page.
    """
    try:
        data = path.read_bytes()
        page = _Markup(data.decode("utf-8"))
        block = page.block()
    except OSError as error:
        return [Finding(kind="page", level="error", words=f"It cannot be read ({error.strerror or error}).")]
    except (ValueError, AssertionError) as error:  # what is no UTF-8, or no markup that the parser can follow
        words = (
            str(error) if isinstance(error, ReadError) else "It is no page of geostory's: it is no UTF-8, or no HTML."
        )
        return [Finding(kind="page", level="error", words=words)]
    noted, notes = _noted(path, desk, page.meta.get("geostory-version", ""))
    try:
        found = [*notes, *_markup(page, data), *_story(block, noted=noted)]
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        words = f"Its story is damaged ({type(error).__name__}: {error}); render the page again."
        found = [Finding(kind="page", level="error", words=words)]
    order: dict[Level, int] = {"error": 0, "warning": 1, "note": 2}
    return sorted(dict.fromkeys(found), key=lambda finding: order[finding.level])


def finding_lines(page: str, findings: Sequence[Finding]) -> list[str]:
    """A line for each finding, as a terminal may show it: ``PAGE: level: words``.

    Examples
    --------
    >>> finding_lines("talks.html", [])
    ['talks.html: nothing to look at']
    """
    lines = [f"{page}: {finding.level}: {finding.words}" for finding in findings] or [f"{page}: nothing to look at"]
    return [" ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in line).split()) for line in lines]


def _noted(path: Path, desk: Path | None, version: str) -> tuple[bool, list[Finding]]:
    """Whether there are notes on this very page, and what they hold or what is wrong with them."""
    notes = (desk or path.parent) / f"{path.stem}.desk.json"
    try:
        of, findings = read_notes(notes.read_text(encoding="utf-8"))
    except FileNotFoundError:
        words = "No notes of the desk on it were found; 'render --desk DIR' writes what no reader may see."
        return False, [Finding(kind="desk", level="note", words=words)]
    except (OSError, ValueError) as error:
        reason = error if isinstance(error, ReadError) else "it cannot be read"
        return False, [Finding(kind="desk", level="warning", words=f"{notes.name}: {reason}.")]
    if of != version:
        words = f"{notes.name} is of another version of the page; render it again."
        return False, [Finding(kind="desk", level="warning", words=words)]
    return True, list(findings)


# --- markup -----------------------------------------------------------------------------------------------------------


class _Markup(HTMLParser):
    """What a page's markup says of itself and what a browser would fetch for it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.lang, self.policy, self.meta = "", "", dict[str, str]()
        self.loads: list[str] = []
        self._texts: dict[str, list[str]] = {"title": [], "style": [], "story": []}
        self._open = ""
        self.feed(text)
        self.close()
        self._style("".join(self._texts["style"]))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._open = tag if tag in ("title", "style") else ""
        if tag == "script" and given.get("id") == "story" and given.get("type") == "application/json":
            self._open = "story"
        elif tag == "html":
            self.lang = given.get("lang", "")
        elif tag == "meta":
            self._said(given)
        elif tag == "link" and _LOADING_LINKS & set(given.get("rel", "").lower().split()):
            self.loads.append(given.get("href", ""))
        for name, value in given.items():
            if (tag, name) in _LOADS:
                several = [part.strip(",") for part in value.split() if not re.fullmatch(r"[\d.]+[wxh],?", part)]
                self.loads += several if name == "srcset" else [value]
            elif name == "style":
                self._style(value)

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self._texts[self._open].append(data)

    def _said(self, given: dict[str, str]) -> None:
        said = given.get("http-equiv", "").lower()
        if said == "content-security-policy":
            self.policy = given.get("content", "")
        elif said == "refresh":
            self.loads.append(given.get("content", "").partition("=")[2])
        elif given.get("name"):
            self.meta[given["name"].lower()] = given.get("content", "")

    def _style(self, text: str) -> None:
        self.loads += [found[1] or found[2] or "" for found in _STYLE_LOADS.finditer(text)]

    @property
    def title(self) -> str:
        return "".join(self._texts["title"]).strip()

    def block(self) -> Block:
        """The story's JSON block.

        Raises
        ------
        ReadError
            If there is none, or it is not of a version that is known here.
        """
        text = "".join(self._texts["story"])
        if not text:
            raise ReadError("It is no page of geostory's: it holds no story.")
        try:
            block = json.loads(text)
        except (ValueError, RecursionError):
            raise ReadError("Its story is no JSON; render the page again.") from None
        if not isinstance(block, dict) or block.get("version") != 1:
            raise ReadError("Its story is of no version that this geostory knows.")
        return block


def _markup(page: _Markup, data: bytes) -> Iterator[Finding]:
    if not page.title or page.title == "Untitled article":
        yield Finding(kind="title", level="warning", words="It has no title.")
    if not page.meta.get("description", "").strip():
        yield Finding(kind="description", level="warning", words="It has no description.")
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", page.lang):
        yield Finding(kind="language", level="warning", words="It does not say in which language it is.")
    yield from _requests(page)
    plain, packed = len(data) / 1000, len(zlib.compress(data, 6)) / 1000
    if plain > WEIGHT[0] or packed > WEIGHT[1]:
        words = (
            f"It weighs {plain:.0f} kB ({packed:.0f} kB gzipped), more than {WEIGHT[0]} kB or {WEIGHT[1]} kB gzipped."
        )
        yield Finding(kind="weight", level="warning", words=words)


def _requests(page: _Markup) -> Iterator[Finding]:
    """What the page loads or may load from elsewhere; its policy binds its scripts, so they need no reading."""
    asked: dict[str, str] = {}
    beside = []
    for address in page.loads:
        parts = urlsplit(address.strip())
        if parts.netloc:
            asked.setdefault(parts.netloc, "loads from")
        elif parts.path and not parts.scheme:
            beside.append(parts.path)
    for directive, *sources in (rule.split() for rule in page.policy.split(";") if rule.strip()):
        for source in sources:
            if source in ("*", "http:", "https:", "ws:", "wss:"):
                words = f"Its policy lets it ask any host ({directive} {source})."
                yield Finding(kind="request", level="error", words=words)
            elif not source.startswith("'") and source not in ("data:", "blob:"):
                asked.setdefault(urlsplit(source).netloc or source.partition("/")[0], "may load from")
    if "default-src" not in page.policy:
        words = "It has no policy that keeps its scripts from asking other hosts; render the page again."
        yield Finding(kind="request", level="error", words=words)
    for host, does in asked.items():
        words = f"It {does} {host}, which then sees every reader's address."
        yield Finding(kind="request", level="warning", words=words)
    if beside:
        words = f"It loads files from beside it, which must go out with it: {join(sorted(set(beside)))}."
        yield Finding(kind="files", level="note", words=words)


# --- the story --------------------------------------------------------------------------------------------------------


def _story(block: Block, *, noted: bool) -> Iterator[Finding]:
    layers = [(layer["id"], feature) for layer in block["layers"] for feature in layer["features"]]
    if not layers:
        yield Finding(kind="map", level="warning", words="There is nothing of the story on its map.")
    if not noted:  # the desk's own words say more
        yield from _unsure(layers)
        yield from _differing(block, layers)
    yield from _unspoken(block, layers)
    for region in block["regions"]:
        if not region["sources"]:
            words = f"{region['name']}: what the map says of it has no source."
            yield Finding(kind="region-sources", level="warning", words=words)
    yield from _borders(block)
    if block.get("views"):
        words = (
            "Readers can switch whose borders they see; some states punish maps that contradict theirs, so ask "
            "whoever answers for that."
        )
        yield Finding(kind="views", level="warning", words=words)
    for note in block["notes"]:
        yield Finding(kind="told", level="note", words=f"Readers are told: {note}")


def _unsure(layers: Sequence[tuple[str, Block]]) -> Iterator[Finding]:
    for layer, feature in layers:
        if layer == "places" and feature["dashed"]:
            popup = feature["popup"]
            words = f"{popup['title']}, {popup['what']}, is drawn as unsure. {popup['sure']}".strip()
            yield Finding(kind="place", level="warning", words=words)


def _differing(block: Block, layers: Sequence[tuple[str, Block]]) -> Iterator[Finding]:
    """Distances whose page keeps quiet of the article's figure, or says that it differs."""
    whole = _whole(block)
    for distance in block["distances"]:
        verdict = distance.get("verdict", "")
        # A page of short quotes keeps quiet of most figures: then only the desk's notes can tell.
        if verdict == "differs" or (whole and not (verdict or distance.get("said"))):
            words = f"{distance['text']}: the article's own figure does not agree with that."
            yield Finding(kind="distance", level="warning", words=words)
        elif verdict == "cannot be checked":
            yield Finding(kind="distance", level="note", words=f"{distance['text']}: it could not be checked.")


def _whole(block: Block) -> bool:
    """Whether the page holds all of the article's words."""
    return str(block["article"].get("rights", "full")) == "full"


def _unspoken(block: Block, layers: Sequence[tuple[str, Block]]) -> Iterator[Finding]:
    """Labels and cards that rest on no words of the article; not of a page that carries none of its words at all."""
    counted = {place["feature"] for place in block["places"] if place.get("count")}
    own = [feature for layer, feature in layers if layer not in _OWN_WORDS]
    if _whole(block) and any(feature["mentions"] for feature in own):
        for feature in own:
            if not (feature["mentions"] or feature["popup"].get("sentence") or feature["id"] in counted):
                words = f"'{feature['label'] or feature['popup']['title']}' is on the map with no sentence behind it."
                yield Finding(kind="label", level="warning", words=words)


def _borders(block: Block) -> Iterator[Finding]:
    if block.get("undated"):
        words = f"The article has no date, so borders are those of a day of the region packs' own. {block['borders']}."
        yield Finding(kind="borders", level="warning", words=words)
    elif block.get("published") and block.get("as_of"):
        published, as_of = date.fromisoformat(block["published"]), date.fromisoformat(block["as_of"])
        if as_of < published:
            words = f"Borders are as of {day(as_of)}; the article is of {day(published)}."
            yield Finding(kind="borders", level="warning", words=words)
