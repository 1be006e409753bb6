"""The fast recogniser: small networks of two hidden layers that look at a capitalised word and a few around it."""

from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geostory.clues import TAGS, Reading, clue_matrix
from geostory.resources import data_path
from geostory.windows import CASES, case_of, pieces_of

__all__ = ["REACH", "perceptron_inputs", "perceptron_scores"]

REACH = 3  # words looked at on each side
_IMPOSSIBLE = -20.0


@cache
def _weights(folder: Path) -> dict[str, npt.NDArray[np.float32]]:
    with np.load(folder / "perceptron.npz") as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


@cache
def _pieces() -> npt.NDArray[np.int8]:
    held: npt.NDArray[np.int8] = np.load(data_path("recogniser", "narrow.npy"), mmap_mode="r")
    return held


@lru_cache(maxsize=1 << 15)
def _vector(word: str) -> npt.NDArray[np.float32]:
    """A word's meaning, the mean of its pieces', and its case."""
    held = _pieces()[list(pieces_of(word))].mean(axis=0, dtype=np.float32) / 16
    case = np.zeros(len(CASES), dtype=np.float32)
    case[case_of(word)] = 1
    return np.concatenate([held, case])


def perceptron_inputs(reading: Reading) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The tokens that may be (part of) a name, and what the network sees of each and its neighbours.

    Returns
    -------
    numbers : array of int64, shape (n,)
    inputs : array of float32, shape (n, (2 * REACH + 1) * width)
    """
    items = reading.tokens.items
    numbers = np.array(
        [number for number, capital in enumerate(reading.capital) if capital or number in reading.hit_at],
        dtype=np.int64,
    )
    vectors = np.stack([_vector(token.text) for token in items]) if items else np.zeros((0, 1), np.float32)
    seen = np.concatenate([vectors, clue_matrix(reading.clues)], axis=1)
    seen = np.pad(seen, ((REACH, REACH), (0, 0)))
    around = seen[numbers[:, None] + np.arange(2 * REACH + 1)]
    return numbers, around.reshape(len(numbers), around.shape[1] * around.shape[2])


def perceptron_scores(reading: Reading, *, folder: Path | None = None) -> npt.NDArray[np.float32]:
    """The networks' mean score of each tag at each token.

    Parameters
    ----------
    reading : Reading
    folder : Path, optional
        Where another trained model lies; by default the shipped one.

    Returns
    -------
    array of float32, shape (tokens, len(TAGS))
        Natural logarithms of probabilities, but for a constant a row.
    """
    found = np.full((len(reading.tokens.items), len(TAGS)), _IMPOSSIBLE, dtype=np.float32)
    found[:, 0] = 0.0
    if not reading.tokens.items:
        return found
    numbers, x = perceptron_inputs(reading)
    if len(numbers):
        weights = _weights(folder or data_path("recogniser"))
        members, width, _ = weights["weight2"].shape
        x = np.maximum(x @ weights["weight1"] + weights["bias1"], 0)
        x = x.reshape(len(x), members, width).transpose(1, 0, 2)
        x = np.maximum(x @ weights["weight2"] + weights["bias2"], 0) @ weights["weight3"] + weights["bias3"]
        # Each network's opinion counts the same, as logarithms of probabilities.
        x -= x.max(axis=2, keepdims=True)
        found[numbers] = (x - np.log(np.exp(x).sum(axis=2, keepdims=True))).mean(axis=0)
    return found
