"""What the lexicon says of a word: a first name, a surname, a common English word, or several of these."""

import subprocess
import sys

import pytest

from geostory import lexicon
from geostory.errors import DataError
from geostory.lexicon import (
    COMMON_FIRST_NAME,
    COMMON_SURNAME,
    COMMON_WORD,
    FIRST_NAME,
    SURNAME,
    WORD,
    flags,
)


@pytest.mark.parametrize("name", ["Mary", "James", "Charlotte", "Svetlana", "Giovanni", "Wojciech", "Björn"])
def test_a_first_name_is_known_as_one(name):
    assert flags(name) & FIRST_NAME


@pytest.mark.parametrize("name", ["Smith", "Nguyen", "Washington", "Kowalski", "Papadopoulos", "Jørgensen", "O’Brien"])
def test_a_surname_is_known_as_one(name):
    assert flags(name) & SURNAME


@pytest.mark.parametrize("word", ["Reading", "Nice", "March", "Turkey", "Mobile", "However", "Moreover", "Don't"])
def test_what_is_often_written_in_lower_case_is_a_word(word):
    assert flags(word) & WORD


@pytest.mark.parametrize(
    "name", ["Smith", "Moscow", "London", "Canada", "April", "Tuesday", "Michael", "Danish", "French", "Italians"]
)
def test_what_is_seldom_written_in_lower_case_is_no_word(name):
    assert not flags(name) & WORD


def test_the_frequent_ones_are_told_from_the_rare():
    assert flags("the") & COMMON_WORD and not flags("kumquat") & COMMON_WORD
    assert flags("Mary") & COMMON_FIRST_NAME and not flags("Wojciech") & COMMON_FIRST_NAME
    assert flags("Johnson") & COMMON_SURNAME and not flags("Papadopoulos") & COMMON_SURNAME


def test_a_common_one_is_also_a_plain_one():
    trie = lexicon._trie()
    for common, plain in ((COMMON_FIRST_NAME, FIRST_NAME), (COMMON_SURNAME, SURNAME), (COMMON_WORD, WORD)):
        counts = [value & plain for _, (value,) in trie.iteritems() if value & common]
        assert counts and all(counts)


@pytest.mark.parametrize("word", ["In", "Us", "President", "Nice"])
def test_a_common_word_that_few_people_are_called_is_just_a_word(word):
    assert flags(word) == WORD | COMMON_WORD


def test_russian_and_ukrainian_names_are_known_as_english_spells_them():
    assert all(flags(name) & FIRST_NAME for name in ("Volodymyr", "Sergei", "Dmitry", "Dmitriy"))
    assert all(flags(name) & SURNAME for name in ("Medvedev", "Shevchenko", "Bondarenko"))


def test_case_and_diacritics_do_not_matter():
    assert flags("MÜLLER") == flags("Muller") == flags("müller") != 0


def test_a_word_may_be_all_three():
    assert flags("Mark") & FIRST_NAME and flags("Mark") & SURNAME and flags("Mark") & WORD


@pytest.mark.parametrize("text", ["", "xqzzt", "Москва", "123", "two words here"])
def test_what_the_lexicon_does_not_have_has_no_flags(text):
    assert flags(text) == 0


def test_a_damaged_file_is_named_in_one_line(tmp_path, monkeypatch):
    broken = tmp_path / "words.marisa"
    broken.write_bytes(b"no trie")
    monkeypatch.setattr(lexicon, "data_path", lambda *parts: broken)
    with pytest.raises(DataError, match=r"words\.marisa can't be opened.*install geostory again"):
        lexicon._trie.__wrapped__()


def test_the_lexicon_loads_nothing_heavy():
    code = "import sys, geostory.lexicon as l; l.flags('x'); print({'spacy', 'pandas', 'folium'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
