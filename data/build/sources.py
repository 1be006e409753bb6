"""Write the rows of the shipped files that are written by hand: region packs and sample articles."""

import tomllib

from inputs import DATA, record


def main() -> None:
    """Record each pack with its number of regions and each sample article as one row."""
    for path in sorted((DATA / "regions").glob("*.toml")):
        rows = len(tomllib.loads(path.read_text(encoding="utf-8")).get("region", []))
        record(f"regions/{path.name}", licence="MIT", credit="", built_by="hand", rows=rows)
    for path in sorted((DATA / "articles").glob("*.md")):
        record(f"articles/{path.name}", licence="MIT", credit="", built_by="hand", rows=1)


if __name__ == "__main__":
    main()
