"""Profiles of sources: made by a command of their own, frozen in a file, named by a hash, and heard when placing."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

import geostory
from geostory.cli import main
from geostory.models import Article, Candidate, Profile

NEWS = (
    "Boats left Rockland and Camden, Maine, on Monday. Others from Kennebunkport, Maine, followed.",
    "Crews will close the bridge between Brunswick and Topsham, Maine. Drivers from Bath, Maine, have to wait.",
    "The city council of South Portland, Maine, voted to buy land near Scarborough, Maine.",
    "Biddeford, Maine, beat Saco, Maine, by two goals. Lewiston, Maine, plays Auburn, Maine, next.",
    "The ferry to Vinalhaven, Maine, will leave Rockland, Maine, an hour later.",
    "The storm cut power in Bangor, Maine, and in Waterville, Maine.",
    "Lawmakers in Augusta, Maine, sent the budget on. A senator from Portland, Maine, voted against it.",
)
BARE = "The harbour festival in Portland was called off on Friday. Rain is expected in Augusta as well."


def articles(*texts: str) -> list[Article]:
    return [Article(title="", text=text) for text in texts]


@pytest.fixture(scope="module")
def profile() -> Profile:
    return geostory.learn_profile(articles(*NEWS), name="The Casco Bay Courier")


@pytest.fixture
def file(profile: Profile, tmp_path: Path) -> Path:
    geostory.write_profile(profile, tmp_path / "courier.toml")
    return tmp_path / "courier.toml"


def where(text: str, **options: Any) -> dict[str, str]:
    """The first-level region of each name in a text."""
    story = geostory.tell(Article(title="", text=text), recogniser="fast", **options)
    return {place.mention.text: place.candidate.admin1 for place in story.places if place.candidate}


# --- learning ---------------------------------------------------------------------------------------------------------


def test_a_local_papers_profile_says_where_it_is_at_home(profile):
    assert (profile.articles, profile.countries) == (7, {"US": 1.0})
    assert profile.regions == {("US", "Maine"): 1.0}
    assert profile.point is not None and 43 < profile.point[0] < 45 and -71 < profile.point[1] < -69
    assert 5 < profile.spread_km < 100


def test_the_order_of_the_articles_makes_no_difference(profile):
    mixed = articles("He flew from Paris to Berlin.", *NEWS, "Snow fell in Boston, Massachusetts, and in Quebec.")
    there, back = (geostory.learn_profile(some, name="mixed") for some in (mixed, mixed[::-1]))
    assert there == back and there.text == back.text


def test_a_name_counts_once_however_often_an_article_has_it():
    once = articles("They met in Oslo.", "They met in Toronto.")
    often = articles("They met in Oslo. " * 30, "They met in Toronto.")
    assert geostory.learn_profile(once).countries == geostory.learn_profile(often).countries == {"NO": 0.5, "CA": 0.5}


def test_a_long_article_weighs_no_more_than_a_short_one():
    tour = "The tour calls at Milan, Turin, Genoa, Bologna, Venice, Naples, Palermo and Florence in Italy."
    profile = geostory.learn_profile(articles(tour, "They met in Oslo.", "They met in Bergen, Norway."))
    assert profile.countries["NO"] == pytest.approx(2 / 3, abs=0.0001)


def test_a_world_source_has_no_home_point():
    world = ("Tokyo", "Nairobi", "Buenos Aires", "Oslo", "Toronto", "Jakarta", "Madrid")
    profile = geostory.learn_profile(articles(*(f"They met in {town} on Monday." for town in world)))
    assert profile.point is None and profile.spread_km == 0 and "home]" not in profile.text
    assert len(profile.countries) >= 5 and max(profile.countries.values()) < 0.25


def test_too_few_articles_say_nothing_of_a_home_point():
    assert geostory.learn_profile(articles(*NEWS[:4])).point is None


def test_peoples_are_no_places_to_a_profile():
    profile = geostory.learn_profile(articles("The French and the Germans met in Oslo."))
    assert profile.countries == {"NO": 1.0}


def test_articles_without_a_sure_place_make_no_profile():
    with pytest.raises(geostory.ReadError, match=r"no place is sure in 1 article$"):
        geostory.learn_profile(articles("Nothing is named in this text."))


@pytest.mark.parametrize("name", ["", "two\nlines", "\x1b[2J", "x" * 201])
def test_a_name_that_would_spoil_a_page_or_a_terminal_is_refused(name):
    with pytest.raises(geostory.UsageError, match="printable"):
        geostory.learn_profile(articles(*NEWS), name=name)


def test_a_share_is_half_the_countrys_and_half_the_regions():
    profile = Profile(name="x", articles=9, places=9, countries={"US": 0.8, "CA": 0.2}, regions={("US", "Maine"): 0.6})

    def share(country: str, admin1: str = "", name: str = "Y", feature: str = "PPL") -> float:
        where = {"country": country, "admin1": admin1, "name": name, "feature": feature}
        return profile.share(Candidate(gazetteer_id="", lat=0, lon=0, **where))

    assert share("US", "Maine") == share("US", name="Maine", feature="ADM1") == pytest.approx(0.7)
    assert share("US", "Oregon") == share("US", name="Maine") == pytest.approx(0.4)
    assert share("CA", "Maine") == pytest.approx(0.1) and share("FR") == share("") == 0


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_file_comes_back_byte_for_byte_and_value_for_value(profile, file, tmp_path):
    again = geostory.read_profile(file)
    geostory.write_profile(again, tmp_path / "again.toml")
    assert again == profile and (tmp_path / "again.toml").read_bytes() == file.read_bytes()
    assert file.read_text(encoding="utf-8").startswith("# Where a source is at home")


def test_awkward_names_come_back_too(tmp_path):
    profile = Profile(
        name='Le "Journal" \\ = [é] # 日報',
        articles=1,
        places=2,
        countries={"FR": 0.7, "US": 0.1234},
        regions={("FR", "Provence-Alpes-Côte d'Azur"): 0.5, ("US", 'St. "John" the Baptist'): 0.0001},
        point=(-33.9, -0.0),
        spread_km=0.1,
    )
    geostory.write_profile(profile, tmp_path / "x.toml")
    assert geostory.read_profile(tmp_path / "x.toml") == profile


def test_the_hash_is_the_beginning_of_the_files_own(profile, file):
    assert profile.hash == hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def test_a_remark_or_windows_line_ends_change_no_hash(profile, file):
    file.write_bytes(b"\xef\xbb\xbf# the editor's own\r\n" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert geostory.read_profile(file).hash == profile.hash


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("US = 1.0", "US = 1.5", "a share in countries lies outside 0..1"),
        ("US = 1.0", "US = nan", "'US' has to be a number"),
        ("US = 1.0", "US = true", "'US' has to be a number"),
        ("US = 1.0", "US = 1.0\nCA = 0.5", "the shares in countries make more than 1 together"),
        ("US = 1.0", "usa = 1.0", "'usa' is no country code such as US"),
        ("[regions.US]", "[regions]", "'Maine' has to be a table"),
        ("articles = 7", "articles = 0", "articles has to be a whole number of 1 or more"),
        ("articles = 7", "artikles = 7", "unknown key 'artikles'"),
        ("articles = 7\n", "", "the key 'articles' is missing"),
        ("articles = 7", f"articles = 0x{'f' * 9000}", "articles has to be a whole number"),
        ("lat = ", "lat = 9", "lat within ±90"),
        ("name = ", 'name = "\\u001b[2J" # ', "printable"),
        ("[countries]", "countries", "at line"),
        ("US = 1.0", f"US = {'[' * 100_000}", "too deep"),
        ("US = 1.0", f"# {'x' * 1_000_000}", "larger than 1 MB"),
    ],
)
def test_a_bad_file_gets_one_line_that_says_what_is_wrong(capsys, file, tmp_path, old, new, says):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    (tmp_path / "a.txt").write_text(BARE, encoding="utf-8")
    assert main(["places", str(tmp_path / "a.txt"), "--profile", str(file)]) == 1
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1 and len(err) < 400
    assert err.startswith(f"geostory: {file}: no profile: ") and says in err


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_file_that_cannot_be_read_gets_one_line(tmp_path, name):
    with pytest.raises(geostory.ReadError, match="the profile cannot be read"):
        geostory.read_profile(tmp_path / name)


# --- commands ---------------------------------------------------------------------------------------------------------


def test_the_command_writes_the_file_that_python_writes(capsys, file, tmp_path):
    source = tmp_path / "news.jsonl"
    source.write_text("".join(json.dumps({"title": "", "text": text}) + "\n" for text in NEWS), encoding="utf-8")
    made = tmp_path / "made.toml"
    assert main(["profile", str(source), "-o", str(made), "--name", "The Casco Bay Courier"]) == 0
    assert capsys.readouterr().out == f"{made}\n"
    assert made.read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["news.txt"], 2, "-o"),
        (["-o", "x.toml"], 2, "SRC"),
        (["news.txt", "-o", "missing/x.toml"], 2, "a folder that is there"),
        (["news.txt", "-o", "."], 2, "the name of a file"),
        (["news.txt", "-o", "x.toml", "--name", ""], 2, "printable"),
        (["news.txt", "-o", "x.toml", "--recogniser", "slow"], 2, "fast"),
        (["missing.txt", "-o", "x.toml"], 1, "missing.txt"),
        (["empty.txt", "-o", "x.toml"], 1, "no place is sure"),
    ],
)
def test_a_mistake_gets_one_line_and_no_file(capsys, tmp_path, monkeypatch, words, status, says):
    monkeypatch.chdir(tmp_path)
    Path("news.txt").write_text(NEWS[0], encoding="utf-8")
    Path("empty.txt").write_text("Nothing is named here.", encoding="utf-8")
    try:
        got = main(["profile", *words])
    except SystemExit as stop:
        got = stop.code
    out, err = capsys.readouterr()
    assert (got, out) == (status, "") and len(err.splitlines()) == 1 and says in err
    assert not Path("x.toml").exists()


@pytest.mark.parametrize("command", ["places", "distances"])
def test_rows_carry_the_hash_where_a_profile_was_used(capsys, file, profile, tmp_path, command):
    (tmp_path / "a.txt").write_text(BARE, encoding="utf-8")
    words = [command, str(tmp_path / "a.txt"), "--recogniser", "fast", "--format", "jsonl"]
    assert main([*words, "--profile", str(file), "--near", "Bangor, Maine"]) == 0
    assert json.loads(capsys.readouterr().out)["profile"] == profile.hash
    assert main(words) == 0
    assert "profile" not in json.loads(capsys.readouterr().out)


def test_the_page_names_the_profile_in_its_small_print(profile):
    story = geostory.tell(Article(title="", text=BARE), recogniser="fast", profile=profile)
    assert story.map().block["found"] == (
        "Places found by geostory's fast recogniser. "
        f"Home region from a profile of 7 articles of The Casco Bay Courier ({profile.hash})"
    )


# --- what it does -----------------------------------------------------------------------------------------------------


def test_a_bare_name_means_the_place_at_home(profile):
    assert where("The harbour festival in Portland was called off.") == {"Portland": "Oregon"}
    for name in ("Portland", "Augusta"):
        assert where(f"The harbour festival in {name} was called off.", profile=profile) == {name: "Maine"}


def test_what_the_article_says_outweighs_the_profile(profile):
    assert where("Salem and Portland, Oregon, had rain.", profile=profile)["Portland"] == "Oregon"
    assert where("They flew from Paris to London.", profile=profile) == {"Paris": "Île-de-France", "London": "England"}


def test_nothing_that_was_read_before_changes_a_result(profile):
    before = where(BARE), where(BARE, profile=profile)
    geostory.learn_profile(articles("Salem and Portland, Oregon, had rain.", *NEWS))
    assert (where(BARE), where(BARE, profile=profile)) == before
    assert geostory.learn_profile(articles(*NEWS), name=profile.name) == profile
