"""The page ``docs/accuracy.md``: what ``docs/accuracy.py`` measured, in tables and plain words.

Every figure on the page comes from the run; what is typed here and in ``page_sections.py`` holds none.
"""

import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import page_sections
from corpora import MARKS, TITLES, gold_of, toponyms_of
from page_facts import Facts, cells, named, sha, table
from reliability import bins_of, calibration_error, svg
from scoring import in_reach

from geostory.resources import data_path

__all__ = ["write_page"]


def write_page(folder: Path, facts: Facts) -> None:
    """Write ``accuracy.md`` and ``reliability.svg`` into a folder, each aside and then renamed."""
    outcomes = [outcome for run in facts.main for outcome in run.outcomes]
    names = " and ".join(named(run.corpus) for run in facts.main)
    plot = svg(
        bins_of([one for run in facts.main for one in run.judged]),
        "How often places of each confidence are right",
        f"{names}, {facts.recogniser}: {len(outcomes):,} places, expected calibration error "
        f"{calibration_error(outcomes):.3f}",
    )
    sections = (
        _head,
        _basis,
        _unseen,
        page_sections.finding,
        page_sections.placing,
        page_sections.features,
        page_sections.confidence,
        page_sections.timing,
        page_sections.stories,
        page_sections.errors,
        _limits,
        _again,
    )
    text = "\n".join(line for section in sections for line in (*section(facts), "")).rstrip() + "\n"
    for name, content in (("reliability.svg", plot), ("accuracy.md", text)):
        aside = folder / f".{name}.part"
        aside.write_text(content, encoding="utf-8")
        aside.replace(folder / name)


def _head(facts: Facts) -> Iterator[str]:
    yield "# How well geostory finds and places names"
    yield ""
    yield (
        "`docs/accuracy.py` writes this page anew, and every figure on it is from that run. In short, each corpus by "
        "its own marks, with 95 % intervals:"
    )
    yield ""
    rows = [
        [named(run.corpus), run.recogniser, *cells(run, ["F1", "area acc", "area e2e F1"]), f"{run.off:.3f}"]
        for run in facts.own
    ]
    yield from table(
        [
            "corpus",
            "recogniser",
            "finding: F1",
            "placing what is found: area acc",
            "both: area e2e F1",
            "confidence: ECE",
        ],
        *rows,
    )
    yield ""
    yield "ECE is the expected calibration error: how far the confidence is off, on average."


def _basis(facts: Facts) -> Iterator[str]:
    yield "## What was measured, and on what"
    yield ""
    for name in facts.corpora:
        yield f"- {TITLES.get(name, name)}."
    yield ""
    rows = []
    for name, articles in facts.corpora.items():
        gold, toponyms = gold_of(articles), sum(len(toponyms_of(article)) for article in articles)
        near, right = map(sum, zip(*map(in_reach, gold), strict=True))
        words = sum(len(article.text.split()) for article in articles)
        hashed = sha(facts.asked.folder / f"{name}.jsonl")
        row = [named(name), len(articles), f"{words:,}", f"{len(gold):,}", f"{toponyms - len(gold):,}"]
        rows.append([*row, f"{right / len(gold):.3f}", f"{near / len(gold):.3f}", f"`{hashed}`"])
    heads = ["corpus", "articles", "words", "gold toponyms", "neutral", "ceiling", "within 161 km", "SHA-256 begins"]
    yield from table(heads, *rows)
    yield ""
    yield (
        "A neutral toponym may be found or not. The ceiling is the share of the gold toponyms that the gazetteer holds "
        "right by area, under the name as it is written; beside it, that within 161 km of the corpus's point. The "
        "corpora are not in the repository; [recogniser.md](recogniser.md) says where they come from."
    )
    yield ""
    yield (
        "**Marks**: by an editor's, all that geostory finds by default counts, and what the corpus leaves unmarked "
        "counts as wrong. By the corpus's own, geostory leaves out what that corpus does: "
        f"{'; '.join(f'{named(name)}, {_left_out(name)}' for name in facts.corpora)}."
    )
    yield ""
    yield "What the figures mean:"
    yield ""
    yield facts.measures
    yield ""
    packages = ", ".join(f"{name} {version(name)}" for name in ("geostory", "numpy", "onnxruntime", "shapely"))
    yield (
        f"Versions: {packages}, Python {platform.python_version()}. `data/SOURCES.toml` has the hash of each shipped "
        f"data file; its own SHA-256 begins with `{sha(data_path('SOURCES.toml'))}`."
    )


