"""The region packs: dated, sourced statements on regions in question, read from TOML and checked with one line a fault.

The shipped packs lie in ``data/regions``; a newsroom's own lie in a folder of the same form, and win by id. The form is
told in docs/regions.md by example.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from geostory.errors import DataError
from geostory.models import Source
from geostory.resources import data_path
from geostory.terms import wording_faults

__all__ = ["UNDETERMINED", "Packs", "Table", "check_packs", "compiled_packs", "holding", "read_packs"]

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
        "number?": int, "needs_number?": bool,
    },
    "region": {
        "id": str, "name": str, "shape?": list, "minus?": list, "within?": list, "place?": str, "point?": str,
        "point_source?": str, "outline?": str,
        "area_km2?": (int, float), "area_source?": str, "names?": list, "short?": list, "with?": list,
        "claim": "claim", "recognition": "recognition", "control": "control",
    },
    "claim": {
        "claimed_by": str, "claimed_from?": str, "status": str, "valid_from": date, "valid_to?": date,
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
_EXTENTS = ("full", "mostly", "partly", "none", "unknown")
_LISTS = tuple(kind.rstrip("?") for kind in _KINDS["pack"])
_DAYS = frozenset(("valid_from", "valid_to", "from", "date"))
UNDETERMINED = "undetermined"


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
        return {kind: {_id(row): row for row in held} for kind, held in rows.items()}

    def said(self, wording: str, **words: str) -> str:
        """A wording of the table with its words filled in."""
        text: str = self.by_id("wording")[wording]["said"]
        return text.format(**words)

    def checked(self, names: Iterable[str]) -> tuple[Source, ...]:
        """Those of the named sources that were checked; a statement that has none is not drawn."""
        return tuple(source for name in names if (source := self.sources[name]).checked != "unchecked")


def _id(row: Table) -> str:
    return str(row.get("id", row.get("name", "")))


# ---- form ------------------------------------------------------------------------------------------------------------


def _is(value: object, wanted: Any) -> bool:
    if wanted is list:
        return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)
    if isinstance(wanted, tuple):
        return type(value) in wanted
    return type(value) is wanted and value != ""


def _misshapen(table: Table, kind: str, where: str) -> Iterator[str]:
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
                    yield from _misshapen(row, wanted, f"{where}: {key} {_id(row) or number}")
                else:
                    yield f"{where}: '{key}' must be a table"


# ---- sense -----------------------------------------------------------------------------------------------------------


def _statements(region: Table) -> Iterator[tuple[str, Table]]:
    """Every dated statement of a region with the words that say where it stands."""
    for kind in ("claim", "recognition", "control"):
        for number, row in enumerate(region[kind], 1):
            yield f"region {region['id']}: {kind} {number}", row


def _inconsistent(packs: Packs) -> Iterator[str]:
    """Faults between well-formed tables: loose ends, dates out of order, sources that say too little."""
    ids = {kind: packs.by_id(kind).keys() for kind in ("worldview", "actor", "status", "group", "region")}
    yield from wording_faults(packs.tables["wording"], list(ids["status"]))

    def loose(where: str, key: str, names: Iterable[str], kind: str) -> Iterator[str]:
        known = packs.sources.keys() if kind == "source" else ids[kind]
        yield from (f"{where}: '{key}' names no {kind}: '{_bare(name)}'" for name in names if name not in known)

    for group in packs.tables["group"]:
        yield from loose(f"group {group['id']}", "regions", group["regions"], "region")
    for decision in packs.tables["decision"]:
        yield from loose("decision", "regions", decision["regions"], "region")
        if decision["as"] not in ("un", UNDETERMINED):
            yield from loose(f"decision {', '.join(decision['regions'])}", "as", [decision["as"]], "actor")
    for view in packs.tables["worldview"]:
        yield from loose(f"worldview {view['id']}", "actor", [view[k] for k in ("actor",) if k in view], "actor")
    for row in packs.tables["name"]:
        yield from loose(f"name {row['id']}", "sources", row["sources"], "source")
        for view in row.get("view", []):
            yield from loose(f"name {row['id']}", "worldviews", view["worldviews"], "worldview")
            yield from loose(f"name {row['id']}", "sources", view["sources"], "source")
        names = [key.removeprefix("region:") for key in row["keys"] if key.startswith("region:")]
        yield from loose(f"name {row['id']}", "keys", names, "region")
    for row in packs.tables["romanised"]:
        if row["rule"] not in ("ukrainian", "none"):
            yield f"romanised {row['id']}: 'rule' must be ukrainian or none"
        for text in row.get("written", []):
            if " " not in text:
                yield f"romanised {row['id']}: 'written' needs a gazetteer id, a blank and a name, not {text!r}"
        yield from loose(f"romanised {row['id']}", "not_in", row.get("not_in", []), "worldview")
        yield from loose(f"romanised {row['id']}", "sources", row["sources"], "source")
    for layer in packs.tables["control_layer"]:
        yield from loose(f"control_layer {layer['id']}", "source", [layer["source"]], "source")
        yield from loose(f"control_layer {layer['id']}", "by", [layer["by"]], "actor")
    for region in packs.regions:
        where = f"region {region['id']}"
        if sum(key in region for key in ("shape", "place", "point")) != 1:
            yield f"{where}: it needs either 'shape', 'place' or 'point'"
        if "point" in region:
            yield from loose(where, "point_source", [region.get("point_source", "")], "source")
        if "area_km2" in region:
            yield from loose(where, "area_source", [region.get("area_source", "")], "source")
        if "names" not in region and "short" not in region:
            yield f"{where}: it needs 'names' or 'short'"
        if "short" in region and not any(region["id"] in group["regions"] for group in packs.tables["group"]):
            yield f"{where}: 'short' needs a group, whose nouns stand beside it"
        yield from loose(where, "with", region.get("with", []), "region")
        yield from _out_of_order(region)
        for place, row in _statements(region):
            yield from loose(place, "sources", row.get("sources", []), "source")
            yield from loose(place, "differs_sources", row.get("differs_sources", []), "source")
            yield from loose(place, "worldviews", row.get("worldviews", []), "worldview")
            yield from loose(place, "status", [row["status"]] if "status" in row else [], "status")
            for key in ("claimed_by", "claimed_from", "by"):
                yield from loose(place, key, [row[key]] if key in row else [], "actor")
            if row.get("belongs_to", UNDETERMINED) != UNDETERMINED:
                yield from loose(place, "belongs_to", [row["belongs_to"]], "actor")
            for stage in row.get("stage", []):
                yield from loose(place, "stage sources", stage.get("sources", []), "source")
            yield from _senseless(place, row)
    for name, source in sorted(packs.sources.items()):
        if source.checked not in ("package", "page", "unchecked"):
            yield f"source {_bare(name)}: 'checked' must be page, package or unchecked"
        if source.checked == "page" and not (source.address and source.date and source.quote):
            yield f"source {_bare(name)}: a checked page needs 'address', 'date' and 'quote'"


def _senseless(where: str, row: Table) -> Iterator[str]:
    """Faults within one statement."""
    if "valid_from" in row and row["valid_from"] > row.get("valid_to", date.max):
        yield f"{where}: 'valid_to' lies before 'valid_from'"
    if "differs" in row and "differs_sources" not in row:
        yield f"{where}: 'differs' needs 'differs_sources'"
    days = [stage["from"] for stage in row.get("stage", [])]
    if days and (days != sorted(set(days)) or days[0] != row["valid_from"]):
        yield f"{where}: its stages must begin on 'valid_from' and follow one another"
    if row.get("precision", "year") not in ("year", "month"):
        yield f"{where}: 'precision' must be year or month, or be left out"
    if "extent" in row and row["extent"] not in _EXTENTS:
        yield f"{where}: 'extent' must be one of {', '.join(_EXTENTS)}"
    if row.get("extent", "unknown") not in ("unknown", "none") and not {"by", "valid_from", "sources"} <= row.keys():
        yield f"{where}: control that is not unknown needs 'by', 'valid_from' and 'sources'"


def _out_of_order(region: Table) -> Iterator[str]:
    """Two claims of one claimant at a time, and days of a claim on which a view that must speak is silent or torn."""
    claims = sorted(region["claim"], key=lambda row: row["valid_from"])
    for claimant in dict.fromkeys(row["claimed_by"] for row in claims):
        for before, after in pairwise(row for row in claims if row["claimed_by"] == claimant):
            if before.get("valid_to", date.max) >= after["valid_from"]:
                yield f"region {region['id']}: two claims of {claimant} hold on {after['valid_from']}"
    spoken = {view for row in region["recognition"] for view in row["worldviews"]}
    for view in sorted(spoken | {"un"}):
        rows = [row for row in region["recognition"] if view in row["worldviews"]]
        for claim in claims:
            day, last = claim["valid_from"], claim.get("valid_to", date.max)
            while day <= last:
                held = holding(rows, day)
                if len(held) > 1 or (view == "un" and not held):
                    yield f"region {region['id']}: worldview {view} has {len(held)} recognitions on {day}"
                    break
                if not held:
                    begun = [row["valid_from"] for row in rows if row["valid_from"] > day]
                    day = min(begun, default=date.max)
                    if day == date.max:
                        break
                    continue
                if (end := held[0].get("valid_to", date.max)) == date.max:
                    break
                day = end + timedelta(days=1)


def holding(statements: Sequence[Table], day: date) -> list[Table]:
    """Those of the dated statements that hold on a day; first and last day count."""
    return [row for row in statements if row.get("valid_from", date.min) <= day <= row.get("valid_to", date.max)]


# ---- reading ---------------------------------------------------------------------------------------------------------


def _bare(source: str) -> str:
    return source.rpartition("/")[2]


def _own_sources(value: Any, stem: str, own: frozenset[str]) -> Any:
    """The same tables with the sources of their own file marked by the file's name."""
    if isinstance(value, list):
        return [_own_sources(item, stem, own) for item in value]
    if not isinstance(value, dict):
        return value
    out: Table = {}
    for key, item in value.items():
        if key in ("sources", "differs_sources") and isinstance(item, list):
            out[key] = [f"{stem}/{name}" if name in own else name for name in item]
        elif key in ("area_source", "point_source", "source") and isinstance(item, str):
            out[key] = f"{stem}/{item}" if item in own else item
        else:
            out[key] = _own_sources(item, stem, own)
    return out


