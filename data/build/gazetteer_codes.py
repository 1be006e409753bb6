"""House style of names: abbreviations of states and provinces, and English names where the sources' differ."""

import re

__all__ = [
    "ABBREVIATIONS",
    "COUNTRY_ABBREVIATIONS",
    "COUNTRY_NAMES",
    "FIRST_BY_ISO",
    "ROMANISED",
    "TOWN_ABBREVIATIONS",
    "TOWN_NAMES",
    "TRUE_EXONYMS",
    "UNIT_NAMES",
    "UNIT_SLIPS",
    "WATER_NAMES",
]

_US = """
AL Ala.|AK|AZ Ariz.|AR Ark.|CA Calif.|CO Colo.|CT Conn.|DE Del.|FL Fla.|GA Ga.|HI|ID|IL Ill.|IN Ind.|IA|KS Kan.,Kans.
|KY Ky.|LA La.|ME|MD Md.|MA Mass.|MI Mich.|MN Minn.|MS Miss.|MO Mo.|MT Mont.|NE Neb.,Nebr.|NV Nev.|NH N.H.|NJ N.J.
|NM N.M.,N. Mex.|NY N.Y.|NC N.C.,N. Carolina|ND N.D.,N. Dak.|OH|OK Okla.|OR Ore.,Oreg.|PA Pa.,Penn.,Penna.|RI R.I.
|SC S.C.,S. Carolina|SD S.D.,S. Dak.|TN Tenn.|TX Tex.|UT|VT Vt.|VA Va.|WA Wash.|WV W.Va.,W. Virginia|WI Wis.,Wisc.
|WY Wyo.|DC D.C.
"""
_CA = """
AB Alta.|BC B.C.|MB Man.|NB N.B.|NL N.L.,Nfld.|NS N.S.|NT N.W.T.,NWT|NU|ON Ont.|PE P.E.I.,PEI|QC Que.,Qué.
|SK Sask.|YT Y.T.
"""
_AU = "NSW N.S.W.|QLD Qld.,Qld|VIC Vic.|TAS Tas.|SA S.A.|WA W.A.|NT N.T.|ACT A.C.T."


def _table(country: str, text: str) -> dict[str, list[str]]:
    rows = [entry.split(" ", 1) for entry in text.replace("\n", "").split("|")]
    return {f"{country}-{row[0]}": [row[0], *(row[1].split(",") if len(row) > 1 else [])] for row in rows}


# ISO 3166-2 code of a unit and its abbreviations.
ABBREVIATIONS = _table("US", _US) | _table("CA", _CA) | _table("AU", _AU)

COUNTRY_ABBREVIATIONS = {
    "US": ["U.S.", "US", "U.S.A.", "USA"],
    "GB": ["U.K.", "UK"],
    "AE": ["U.A.E.", "UAE"],
    "CD": ["DRC", "D.R.C.", "RDC"],
    "CF": ["CAR"],
    "KP": ["DPRK", "D.P.R.K."],
    "MK": ["FYROM", "F.Y.R.O.M."],
    "KR": ["ROK"],
    "CN": ["PRC", "P.R.C."],
    "NZ": ["NZ", "N.Z."],
    "PG": ["PNG"],
    "SA": ["KSA"],
    "BA": ["BiH"],
    "ZA": ["RSA"],
    "VI": ["USVI"],
    "VG": ["BVI"],
}

