"""Writes the gazetteer's rows as the files that geostory.gazetteer maps into memory."""

import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import marisa_trie
import numpy as np
from gazetteer_rows import CREDITS, Row, rank, rank_by, seats

from geostory.gazetteer import COLUMNS, MANY, MATCHES

__all__ = ["write"]


class _Strings:
    """A table of texts, each once, numbered from 0 (the empty text)."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {"": 0}

    def __call__(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        blobs = [text.encode() for text in self.numbers]
        ends = np.cumsum([len(blob) for blob in blobs], dtype=np.uint32)
        return np.frombuffer(b"".join(blobs), dtype=np.uint8), ends


def write(rows: list[Row], countries: Mapping[str, str], folder: Path) -> dict[str, int]:
    """Write all files; ``countries`` gives each ISO code's name. Returns how many entries each file holds."""
    rows = sorted(rows, key=lambda row: (round(row.lat * 1e6), round(row.lon * 1e6), row.id))
    heads, lists, trie = _names(rows)
    strings = _Strings()
    table = _columns(rows, countries, strings)
    blob, ends = strings.arrays()
    arrays = {"heads": heads, "lists": lists, "rows": table, "strings": blob, "string_ends": ends}
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        trie.save(str(Path(scratch) / "names.marisa"))
        for name, array in arrays.items():
            np.save(Path(scratch) / f"{name}.npy", array, allow_pickle=False)
        # Moved into place, so that whoever has the old files mapped keeps them whole.
        for path in sorted(Path(scratch).iterdir()):
            path.replace(folder / path.name)
    counts = {"names.marisa": len(trie), "rows.npy": len(rows), "string_ends.npy": len(ends), "strings.npy": len(ends)}
    return counts | {"heads.npy": len(heads), "lists.npy": len(lists)}


def _names(rows: list[Row]) -> tuple[np.ndarray, np.ndarray, marisa_trie.Trie]:
    found: dict[str, list[tuple[float, str, int]]] = defaultdict(list)
    seat_of = seats(rows)
    for number, row in enumerate(rows):
        known = rank(row)
        # By a name that both bear, a unit comes after its seat: 'Granada' is the city.
        seat = rows[seat_of[number]] if number in seat_of else None
        shared = seat.matches() if seat else {}
        behind = min(known, rank(seat) - 0.01) if seat else known
        for key, match in row.matches().items():
            posting = number * len(MATCHES) + MATCHES.index(match)
            fame = rank_by(row, match, behind if key in shared else known, key)
            found[key].append((-fame, row.id, posting))
        for identifier in (row.id, *row.other_ids):
            found[f"={identifier}"] = [(0.0, row.id, number * len(MATCHES))]
    for key, number in _outlined(rows).items():
        found[f"@{key}"] = [(0.0, rows[number].id, number * len(MATCHES))]
    trie = marisa_trie.Trie(sorted(found))
    heads = np.zeros(len(trie), dtype=np.uint32)
    lists: list[int] = []
    for key, entries in sorted(found.items()):
        postings = [posting for _, _, posting in sorted(entries)]
        if len(postings) == 1:
            heads[trie[key]] = postings[0]
        else:
            heads[trie[key]] = MANY | len(lists)
            lists += [len(postings), *postings]
    return heads, np.array(lists, dtype=np.uint32), trie


def _outlined(rows: list[Row]) -> dict[str, int]:
    """Which row each single shape stands for: the best-known one."""
    order = sorted(range(len(rows)), key=lambda number: (-rank(rows[number]), rows[number].id))
    best: dict[str, int] = {}
    for number in order:
        if rows[number].shape and "+" not in rows[number].shape:
            best.setdefault(rows[number].shape, number)
    return best


def _columns(rows: list[Row], countries: Mapping[str, str], strings: _Strings) -> np.ndarray:
    table = np.zeros((len(rows), len(COLUMNS)), dtype=np.int32)
    for number, row in enumerate(rows):
        kind, _, geoname = row.id.partition(":")
        identifier = int(geoname) if kind == "geonames" else -strings(row.id)
        table[number] = (
            round(row.lat * 1e6),
            round(row.lon * 1e6),
            row.population,
            identifier,
            strings(row.name),
            strings(row.admin1),
            strings(row.admin2),
            strings(row.country),
            strings(countries.get(row.country, "")),
            strings(row.feature),
            strings(row.shape),
            strings(CREDITS.get(row.source, row.source)),
        )
    return table
