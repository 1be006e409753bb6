"""The region packs in ``data/regions/*.toml``: read, and checked with one clear line a fault.

A pack holds dated statements on regions in question (claim, recognition, control), each with its sources; the comments
in ``data/regions/ukraine.toml`` explain the form by example.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from geostory.errors import DataError
from geostory.models import Source
from geostory.resources import data_path

__all__ = ["Table", "check_packs", "checked_sources", "holding", "shipped_packs"]

Table = dict[str, Any]

# What a pack may hold: a key (with '?' where it may be left out) and its type; a text names the kind of a sub-table.
_KINDS: dict[str, dict[str, Any]] = {
    "pack": {
        "reference_date?": date, "borders_since?": date, "filler?": "filler", "worldview?": "worldview",
        "actor?": "actor", "status?": "status", "group?": "group", "region?": "region", "source?": "source",
    },
    "filler": {"before": list, "adverbs": list, "links": list},
    "worldview": {"id": str, "borders": str},
    "actor": {"name": str, "country?": str, "words": list},
    "status": {"id": str, "words": list},
    "group": {
        "id": str, "regions": list, "nouns": list, "singular?": list, "counted?": list, "number?": int,
        "needs_number?": bool,
    },
    "region": {
        "id": str, "name": str, "shape": list, "names?": list, "short?": list, "with?": list, "claim": "claim",
        "recognition": "recognition", "control": "control",
    },
    "claim": {
        "claimed_by": str, "claimed_from": str, "status": str, "valid_from": date, "valid_to?": date, "stage": "stage",
        "differs?": str, "differs_sources?": list, "sources": list,
    },
    "stage": {"from": date, "words": str, "sources?": list},
    "recognition": {
        "worldviews": list, "recognised_as": str, "words?": str, "valid_from": date, "valid_to?": date, "sources": list,
    },
    "control": {
        "extent": str, "words": str, "by?": str, "valid_from?": date, "valid_to?": date, "sources?": list,
    },
    "source": {"id": str, "title": str, "address?": str, "date?": date, "quote?": str, "checked": str},
}  # fmt: skip
_TYPES = {
    str: "a text",
    list: "a list of texts",
    date: "a day such as 2014-03-18",
    int: "a number",
    bool: "true or false",
}
_EXTENTS = ("full", "partly", "none", "unknown")


def _is(value: object, wanted: type) -> bool:
    if wanted is list:
        return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)
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
                    name = row.get("id") or row.get("name") or number
                    yield from _misshapen(row, wanted, f"{where}: {key} {name}")
                else:
                    yield f"{where}: '{key}' must be a table"


def _statements(all_packs: Table) -> Iterator[tuple[str, Table]]:
    """Every dated statement with the words that say where it stands."""
    for region in all_packs["region"]:
        for kind in ("claim", "recognition", "control"):
            for number, row in enumerate(region[kind], 1):
                yield f"region {region['id']}: {kind} {number}", row


def _inconsistent(packs: Table) -> Iterator[str]:
    """Faults between well-formed tables: double ids, loose ends, dates out of order, sources that say too little."""
    kinds = ("worldview", "actor", "status", "group", "region", "source")
    ids = {kind: [row.get("id", row.get("name")) for row in packs[kind]] for kind in kinds}
    for kind, names in ids.items():
        yield from (f"{kind} {name}: the id stands twice" for name in sorted({n for n in names if names.count(n) > 1}))

    def loose(where: str, key: str, names: Iterable[str], kind: str) -> Iterator[str]:
        yield from (f"{where}: '{key}' names no {kind}: '{name}'" for name in names if name not in ids[kind])

    for group in packs["group"]:
        yield from loose(f"group {group['id']}", "regions", group["regions"], "region")
    for region in packs["region"]:
        if "names" not in region and "short" not in region:
            yield f"region {region['id']}: it needs 'names' or 'short'"
        if "short" in region and not any(region["id"] in group["regions"] for group in packs["group"]):
            yield f"region {region['id']}: 'short' needs a group, whose nouns stand beside it"
        yield from loose(f"region {region['id']}", "with", region.get("with", []), "region")
        yield from _gaps(region, ids["worldview"])
    for where, row in _statements(packs):
        yield from loose(where, "sources", [*row.get("sources", []), *row.get("differs_sources", [])], "source")
        yield from loose(where, "worldviews", row.get("worldviews", []), "worldview")
        yield from loose(where, "status", [row["status"]] if "status" in row else [], "status")
        yield from loose(where, "claimed_by", [row[k] for k in ("claimed_by", "claimed_from") if k in row], "actor")
        if "valid_from" in row and row["valid_from"] > row.get("valid_to", date.max):
            yield f"{where}: 'valid_to' lies before 'valid_from'"
        if "differs" in row and "differs_sources" not in row:
            yield f"{where}: 'differs' needs 'differs_sources'"
        stages = row.get("stage", [])
        for stage in stages:
            yield from loose(where, "stage sources", stage.get("sources", []), "source")
        days = [stage["from"] for stage in stages]
        if stages and (days != sorted(set(days)) or days[0] != row["valid_from"]):
            yield f"{where}: its stages must begin on 'valid_from' and follow one another"
        if "extent" in row and row["extent"] not in _EXTENTS:
            yield f"{where}: 'extent' must be one of {', '.join(_EXTENTS)}"
        if row.get("extent", "unknown") != "unknown" and not {"by", "valid_from", "sources"} <= row.keys():
            yield f"{where}: control that is not unknown needs 'by', 'valid_from' and 'sources'"
    for source in packs["source"]:
        if source["checked"] not in ("package", "page", "unchecked"):
            yield f"source {source['id']}: 'checked' must be page, package or unchecked"
        if source["checked"] == "page" and not {"address", "date", "quote"} <= source.keys():
            yield f"source {source['id']}: a checked page needs 'address', 'date' and 'quote'"


def _gaps(region: Table, worldviews: Sequence[str]) -> Iterator[str]:
    """Days of a claim on which a worldview says nothing or two things, and claims that overlap."""
    claims = sorted(region["claim"], key=lambda row: row["valid_from"])
    for before, after in pairwise(claims):
        if before.get("valid_to", date.max) >= after["valid_from"]:
            yield f"region {region['id']}: two claims hold on {after['valid_from']}"
    for view in worldviews:
        rows = [row for row in region["recognition"] if view in row["worldviews"]]
        for claim in claims:
            day, last = claim["valid_from"], claim.get("valid_to", date.max)
            while day <= last:
                held = holding(rows, day)
                if len(held) != 1:
                    yield f"region {region['id']}: worldview {view} has {len(held)} recognitions on {day}"
                    break
                if (end := held[0].get("valid_to", date.max)) == date.max:
                    break
                day = end + timedelta(days=1)


def _read(folder: Path) -> tuple[Table, list[str]]:
    """All packs of a folder as one, and their faults; the files are read in the order of their names."""
    packs: Table = {kind.rstrip("?"): [] for kind in _KINDS["pack"]}
    faults: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            pack = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            faults.append(f"{path.name}: {error}")
            continue
        wrong = list(_misshapen(pack, "pack", path.name))
        faults += wrong
        if not wrong:
            for key, value in pack.items():
                packs[key] += value if isinstance(value, list) else [value]
    for key in ("reference_date", "borders_since", "filler"):
        if not faults and len(packs[key]) != 1:
            faults.append(f"the packs must hold one '{key}', not {len(packs[key])}")
    if not faults:
        faults += _inconsistent(packs)
    return packs, faults


def holding(statements: Sequence[Table], day: date) -> list[Table]:
    """Those of the dated statements that hold on a day; first and last day count."""
    return [row for row in statements if row.get("valid_from", date.min) <= day <= row.get("valid_to", date.max)]


def check_packs(folder: Path | None = None) -> list[str]:
    """What is wrong with the region packs of a folder, one line a fault.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where the ``*.toml`` files lie; without it the shipped ones.

    Returns
    -------
    list of str
        Empty where all is well.

    Examples
    --------
    >>> check_packs()
    []
    """
    return _read(folder or data_path("regions"))[1]


@cache
def shipped_packs() -> Table:
    """The shipped packs as one; the first fault is raised."""
    packs, faults = _read(data_path("regions"))
    if faults:
        raise DataError(f"data/regions: {faults[0]}" + (f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""))
    return packs


@cache
def _sources() -> Mapping[str, Source]:
    return {
        row["id"]: Source(
            title=row["title"],
            address=row.get("address", ""),
            date=row["date"].isoformat() if "date" in row else "",
            quote=row.get("quote", ""),
            checked=row["checked"],
        )
        for row in shipped_packs()["source"]
    }


def checked_sources(names: Sequence[str]) -> tuple[Source, ...]:
    """Those of the named sources that were checked; a statement that has none is not drawn."""
    return tuple(source for name in names if (source := _sources()[name]).checked != "unchecked")
