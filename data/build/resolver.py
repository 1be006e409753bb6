"""Fit the resolver's weights and its confidence: ``python data/build/resolver.py CORPORA``.

CORPORA is a folder of corpora in the form that ``docs/accuracy.py`` reads. The mentions are those that the fast
recogniser finds. The model is a conditional logit: of a name's candidates and 'none of these', the chance of each is
the softmax of its features' weighted sum. What an article says elsewhere enters through the candidates preferred so
far, so tables and weights are worked out in turn, thrice. Weights are drawn towards those that stand in
``geostory/ranking.py``. The command prints, with each article judged by weights fitted without its third of the
articles: the share placed right by area and within 161 km, what each feature is worth (without it, all others fitted
anew), the reliability of the confidence before and after its calibration; and last, fitted on everything, the weights
and the calibration to put into ``geostory/ranking.py``. ``--json FILE`` also writes down the weights and calibrations
without each third, for ``docs/accuracy.py --resolver FILE``: run it again once ``geostory/ranking.py`` has changed.
PyTorch is needed here, and never to install or use geostory.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from inputs import DATA

sys.path.insert(0, str(DATA.parent / "docs"))
from corpora import corpora, part_of, toponyms_of
from scoring import interval, kilometres, paired, resampled, same_area

import geostory.ranking as ranking
import geostory.resolve as resolver
from geostory.mentions import find_mentions
from geostory.models import Place
from geostory.senses import Name, names_of, one_place

PULL = 1.0  # towards the weights that stand
ROUNDS, PARTS, BINS = 3, 3, 10


class Case(NamedTuple):
    """One gold toponym that was found: its name in the article, and which candidates are right by area and by point."""

    corpus: str
    part: int
    story: int
    name: Name
    right: np.ndarray
    near: np.ndarray


class Row(NamedTuple):
    """A case with the features of its candidates, and their chances."""

    case: Case
    table: np.ndarray
    chances: np.ndarray


def read(folder: Path) -> tuple[list[tuple], list[Case]]:
    """The articles as the resolver sees them, and the gold toponyms found in them."""
    stories, cases = [], []
    for corpus, articles in corpora(folder).items():
        for article in articles:
            mentions = find_mentions(article, recogniser="fast")
            names = names_of(article, mentions)
            stories.append((names, *resolver.surroundings_of(article, mentions)))
            found = [(number, mention) for number, mention in enumerate(mentions) if mention.field == "text"]
            places = [Place(mention=mention, candidate=None, confidence=0.0, reason="") for _, mention in found]
            toponyms = toponyms_of(article)
            of_mention = {number: name for name in names for number in name.mentions}
            for at, number in paired(toponyms, places).items():
                gold, name = toponyms[at], of_mention[found[number][0]]
                if gold["gold"]:
                    near = np.array([kilometres(gold, c) <= 161 for c in name.candidates], bool)
                    area = np.array([same_area(gold, c) for c in name.candidates], bool)
                    cases.append(Case(corpus, part_of(article), len(stories) - 1, name, near | area, near))
    return stories, cases


def rows_of(stories: Sequence[tuple], cases: Sequence[Case], weights: np.ndarray) -> list[Row]:
    """The features and chances of the cases' candidates under some weights, the last of which is 'none of these'."""
    ranking.WEIGHTS.update(zip(ranking.FEATURES, map(float, weights[:-1]), strict=True))
    ranking.NONE = float(weights[-1])
    tables: dict[int, np.ndarray] = {}
    for number in sorted({case.story for case in cases}):
        names, *rest = stories[number]
        tables |= ranking.rank([name for name in names if name.candidates], *rest)
    none = np.zeros((0, len(ranking.FEATURES)))
    return [Row(case, tables.get(id(case.name), none).copy(), case.name.chances.copy()) for case in cases]


