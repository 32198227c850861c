"""Promises of the parts: cleaning, facts, signatures, weights, index, look-up."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe import counting, facts
from dedupe.alignment import common_characters
from dedupe.clusters import cluster
from dedupe.counting import build_weights
from dedupe.evidence import load_evidence
from dedupe.fold import DATA_DIR, fold_table
from dedupe.index import Index
from dedupe.link import link_reading
from dedupe.parameters import Parameters
from dedupe.query import look_up
from dedupe.reading import Batch, read_batch, read_plainly
from dedupe.signature import Signatures, hash_tokens, sign
from dedupe.store import MemoryStore
from dedupe.text import decode
from dedupe.weights import Weights, prior_weights
from tests.dedupe.invented import CRAFT, PLEA, texts_of

WILD = st.text(
    alphabet=st.sampled_from(list("1390 -*岁号栋室我父亲张姓名：@#[]//http:a\n年龄六十七路小区\u200b️⃣１９👍𠀀")),
    max_size=60,
)


def clean(text: str) -> str:
    """The cleaned form of one text."""
    return decode(read_batch(Batch([text])).codes)


def visible_facts(text: str) -> set[tuple[str, int]]:
    """Kind names and values that the text shows."""
    found = read_batch(Batch([text])).facts
    return {(facts.KINDS[k - facts.VISIBLE], int(v)) for k, v in zip(found.kinds, found.values, strict=True)}


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("求助！@小河 在吗", "求助在吗"),
        ("看//@阿木木:快 看 https://t.cn/A1 [流泪]", "看快看"),
        ("#江澜暴雨#醫院１２ABC", "医院12abc"),
        ("床\u200b位\u2067不够", "床位不够"),
        ("", ""),
    ],
)
def test_cleaning_leaves_the_writers_words(text: str, cleaned: str) -> None:
    """Names, links and pictures would make strangers alike or copies different."""
    assert clean(text) == cleaned


@settings(max_examples=80, deadline=None)
@given(st.lists(WILD, max_size=6))
def test_plain_and_compiled_reading_agree(texts: list[str]) -> None:
    """A look-up would see another text than the index does."""
    plain, compiled = read_plainly(Batch(texts)), read_batch(Batch(texts))
    for name in ("codes", "ends", "contents"):
        assert getattr(plain, name).tolist() == getattr(compiled, name).tolist()
    assert [column.tolist() for column in plain.facts] == [column.tolist() for column in compiled.facts]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("电话139-0000-1234", ("phone", 0x13900001234)),
        ("一三九零零零零一二三四", ("phone", 0x13900001234)),
        ("139****1234", ("phone", 0x139FFFF1234)),
        ("今年六十七岁", ("age", 67)),
        ("年龄：67", ("age", 67)),
        ("3栋", ("house_number", 2 << 32 | 3)),
        ("我母亲", ("relation", 2)),
    ],
)
def test_visible_facts_are_read(text: str, fact: tuple[str, int]) -> None:
    """Two persons on one form could not be told apart."""
    assert fact in visible_facts(text)


def test_order_numbers_are_no_phones() -> None:
    """A long number would join strangers or part copies."""
    assert not {kind for kind, _ in visible_facts("单号202204070013998 编号23456789012")} & {"phone"}


def test_fold_table_is_what_opencc_and_unicode_say() -> None:
    """The shipped table would drift from its sources."""
    import unicodedata

    import opencc

    table, convert = fold_table(), opencc.OpenCC("t2s").convert
    for char in "國醫電話歲１Ａ㈠ｶ门":
        folded = unicodedata.normalize("NFKC", char)
        folded = convert(folded) if len(folded) == 1 else char
        assert chr(table.to[ord(char)]) == (folded.lower() if len(folded.lower()) == 1 else folded)
    assert (DATA_DIR / "fold.tsv").stat().st_size > 50_000


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.text(min_size=1, max_size=4), max_size=12), min_size=1, max_size=4), st.integers(1, 5))
def test_signatures_are_datasketchs(documents: list[list[str]], seed: int) -> None:
    """Stored signatures would not load into datasketch, or load as something else."""
    ends = np.cumsum([0, *map(len, documents)])
    ours = sign(hash_tokens([token for tokens in documents for token in tokens]), ends, 64, seed)
    theirs = [MinHash(64, seed) for _ in documents]
    for sketch, tokens in zip(theirs, documents, strict=True):
        sketch.update_batch([token.encode() for token in tokens]) if tokens else None
    assert (Signatures.from_datasketch(theirs).values == ours.values).all()
    assert ours.to_datasketch(0) == theirs[0]
    assert ours.to_datasketch(0).jaccard(theirs[-1]) == ours.jaccard(0, ours, len(documents) - 1)


def test_signatures_of_different_seeds_do_not_compare() -> None:
    """A meaningless number would pass for a similarity."""
    hashes, ends = hash_tokens(["a"]), np.array([0, 1])
    with pytest.raises(ValueError, match="made differently"):
        sign(hashes, ends, 16, 1).jaccard(0, sign(hashes, ends, 16, 2), 0)


def test_parameters_name_what_differs() -> None:
    """Sketches of different parameters would be compared silently."""
    with pytest.raises(ValueError, match="gram_length"):
        Parameters().require_same(Parameters(gram_length=4))
    assert "gram_length=5" in Parameters().name


def test_weights_survive_storage_and_know_their_version() -> None:
    """A restarted night would weigh words anew and change every score."""
    weights = build_weights(Batch(texts_of(1, 30)), Parameters())
    back = Weights.from_bytes(weights.to_bytes())
    assert back.version == weights.version != prior_weights().version
    assert (back.levels == weights.levels).all()
    with pytest.raises(ValueError, match="gram weights"):
        Weights.from_bytes(b"\0" * 64)


def test_weights_do_not_depend_on_order() -> None:
    """Two imports of the same posts would be weighed differently."""
    texts = texts_of(2, 30)
    assert build_weights(Batch(texts), Parameters()).version == build_weights(Batch(texts[::-1]), Parameters()).version


def test_a_sample_is_of_different_texts_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a store of a million, a plea whose copies are all in the sample would pass for a phrase of everybody's."""
    monkeypatch.setattr(counting, "SAMPLE", 12)
    texts = texts_of(3, 30)
    viral = [*texts, *[PLEA] * 40]
    chosen = [viral[at] for at in counting.sample_of(read_batch(Batch(viral)))]
    assert len(set(chosen)) == len(chosen) == 12
    assert {*chosen} == {viral[::-1][at] for at in counting.sample_of(read_batch(Batch(viral[::-1])))}
    alone = build_weights(Batch([*texts, PLEA]), Parameters())
    assert (build_weights(Batch(viral), Parameters()).levels == alone.levels).all()


