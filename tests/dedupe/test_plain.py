"""Promises of dedupe/plain: what one look-up computes over whole arrays is what the kernels of a batch compute."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe import alignment
from dedupe.craft import sampling_of
from dedupe.grams import CODE_BITS, DENSE_MOST, LEVEL_MASK, set_shift, text_keys, weigh_grams
from dedupe.parameters import Parameters
from dedupe.plain import is_aligned, keys_of_text, shares_of
from dedupe.reading import Batch, read_plainly
from dedupe.weights import Weights
from tests.dedupe.invented import CHARACTERS

LEVELS = np.random.default_rng(5).integers(1, 256, 1 << 22).astype(np.uint8)
WEIGHTS = Weights(LEVELS, 10, np.zeros(0, np.int64)).gram_weights()
TEXT = st.text(alphabet=CHARACTERS[:6], max_size=40)
WORDY = st.text(alphabet=CHARACTERS, max_size=300) | TEXT


def codes_of(text: str) -> np.ndarray:
    """A text as kernels read it."""
    return np.array([ord(char) for char in text], np.int32)


def grams_of(codes: np.ndarray) -> np.ndarray:
    """3-grams with levels, by the kernel."""
    grams = np.zeros(len(codes), np.int32)
    with np.errstate(over="ignore"):
        weigh_grams(codes, WEIGHTS, np.zeros(1 << (CODE_BITS - set_shift(len(codes))), np.int32), grams)
    return grams


@settings(max_examples=100, deadline=None)
@given(WORDY, st.sampled_from((3, 4, 5)), st.sampled_from((1, 30, 200)))
def test_a_question_has_the_keys_that_the_stored_text_has(text: str, length: int, dense_below: int) -> None:
    """A look-up would not find the very text that is stored."""
    codes, sampling = codes_of(text), sampling_of(Parameters())._replace(length=length, dense_below=dense_below)
    out = np.empty(DENSE_MOST, np.int64)
    with np.errstate(over="ignore"):
        count, _ = text_keys(codes, grams_of(codes), sampling, WEIGHTS, out)
        assert keys_of_text(codes, sampling, WEIGHTS).tolist() == out[:count].tolist()


@settings(max_examples=60, deadline=None)
@given(TEXT, st.lists(TEXT, max_size=4))
def test_shares_are_those_of_sets_of_grams(asked: str, stored: list[str]) -> None:
    """A look-up would call other texts alike than linking does."""
    reading = read_plainly(Batch(stored))
    with np.errstate(over="ignore"):
        shares = shares_of(codes_of(asked), reading, WEIGHTS)
    mine = {gram for gram in grams_of(codes_of(asked)).tolist() if gram & LEVEL_MASK}
    assert len(shares) == len(stored)
    for d, share in enumerate(shares):
        codes = reading.codes[reading.ends[d] : reading.ends[d + 1]]
        theirs = {gram for gram in grams_of(codes).tolist() if gram & LEVEL_MASK}
        weigh = [float(sum(WEIGHTS.squares[gram & LEVEL_MASK] for gram in s)) for s in (mine & theirs, mine, theirs)]
        assert (share.count, share.shorter) == (len(mine & theirs), min(len(asked), len(codes)))
        assert [share.weight, share.left_total, share.right_total] == pytest.approx(weigh, rel=1e-5)


@settings(max_examples=60, deadline=None)
@given(WORDY, WORDY, st.sampled_from((0.0, 0.3, 0.5, 0.8, 1.0)))
def test_texts_are_aligned_as_the_kernel_says(left: str, right: str, least: float) -> None:
    """A copy with many small edits would be found by linking and not by a look-up, or the other way round."""
    a, b = codes_of(left), codes_of(right)
    assert is_aligned(a, b, least) == alignment.is_aligned(a, b, least)