# Names in English news where the sources' own differ, and names that they lack.
COUNTRY_NAMES = {
    "AX": ["Åland Islands"],
    "BQ": ["Bonaire, Sint Eustatius and Saba", "Caribbean Netherlands"],
    "BS": ["Bahamas", "The Bahamas"],
    "CG": ["Republic of the Congo", "Congo-Brazzaville", "Congo Republic", "Congo"],
    "CD": ["Democratic Republic of the Congo", "Democratic Republic of Congo", "Congo-Kinshasa", "DR Congo", "Congo"],
    "CW": ["Curaçao"],
    "CZ": ["Czechia", "Czech Republic"],
    "CI": ["Ivory Coast", "Côte d'Ivoire"],
    "FK": ["Falkland Islands", "Falklands"],
    "FM": ["Micronesia", "Federated States of Micronesia"],
    "GB": ["United Kingdom", "Britain", "Great Britain"],
    "GM": ["Gambia", "The Gambia"],
    "IE": ["Ireland", "Republic of Ireland", "Irish Republic"],
    "KG": ["Kyrgyzstan", "Kyrgyz Republic"],
    "MM": ["Myanmar", "Burma"],
    "MO": ["Macao", "Macau"],
    "NL": ["Netherlands", "Holland"],
    "PS": ["Palestine", "State of Palestine", "Palestinian territories", "occupied Palestinian territory"],
    "RE": ["Réunion"],
    "BL": ["Saint Barthélemy", "St. Barts"],
    "RU": ["Russia", "Russian Federation"],
    "SK": ["Slovakia", "Slovak Republic"],
    "SZ": ["Eswatini", "Swaziland"],
    "ST": ["São Tomé and Príncipe"],
    "TL": ["Timor-Leste", "East Timor"],
    "TR": ["Turkey", "Türkiye"],
    "US": ["United States", "United States of America", "America"],
    "VA": ["Vatican City", "Vatican", "Holy See"],
}

# Towns whose initials stand for them in print, by GeoNames id.
TOWN_ABBREVIATIONS = {5128581: ["NYC", "N.Y.C."], 5368361: ["LA", "L.A."], 4140963: ["DC", "D.C.", "Washington, D.C."]}

# English names of towns that GeoNames shows by another, by GeoNames id.
TOWN_NAMES = {
    79415: "Hodeidah",
    100077: "Abu Ghraib",
    109223: "Medina",
    121801: "Urmia",
    169577: "Homs",
    170592: "Douma",
    173811: "Hasakah",
    261745: "Heraklion",
    292913: "Al Ain",
    330186: "Adama",
    352733: "Marsa Matruh",
    359173: "Beni Suef",
    360829: "El-Mahalla El-Kubra",
    361546: "Arish",
    379062: "Gedaref",
    379303: "Geneina",
    520555: "Nizhny Novgorod",
    581049: "Arkhangelsk",
    687700: "Zaporizhzhia",
    1133616: "Mazar-i-Sharif",
    1838716: "Bucheon",
    1842485: "Goyang",
    1845604: "Cheongju",
    1846918: "Ansan",
    1897000: "Seongnam",
    2028462: "Ulaanbaatar",
    2510911: "Seville",
    2657896: "Zurich",
    2886242: "Cologne",
    3104499: "Vitoria-Gasteiz",
    3110044: "San Sebastián",
    3533462: "Acapulco",
    3991164: "Querétaro",
    3998655: "León",
    4011743: "Durango",
    6077243: "Montreal",
    6325494: "Quebec City",
    6611854: "Naypyidaw",
}

# Names of first-level units in English news that the sources lack or list only among others, by GeoNames code.
UNIT_NAMES = {"PS.GZ": ["Gaza"]}

# Names of units that Natural Earth mistakes for a neighbour's or for the whole county's, by ISO 3166-2 code.
UNIT_SLIPS = {"GB-SHN": "St Helens", "GB-WRL": "Wirral", "XK-X10~": "Kamenica"}

# Units whose English name is like none of their own names, and right all the same, by ISO 3166-2 code.
TRUE_EXONYMS = frozenset({"BA-BIH", "GB-ELS", "SY-X01~", "YE-SA"})

# Countries whose first level is ISO 3166-2's: GeoNames has provinces above it that no longer govern.
FIRST_BY_ISO = frozenset({"TW"})

