"""The kernels that whole batches run through, compiled by numba and kept in its cache beside the source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from numba.extending import register_jitable

from dedupe import counting_kernels, pairing, signature, sketching, splitting, tallying
from dedupe.kernel import KERNELS

_ENTRIES = (
    counting_kernels.count_texts,
    sketching.clean_texts,
    sketching.sketch_texts,
    sketching.all_fact_keys,
    sketching.identify,
    pairing.chain,
    pairing.mark_open,
    pairing.complete,
    splitting.mark_contested,
    splitting.follow_all,
    splitting.mark_ambiguous,
    splitting.merge_best,
    tallying.collect,
    tallying.verify_list,
    signature.sign_all,
)


def _compile() -> dict[str, Callable[..., Any]]:
    for function in KERNELS:
        if function not in _ENTRIES:
            register_jitable(function)
    return {function.__name__: numba.njit(cache=True, nogil=True)(function) for function in _ENTRIES}


_COMPILED = _compile()
count_texts = _COMPILED["count_texts"]
clean_texts = _COMPILED["clean_texts"]
sketch_texts = _COMPILED["sketch_texts"]
all_fact_keys = _COMPILED["all_fact_keys"]
identify = _COMPILED["identify"]
chain = _COMPILED["chain"]
mark_open = _COMPILED["mark_open"]
complete = _COMPILED["complete"]
mark_contested = _COMPILED["mark_contested"]
follow_all = _COMPILED["follow_all"]
mark_ambiguous = _COMPILED["mark_ambiguous"]
merge_best = _COMPILED["merge_best"]
collect = _COMPILED["collect"]
verify_list = _COMPILED["verify_list"]
sign_all = _COMPILED["sign_all"]
