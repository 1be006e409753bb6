"""One row of the gazetteer while it is being built, and the rules that say which names it keeps and how it ranks."""

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from geostory.gazetteer import MATCHES, normalise

__all__ = ["CREDITS", "LANGUAGES", "Row", "alternates", "distance_km", "plain", "rank", "rank_by", "seats"]

# Languages in which Natural Earth names areas.
LANGUAGES = tuple(re.findall(r"\w+", "ar bn de el en es fa fr he hi hu id it ja ko nl pl pt ru sv tr uk ur vi zh zht"))

# What a candidate's source reads as: the text a page prints for it.
CREDITS = {
    "airports": "airportsdata",
    "factbook": "The World Factbook (CIA), GeoNames (CC BY 4.0)",
    "geonames": "GeoNames (CC BY 4.0)",
    "natural-earth": "Natural Earth",
    "natural-earth+geonames": "Natural Earth, GeoNames (CC BY 4.0)",
    "census": "US Census Bureau, GeoNames (CC BY 4.0)",
}

# Words that are no name of a place on their own, however an alternate name may list them: what English uses every day.
_GENERIC = frozenset(
    re.findall(
        r"\w+",
        """
    a after all along also an and any are around as at be been before being best big but by can come could day de del
    des die do down each early el en even ever every few first for from get give go going good great had has have he
    her here high him his home how i if in into is it its just know la las last late le les like little long los look
    love made major make man many may me men mind mine more most much must my name nearest never new next no not now of
    off old on one only or other our out over own people per plus said same see seen she since small so some still such
    take taking tells than that the their them then there these they this those three through time to turn two under up
    us use uses van very von was way week well were what when where which while who will with word work world would year
    you your

    north south east west northern southern eastern western central middle upper lower northeast northwest southeast
    southwest centre center north east north west south east south west
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december spring summer autumn fall winter

    red yellow white black green blue brown gray grey

    airport area army artillery avenue azure bank base basic bass bay beach bigger book border borders brain bridge
    bridges building burn cage camp camps canal capital care carry cases castle cathedral cell chair chance channel
    church circle city cliffs coal coast coffee college colony common commune communism community competition compound
    constitution content corner corners corporation council country countryside county course court cousins crossing
    culture cutoff deep delay deli democrat desk dial dining discovery district division dock dogs door downtown drug
    dual executive farm federal federation ferry field forest fort friend front garden gardens gate genes gets gold gone
    google government governorate gross guide hall hand harbor harbour headquarters heard hill hills hospital hotel
    house hub human independent industrial inland inning island islands junction king kingdom label labor lake land
    legacy light location lock love lover lush mall marine market mass mechanic meeting memorial metal meter metro mill
    miss mission modern monastery monument moral mount mountain municipality museum national naval neck nest noisy nose
    oblast occasion ocean office officer painter palace parish park pass peace peninsula person phone pies place plain
    plans plateau plaza pleasant plot point pole police popular port possession post pounds prefecture principal
    province queen quarter railway random rapid rayon reach record recovery region republic research reserve residence
    resort rest ride riding rise river road rock roles royal samples school sea sell sense serves settlement seven shape
    shared shore shot shut side sides site sixteen slide slope soul sound spoken square stamp state station steps straw
    street suburb surf switch tall temple territory torso tour tower town towns township transit trap treasure tree
    tsunami union united university urban valley vans veto victory village villa visa vote voters walk wall ward
    wash water waters wave welcome wing wood woods yard zone
    """,
    )
)
_AREA_CODE = re.compile(r"[A-Z0-9]{1,5}\Z")
_KINDS = {kind: number for number, kind in enumerate(MATCHES)}


@dataclass(slots=True)
class Row:
    """One place: ``names`` maps each spelling to how it matches."""

    id: str
    name: str
    lat: float
    lon: float
    feature: str
    source: str
    country: str = ""
    admin1: str = ""
    admin2: str = ""
    population: int = 0
    shape: str = ""
    prominence: float = 0.0
    curated: bool = False
    minor: bool = False
    names: dict[str, str] = field(default_factory=dict)
    other_ids: list[str] = field(default_factory=list)

    def add(self, names: Iterable[str], match: str = "alternate") -> "Row":
        """Give the row more names; where a name is there already, the stronger way to match stays."""
        for name in names:
            text = " ".join(name.split())
            if normalise(text) and _KINDS[match] < _KINDS.get(self.names.get(text, ""), len(_KINDS)):
                self.names[text] = match
        return self

    def drop(self, keys: Iterable[str]) -> None:
        """Take away alternate names, given in normalised form."""
        unwanted = set(keys)
        self.names = {
            name: match for name, match in self.names.items() if match != "alternate" or normalise(name) not in unwanted
        }

    def matches(self) -> dict[str, str]:
        """Normalised names and how each matches; the display name is always one of them."""
        found = {normalise(self.name): "name"}
        for text, match in self.names.items():
            key = normalise(text)
            if _KINDS[match] < _KINDS.get(found.get(key, ""), len(_KINDS)):
                found[key] = match
        found.pop("", None)
        return found


