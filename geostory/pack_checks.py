"""What is wrong with region packs, text and shapes together, and what they hold of each region."""

from collections.abc import Iterator
from pathlib import Path

from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geostory.errors import GeostoryError
from geostory.outlines import region_shape
from geostory.overlays import read_areas
from geostory.pack_form import id_of
from geostory.packs import Packs, Table, read_packs, read_with_faults
from geostory.search import find_place

__all__ = ["check_packs", "pack_report"]

_GEOD = Geod(ellps="WGS84")
_OFF = 0.03  # by which an outline's area may differ from a published one without a reason
_RECIPE = ("shape", "minus", "within", "takes_in")
_LARGEST_KM2 = 20_000_000  # a region or area of control is no larger than the largest state


def check_packs(folder: Path | None = None) -> list[str]:
    """What is wrong with the region packs of a folder, one line a fault.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where the ``*.toml`` files lie, read on top of the shipped ones; without it the shipped ones.

    Returns
    -------
    list of str
        Empty where all is well: faults of the text first, then those of shapes and areas. Of the shipped packs only
        when those are asked for.

    Examples
    --------
    >>> check_packs(Path("no such folder"))
    ['no such folder: there is no such folder of region packs']
    """
    packs, faults, left_out = read_with_faults(folder)
    outlined = [row for row in left_out if _followable(row)]
    packs = Packs(tables={**packs.tables, "region": [*packs.regions, *outlined]}, sources=packs.sources)
    for row in packs.regions:
        if folder is None or row["_folder"] == str(folder):
            faults += _shape_faults(row, packs)
    for layer in packs.tables["control_layer"]:
        if folder is None or layer["_folder"] == str(folder):
            faults += _layer_faults(layer)
    return list(dict.fromkeys(faults))


def _followable(row: Table) -> bool:
    """Whether the recipe of a region whose table is faulty elsewhere can be followed nevertheless."""
    parts = [row.get(key, []) for key in _RECIPE]
    texts = all(isinstance(part, list) and all(isinstance(item, str) for item in part) for part in parts)
    return texts and bool(row.get("shape")) and id_of(row) != "" and not {"place", "point"} & row.keys()


def _shape_faults(row: Table, packs: Packs) -> Iterator[str]:
    """Faults of a region's outline: none of its own, broken, far too large, or of another area than published."""
    where = f"region {row['id']}"
    for key in (key for part in ("shape", "minus", "within") for key in row.get(part, ())):
        if key.startswith("file:"):
            yield from _file_faults(where, row["_folder"], key.removeprefix("file:"))
    if not {"shape", "place", "point"} & row.keys():
        return  # told already
    try:
        for name in row.get("takes_in", ()):
            find_place(name)
        area = _km2(region_shape(row["id"], packs, "measure"))
    except GeostoryError as error:
        told = str(error)
        yield told if told.startswith(where) else f"{where}: {told}"
        return
    if area > _LARGEST_KM2:
        yield f"{where}: its outline holds {area:,.0f} km², more than any state; is a ring turned out?"
    published = row.get("area_km2")
    if not area or not isinstance(published, int | float) or "area_reason" in row:
        return
    if abs(off := (area - published) / published) > _OFF:
        found = f"its outline holds {area:,.1f} km², {100 * off:+.1f} % off the published {published:,}"
        yield f"{where}: {found}; mend it, or say why in 'area_reason'"


def _layer_faults(layer: Table) -> Iterator[str]:
    yield from _file_faults(f"control_layer {layer['id']}", layer["_folder"], layer["file"])
    if layer["life_days"] < 0:
        yield f"control_layer {layer['id']}: 'life_days' must not be less than 0"


def _file_faults(where: str, folder: str, name: str) -> Iterator[str]:
    """Faults of a file of areas beside a pack."""
    try:
        size = sum(_km2(area) for area in read_areas(folder, name))
    except GeostoryError as error:
        yield f"{where}: {error}"
        return
    if size > _LARGEST_KM2:
        yield f"{where}: {name}: it holds {size:,.0f} km², more than any state; is a ring turned out?"


def _km2(shape: BaseGeometry) -> float:
    return abs(float(_GEOD.geometry_area_perimeter(shape)[0])) / 1e6 if shape.area else 0.0


def pack_report(folder: Path | None = None) -> list[dict[str, object]]:
    """What the packs hold of each region: statements, checked sources, and its area against a published one.

    Returns
    -------
    list of dict
        ``id``, ``claims``, ``statements``, the numbers of different ``checked`` and ``unchecked`` sources,
        ``area_km2`` of the outline (geodesic; None for a point), ``published_km2``, by what share it is ``off``, and
        the pack's ``reason`` for that.
    """
    packs = read_packs(folder)
    rows: list[dict[str, object]] = []
    for row in packs.regions:
        names = {
            name
            for kind in ("claim", "recognition", "control")
            for statement in row[kind]
            for name in (*statement.get("sources", []), *statement.get("differs_sources", []))
        } | {name for claim in row["claim"] for stage in claim["stage"] for name in stage.get("sources", [])}
        checked = len(packs.checked(sorted(names)))
        area, told = _km2(region_shape(row["id"], packs, "measure")), row.get("area_km2")
        rows.append(
            {
                "id": row["id"],
                "claims": len(row["claim"]),
                "statements": sum(len(row[kind]) for kind in ("claim", "recognition", "control")),
                "checked": checked,
                "unchecked": len(names) - checked,
                "area_km2": round(area) if area else None,
                "published_km2": told,
                "off": f"{100 * (area - told) / told:+.1f} %" if area and told else None,
                "reason": row.get("area_reason"),
            }
        )
    return rows
