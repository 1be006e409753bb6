"""Sentences written for the tests of stated distances: {place}, [[the words of the claim]].

Each line of CLAIMS tells value, unit, hedge, kind and the ends in the order of the text ('+' before a mainland); a line
of OTHERS states no distance between places.
"""

from geostory.models import Candidate, Mention, Place

# name: feature, country, lat, lon, population
_PLACES = {
    "Alaska": ("ADM1", "US", 64.2, -152.5, 0),
    "Russia": ("PCLI", "RU", 61.5, 105.3, 0),
    "Ukraine": ("PCLI", "UA", 48.4, 31.2, 0),
    "Belarus": ("PCLI", "BY", 53.7, 27.9, 0),
    "Poland": ("PCLI", "PL", 51.9, 19.1, 0),
    "Estonia": ("PCLI", "EE", 58.6, 25.0, 0),
    "China": ("PCLI", "CN", 35.9, 104.2, 0),
    "Taiwan": ("PCLI", "TW", 23.7, 121.0, 0),
    "Japan": ("PCLI", "JP", 36.2, 138.3, 0),
    "Yemen": ("PCLI", "YE", 15.5, 48.5, 0),
    "Mali": ("PCLI", "ML", 17.6, -4.0, 0),
    "Turkey": ("PCLI", "TR", 39.0, 35.2, 0),
    "Greece": ("PCLI", "GR", 39.1, 21.8, 0),
    "Italy": ("PCLI", "IT", 41.9, 12.6, 0),
    "Tunisia": ("PCLI", "TN", 33.9, 9.5, 0),
    "Cuba": ("PCLI", "CU", 21.5, -77.8, 0),
    "Florida": ("ADM1", "US", 27.7, -81.5, 0),
    "Kursk": ("ADM1", "RU", 51.7, 36.2, 0),
    "Little Diomede": ("ISL", "US", 65.75, -168.93, 0),
    "Big Diomede": ("ISL", "RU", 65.78, -169.06, 0),
    "Kinmen": ("ISL", "TW", 24.43, 118.36, 0),
    "Lampedusa": ("ISL", "IT", 35.5, 12.6, 0),
    "Sicily": ("ISL", "IT", 37.6, 14.0, 0),
    "Lesbos": ("ISL", "GR", 39.2, 26.3, 0),
    "Bering Strait": ("STRT", "", 65.9, -168.9, 0),
    "Pokrovsk": ("PPL", "UA", 48.28, 37.18, 60_000),
    "Kramatorsk": ("PPL", "UA", 48.72, 37.56, 150_000),
    "Nikopol": ("PPL", "UA", 47.57, 34.39, 100_000),
    "Kharkiv": ("PPLA", "UA", 49.99, 36.23, 1_400_000),
    "Kyiv": ("PPLC", "UA", 50.45, 30.52, 2_900_000),
    "Sumy": ("PPLA", "UA", 50.91, 34.8, 250_000),
    "Sudzha": ("PPL", "RU", 51.2, 35.27, 5_000),
    "Moscow": ("PPLC", "RU", 55.75, 37.62, 10_000_000),
    "Narva": ("PPL", "EE", 59.38, 28.19, 53_000),
    "Gao": ("PPLA", "ML", 16.27, -0.04, 86_000),
    "Timbuktu": ("PPLA", "ML", 16.77, -3.01, 32_000),
    "Bamako": ("PPLC", "ML", 12.65, -8.0, 1_300_000),
    "Padang": ("PPLA", "ID", -0.95, 100.35, 900_000),
    "Dover": ("PPL", "GB", 51.13, 1.31, 31_000),
    "Calais": ("PPL", "FR", 50.95, 1.86, 75_000),
    "Key West": ("PPL", "US", 24.56, -81.78, 25_000),
    "Havana": ("PPLC", "CU", 23.13, -82.38, 2_100_000),
    "Aleppo": ("PPLA", "SY", 36.2, 37.16, 1_600_000),
    "Perth": ("PPLA", "AU", -31.95, 115.86, 1_900_000),
    "Sydney": ("PPLA", "AU", -33.87, 151.21, 4_600_000),
    "Hodeidah": ("PPLA", "YE", 14.8, 42.95, 600_000),
    "Przemysl": ("PPL", "PL", 49.78, 22.77, 60_000),
    "Paris": ("PPLC", "FR", 48.85, 2.35, 2_100_000),
    "Boston": ("PPLA", "US", 42.36, -71.06, 650_000),
    "Kathmandu": ("PPLC", "NP", 27.7, 85.3, 1_400_000),
}
_WORDS = {"Russian": "Russia", "Ukrainian": "Ukraine", "Turkish": "Turkey", "Chinese": "China", "Polish": "Poland"}


