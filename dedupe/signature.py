"""MinHash signatures that are, value for value, those of datasketch 2 (scheme affine32), and banding.

A signature stored by either side loads into the other. Linking does not use them (docs/deduplication.md says why);
they are here for exchange with other tools.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha1
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dedupe.kernel import kernel

if TYPE_CHECKING:
    from datasketch import MinHash

SCHEME = "affine32"
_LOW = (1 << 32) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Signatures:
    """uint32 `values` of shape (documents, permutations), made with `seed`."""

    values: npt.NDArray[np.uint32]
    seed: int = 1

    @property
    def name(self) -> str:
        """What they were made with; signatures with different names never compare."""
        return f"{SCHEME} permutations={self.values.shape[1]} seed={self.seed}"

    def jaccard(self, left: int, other: Signatures, right: int) -> float:
        """Estimated Jaccard similarity of two documents.

        Raises:
            ValueError: the two were made differently.
        """
        if self.name != other.name:
            raise ValueError(f"made differently: {self.name}; {other.name}")
        return float((self.values[left] == other.values[right]).mean())

    def to_datasketch(self, document: int) -> MinHash:
        """The same signature as a `datasketch.MinHash`."""
        from datasketch import MinHash

        return MinHash(seed=self.seed, hashvalues=self.values[document].copy(), scheme=SCHEME)

    @classmethod
    def from_datasketch(cls, sketches: Iterable[MinHash]) -> Signatures:
        """Signatures of some `datasketch.MinHash`.

        Raises:
            ValueError: another scheme, or different seeds.
        """
        kept = list(sketches)
        if {sketch.scheme for sketch in kept} != {SCHEME} or len({sketch.seed for sketch in kept}) != 1:
            raise ValueError(f"expected MinHash objects of scheme {SCHEME} and one seed")
        return cls(np.array([sketch.hashvalues for sketch in kept], dtype=np.uint32), kept[0].seed)

    def bands(self, rows: int) -> npt.NDArray[np.uint64]:
        """A key for each band of `rows` values: shape (documents, permutations // rows)."""
        count = self.values.shape[1] // rows
        parts = self.values[:, : count * rows].reshape(-1, count, rows).astype(np.uint64)
        keys = np.zeros(parts.shape[:2], np.uint64)
        for row in range(rows):
            keys = (keys ^ parts[:, :, row]) * np.uint64(0x9E3779B97F4A7C15)
            keys ^= keys >> np.uint64(29)
        return keys


def hash_tokens(tokens: Iterable[str]) -> npt.NDArray[np.uint32]:
    """datasketch's default hash (sha1, 32 bits) of each token in UTF-8."""
    digests = b"".join(sha1(token.encode(), usedforsecurity=False).digest()[:4] for token in tokens)
    return np.frombuffer(digests, "<u4")


def permutations(count: int, seed: int) -> npt.NDArray[np.uint32]:
    """Multipliers and addends of datasketch 2's affine32 scheme: shape (2, count)."""
    generator = np.random.RandomState(seed)
    multipliers = generator.randint(0, 1 << 31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return np.array([multipliers, generator.randint(0, 1 << 32, count, dtype=np.uint32)])


def sign(hashes: npt.NDArray[np.uint32], ends: npt.NDArray[np.int64], count: int = 128, seed: int = 1) -> Signatures:
    """Signatures of documents whose token hashes are hashes[ends[d]:ends[d + 1]], compiled."""
    from dedupe import compiled

    values = np.full((len(ends) - 1, count), _LOW, np.uint32)
    compiled.sign_all(hashes, ends, permutations(count, seed), values)
    return Signatures(values, seed)


@kernel
def premix(hashed: np.uint32) -> np.uint64:
    """The finaliser of MurmurHash3 over 32 bits."""
    value = np.uint64(hashed)
    value ^= value >> np.uint64(16)
    value = (value * np.uint64(0x85EBCA6B)) & np.uint64(_LOW)
    value ^= value >> np.uint64(13)
    value = (value * np.uint64(0xC2B2AE35)) & np.uint64(_LOW)
    return value ^ (value >> np.uint64(16))


@kernel
def sign_all(
    hashes: npt.NDArray[np.uint32],
    ends: npt.NDArray[np.int64],
    affine: npt.NDArray[np.uint32],
    out: npt.NDArray[np.uint32],
) -> None:
    """Take the least permuted hash of each document and permutation; `out` begins full of the largest value."""
    for d in range(len(ends) - 1):
        for p in range(ends[d], ends[d + 1]):
            mixed = premix(hashes[p])
            for k in range(out.shape[1]):
                moved = (mixed * np.uint64(affine[0, k]) + np.uint64(affine[1, k])) & np.uint64(_LOW)
                out[d, k] = min(out[d, k], moved)