def _of_file(path: Path) -> tuple[Table, list[str]]:
    """One file's tables, and the faults of their form."""
    try:
        pack = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [f"{path.name}: {error}"]
    faults = list(_misshapen(pack, "pack", path.name))
    if faults:
        return {}, faults
    for kind in ("worldview", "status", "group", "region", "source", "control_layer", "wording", "name", "romanised"):
        names = [_id(row) for row in pack.get(kind, [])]
        faults += [
            f"{path.name}: {kind} {name}: the id stands twice"
            for name in sorted({n for n in names if names.count(n) > 1})
        ]
    stem = path.stem
    own = frozenset(_id(row) for row in pack.get("source", []))
    pack = {kind: _own_sources(rows, stem, own) if kind != "source" else rows for kind, rows in pack.items()}
    for kind in ("region", "control_layer"):
        for row in pack.get(kind, []):
            row["_folder"] = str(path.parent)
    pack["source"] = [{**row, "id": f"{stem}/{row['id']}"} for row in pack.get("source", [])]
    return pack, faults


def _read(folders: Sequence[Path], base: Mapping[str, list[Any]] | None = None) -> tuple[Packs, list[str]]:
    """All packs of some folders as one, on top of others, and their faults; files go in the order of their names."""
    tables: dict[str, list[Any]] = {kind: list((base or {}).get(kind, ())) for kind in _LISTS}
    faults: list[str] = []
    for folder in folders:
        if not folder.is_dir():
            faults.append(f"{folder}: there is no such folder of region packs")
        fresh: dict[str, list[Any]] = {kind: [] for kind in _LISTS}
        for path in sorted(folder.glob("*.toml")):
            pack, wrong = _of_file(path)
            faults += wrong
            for kind, value in pack.items():
                fresh[kind] += value if isinstance(value, list) else [value]
        faults += _clashes(fresh)
        for kind, rows in fresh.items():
            tables[kind] = _merged(tables[kind], rows) if kind in _KINDS or kind == "decision" else tables[kind] + rows
    packs = Packs(tables=tables, sources=_sources(tables["source"]))
    if not faults:
        faults += [
            f"the packs must hold a '{key}'"
            for key in ("reference_date", "borders_since", "filler", "dispute")
            if not tables[key]
        ]
    if not faults:
        faults += _inconsistent(packs)
    return packs, faults


