"""What is wrong between the tables of region packs: loose ends, dates out of order, sources that say too little."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise

from geostory.dated_words import first_after
from geostory.pack_form import BONDS, UNDETERMINED, Packs, Table, holding
from geostory.terms import wording_faults
from geostory.words import day as day_words

__all__ = ["sense_faults"]

_EXTENTS = ("full", "mostly", "partly", "none", "unknown")
# How the party of a statement may stand to the region; of a status that a newsroom adds, in any way.
_BONDS_OF = {
    "annexed": ("claimed_by",), "disputed": ("claimed_by",), "breakaway": ("claimed_by",), "occupied": ("held_by",),
    "leased": ("held_by",), "free association": ("associated_with",), "dependent": ("claimed_by", "held_by"),
    "unclaimed": (),
}  # fmt: skip


def _bare(source: str) -> str:
    """A source's id without the file that it stands in."""
    return source.rpartition("/")[2]


def _statements(region: Table) -> Iterator[tuple[str, Table]]:
    """Every dated statement of a region with the words that say where it stands."""
    for kind in ("claim", "recognition", "control"):
        for number, row in enumerate(region[kind], 1):
            yield f"region {region['id']}: {kind} {number}", row


def sense_faults(packs: Packs, lost: Collection[str] = ()) -> Iterator[str]:
    """Faults between well-formed tables, one line each; ``lost`` are ids of tables left out for their form.

    Of claims the party must stand under 'claimed_by' already, as :func:`geostory.packs.read_packs` puts it.
    """
    ids = {kind: packs.by_id(kind).keys() for kind in ("worldview", "actor", "status", "group", "region")}
    yield from wording_faults(packs.tables["wording"], list(ids["status"]))

    def loose(where: str, key: str, names: Iterable[str], kind: str) -> Iterator[str]:
        known = packs.sources.keys() if kind == "source" else ids[kind]
        yield from (
            f"{where}: '{key}' names no {kind}: '{_bare(name)}'"
            for name in names
            if name not in known and name not in lost
        )

    for group in packs.tables["group"]:
        yield from loose(f"group {group['id']}", "regions", group["regions"], "region")
        yield from loose(f"group {group['id']}", "statuses", group.get("statuses", []), "status")
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
                yield from loose(
                    place,
                    row.get("_bond", key) if key == "claimed_by" else key,
                    [row[key]] if key in row else [],
                    "actor",
                )
            if row.get("belongs_to", UNDETERMINED) != UNDETERMINED:
                yield from loose(place, "belongs_to", [row["belongs_to"]], "actor")
            for stage in row.get("stage", []):
                yield from loose(place, "stage sources", stage.get("sources", []), "source")
            yield from _senseless(place, row)
        yield from _too_early(region)
        yield from (f"{where}: its claim {fault}" for claim in region["claim"] if (fault := _wrong_bond(claim)))
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
    for claimant in dict.fromkeys(row.get("claimed_by", "nobody") for row in claims):
        for before, after in pairwise(row for row in claims if row.get("claimed_by", "nobody") == claimant):
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


def _wrong_bond(claim: Table) -> str:
    """What is wrong with how a claim names its party."""
    status, bond = claim["status"], claim.get("_bond", "")
    may = _BONDS_OF.get(status, BONDS)
    if (bond in may or not (bond or may)) and not any(key in claim for key in BONDS[1:]):
        return ""
    named = " or ".join(f"'{key}'" for key in may) or f"none of {', '.join(BONDS)}"
    return f"of status {status} needs {named}" + (f", not '{bond}'" if bond and bond not in may else ", and one only")


def _too_early(region: Table) -> Iterator[str]:
    """Sentences that a map of the day from which they hold would show although they speak of a later one."""
    begun = min((claim["valid_from"] for claim in region["claim"]), default=date.min)
    told: list[tuple[date, str]] = []
    for claim in region["claim"]:
        told += [(stage["from"], stage["words"]) for stage in claim["stage"]]
        told += [(claim["valid_from"], claim["differs"])] if "differs" in claim else []
    for row in (*region["recognition"], *region["control"]):
        told += [(row.get("valid_from", begun), row[key]) for key in ("recognised_as", "words") if key in row]
    for since, words in told:
        if later := first_after(words, since):
            where = f"region {region['id']}: what holds from {since} on speaks of {day_words(later)}"
            yield f"{where}; give it a statement or stage of its own: '{words}'"
