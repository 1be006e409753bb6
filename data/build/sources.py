"""Write the rows of the shipped files that are written by hand, and the region packs once more as one file.

Run it after each change to a region pack or a sample article.
"""

import tomllib

from inputs import DATA, record

from geostory.packs import compiled_packs


def main() -> None:
    """Record each pack with its number of regions and each sample article as one row."""
    for path in sorted((DATA / "regions").glob("*.toml")):
        rows = len(tomllib.loads(path.read_text(encoding="utf-8")).get("region", []))
        record(f"regions/{path.name}", licence="MIT", credit="", built_by="hand", rows=rows)
    compiled = DATA / "regions" / "packs.json"
    compiled.write_text(compiled_packs(), encoding="utf-8")
    record("regions/packs.json", licence="MIT", credit="", built_by="hand", rows=1)
    for path in sorted((DATA / "articles").glob("*.md")):
        record(f"articles/{path.name}", licence="MIT", credit="", built_by="hand", rows=1)


if __name__ == "__main__":
    main()
