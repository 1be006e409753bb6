"""The recognisers' files, as geostory reads them, from trained models."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from inputs import DATA
from recogniser_model import WIDTH, Tagger, safetensors

FOLDER = DATA / "recogniser"
NARROW = 32  # width of a word piece's vector for the fast recogniser
SEEN = 1_000, 12_000  # word pieces that the narrow vectors are fitted to: common words, no signs


def write_pieces(weights: Path, vocabulary: bytes) -> None:
    """What needs no training: the vocabulary, its vectors in eight bits, and their main components."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "vocabulary.txt").write_bytes(vocabulary)
    vectors = safetensors(weights)["embeddings.word_embeddings.weight"].numpy()
    scales = np.abs(vectors).max(axis=1, keepdims=True) / 127
    np.save(FOLDER / "pieces.npy", np.round(vectors / scales).astype(np.int8))
    centred = vectors - vectors[SEEN[0] :].mean(axis=0)
    _, _, axes = np.linalg.svd(centred[slice(*SEEN)].astype(np.float64), full_matrices=False)
    # An axis has no natural direction: its largest part points up.
    axes *= np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
    narrow = centred @ axes[:NARROW].T
    narrow /= narrow.std()
    np.save(FOLDER / "narrow.npy", np.clip(np.round(narrow * 16), -127, 127).astype(np.int8))


def write_encoder(model: Tagger, home: Path) -> None:
    """The encoder as ONNX with eight-bit weights, and what is added to its input."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    vectors = model.words.weight.numpy()
    scales = np.abs(vectors).max(axis=1, keepdims=True) / 127
    arrays = {"places": model.places, "cases": model.cases, "clues": model.clues}
    held = {name: array.detach().numpy().astype(np.float16) for name, array in arrays.items()}
    np.savez(home / "inputs.npz", scales=scales.astype(np.float32), **held)
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        torch.onnx.export(
            model.encoder.eval(),
            (torch.zeros(1, 8, WIDTH),),
            str(plain),
            input_names=["x"],
            output_names=["scores"],
            dynamic_axes={"x": {1: "pieces"}, "scores": {1: "pieces"}},
            opset_version=17,
            dynamo=False,
        )
        # Seven bits where eight would overflow the sums of processors without the newest instructions.
        quantize_dynamic(plain, home / "encoder.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


def write_perceptron(nets: Sequence[torch.nn.Sequential], home: Path) -> None:
    """The weights of the fast recogniser's networks, stacked; their first layers, which see the same, side by side."""
    linear = [[layer for layer in net if isinstance(layer, torch.nn.Linear)] for net in nets]
    held = {}
    for number, layers in enumerate(zip(*linear, strict=True), 1):
        weights = np.stack([layer.weight.detach().numpy().T for layer in layers])
        biases = np.stack([layer.bias.detach().numpy()[None] for layer in layers])
        if number == 1:
            weights, biases = np.concatenate(weights, axis=1), np.concatenate(biases, axis=1)[0]
        held[f"weight{number}"], held[f"bias{number}"] = weights.astype(np.float16), biases.astype(np.float16)
    np.savez(home / "perceptron.npz", **held)