# Countries that write in another script than Latin: English prints their names without the marks of transliteration.
ROMANISED = frozenset(
    re.findall(
        r"\w+",
        """
        AE AF AM BD BG BH BY CN EG ER ET GE GR HK IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK LY MM MN MO MV NP OM PK
        PS QA RU SA SD SY TH TJ TW UA YE
        """,
    )
)

# English names of rivers and lakes that Natural Earth gives in another language, or with letters lost on the way.
WATER_NAMES = {
    "Abay": "Blue Nile",
    "Abay (Blue Nile)": "Blue Nile",
    "Al Furat": "Euphrates",
    "Amazonas": "Amazon",
    "Amgun?": "Amgun",
    "Anadyr?": "Anadyr",
    "Argun? (Ergun)": "Argun",
    "Aripuan?": "Aripuanã",
    "Atrek (Atrak)": "Atrek",
    "Ayeyarwady (Irrawaddy)": "Irrawaddy",
    "B?nou?": "Benue",
    "B?o-B?o": "Biobío",
    "Bahr el Jebel (Mountain Nile)": "White Nile",
    "Bahr el Jebel (White Nile)": "White Nile",
    "Bojana (Buna)": "Bojana",
    "Bol?shoy Yenisey": "Great Yenisei",
    "Byk Menderes": "Büyük Menderes",
    "Caquet?": "Caquetá",
    "Caron?": "Caroní",
    "Chang Jiang (Yangtze)": "Yangtze",
    "Copiap?": "Copiapó",
    "Da (Black)": "Black River",
    "Dal?lven": "Dalälven",
    "Daugava (Zapadnaya Dvina)": "Daugava",
    "Dicle": "Tigris",
    "Dnepre": "Dnieper",
    "Dnipro (Dnieper)": "Dnieper",
    "Donau (Danube)": "Danube",
    "Drau": "Drava",
    "Duero": "Douro",
    "El Bahr el Abyad (White Nile)": "White Nile",
    "El Bahr el Azraq (Blue Nile)": "Blue Nile",
    "Ertis": "Irtysh",
    "Ertix (Irtysh)": "Irtysh",
    "Evros (Maritsa)": "Maritsa",
    "Firat": "Euphrates",
    "Gh?ghara": "Ghaghara",
    "Glomma (Glma)": "Glomma",
    "God?vari": "Godavari",
    "Gta lv": "Göta älv",
    "Gu?rico": "Guárico",
    "Guain?a": "Guainía",
    "Guapor?": "Guaporé",
    "Heilong Jiang (Amur)": "Amur",
    "Herlen (Kerulen)": "Kherlen",
    "Hong (Red)": "Red",
    "Hongze Hu": "Hongze Lake",
    "Huang": "Yellow",
    "Huang (Yellow)": "Yellow",
    "Ialomita": "Ialomița",
    "Ibicu?": "Ibicuí",
    "Ile": "Ili",
    "Inarijrvi": "Lake Inari",
    "Indals?lven": "Indalsälven",
    "Iva?": "Ivaí",
    "Japur?": "Japurá",
    "Jinsha (Yangtze)": "Yangtze",
    "Jiparan?": "Ji-Paraná",
    "Juru?": "Juruá",
    "Khopr": "Khopyor",
    "Khvsgl Nuur": "Lake Khövsgöl",
    "Kiz?lirmak": "Kızılırmak",
    "Klarlven": "Klarälven",
    "Kokemenjoki": "Kokemäki",
    "Komo?": "Komoé",
    "L?rio": "Lúrio",
    "Lac Mai-Ndombe": "Lake Mai-Ndombe",
    "Lac Moeru": "Lake Mweru",
    "Lago Titicaca": "Lake Titicaca",
    "Lago de Nicaragua": "Lake Nicaragua",
    "Lancang (Mekong)": "Mekong",
    "Lower Tunguska (Nizhnyaya Tunguska)": "Lower Tunguska",
    "Lualaba (Congo)": "Lualaba",
    "Lule lv": "Lule",
    "Mah?na Nad?": "Mahanadi",
    "Malyy Yenisey": "Little Yenisei",
    "Mamor?": "Mamoré",
    "Mara??n": "Marañón",
    "Mlaren": "Mälaren",
    "Mosel": "Moselle",
    "Motala strm": "Motala ström",
    "Mouhoun (Black Volta)": "Black Volta",
    "Mures": "Mureș",
    "Nakanb? (White Volta)": "White Volta",
    "Neman (Nemunas)": "Neman",
    "Neris (Vilija)": "Neris",
    "Neuqu?n": "Neuquén",
    "Nhamund?": "Nhamundá",
    "Niagra": "Niagara",
    "Nu": "Salween",
    "Nu (Salween)": "Salween",
    "Ob?": "Ob",
    "Oco?a": "Ocoña",
    "Ogoou?": "Ogooué",
    "Ol?kma": "Olyokma",
    "Olen?k": "Olenyok",
    "Paran?": "Paraná",
    "Parana?ba": "Paranaíba",
    "Parna?ba": "Parnaíba",
    "Pend Orielle": "Pend Oreille",
    "Pijnne": "Päijänne",
    "Pivd. Buh": "Southern Bug",
    "Pnuco": "Pánuco",
    "Poyang Hu": "Poyang Lake",
    "Professor Doctor Ingenieur W. J. Van Blommestein Meer": "Brokopondo Reservoir",
    "Pungu?": "Pungwe",
    "Pur?s": "Purus",
    "Qinghai Hu": "Qinghai Lake",
    "R. des Outaouais": "Ottawa",
    "Represa Itaipu": "Itaipu Reservoir",
    "Represa de Tucuru": "Tucuruí Reservoir",
    "Rhein": "Rhine",
    "Rhin (Rhein)": "Rhine",
    "Rhne": "Rhône",
    "Ro Grande de Matagalpa": "Río Grande de Matagalpa",
    "Ro Grande de Santiago": "Río Grande de Santiago",
    "Rservoir Gouin": "Gouin Reservoir",
    "Rservoir Manicouagan": "Manicouagan Reservoir",
    "Rusizi": "Ruzizi",
    "S?n?gal": "Senegal",
    "S?o Francisco": "São Francisco",
    "Sarygamysh Kli": "Sarygamysh Lake",
    "Schelde (Steldt)": "Scheldt",
    "Selenge (Selenga)": "Selenga",
    "Severnaya Sos?va": "Northern Sosva",
    "Shabeelle": "Shabelle",
    "Shebele": "Shebelle",
    "Skelleftelven": "Skellefteälven",
    "Songhua (Sungari)": "Songhua",
    "Strymnas (Truma)": "Struma",
    "Susqehanna": "Susquehanna",
    "Svernaya Dvina": "Northern Dvina",
    "Tai Hu": "Lake Tai",
    "Tajo": "Tagus",
    "Tapaj?s": "Tapajós",
    "Tejo (Tagus)": "Tagus",
    "Tengiz Kli": "Lake Tengiz",
    "Tevere (Tiber)": "Tiber",
    "Thj?rs?": "Þjórsá",
    "Tiet?": "Tietê",
    "Tisa": "Tisza",
    "Tista": "Teesta",
    "Tom?": "Tom",
    "Tornelven": "Torne",
    "Uaup?s": "Vaupés",
    "Uvs Nuur": "Uvs Lake",
    "Vitava": "Vltava",
    "Vnern": "Vänern",
    "Vttern": "Vättern",
    "Yarlung (Brahmaputra)": "Brahmaputra",
    "Yenisey": "Yenisei",
    "Ysyk Kl": "Issyk-Kul",
    "Zarafshon": "Zarafshan",
    "ngermanlven": "Ångermanälven",
    # The town on its shore.
    "Kaliningrad": "Vistula Lagoon",
}
