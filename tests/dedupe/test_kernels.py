"""Promises of the kernels: each does what a plain reference says, and compiled the same as not."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe import compiled
from dedupe.clusters import Judgements, cluster
from dedupe.craft import Craft
from dedupe.grams import CODE_BITS, LEVEL_MASK, load_grams, set_apart, set_shift, share_grams, weigh_grams
from dedupe.kernel import KERNELS
from dedupe.link import link_reading
from dedupe.passes import Tally
from dedupe.reading import Batch, read_batch, take
from dedupe.rounds import choose_round, number_all
from dedupe.splitting import LIKELIEST_EDGES, MOST_EDGES, choose
from dedupe.tallying import Candidates
from dedupe.weights import prior_weights
from tests.dedupe.invented import CHARACTERS, CRAFT, PLEA, labels_of, partition, texts_of

TEXT = st.text(alphabet=CHARACTERS[:6], max_size=40)
Item = TypeVar("Item")


def grams_of(text: str) -> tuple[np.ndarray, float]:
    """What is kept of a text to compare it, and its weight."""
    codes, weights = np.array([ord(char) for char in text], np.int32), prior_weights().gram_weights()
    grams, table = np.zeros(len(codes), np.int32), np.zeros(1 << (CODE_BITS - set_shift(len(codes))), np.int32)
    with np.errstate(over="ignore"):
        total = weigh_grams(codes, weights, table, grams)
    set_apart(grams, weights.popular, table)
    return grams, total


@settings(max_examples=100, deadline=None)
@given(TEXT, TEXT)
def test_shared_grams_are_those_of_two_sets(left: str, right: str) -> None:
    """Texts would share more or less than they do, and the likeness of every pair would be wrong."""
    (mine, _), (theirs, total) = grams_of(left), grams_of(right)
    sets = [{text[p : p + 3] for p in range(len(text) - 2)} for text in (left, right)]
    table, squares = np.zeros(1 << (CODE_BITS - set_shift(len(left))), np.int32), prior_weights().gram_weights().squares
    weight, count = share_grams(theirs, squares, 1e9, load_grams(mine, table), table)
    shared = set(mine[mine > 0].tolist()) & set(theirs[theirs > 0].tolist())
    assert (len(set(theirs[theirs > 0].tolist())), count) == (len(sets[1]), len(sets[0] & sets[1]))
    assert weight == pytest.approx(float(squares[np.array([*shared], np.int64) & LEVEL_MASK].sum()))
    missing = total - weight
    assert share_grams(theirs, squares, missing + 0.01, load_grams(mine, table), table)[1] == count
    if missing > 1:
        assert share_grams(theirs, squares, missing - 0.01, load_grams(mine, table), table) == (0.0, 0)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.integers(1, 60), st.tuples(st.integers(1, 5), st.integers(0, 2)), max_size=50), st.randoms())
def test_a_contested_post_asks_the_likeliest_then_the_first(counts: dict[int, tuple[int, int]], rng: object) -> None:
    """The order in which candidates were met would show in how a case is split."""
    touched = shuffled([*counts], rng)
    identities = np.zeros(61, np.int64)
    identities[0] = 1
    tally = Tally(np.zeros(61, np.int32), np.array([*touched, 0], np.int32), np.array([len(touched)]))
    for j, (count, identity) in counts.items():
        tally.counts[j], identities[j] = count, identity
    out = np.zeros(MOST_EDGES, np.int64)
    chosen = out[: choose(0, identities, tally, out)].tolist()

    expected = sorted(counts, key=lambda j: (-counts[j][0], j))[:LIKELIEST_EDGES]
    for turn in range(MOST_EDGES - LIKELIEST_EDGES):
        left = [j for j in sorted(counts) if j not in expected and (turn % 2 == 0 or counts[j][1] == 1)]
        expected += left[:1]
    assert chosen == expected


def shuffled(items: list[Item], rng: object) -> list[Item]:
    """The items in an order that hypothesis chose."""
    rng.shuffle(items)  # type: ignore[attr-defined]
    return items


@pytest.mark.parametrize("seed", [3, 4])
def test_compiled_and_plain_kernels_find_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write past the end of an array, which a compiled kernel does not notice, would corrupt what lies behind it."""
    texts = [*texts_of(seed, 60), PLEA, PLEA, PLEA + "急"]
    once = labels_of(texts)
    for kernel in KERNELS:
        if hasattr(compiled, kernel.__name__):
            monkeypatch.setattr(compiled, kernel.__name__, kernel)
    with np.errstate(over="ignore"):
        assert labels_of(texts) == once


