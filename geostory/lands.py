"""Whose land a place lies on as a map's words tell it: by the map's view, whatever the gazetteer says.

'Simferopol is a town in Crimea, Ukraine' under one view and in Russia under another; of land that a view leaves
undetermined no state is told.
"""

from dataclasses import replace

from geostory.boundaries import boundaries
from geostory.gazetteer import gazetteer
from geostory.layers import WATER
from geostory.models import Candidate
from geostory.outlines import region_shape
from geostory.packs import UNDETERMINED, Table
from geostory.story import Story
from geostory.territories import owner_of
from geostory.views import owner_at

__all__ = ["as_seen"]

_BY = 0.5  # degrees around a region known by a point only: whose a town there is stays untold where views differ


def as_seen(candidate: Candidate, story: Story) -> Candidate:
    """A place with the state that it lies in under a story's view and on its day; what it is called stays.

    Parameters
    ----------
    candidate : Candidate
        A state, a continent or a water is given back as it is.
    story : Story
        Its day, view and packs, and the regions it speaks of.

    Returns
    -------
    Candidate
        ``country`` is empty where the owner has no code, and ``country_name`` too where the view leaves the land
        undetermined. What is the capital of a land that the view gives to another state is a town there.
    """
    if candidate.feature.startswith("PCL") or candidate.feature in WATER | {"CONT"}:
        return candidate
    owner = owner_at(candidate.lon, candidate.lat, story.as_of, story.worldview, story.packs)
    if owner == candidate.country:
        return candidate
    if not owner:
        return _untold(candidate) if _by_a_point(candidate, story) else candidate
    if candidate.feature == "PPLC" and not any(_is_land(row, candidate.country) for row in story.packs.regions):
        return candidate  # the capital of a state, such as Nicosia, through which a line of control runs
    kind, _, name = owner.partition(":")
    if kind == UNDETERMINED:
        own = _is_land(story.packs.by_id("region")[name], candidate.country)
        return candidate if own else _untold(candidate)
    within = replace(candidate, feature="PPL" if candidate.feature == "PPLC" else candidate.feature)
    if name:  # a state without a code
        return replace(within, country="", country_name=name, admin1="" if within.admin1 == name else within.admin1)
    return replace(within, country=owner, country_name=_state(owner), admin1=_unit(candidate, story))


def _is_land(row: Table, country: str) -> bool:
    """Whether a region is all of a land that the gazetteer has as one of its countries: Kosovo."""
    return list(row.get("shape", ())) == [f"country:{country}"]


def _unit(candidate: Candidate, story: Story) -> str:
    """The unit that a place lies in, or the land where that is taken to another state: 'Taiwan, China'."""
    land = any(_is_land(row, candidate.country) for row in story.packs.regions)
    return candidate.country_name if land else candidate.admin1


def _untold(candidate: Candidate) -> Candidate:
    return replace(
        candidate, country="", country_name="", feature="PPL" if candidate.feature == "PPLC" else candidate.feature
    )


def _by_a_point(candidate: Candidate, story: Story) -> bool:
    """Whether a place lies by a region of the story that has no outline, and whose owner is not the place's country."""
    for region in story.regions:
        shape = region_shape(region.id, story.packs)
        if shape.area or max(abs(shape.x - candidate.lon), abs(shape.y - candidate.lat)) > _BY:
            continue
        row = story.packs.by_id("region")[region.id]
        owner = owner_of(row, story.as_of, story.worldview, story.packs)
        known = story.packs.by_id("actor").get(owner, {}).get("country", "")
        if known != candidate.country:
            return True
    return False


def _state(code: str) -> str:
    shape = f"country:{code}"
    known = gazetteer().of_shape(shape)
    return known.name if known else boundaries().get(shape).name
