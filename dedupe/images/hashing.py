"""A perceptual hash of 1,024 bits (phash: signs of the low frequencies of a picture against their median).

Text pages look alike; at this length a near neighbour by chance was not met among millions of pairs
(docs/screenshots.md). It recognises the same picture sent on: recompressed, rescaled, marked. Nothing else.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

SIDE = 128
"""Pictures come as grey squares of this side."""
BITS, WORDS = 1024, 16
NEAR = 120
"""Bits that two copies of one picture may differ in (measured; docs/screenshots.md)."""
_LOW = 32

Hash = npt.NDArray[np.uint64]


def hash_picture(grey: npt.NDArray[np.uint8]) -> Hash:
    """The hash (16 words of 64 bits) of a grey picture of SIDE by SIDE pixels.

    Raises:
        ValueError: another shape.
    """
    if grey.shape != (SIDE, SIDE):
        raise ValueError(f"a grey picture of {SIDE} by {SIDE} is wanted, not {grey.shape}")
    basis = _cosines()
    # The lowest row and column are left out: brightness and plain slopes say nothing of the content.
    low = basis @ (grey.astype(np.float64) - 128.0) @ basis.T
    bits = (low > np.median(low)).ravel()
    return np.packbits(bits).view(np.uint64)


@functools.cache
def _cosines() -> npt.NDArray[np.float64]:
    """Rows 1 to 32 of the cosine transform (DCT-II) of length SIDE."""
    places = (2 * np.arange(SIDE) + 1) * np.pi / (2 * SIDE)
    cosines: npt.NDArray[np.float64] = np.cos(np.outer(np.arange(1, _LOW + 1), places))
    return cosines


def to_bytes(value: Hash) -> bytes:
    """128 bytes, for a database."""
    return value.astype("<u8").tobytes()


def from_bytes(data: bytes) -> Hash:
    """Back from `to_bytes`."""
    return np.frombuffer(data, "<u8").astype(np.uint64)


def distance(left: Hash, right: Hash) -> int:
    """How many of the 1,024 bits differ."""
    return int(np.bitwise_count(left ^ right).sum())
