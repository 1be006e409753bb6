"""Languages: English is read in full; an article in another one is told apart, mapped with care, and says so."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import geostory
from geostory.cli import main
from geostory.language import article_language, language_name, language_of, supported
from geostory.models import Article
from geostory.spellings import spelled_mentions

SENTENCES = [
    ("de", "Der Kanzler traf am Freitag in Warschau ein, um über die Lage an der Grenze zu sprechen."),
    ("de", "Überschwemmungen in Bayern: Tausende müssen ihre Häuser verlassen"),
    ("de", "ÜBERSCHWEMMUNGEN IN BAYERN: TAUSENDE MÜSSEN IHRE HÄUSER VERLASSEN"),
    ("fr", "Le président s'est rendu à Kiev pour évoquer la reconstruction du pays."),
    ("fr", "DEUX MORTS DANS UN ACCIDENT DE TRAIN PRÈS DE LYON"),
    ("es", "Terremoto sacude el sur de Chile y deja cientos de heridos"),
    ("it", "La polizia ha arrestato tre persone a Napoli dopo una lunga indagine."),
    ("pt", "O presidente disse que a obra deve terminar antes das eleições em Lisboa."),
    ("nl", "De minister reisde donderdag naar Brussel voor overleg over de begroting."),
    ("sv", "Statsministern sade på torsdagen att förhandlingarna i Oslo hade misslyckats."),
    ("no", "Regjeringen vil bygge en ny vei mellom Bergen og Stavanger."),
    ("fi", "Hallitus päätti torstaina uusista pakotteista Venäjää vastaan."),
    ("pl", "Premier powiedział w czwartek, że most w Krakowie zostanie otwarty jesienią."),
    ("cs", "Povodně na Moravě zničily stovky domů, uvedla v pátek policie."),
    ("hu", "A kormány csütörtökön bejelentette, hogy új hidat épít Szegeden."),
    ("ro", "Președintele a declarat joi că podul din București va fi închis."),
    ("tr", "Cumhurbaşkanı perşembe günü Ankara'da gazetecilere konuştu."),
    ("vi", "Thủ tướng cho biết hôm thứ Năm rằng cuộc đàm phán tại Hà Nội sẽ tiếp tục."),
    ("id", "Presiden mengatakan pada hari Kamis bahwa perundingan di Jakarta akan dilanjutkan."),
    ("ru", "Президент прибыл в пятницу в Анкору для переговоров о перемирии."),
    ("ru", "ПОЖАР НА СКЛАДЕ ПОД МОСКВОЙ ПОТУШЕН"),
    ("uk", "Президент заявив у четвер, що переговори в Києві триватимуть."),
    ("bg", "Министърът заяви в четвъртък, че мостът в София ще бъде затворен."),
    ("el", "Ο πρωθυπουργός δήλωσε την Πέμπτη ότι οι συνομιλίες στην Αθήνα θα συνεχιστούν."),
    ("ar", "قال الرئيس يوم الخميس إن المحادثات في القاهرة ستستمر."),
    ("fa", "رئیس جمهور روز پنجشنبه گفت که گفتگوها در تهران ادامه خواهد یافت."),
    ("he", "ראש הממשלה אמר ביום חמישי שהשיחות בירושלים יימשכו."),
    ("hi", "प्रधानमंत्री ने गुरुवार को कहा कि दिल्ली में बातचीत जारी रहेगी।"),
    ("zh", "北京暴雨造成多人死亡"),
    ("ja", "首相は木曜日、東京での協議を続けると述べた。"),
    ("ko", "대통령은 목요일 서울에서 회담이 계속될 것이라고 말했다."),
    ("th", "นายกรัฐมนตรีกล่าวเมื่อวันพฤหัสบดีว่าการเจรจาจะดำเนินต่อไป"),
    ("ka", "პრემიერმინისტრმა ხუთშაბათს განაცხადა, რომ მოლაპარაკებები გაგრძელდება."),
]

ENGLISH = [
    "Kyiv",
    "Moscow, Idaho, U.S.",
    "They met in Anchorage.",
    "THREE KILLED AS STORM HITS NORTH CAROLINA COAST",
    "Rio de Janeiro, Buenos Aires, Santiago de Chile, San Salvador",
    "Berlin München Hamburg",
    "Bayern Munich 3, Borussia Dortmund 2",
    "Le Pen wins in Hénin-Beaumont as Mélenchon fumes",
    "Obituaries: Louis Jensen, 87, Williston; Olga Hanson, 91, Crosby; Arne Lund, 79, Tioga",
    "1. Nairobi 4,397,073\n2. Mombasa 1,208,333\n3. Kisumu 610,082",
    "Team  W  L\nBruins  10  2\nLeafs  8  4\nCanadiens  3  9",
    "he was killd in los angeles last nite smh",
    "tornado siren dead zones still unresolved",
    "A strike near Zaporizhzhia killed two, said the president («Ми переможемо разом, і світ із нами»).",
    "The minister said „Wir werden das schaffen, auch wenn es lange dauert“ and left for Berlin with his aides.",
]


@pytest.mark.parametrize(("code", "text"), SENTENCES)
def test_a_sentence_or_headline_tells_its_language(code: str, text: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize("text", ENGLISH)
def test_names_lists_tables_and_short_or_mixed_texts_count_as_english(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize("text", ["", "  \n", "4,397,073 – 1:2", "🎉🏳️‍🌈 …", "𐌸𐌹𐌿𐌳𐌰", "\ud800"])
def test_what_has_no_letters_or_an_unknown_script_has_no_language(text: str) -> None:
    assert language_of(text) == "und"
    assert supported("und")


def test_wide_letters_and_half_width_kana_are_read_as_their_plain_forms() -> None:
    assert language_of("Ｔｈｅ ｓｈｉｐ ｌｅｆｔ") == "en"
    assert language_of("ﾄｳｷｮｳ ﾃﾞ ｶｲﾀﾞﾝ") == "ja"


def test_title_and_text_tell_the_language_together() -> None:
    text = "Bei einem Unfall in der Nähe von Köln sind zwei Menschen gestorben, wie die Polizei mitteilte."
    assert article_language(Article(title="Breaking news", text=text)) == "de"


def test_the_detector_is_loaded_only_where_a_text_does_not_show_itself_to_be_english() -> None:
    code = (
        "import sys, geostory\nfrom geostory.language import language_of\n"
        "text = 'The mayor of the town said that he would leave, and the council agreed with that.'\n"
        "print(language_of(text), 'py3langid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["en", "False"]


@given(st.text(max_size=300))
def test_any_text_has_a_language_with_a_name(text: str) -> None:
    code = language_of(text)
    assert code == language_of(text)
    assert code == "und" or language_name(code)


# --- what is found ----------------------------------------------------------------------------------------------------


def marked(language: str, text: str, *, title: str = "") -> list[str]:
    """The words found in a text of a language."""
    return [mention.text for mention in spelled_mentions(Article(id="x", title=title, text=text), language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Huber reiste von Wien nach München und traf in der Slowakei Gäste.", ["Wien", "München", "Slowakei"]),
        ("fr", "Les ministres d'Espagne et des États-Unis sont à Bruxelles.", ["Espagne", "États-Unis", "Bruxelles"]),
        (
            "es",
            "En el viaje visitó Buenos Aires, Corea del Norte y México.",
            ["Buenos Aires", "Corea del Norte", "México"],
        ),
        ("pl", "Premier mówił, że Niemcy i Ukraina czekają.", ["Niemcy", "Ukraina"]),
        ("tr", "Dünkü görüşmeler İstanbul'da ve Moskova'dan gelen heyetle sürdü.", ["İstanbul", "Moskova"]),
        ("vi", "Đoàn sẽ đến Hà Nội, rồi Trung Quốc.", ["Hà Nội", "Trung Quốc"]),
        ("ru", "Зерно купят Россия и Турция, а ещё Санкт-Петербург.", ["Россия", "Турция", "Санкт-Петербург"]),
        ("uk", "Про це сказали Україна та Польща.", ["Україна", "Польща"]),
        ("el", "Συμφώνησαν η Ελλάδα και η Τουρκία.", ["Ελλάδα", "Τουρκία"]),
        ("ar", "وصل الوفد من دمشق إلى بيروت.", ["دمشق", "بيروت"]),
        ("he", "רוסיה ומצרים הסכימו, והמשלחת הגיעה אל תל אביב.", ["רוסיה", "תל אביב"]),
        ("hi", "ऑस्ट्रेलिया की टीम पाकिस्तान पहुँची।", ["ऑस्ट्रेलिया", "पाकिस्तान"]),
        ("zh", "俄罗斯总统从莫斯科抵达上海，与日本首相会谈。", ["俄罗斯", "莫斯科", "上海", "日本"]),
        ("ja", "東京でロシアとフランス軍が話した。", ["東京", "ロシア", "フランス"]),
        ("ko", "대통령은 서울에서 미국 장관을 만났고 러시아는 침묵했다.", ["서울", "미국", "러시아"]),
        ("ka", "მან თქვა, რომ თბილისი მზად არის.", ["თბილისი"]),
    ],
)
def test_countries_capitals_and_large_towns_are_found_as_they_are_spelled(
    language: str, text: str, expected: list[str]
) -> None:
    assert marked(language, text) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Nach dem Essen ging er in die Küche, die Hamas lehnte ab, und an der Mosel war es still."),
        ("de", "Es spielten der FC Bayern München und Borussia Dortmund; es ging um die Ukraine-Hilfe."),
        ("de", "Er traf dort Paris Hilton und Michael Jordan."),
        ("fr", "Le maire, Maurice Tours, a vu le Tour de France et l'Université de Bordeaux."),
        ("fr", "Il est très nice et orange, a dit Dominique."),
        ("es", "Ganó el Real Madrid ante la Universidad de Salamanca, dijo Santiago Medina."),
        ("es", "Como siempre. Para nosotros. Reunión urgente. Sale el sol."),
        ("ru", "Того, кто пришёл, ждал Владимир Орлов из «Динамо» Москва."),
        ("ar", "قال الوزير إن المدينة تحتاج إلى دعم مالي، وملأت صور الحرب الصحف."),
        ("he", "גובה המים עלה ובנין חדש יוקם."),
        ("hi", "लोग काम पर लौटे, मंदिर के पास मार्ग बंद है, मंत्री ने क्या कहा।"),
        ("bn", "তারা দিন শেষে কেন গেল, কোনো পানি নেই।"),
        ("zh", "马里兰州州长说，约旦河西岸局势紧张，展览包罗万象，约翰·伦敦没来。"),
        ("ja", "コーチの川崎さんとジョージア・メローニさんはフランス語で話し、日本海を見た。"),
        ("ko", "이를 위해 모든 수단을 동원했고 세부 사항은 미리 알렸다."),
    ],
)
def test_words_people_clubs_and_parts_of_longer_names_are_no_places(language: str, text: str) -> None:
    assert marked(language, text) == []


def test_a_name_at_the_beginning_of_a_sentence_counts_where_it_stands_within_one_elsewhere() -> None:
    assert marked("es", "Lima espera. Nada pasa.") == []
    assert marked("es", "Lima espera. Ayer llegó a Lima un avión.") == ["Lima", "Lima"]


def test_a_word_that_the_article_also_has_in_lower_case_is_no_name() -> None:
    assert marked("fr", "Il habite à Tours.") == ["Tours"]
    assert marked("fr", "Il fait deux tours. Il habite à Tours.") == []


@given(st.text(max_size=200), st.text(max_size=60), st.sampled_from(["de", "tr", "zh", "ja", "ko", "hi", "ar", "fr"]))
def test_mentions_of_any_text_hold_their_words_and_do_not_overlap(text: str, title: str, language: str) -> None:
    article = Article(id="x", title=title, text=text)
    found = spelled_mentions(article, language)
    assert all(article.field_text(m.field)[m.start : m.end] == m.text for m in found)
    assert all(a.field != b.field or a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    "text",
    [
        "𐌸𐌹𐌿𐌳𐌰 𐌲𐌿𐍄𐌰𐌽𐌹",
        "𒀭𒈹 𒌷𒀕",
        "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ",
        "ⵜⴰⵎⴰⵣⵉⵖⵜ",
        "ᠮᠣᠩᠭᠣᠯ ᠬᠡᠯᠡ",
        "ⴷⴰ ་བོད་སྐད་",
        "မြန်မာဘာသာစကား ရန်ကုန်",
        "ភាសាខ្មែរ ភ្នំពេញ",
        "𝕋𝕙𝕖 𝕤𝕙𝕚𝕡",
        "\u202eabc\u202c \u200f\u200e",
        "🎉" * 50,
        "أ" * 500,
        "中" * 5000,
        "가" * 500,
        "ー・ー・" * 50,
    ],
)
def test_no_script_makes_a_story_fail(text: str) -> None:
    story = geostory.tell(Article(title="", text=text))
    assert all(place.mention.text in text for place in story.places)


# --- what is said -----------------------------------------------------------------------------------------------------

GERMAN = (
    "Die Regierung will den Bau einer Brücke über die Donau prüfen. Kanzler Karl Huber sagte am Dienstag in Wien, man "
    "müsse sich mit der Slowakei einigen. Bratislava liegt 55 km östlich von Wien."
)
NOTE = (
    "The article is in German; geostory does not yet support that language: places were found by the gazetteer's "
    "spellings only, and distances were not looked for."
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A German and an English article."""
    (tmp_path / "a.txt").write_text(f"Streit um eine Brücke\n\n{GERMAN}\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("Ferry\n\nThe ferry from Tangier reached Algeciras at noon, and that was all.\n")
    return tmp_path


def test_a_story_in_another_language_says_so_and_one_in_english_says_nothing() -> None:
    german = geostory.tell(Article(title="Streit um eine Brücke", text=GERMAN))
    assert (german.language, german.notes, german.distances) == ("de", (NOTE,), ())
    assert [place.candidate.country for place in german.places if place.candidate] == ["AT", "SK", "SK", "AT"]
    english = geostory.tell(Article(title="", text="The ferry left Tangier for Algeciras."))
    assert (english.language, english.notes) == ("en", ())


def test_the_page_says_that_the_language_is_not_supported() -> None:
    story = geostory.tell(Article(title="Streit um eine Brücke", text=GERMAN))
    assert story.map(lang="en").block["notes"][0] == NOTE


@pytest.mark.parametrize("command", ["places", "distances"])
def test_rows_carry_language_and_note_and_standard_error_names_the_article_once(capsys, folder, command) -> None:
    assert main([command, str(folder), "--format", "jsonl"]) == 0
    out, err = capsys.readouterr()
    german, english = map(json.loads, out.splitlines())
    assert (german["language"], german["notes"]) == ("de", [NOTE])
    assert set(english) == {"id", "text_sha256", "recogniser", "as_of", "as_of_from", "worldview", command}
    assert err.splitlines() == [f"geostory: {folder / 'a.txt'}: {NOTE}"]


def test_geojson_carries_the_note_beside_its_features(capsys, folder) -> None:
    main(["places", str(folder), "--format", "geojson"])
    collection = json.loads(capsys.readouterr().out)
    assert len(collection["notes"]) == 1 and collection["notes"][0].endswith(NOTE)
    main(["places", str(folder / "b.txt"), "--format", "geojson"])
    assert set(json.loads(capsys.readouterr().out)) == {"type", "features"}


def test_rendering_names_the_page_of_an_article_that_is_not_in_english(capsys, folder) -> None:
    assert main(["render", str(folder), "-o", str(folder / "out")]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("geostory: streit-um-eine-brucke-") and lines[0].endswith(NOTE)


def test_a_few_words_said_again_and_again_prove_no_other_language():
    assert language_of("Rain in Leeds. " * 3000) == "en"