def _left_out(corpus: str) -> str:
    return " and ".join(MARKS.get(corpus, {})) or "nothing"


def _unseen(facts: Facts) -> Iterator[str]:
    yield "## Which figures are cross-validated"
    yield ""
    model, folds = facts.asked.model, facts.folds
    if model and "{part}" in model:
        yield (
            "- **Finding is.** The models that read an article were trained, by the shipped ones' recipe, without its "
            "third of the articles. Thirds go by the hash of an article's identifier."
        )
    elif model:
        yield f"- **Finding is not.** One run's models, `{Path(model).name}`, read all articles."
    else:
        yield (
            "- **Finding is not.** The shipped models read all articles; they have learned from GeoVirus and LGL, and "
            "figures on these flatter them."
        )
    if folds:
        yield (
            "- **Placing and confidence are.** An article's names are placed by weights, and their chances made a "
            "confidence by a line, that were fitted without its third, on what the fast recogniser finds."
        )
    else:
        yield (
            "- **Placing and confidence are not.** The shipped weights place all names; they were fitted to GeoVirus "
            "and LGL, and figures on these flatter them."
        )
    if folds and folds["drawn towards nothing"]:
        told = "; ".join(
            f"{named(name)} {area:.3f} instead of {folds['cross-validated'][name][0]:.3f}"
            for name, (area, _) in folds["drawn towards nothing"].items()
        )
        yield (
            "- **One leak is left in placing.** Those weights are drawn towards the ones in `geostory/ranking.py`, "
            "which have seen every article. Drawn towards zero instead, which also makes them smaller, "
            f"they place right by area: {told}."
        )
    yield "- **Timing and the ambiguous stories are not**: they are of what is shipped."
    yield (
        "- **What no split undoes:** features, rules and thresholds were chosen, and the gazetteer was added to, by "
        "people who had read errors on these corpora. On other news, expect lower figures."
    )


def _limits(facts: Facts) -> Iterator[str]:
    yield "## What these figures do not tell"
    yield ""
    if set(facts.corpora) == set(TITLES):
        yield (
            "- Both corpora are in English and old: epidemics in one, local papers, most of them of the United States, "
            "in the other. [recogniser.md](recogniser.md) has ten texts of other kinds, and where finding fails."
        )
    yield from (
        "- Thirds part articles, not sources. Articles of one newspaper, or on one epidemic, stand in several thirds, "
        "so that a new newspaper is harder than an article that was left out.",
        "- Within 161 km counts as right. A quarter, a village and the town beside it are not told apart, nor is a "
        "wrong town near the right one. How finely a place is drawn is not measured.",
        "- Roles (literal, metonym, demonym), distances, regions, positions such as '30 km south of': none is judged.",
        "- Confidence is judged where a corpus marks a toponym. A word that is no place may be placed with a high one: "
        "that is an error of finding, and confidence does not speak of it.",
        "- The corpora have errors of their own: missing marks, points that are not what the article means. None was "
        "mended for this page.",
        "- The intervals take articles as independent, and repeat neither training nor fitting.",
    )


def _again(facts: Facts) -> Iterator[str]:
    asked = facts.asked
    yield "## How to make this page again"
    yield ""
    yield "CORPORA is a folder that holds the corpora; `docs/accuracy.py --help` says in what form."
    if asked.model:
        yield "RUNS is the folder that `data/build/recogniser.py` writes into ([recogniser.md](recogniser.md))."
    yield ""
    yield "```sh"
    command = [".venv/bin/python docs/accuracy.py CORPORA --page docs"]
    if facts.folds:
        yield ".venv/bin/pip install torch  # for the next line alone"
        yield f".venv/bin/python data/build/resolver.py CORPORA --ablate --json {asked.resolver.name}"
        command.append(f"--resolver {asked.resolver.name}")
    if asked.model:
        command.append(f"--model 'RUNS/{Path(asked.model).name}'")
    if asked.recogniser:
        command.append(f"--recogniser {asked.recogniser}")
    if asked.speed:
        command.append("--speed")
    yield " ".join(command)
    yield "```"
    yield ""
    yield "On one machine that gives the same bytes, but for the timing; processors differ in a sum's last digits."
