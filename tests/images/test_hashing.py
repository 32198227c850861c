"""The same picture sent on is recognised, and found among many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from dedupe.images.hashing import BITS, NEAR, SIDE, WORDS, distance, from_bytes, hash_picture, to_bytes
from dedupe.images.index import HashIndex
from tests.images.conftest import PICTURES


def small(image: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """As the decoder hands a picture to the hash."""
    return np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX), np.uint8)


def test_a_copy_is_near_and_another_page_is_far() -> None:
    """A recompressed, smaller or blurred copy would be new, or another person's page the same."""
    page = Image.open(PICTURES / "plea_light.png").convert("RGB")
    own = hash_picture(small(page))
    for copy in (page.resize((360, page.height // 2)), page.filter(ImageFilter.GaussianBlur(1)), page.convert("L")):
        assert distance(own, hash_picture(small(copy))) <= NEAR
    other = Image.open(PICTURES / "two_pleas.png")
    assert distance(own, hash_picture(small(other))) > 2 * NEAR


def test_only_the_agreed_shape_is_hashed() -> None:
    """Hashes of differently prepared pictures would be compared with each other."""
    with pytest.raises(ValueError, match="128"):
        hash_picture(np.zeros((64, 64), np.uint8))


@given(st.binary(min_size=128, max_size=128))
@settings(max_examples=40)
def test_a_hash_survives_the_database(data: bytes) -> None:
    """A stored hash would come back as another."""
    assert to_bytes(from_bytes(data)) == data
    assert from_bytes(data).shape == (WORDS,)


@given(seed=st.integers(0, 2**32 - 1), flipped=st.lists(st.integers(0, BITS - 1), max_size=400, unique=True))
@settings(max_examples=60, deadline=None)
def test_the_index_finds_exactly_what_comparing_with_all_finds(seed: int, flipped: list[int]) -> None:
    """The index would lose a copy, or bring something too far away."""
    rng = np.random.default_rng(seed)
    hashes = list(rng.integers(0, 2**64, (50, WORDS), dtype=np.uint64))
    wanted = hashes[7].copy()
    for bit in flipped:
        wanted[bit // 64] ^= np.uint64(1 << (bit % 64))
    plainly = sorted((distance(one, wanted), at) for at, one in enumerate(hashes) if distance(one, wanted) <= NEAR)
    assert HashIndex.of(hashes).find_near(wanted, NEAR) == plainly
    assert (len(flipped) <= NEAR) == bool(plainly)


def test_an_empty_index_finds_nothing() -> None:
    """The first picture of a new installation would end in an error."""
    assert HashIndex.of([]).find_near(np.zeros(WORDS, np.uint64), NEAR) == []
