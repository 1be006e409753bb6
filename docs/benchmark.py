"""How fast geostory is here: look-ups, reading, finding and placing, drawing, measuring.

Run it as ``python docs/benchmark.py [ARTICLES.jsonl]``. Figures are ratios within one run as far as they can be: each
step is also given as a multiple of the time that the same machine needs to parse the articles' text once with ``re``.
"""

import re
import subprocess
import sys
import time

import geostory
from geostory.block import story_block
from geostory.claims import find_claims
from geostory.gazetteer import gazetteer
from geostory.measures import measure
from geostory.mentions import find_mentions
from geostory.packs import read_packs
from geostory.page import StoryMap
from geostory.region_mentions import regions_of
from geostory.resolve import resolve
from geostory.resources import data_path
from geostory.territories import regions_in_force, who

PAIRS = (("Russia", "United States"), ("France", "United Kingdom"), ("Norway", "Denmark"), ("Cuba", "Haiti"))
FIRST = """
import time
from geostory.gazetteer import gazetteer
begun = time.perf_counter()
gazetteer().lookup("Anchorage")
print(time.perf_counter() - begun)
"""


def seconds(work, times: int = 1) -> float:
    """Processor time of one call, over several."""
    begun = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - begun) / times


def main() -> None:
    """Print one line a figure."""
    sources = sys.argv[1:] or [data_path("articles")]
    articles = [article for source in sources for article in geostory.read(source)]
    words = [word for article in articles for word in re.findall(r"\b[A-Z]\w+", article.text)]
    yardstick = seconds(lambda: [re.findall(r"\w+", article.text) for article in articles], 20)
    look_up = seconds(lambda: [gazetteer().lookup(word) for word in words], 20) / max(1, len(words))
    print(f"first look-up in a fresh process: {float(subprocess.check_output([sys.executable, '-c', FIRST])):.3f} s")
    print(f"look-ups a second: {1 / look_up:,.0f}")
    find_mentions(articles[0])  # loads the model
    story_block(geostory.tell(articles[0]))  # thins the world once

    def line(name: str, took: float) -> None:
        print(f"{name}: {len(articles) / took:.1f} articles/s ({took / yardstick:,.0f} times the yardstick)")

    found = [find_mentions(article) for article in articles]
    line("finding", seconds(lambda: [find_mentions(article) for article in articles]))
    line("placing", seconds(lambda: [resolve(a, m) for a, m in zip(articles, found, strict=True)]))
    stories = [geostory.tell(article) for article in articles]
    line("telling, all of it", seconds(lambda: [geostory.tell(article) for article in articles]))
    line("drawing", seconds(lambda: [StoryMap(story_block(story)).render() for story in stories]))
    little, big = (gazetteer().lookup(name)[0] for name in ("Little Diomede", "Big Diomede"))
    print(f"measuring from island to island: {1000 * seconds(lambda: measure(little, big), 10):.1f} ms")
    told = [(story.article, story.places) for story in stories]
    took = seconds(lambda: [find_claims(*one) for one in told], 5)
    claims = sum(len(find_claims(*one)) for one in told)
    print(f"finding stated distances: {len(told) / took:,.0f} articles/s, {claims / took:,.0f} distances/s")
    day = articles[0].date or read_packs().reference_date
    found_regions = [(story.article, story.places) for story in stories]
    first = seconds(lambda: regions_in_force(as_of=day))
    again = seconds(lambda: regions_in_force(as_of=day), 5)
    print(f"all regions of a day: {1000 * first:.0f} ms, again {1000 * again:.0f} ms")
    print(f"who holds a point: {1000 * seconds(lambda: who(lat=44.95, lon=34.1), 20):.1f} ms")
    took = seconds(lambda: [regions_of(*one) for one in found_regions], 5) / len(found_regions)
    print(f"finding regions: {1000 * took:.1f} ms an article")
    for pair in PAIRS:
        a, b = (next(c for c in gazetteer().lookup(name) if c.feature == "PCLI") for name in pair)
        first, again = seconds(lambda a=a, b=b: measure(a, b)), seconds(lambda a=a, b=b: measure(a, b), 5)
        print(f"measuring from {pair[0]} to {pair[1]}: {1000 * first:.0f} ms, again {1000 * again:.0f} ms")


if __name__ == "__main__":
    main()
