"""What can go wrong when something is fetched."""

from __future__ import annotations


class FetchError(Exception):
    """Nothing usable came from an address. ``passing``: it may go better later."""

    passing = False

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url[:500]}: {reason}")
        self.url = url
        self.reason = reason


class AddressRefused(FetchError):
    """The address is not one to fetch from: its scheme, its port, or where it leads."""


class TooManyRedirects(FetchError):
    """It led elsewhere once too often."""


class TooLarge(FetchError):
    """More bytes than allowed, as sent or unpacked."""


class WrongContent(FetchError):
    """It is of a type or an encoding that was not asked for, or ends where it must not."""


class BadStatus(FetchError):
    """It answered with an error. ``retry_after`` is in seconds, if it said when to come back."""

    def __init__(self, url: str, status: int, retry_after: float | None = None) -> None:
        super().__init__(url, f"answered with status {status}")
        self.status = status
        self.retry_after = retry_after
        self.passing = status in {408, 425, 429} or status >= 500


class TimedOut(FetchError):
    """It did not answer, or did not finish, in time."""

    passing = True


class Unreachable(FetchError):
    """No connection, or one that was cut."""

    passing = True