def test_an_index_takes_texts_that_say_nothing() -> None:
    """A night that brings nothing but 求扩散 to a large store would die."""
    index = Index(MemoryStore(), CRAFT.parameters, CRAFT.weights)
    index.add([1], Batch([PLEA]))
    assert len(index.add([2, 3], Batch(["求扩散", ""]))) == 0
    assert index.documents == 3


def test_an_index_refuses_other_parameters_and_known_documents() -> None:
    """Old postings would be searched with new keys, or one post stored twice."""
    store = MemoryStore()
    index = Index(store, CRAFT.parameters, CRAFT.weights)
    index.add([5], Batch([PLEA]))
    with pytest.raises(ValueError, match="stored already"):
        index.add([5], Batch([PLEA]))
    with pytest.raises(ValueError, match="other parameters"):
        Index(store, Parameters(gram_length=4), CRAFT.weights)


def test_what_is_removed_is_as_if_it_had_never_been() -> None:
    """A forgotten post would go on joining others."""
    store = MemoryStore()
    index = Index(store, CRAFT.parameters, CRAFT.weights)
    index.add([1, 2, 3], Batch([PLEA, PLEA + "急", "心疼 " + PLEA]))
    links = index.remove([1])
    assert {*links.left.tolist(), *links.right.tolist()} == {2, 3}
    assert 1 not in store.documents
    assert {candidate.doc_id for candidate in look_up(index, Batch([PLEA]))[0]} == {2, 3}


