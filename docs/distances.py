"""How well stated distances are found, and how fast.

``python docs/distances.py SENTENCES.jsonl`` or ``python docs/distances.py --labels LABELS --texts FOLDER``

SENTENCES holds one JSON object a line: ``text`` and ``claims``, each with ``quantity`` (its words in the text),
``value``, ``value_max``, ``unit``, ``hedge``, ``kind`` and ``ends`` (names as the text has them). LABELS holds one
object for each length in the articles of FOLDER: ``file``, ``id``, ``start``, ``end``, ``claim`` and, of claims, the
same keys, with ``ends`` as spans. Texts are read as ``geostory distances`` reads them, so that a name that is not found
counts against it.

A claim is right where it overlaps a labelled one and has its value and unit. Its ends are right where they are the
labelled ones, one to one, or other mentions of the same places. 'A few miles' has no figure and isn't counted.
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import geostory
from geostory.models import DistanceClaim

VAGUE = re.compile(r"\b(?:a few|several|dozens|hundreds|thousands|many|some miles)\b")


class Gold(NamedTuple):
    """A labelled claim: its span and figure, and the spans of its ends."""

    start: int
    end: int
    value: float
    value_max: float | None
    unit: str
    hedge: str
    kind: str
    ends: tuple[tuple[int, int], ...]


def of_sentences(path: Path) -> Iterator[tuple[geostory.Article, list[Gold]]]:
    """The texts of a file of sentences, with their claims."""
    for line in path.read_text(encoding="utf-8").strip().split("\n"):
        row = json.loads(line)
        text = row["text"]
        golds = []
        for claim in row["claims"]:
            start = text.index(claim["quantity"])
            ends = tuple((text.index(name), text.index(name) + len(name)) for name in claim["ends"])
            golds.append(_gold(claim, start, start + len(claim["quantity"]), ends))
        yield geostory.Article(title="", text=text), golds


def of_articles(labels: Path, folder: Path) -> Iterator[tuple[geostory.Article, list[Gold], set[tuple[int, int]]]]:
    """The labelled articles of a folder, with their claims and what is left uncounted."""
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in labels.read_text(encoding="utf-8").strip().split("\n"):
        row = json.loads(line)
        rows.setdefault((row["file"], str(row["id"])), []).append(row)
    for (name, identifier), held in rows.items():
        text = _text(next(folder.rglob(name)), identifier)
        golds = [
            _gold(r, r["start"], r["end"], tuple((e["start"], e["end"]) for e in r["ends"])) for r in held if r["claim"]
        ]
        vague = {(g.start, g.end) for g in golds if VAGUE.search(text[g.start : g.end])}
        yield geostory.Article(title="", text=text), [g for g in golds if (g.start, g.end) not in vague], vague


def _text(path: Path, identifier: str) -> str:
    if path.suffix != ".jsonl":
        return path.read_text(encoding="utf-8")
    for number, line in enumerate(path.read_text(encoding="utf-8").strip().split("\n")):
        row = json.loads(line)
        if str(row.get("id", number)) == identifier:
            return str(row["text"])
    raise SystemExit(f"{path}: no article {identifier}")


def _gold(row: dict[str, Any], start: int, end: int, ends: tuple[tuple[int, int], ...]) -> Gold:
    return Gold(start, end, row["value"], row["value_max"], row["unit"], row["hedge"], row["kind"], ends)


def same_figure(claim: DistanceClaim, gold: Gold) -> bool:
    """Whether a claim found has the figure of a labelled one."""
    return claim.unit == gold.unit and abs(claim.value - gold.value) <= 0.01 * gold.value


def same_ends(story: geostory.Story, claim: DistanceClaim, gold: Gold) -> bool:
    """Whether the ends found are those labelled, one to one."""
    text = story.article.text
    left = list(gold.ends)
    for end in claim.ends:
        rows = [{p.candidate for p in story.places if p.mention.start < b and a < p.mention.end} for a, b in left]
        told = [
            number
            for number, (a, b) in enumerate(left)
            if (end.mention.start < b and a < end.mention.end)
            or text[a:b] == end.mention.text
            or (end.candidate is not None and end.candidate in rows[number])
        ]
        if not told:
            return False
        del left[told[0]]
    return not left


def main(argv: Sequence[str] | None = None) -> None:
    """Print the figures, and with ``--show`` what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences", nargs="?", type=Path)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--show", action="store_true", help="also print each miss")
    asked = parser.parse_args(argv)
    cases = (
        [(article, golds, set()) for article, golds in of_sentences(asked.sentences)]
        if asked.sentences
        else list(of_articles(asked.labels, asked.texts))
    )
    found = right = exact = hedged = kinds = ends = total = 0
    for article, golds, vague in cases:
        story = geostory.tell(article)
        claims = [d.claim for d in story.distances if d.claim.field == "text"]
        claims = [c for c in claims if not any(c.start < b and a < c.end for a, b in vague)]
        total, found = total + len(golds), found + len(claims)
        open_golds = list(golds)
        for claim in claims:
            gold = next((g for g in open_golds if claim.start < g.end and g.start < claim.end), None)
            if gold is None or not same_figure(claim, gold):
                if asked.show:
                    print(
                        "EXTRA",
                        repr(claim.text),
                        [e.mention.text for e in claim.ends],
                        "|",
                        _around(article, claim.start),
                    )
                continue
            open_golds.remove(gold)
            right += 1
            exact += (claim.start, claim.end) == (gold.start, gold.end)
            hedged += claim.hedge == gold.hedge
            kinds += claim.kind == gold.kind
            good = same_ends(story, claim, gold)
            ends += good
            if asked.show and not good:
                told = [article.text[a:b] for a, b in gold.ends]
                print(
                    "ENDS",
                    repr(claim.text),
                    [e.mention.text for e in claim.ends],
                    "not",
                    told,
                    "|",
                    _around(article, claim.start),
                )
        if asked.show:
            for gold in open_golds:
                print("MISSED", repr(article.text[gold.start : gold.end]), gold.kind, "|", _around(article, gold.start))
    print(f"{len(cases)} texts, {total} claims labelled, {found} found")
    print(f"value and unit: precision {right / max(found, 1):.3f}, recall {right / max(total, 1):.3f}")
    print(
        f"of those: exact span {exact / max(right, 1):.3f}, hedge {hedged / max(right, 1):.3f}, "
        f"kind {kinds / max(right, 1):.3f}"
    )
    print(f"both ends right: {ends / max(right, 1):.3f} of what is found right, {ends / max(total, 1):.3f} of all")


def _around(article: geostory.Article, at: int) -> str:
    return " ".join(article.text[max(0, at - 110) : at + 120].split())


if __name__ == "__main__":
    main()
