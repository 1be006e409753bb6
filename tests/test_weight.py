"""What a page weighs, and what it leaves out to weigh less: comments, indentation, style that nothing on it uses."""

import gzip
import re

import folium
import pytest
from opened import Markup

from geostory.assets import SCRIPTS, STYLES, own_script, own_style
from geostory.page import StoryMap
from geostory.resources import template_text
from geostory.shrink import shrunk_script, shrunk_style


@pytest.mark.parametrize(
    ("written", "carried"),
    [
        ("a = 1 // one\nb = 2", "a=1\nb=2"),
        ("return\nb", "return\nb"),
        ("a\n++b", "a\n++b"),
        ("a + ++b; a - -b", "a+ ++b;a- -b"),
        ("const a = /[/'\"]\\/ x/g; // '", "const a=/[/'\"]\\/ x/g;"),
        ("a = b / c / d; // '", "a=b/c/d;"),
        ("f(`a  ${ b ? `c  ${ {d: 1}.d }  // e` : '' }  /* f */`)", "f(`a  ${b?`c  ${{d:1}.d}  // e`:''}  /* f */`)"),
        ("a = 'it\\'s  // so'; /* no */ b = \"x  y\"", "a='it\\'s  // so';b=\"x  y\""),
        ("if (a < !--b) c", "if(a< !--b)c"),
        ("class A { #n = 1; get  n() { return this.#n; } }", "class A{#n=1;get n(){return this.#n;}}"),
    ],
)
def test_shrinking_a_script_changes_none_of_its_statements(written, carried):
    assert shrunk_script(written) == carried
    assert shrunk_script(carried) == carried


def test_shrinking_a_style_keeps_selectors_strings_and_sums():
    written = "a > b :hover, c { content: '·  ;'; width: calc(9% - 2px); } /* d */\n@media (width: 9px) { e { f: g } }"
    carried = "a > b :hover,c{content:'·  ;';width:calc(9% - 2px)}@media (width:9px){e{f:g}}"
    assert shrunk_style(written) == carried
    assert shrunk_style(carried) == carried


def test_the_pages_own_script_and_style_carry_no_comment_and_no_indentation():
    assert not re.search(r"(?m)^\s*//|^\s+\S", own_script())
    assert "/*" not in own_style() and "\n" not in own_style()
    written = sum(len(template_text(name)) for name in SCRIPTS)
    assert len(own_script()) < 0.75 * written
    assert len(own_style()) < 0.9 * sum(map(len, map(template_text, STYLES)))


def test_leaflets_style_is_whole_where_something_of_the_users_may_need_it(block):
    alone = StoryMap(block)
    with_child = StoryMap(block)
    folium.Marker([60, -170], tooltip="There").add_to(with_child)
    (style,) = Markup(alone.render()).inside["style"]
    (whole,) = Markup(with_child.render()).inside["style"]
    assert ".leaflet-tooltip" in whole and ".leaflet-tooltip" not in style
    assert ".leaflet-popup-content-wrapper" in style


def test_a_page_without_its_story_weighs_less_than_a_small_photograph(block):
    markup = Markup(StoryMap(block).render())
    page = "".join(markup.inside["script"] + markup.inside["style"])
    assert len(page) < 250_000
    assert len(gzip.compress(page.encode(), 9)) < 75_000
