"""The kernel that copies chosen stretches of one flat array."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe.kernel import kernel

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Codes = npt.NDArray[np.int32]
    Ints = npt.NDArray[np.int64]


@kernel
def gather(codes: Codes, ends: Ints, documents: Ints, new_ends: Ints, out: Codes) -> None:
    """Copy codes[ends[d]:ends[d + 1]] of each of `documents` to `out`, one after the other, up to new_ends."""
    for k in range(len(documents)):
        source, target = ends[documents[k]], new_ends[k]
        for p in range(new_ends[k + 1] - target):
            out[target + p] = codes[source + p]
