"""The second reader: weights that load, a reading that is pure, and quotes that were said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UserError
from pipeline.status.second_reader import KINDS, WEIGHTS, load_second_reader, store_second_reader
from pipeline.status.second_reader_features import cut, hash_grams, load_classes, new_words

PLEA = "求助！我父亲尿毒症，已经四天没有透析了，医院不收，急需透析床位"
WORDS = st.text(alphabet="爸妈透析床位了没有不谢，。！？\n 药到住院求 a1😭", max_size=60)


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("父亲昨晚透析上了，谢谢大家", "父亲到现在还是没有透析上，求求大家"),
        ("妈妈今早住进医院了，已经输上液", "妈妈什么时候能住进医院啊，还在等"),
        ("药收到了，够吃一个月", "如果有药的话请告诉我，药还没有收到"),
    ],
)
def test_a_resolution_reads_surer_than_its_denial(said: str, other: str) -> None:
    """Broken if the weights do not belong to the features: then both sentences would read alike."""
    reader = load_second_reader()
    assert reader.read(PLEA, said).kinds.resolved > 2 * reader.read(PLEA, other).kinds.resolved


def test_the_quote_is_the_clause_that_resolves() -> None:
    """Broken if the desk were shown thanks or complaints in place of the words that decide."""
    text = "这几天麻烦大家了，电话打了两百多个，父亲已经住进医院透析上了，愿大家都好"
    assert load_second_reader().read(PLEA, text).quote == "父亲已经住进医院透析上了"


def test_the_old_text_of_an_edit_is_not_new() -> None:
    """Broken if an edit that only keeps the plea were read as words said after it."""
    second = load_second_reader().read(PLEA, PLEA)
    assert (second.kinds.best, second.kinds.none, second.quote) == ("none", 1.0, None)


@given(WORDS, WORDS)
def test_reading_is_pure_and_its_shares_sum_to_one(plea: str, text: str) -> None:
    """Broken if a text read twice could get two answers, or shares were no probabilities."""
    reader = load_second_reader()
    second = reader.read(plea, text)
    assert second == reader.read(plea, text)
    for kinds in (second.kinds, *(clause.kinds for clause in second.clauses)):
        assert sum(getattr(kinds, kind) for kind in KINDS) == pytest.approx(1)


@given(WORDS, WORDS)
def test_every_clause_was_said(plea: str, text: str) -> None:
    """Broken if a proposal could quote words that do not stand in the text."""
    assert all(clause.quote in text for clause in load_second_reader().read(plea, text).clauses)


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    """Broken if an emoji, a lone surrogate or an empty line stopped a night."""
    assert load_second_reader().read(text[:20], text).kinds.best in KINDS


@given(WORDS)
def test_bounds_enclose_the_clauses(text: str) -> None:
    """Broken if the evidence of one clause were counted for its neighbour."""
    laid = cut(text)
    assert len(laid.bounds) == len(laid.quotes) + 1
    assert laid.bounds[-1] == len(laid.signs) - 1
    assert all(laid.signs[bound] in "。,!?;\n" for bound in laid.bounds)


def test_grams_hash_alike_wherever_they_stand() -> None:
    """Broken if a word weighed otherwise at the end of a text than at its head."""
    head, tail = hash_grams("住院了吗"), hash_grams("爸爸住院了吗")
    assert [list(found) for found in head] == [list(found[2:]) for found in tail]


def test_shared_words_are_left_out_only_when_long() -> None:
    """Broken if `透析` were dropped from 透析上了 because the plea names it."""
    assert new_words(PLEA, "透析床位有了") == "透析床位有了"
    assert new_words(PLEA, PLEA + "更新：有了") == "\n更新：有了"


def test_stored_weights_load_as_they_were(tmp_path: Path) -> None:
    """Broken if fitting anew on the same texts gave another file."""
    path = tmp_path / "weights.bin"
    store_second_reader(load_second_reader(), {"dev.jsonl": "0"}, path)
    again = load_second_reader(path)
    assert again.read(PLEA, "透析上了") == load_second_reader().read(PLEA, "透析上了")


def test_cut_weights_are_refused(tmp_path: Path) -> None:
    """Broken if half a download were read as weights."""
    path = tmp_path / "weights.bin"
    shutil.copy(WEIGHTS, path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UserError, match="length"):
        load_second_reader(path)


@pytest.mark.parametrize(("row", "message"), [("cue\tx\t(", "does not compile"), ("word\tx\ty", "class or cue")])
def test_a_bad_row_names_its_line(tmp_path: Path, row: str, message: str) -> None:
    """Broken if a slip in the table were found by a reader of the results first."""
    path = tmp_path / "table.tsv"
    path.write_text(f"kind\tname\tpattern\n{row}\n", encoding="utf-8")
    with pytest.raises(UserError, match=f"table.tsv:2: .*{message}"):
        load_classes(path)
