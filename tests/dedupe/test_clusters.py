"""Promises about what ends in one case and what must not."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe.clusters import Judgements, cluster
from dedupe.counting import build_weights
from dedupe.facts import AUTHOR, PHONE, Facts
from dedupe.grams import FACT_KEY
from dedupe.index import Index
from dedupe.judge import CONFLICT, HOUSEHOLD
from dedupe.link import identities_of, link, link_reading, link_sketches, roots_of
from dedupe.links import Links, concatenate, make_found
from dedupe.pairing import may_meet, shared_needed, verify
from dedupe.parameters import Parameters
from dedupe.reading import Batch, read_batch, take
from dedupe.rounds import join_all
from dedupe.sketches import all_keys, make_bench, sketch
from dedupe.store import MemoryStore
from tests.dedupe.invented import CHARACTERS, CRAFT, PLEA, labels_of, partition, texts_of

OTHER = PLEA.replace("张伟国", "陈秀兰").replace("67岁", "58岁").replace("13900001234", "15200007788")


@pytest.mark.parametrize(
    "copy",
    [
        PLEA,
        "心疼！帮转 " + PLEA,
        "看到的帮帮忙//@小河:扩//@阿木木:" + PLEA,
        PLEA + " …全文",
        PLEA[: len(PLEA) // 2],
        PLEA.replace("13900001234", "139****1234"),
        PLEA.replace("国", "國").replace("医", "醫").replace("电话", "電話").replace("岁", "歲"),
        "".join(CHARACTERS[:60]) + PLEA,
        PLEA.replace("床位", "[流泪]床 位").replace("67", "６７"),
    ],
)
def test_copies_join_their_plea(copy: str) -> None:
    """A copy that is commented, chained, cut, masked, traditional or decorated would be missed."""
    assert labels_of([PLEA, copy]) == [0, 0]


@pytest.mark.parametrize(
    "other",
    [
        OTHER,
        PLEA.replace("张伟国", "陈秀兰").replace("13900001234", "15200007788"),
        PLEA.replace("我父亲张伟国", "我母亲李梅"),
    ],
)
def test_other_persons_in_the_same_words_stay_apart(other: str) -> None:
    """Two members of a family, or two strangers on one form, would be taken for one person."""
    assert labels_of([PLEA, other]) == [0, 1]


def test_a_copy_without_facts_glues_no_persons_together() -> None:
    """The middle of a form, which fits two persons equally, would merge both cases."""
    middle = PLEA[PLEA.index("透析") : PLEA.index("电话")]
    assert labels_of([PLEA, middle, OTHER]) == [0, 1, 2]


def test_contradicting_copies_are_reported_as_links_but_not_as_matches() -> None:
    """The pipeline could not show a household, or would merge it."""
    facts = Facts.of([[(AUTHOR, 7)], [(AUTHOR, 7)]])
    links = link(Batch([PLEA, OTHER], facts), CRAFT.parameters, CRAFT.weights)
    assert len(links.matches) == 0
    assert links.households.kinds.tolist() == [HOUSEHOLD]
    stranger = PLEA.replace("张伟国", "陈秀兰").replace("3栋2单元501", "11栋1单元204")
    stranger = stranger.replace("13900001234", "15200007788")
    assert link(Batch([PLEA, stranger]), CRAFT.parameters, CRAFT.weights).kinds.tolist() == [CONFLICT]


def test_a_shared_phone_joins_a_rewritten_plea() -> None:
    """A plea rewritten from form to prose would open a second case."""
    form = "【姓名】张伟国【年龄】67【需求】送药上门【联系方式】13900001234"
    assert labels_of([PLEA, form]) == [0, 0]


def test_callers_facts_join_what_the_text_does_not_show() -> None:
    """Phones that the pipeline masked and hashed would be useless."""
    texts = ["楼上邻居家里进水了需要一条船", "".join(CHARACTERS[:40])]
    links = link(Batch(texts, Facts.of([[(PHONE, 99)], [(PHONE, 99)]])), CRAFT.parameters, CRAFT.weights)
    assert len(links.matches) == 1


@pytest.mark.parametrize("text", ["", "  ", "转发微博", "👍👍", "//@小河:", "求助"])
def test_empty_and_tiny_texts_never_match(text: str) -> None:
    """All empty reposts would be one case."""
    assert labels_of([text, text]) == [0, 1]


def test_round_ups_link_but_do_not_merge() -> None:
    """A list of pleas would make one case of all of them."""
    flags = np.array([False, False, True])
    texts = [PLEA, "".join(CHARACTERS[:50]), PLEA + "\n" + "".join(CHARACTERS[:50])]
    reading = read_batch(Batch(texts, None, flags))
    links = link_reading(reading, CRAFT.parameters, CRAFT.weights)
    assert len(links.round_ups) == 2
    assert cluster(reading, links, CRAFT).tolist() == [0, 1, 2]


def test_judgements_outrank_text() -> None:
    """What a person decided would be undone by the next run."""
    reading = read_batch(Batch([PLEA, PLEA + "急", OTHER]))
    links = link_reading(reading, CRAFT.parameters, CRAFT.weights)
    apart = cluster(reading, links, CRAFT, Judgements(different=((0, 1),)))
    assert apart[0] != apart[1]
    assert cluster(reading, links, CRAFT, Judgements(same=((0, 2),))).tolist() == [0, 0, 0]


def test_what_is_judged_the_same_keeps_its_copies() -> None:
    """Copies of two pleas that somebody merged would open cases of their own, and could never become stale."""
    copies = [PLEA, OTHER, "没人管！" + PLEA, "急" + OTHER, "求扩散" + PLEA]
    reading = read_batch(Batch(copies))
    links = link_reading(reading, CRAFT.parameters, CRAFT.weights)
    assert cluster(reading, links, CRAFT).tolist() == [0, 1, 0, 1, 0]
    for pair in ((0, 1), (2, 3)):
        assert cluster(reading, links, CRAFT, Judgements(same=(pair,))).tolist() == [0] * 5


def test_a_cut_copy_of_two_merged_pleas_is_one_of_theirs() -> None:
    """What fitted two persons would stay out of the case after somebody said that they are one."""
    middle = PLEA[PLEA.index("透析") : PLEA.index("电话")]
    reading = read_batch(Batch([PLEA, middle, OTHER]))
    links = link_reading(reading, CRAFT.parameters, CRAFT.weights)
    assert cluster(reading, links, CRAFT, Judgements(same=((0, 2),))).tolist() == [0, 0, 0]


def test_two_posts_are_joined_where_their_cases_are_kept_apart() -> None:
    """A person who says that one copy was filed wrongly would be overruled by the links of that copy."""
    reading = read_batch(Batch([PLEA, OTHER, "没人管！" + PLEA, "急" + OTHER]))
    links = link_reading(reading, CRAFT.parameters, CRAFT.weights)
    labels = cluster(reading, links, CRAFT, Judgements(same=((1, 2),), different=((0, 1),))).tolist()
    assert labels[1] == labels[2] != labels[0]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 50))
def test_any_batches_in_any_order_give_the_same_clusters(seed: int, count: int) -> None:
    """The order of arrival would show in the cases, and a rebuild would change them."""
    texts, rng = texts_of(seed, count), random.Random(seed)  # noqa: S311 - invented text
    parameters = Parameters()
    weights = build_weights(Batch(texts), parameters)
    craft = type(CRAFT)(parameters, weights)
    ids = np.array(rng.sample(range(1000), count))
    reading = read_batch(Batch(texts))
    at_once = cluster(reading, link_reading(reading, parameters, weights), craft, names=ids)
    index, parts, order = Index(MemoryStore(), parameters, weights), [], rng.sample(range(count), count)
    while order:
        size = rng.randint(1, 12)
        part, order = order[:size], order[size:]
        parts.append(index.add(ids[part].tolist(), Batch([texts[i] for i in part])))
    names = np.sort(ids)
    links = concatenate(parts)
    rest = (links.kinds, links.scores, links.contained, links.shared, links.agreed, links.contradicted)
    placed = Links(np.searchsorted(names, links.left), np.searchsorted(names, links.right), *rest)
    bit_by_bit = cluster(index.read(names.tolist()), placed, craft, names=names)
    assert partition(names.tolist(), bit_by_bit) == partition(ids.tolist(), at_once)


def test_facts_that_weigh_nothing_are_no_contradiction_in_words() -> None:
    """Two authors of one plea would be shown as a contradiction, though they count for nothing."""
    facts = Facts.of([[(AUTHOR, 7), (PHONE, 9)], [(AUTHOR, 8), (PHONE, 9)]])
    links = link(Batch([PLEA, PLEA + "急"], facts), CRAFT.parameters, CRAFT.weights)
    assert links.contradicted[0] >> AUTHOR & 1
    assert "矛盾" not in links.explain(0)
    assert "contradict" not in links.explain(0, "en")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 60))
def test_two_passes_join_all_that_asking_every_candidate_pair_joins(seed: int, count: int) -> None:
    """A short cut of the passes would lose copies.

    Held without substitutions, which make the likeliest candidate a stranger now and then: then a pass asks no further,
    and a garbled copy may be lost (`least_frame` above 1: no frame is ever filled in twice).
    """
    craft = replace(CRAFT, parameters=replace(CRAFT.parameters, least_frame=2.0, long_frame=1 << 20))
    reading = read_batch(Batch(texts_of(seed, count)))
    order = np.argsort(identities_of(reading), kind="stable")
    sketches = sketch(take(reading, order), craft.parameters, craft.weights)
    docs, n = sketches.documents, count
    keys, ends = all_keys(sketches)
    bench, found = make_bench(docs, craft.parameters, craft.weights), make_found(n * n)
    with np.errstate(over="ignore"):
        for i in range(n):
            for j in range(i):
                mine, theirs = (set(keys[ends[d] : ends[d + 1]].tolist()) for d in (i, j))
                met = [key for key in mine & theirs if may_meet(docs, i, j, key)]
                by_fact = any(key & FACT_KEY for key in met)
                if by_fact or len(met) >= shared_needed(docs, i, j, bench.rules):
                    verify(docs, i, j, bench, found)
    every = partition(order.tolist(), roots_of(bench.parents))
    found_links = link_sketches(sketches, craft.weights).matches
    parents = np.arange(n, dtype=np.int32)
    join_all(parents, found_links.left, found_links.right)
    joined = partition(order.tolist(), roots_of(parents))
    assert all(any(group <= larger for larger in joined) for group in every)
