"""Which Chromium the page tests drive: the system's where there is one, else one that this script installs."""

import os
import shutil
import subprocess
import sys

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable() -> str | None:
    """Path of the system's Chromium, or None where Playwright's own is to be used."""
    return next((path for path in map(shutil.which, _NAMES) if path), None)


def main() -> int:
    """Make sure that there is a browser: Debian's package where apt and the rights are there, else Playwright's."""
    if executable():
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        if subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, **quiet).returncode == 0:
            return 0
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
