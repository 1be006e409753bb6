"""The region packs: dated, sourced statements on regions in question, read from TOML and checked with one line a fault.

The shipped packs lie in ``data/regions``; a newsroom's own lie in a folder of the same form, and win by id. The form is
told in docs/regions.md by example.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from geostory.errors import DataError
from geostory.models import Source
from geostory.pack_form import BONDS, LISTS, UNDETERMINED, Packs, Table, form_faults, holding, id_of
from geostory.pack_sense import sense_faults
from geostory.resources import data_path

__all__ = ["UNDETERMINED", "Packs", "Table", "compiled_packs", "holding", "read_packs", "read_with_faults"]

_IDENTIFIED = ("worldview", "status", "group", "region", "source", "control_layer", "wording", "name", "romanised")
_ONCE = ("reference_date", "borders_since", "filler", "dispute")
_DAYS = frozenset(("valid_from", "valid_to", "from", "date"))


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


def _of_file(path: Path) -> tuple[Table, list[str], dict[str, Table]]:
    """One file's tables without those of a faulty form, the faults, and by its id what was left out."""
    try:
        pack = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [f"{path.name}: {error}"], {}
    faults = list(form_faults(pack, "pack", path.name))
    lost: dict[str, Table] = {}
    for kind, value in list(pack.items()) if faults else []:
        if kind not in LISTS or any(form_faults({kind: value}, "pack", "")):
            rows = value if kind in LISTS and isinstance(value, list) else []
            pack[kind] = [row for row in rows if not any(form_faults({kind: [row]}, "pack", ""))]
            left_out = [row for row in rows if isinstance(row, dict) and row not in pack[kind]]
            lost |= {id_of(row): {**row, "_folder": str(path.parent)} for row in left_out}
    pack = {kind: value for kind, value in pack.items() if kind in LISTS}
    for kind in _IDENTIFIED:
        names = [id_of(row) for row in pack.get(kind, [])]
        faults += [
            f"{path.name}: {kind} {name}: the id stands twice"
            for name in sorted({n for n in names if names.count(n) > 1})
        ]
    stem = path.stem
    own = frozenset(id_of(row) for row in pack.get("source", []))
    pack = {kind: _own_sources(rows, stem, own) if kind != "source" else rows for kind, rows in pack.items()}
    for kind in ("region", "control_layer"):
        for row in pack.get(kind, []):
            row["_folder"] = str(path.parent)
    pack["source"] = [{**row, "id": f"{stem}/{row['id']}"} for row in pack.get("source", [])]
    return pack, faults, lost


def _read(
    folders: Sequence[Path], base: Mapping[str, list[Any]] | None = None
) -> tuple[Packs, list[str], dict[str, Table]]:
    """All packs of some folders as one, on top of others, and their faults; files go in the order of their names.

    What is of a faulty form is left out, so that the rest can still be looked over, and comes by its id at the end.
    """
    tables: dict[str, list[Any]] = {kind: list((base or {}).get(kind, ())) for kind in LISTS}
    faults: list[str] = []
    lost: dict[str, Table] = {}
    for folder in folders:
        paths = sorted(folder.glob("*.toml"))
        if not folder.is_dir():
            faults.append(f"{folder}: there is no such folder of region packs")
        elif not paths:
            faults.append(f"{folder}: it holds no region pack; put one there, a text file that ends in .toml")
        fresh: dict[str, list[Any]] = {kind: [] for kind in LISTS}
        for path in paths:
            pack, wrong, left_out = _of_file(path)
            faults += wrong
            lost |= left_out
            for kind, value in pack.items():
                fresh[kind] += value if isinstance(value, list) else [value]
        faults += _clashes(fresh)
        for kind, rows in fresh.items():
            merges = kind in _IDENTIFIED or kind in ("actor", "decision")
            tables[kind] = _merged(tables[kind], rows) if merges else tables[kind] + rows
    packs = Packs(tables=tables, sources=_sources(tables["source"]))
    missing = [f"the packs must hold a '{key}'" for key in _ONCE if not tables[key]]
    return packs, [*faults, *(missing or sense_faults(_with_parties(packs), lost))], lost


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
        names = [id_of(row) for row in tables[kind]]
        yield from (f"{kind} {name}: the id stands twice" for name in sorted({n for n in names if names.count(n) > 1}))
    countries: dict[str, str] = {}
    for row in tables["actor"]:
        if countries.setdefault(row["name"], row.get("country", "")) != row.get("country", ""):
            yield f"actor {row['name']}: two packs give it different countries"


def _merged(old: Sequence[Table], new: Sequence[Table]) -> list[Table]:
    """Rows by id, the newer in the place of the older; of an actor, the words of all packs."""
    rows = {id_of(row) or str(row): row for row in old}
    for row in new:
        known = rows.get(id_of(row) or str(row))
        if known and "words" in row and "name" in row:
            row = {**row, "words": list(dict.fromkeys([*known["words"], *row["words"]]))}
        rows[id_of(row) or str(row)] = row
    return list(rows.values())


def read_with_faults(folder: Path | None = None) -> tuple[Packs, list[str], list[Table]]:
    """The packs of a folder on the shipped ones, or those alone; what is wrong; and the tables left out for it."""
    shipped = data_path("regions")
    packs, faults, lost = _read([shipped] if folder is None else [shipped, folder])
    return _with_parties(packs), faults, list(lost.values())


def compiled_packs() -> str:
    """The shipped packs as one JSON text, which loads thirty times as fast as their TOML; the build writes it down.

    Raises
    ------
    DataError
        If a pack is faulty.
    """
    packs, faults, _ = _read([data_path("regions")])
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
        return _with_parties(Packs(tables=tables, sources=_sources(tables["source"])))
    packs, faults, _ = _read([folder], _compiled())
    if faults:
        raise DataError(f"{folder}: {faults[0]}{_more(faults)}")
    return _with_parties(packs)


def _with_parties(packs: Packs) -> Packs:
    """The same packs, where every claim tells under one key, 'claimed_by', whose it is, and under '_bond' by which."""
    regions = [{**region, "claim": [_of_party(claim) for claim in region["claim"]]} for region in packs.regions]
    return Packs(tables={**packs.tables, "region": regions}, sources=packs.sources)


def _of_party(claim: Table) -> Table:
    bond = next((key for key in BONDS if key in claim), "")
    rest = {key: value for key, value in claim.items() if key != bond}
    return rest | {"claimed_by": claim[bond], "_bond": bond} if bond else rest
