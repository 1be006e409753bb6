"""Which wordings a map has, and whether a newsroom's own table of them can be used."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from string import Formatter
from typing import Any

__all__ = ["WORDINGS", "wording_faults"]

WORDINGS: Mapping[str, frozenset[str]] = {
    "annexed": frozenset({"by"}),
    "annexed, not held in full": frozenset({"by"}),
    "dependent, only administered": frozenset({"by"}),
    "part of": frozenset({"state"}),
    "administered by": frozenset({"by"}),
    "held in part": frozenset(),
    "control unknown": frozenset(),
    "claims": frozenset({"state"}),
    "holds": frozenset({"state"}),
    "undetermined": frozenset(),
    "undecided": frozenset(),
    "past": frozenset({"was", "day"}),
    "point": frozenset({"claim"}),
    "control not shown": frozenset(),
    "borders": frozenset({"view", "day"}),
    "borders, undated": frozenset({"view", "day"}),
    "borders, as today": frozenset({"view", "day"}),
    "title: annexed": frozenset({"of", "by"}),
    "title: disputed": frozenset({"by"}),
    "title: other": frozenset({"of", "status"}),
    "caption: annexed": frozenset({"by", "regions"}),
    "caption: disputed": frozenset({"by", "regions"}),
    "caption: disputed, several": frozenset({"by", "regions"}),
    "caption: breakaway": frozenset({"by", "regions"}),
    "caption: breakaway, several": frozenset({"by", "regions"}),
    "caption: other": frozenset({"regions", "claim"}),
    "caption: other, several": frozenset({"regions", "claim"}),
    "drawn: part of": frozenset({"state"}),
    "drawn: part of, several": frozenset({"state"}),
    "drawn: a state of its own": frozenset(),
    "drawn: left open": frozenset(),
    "drawn: left open, several": frozenset(),
    "drawn: without an outline": frozenset(),
    "drawn: without an outline, several": frozenset(),
}
"""The wordings that every table must hold, each with the names that it may put in braces; and one for each status."""
_STATUS = frozenset({"by"})


def wording_faults(rows: Sequence[Mapping[str, Any]], statuses: Collection[str]) -> Iterator[str]:
    """What is wrong with a table of wordings, one line a fault.

    Parameters
    ----------
    rows : sequence of mappings
        Each with ``id`` and ``said``.
    statuses : collection of str
        The ids of the statuses that claims may have: each needs a wording of its own.

    Examples
    --------
    >>> rows = [{"id": name, "said": "words"} for name in WORDINGS] + [{"id": "leased", "said": "Leased to {who}"}]
    >>> list(wording_faults(rows, ["leased"]))
    ["wording leased: 'said' may hold {by} in braces, not {who}"]
    """
    known = {**dict.fromkeys(statuses, _STATUS), **WORDINGS}
    held = {row["id"] for row in rows}
    for name in known:
        if name not in held:
            yield f"wording {name}: it is missing"
    for row in rows:
        where = f"wording {row['id']}"
        if row["id"] not in known:
            yield f"{where}: nothing is worded so; choose from {', '.join(known)}"
            continue
        try:
            used = {field for _, field, form, turn in Formatter().parse(row["said"]) if field is not None}
            plain = not any(form or turn for _, field, form, turn in Formatter().parse(row["said"]) if field)
        except ValueError:
            used, plain = set(), False
        may = " or ".join(f"{{{name}}}" for name in sorted(known[row["id"]])) or "nothing"
        if not plain:
            yield f"{where}: 'said' may hold {may} in braces, closed and without more in them"
        for field in sorted(used - known[row["id"]]):
            yield f"{where}: 'said' may hold {may} in braces, not {{{field}}}"
