"""What all tests share: no network beyond this machine, and one browser for the page tests."""

import ipaddress
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import executable
from hypothesis import HealthCheck, settings
from opened import Opened

STORY = Path(__file__).parent / "fixtures" / "page" / "story.json"
_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


# No test is timed, and each run tries the same examples: a slow machine and chance fail nothing.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


class NetworkRefusedError(OSError):
    """A test tried to reach beyond this machine."""


def _near(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket's path
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def pytest_configure() -> None:
    """Refuse every connection and look-up that leaves this machine, from collection on."""
    look_up = socket.getaddrinfo

    def guarded(name: str) -> Any:
        method = getattr(socket.socket, name)

        def call(self: socket.socket, address: Any, *rest: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _near(address):
                raise NetworkRefusedError(f"tests run without a network, and one asked for {address[0]}")
            return method(self, address, *rest)

        return call

    def looked_up(host: Any, *rest: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not _near((name,)):
            raise NetworkRefusedError(f"tests run without a network, and one asked for {name}")
        return look_up(host, *rest, **options)

    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, guarded(name))
    socket.getaddrinfo = looked_up


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium: the system's where there is one, else Playwright's."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable(), args=_CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture
def block() -> dict[str, Any]:
    """A page's JSON block: two made-up lands on either side of the antimeridian, with hostile words."""
    story: dict[str, Any] = json.loads(STORY.read_text(encoding="utf-8"))
    return story


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Save a map and open its page."""
    pages: list[Opened] = []

    def open_(story_map: Any, *, allow_hosts: Any = (), **options: Any) -> Opened:
        path = tmp_path / f"page{len(pages)}.html"
        story_map.save(path, allow_hosts=allow_hosts)
        pages.append(Opened(browser, path, **options))
        return pages[-1]

    yield open_
    for page in pages:
        page.close()


@pytest.fixture
def page(opened: Any, block: dict[str, Any]) -> Opened:
    """The made-up story's page, open in a wide window."""
    from geostory.page import StoryMap

    return opened(StoryMap(block))