def _sources(rows: Sequence[Table]) -> dict[str, Source]:
    return {
        row["id"]: Source(
            title=row["title"],
            address=row.get("address", ""),
            date=row["date"].isoformat() if "date" in row else "",
            quote=row.get("quote", ""),
            checked=row["checked"],
        )
        for row in rows
    }


def _clashes(tables: Mapping[str, Sequence[Table]]) -> Iterator[str]:
    """Ids that two files of one folder give; an actor may stand in several, if they agree on its country."""
    for kind in ("worldview", "status", "group", "region", "control_layer", "wording", "name", "romanised"):
        names = [_id(row) for row in tables[kind]]
        yield from (f"{kind} {name}: the id stands twice" for name in sorted({n for n in names if names.count(n) > 1}))
    countries: dict[str, str] = {}
    for row in tables["actor"]:
        if countries.setdefault(row["name"], row.get("country", "")) != row.get("country", ""):
            yield f"actor {row['name']}: two packs give it different countries"


def _merged(old: Sequence[Table], new: Sequence[Table]) -> list[Table]:
    """Rows by id, the newer in the place of the older; of an actor, the words of all packs."""
    rows = {_id(row) or str(row): row for row in old}
    for row in new:
        known = rows.get(_id(row) or str(row))
        if known and "words" in row and "name" in row:
            row = {**row, "words": list(dict.fromkeys([*known["words"], *row["words"]]))}
        rows[_id(row) or str(row)] = row
    return list(rows.values())


