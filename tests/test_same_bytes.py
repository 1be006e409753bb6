"""A page is the same to the byte whatever was drawn before it in the process, and in whichever process."""

import hashlib
import subprocess
import sys

import geostory

BETWEEN = geostory.Article(title="Talks", text="They met in Anchorage, Nome and Tokyo and flew on to Gibraltar.")
STORY = geostory.Article(title="A gate", text="Tangier lies 32 km from Tarifa. Ceuta and Moscow were told.")
FRESH = f"""
import hashlib, geostory
story = geostory.Article(title={STORY.title!r}, text={STORY.text!r})
print(hashlib.sha256(geostory.tell(story).map().render().encode()).hexdigest())
"""


def _drawn(article: geostory.Article) -> str:
    return hashlib.sha256(geostory.tell(article).map().render().encode()).hexdigest()


def test_a_page_does_not_hang_on_what_was_drawn_before_it_nor_on_the_process():
    first = _drawn(STORY)
    _drawn(BETWEEN)
    fresh = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True).stdout.strip()
    assert _drawn(STORY) == first == fresh