def candidate(name):
    feature, country, lat, lon, population = _PLACES[name]
    return Candidate(
        gazetteer_id=f"test:{name}", name=name, lat=lat, lon=lon, feature=feature, country=country,
        admin1=name if feature == "ADM1" else "", population=population,
    )  # fmt: skip


def parse(marked, field="text"):
    """The plain text, its places, and the spans of its claims."""
    text, places, claims, opened = "", [], [], []
    i = 0
    while i < len(marked):
        if marked.startswith("[[", i):
            opened.append(len(text))
            i += 2
        elif marked.startswith("]]", i):
            claims.append((opened.pop(), len(text)))
            i += 2
        elif marked[i] == "{":
            end = marked.index("}", i)
            name = marked[i + 1 : end]
            role = "demonym" if name in _WORDS else "literal"
            known = _WORDS.get(name, name).removesuffix(" Island")
            mention = Mention(start=len(text), end=len(text) + len(name), field=field, text=name, role=role)
            places.append(Place(mention=mention, candidate=candidate(known), confidence=0.9, reason="test"))
            text, i = text + name, end + 1
        else:
            text, i = text + marked[i], i + 1
    return text, tuple(places), claims


CLAIMS = [
    # A and B are D apart
    ("Mainland {Alaska} and {Russia} are [[just 90 kilometres]] apart.", (90, "km", "just", "straight", "+Alaska +Russia")),
    ("{Alaska} and {Russia} are [[only 4 km]] apart at the closest point.", (4, "km", "just", "straight", "Alaska Russia")),
    ("{Gao} and {Timbuktu} lie [[some 320 kilometres]] apart.", (320, "km", "about", "straight", "Gao Timbuktu")),
    ("{Dover} and {Calais}, which are [[21 miles (33 km)]] apart, have argued since.", (21, "mi", "exactly", "straight", "Dover Calais")),
    ("{Little Diomede} and {Big Diomede} face each other. The two islands are [[less than three miles]] apart.", (3, "mi", "less than", "straight", "Little Diomede|Big Diomede")),
    ("{Gao} and {Timbuktu} are [[320km]] from each other.", (320, "km", "exactly", "straight", "Gao Timbuktu")),
    # A lies D from B
    ("{Alaska}'s {Little Diomede Island} lies [[fewer than 4 kilometres]] from {Russia}'s {Big Diomede Island} in the {Bering Strait}.", (4, "km", "less than", "straight", "Little Diomede|Big Diomede")),
    ("{Pokrovsk} is [[about 40 km]] from {Kramatorsk}.", (40, "km", "about", "straight", "Pokrovsk Kramatorsk")),
    ("{Gao}, a city in {Mali}, lies [[1,000 kilometres (620 miles)]] north-east of {Bamako}.", (1000, "km", "exactly", "straight", "Gao Bamako")),
    ("{Gao}, {Mali}, is [[twenty-five miles]] from {Timbuktu}.", (25, "mi", "exactly", "straight", "Gao Timbuktu")),
    ("The city of {Kharkiv} is located [[just 30 kilometers]] from the {Russian} border.", (30, "km", "just", "straight", "Kharkiv Russia")),
    ("{Sumy} lies [[barely 20 miles]] from the border with {Russia}.", (20, "mi", "just", "straight", "Sumy Russia")),
    ("{Przemysl} sits [[a dozen kilometres]] from {Poland}'s border with {Ukraine}.", (12, "km", "exactly", "straight", "Przemysl Ukraine")),
    ("{Przemysl} is [[12 km]] from the {Poland}-{Ukraine} border.", (12, "km", "exactly", "straight", "Przemysl Ukraine")),
    ("{Kinmen} lies [[just over three kilometres]] off the coast of mainland {China}.", (3, "km", "more than", "straight", "Kinmen +China")),
    ("{Taiwan}, which lies [[roughly 100 miles]] from the {Chinese} mainland, said so.", (100, "mi", "about", "straight", "Taiwan +China")),
    ("{Lampedusa} is [[113 km]] from {Tunisia} and [[more than 200 km]] from {Sicily}.",
     (113, "km", "exactly", "straight", "Lampedusa Tunisia"), (200, "km", "more than", "straight", "Lampedusa Sicily")),
    ("{Key West} is [[90 miles]] north of {Cuba}.", (90, "mi", "exactly", "straight", "Key West|Cuba")),
    ("{Lesbos} lies [[half a dozen nautical miles]] off {Turkey}.", (6, "nmi", "exactly", "straight", "Lesbos Turkey")),
    ("At its narrowest, {Lesbos} is [[within 10 km]] of {Turkey}.", (10, "km", "up to", "straight", "Lesbos Turkey")),
    ("{Kyiv} is [[750 km]] as the crow flies from {Moscow}.", (750, "km", "exactly", "straight", "Kyiv Moscow")),
    # pronouns and what was named before
    ("The rebels took {Gao} on Monday. It lies [[320 km]] from {Timbuktu}.", (320, "km", "exactly", "straight", "Gao Timbuktu")),
    ("{Ukraine} lost {Pokrovsk}. The town is [[about 40 kilometres]] south of {Kramatorsk}.", (40, "km", "about", "straight", "Pokrovsk Kramatorsk")),
    # apposition
    ("Fighting went on in {Pokrovsk}, [[40 km]] south of {Kramatorsk}.", (40, "km", "exactly", "straight", "Pokrovsk Kramatorsk")),
    ("The village of {Sudzha} ([[10 km]] from the {Ukrainian} border) was shelled.", (10, "km", "exactly", "straight", "Sudzha Ukraine")),
    ("They met at {Sudzha} in {Russia}'s {Kursk} region, [[six miles]] from the border with {Ukraine}.", (6, "mi", "exactly", "straight", "Sudzha Ukraine")),
    ("Located [[60 miles]] from {Havana}, {Key West} is popular.", (60, "mi", "exactly", "straight", "Havana Key_West")),
    ("A ferry left {Hodeidah} – [[between 70 and 80 km]] from {Aleppo} – at dawn.", (70, "km", "between", "straight", "Hodeidah Aleppo")),
    # between, separates
    ("Smugglers know the [[21 miles]] between {Dover} and {Calais}.", (21, "mi", "exactly", "straight", "Dover Calais")),
    ("The distance between {Gao} and {Timbuktu} is [[about 200 miles (320 km)]].", (200, "mi", "about", "straight", "Gao Timbuktu")),
    ("[[Only 90 miles]] separate {Florida} from {Cuba}.", (90, "mi", "just", "straight", "Florida Cuba")),
    ("[[Some 150 kilometres]] of water separates {Lampedusa} and {Sicily}.", (150, "km", "about", "straight", "Lampedusa Sicily")),
    ("{Florida} is separated from {Cuba} by [[just 90 miles]].", (90, "mi", "just", "straight", "Florida Cuba")),
    ("{Lesbos} and {Turkey} are separated by [[less than 10 kilometres]] of sea.", (10, "km", "less than", "straight", "Lesbos Turkey")),
    ("A [[33-kilometre (21-mile)]] stretch of water between {Dover} and {Calais} was closed.", (33, "km", "exactly", "straight", "Dover Calais")),
    ("It is [[1,500 miles]] from {Perth} to {Sydney}.", (1500, "mi", "exactly", "straight", "Perth Sydney")),
    # one known end
    ("Shells landed [[five kilometres]] from {Nikopol}.", (5, "km", "exactly", "relative", "Nikopol")),
    ("The lorry was found [[40 km]] south of {Gao}.", (40, "km", "exactly", "relative", "Gao")),
    ("The epicentre was [[80 km (50 miles)]] south-west of {Padang}, at a depth of 10 km.", (80, "km", "exactly", "relative", "Padang")),
    ("The tanker was hit [[60 nautical miles]] off {Yemen}'s port of {Hodeidah}.", (60, "nmi", "exactly", "relative", "Hodeidah")),
    ("A drone fell in {Estonia}, [[30 km]] from {Narva}.", (30, "km", "exactly", "relative", "Narva")),
    ("Troops in {Kharkiv} were [[within 10 kilometres]] of {Sumy}.", (10, "km", "up to", "relative", "Sumy")),
    ("They reached a village [[three and a half miles]] outside {Aleppo}.", (3.5, "mi", "exactly", "relative", "Aleppo")),
    ("Boats gathered [[70-80 km]] off the {Turkish} coast.", (70, "km", "between", "relative", "Turkey")),
    ("Soldiers dug in [[300 metres]] from the {Russian} border.", (300, "m", "exactly", "relative", "Russia")),
    ("He grew up [[a mile and a half]] from {Paris}.", (1.5, "mi", "exactly", "relative", "Paris")),
    # along a way
    ("{Kharkiv} is [[480 km]] by road from {Kyiv}.", (480, "km", "exactly", "route", "Kharkiv Kyiv")),
    ("It is a [[1,200 km]] drive from {Bamako} to {Gao}.", (1200, "km", "exactly", "route", "Bamako Gao")),
    ("The refugees walked [[40 miles]] from {Gao} to {Timbuktu}.", (40, "mi", "exactly", "route", "Gao Timbuktu")),
    ("The [[3,300 km]] flight between {Perth} and {Sydney} was cancelled.", (3300, "km", "exactly", "route", "Perth Sydney")),
    ("{Bamako} lies [[1,200 km]] from {Gao} by road.", (1200, "km", "exactly", "route", "Bamako Gao")),
    # a second helping
    ("{Kramatorsk}, which sits [[under 20 kilometres]] from the front, is [[about 65 km]] from {Pokrovsk}.", (65, "km", "about", "straight", "Kramatorsk Pokrovsk")),
    ("The {Turkish} coast is [[nine kilometres]] from {Lesbos}.", (9, "km", "exactly", "straight", "Turkey Lesbos")),
    ("From {Dover} to {Calais} is [[33km]].", (33, "km", "exactly", "straight", "Dover Calais")),
    ("{Taiwan} lies [[less than 180km (110 miles)]] off {China}'s south-east coast.", (180, "km", "less than", "straight", "Taiwan China")),
    ("{Narva}, [[at least 140 kilometres]] to the east of the capital, voted no.", "none"),
    ("{Sudzha}, [[around six miles]] north of the {Ukrainian} border, fell.", (6, "mi", "about", "straight", "Sudzha Ukraine")),
    ("{Kharkiv}, {Ukraine}'s second city, is [[no more than 40 kilometres]] from {Russia}.", (40, "km", "up to", "straight", "Kharkiv Russia")),
    ("Two drones came down in a field [[2.5 km]] from the centre of {Przemysl}.", (2.5, "km", "exactly", "relative", "Przemysl")),
    ("The ship was boarded [[about 12 nautical miles (22 km)]] off the coast of {Sicily}.", (12, "nmi", "about", "relative", "Sicily")),
    ("On {Kinmen}, [[10 km]] from mainland {China}, shops stayed open.", (10, "km", "exactly", "straight", "Kinmen +China")),
    ("{Cuba} and {Florida} are separated by [[90 miles]] of open sea.", (90, "mi", "exactly", "straight", "Cuba Florida")),
    ("{Gao} lies [[1.200 km]] north-east of {Bamako}.", (1200, "km", "exactly", "straight", "Gao Bamako")),
    ("Residents of {Sumy} live [[20 km]] from the border with {Russia}.", (20, "km", "exactly", "relative", "Russia")),
    ("The nearest airport is in {Timbuktu}, [[a hundred and ninety miles]] west of {Gao}.", (190, "mi", "exactly", "straight", "Timbuktu Gao")),
    ("{Padang} is [[nearly 950 kilometres]] away from {Perth}, officials said.", (950, "km", "about", "straight", "Padang Perth")),
    ("{Big Diomede} and {Little Diomede}, [[just 2.4 miles]] apart, are a day apart too.", (2.4, "mi", "just", "straight", "Big Diomede|Little Diomede")),
    ("It takes a four-hour, [[240 km]] drive from {Gao} to reach it.", (240, "km", "exactly", "route", "Gao")),
    ("They sailed [[160 nautical miles]] from {Lampedusa} to {Sicily}.", (160, "nmi", "exactly", "route", "Lampedusa Sicily")),
    ("A [[3.7-mile]]-wide strait separates {Lesbos} from {Turkey}.", "none"),
    ("{Lesbos} is separated from {Turkey} by a strait [[12 km]] wide.", "none"),
    ("Rockets fell [[10 to 15 km]] west of {Kramatorsk} and [[30 km]] east of {Pokrovsk}.", (10, "km", "between", "relative", "Kramatorsk"), (30, "km", "exactly", "relative", "Pokrovsk")),
    ("{Gao} and {Timbuktu} fell in a day. They are [[320 kilometres]] apart.", (320, "km", "exactly", "straight", "Gao Timbuktu")),
    ("The camp stands [[one kilometre]] from {Turkey}'s border with {Greece}.", (1, "km", "exactly", "relative", "Greece")),
    ("{Aleppo} is [[30 miles]] south of {Turkey}; {Paris} is not.", (30, "mi", "exactly", "straight", "Aleppo Turkey")),
    ("The distance from {Perth} to {Sydney} is [[3,290 kilometres]].", (3290, "km", "exactly", "straight", "Perth Sydney")),
    ("\U0001f30a {Lampedusa} lies [[70 miles]] from {Tunisia} \U0001f6a2.", (70, "mi", "exactly", "straight", "Lampedusa Tunisia")),
    ("A flotilla [[250 miles]] off {Greece} turned back.", (250, "mi", "exactly", "relative", "Greece")),
    ("{Havana} is [[closer than 110 miles]] to {Key West}.", "none"),
    ("The border with {Russia} is [[24 km]] from {Sumy}.", (24, "km", "exactly", "straight", "Russia Sumy")),
]  # fmt: skip

