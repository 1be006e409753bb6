"""What a newsroom should look at in its region packs although nothing is wrong with them."""

from pathlib import Path

from geostory.packs import Packs, Table, read_packs

__all__ = ["READER_SWITCH", "pack_warnings"]

READER_SWITCH = (
    "a switch of views for readers shows {views} as well; some states punish maps that contradict theirs: ask a lawyer "
    "before you turn it on"
)


def pack_warnings(folder: Path | None = None) -> list[str]:
    """Statements that rest on Wikipedia alone, control layers past their life, and what a switch for readers may bring.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Of packs that are read on top of the shipped ones; without it the shipped ones.

    Returns
    -------
    list of str
        One line each; none of them is a fault.

    Raises
    ------
    DataError
        If a pack is faulty.

    Examples
    --------
    >>> [line for line in pack_warnings() if line.startswith("region bermuda")]
    []
    """
    packs = read_packs(folder)
    # Of the shipped packs a newsroom is told only when it asks for those.
    own = [region for region in packs.regions if folder is None or region["_folder"] == str(folder)]
    found = [line for region in own if (line := _encyclopedic(region, packs))]
    for layer in packs.tables["control_layer"]:
        if (age := (packs.reference_date - layer["date"]).days) > layer["life_days"]:
            end = f"{age} days before the packs' reference date; by its own word it holds for {layer['life_days']}"
            found.append(f"control_layer {layer['id']}: of {layer['date']}, {end}")
    views = [view["id"] for view in packs.tables["worldview"] if "actor" in view]
    return [*found, READER_SWITCH.format(views=", ".join(views))] if views else found


def _encyclopedic(region: Table, packs: Packs) -> str:
    """How many statements on a region have no checked source but Wikipedia."""
    statements = [row for kind in ("claim", "recognition", "control") for row in region[kind]]
    alone = 0
    for row in statements:
        sources = packs.checked(row.get("sources", []))
        alone += bool(sources) and all("wikipedia" in f"{source.title} {source.address}".lower() for source in sources)
    if not alone:
        return ""
    return f"region {region['id']}: {alone} of {len(statements)} statements rest on Wikipedia alone"