def test_equal_posts_that_were_judged_are_split_by_the_judgement() -> None:
    """Equal posts are split as one: what a person said of one of them would be lost."""
    reading = read_batch(Batch([PLEA, PLEA, PLEA, PLEA + "急"]))
    links = link_reading(reading, CRAFT.parameters, CRAFT.weights)
    labels = cluster(reading, links, CRAFT, Judgements(different=((0, 2),))).tolist()
    assert labels[0] != labels[2]
    assert labels[1] in (labels[0], labels[2])
    assert cluster(reading, links, CRAFT, Judgements(different=((0, 2),), same=((1, 2),))).tolist()[1:3] == [1, 1]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(10, 40))
def test_equal_copies_change_no_case(seed: int, count: int) -> None:
    """Ten copies of a post, word by word, would part those it joined, or join those it parted."""
    texts = texts_of(seed, count)
    reading = read_batch(Batch([*texts, *texts]))
    links = link_reading(reading, CRAFT.parameters, CRAFT.weights)
    labels = cluster(reading, links, Craft(CRAFT.parameters, CRAFT.weights))
    assert partition([*range(count)], labels[:count]) == partition([*range(count)], np.array(labels_of(texts)))


def test_chosen_documents_are_copied_whole() -> None:
    """A post would be compared by another one's words."""
    texts = texts_of(5, 12)
    whole, chosen = read_batch(Batch(texts)), [7, 0, 3, 3]
    some = take(whole, np.array(chosen))
    for place, d in enumerate(chosen):
        assert some.codes[some.ends[place] : some.ends[place + 1]].tolist() == (
            whole.codes[whole.ends[d] : whole.ends[d + 1]].tolist()
        )
    assert some.contents.tolist() == whole.contents[chosen].tolist()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 60) | st.integers(1 << 40, (1 << 40) + 9)), st.integers(0, 80))
def test_members_are_numbered_as_sorting_them_would(members: list[int], guess: int) -> None:
    """New posts would be held against other stored documents than those that share their keys."""
    unique, numbers = number_all(np.array(members, np.int64), guess)
    expected, places = np.unique(np.array(members, np.int64), return_inverse=True)
    assert unique.tolist() == expected.tolist()
    assert numbers.tolist() == places.tolist()


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 9)), st.integers(1, 3), min_size=1), st.integers(1, 4)
)
def test_the_likeliest_pair_of_each_group_is_asked_first(shared: dict[tuple[int, int], int], trees: int) -> None:
    """A post would be joined to a less likely plea before the one that it copies was asked."""
    found = sorted(shared)
    new, stored = (np.array(column, np.int32) for column in zip(*found, strict=True))
    pairs = Candidates(new, stored, np.array([shared[pair] for pair in found], np.int32))
    for asked, roots in ((0, np.zeros(len(new), np.int32)), (1, (stored % trees).astype(np.int32))):
        best: dict[tuple[int, int], tuple[int, int]] = {}
        for (i, j), root in zip(found, roots.tolist(), strict=True):
            best[i, root] = max(best.get((i, root), (0, 0)), (shared[i, j], -j))
        expected = [best[i, root] == (shared[i, j], -j) for (i, j), root in zip(found, roots.tolist(), strict=True)]
        assert choose_round(pairs, roots, asked).tolist() == expected
    assert choose_round(pairs, roots, 2).all()
