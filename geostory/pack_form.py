"""The form of a region pack: which keys each table may hold, and what is wrong with one, a line a fault."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from geostory.models import Source

__all__ = ["BONDS", "LISTS", "UNDETERMINED", "Packs", "Table", "form_faults", "holding", "id_of"]

Table = dict[str, Any]

# What a pack may hold: a key (with '?' where it may be left out) and its type; a text names the kind of a sub-table.
_KINDS: dict[str, dict[str, Any]] = {
    "pack": {
        "reference_date?": date, "borders_since?": date, "filler?": "filler", "worldview?": "worldview",
        "actor?": "actor", "status?": "status", "group?": "group", "region?": "region", "source?": "source",
        "decision?": "decision", "control_layer?": "control_layer", "wording?": "wording", "name?": "name",
        "romanised?": "romanised", "dispute?": "dispute",
    },
    "filler": {"before": list, "adverbs": list, "links": list},
    "worldview": {"id": str, "borders": str, "actor?": str},
    "decision": {"regions": list, "as": str, "because": str, "valid_from?": date},
    "dispute": {"words": list},
    "wording": {"id": str, "said": str},
    "name": {
        "id": str, "keys": list, "shown?": str, "also?": list, "view?": "name_view", "sources": list,
    },
    "name_view": {"worldviews": list, "shown": str, "sources": list},
    "romanised": {"id": str, "rule": str, "not_in?": list, "written?": list, "sources": list},
    "actor": {"name": str, "country?": str, "words": list},
    "status": {"id": str, "words": list},
    "group": {
        "id": str, "regions": list, "names?": list, "words?": list, "nouns": list, "singular?": list, "counted?": list,
        "number?": int, "needs_number?": bool, "statuses?": list,
    },
    "region": {
        "id": str, "name": str, "shape?": list, "minus?": list, "within?": list, "place?": str, "point?": str,
        "point_source?": str, "outline?": str,
        "area_km2?": (int, float), "area_source?": str, "area_reason?": str,
        "takes_in?": list, "names?": list, "short?": list, "with?": list,
        "claim": "claim", "recognition": "recognition", "control": "control",
    },
    "claim": {
        "claimed_by?": str, "held_by?": str, "associated_with?": str, "claimed_from?": str,
        "status": str, "valid_from": date, "valid_to?": date,
        "precision?": str, "stage": "stage", "differs?": str, "differs_sources?": list, "sources": list,
    },
    "stage": {"from": date, "words": str, "sources?": list},
    "recognition": {
        "worldviews": list, "recognised_as": str, "belongs_to": str, "words?": str, "valid_from": date,
        "valid_to?": date, "precision?": str, "sources": list,
    },
    "control": {
        "extent": str, "words": str, "by?": str, "valid_from?": date, "valid_to?": date, "precision?": str,
        "sources?": list,
    },
    "control_layer": {
        "id": str, "title": str, "by": str, "file": str, "date": date, "life_days": int, "source": str,
    },
    "source": {"id": str, "title": str, "address?": str, "date?": date, "quote?": str, "checked": str},
}  # fmt: skip
_TYPES: dict[Any, str] = {
    str: "a text",
    list: "a list of texts",
    date: "a day such as 2014-03-18",
    int: "a number",
    (int, float): "a number",
    bool: "true or false",
}
LISTS = tuple(kind.rstrip("?") for kind in _KINDS["pack"])
UNDETERMINED = "undetermined"
BONDS = ("claimed_by", "held_by", "associated_with")
"""How a party may stand to a region: who only holds it, or is its associate, claims nothing."""


@dataclass(frozen=True, eq=False)
class Packs:
    """All packs of a few folders as one; what a later folder says wins by id.

    ``tables`` holds the rows of each kind, in the order of the files' names and of each file; of a kind that every
    pack set has once (``filler``, ``dispute``, ``reference_date``, ``borders_since``) the last one counts.
    """

    tables: Mapping[str, Sequence[Any]]
    sources: Mapping[str, Source]

    @property
    def regions(self) -> Sequence[Table]:
        """The regions, the settled and past ones too."""
        return self.tables["region"]

    @property
    def reference_date(self) -> date:
        """The day for which an undated article is mapped."""
        day: date = self.tables["reference_date"][-1]
        return day

    @property
    def borders_since(self) -> date:
        """The day since which the shipped borders stand."""
        day: date = self.tables["borders_since"][-1]
        return day

    def by_id(self, kind: str) -> dict[str, Table]:
        """The rows of a kind by their ids, or names where they have none."""
        return self._by_id[kind]

    @cached_property
    def _by_id(self) -> dict[str, dict[str, Table]]:
        rows = {kind: [row for row in held if isinstance(row, dict)] for kind, held in self.tables.items()}
        return {kind: {id_of(row): row for row in held} for kind, held in rows.items()}

    def said(self, wording: str, **words: str) -> str:
        """A wording of the table with its words filled in."""
        text: str = self.by_id("wording")[wording]["said"]
        return text.format(**words)

    def checked(self, names: Iterable[str]) -> tuple[Source, ...]:
        """Those of the named sources that were checked; a statement that has none is not drawn."""
        return tuple(source for name in names if (source := self.sources[name]).checked != "unchecked")


def id_of(row: Table) -> str:
    return str(row.get("id", row.get("name", "")))


def _is(value: object, wanted: Any) -> bool:
    if wanted is list:
        return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)
    if isinstance(wanted, tuple):
        return type(value) in wanted
    return type(value) is wanted and value != ""


def form_faults(table: Table, kind: str, where: str) -> Iterator[str]:
    """Faults of one table's form, and of the tables in it."""
    known = {key.rstrip("?"): wanted for key, wanted in _KINDS[kind].items()}
    for key in sorted(table.keys() - known.keys()):
        yield f"{where}: there is no key '{key}'; choose from {', '.join(known)}"
    for key, wanted in known.items():
        if key not in table:
            if key in _KINDS[kind]:
                yield f"{where}: '{key}' is missing"
        elif not isinstance(wanted, str):
            if not _is(table[key], wanted):
                yield f"{where}: '{key}' must be {_TYPES[wanted]}"
        else:
            rows = table[key] if isinstance(table[key], list) else [table[key]]
            for number, row in enumerate(rows, 1):
                if isinstance(row, dict):
                    yield from form_faults(row, wanted, f"{where}: {key} {id_of(row) or number}")
                else:
                    yield f"{where}: '{key}' must be a table"


def holding(statements: Sequence[Table], day: date) -> list[Table]:
    """Those of the dated statements that hold on a day; first and last day count."""
    return [row for row in statements if row.get("valid_from", date.min) <= day <= row.get("valid_to", date.max)]
