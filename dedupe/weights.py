"""How much each character 3-gram says: document frequencies in a hashed table, frozen until the next epoch.

Scores must not drift while a store grows, else the order of arrival would show in the cases. So a `Weights` is built
once, stored with the index, and replaced only when everything is linked anew. A caller decides with `is_outgrown`:
below SMALL_STORE documents linking all of them anew costs a second or two, so do that on every run; above, when the
store has doubled since the table was built.
"""

from __future__ import annotations

import functools
import hashlib
import struct
import zlib
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dedupe.fold import DATA_DIR
from dedupe.grams import CODE_BITS, CODE_TO_SLOT, LEVELS_PER_NAT, TABLE_BITS, GramWeights

SMALL_STORE = 50_000
SAMPLE = 200_000
"""Documents that a table is counted from at most; evenly spread over the corpus by content, not by order."""
PRIOR_DOCUMENTS = 5_000
"""The prior speaks like a corpus of this size, so a store of ten posts is ruled by it and one of a million is not."""
_HEADER = struct.Struct("<4sHHqq")
_MAGIC = b"HXW1"
_POPULAR_NATS, _DROPPED_NATS = 8.0, 3.9
"""A gram in fewer than one post of e^8 (some 3,000) is distinctive; one in more than 2 % makes no fingerprint."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A frozen table.

    Attributes:
        levels: uint8 (2 ** TABLE_BITS), inverse document frequency in 1/16 nat.
        documents: size of the store that it was built from; 0 for the prior alone.
        popular: int64, sorted keys of facts that too many posts share (hotlines) to make candidates.
        version: fingerprint of all this; part of what an index is made with.
    """

    levels: npt.NDArray[np.uint8]
    documents: int
    popular: npt.NDArray[np.int64]
    version: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(self.levels.tobytes() + self.popular.tobytes() + str(self.documents).encode())
        object.__setattr__(self, "version", digest.hexdigest()[:16])

    def gram_weights(self) -> GramWeights:
        """The table as kernels read it."""
        nats = np.arange(256) / LEVELS_PER_NAT
        return GramWeights(
            self.levels,
            ((nats + 0.1) ** 2).astype(np.float32),
            int(_DROPPED_NATS * LEVELS_PER_NAT),
            int(_POPULAR_NATS * LEVELS_PER_NAT),
        )

    def is_outgrown(self, documents: int) -> bool:
        """Whether a store of so many documents should be weighed and linked anew."""
        return documents < SMALL_STORE or documents >= 2 * max(self.documents, 1)

    def to_bytes(self) -> bytes:
        """Header, popular keys, compressed table."""
        head = _HEADER.pack(_MAGIC, TABLE_BITS, LEVELS_PER_NAT, self.documents, len(self.popular))
        return head + self.popular.tobytes() + zlib.compress(self.levels.tobytes(), 1)

    @classmethod
    def from_bytes(cls, data: bytes) -> Weights:
        """Read back what `to_bytes` wrote.

        Raises:
            ValueError: not such a table, or of another size.
        """
        magic, bits, levels_per_nat, documents, popular = _HEADER.unpack_from(data)
        if (magic, bits, levels_per_nat) != (_MAGIC, TABLE_BITS, LEVELS_PER_NAT):
            raise ValueError("not a table of gram weights of this version")
        at = _HEADER.size + 8 * popular
        # Copies, since arrays over bytes are read-only, and kernels would be compiled a second time for these.
        levels = np.frombuffer(zlib.decompress(data[at:]), np.uint8).copy()
        return cls(levels, documents, np.frombuffer(data, np.int64, popular, _HEADER.size).copy())


@functools.cache
def prior_weights() -> Weights:
    """What data/dedupe/phrases.tsv knows, for stores that are too small to count."""
    return Weights(levels_of(np.zeros(1 << TABLE_BITS, np.uint32), 0), 0, np.zeros(0, np.int64))


@functools.cache
def _prior_counts() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Slots of the phrases' 3-grams and how many of PRIOR_DOCUMENTS contain each."""
    path = DATA_DIR / "phrases.tsv"
    grams: dict[str, float] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith(("#", "per_mille")):
            continue
        rate, _, phrase = line.partition("\t")
        if not rate.isdigit() or len(phrase) < 3:
            raise ValueError(f"{path}:{number}: expected per_mille and a phrase of three characters or more")
        for p in range(len(phrase) - 2):
            grams[phrase[p : p + 3]] = max(grams.get(phrase[p : p + 3], 0.0), float(rate) / 1000)
    packed = [(ord(gram[0]) << 42) | (ord(gram[1]) << 21) | ord(gram[2]) for gram in grams]
    slots = codes_of(np.array(packed, dtype=np.int64)) >> CODE_TO_SLOT
    return slots, np.array(list(grams.values())) * PRIOR_DOCUMENTS


def pack_trigrams(codes: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """The three characters at each place but the last two: `grams.trigram` over a text."""
    wide = codes.astype(np.int64)
    return (wide[:-2] << 42) | (wide[1:-1] << 21) | wide[2:]


def codes_of(packed: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Codes of many 3-grams at once: `grams.gram_code` over arrays."""
    return ((packed * np.int64(0x1E3779B97F4A7C15)) >> (64 - CODE_BITS)) & ((1 << CODE_BITS) - 1)


def levels_of(counts: npt.NDArray[np.uint32], documents: int) -> npt.NDArray[np.uint8]:
    """Levels from counted document frequencies (uint32 by slot) and the prior."""
    slots, prior = _prior_counts()
    expected = counts.astype(np.float32) + np.float32(0.5)
    np.add.at(expected, slots, prior.astype(np.float32))
    nats = np.log((documents + PRIOR_DOCUMENTS) / expected)
    levels: npt.NDArray[np.uint8] = np.clip(np.rint(nats * LEVELS_PER_NAT), 1, 255).astype(np.uint8)
    return levels
