"""A saved page in the browser, and what its markup says: helpers of the page tests."""

import base64
import contextlib
import hashlib
import io
import time
from html.parser import HTMLParser

import pytest
from PIL import Image
from playwright.sync_api import Error

WIDE, PHONE = (1200, 800), (375, 667)


def until(page, script):
    """Ask again and again: what waits inside a page would need an eval that its policy forbids."""
    for _ in range(400):
        with contextlib.suppress(Error):  # a frame that is still on its way to its page
            if page.evaluate(script):
                return
        time.sleep(0.05)
    pytest.fail(f"never came true: {script}")


class Opened:
    """A page in the browser, with whatever it asked for and said."""

    def __init__(self, browser, path, *, size=WIDE, dark=False, query="", device=1):
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            device_scale_factor=device,
        )
        self.page = self.context.new_page()
        self.requests, self.said = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.address = path.as_uri() + query
        self.page.goto(self.address)
        until(self.page, "window.geostory?.map?._loaded")
        self.settle()

    def settle(self):
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))")

    def do(self, script, *arguments):
        return self.page.evaluate(script, *arguments)

    def click(self, selector):
        self.do("(selector) => document.querySelector(selector).click()", selector)
        self.settle()

    def texts(self, selector):
        return self.do("(selector) => [...document.querySelectorAll(selector)].map((e) => e.textContent)", selector)

    def boxes(self, selector):
        """Boxes [left, top, right, bottom, text] of the elements that can be seen."""
        return self.do(
            """(selector) => [...document.querySelectorAll(selector)].filter((e) => e.offsetWidth || e.ownerSVGElement)
            .map((e) => [e.getBoundingClientRect(), e.textContent])
            .map(([b, t]) => [b.left, b.top, b.right, b.bottom, t])""",
            selector,
        )

    def picture(self):
        return Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")

    def at(self, lon, lat):
        """Where a position stands in the window, in pixels."""
        script = """([lon, lat]) => {
            const point = geostory.map.latLngToContainerPoint([lat, lon]);
            const box = document.getElementById("map").getBoundingClientRect();
            return [point.x + box.left, point.y + box.top];
        }"""
        return self.do(script, [lon, lat])

    def close(self):
        self.context.close()


class Markup(HTMLParser):
    """Elements, attributes and the inside of scripts and styles."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.inside, self.policy = [], {"script": [], "style": []}, ""
        self._open = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]
        if tag in self.inside and attributes.get("type") not in ("application/json", "application/ld+json"):
            self._open = tag
            self.inside[tag].append("")

    def handle_endtag(self, tag):
        self._open = None

    def handle_data(self, data):
        if self._open:
            self.inside[self._open][-1] += data


def rules(policy):
    return {name: sources for name, *sources in (rule.split() for rule in policy.split(";"))}


def source_hash(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