def check_packs(folder: Path | None = None) -> list[str]:
    """What is wrong with the region packs of a folder, one line a fault.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where the ``*.toml`` files lie, read on top of the shipped ones; without it the shipped ones.

    Returns
    -------
    list of str
        Empty where all is well.

    Examples
    --------
    >>> check_packs()
    []
    """
    shipped = data_path("regions")
    if folder is None:
        return _read([shipped])[1]
    return _read([shipped, folder])[1]


def compiled_packs() -> str:
    """The shipped packs as one JSON text, which loads thirty times as fast as their TOML; the build writes it down.

    Raises
    ------
    DataError
        If a pack is faulty.
    """
    packs, faults = _read([data_path("regions")])
    if faults:
        raise DataError(f"data/regions: {faults[0]}" + _more(faults))
    tables = {kind: [_bare_row(row) for row in rows] for kind, rows in packs.tables.items()}
    return json.dumps(tables, default=date.isoformat, ensure_ascii=False, separators=(",", ":")) + "\n"


def _bare_row(row: Any) -> Any:
    return {key: value for key, value in row.items() if key != "_folder"} if isinstance(row, dict) else row


def _more(faults: Sequence[str]) -> str:
    return f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""


def _dated(row: Table) -> Table:
    for key in _DAYS & row.keys():
        row[key] = date.fromisoformat(row[key])
    return row


@cache
def _compiled() -> dict[str, list[Any]]:
    path = data_path("regions", "packs.json")
    try:
        tables: dict[str, list[Any]] = json.loads(path.read_text(encoding="utf-8"), object_hook=_dated)
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: {error}") from None
    for kind in ("reference_date", "borders_since"):
        tables[kind] = [date.fromisoformat(value) for value in tables[kind]]
    for kind in ("region", "control_layer"):
        for row in tables[kind]:
            row["_folder"] = str(path.parent)
    return tables


@cache
def read_packs(folder: Path | None = None) -> Packs:
    """The shipped packs, with those of a folder on top; the first fault is raised.

    Raises
    ------
    DataError
        If a pack is faulty: one line that says what and where.
    """
    if folder is None:
        tables = _compiled()
        return Packs(tables=tables, sources=_sources(tables["source"]))
    packs, faults = _read([folder], _compiled())
    if faults:
        raise DataError(f"{folder}: {faults[0]}{_more(faults)}")
    return packs
