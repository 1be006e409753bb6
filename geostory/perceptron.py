"""The fast recogniser: small networks of two hidden layers that look at a capitalised word and a few around it."""

from collections.abc import Sequence
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geostory.clues import TAGS, Reading, clue_matrix
from geostory.resources import data_path
from geostory.windows import CASES, case_of, pieces_of

__all__ = ["REACH", "logarithms", "perceptron_inputs", "perceptron_scores"]

REACH = 3  # words looked at on each side
_IMPOSSIBLE = -20.0  # of any name at a token that can be part of none
_MOST_VECTORS = 1 << 15
_VECTORS: dict[str, bytes] = {}  # of words seen; the same whatever came before


@cache
def _weights(folder: Path) -> dict[str, npt.NDArray[np.float32]]:
    with np.load(folder / "perceptron.npz") as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


@cache
def _pieces() -> npt.NDArray[np.int8]:
    return np.asarray(np.load(data_path("recogniser", "narrow.npy"), mmap_mode="r"))


def _vectors(words: Sequence[str]) -> npt.NDArray[np.float32]:
    """Each word's meaning, the mean of its pieces', and its case; shape (words, width)."""
    if new := [word for word in dict.fromkeys(words) if word not in _VECTORS]:
        if len(_VECTORS) + len(new) > _MOST_VECTORS:
            _VECTORS.clear()
            new = [*dict.fromkeys(words)]
        _VECTORS.update(zip(new, map(np.ndarray.tobytes, _new_vectors(new)), strict=True))
    held = np.frombuffer(b"".join([_VECTORS[word] for word in words]), dtype=np.float32)
    return held.reshape(len(words), _pieces().shape[1] + len(CASES))


def _new_vectors(words: Sequence[str]) -> npt.NDArray[np.float32]:
    split = [pieces_of(word) for word in words]
    counts = np.array([len(pieces) for pieces in split], dtype=np.int64)
    held = _pieces()[np.array([*chain.from_iterable(split)], dtype=np.int64)]
    # Sums of small whole numbers are exact, whatever their order.
    sums = np.add.reduceat(held.astype(np.float32), np.cumsum(counts) - counts)
    means = sums / counts[:, None].astype(np.float32) / 16
    cases = np.zeros((len(words), len(CASES)), dtype=np.float32)
    cases[np.arange(len(words)), [case_of(word) for word in words]] = 1
    return np.concatenate([means, cases], axis=1)


def perceptron_inputs(reading: Reading) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The tokens that may be (part of) a name, and what the network sees of each and its neighbours.

    Returns
    -------
    numbers : array of int64, shape (n,)
    inputs : array of float32, shape (n, (2 * REACH + 1) * width)
    """
    numbers = np.array(
        [number for number, capital in enumerate(reading.capital) if capital or number in reading.hit_at],
        dtype=np.int64,
    )
    vectors, clues = _vectors(reading.tokens.words), clue_matrix(reading.clues)
    width = vectors.shape[1] + clues.shape[1]
    seen = np.zeros((len(clues) + 2 * REACH + 1, width), dtype=np.float32)  # nothing beyond either end
    seen[REACH : len(clues) + REACH, : vectors.shape[1]] = vectors
    seen[REACH : len(clues) + REACH, vectors.shape[1] :] = clues
    # The words around a token lie one after another, so that what the network sees of them is one stretch.
    around = np.lib.stride_tricks.sliding_window_view(seen.ravel(), (2 * REACH + 1) * width)[numbers * width]
    return numbers, around


def logarithms(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Scores as natural logarithms of probabilities, which add up to one along the last axis."""
    scores = scores - scores.max(axis=-1, keepdims=True, initial=-np.inf)
    held: npt.NDArray[np.float32] = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
    return held


def perceptron_scores(read: Sequence[Reading], *, folder: Path | None = None) -> list[npt.NDArray[np.float32]]:
    """The networks' mean score of each tag at each token.

    Parameters
    ----------
    read : sequence of Reading
        An article's.
    folder : Path, optional
        Where another trained model lies; by default the shipped one.

    Returns
    -------
    list of array of float32, shape (tokens, len(TAGS))
        Natural logarithms of probabilities, one array a reading.
    """
    weights = _weights(folder or data_path("recogniser"))
    found = [np.full((len(reading.tokens), len(TAGS)), _IMPOSSIBLE, dtype=np.float32) for reading in read]
    seen = [perceptron_inputs(reading) for reading in read]
    members, width, _ = weights["weight2"].shape
    x = np.maximum(np.concatenate([inputs for _, inputs in seen]) @ weights["weight1"] + weights["bias1"], 0)
    x = x.reshape(len(x), members, width).transpose(1, 0, 2)
    x = np.maximum(x @ weights["weight2"] + weights["bias2"], 0) @ weights["weight3"] + weights["bias3"]
    # Each network's opinion counts the same, as logarithms of probabilities.
    x = logarithms(logarithms(x).mean(axis=0))
    for (numbers, _), rows in zip(seen, found, strict=True):
        rows[:, 0] = 0.0
        rows[numbers], x = x[: len(numbers)], x[len(numbers) :]
    return found