def plain(name: str) -> str:
    """A name without the marks of transliteration: 'Rājkot' is 'Rajkot', 'Al Ḩudaydah' 'Al Hudaydah'."""
    letters = unicodedata.normalize("NFKD", name)
    bare = "".join(c for c in letters if not unicodedata.combining(c) and c not in "ʻʼ‘`")
    return " ".join(bare.replace("’", "'").split())


def alternates(names: Iterable[str]) -> list[str]:
    """Those of GeoNames' alternate names that news may use.

    Left out are codes (one to five capitals or digits: airports, trade locations, licence plates), names of fewer than
    four Latin letters, names with digits or addresses, machine transliterations (GeoNames keeps them in lower case)
    and words that name nothing on their own ('the city', 'north', 'March').
    """
    return [name for name in dict.fromkeys(names) if _is_name(name)]


def _is_name(name: str) -> bool:
    key = normalise(name)
    if not key or key in _GENERIC or len(key) > 60 or _AREA_CODE.match(name) or any(c.isdigit() for c in name):
        return False
    if "/" in name or ":" in name:
        return False
    if not _is_latin(name):
        return len(key) >= 2
    return len(key) >= 4 and any(c.isupper() for c in name)


def _is_latin(name: str) -> bool:
    return all(unicodedata.name(c, "").startswith(("LATIN", "MODIFIER")) for c in name if c.isalpha())


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance on a sphere, close enough to tell neighbours from strangers."""
    p1, p2, half = math.radians(lat1), math.radians(lat2), math.radians(lon2 - lon1) / 2
    h = math.sin((p2 - p1) / 2) ** 2 + math.cos(p1) * math.cos(p2) * math.sin(half) ** 2
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(h)))


_FIXED = {
    "PCLI": 12.0,
    "PCL": 11.0,
    "PCLD": 9.0,
    "PCLS": 10.0,
    "PCLF": 10.0,
    "TERR": 9.0,
    "CONT": 11.5,
    "OCN": 11.5,
    "SEA": 7.5,
    "RGN": 6.0,
    "ESTY": 5.0,
    "AIRB": 3.6,
    "AIRP": 3.4,
}
_WATER = frozenset({"GULF", "BAY", "STRT", "CHN", "SD", "FJD", "LGN", "INLT", "RF"})
# What a place is at least, by the source that names it.
_LEAST = {"uszip": 1.8, "ne": 1.7, "icao": 1.7}
# What a curated place is at least: someone thought that world news names it, or, of a minor one, that news may.
_CURATED = 6.0
_MINOR = 4.0


def rank(row: Row) -> float:
    """How well known a place is, in powers of ten of people; rows of one name stand in this order."""
    known = _natural_rank(row)
    return max(known, _MINOR if row.minor else _CURATED) if row.curated else known


def _natural_rank(row: Row) -> float:
    people = math.log10(max(row.population, 1))
    if row.feature in _FIXED:
        return _FIXED[row.feature] + people / 100
    if row.feature == "PPLC":
        return max(people, 5.0) + row.prominence
    if row.feature == "ADM1":
        return min(max(people + 0.5, 3.0), 6.2) + people / 1000
    if row.feature == "ADM2":
        return min(max(people - 0.5, 2.5), 5.5)
    if row.feature in _WATER:
        return 6.0
    if row.feature in {"LK", "STM", "RSV"}:
        return row.prominence
    fringe = 0.5 if row.feature in {"PPLX", "PPLL", "PPLQ", "PPLH", "PPLW"} else 0.0
    return max(people, _LEAST.get(row.id.partition(":")[0], 2.0)) - fringe


def seats(rows: list[Row]) -> dict[int, int]:
    """For each unit that has its name from a seat in it, the number of its row and of the seat's."""
    towns: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows):
        if row.feature.startswith(("PPLA", "PPLC")):
            for inside in ((row.country, row.admin1), (row.country, row.admin1, row.admin2)):
                key = (*inside, normalise(row.name))
                if key not in towns or rows[towns[key]].population < row.population:
                    towns[key] = number
    found = {}
    for number, row in enumerate(rows):
        if row.feature in {"ADM1", "ADM2"}:
            inside = (row.country, row.name) if row.feature == "ADM1" else (row.country, row.admin1, row.name)
            if (key := (*inside, normalise(row.name))) in towns:
                found[number] = towns[key]
    return found


def rank_by(row: Row, match: str, known: float, key: str) -> float:
    """How well known a place is by one of its names: less so by one that isn't its own.

    ``known`` is the place's :func:`rank`, ``key`` the name as it is stored. An alternate name draws little
    from a country's or capital's fame: to an English reader 'Granada' is no Grenada. The beginning of a town's full
    name is nearly its own: 'Esch' for Esch-sur-Alzette.
    """
    if match == "alternate":
        if row.feature.startswith(("PCL", "TERR")):
            return min(known, 5.0)
        if row.feature == "PPLC":
            known = math.log10(max(row.population, 1))
        if row.feature.startswith("PPL") and normalise(row.name).startswith(f"{key} "):
            return known - 0.5
        large = row.feature.startswith("PPL") and row.population >= 1_000_000
        return known - (0.7 if large else 1.5)
    return known - {"name": 0.0, "abbreviation": 0.7, "demonym": 1.0}[match]
