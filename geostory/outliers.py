"""What the story's frame leaves out: each place with its distance, for an arrow at the map's edge."""

from collections.abc import Sequence
from typing import Any

from shapely import Point

from geostory.frame import Extent, Frame
from geostory.geodesy import geodesic_m
from geostory.locales import distance_in

__all__ = ["outliers_block"]

_MOST = 4  # arrows: more would be a list around the map, and there is one beside it


def outliers_block(frame: Frame, extents: Sequence[Extent], lang: str = "en") -> list[dict[str, Any]]:
    """The places beyond a map's edge, heaviest first: name, position, and distance from the map's middle in words.

    Parameters
    ----------
    frame : Frame
    extents : sequence of Extent
        What the frame was made of.
    lang : str
        Of the distances.

    Examples
    --------
    >>> from geostory.frame import story_frame
    >>> at = lambda lon, lat, weight, name: Extent(bounds=(lon, lat, lon, lat), weight=weight, name=name)
    >>> some = [at(-5.8, 35.8, 5, "Tangier"), at(151.2, -33.9, 1, "Sydney"), at(-5.3, 35.9, 4, "Ceuta")]
    >>> [(one["name"], one["far"]) for one in outliers_block(story_frame(some), some)]
    [('Sydney', '17,890 km')]
    """
    west, south, east, north = frame.bounds
    middle = (west + east) / 2, (south + north) / 2
    found: dict[str, Extent] = {}
    for extent in sorted(extents, key=lambda one: -one.weight):
        if extent.name in frame.outside:
            found.setdefault(extent.name, extent)
    placed = []
    for name, extent in list(found.items())[:_MOST]:
        left, bottom, right, top = extent.bounds
        at = Point((left + right) / 2, (bottom + top) / 2) if extent.shape is None else extent.shape.centroid
        far = distance_in(geodesic_m(*middle, at.x, at.y), lang).partition(" (")[0]
        placed.append({"name": name, "far": far, "lon": round(at.x, 4), "lat": round(at.y, 4)})
    return placed
