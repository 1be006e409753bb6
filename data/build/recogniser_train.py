"""Training of both recognisers with fixed seeds: the encoder on annotated text, the perceptron on that and on it."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from recogniser_model import Tagger, perceptron
from recogniser_text import OPEN, Example
from torch.nn import functional

from geostory.clues import CLUES, TAGS, clue_matrix
from geostory.encoder import encoder_scores
from geostory.perceptron import perceptron_inputs
from geostory.windows import CASES, Window

CHECKPOINT = 100  # steps between two


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How the encoder is trained; what is not here is fixed."""

    layers: int = 3
    epochs: float = 2.4
    batch: int = 16
    rate: float = 1.5e-4  # peak, of what comes pretrained
    new_rate: float = 1e-3  # peak, of what starts at zero
    clues: bool = True


def tensors(windows: Sequence[Window], *, clues: bool = True) -> list[torch.Tensor]:
    """Pieces, cases, clues and attention mask of some windows, padded to the longest."""
    longest, count = max(len(window.pieces) for window in windows), len(windows)
    pieces, cases = np.zeros((count, longest), np.int64), np.zeros((count, longest), np.int64)
    known = np.zeros((count, longest, len(CLUES)), np.float32)
    mask = np.full((count, 1, 1, longest), -1e9, np.float32)
    for at, window in enumerate(windows):
        size = len(window.pieces)
        pieces[at, :size], cases[at, :size], mask[at, ..., :size] = window.pieces, window.cases, 0
        known[at, :size] = clue_matrix(window.clues) if clues else 0
    return [torch.from_numpy(array) for array in (pieces, cases, known, mask)]


def loss_of(scores: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Mean negative log-probability of the tags that are allowed at each token; those that are open count nothing."""
    fits = ((allowed[:, None] >> torch.arange(len(TAGS))) & 1).bool()
    right = torch.logsumexp(functional.log_softmax(scores, -1).masked_fill(~fits, -1e9), -1)
    return -right[allowed != OPEN].mean()


def batches(sizes: Sequence[int], batch: int, seed: int, steps: int) -> list[list[int]]:
    """Numbers of the windows of each step: shuffled, those of like length together."""
    chance, order, found = random.Random(seed), [], []
    while len(found) < steps:
        if len(order) < 8 * batch:
            more = list(range(len(sizes)))
            chance.shuffle(more)
            order += more
        block = sorted(order[: 8 * batch], key=lambda at: sizes[at])
        order = order[8 * batch :]
        cut = [block[at : at + batch] for at in range(0, len(block), batch)]
        chance.shuffle(cut)
        found += cut
    return found[:steps]


def train_encoder(
    examples: Sequence[Example],
    weights: Path,
    *,
    recipe: Recipe,
    seed: int,
    checkpoint: Path,
    say: Callable[[str], None],
) -> Tagger:
    """The encoder after its training, taken up at the last checkpoint where there is one."""
    torch.manual_seed(seed)
    model = Tagger(weights, recipe.layers, len(TAGS), len(CASES), len(CLUES))
    items = [(w, a) for e in examples for w, a in zip(e.windows, e.allowed, strict=True)]
    new = [model.cases, model.clues, *model.encoder.head.parameters()]
    old = [p for p in model.parameters() if p.requires_grad and not any(p is other for other in new)]
    groups = [{"params": old, "lr": recipe.rate}, {"params": new, "lr": recipe.new_rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = int(recipe.epochs * len(items) / recipe.batch)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.1 * steps), (steps - step) / (0.9 * steps))
    )
    first = 0
    if checkpoint.exists():
        held = torch.load(checkpoint, weights_only=True)
        first = held["step"]
        model.load_state_dict(held["model"])
        optimiser.load_state_dict(held["optimiser"])
        pace.load_state_dict(held["pace"])
        torch.set_rng_state(held["chance"])
    begun = time.process_time()
    model.train()
    for step, numbers in enumerate(batches([len(w.pieces) for w, _ in items], recipe.batch, seed, steps)):
        if step < first:
            continue
        chosen = [items[number] for number in numbers]
        scores = model(*tensors([window for window, _ in chosen], clues=recipe.clues))
        rows = np.concatenate([np.full(len(w.heads), at) for at, (w, _) in enumerate(chosen)])
        heads = np.concatenate([w.heads for w, _ in chosen])
        allowed = torch.from_numpy(np.concatenate([a for _, a in chosen]).astype(np.int64))
        loss = loss_of(scores[rows, heads], allowed)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        pace.step()
        if (step + 1) % CHECKPOINT == 0:
            spent = time.process_time() - begun
            say(f"step {step + 1} of {steps}: loss {float(loss.detach()):.3f}, {spent:.0f} s of CPU")
            held = {
                "step": step + 1,
                "model": model.state_dict(),
                "optimiser": optimiser.state_dict(),
                "pace": pace.state_dict(),
                "chance": torch.get_rng_state(),
            }
            torch.save(held, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
    say(f"trained in {time.process_time() - begun:.0f} s of CPU")
    return model.eval()


def probabilities(home: Path, example: Example) -> np.ndarray:
    """The written encoder's probability of each tag at each token; all 'nothing' outside the example's windows."""
    found = np.zeros((len(example.tags), len(TAGS)), np.float32)
    found[:, 0] = 1
    for window, scores in zip(example.windows, encoder_scores(example.windows, folder=home), strict=True):
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        found[window.tokens] = powers / powers.sum(axis=1, keepdims=True)
    return found


def train_perceptron(
    examples: Sequence[Example],
    taught: Sequence[np.ndarray | None],
    *,
    seed: int,
    epochs: int = 8,
    say: Callable[[str], None],
) -> torch.nn.Sequential:
    """The fast recogniser, from the annotation and (half the weight) the accurate one's probabilities where given."""
    inputs, allowed, soft, has = [], [], [], []
    for example, teacher in zip(examples, taught, strict=True):
        numbers, x = perceptron_inputs(example.reading)
        inputs.append(x)
        allowed.append(example.tags[numbers])
        has.append(np.full(len(numbers), teacher is not None))
        soft.append(np.zeros((len(numbers), len(TAGS)), np.float32) if teacher is None else teacher[numbers])
    x, tags = torch.from_numpy(np.concatenate(inputs)), torch.from_numpy(np.concatenate(allowed).astype(np.int64))
    soft_tags, with_soft = torch.from_numpy(np.concatenate(soft)), torch.from_numpy(np.concatenate(has))
    torch.manual_seed(seed)
    net = perceptron(x.shape[1], len(TAGS))
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.02)
    size = 256
    steps = epochs * (len(x) // size)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps)
    begun = time.process_time()
    for step in range(steps):
        if step % (len(x) // size) == 0:
            order = torch.randperm(len(x))
        at = order[(step % (len(x) // size)) * size :][:size]
        scores = net(x[at])
        loss = loss_of(scores, tags[at])
        if with_soft[at].any():
            told = -(soft_tags[at] * functional.log_softmax(scores, -1)).sum(-1)
            loss = 0.5 * loss + 0.5 * told[with_soft[at]].mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        pace.step()
    say(f"perceptron trained in {time.process_time() - begun:.0f} s of CPU")
    return net.eval()