def fitted(rows: Sequence[Row], start: np.ndarray, pulled_to: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Weights of the largest likelihood; those not to keep stay at zero."""
    rows = [row for row in rows if len(row.table)]
    longest, width = max(len(row.table) for row in rows), len(ranking.FEATURES)
    x = np.zeros((len(rows), longest, width), np.float32)
    held, right = np.zeros((len(rows), longest), bool), np.zeros((len(rows), longest + 1), bool)
    for at, row in enumerate(rows):
        x[at, : len(row.table)], held[at, : len(row.table)] = row.table, True
        right[at, : len(row.table)], right[at, longest] = row.case.right, not row.case.right.any()
    features, exists, goal = torch.from_numpy(x), torch.from_numpy(held), torch.from_numpy(right)
    mask = torch.tensor(np.append(keep, True), dtype=torch.float32)
    prior = torch.tensor(pulled_to, dtype=torch.float32)
    weights = torch.tensor(start, dtype=torch.float32, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=60, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        used = weights * mask
        scores = (features @ used[:-1]).masked_fill(~exists, -1e9)
        scores = torch.cat([scores, used[-1].expand(len(scores), 1)], 1)
        told = torch.logsumexp(torch.log_softmax(scores, 1).masked_fill(~goal, -1e9), 1)
        value = -told.mean() + PULL * ((used - prior * mask) ** 2).sum() / len(rows)
        value.backward()
        return value

    optimiser.step(loss)
    return (weights * mask).detach().numpy()


def shares(rows: Sequence[Row]) -> dict[str, tuple[float, float]]:
    """By corpus, the share of cases whose likeliest candidate is right by area, and near."""
    found = {}
    for corpus in sorted({row.case.corpus for row in rows}):
        best = [(row, int(np.argmax(row.chances))) for row in rows if row.case.corpus == corpus and len(row.chances)]
        count = sum(row.case.corpus == corpus for row in rows)
        found[corpus] = tuple(
            sum(bool(getattr(r.case, kind)[at]) for r, at in best) / count for kind in ("right", "near")
        )
    return found


def told(shared: dict[str, tuple[float, float]]) -> str:
    """Shares in a line."""
    return "; ".join(f"{corpus}: area {area:.3f}, near {near:.3f}" for corpus, (area, near) in shared.items())


def worth(left: Sequence[Row], whole: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """By corpus, how the shares change when something is left out, the one by area with its 95 % interval."""
    found = {}
    with_it, without = shares(whole), shares(left)
    for corpus in with_it:
        stories = sorted({row.case.story for row in whole if row.case.corpus == corpus})
        counts = np.zeros((len(stories), 2))  # for each article: toponyms, and how many more are right
        at = {story: number for number, story in enumerate(stories)}
        for sign, rows in ((1, left), (-1, whole)):
            for row in rows:
                if row.case.corpus == corpus:
                    right = len(row.chances) and row.case.right[int(np.argmax(row.chances))]
                    counts[at[row.case.story]] += (sign == 1, sign * bool(right))
        samples = resampled(counts)
        area, near = (after - before for after, before in zip(without[corpus], with_it[corpus], strict=True))
        spread = interval(samples[:, 1] / samples[:, 0])
        found[corpus] = {"area": rounded(area), "spread": [rounded(edge) for edge in spread], "near": rounded(near)}
    return found


def rounded(value: float) -> float:
    """A figure as it is written down."""
    return round(float(value), 6)


def weights_of(weights: np.ndarray) -> dict[str, Any]:
    """Weights as they are written down."""
    named = {name: rounded(value) for name, value in zip(ranking.FEATURES, weights, strict=False)}
    return {"weights": named, "none": rounded(weights[-1])}


def confidences(rows: Sequence[Row]) -> tuple[np.ndarray, np.ndarray]:
    """The chance of each case's likeliest place, and whether it is right."""
    chances, right = [], []
    for row in rows:
        if len(row.chances):
            best = int(np.argmax(row.chances))
            same = [one_place(c, row.case.name.candidates[best]) for c in row.case.name.candidates]
            chances.append(min(1.0, float(row.chances[same].sum())))
            right.append(bool(row.case.right[best]))
    return np.array(chances), np.array(right, dtype=float)


def calibration(chances: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Knots (chance, confidence) of a rising line: the isotonic fit of what was right, by tenths of the cases."""
    order = np.argsort(chances, kind="stable")
    blocks = [[float(chances[part].mean()), float(right[part].mean()), len(part)] for part in np.array_split(order, 12)]
    merged: list[list[float]] = []
    for block in blocks:
        merged.append(block)
        while len(merged) > 1 and merged[-2][1] > merged[-1][1]:
            a, b = merged.pop(), merged.pop()
            size = a[2] + b[2]
            merged.append([(a[0] * a[2] + b[0] * b[2]) / size, (a[1] * a[2] + b[1] * b[2]) / size, size])
    return np.array([[0.0, 0.0], *([x, y] for x, y, _ in merged), [1.0, max(merged[-1][1], 0.99)]])


def reliability(confidence: np.ndarray, right: np.ndarray) -> tuple[float, list[str]]:
    """Expected calibration error over ten equal bins, and a line a bin."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    lines, error = [], 0.0
    for number in range(BINS):
        held = bins == number
        if held.any():
            said, was = confidence[held].mean(), right[held].mean()
            error += held.mean() * abs(said - was)
            lines.append(
                f"| {number / BINS:.1f} to {(number + 1) / BINS:.1f} | {held.sum()} | {said:.2f} | {was:.2f} |"
            )
    return error, lines


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--ablate", action="store_true", help="also print what each feature, and the pull, is worth")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures and the thirds' weights here")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    stories, cases = read(asked.corpora)
    standing = np.array([*ranking.WEIGHTS.values(), ranking.NONE])
    everything = np.ones(len(ranking.FEATURES), bool)
    print(f"{len(cases)} toponyms; with the weights that stand: {told(shares(rows_of(stories, cases, standing)))}")

    def fit(chosen: Sequence[Case], pulled_to: np.ndarray = standing) -> np.ndarray:
        weights = pulled_to
        for _ in range(ROUNDS):
            weights = fitted(rows_of(stories, chosen, weights), weights, pulled_to, everything)
        return weights

    unseen, parts = [], []
    for part in range(PARTS):
        seen = [case for case in cases if case.part != part]
        weights = fit(seen)
        parts.append((weights, rows_of(stories, seen, weights)))
        unseen.append(rows_of(stories, [case for case in cases if case.part == part], weights))
        print(f"part {part}: {told(shares(unseen[-1]))}", flush=True)
    whole = [row for rows in unseen for row in rows]
    print(f"cross-validated: {told(shares(whole))}", flush=True)
    if asked.ablate:  # the weights that stand have seen every article, and those above are drawn towards them
        fresh = []
        for part in range(PARTS):
            weights = fit([case for case in cases if case.part != part], np.zeros_like(standing))
            fresh += rows_of(stories, [case for case in cases if case.part == part], weights)
        print(f"drawn towards nothing: {told(shares(fresh))}", flush=True)

    def refitted(keep: np.ndarray) -> list[Row]:
        """The unseen cases by weights fitted once more on the same features, without those not to keep."""
        again = []
        for (weights, seen_rows), rows in zip(parts, unseen, strict=True):
            less = fitted(seen_rows, weights, standing, keep)
            again += [row._replace(chances=np.exp(row.table @ less[:-1])) for row in rows]
        return again

    lost, all_of_them = {}, refitted(everything) if asked.ablate else []
    for feature in ranking.FEATURES if asked.ablate else ():
        left = refitted(np.array([other != feature for other in ranking.FEATURES]))
        lost[feature] = worth(left, all_of_them)
        print(f"without '{feature}': {told(shares(left))}", flush=True)
    said, calibrated, was, folds = [], [], [], []
    for part in range(PARTS):
        others = [confidences(rows) for number, rows in enumerate(unseen) if number != part]
        knots = calibration(*(np.concatenate(arrays) for arrays in zip(*others, strict=True)))
        folds.append(weights_of(parts[part][0]) | {"calibration": [[rounded(x), rounded(y)] for x, y in knots]})
        chances, right = confidences(unseen[part])
        said.append(chances)
        calibrated.append(np.interp(chances, knots[:, 0], knots[:, 1]))
        was.append(right)
    for label, values in (("as chances", said), ("calibrated", calibrated)):
        error, lines = reliability(np.concatenate(values), np.concatenate(was))
        print(f"confidence {label}: expected calibration error {error:.3f}", *lines, sep="\n")
    if asked.json:
        found = {
            "standing": weights_of(standing),
            "folds": folds,
            "cross-validated": shares(whole),
            "drawn towards nothing": shares(fresh) if asked.ablate else {},
            "without": lost,
        }
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    weights = fit(cases)
    print(
        "weights:",
        *(f"    {name!r}: {value:.1f}," for name, value in zip(ranking.FEATURES, weights, strict=False)),
        sep="\n",
    )
    print(f"NONE = {weights[-1]:.1f}")
    knots = calibration(*(np.concatenate(arrays) for arrays in zip(*map(confidences, unseen), strict=True)))
    print("calibration:", [(round(float(x), 3), round(float(y), 3)) for x, y in knots])


if __name__ == "__main__":
    main()
