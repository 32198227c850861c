"""The kernels that whole batches run through, compiled by numba and kept in its cache beside the source."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba.extending import register_jitable

from dedupe import counting_kernels, gathering, passes, signature, sketching, splitting, spokesmen, tallying
from dedupe.kernel import KERNELS

_ENTRIES = (
    counting_kernels.count_texts,
    sketching.clean_texts,
    gathering.gather,
    sketching.sketch_texts,
    sketching.all_fact_keys,
    sketching.identify,
    passes.chain,
    passes.mark_open,
    passes.bound,
    passes.place_together,
    passes.complete,
    splitting.mark_contested,
    spokesmen.mark_strangers,
    splitting.follow_all,
    splitting.mark_ambiguous,
    splitting.merge_best,
    tallying.collect,
    tallying.number_members,
    tallying.verify_list,
    signature.sign_all,
)


def _discard_stale_code() -> None:
    """numba looks only at the file of the function it compiled, not at those of the kernels that this calls."""
    folder = Path(__file__).parent
    changed_at = max(path.stat().st_mtime for path in folder.glob("*.py"))
    for path in (folder / "__pycache__").glob("*.nbi"):
        # Another process may do the same; a folder that cannot be written holds no code of ours.
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < changed_at:
                path.unlink()


def _compile() -> dict[str, Callable[..., Any]]:
    _discard_stale_code()
    for function in KERNELS:
        if function not in _ENTRIES:
            register_jitable(function)
    return {function.__name__: numba.njit(cache=True, nogil=True)(function) for function in _ENTRIES}


_COMPILED = _compile()
count_texts = _COMPILED["count_texts"]
clean_texts = _COMPILED["clean_texts"]
gather = _COMPILED["gather"]
sketch_texts = _COMPILED["sketch_texts"]
all_fact_keys = _COMPILED["all_fact_keys"]
identify = _COMPILED["identify"]
chain = _COMPILED["chain"]
mark_open = _COMPILED["mark_open"]
bound = _COMPILED["bound"]
place_together = _COMPILED["place_together"]
complete = _COMPILED["complete"]
mark_contested = _COMPILED["mark_contested"]
mark_strangers = _COMPILED["mark_strangers"]
follow_all = _COMPILED["follow_all"]
mark_ambiguous = _COMPILED["mark_ambiguous"]
merge_best = _COMPILED["merge_best"]
collect = _COMPILED["collect"]
number_members = _COMPILED["number_members"]
verify_list = _COMPILED["verify_list"]
sign_all = _COMPILED["sign_all"]
