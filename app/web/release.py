"""Which release of the code answers: it is part of what an answer looks like."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

from app.storage.digest import digest_of


def package_version() -> str:
    """The version of the installed package."""
    try:
        return version("hearsay")
    except PackageNotFoundError:
        return "0"


def release() -> str:
    """The version and a digest of the code, so that no two states of it share a name."""
    return f"{package_version()}-{digest_of(files('app'), '.py')[:12]}"
