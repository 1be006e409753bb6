"""The errors geostory raises: one base, and under it classes that also are the built-in they resemble."""

__all__ = ["DataError", "GeostoryError", "HostError", "ReadError", "UnknownNameError", "UsageError", "WriteError"]


class GeostoryError(Exception):
    """Base of every error that geostory raises on purpose; its text is one line a user can act on."""


class ReadError(GeostoryError, ValueError):
    """A source could not be read as articles."""


class UsageError(GeostoryError, ValueError):
    """A call or a command line asks for something that does not exist; the text lists the choices."""


class UnknownNameError(GeostoryError, LookupError):
    """A name, identifier or key is not in the data that geostory ships."""


class DataError(GeostoryError, RuntimeError):
    """A shipped data file is missing, damaged or inconsistent."""


class WriteError(GeostoryError, OSError):
    """A page or table could not be written; what stood there before stays as it was."""


class HostError(GeostoryError, ValueError):
    """A map would ask a network host that the caller did not allow."""
