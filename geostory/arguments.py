"""The command line's commands and options."""

import argparse
import re
from datetime import date
from typing import Any, NoReturn

from geostory import __version__
from geostory.interface import LANGUAGES

__all__ = ["parser"]

_SOURCE_HELP = (
    "file, folder or '-' for standard input: plain text, Markdown, HTML, JSONL, RSS or Atom, "
    "or a scraped page of several articles"
)


class _Parser(argparse.ArgumentParser):
    """argparse, with one line for each mistake, and with '-33.9,151.2' as a value and not an option."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._negative_number_matcher = re.compile(r"^-\d+(\.\d*)?(,-?\d+(\.\d*)?)?$")

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2025-08-15") from None


def parser() -> argparse.ArgumentParser:
    """All commands with their options; ``command`` of what it parses says which one was given."""
    root = _Parser(prog="geostory", description="Maps the places, distances and regions that news articles speak of.")
    root.add_argument("--version", action="version", version=f"geostory {__version__}")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, help: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")

    def sources(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("sources", nargs="+", metavar="SRC", help=_SOURCE_HELP)
        sub.add_argument("--date", type=_day, help="date of articles that carry none, as YYYY-MM-DD")

    def formats(sub: argparse.ArgumentParser) -> None:
        choices = ("table", "jsonl", "json", "geojson", "csv")
        sub.add_argument("--format", choices=choices, default="table", help="how to print (default: table)")

    def finding(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--recogniser",
            choices=("accurate", "fast"),
            default="accurate",
            help="which model finds places: accurate (default), or fast, for archives",
        )
        sub.add_argument(
            "--profile", metavar="FILE", help="home of the articles' source, as 'geostory profile' wrote it"
        )
        sub.add_argument(
            "--no-demonyms", action="store_true", help="leave peoples and adjectives out ('Russian troops')"
        )
        sub.add_argument(
            "--no-facilities", action="store_true", help="leave schools, hospitals, airports and the like out"
        )

    def near(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--near", metavar="PLACE", help="home of the text, a name or lat,lon: decides between namesakes"
        )

    def borders(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--as-of", type=_day, metavar="DATE", help="the day for which borders and regions stand")
        sub.add_argument(
            "--worldview",
            default="house",
            metavar="W",
            help="by whose rules: house (default), un, de-facto, or a state's, such as ru",
        )
        sub.add_argument("--packs", metavar="DIR", help="a folder of region packs of your own, which win by id")

    def layer(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--layer",
            action="append",
            nargs=4,
            metavar=("FILE", "TITLE", "DATE", "SOURCE"),
            help="a GeoJSON, GeoPackage or shapefile of your own to draw, with its title, date and source",
        )

    def words(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--title", help="the map's own title, in place of one made from what it shows")
        sub.add_argument("--caption", help="the sentences beside the map")
        sub.add_argument("--description", help="what is read to those who can't see the map")
        sub.add_argument("--credit", help="who made the map; the sources of its data stand after it")
        sub.add_argument("--corrected", type=_day, metavar="DATE", help="say on the map that it was corrected then")
        sub.add_argument("--correction", metavar="TEXT", help="what was corrected; needs --corrected")
        sub.add_argument(
            "--annotations", metavar="FILE", help="arrows, circles, events, areas and notes to draw (GeoJSON)"
        )

    def language(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--lang",
            choices=LANGUAGES,
            metavar="XX",
            help=f"the page's language: {', '.join(LANGUAGES)} (default: the article's where it is one, else en)",
        )

    def publishing(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--name", help="name of the page's files, for one page (default: by its title and content)")
        sub.add_argument(
            "--embed",
            action="store_true",
            help="write a snippet to paste, its script and an oEmbed answer beside the page",
        )
        sub.add_argument(
            "--base-url", metavar="URL", help="with --embed: address of the folder on the web that the files will go to"
        )
        sub.add_argument(
            "--desk",
            metavar="DIR",
            help="a folder, better not the one you publish, for NAME.desk.json: notes for 'check'",
        )
        sub.add_argument(
            "--image",
            action="append",
            choices=("png", "svg", "pdf"),
            help="write a still image beside each page too (may be given several times)",
        )
        sub.add_argument(
            "--size",
            metavar="WxH",
            help="with --image: in pixels, such as 1200x675, or wide (default), card, square, column (90 mm, in grey)",
        )
        sub.add_argument(
            "--scale", type=float, metavar="N", help="with --image png: its pixels for each of its size's (default: 2)"
        )
        sub.add_argument(
            "--view-switch",
            metavar="VIEWS",
            help="worldviews that readers may switch to, such as house,ua,ru (default: none; some states punish such "
            "maps)",
        )
        sub.add_argument(
            "--tiles",
            metavar="NAME",
            help="draw tiles over the ground: a provider's, by the name xyzservices gives it (readers then ask its "
            "host), or those in a PMTiles file that will stand beside the page",
        )
        sub.add_argument(
            "--assets",
            metavar="DIR",
            help="a folder for Leaflet, script and style, which the pages then share, for archives",
        )
        sub.add_argument(
            "-o", "--output", default="outputs", metavar="DIR", help="where the pages go (default: outputs)"
        )

    render = command("render", "write a map for each article, and an index over several")
    sources(render)
    near(render)
    finding(render)
    borders(render)
    layer(render)
    words(render)
    language(render)
    render.add_argument(
        "--show-verdicts",
        action="store_true",
        help="show on the page what the article says of a distance and whether that agrees (for fact checks)",
    )
    render.add_argument(
        "--text",
        choices=("quotes", "full", "none"),
        default="quotes",
        help="what of the article is in the page: quotes (25 words a place, a tenth in all; default), all of it, none",
    )
    render.add_argument(
        "--layout", choices=("story", "map"), help="steps over the map, or the map (default: story where steps move it)"
    )
    render.add_argument("--story", metavar="FILE", help="a TOML file with steps of your own, for one article")
    publishing(render)
    sub = command("read", "show the articles that a source holds")
    sources(sub)
    formats(sub)
    for name, help in (
        ("places", "find and place what articles name"),
        ("distances", "find the distances that articles state, and measure them"),
    ):
        sub = command(name, help)
        sources(sub)
        near(sub)
        finding(sub)
        formats(sub)
    sub = command("profile", "learn from a source's articles where it is at home, for --profile")
    sub.add_argument("sources", nargs="+", metavar="SRC", help=_SOURCE_HELP)
    sub.add_argument("-o", "--output", required=True, metavar="FILE", help="where the profile goes")
    sub.add_argument("--name", help="what the source is called (default: FILE without its ending)")
    sub.add_argument(
        "--recogniser", choices=("accurate", "fast"), default="fast", help="which model finds places (default: fast)"
    )
    sub.set_defaults(date=None)
    sub = command("regions", "list the regions in question as they stand on a day")
    borders(sub)
    sub.add_argument("--id", action="append", metavar="ID", help="only this region; may be given several times")
    sub.add_argument(
        "--format",
        choices=("table", "jsonl", "json", "geojson", "csv", "gpkg"),
        default="table",
        help="how to print (default: table); gpkg needs -o",
    )
    sub.add_argument("-o", "--output", metavar="FILE", help="a file in place of standard output")
    sub = command("check", "tell what an editor should look at in pages, or what is wrong with region packs")
    sub.add_argument(
        "target",
        nargs="?",
        metavar="TARGET",
        help="a page, a folder of pages, or a folder of region packs (default: the shipped packs)",
    )
    sub.add_argument("--desk", metavar="DIR", help="where 'render --desk' put its notes (default: beside the pages)")
    sub.add_argument("--format", choices=("table", "json"), default="table", help="how to print (default: table)")
    sub = command("measure", "measure the distance between two places")
    for end in ("a", "b"):
        sub.add_argument(end, metavar=end.upper(), help="a name ('mainland Alaska' too) or lat,lon")
    sub.add_argument(
        "--mode",
        choices=("nearest", "centre", "mainland", "border"),
        default="nearest",
        help="between the nearest parts (default), the centres, the mainlands, or the outlines of areas",
    )
    formats(sub)
    sub = command("locate", "write a locator map of places by their names, without an article")
    sub.add_argument("names", nargs="+", metavar="NAME", help="such as Kyiv, 'Paris, Texas' or lat,lon; areas as areas")
    borders(sub)
    layer(sub)
    words(sub)
    language(sub)
    publishing(sub)
    sub = command("geocode", "look names up in the gazetteer, or a CSV file's column of names")
    sub.add_argument("names", nargs="*", metavar="NAME", help="such as Kyiv or 'Paris, Texas'")
    sub.add_argument("--country", metavar="C", help="only there: an ISO code (DE, DEU) or a name")
    sub.add_argument("--feature", metavar="CODE", help="only such places: PPL (towns), ADM1 (states), STM (rivers) ...")
    near(sub)
    sub.add_argument("--limit", type=int, metavar="N", help="at most so many for a name (default: 10)")
    formats(sub)
    sub.add_argument("--csv", metavar="FILE", help="add the likeliest place to each row of FILE, or of '-'")
    sub.add_argument("--column", metavar="C", help="the column of FILE that holds the names")
    sub.add_argument("-o", "--output", metavar="OUT", help="where the rows go (default: standard output)")
    sub.set_defaults(format=None)
    sub = command("reverse", "tell country, region, county or sea of a position, and the nearest town")
    sub.add_argument("positions", nargs="+", metavar="LAT,LON")
    formats(sub)
    sub = command("demo", "map the sample article that comes with geostory")
    sub.add_argument("-o", "--output", default="outputs", metavar="DIR", help="where the page goes (default: outputs)")
    return root
