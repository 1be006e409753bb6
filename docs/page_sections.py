"""The sections of ``docs/accuracy.md`` that hold what was measured, each a function from the facts to its lines."""

import platform
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from page_facts import Facts, Run, between, cells, named, table
from reliability import bins_of, calibration_error, error_by_chance, right_from
from scoring import total
from speed import ROUNDS, median
from stories import shown

from geostory.words import UNSURE

__all__ = ["confidence", "errors", "features", "finding", "placing", "stories", "timing"]

_SURE = (UNSURE, 0.7, 0.8, 0.9, 0.95, 0.99)


def _figures(runs: Sequence[Run], names: Sequence[str]) -> Iterator[str]:
    heads = ["ceiling" if name.endswith("ceiling") else name for name in names]
    rows = [[named(run.corpus), run.recogniser, run.marks, *cells(run, names)] for run in runs]
    return table(["corpus", "recogniser", "marks", *heads], *rows)


def finding(facts: Facts) -> Iterator[str]:
    """How well names are found."""
    yield "## Finding names"
    yield ""
    yield from _figures(facts.runs, ["P", "R", "F1", "exact F1"])
    yield ""
    yield (
        "The intervals say how far the choice of articles matters, and nothing of the training's seed: "
        "[recogniser.md](recogniser.md) has five seeds, and what the recognisers' parts are worth."
    )


def placing(facts: Facts) -> Iterator[str]:
    """How well they are placed."""
    yield "## Placing them"
    yield ""
    yield "Of the gold toponyms that were found:"
    yield ""
    yield from _figures(facts.runs, ["area acc", "area acc, ceiling", "acc@161", "acc@161, ceiling"])
    yield ""
    yield "Found and placed, end to end:"
    yield ""
    yield from _figures(facts.runs, ["area e2e F1", "area e2e F1, ceiling", "e2e F1", "e2e F1, ceiling"])
    yield ""
    yield (
        "acc@161 and e2e F1 ask for the corpus's own point even of a country or a wide region, and corpora choose "
        "different ones; the figures by area hardly depend on that choice."
    )


def features(facts: Facts) -> Iterator[str]:
    """What each feature of the resolver is worth."""
    yield "## What the resolver's features are worth"
    yield ""
    folds = facts.folds
    if not folds or not folds["without"]:
        yield "Not measured in this run: it takes `data/build/resolver.py --ablate --json FILE` and `--resolver FILE`."
        return
    base = "; ".join(
        f"{named(corpus)} {area:.3f} by area, {near:.3f} within 161 km"
        for corpus, (area, near) in folds["cross-validated"].items()
    )
    yield (
        f"Share of the toponyms found by fast that the resolver places right, cross-validated: {base}. The table says "
        "by how many hundredths the share by area changes, with the 95 % interval of the difference, when one feature "
        "is left out and all other weights are fitted once more, against the same with no feature left out. What one "
        "feature tells another may tell too, so that these do not add up; and where an interval holds 0, the corpus "
        "does not show that the feature is needed. "
        "What each is, `geostory/ranking.py` says."
    )
    yield ""
    lost, corpora = folds["without"], list(folds["cross-validated"])
    rows = [
        [feature, f"{folds['standing']['weights'][feature]:+.1f}"]
        + [
            between(
                100 * lost[feature][corpus]["area"], [100 * edge for edge in lost[feature][corpus]["spread"]], ".1f"
            )
            for corpus in corpora
        ]
        for feature in sorted(lost, key=lambda feature: sum(row["area"] for row in lost[feature].values()))
    ]
    yield from table(["left out", "weight, log odds", *map(named, corpora)], *rows)


def confidence(facts: Facts) -> Iterator[str]:
    """How far a confidence can be believed."""
    judged = [one for run in facts.main for one in run.judged]
    outcomes = [outcome for run in facts.main for outcome in run.outcomes]
    mean, most = error_by_chance(outcomes)
    yield "## How sure geostory is"
    yield ""
    yield "![Reliability plot: how often places of each confidence are right](reliability.svg)"
    yield ""
    yield (
        "Each point is a tenth of the scale of confidence, with the 95 % interval over samples of the articles; the "
        f"bars count its places. In it are all gold toponyms that {facts.recogniser} found and placed, "
        f"{len(outcomes):,} of them, and right is meant by area. The expected calibration error, how far confidence "
        f"and share right are apart in a tenth, weighted by places, is {calibration_error(outcomes):.3f}. A confidence "
        f"that is never off would show {mean:.3f} by chance alone, and more than {most:.3f} once in 40 times."
    )
    yield ""
    rows = [
        [f"{b.low:.1f} to {b.low + 0.1:.1f}", f"{b.count:,}", f"{b.said:.2f}", between(b.right, b.spread, ".2f")]
        for b in bins_of(judged)
    ]
    yield from table(["confidence", "places", "its mean", "share right"], *rows)
    yield ""
    rows = [[named(run.corpus), run.recogniser, f"{len(run.outcomes):,}", f"{run.off:.3f}"] for run in facts.own]
    yield from table(["corpus", "recogniser", "places", "expected calibration error"], *rows)
    yield ""
    yield f"By how sure they are at least (below {UNSURE} a map draws a place as unsure):"
    yield ""
    rows = []
    for least in (least for least in _SURE if any(outcome.confidence >= least for outcome in outcomes)):
        share, right, spread = right_from(judged, least)
        rows.append([f"{least} or more", f"{100 * share:.1f} %", between(right, spread)])
    yield from table(["confidence", "share of the places", "share of them right"], *rows)
    yield ""
    wrong = [outcome for outcome in outcomes if not outcome.right]
    yield (
        f"Of the {len(wrong):,} that are wrong, {sum(o.confidence < UNSURE for o in wrong):,} are said to be unsure; "
        f"for {sum(o.rival for o in wrong):,}, one of the three rivals at most that are named beside them is right."
    )


