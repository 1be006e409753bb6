"""The encoder as PyTorch trains it: the lowest layers of a sentence encoder, with case and clues added to its input."""

import json
import struct
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

WIDTH, HEADS = 384, 12


class Layer(nn.Module):
    """One transformer layer, normalised after each half as in BERT."""

    def __init__(self, drop: float) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(drop)

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """x: (windows, pieces, WIDTH); mask is added to the attention's scores."""
        count, length, _ = x.shape
        q, k, v = self.qkv(x).view(count, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5
        scores = scores if mask is None else scores + mask
        seen = (self.drop(scores.softmax(-1)) @ v).transpose(1, 2).reshape(count, length, WIDTH)
        x = self.norm1(x + self.drop(self.out(seen)))
        return self.norm2(x + self.drop(self.down(functional.gelu(self.up(x)))))


class Encoder(nn.Module):
    """From summed embeddings to the scores of each tag."""

    def __init__(self, layers: int, tags: int, drop: float = 0.1) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer(drop) for _ in range(layers))
        self.head = nn.Linear(WIDTH, tags)
        self.drop = nn.Dropout(drop)

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
        """x: (windows, pieces, WIDTH) -> (windows, pieces, tags)."""
        x = self.drop(self.norm(x))
        for layer in self.layers:
            x = layer(x, mask)
        return self.head(x)


class Tagger(nn.Module):
    """Embeddings and encoder."""

    def __init__(self, weights: Path, layers: int, tags: int, cases: int, clues: int, *, drop: float = 0.1) -> None:
        super().__init__()
        given = safetensors(weights)
        self.words = nn.Embedding.from_pretrained(given["embeddings.word_embeddings.weight"], freeze=True)
        places = (
            given["embeddings.position_embeddings.weight"][:128] + given["embeddings.token_type_embeddings.weight"][0]
        )
        self.places = nn.Parameter(places)
        self.cases = nn.Parameter(torch.zeros(cases, WIDTH))
        self.clues = nn.Parameter(torch.zeros(clues, WIDTH))
        self.encoder = Encoder(layers, tags, drop)
        self.encoder.norm.load_state_dict(_part(given, "embeddings.LayerNorm."))
        for number, layer in enumerate(self.encoder.layers):
            old = f"encoder.layer.{number}."
            heads = [_part(given, f"{old}attention.self.{name}.") for name in ("query", "key", "value")]
            layer.qkv.load_state_dict({key: torch.cat([head[key] for head in heads]) for key in heads[0]})
            for new, name in {
                "out": "attention.output.dense.",
                "norm1": "attention.output.LayerNorm.",
                "up": "intermediate.dense.",
                "down": "output.dense.",
                "norm2": "output.LayerNorm.",
            }.items():
                getattr(layer, new).load_state_dict(_part(given, old + name))

    def forward(
        self, pieces: torch.Tensor, cases: torch.Tensor, clues: torch.Tensor, mask: torch.Tensor | None = None
    ) -> torch.Tensor:
        """pieces, cases: (windows, length); clues: (windows, length, clues), 0 or 1."""
        x = self.words(pieces) + self.places[: pieces.shape[1]] + self.cases[cases] + clues @ self.clues
        return self.encoder(x, mask)


def safetensors(path: Path) -> dict[str, torch.Tensor]:
    """The float tensors of a file in the safetensors form: a length, a JSON header, the numbers."""
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + size])
    found = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = entry["data_offsets"]
            numbers = np.frombuffer(raw, dtype=np.float32, count=(end - start) // 4, offset=8 + size + start)
            found[name] = torch.from_numpy(numbers.reshape(entry["shape"]).copy())
    return found


def _part(given: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in given.items() if name.startswith(prefix)}


def perceptron(width: int, tags: int) -> nn.Sequential:
    """The fast recogniser's network."""
    return nn.Sequential(
        nn.Dropout(0.1),
        nn.Linear(width, 128),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(128, 64),
        nn.ReLU(),
        nn.Dropout(0.1),
        nn.Linear(64, tags),
    )
