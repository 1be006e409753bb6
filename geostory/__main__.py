"""``python -m geostory``: the command line where no script folder is on the path."""

from geostory.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
