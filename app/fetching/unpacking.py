"""Unpacks gzip piece by piece, never further than is allowed."""

from __future__ import annotations

import zlib

MAGIC = b"\x1f\x8b"
"""What every gzip file begins with."""

_GZIP = 16 + zlib.MAX_WBITS


class Overflow(Exception):
    """It unpacks to more than is allowed."""


class Corrupt(Exception):
    """It is not gzip."""


class CutOff(Corrupt):
    """It is gzip that ends before its end."""


class Unpacker:
    """Takes packed bytes and gives unpacked ones, ``limit`` of them at most."""

    def __init__(self, limit: int) -> None:
        self._left = limit
        self._member = zlib.decompressobj(_GZIP)
        self._begun = False

    def unpack(self, packed: bytes) -> bytes:
        """Raises: Overflow; Corrupt."""
        pieces: list[bytes] = []
        while packed:
            if self._member.eof:  # gzip files may stand one behind the other
                self._member = zlib.decompressobj(_GZIP)
            self._begun = True
            try:
                piece = self._member.decompress(packed, self._left + 1)
            except zlib.error as error:
                raise Corrupt("it is not valid gzip") from error
            if len(piece) > self._left:
                raise Overflow
            self._left -= len(piece)
            pieces.append(piece)
            packed = self._member.unused_data or self._member.unconsumed_tail
        return b"".join(pieces)

    def finish(self) -> None:
        """Raises: CutOff."""
        if self._begun and not self._member.eof:
            raise CutOff("it is gzip that is cut off")


def unpacked(packed: bytes, limit: int) -> bytes:
    """A whole gzip file, unpacked.

    Raises:
        Overflow: it has more than ``limit`` bytes.
        Corrupt: it is not gzip, or cut off (CutOff).
    """
    unpacker = Unpacker(limit)
    content = unpacker.unpack(packed)
    unpacker.finish()
    return content
