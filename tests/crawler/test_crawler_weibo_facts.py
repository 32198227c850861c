"""Weibo's ids, times and tombstones: what the page readers stand on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.replica.world import native_id
from crawler.weibo.ids import lengthen_id, read_id_time, shorten_id
from crawler.weibo.mblog import read_count
from crawler.weibo.times import CHINA, read_time, write_time
from crawler.weibo.tombstones import TableError, load_tombstones

SEEN_AT = datetime(2024, 7, 9, 2, 0, tzinfo=CHINA)
MOMENTS = st.integers(1_300_000_000, 2_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@pytest.mark.parametrize(
    ("native", "bid"),
    [("4804608494665869", "M1VT3jzNX"), ("3501756485200075", "z0JH2lOMb"), ("5303880858734627", "R1CXrAEh5")],
)
def test_published_id_pairs_convert_both_ways(native: str, bid: str) -> None:
    """Links to posts would lead to other posts (pairs of platforms.md §1.1)."""
    assert shorten_id(native) == bid
    assert lengthen_id(bid) == native


@given(st.integers(10**15, 10**16 - 1))
def test_short_form_of_an_id_is_reversible(number: int) -> None:
    """Two posts would share a link."""
    assert lengthen_id(shorten_id(str(number))) == str(number)


@given(MOMENTS, st.text(max_size=8))
def test_minted_id_carries_its_second(moment: datetime, symbol: str) -> None:
    """Posts of the sample world would be dated wrongly where a page shows no time."""
    minted = native_id(moment, symbol)
    assert len(minted) == 16
    assert read_id_time(minted) == moment


@pytest.mark.parametrize("native", ["730379578", "20110061812539159", "", "M1VT3jzNX"])
def test_ids_of_before_the_scheme_have_no_time(native: str) -> None:
    """A post of 2010 would be dated by an id that says nothing."""
    assert read_id_time(native) is None


@given(MOMENTS)
def test_written_time_reads_back(moment: datetime) -> None:
    """A time would shift on its way through the API's form."""
    assert read_time(write_time(moment), SEEN_AT) == moment


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Sat Aug 20 18:29:52 +0800 2022", datetime(2022, 8, 20, 10, 29, 52, tzinfo=UTC)),
        ("刚刚", SEEN_AT),
        ("16秒前", SEEN_AT - timedelta(seconds=16)),
        ("3分钟前", SEEN_AT - timedelta(minutes=3)),
        ("2小时前", SEEN_AT - timedelta(hours=2)),
        ("昨天 12:25", datetime(2024, 7, 8, 12, 25, tzinfo=CHINA)),
        ("今天01:47", datetime(2024, 7, 9, 1, 47, tzinfo=CHINA)),
        ("07-01", datetime(2024, 7, 1, tzinfo=CHINA)),
        ("2018-12-30", datetime(2018, 12, 30, tzinfo=CHINA)),
        ("2018-13-45", None),
        ("Sat Foo 20 18:29:52 +0800 2022", None),
        ("Sat Feb 31 18:29:52 +0800 2022", None),
        ("", None),
        ("很久以前", None),
    ],
)
def test_every_written_form_of_a_time_is_read(written: str, moment: datetime | None) -> None:
    """A post would be dated wrongly, or a new form would crash the night."""
    assert read_time(written, SEEN_AT) == moment


@pytest.mark.parametrize(
    ("written", "number"),
    [(74, 74), ("2007", 2007), ("100万+", 1_000_000), ("1.2亿", 120_000_000), ("赞", None), (None, None)],
)
def test_counters_are_read_in_every_form(written: object, number: int | None) -> None:
    """A counter shown as `100万+` would be lost."""
    assert read_count(written) == number


def test_longest_sentence_decides() -> None:
    """「微博不存在或暂无查看权限」 would be read as 「暂无查看权限」, that is, as hidden by its author."""
    table = load_tombstones()
    assert table.read_sentence("微博不存在或暂无查看权限!") == "not_found"
    assert table.read_sentence("暂无查看权限") == "hidden_by_author"


@given(st.text())
def test_unknown_words_mean_nothing(words: str) -> None:
    """Some other message would be taken for a tombstone."""
    table = load_tombstones()
    if not any(sentence in "".join(words.split()) for sentence, _availability in table.sentences):
        assert table.read_sentence(words) is None


@pytest.mark.parametrize("code", [20101, "20101"])
def test_codes_are_read_as_number_and_as_text(code: object) -> None:
    """`errno` comes as text and `error_code` as a number."""
    assert load_tombstones().read_code(code) == "not_found"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("code\t20101\tnot_found\tB", ":2: 4 fields"),
        ("phrase\tx\tnot_found\tB\tnone", ":2: match must be"),
        ("code\t\tnot_found\tB\tnone", ":2: match must be"),
        ("code\t20101\tresolved\tB\tnone", ":2: unknown availability"),
        ("code\t20101\tvisible\tB\tnone", ":2: unknown availability"),
    ],
)
def test_malformed_line_names_file_and_line(line: str, said: str, tmp_path: Path) -> None:
    """A slip in the table would silently change what is said of a post."""
    path = tmp_path / "tombstones.tsv"
    path.write_text(f"match\tvalue\tavailability\tgrade\tsource\n{line}\n", encoding="utf-8")
    with pytest.raises(TableError, match=said):
        load_tombstones(path)


def test_table_without_its_header_is_an_error(tmp_path: Path) -> None:
    """A table of other columns would be read as if it were ours."""
    path = tmp_path / "tombstones.tsv"
    path.write_text("# only a remark\n", encoding="utf-8")
    with pytest.raises(TableError, match="the header must be"):
        load_tombstones(path)
