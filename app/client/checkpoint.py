"""How far a file was acknowledged, kept so that a run that was cut off goes on from there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout
from platformdirs import user_state_path

from app.client.errors import AlreadyRunning, Unusable


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The first ``records`` of a file are acknowledged; ``digest`` is of what they were.

    It is of the items as sent, so that a file or a mapping that changed is noticed.
    ``run`` and ``token`` are the sender's, ``counts`` those of all records so far.
    """

    records: int
    digest: str
    run: str
    token: str
    counts: dict[str, int] = field(default_factory=dict)


def place_of(kind: str, *about: str) -> Path:
    """Where the state of something is kept, unless the user says."""
    name = sha256("\n".join(about).encode()).hexdigest()[:32]
    return user_state_path("hearsay") / kind / f"{name}.json"


def load(path: Path) -> Checkpoint | None:
    """What was kept; None, if there is nothing.

    Raises:
        Unusable: there is something else.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Checkpoint)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise Unusable(f"checkpoint {path} cannot be read ({error}): remove it") from error


def keep(path: Path, state: object) -> None:
    """Write the state so that, whenever the machine stops, the old or the new one is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    try:
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(state))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror}") from error


def forget(path: Path) -> None:
    """Remove the state of what is done."""
    path.unlink(missing_ok=True)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of a state, which the system lets go of however the process ends.

    Raises:
        AlreadyRunning: another process holds it.
        Unusable: it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{path}.lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise AlreadyRunning(f"another run is at work on this (it holds {path}.lock)") from error
    except OSError as error:
        raise Unusable(f"{path}.lock cannot be made: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()