def timing(facts: Facts) -> Iterator[str]:
    """How fast it is."""
    yield "## Timing"
    yield ""
    if not facts.speeds:
        yield "Not measured in this run: it takes `--speed`."
        return
    speeds = list(facts.speeds.values())
    yield (
        f"{speeds[0].articles} of the articles, evenly chosen, one by one on one core ({_processor()}): processor "
        f"time, the median of {ROUNDS} rounds and in brackets each. **These figures alone change from run to run**, "
        "with the machine and with what else it does. spaCy is en_core_web_md with its entity recogniser alone, on "
        "the same articles in turn: such ratios change less than seconds do."
    )
    yield ""
    rows = [
        ["finding, articles a second", *(median(s.rates("find_mentions"), ".1f") for s in speeds)],
        ["placing, articles a second", *(median(s.rates("resolve"), ".1f") for s in speeds)],
        [
            "placing, milliseconds for every 40 mentions",
            *(median([40_000 * seconds["resolve"] / s.mentions for seconds in s.rounds], ".2f") for s in speeds),
        ],
    ]
    if speeds[0].ratios("resolve"):
        find, both = "finding, times as fast as spaCy", "finding and placing, times as fast as spaCy finds"
        rows.append([find, *(median(s.ratios("find_mentions"), ".2f") for s in speeds)])
        rows.append([both, *(median(s.ratios("both in turn"), ".2f") for s in speeds)])
    start = f"cold start to the places of an article of {speeds[0].cold.characters:,} characters, seconds"
    rows.append([start, *(median(s.cold.walls, ".2f") for s in speeds)])
    rows.append(["of which on the processor, seconds", *(median(s.cold.processor, ".2f") for s in speeds)])
    rows.append(["resident memory at its peak, MB", *(f"{s.cold.megabytes:.0f}" for s in speeds)])
    yield from table(["", *facts.speeds], *rows)


def _processor() -> str:
    """The processor's name, where the system tells it."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    told = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(told, "") or platform.processor() or platform.machine()


def stories(facts: Facts) -> Iterator[str]:
    """What becomes of stories whose names are borne by several places."""
    given = facts.answers
    told, failed = {answer.story for answer in given}, {answer.story for answer in given if not answer.right}
    right = sum(answer.right for answer in given)
    yield "## Ambiguous stories"
    yield ""
    yield (
        f"`tests/texts/ambiguous.toml` holds {len(told)} short stories, written for geostory, whose names are borne by "
        f"several places, and says of {len(given)} names what they mean. {facts.recogniser.capitalize()} has "
        f"{right} of them right ({100 * right / len(given):.1f} %), and all of them in {len(told - failed)} stories. "
        "No weight was fitted to them, but they were looked at while the resolver was built: they show what it does, "
        "and estimate nothing. Here are, of each story, the name that most rows of the gazetteer bear, and every name "
        "that went wrong."
    )
    yield ""
    rows = [
        [
            answer.story,
            f"{answer.expected['text']}{f' (use {nth})' if (nth := answer.expected.get('nth', 1)) > 1 else ''}",
            answer.bearers,
            answer.told,
            f"{answer.place.confidence:.2f}" if answer.place and answer.place.candidate else "–",
            "right" if answer.right else f"**wrong**: {answer.meant}",
        ]
        for answer in shown(given)
    ]
    yield from table(
        ["story", "name", "rows of that name", "where it goes", "confidence", "right, or what is meant"], *rows
    )


def errors(facts: Facts) -> Iterator[str]:
    """Which kinds of error remain."""
    yield "## Errors that remain"
    yield ""
    yield (
        f"Of {facts.recogniser}, each corpus by its own marks, told apart by rule; in brackets, for each hundred gold "
        "toponyms. `--errors N` lists the first N of each kind with the words around them."
    )
    yield ""
    causes = [Counter(error.cause for one in run.judged for error in one.errors) for run in facts.main]
    gold = [total(run.judged).matched + total(run.judged).missed for run in facts.main]
    rows = [
        [kind, *(f"{c[kind]:,} ({100 * c[kind] / g:.1f})" for c, g in zip(causes, gold, strict=True))]
        for kind in sorted(set().union(*causes), key=lambda kind: (-sum(c[kind] for c in causes), kind))
    ]
    yield from table(["", *(named(run.corpus) for run in facts.main)], *rows)
