"""Looking one picture's hash up among a million: `python -m benchmarks.image_index`.

Hashes are drawn with a common part, as pages of text have one: pairs differ in 300 to 500 of 1,024 bits. A fiftieth of
them are copies of others with up to 120 bits changed. Every answer is held against comparing with all of them.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np
import numpy.typing as npt

from dedupe.images.hashing import BITS, NEAR, WORDS
from dedupe.images.index import HashIndex

_ALIKE = 0.25
"""Share of bits in which a page differs from the common page."""


def draw_hashes(count: int, seed: int) -> npt.NDArray[np.uint64]:
    """(16, count) words."""
    rng = np.random.default_rng(seed)
    common = rng.integers(0, 2**64, (WORDS, 1), dtype=np.uint64)
    # Two random words both set: each bit with a chance of a quarter.
    changes = rng.integers(0, 2**64, (WORDS, count), dtype=np.uint64)
    changes &= rng.integers(0, 2**64, (WORDS, count), dtype=np.uint64)
    words = common ^ changes
    for at in range(0, count, 50):
        source = int(rng.integers(0, count))
        words[:, at] = words[:, source]
        for bit in rng.choice(BITS, int(rng.integers(0, NEAR + 1)), replace=False):
            words[bit // 64, at] ^= np.uint64(1 << int(bit % 64))
    return words


def main() -> None:
    """Print milliseconds of wall clock and processor, and how many answers were right."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hashes", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=60)
    arguments = parser.parse_args()
    words = draw_hashes(arguments.hashes, 1)
    index = HashIndex(np.ascontiguousarray(words))
    wall, processor, right, found = [], [], 0, 0
    for at in np.linspace(0, arguments.hashes - 1, arguments.queries).astype(int).tolist():
        wanted = words[:, at - at % 50]
        wall.append(-time.perf_counter())
        processor.append(-time.process_time())
        near = index.find_near(wanted, NEAR)
        wall[-1] += time.perf_counter()
        processor[-1] += time.process_time()
        distances = np.bitwise_count(words ^ wanted[:, None]).sum(axis=0, dtype=np.int64)
        plainly = sorted((int(distances[k]), int(k)) for k in np.flatnonzero(distances <= NEAR))
        right += near == plainly
        found += len(near)
    print(f"hashes {arguments.hashes}, queries {arguments.queries}, near ones found {found}, answers right {right}")
    for name, seconds in (("wall", wall), ("processor", processor)):
        ordered = sorted(1000 * one for one in seconds)
        p95 = ordered[int(0.95 * len(ordered))]
        print(f"{name}: median {statistics.median(ordered):.1f} ms, 95 % within {p95:.1f} ms")


if __name__ == "__main__":
    main()
