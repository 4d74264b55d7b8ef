"""A digest of files that come with the package: so that no two states of them share a name."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from importlib.resources.abc import Traversable


def files_in(folder: Traversable, ending: str) -> Iterator[Traversable]:
    """The files of that ending in a folder and all below it, in the order of their names."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from files_in(entry, ending)
        elif entry.name.endswith(ending):
            yield entry


def digest_of(folder: Traversable, ending: str) -> str:
    """The SHA-256 (hex) of those files' contents, one after the other."""
    digest = sha256()
    for file in files_in(folder, ending):
        digest.update(file.read_bytes())
    return digest.hexdigest()
