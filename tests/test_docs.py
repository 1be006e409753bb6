"""What the documents show works as they show it."""

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest

from geostory.cli import main
from geostory.resources import data_path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.split("#")[0].strip()
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("geostory ")
]


def test_the_readme_shows_every_command():
    assert {line.split()[1] for line in COMMANDS} >= {
        "render",
        "places",
        "distances",
        "regions",
        "measure",
        "locate",
        "check",
        "geocode",
        "profile",
    }


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_in_the_readme_runs(line, tmp_path, monkeypatch, capsys):
    shutil.copy(data_path("articles", "alaska-summit.md"), tmp_path / "article.md")
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(line)[1:]) == 0
    assert capsys.readouterr().out


def test_the_readme_python_runs(tmp_path, monkeypatch):
    shutil.copy(data_path("articles", "alaska-summit.md"), tmp_path / "article.md")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(code, {})
    assert (tmp_path / "map.html").stat().st_size > 100_000


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "docs").glob("*.md")))
def test_examples_in_the_docs_give_what_they_say(name):
    failed, _ = doctest.testfile(str(ROOT / "docs" / name), module_relative=False)
    assert failed == 0


def test_files_that_the_docs_name_are_there():
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} names {target}"
