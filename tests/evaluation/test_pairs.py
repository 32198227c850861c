"""`houxu evaluate pairs`: what it counts, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UserError
from pipeline.evaluation.agreement import compare_clusters, recall_by_change
from pipeline.evaluation.pairs import read_labelled, read_pairs
from tests.process.home import OTHER_PLEA, PLEA, Home, observed

LABELS = st.integers(1, 12).flatmap(lambda n: st.tuples(*[st.lists(st.integers(0, 4), min_size=n, max_size=n)] * 2))


@given(LABELS)
def test_agreement_is_what_counting_one_by_one_gives(labels: tuple[list[int], list[int]]) -> None:
    """The formulas would say something else than their definitions."""
    truth, found = labels
    n = len(truth)
    agreement = compare_clusters(np.array(truth), np.array(found))
    pairs = [(a, b) for a in range(n) for b in range(a)]
    both = sum(truth[a] == truth[b] and found[a] == found[b] for a, b in pairs)
    said, real = (sum(column[a] == column[b] for a, b in pairs) for column in (found, truth))
    assert agreement.pairs.precision == pytest.approx(both / said if said else 1.0)
    assert agreement.pairs.recall == pytest.approx(both / real if real else 1.0)
    shared = [sum(truth[a] == truth[b] and found[a] == found[b] for b in range(n)) for a in range(n)]
    by_found = [shared[a] / found.count(found[a]) for a in range(n)]
    by_truth = [shared[a] / truth.count(truth[a]) for a in range(n)]
    assert agreement.b_cubed.precision == pytest.approx(sum(by_found) / n)
    assert agreement.b_cubed.recall == pytest.approx(sum(by_truth) / n)


def test_recall_by_change_looks_at_clusters_of_two_only() -> None:
    """A cluster of three would count a change that nobody made between two of its copies."""
    truth, labels = np.array([0, 0, 1, 1, 2, 2, 2]), np.array([5, 5, 6, 7, 8, 8, 8])
    changes = ["original", "cut", "masked", "original", "original", "cut", "cut"]
    rows = {row.change: (row.recall, row.pairs) for row in recall_by_change(truth, changes, labels)}
    assert rows == {"cut": (1.0, 1), "masked": (0.0, 1)}


def test_pairs_are_counted_by_where_they_ended(home: Home) -> None:
    """Pairs apart, in no case and not in the store would be mixed up, or ids without a platform not found."""
    home.settle(
        observed("1", PLEA),
        observed("2", f"帮转，急！{PLEA}", author_id="u2", at="07-09T08:00"),
        observed("3", OTHER_PLEA, author_id="u3"),
        observed("4", "今天天气真好，去公园看花了", author_id="u4"),
    )
    file = home.folder / "pairs.tsv"
    file.write_text("left\tright\tkind\n1\tweibo:2\tcopy\n1\t3\tother\n3\t4\tother\n1\t99\tother\n", encoding="utf-8")
    said = home.run("evaluate", "pairs", file, "--json")
    assert said.code == 0, said.err
    result = json.loads(said.out)
    every, copy, other = result["counts"]
    assert (every["pairs"], every["same_case"], every["apart"], every["no_case"], every["unknown"]) == (4, 1, 1, 1, 1)
    assert (copy["same_case"], other["same_case"]) == (1, 0)
    assert result["agreement"]["pairs"]["precision"] == 1.0
    words = home.run("evaluate", "pairs", file).out
    assert "same case                      1   recall 0.333" in words


def test_a_labelled_corpus_is_linked_by_itself(home: Home) -> None:
    """The corpus would be measured through whatever the database holds."""
    posts = [(PLEA, "a", "original"), (f"{PLEA} 求扩散求扩散", "a", "suffix"), (OTHER_PLEA, "b", "original")]
    rows = [json.dumps({"id": str(i), "text": t, "cluster": c, "change": k}) for i, (t, c, k) in enumerate(posts)]
    file = home.folder / "corpus.jsonl"
    file.write_text("\n".join(rows), encoding="utf-8")
    said = home.run("evaluate", "pairs", file, "--json")
    assert said.code == 0, said.err
    result = json.loads(said.out)
    assert result["agreement"]["pairs"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert result["changes"] == [{"change": "suffix", "recall": 1.0, "pairs": 1}]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [("p.tsv", "1\t2\n3\n", ":2:"), ("p.tsv", "# nothing\n", "pair"), ("c.jsonl", '{"text": "x"}\n', ":1:")],
)
def test_a_malformed_file_is_named_with_its_line(tmp_path: Path, name: str, text: str, line: str) -> None:
    """Somebody would search a file of a million lines for the bad one."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    read = read_labelled if name.endswith("jsonl") else read_pairs
    with pytest.raises(UserError, match=line):
        read(path)
