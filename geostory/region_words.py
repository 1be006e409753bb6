"""What titles and captions say of regions in question: every part of a sentence is one of the packs' wordings."""

from geostory.ended import PAST
from geostory.models import Region
from geostory.packs import Packs
from geostory.words import join, some_of, with_the

__all__ = ["group_phrase", "region_name", "regions_sentence"]

_REGIONS = 6  # regions that a caption names


def region_name(region: Region) -> str:
    """'Kherson region'; without what an official name adds in brackets."""
    return region.name.partition(" (")[0]


def group_phrase(group: list[Region], packs: Packs) -> str:
    """Several regions of one claim in words: 'regions of Ukraine that Russia claims to have annexed'."""
    first = group[0].claims[0]
    losers = {claim.claimed_from for region in group for claim in region.claims[:1]}
    of = f" of {with_the(losers.pop())}" if len(losers) == 1 and first.claimed_from else ""
    if first.status == "annexed":
        return packs.said("title: annexed", of=of, by=with_the(first.claimed_by))
    if first.status == "disputed":
        claimants = join([with_the(name) for name in _parted(group[0].claimed_by)])
        return packs.said("title: disputed", by=claimants)
    return packs.said("title: other", of=of, status=first.status)


def regions_sentence(group: list[Region], packs: Packs) -> str:
    """Who claims some regions, and whose the map has them; every part is one of the packs' wordings."""
    first, several = group[0], _several(group)
    names = _names(group)
    claimants = join([with_the(name) for name in _parted(first.claimed_by)])
    own = first.status == "annexed" and "annexed" in first.claim and not first.claim.startswith(("Annexed", "Claimed"))
    if first.status == PAST or own:  # in the newsroom's own words
        claim = first.claim[:1].lower() + first.claim[1:] if first.status == PAST else first.claim
        told = f"{names}: {claim}" if first.status == PAST else f"{claim}: {names}"
    elif first.status == "annexed" and " and " not in first.claimed_by:
        told = packs.said("caption: annexed", by=claimants, regions=names)
    elif first.status in ("disputed", "breakaway"):
        told = packs.said(f"caption: {first.status}{several}", by=claimants, regions=names)
    else:
        told = packs.said(f"caption: other{several}", regions=names, claim=first.claim[:1].lower() + first.claim[1:])
    whose = "" if first.status == PAST else f"; {_whose(group, several, packs)}"
    return f"{told[:1].upper()}{told[1:]}{whose}."


_PLURAL = ("Islands", "islands", "Heights", "Reefs", "Rocks", "Cayes", "Farms", "Enclaves")


def _several(group: list[Region]) -> str:
    """How the wordings of a sentence on several things are marked; one named by a plural is such a thing too."""
    return ", several" if len(group) > 1 or region_name(group[0]).endswith(_PLURAL) else ""


def _whose(group: list[Region], several: str, packs: Packs) -> str:
    """Whose the map has some regions; one known by a point alone is no part of anything that is drawn."""
    owner = group[0].belongs_to
    if not any(region.geometry.area for region in group):
        return packs.said(f"drawn: without an outline{several}")
    if not owner:
        return packs.said(f"drawn: left open{several}")
    if [owner] == [region.name for region in group]:
        return packs.said("drawn: a state of its own")
    return packs.said(f"drawn: part of{several}", state=with_the(owner))


def _names(group: list[Region]) -> str:
    """'Crimea and the Donetsk, Luhansk and Kherson regions'."""
    names = [region_name(region) for region in group]
    alike = [name.removesuffix(" region") for name in names if name.endswith(" region")]
    if not 1 < len(alike) <= len(names) <= _REGIONS:
        return some_of([with_the(name) for name in names], _REGIONS)
    return join([*(with_the(name) for name in names if not name.endswith(" region")), f"the {join(alike)} regions"])


def _parted(names: str) -> list[str]:
    """'a, b and c' as its parts."""
    return [part for piece in names.split(", ") for part in piece.split(" and ")]
