"""From the bytes of a request to the lines in it: inflated, cut and counted, never held whole."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterable, AsyncIterator

INFLATED_AT_ONCE = 64 * 1024
CHUNK = 2_000
"""Lines worked on at once, and stored in one transaction."""

CHUNK_BYTES = 4 * 1024 * 1024
"""A chunk ends with the line that reaches this size."""

TOO_LONG = b""
"""Stands for a line that was too long to be read; blank lines do not count as lines."""


class BrokenBody(ValueError):
    """The body is no whole gzip stream."""


async def inflated(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The content of a gzip stream, of one member or several (RFC 1952), piece by piece.

    Raises:
        BrokenBody: it is not gzip, or ends too early.
    """
    inflater = zlib.decompressobj(wbits=31)
    begun = False
    async for piece in pieces:
        while piece:
            if inflater.eof:
                inflater, begun = zlib.decompressobj(wbits=31), False
            try:
                content = inflater.decompress(piece, INFLATED_AT_ONCE)
            except zlib.error as error:
                raise BrokenBody("The body is not gzip, though its encoding says so.") from error
            begun = True
            piece = inflater.unconsumed_tail or inflater.unused_data
            if content:
                yield content
            # Few bytes may hold very many: others have their turn between the pieces.
            await asyncio.sleep(0)
    if begun and not inflater.eof:
        raise BrokenBody("The gzip stream ends too early.")


async def lines(pieces: AsyncIterable[bytes], longest: int) -> AsyncIterator[bytes]:
    """The lines that are not blank; ``TOO_LONG`` for each of more than ``longest`` bytes."""
    begun = bytearray()
    overlong = False
    async for piece in pieces:
        *ended, rest = piece.split(b"\n")
        for end in ended:
            if not (end or begun or overlong):
                continue
            if overlong or len(begun) + len(end) > longest:
                yield TOO_LONG
            elif line := bytes(begun + end).strip():
                yield line
            begun.clear()
            overlong = False
        if not overlong:
            begun += rest
            overlong = len(begun) > longest
        if overlong:
            begun.clear()
    if overlong:
        yield TOO_LONG
    elif line := bytes(begun).strip():
        yield line


async def chunks(found: AsyncIterable[bytes]) -> AsyncIterator[list[bytes]]:
    """The lines in chunks that are worth a transaction each."""
    chunk: list[bytes] = []
    size = 0
    async for line in found:
        chunk.append(line)
        size += len(line)
        if len(chunk) >= CHUNK or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
