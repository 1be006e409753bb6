"""What a reader is told: features, confidence and dates in plain words."""

from datetime import date

from geostory.models import Candidate, Place

__all__ = [
    "MONTHS",
    "UNSURE",
    "count",
    "day",
    "describe",
    "feature_words",
    "join",
    "some_of",
    "sure_words",
    "upper",
    "with_the",
]

# GeoNames feature codes (https://www.geonames.org/export/codes.html) as a sub-editor would say them.
_FEATURES = {
    "ADM1": "region", "ADM2": "district", "ADM3": "district", "ADMD": "district", "ADMF": "administrative site",
    "AIRB": "air base", "AIRF": "airfield", "AIRP": "airport", "ARCH": "archipelago", "ATOL": "atoll", "BAY": "bay",
    "BCH": "beach", "BDG": "bridge", "BLDG": "building", "CAPE": "cape", "CHN": "channel", "CHNM": "channel",
    "CNL": "canal", "CNLN": "canal", "CONT": "continent", "DAM": "dam", "DSRT": "desert", "FJD": "fjord",
    "FRST": "forest",
    "GOVL": "seat of government", "GULF": "gulf", "INSM": "military installation", "ISL": "island", "ISLS": "islands",
    "ISTH": "isthmus", "LGN": "lagoon", "LK": "lake", "LKS": "lakes", "MILB": "military base", "MT": "mountain",
    "MTS": "mountains", "NVB": "naval base", "OCN": "ocean", "PAL": "palace", "PASS": "pass", "PCLD": "territory",
    "PCLF": "freely associated state", "PCLI": "country", "PCLIX": "territory", "PCLS": "territory", "PEN": "peninsula",
    "PLAT": "plateau", "PLN": "plain", "PPL": "town", "PPLC": "capital", "PPLX": "part of town", "PT": "point",
    "RESV": "reservation", "RGN": "region", "RGNE": "region", "RGNH": "historical region", "SD": "sound",
    "SEA": "sea", "SPC": "spaceport", "STNB": "research station", "STM": "river", "STRT": "strait", "TERR": "territory",
    "UPLD": "upland", "VAL": "valley", "VLC": "volcano",
    "ZN": "zone",
}  # fmt: skip
_SETTLEMENTS = ((100_000, "city"), (2_000, "town"), (1, "village"))  # by least population
_ADMIN1 = {"US": "state", "AU": "state", "IN": "state", "BR": "state", "MX": "state", "DE": "state", "CA": "province",
           "CN": "province", "UA": "region", "RU": "region"}  # fmt: skip


MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


def join(items: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


_COUNTED = ("two", "three", "four", "five", "six", "seven", "eight", "nine")


def count(number: int) -> str:
    """Two to nine in letters, as news has them."""
    return _COUNTED[number - 2] if 2 <= number <= 9 else str(number)


def some_of(names: list[str], most: int = 4, what: str = "") -> str:
    """'A, B, C, D and three more': one more is named rather than counted."""
    more = len(names) - most
    return join([*names[:most], f"{count(more)} more{what}"] if more > 1 else names)


def day(value: date) -> str:
    """'15 August 2025', the same in every locale."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


# Names that English sets 'the' before, by how they begin or end; the rest are those that their kind tells.
_THE_FIRST = ("United ", "Republic ", "Federated ", "Gulf of ", "Bay of ", "Sea of ", "Strait of ", "Isle of ",
              "Straits of ", "Cape of ", "Kingdom of ", "Vale of ", "League of ", "Free City ", "Free Territory ",
              "Democratic Republic ")  # fmt: skip
_THE_LAST = (" Islands", " islands", " Republic", " Mountains", " Peninsula", " Strip", " Emirates", " region", " Bank",
             " Territory", " States", " Strait", " Sea", " Ocean", " Canal", " Channel", " River", " Desert",
             " Heights", " Triangle", " Alps", " Plateau", " Zone", " Union", " Empire")  # fmt: skip
_THE_NAMES = {"Netherlands", "Philippines", "Bahamas", "Gambia", "Maldives", "Seychelles", "Comoros", "Arctic", "Sinai",
              "Antarctic", "Middle East", "Balkans", "Caucasus", "Sahel", "Donbas", "Kremlin", "Vatican", "Maghreb",
              "Levant", "Sudetenland", "Saar", "Caribbean", "Amazon", "Low Countries", "Bronx"}  # fmt: skip
_THE_KINDS = {"STRT", "SEA", "OCN", "GULF", "CHN", "CHNM", "STM", "CNL", "CNLN", "DSRT", "MTS", "ISTH", "PLAT"}
_NO_THE = ("Lake ", "Mount ", "Puget ", "Hudson ")


def with_the(name: str, feature: str = "") -> str:
    """A name as running text has it: 'the Bering Strait', 'the Netherlands', 'Anchorage'.

    ``feature`` is its GeoNames feature code, where that is known.
    """
    if name.lower().startswith("the ") or name.startswith(_NO_THE) or feature.startswith("PPL"):
        return name
    named = name.startswith(_THE_FIRST) or name.endswith(_THE_LAST) or name in _THE_NAMES
    return f"the {name}" if named or feature in _THE_KINDS else name


def upper(text: str) -> str:
    """A sentence with a capital letter to begin with."""
    return text[:1].upper() + text[1:]


def feature_words(candidate: Candidate) -> str:
    """What kind of place it is: 'city', 'island', 'state', 'river'."""
    code = candidate.feature
    if code == "ADM1":
        return _ADMIN1.get(candidate.country, "region")
    if code == "ADM2" and candidate.country in {"US", "GB", "IE", "RO", "HU", "KE"}:
        return "county"
    if code != "PPLC" and code.startswith("PPL") and code != "PPLX":
        return next((word for least, word in _SETTLEMENTS if candidate.population >= least), "locality")
    return _FEATURES.get(code, "place")


def describe(candidate: Candidate) -> str:
    """What and where in a few words: 'city in Alaska, United States'; 'country'; 'sea'."""
    what = feature_words(candidate)
    within = [name for name in (candidate.admin1, candidate.country_name) if name and candidate.name not in name]
    if candidate.feature.startswith("PCL") or not within:
        return what
    if candidate.feature == "PPLC" and candidate.country_name != candidate.name:
        return f"capital of {candidate.country_name}"
    if candidate.feature == "ADM2" and candidate.name.lower().endswith(what):
        return f"in {', '.join(within)}"
    return f"{what} in {', '.join(within)}"


def sure_words(place: Place) -> str:
    """How sure the placing is, in words."""
    level = place.confidence
    rivals = join([f"{rival.name} ({describe(rival)})" for rival in place.rivals[:2]])
    if level >= 0.8:
        return "Sure."
    if UNSURE <= level < _LIKELY:
        return f"More likely than not. It could also be {rivals}." if rivals else "More likely than not."
    if level >= UNSURE:
        return f"Likely. It could also be {rivals}." if rivals else "Likely."
    return f"Not sure. It could also be {rivals}." if rivals else "Not sure."


_LIKELY = 0.7
UNSURE = 0.5
"""Below this confidence a place is drawn as unsure."""
