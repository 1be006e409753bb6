"""Compare an installed wheel with its own list of data files, and run the main job from Python."""

import hashlib
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

import geostory

MOST_MODEL_BYTES, MOST_OTHER_DATA_BYTES, MOST_BYTES = 25_000_000, 45_000_000, 95_000_000


def main(wheel: str) -> None:
    """Fail with a line that says which file is missing, changed or not listed."""
    assert "site-packages" in geostory.__file__, f"not the installed package: {geostory.__file__}"
    with zipfile.ZipFile(wheel) as archive:
        sizes = {info.filename: info.compress_size for info in archive.infolist()}
        listed = tomllib.loads(archive.read("geostory/_data/SOURCES.toml").decode())["file"]
        shipped = {name.removeprefix("geostory/_data/") for name in sizes if name.startswith("geostory/_data/")}
        assert shipped == {row["path"] for row in listed} | {"SOURCES.toml"}, shipped ^ {row["path"] for row in listed}
        for row in listed:
            content = archive.read(f"geostory/_data/{row['path']}")
            assert hashlib.sha256(content).hexdigest() == row["sha256"], f"{row['path']} is not the file that was built"
        assert any(name.startswith("geostory/_layers/") for name in sizes), "no layers in the wheel"
        data = sum(size for name, size in sizes.items() if name.startswith("geostory/_data/"))
        models = sum(size for name, size in sizes.items() if name.startswith("geostory/_data/recogniser/"))
        assert models <= MOST_MODEL_BYTES, f"the models take {models} bytes of the wheel"
        assert data - models <= MOST_OTHER_DATA_BYTES, f"the other data takes {data - models} bytes of the wheel"
        assert Path(wheel).stat().st_size <= MOST_BYTES, "the wheel is too large"
    article = geostory.Article(title="", text="Delegates flew from Reykjavik to Anchorage.")
    story = geostory.tell(article)
    assert [place.candidate.country for place in story.places if place.candidate] == ["IS", "US"]
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "map.html"
        story.save(page)
        assert "Anchorage" in page.read_text(encoding="utf-8")
    print(f"wheel: {len(listed)} data files, {data / 1e6:.1f} MB, all as listed")


if __name__ == "__main__":
    main(sys.argv[1])
