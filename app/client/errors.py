"""How a command can end, and the exit codes that tell so."""

from __future__ import annotations

from enum import IntEnum

INTERRUPTED = 128
"""Added to the number of the signal, as shells do."""


class Exit(IntEnum):
    """What a cron job may rely on."""

    STORED = 0
    SOME_REJECTED = 1
    UNUSABLE = 2
    UNFINISHED = 3
    REFUSED = 4
    ALREADY_RUNNING = 5


MEANINGS = {
    Exit.STORED: "everything is stored (created, unchanged or merged), or waits for review",
    Exit.SOME_REJECTED: "all was sent, but some items were rejected or in conflict",
    Exit.UNUSABLE: "an option, a mapping or a file cannot be used",
    Exit.UNFINISHED: "not finished, as something could not be reached: run it again",
    Exit.REFUSED: "the server refuses this request (its key, its rights, its address)",
    Exit.ALREADY_RUNNING: "another run is at work on the same: nothing was sent",
}


class ClientError(Exception):
    """Ends a command with a message and an exit code."""

    code = Exit.UNUSABLE


class Unusable(ClientError):
    """An option, a mapping, a configuration or a file that cannot be used."""


class Unfinished(ClientError):
    """It could not be brought to its end now; another run may."""

    code = Exit.UNFINISHED


class Refused(ClientError):
    """The server does not take this from us, now or later."""

    code = Exit.REFUSED


class AlreadyRunning(ClientError):
    """Another run holds the lock."""

    code = Exit.ALREADY_RUNNING
