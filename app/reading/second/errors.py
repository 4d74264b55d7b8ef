"""What can go wrong with a second reader."""

from __future__ import annotations


class SecondReaderFailed(Exception):
    """It gave no reading; the message says why, in words of ours only."""
