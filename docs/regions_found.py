"""How well regions in question are found: ``python docs/regions_found.py SENTENCES.jsonl [--show]``.

SENTENCES holds one JSON object a line: ``text``, ``date`` and ``regions``, the ids that the text speaks of. Texts are
read as ``geostory render`` reads them. Regions that a treaty brings along ('with' in the packs) count with the ones
that bring them.
"""

import argparse
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import geostory
from geostory.packs import read_packs


def main(argv: Sequence[str] | None = None) -> None:
    """Print precision and recall of regions, and with ``--show`` what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences", type=Path)
    parser.add_argument("--show", action="store_true", help="also print each miss")
    asked = parser.parse_args(argv)
    brought = {row["id"]: set(row.get("with", ())) for row in read_packs().regions}
    right = found = total = whole = 0
    rows = [json.loads(line) for line in asked.sentences.read_text(encoding="utf-8").strip().split("\n")]
    for row in rows:
        article = geostory.Article(title="", text=row["text"], date=date.fromisoformat(row["date"]))
        told = {region.id for region in geostory.tell(article).regions}
        gold = set(row["regions"])
        told -= {other for name in told & gold for other in brought[name]} - gold
        right, found, total = right + len(told & gold), found + len(told), total + len(gold)
        whole += told == gold
        if asked.show and told != gold:
            print(f"missed {sorted(gold - told)}, extra {sorted(told - gold)} | {row['date']} {row['text'][:220]}")
    print(f"{len(rows)} texts, {total} regions labelled, {found} found, {whole} texts wholly right")
    print(f"precision {right / max(found, 1):.3f}, recall {right / max(total, 1):.3f}")


if __name__ == "__main__":
    main()