OTHERS = [
    "The peak rises 8,848 metres above {Kathmandu}.",
    "The quake struck at a depth of 10 km.",
    "The wildfire near {Perth} has burnt 500 square kilometres.",
    "The fire burnt 30 km² of forest north of {Perth}.",
    "Winds of 120 km/h were measured in {Key West}.",
    "The storm moved towards {Florida} at 20 kilometres per hour.",
    "The missile has a range of 300 km and was fired from {Ukraine}.",
    "{Ukraine} can strike targets 300 km from {Moscow}.",
    "The rockets are able to hit cities up to 500 kilometres from {Yemen}.",
    "She won the 100 metres in {Paris}.",
    "He took gold in the 400m from {Jamaica} and {Cuba} rivals.".replace("{Jamaica}", "Jamaica"),
    "The marathon covers 42 km from the coast to {Boston}.",
    "{Russia} sold {Alaska} to the {Russia} rival for $7.2 million.",
    "{China}'s wall is 21,000 km long.",
    "The wall stretches 21,000 kilometres from east to west in {China}.",
    "The front line in {Ukraine} runs for 1,000 km.",
    "The river flows 4,200 km from {Mali} to the sea.",
    "The road runs 300 km from {Gao} to {Timbuktu}.",
    "{Poland} shares a 530-kilometre border with {Ukraine}.",
    "{Estonia} has built 100 km of fence on the {Russian} border.",
    "A 40-mile convoy is moving towards {Kyiv}.",
    "A 65 km long column stood north of {Kyiv}.",
    "Troops advanced five kilometres into {Russia}.",
    "{Russian} forces pushed 10 km deep into {Ukraine}.",
    "The tunnel between {Dover} and {Calais} is 50 km long.",
    "The 50-kilometre tunnel between {Dover} and {Calais} was shut.",
    "{Greece} has 13,676 km of coastline.",
    "The ship is 400 metres long and sails for {Japan}.",
    "The tower in {Paris} is 330 metres tall.",
    "Snow lay three feet deep in {Boston}.",
    "Waves of 10 metres hit {Japan}.",
    "A 30-km exclusion zone was set up in {Japan}.",
    "He ran 5 km every morning in {Paris}.",
    "She swam 50 metres to the shore of {Sicily}.",
    "The pipeline carries gas 1,200 km from {Russia} to {Poland}.",
    "The car travelled 600 km on one charge in {Italy}.",
    "In {Japan} trains reach 300 kilometres an hour.",
    "{Ukraine} asked for missiles with a 300-km range from {Poland}.",
    "About 7.2 million people live between {Dover} and {Calais}.",
    "The aid weighs 40 tonnes and left {Paris} for {Gao}.",
    "Forty thousand people fled 30 villages near {Aleppo}.",
    "The plane flew at an altitude of 10,000 metres over {Mali}.",
    "{Sydney}'s 100-metre-wide beach was closed.",
    "The bridge to {Lesbos} would be 12 km long and cost 3 bn.",
    "The {Bering Strait} is 55 metres deep on average.",
    "The {Bering Strait} is 82 km wide.",
    "{Mali} covers 1.24 million square kilometres.",
    "Visibility fell to 50 metres in {Kathmandu}.",
    "The glacier in {Italy} has retreated 300 metres since 2000.",
    "He scored from 30 yards in {Paris}.",
    "It is a 40-minute drive from {Aleppo} to the border.",
    "{Kyiv} is miles from {Moscow} in this debate.",
    "The buses left {Gao} at 5 and reached {Timbuktu} 300 km later.",
    "Talks went on for 12 hours between {Kyiv} and {Moscow}.",
    "The area, 3 km by 5 km, lies near {Sumy}.",
    "Sea levels near {Key West} rose by 2 feet.",
    "A 2 km radius around {Padang} was cleared.",
    "The crater is 90 kilometres across and lies near {Perth}.",
    "The relay from {Dover} to {Calais} covered 60 km.",
    "He owns 5 miles of beach north of {Perth}.",
    "The {Chinese} carrier is 304 metres long and was seen off {Taiwan}.",
    "Gas is piped 800 kilometres from {Russia} to {Turkey}.",
    "{Kharkiv} has 38 km of metro lines.",
    "Drones with a reach of 1,000 km were shown in {Kyiv}.",
    "Artillery can fire 40 km from {Sumy} into {Kursk}.",
    "Prices rose 5 m in {Paris}.",
    "Ukraine's {Sumy} needs 30 miles of trenches north of {Sumy}.",
    "The cyclists rode a 180 km stage to {Paris}.",
    "Two metres of rain fell north of {Padang}.",
    "Keep two metres apart, {Boston} told its people.",
    "The dam near {Kyiv} is 285 feet high, 30 miles of shore belong to it.",
    "They were 3 km short of the summit in {Italy}.",
]
