"""What 'geostory check' tells of a newsroom's own packs: text and shapes together, one line a fault."""

import json
from datetime import date
from pathlib import Path

import pytest

from geostory.dated_words import first_after, until
from geostory.errors import ReadError
from geostory.overlays import read_areas
from geostory.pack_checks import check_packs, pack_report
from geostory.pack_warnings import pack_warnings
from geostory.packs import read_packs

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
BOW_TIE = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
HALF = [[-180, -60], [180, -60], [180, 60], [-180, 60], [-180, -60]]
SOURCE = """[[source]]
id = "s"
title = "A page"
address = "https://example.org"
date = 2025-01-01
quote = "as quoted"
checked = "page"
"""
REGION = """[[region]]
id = "islet"
name = "Islet"
names = ["Islet"]
shape = ["file:islet.geojson"]
[[region.claim]]
claimed_by = "Dominica"
status = "disputed"
valid_from = 2005-01-01
sources = ["s"]
[[region.claim.stage]]
from = 2005-01-01
words = "Claimed by Dominica."
[[region.recognition]]
worldviews = ["un"]
recognised_as = "no United Nations resolution decides it"
belongs_to = "undetermined"
valid_from = 2005-01-01
sources = ["s"]
[[region.control]]
extent = "unknown"
words = "Areas of control not shown."
"""


def pack(folder: Path, *, ring: list[list[int]] = SQUARE, edits: tuple[tuple[str, str], ...] = ()) -> Path:
    text = REGION + SOURCE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "own.toml").write_text(text, encoding="utf-8")
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {}, "geometry": shape}
    collection = {"type": "FeatureCollection", "features": [feature]}
    (folder / "islet.geojson").write_text(json.dumps(collection), encoding="utf-8")
    return folder


def test_a_sound_pack_of_ones_own_has_no_fault(tmp_path):
    assert check_packs(pack(tmp_path)) == []


def test_faults_of_text_and_of_shapes_are_told_together(tmp_path):
    edits = (('name = "Islet"\n', 'name = "Islet"\ncolour = "red"\n'), ("Claimed by Dominica.", "Claimed since 2010."))
    told = "\n".join(check_packs(pack(tmp_path, ring=BOW_TIE, edits=edits)))
    assert "there is no key 'colour'" in told and "rings cross themselves, as a bow-tie does" in told


def test_a_folder_without_a_pack_is_a_fault(tmp_path):
    (tmp_path / "readme.txt").write_text("no pack", encoding="utf-8")
    assert check_packs(tmp_path) == [
        f"{tmp_path}: it holds no region pack; put one there, a text file that ends in .toml"
    ]


@pytest.mark.parametrize(("ring", "fault"), [(BOW_TIE, "bow-tie"), (HALF, "more than half the planet")])
def test_rings_that_cross_or_cover_half_the_planet_are_refused(tmp_path, ring, fault):
    with pytest.raises(ReadError, match=fault):
        read_areas(str(pack(tmp_path, ring=ring)), "islet.geojson")


def test_an_area_off_the_published_one_is_a_fault_unless_the_pack_says_why(tmp_path):
    area = 'names = ["Islet"]\narea_km2 = 10\narea_source = "s"\n'
    (fault,) = check_packs(pack(tmp_path, edits=(('names = ["Islet"]\n', area),)))
    assert "% off the published 10; mend it, or say why in 'area_reason'" in fault
    reason = area + 'area_reason = "The figure is of the lagoon."\n'
    assert check_packs(pack(tmp_path, edits=(('names = ["Islet"]\n', reason),))) == []


def test_every_shipped_outline_is_as_large_as_published_or_says_why_not():
    off = [row for row in pack_report() if row["off"] and abs(float(str(row["off"]).rstrip(" %"))) > 3]
    assert len(off) > 30 and all(row["reason"] for row in off)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('status = "disputed"', 'status = "occupied"', "status occupied needs 'held_by', not 'claimed_by'"),
        ("claimed_by =", "held_by =", "status disputed needs 'claimed_by', not 'held_by'"),
        ('claimed_by = "Dominica"\n', "", "status disputed needs 'claimed_by', and one only"),
        ("Claimed by Dominica.", "Claimed since May 2005.", "speaks of 1 May 2005"),
    ],
)
def test_what_a_claim_must_say_of_its_party_and_its_days(tmp_path, old, new, fault):
    assert any(fault in line for line in check_packs(pack(tmp_path, edits=((old, new),))))


def test_what_lies_ahead_may_be_told_before_its_day_and_what_happened_may_not():
    assert first_after("To be handed over on 1 July 1997.", date(1990, 1, 1)) is None
    assert first_after("Handed over on 1 July 1997.", date(1990, 1, 1)) == date(1997, 7, 1)
    assert until("Held by Spain; claimed since 15 May 1972.", date(1972, 5, 14)) == "Held by Spain."
    assert until("Resolution 2065 asks for talks.", date(1966, 1, 1)) == "Resolution 2065 asks for talks."


def test_wikipedia_is_known_by_its_address_too():
    sources = read_packs().sources
    hidden = [s for s in sources.values() if "wikipedia.org" in s.address and not s.title.startswith("Wikipedia")]
    assert hidden and any("rest on Wikipedia alone" in line for line in pack_warnings())
