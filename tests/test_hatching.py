"""Whether the statuses of regions can be told apart on a map without colour, or by colour-blind readers.

Each status' hatch is drawn here by the geometry that the page's script holds, in the page's colours, and seen through
the matrices of Machado, Oliveira and Fernandes, 'A Physiologically-based Model for Simulation of Color Vision
Deficiency', IEEE Transactions on Visualization and Computer Graphics 15 (2009), for full severity, and in greys.
"""

import json
import re
import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import geostory
from geostory.assets import measures

TEMPLATES = Path(geostory.__file__).parent / "templates"
TOKENS = {
    name: tomllib.loads((TEMPLATES / "tokens.toml").read_text(encoding="utf-8"))[name] for name in ("light", "dark")
}
# On linear RGB.
EYES = {
    "full colour": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
    "greys": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}
SIDE, FINE = 156, 2  # pixels of a sample, which the hatches' spacings divide, and samples a pixel each way
FAR = 20.0  # colour difference (CIE 1976) beyond which two flat colours are seen apart at a glance
APART = 0.5  # of two textures: the share of their pattern's energy that they don't have in common
READABLE = 3.0  # contrast of a line with its ground (WCAG 2.2, 1.4.11)


def geometry() -> dict[str, tuple[list[float], float, float]]:
    """Angles in degrees, spacing and width in pixels of each status' hatch, from the script that draws it."""
    script = (TEMPLATES / "symbols.js").read_text(encoding="utf-8")
    table = re.search(r"const HATCH = (\{.*?\n  \});", script, re.DOTALL)[1]
    widths = measures()["lines"]
    table = re.sub(r"lines\.(\w+)", lambda found: str(widths[found[1]]), table)
    rows = json.loads(re.sub(r",(\s*\})", r"\1", re.sub(r"(\w+):", r'"\1":', table)))
    return {name: (row["angles"], row["gap"], row.get("width", widths["hatch"])) for name, row in rows.items()}


HATCHES = geometry()


def linear(colour: str) -> np.ndarray:
    value = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def seen(colour: str, eye: str) -> np.ndarray:
    return np.clip(EYES[eye] @ linear(colour), 0, 1)


def luminance(rgb: np.ndarray) -> float:
    return float(rgb @ [0.2126, 0.7152, 0.0722])


def contrast(first: np.ndarray, second: np.ndarray) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    part = to_xyz @ rgb / to_xyz.sum(axis=1)
    x, y, z = np.where(part > 0.008856, np.cbrt(part), 7.787 * part + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def coverage(status: str) -> np.ndarray:
    """How much of each pixel the lines of a status' hatch cover, 0 to 1."""
    angles, gap, width = HATCHES[status]
    at = (np.arange(SIDE * FINE) + 0.5) / FINE
    x, y = np.meshgrid(at, at)
    ink = np.zeros_like(x, dtype=bool)
    for angle in np.radians(angles):
        across = x * np.cos(angle) + y * np.sin(angle)
        ink |= np.abs((across + gap / 2) % gap - gap / 2) < width / 2
    return ink.reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3))


def texture(status: str, eye: str, theme: str) -> np.ndarray:
    """The energy of a hatch by direction and fineness, wherever its lines lie: what the eye tells textures by."""
    ink, ground = (luminance(seen(TOKENS[theme][name], eye)) for name in (status, "land"))
    picture = ground + (ink - ground) * coverage(status)
    energy = np.abs(np.fft.fftshift(np.fft.fft2(picture - picture.mean()))) ** 2
    middle = SIDE // 2
    near = energy[middle - 48 : middle + 48, middle - 48 : middle + 48]
    blurred = near.reshape(24, 4, 24, 4).sum(axis=(1, 3))  # one row or column is 0.026 lines a pixel
    return blurred / blurred.sum()


def texture_distance(first: str, second: str, eye: str, theme: str) -> float:
    shared = np.minimum(texture(first, eye, theme), texture(second, eye, theme)).sum()
    return 1 - float(shared)


def colour_distance(first: str, second: str, eye: str, theme: str) -> float:
    colours = (lab(seen(TOKENS[theme][name], eye)) for name in (first, second))
    return float(np.linalg.norm(np.subtract(*colours)))


def test_the_matrices_leave_greys_as_they_are():
    for eye, matrix in EYES.items():
        assert matrix @ np.ones(3) == pytest.approx(np.ones(3), abs=1e-4), eye


def test_every_disputed_status_of_the_packs_has_a_hatch_and_a_colour():
    from geostory.packs import read_packs

    quiet, drawn_as_disputed = {"dependent", "free association"}, {"unclaimed"}
    assert {row["id"] for row in read_packs().tables["status"]} - quiet - drawn_as_disputed == set(HATCHES)
    assert all(name in TOKENS[theme] for name in HATCHES for theme in TOKENS)


@pytest.mark.parametrize("theme", TOKENS)
@pytest.mark.parametrize("eye", EYES)
def test_two_statuses_differ_by_their_hatch_or_their_colour(eye, theme):
    alike = {
        (a, b): (round(texture_distance(a, b, eye, theme), 2), round(colour_distance(a, b, eye, theme), 1))
        for a, b in combinations(HATCHES, 2)
        if texture_distance(a, b, eye, theme) < APART and colour_distance(a, b, eye, theme) < FAR
    }
    assert alike == {}


@pytest.mark.parametrize("theme", TOKENS)
@pytest.mark.parametrize("eye", EYES)
def test_hatch_and_outline_stand_out_from_the_land(eye, theme):
    grounds = ("land", "focus_land")
    low = {
        (status, ground): round(contrast(seen(TOKENS[theme][status], eye), seen(TOKENS[theme][ground], eye)), 2)
        for status in HATCHES
        for ground in grounds
        if contrast(seen(TOKENS[theme][status], eye), seen(TOKENS[theme][ground], eye)) < READABLE
    }
    assert low == {}


def test_the_measure_tells_alike_from_different():
    assert texture_distance("annexed", "annexed", "greys", "light") == 0
    assert texture_distance("annexed", "occupied", "greys", "light") > APART
