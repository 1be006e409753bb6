"""A page's block in fewer letters than Python and GeoJSON have it in."""

from collections.abc import Mapping
from typing import Any

from geostory.coding import written

__all__ = ["carried"]

Block = Mapping[str, Any]


def carried(block: Block) -> Block:
    """The block as its page carries it: outlines on a grid as the steps between their corners, each source once.

    The page's script puts both back (``geo.basemap.outlined``, and ``cite`` in ``main.js``).

    Examples
    --------
    >>> layers = [{"id": "regions", "features": []}]
    >>> carried({"layers": layers, "regions": [{"sources": [{"title": "A", "address": ""}]}]})["regions"]
    [{'sources': [0]}]
    """

    def feature(of: Block) -> Block:
        shape = of["geometry"]
        if "grid" not in shape:
            return of
        if shape["type"] == "MultiPoint":
            (steps,) = written([shape["coordinates"]], shape["grid"])
            return {**of, "geometry": {"type": "MultiPoint", "grid": shape["grid"], "steps": steps}}
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        told = iter(written([ring for polygon in polygons for ring in polygon], shape["grid"]))
        rings = [[next(told) for _ in polygon] for polygon in polygons]
        return {**of, "geometry": {"type": "MultiPolygon", "grid": shape["grid"], "steps": rings}}

    layers = [{**layer, "features": [feature(one) for one in layer["features"]]} for layer in block["layers"]]
    return _cited({**block, "layers": layers})


def _cited(block: Block) -> Block:
    """The block with the numbers of its sources in a list of their own, 'cited', in place of each source."""
    numbers: dict[tuple[tuple[str, str], ...], int] = {}

    def cite(part: Any) -> Any:
        if isinstance(part, Mapping):
            return {
                key: [numbers.setdefault(tuple(source.items()), len(numbers)) for source in value]
                if key == "sources"
                else cite(value)
                for key, value in part.items()
            }
        return [cite(one) for one in part] if isinstance(part, list | tuple) else part

    told = {key: cite(block[key]) for key in ("layers", "regions", "times", "views") if key in block}
    return {**block, **told, "cited": [dict(source) for source in numbers]}
