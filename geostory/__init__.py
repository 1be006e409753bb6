"""geostory reads news articles and maps the places, distances and regions they speak of.

>>> import geostory
>>> article = geostory.Article(title="", text="The ferry from Tangier reached Algeciras at noon.")
>>> story = geostory.tell(article)
>>> [place.candidate.name for place in story.places]
['Tangier', 'Algeciras']
"""

from importlib.metadata import version
from typing import TYPE_CHECKING

from geostory.article import read, read_each
from geostory.errors import (
    DataError,
    GeostoryError,
    HostError,
    ReadError,
    UnknownNameError,
    UsageError,
    WriteError,
)
from geostory.locator import locate
from geostory.measures import measure
from geostory.models import (
    Article,
    Candidate,
    Claim,
    Distance,
    DistanceClaim,
    MapWords,
    Measure,
    Mention,
    Place,
    Profile,
    Region,
    Source,
)
from geostory.profiles import learn_profile, read_profile, write_profile
from geostory.story import Story, tell
from geostory.territories import regions, regions_in_force, who

if TYPE_CHECKING:
    from geostory.geocoder import Geostory

__version__ = version("geostory")

__all__ = [
    "Article",
    "Candidate",
    "Claim",
    "DataError",
    "Distance",
    "DistanceClaim",
    "Geostory",
    "GeostoryError",
    "HostError",
    "MapWords",
    "Measure",
    "Mention",
    "Place",
    "Profile",
    "ReadError",
    "Region",
    "Source",
    "Story",
    "UnknownNameError",
    "UsageError",
    "WriteError",
    "learn_profile",
    "locate",
    "measure",
    "read",
    "read_each",
    "read_profile",
    "regions",
    "regions_in_force",
    "tell",
    "who",
    "write_profile",
]


def __getattr__(name: str) -> object:
    """The geocoder when it is first asked for: geopy brings all its own geocoders with it, half a second's worth."""
    if name == "Geostory":
        from geostory.geocoder import Geostory

        return Geostory
    raise AttributeError(f"module 'geostory' has no attribute {name!r}")