def test_look_up_finds_the_stored_plea_and_says_why() -> None:
    """The desk could not tell a caller what became of a plea."""
    index = Index(MemoryStore(), CRAFT.parameters, CRAFT.weights)
    index.add([41, 42], Batch([PLEA, "".join(reversed(PLEA))]))
    found, nothing = look_up(index, Batch(["帮转！" + PLEA[:60], "今天天气很好我们去河边散步吧"]))
    assert [candidate.doc_id for candidate in found] == [41]
    assert "一致" in found[0].explain()
    assert nothing == []


def test_look_up_needs_no_compiler() -> None:
    """A cold look-up would wait more than a second for numba."""
    code = "import sys, dedupe.query, dedupe.index, dedupe.clusters; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_fact_kind_has_a_weight() -> None:
    """A kind of fact would count for nothing without anybody noticing."""
    assert ((load_evidence().agree + load_evidence().contradict)[1:] > 0).all()


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="求助父亲床位一二三a", max_size=160), st.text(alphabet="求助父亲床位一二三a", max_size=160))
def test_common_characters_are_the_longest_common_subsequence(left: str, right: str) -> None:
    """A wrong carry between two words of bits would join strangers or part copies of long texts only."""
    from rapidfuzz.distance import LCSseq

    codes = [np.array([ord(char) for char in text], np.int32) for text in (left, right)]
    assert common_characters(*codes) == LCSseq.similarity(left, right)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("名字是许春秀", ("person", (ord("许") << 42) | (ord("春") << 21) | ord("秀"))),
        ("年龄是17", ("age", 17)),
        ("今年17", ("age", 17)),
        ("魏佳（91岁）", ("person", (ord("魏") << 42) | (ord("佳") << 21))),
        ("73岁蔡琴峰", ("person", (ord("蔡") << 42) | (ord("琴") << 21) | ord("峰"))),
    ],
)
def test_facts_are_read_where_people_put_them(text: str, fact: tuple[str, int]) -> None:
    """Forms say 是 instead of a colon, prose puts the age beside the name: unread, two persons of a form merge."""
    assert fact in visible_facts(text)


def test_a_month_is_no_age() -> None:
    """今年7月 would make every post of July a seven-year-old's."""
    assert visible_facts("今年7月") == set()


def test_another_room_is_another_household() -> None:
    """Neighbours fill in one form: the building and the entrance are the same."""
    from dedupe.compare import CONTRADICT, NEAR, Runs, compare_houses

    def houses(*units: tuple[int, int]) -> np.ndarray:
        return np.array([unit << 32 | number for unit, number in units], np.int64)

    here = houses((2, 4), (3, 1), (4, 1809))
    for other, likely in (((2, 4), (3, 1), (4, 2101)), CONTRADICT), (((2, 41), (3, 1), (4, 1809)), NEAR):
        assert compare_houses(Runs(here, 0, 3, houses(*other), 0, 3)) == likely


def test_villages_in_one_set_of_words_stay_apart() -> None:
    """Neighbouring villages pass one text on and put their own name in: one is reached by boat, the other is not."""
    told = "进水高度已超过人高，住户已全部被淹，没水没电，全村人都将断粮，急需皮划艇，手机有信号的各位麻烦转发一下！"
    texts = [f"求救助！望江县柳溪村{told}", f"求扩散！望江县禾塘村{told}", f"帮转 望江县柳溪村{told}"]
    reading = read_batch(Batch(texts))
    labels = cluster(reading, link_reading(reading, CRAFT.parameters, CRAFT.weights), CRAFT)
    assert labels.tolist() == [0, 1, 0]
