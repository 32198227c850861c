"""`houxu import`: what is taken, what changes nothing, how it ends."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from tests.process.home import NOW, OTHER_PLEA, PLEA, THANKS, Home, deleted, observed, run_houxu, seen_again

WEIBO_ID = "5053480000000001"


def test_importing_a_file_twice_changes_nothing(home: Home) -> None:
    """A second import would add rows, or leave a run behind that brought nothing."""
    path = home.write("a.jsonl", [observed("a1", PLEA), observed("a2", THANKS, "07-09T10:00"), "broken"])
    assert home.run("import", path, "--now", NOW).code == 1
    before = home.tables()
    again = home.run("import", path, "--now", "2024-07-13T02:00:00+08:00")
    assert home.tables() == before
    assert again.code == 1
    assert "2 个已有" in again.out


def test_importing_twice_adds_nothing_to_the_spool(home: Home) -> None:
    """Raw text would pile up with every repetition and outlive the retention of the first copy."""
    path = home.write("a.jsonl", [observed("a1", PLEA)])
    home.run("import", path, "--now", NOW)
    before = home.spooled()
    home.run("import", path, "--now", NOW)
    assert home.spooled() == before


def test_a_line_twice_in_one_file_is_one_observation(home: Home) -> None:
    """An export that repeats itself would count sightings that never happened."""
    assert home.take(observed("a1", PLEA), observed("a1", PLEA)).code == 0
    assert home.values("SELECT COUNT(*) FROM observations") == [1]


def test_a_clean_import_ends_with_0_and_says_what_it_took(home: Home) -> None:
    """A script could not tell success, and a person would not know how much came in."""
    said = home.take(observed("a1", PLEA), observed("a2", "转发微博", repost_of="a1"))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("2 行：2 个新观测，2 个新帖子")


def test_a_rejected_line_ends_with_1_and_the_last_line_counts_it(home: Home) -> None:
    """A night would report success although lines were lost."""
    said = home.take(observed("a1", PLEA), "{", "[]")
    assert said.code == 1
    assert "2 行没有收下" in said.last_line
    assert home.values("SELECT outcome FROM runs") == ["partial"]


def test_a_missing_file_ends_with_2_and_makes_nothing(home: Home) -> None:
    """A typing error would leave an empty database that later looks like a quiet night."""
    before = home.everything()
    said = home.run("import", home.folder / "none.jsonl")
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert "none.jsonl" in said.err
    assert home.everything() == before


def test_a_missing_file_beside_good_ones_stops_before_the_first_line(home: Home) -> None:
    """Half of a list would be imported, and the caller would not know which half."""
    home.take(observed("a1", PLEA))
    before = home.tables()
    good = home.write("good.jsonl", [observed("a2", THANKS)])
    said = home.run("import", good, home.folder / "none.jsonl")
    assert said.code == 2
    assert home.tables() == before


def test_a_folder_is_not_a_file(home: Home) -> None:
    """A folder given by mistake would crash instead of being named."""
    said = home.run("import", home.folder)
    assert said.code == 2
    assert str(home.folder) in said.err


def test_standard_input_is_a_file_named_dash(home: Home) -> None:
    """`zcat … | houxu import -` would not work."""
    data = json.dumps(observed("a1", PLEA), ensure_ascii=False).encode() + b"\n{\n"
    said = home.run("import", "-", "--now", NOW, stdin=data)
    assert said.code == 1
    assert said.err.startswith("-:2: ")
    assert home.values("SELECT post_id FROM posts") == ["weibo:a1"]


def test_packed_standard_input_is_recognised(home: Home) -> None:
    """`houxu import - < posts.jsonl.gz` would be refused as not UTF-8."""
    data = gzip.compress(json.dumps(observed("a1", PLEA)).encode())
    assert home.run("import", "-", "--now", NOW, stdin=data).code == 0
    assert home.values("SELECT post_id FROM posts") == ["weibo:a1"]


def test_gzip_is_recognised_by_its_content(home: Home) -> None:
    """A packed file under another name, or a plain one called .gz, would be refused."""
    packed = home.write("a.jsonl.gz", [observed("a1", PLEA)])
    packed.rename(home.folder / "packed.jsonl")
    plain = home.write("b.jsonl", [observed("a2", THANKS)])
    plain.rename(home.folder / "plain.gz")
    assert home.run("import", home.folder / "packed.jsonl", home.folder / "plain.gz", "--now", NOW).code == 0
    assert home.values("SELECT COUNT(*) FROM posts") == [2]


def test_a_pipe_by_name_is_read(home: Home) -> None:
    """`houxu import <(zcat …)` hands over a pipe, which cannot be rewound."""
    read_end, write_end = os.pipe()
    os.write(write_end, json.dumps(observed("a1", PLEA)).encode() + b"\n")
    os.close(write_end)
    try:
        assert home.run("import", f"/dev/fd/{read_end}", "--now", NOW).code == 0
    finally:
        os.close(read_end)
    assert home.values("SELECT COUNT(*) FROM posts") == [1]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n  \n"])
def test_line_ends_and_empty_lines_do_not_matter(home: Home, end: str) -> None:
    """A file from Windows, or one with empty lines, would be rejected line by line."""
    lines = [json.dumps(observed(name, PLEA), ensure_ascii=False) for name in ("a1", "a2")]
    (home.folder / "a.jsonl").write_bytes((end.join(lines) + end).encode())
    said = home.run("import", home.folder / "a.jsonl", "--now", NOW)
    assert (said.code, home.values("SELECT COUNT(*) FROM posts")) == (0, [2])


def test_a_byte_order_mark_is_no_part_of_the_line(home: Home) -> None:
    """An export by Windows software would lose its first post."""
    assert home.take(b"\xef\xbb\xbf" + json.dumps(observed("a1", PLEA)).encode()).code == 0


def test_a_last_line_without_an_end_is_taken(home: Home) -> None:
    """The last post of a file would be lost."""
    (home.folder / "a.jsonl").write_text(json.dumps(observed("a1", PLEA)), encoding="utf-8")
    assert home.run("import", home.folder / "a.jsonl", "--now", NOW).code == 0


def test_an_author_id_may_be_a_number(home: Home) -> None:
    """Sites write the same account as a number here and as text there: one author would become two."""
    home.take(observed("a1", PLEA, author_id=2100000001), observed("a2", THANKS, author_id="2100000001"))
    assert home.values("SELECT DISTINCT author_id FROM posts") == ["weibo:2100000001"]


def test_a_post_without_author_is_taken(home: Home) -> None:
    """Pleas that were passed on without their writer's name would be lost."""
    line = observed("a1", PLEA)
    del line["author_id"]
    home.settle(line)
    assert home.row("SELECT author_id, status FROM cases") == {"author_id": None, "status": "open"}


def test_the_time_inside_a_weibo_id_stands_in_for_posted_at(home: Home) -> None:
    """The origin of a case would be undecided although the id carries the second."""
    home.take({"platform": "weibo", "id": WEIBO_ID, "text": PLEA})
    row = home.row("SELECT posted_at, first_seen_at FROM posts")
    assert row["posted_at"] == row["first_seen_at"]
    assert row["posted_at"] == "2024-07-07T04:36:24Z"


def test_observed_at_is_posted_at_where_it_is_missing(home: Home) -> None:
    """An archive without sighting times could not be imported."""
    home.take({"platform": "douban", "id": "7", "text": PLEA, "posted_at": "2024-07-08T22:00:00+08:00"})
    assert home.values("SELECT observed_at FROM observations") == ["2024-07-08T14:00:00Z"]


def test_times_of_other_offsets_become_utc(home: Home) -> None:
    """20:00 in Shanghai would be stored as 20:00 UTC and turn late posts into early ones."""
    home.take(observed("a1", PLEA, posted_at="2024-07-08T20:00:00+08:00", observed_at="2024-07-08T12:30:00Z"))
    assert home.row("SELECT posted_at, first_seen_at FROM posts") == {
        "posted_at": "2024-07-08T12:00:00Z",
        "first_seen_at": "2024-07-08T12:30:00Z",
    }


def test_a_later_sighting_is_an_edit_or_a_disappearance(home: Home) -> None:
    """Re-checks would make new posts, or overwrite what was seen before."""
    line = observed("a1", PLEA)
    home.take(line, seen_again(line, "07-09T02:00", text=THANKS), deleted(line, "07-10T02:00"))
    assert home.values("SELECT COUNT(*) FROM observations") == [3]
    row = home.row("SELECT availability, is_edited, author_id, last_seen_at, last_checked_at FROM posts")
    assert row == {
        "availability": "deleted_by_author",
        "is_edited": 1,
        "author_id": "weibo:u1",
        "last_seen_at": "2024-07-08T18:00:00Z",
        "last_checked_at": "2024-07-09T18:00:00Z",
    }


def test_a_refusal_says_nothing_of_the_post(home: Home) -> None:
    """A captcha would make a visible post look gone (A3.3)."""
    line = observed("a1", PLEA)
    blocked = deleted(line, "07-10T02:00") | {"availability": "blocked"}
    home.take(line, blocked)
    row = home.row("SELECT availability, last_checked_at FROM posts")
    assert row == {"availability": "visible", "last_checked_at": "2024-07-08T14:00:00Z"}


def test_a_text_that_a_list_cut_off_never_replaces_a_whole_one(home: Home) -> None:
    """A search page would turn a read plea into its first line, and call that an edit."""
    line = observed("a1", PLEA)
    home.take(line, seen_again(line, "07-09T02:00", text=PLEA[:60] + "...全文"))
    row = home.row("SELECT text, is_edited FROM posts")
    assert (row["text"].endswith("求扩散"), row["is_edited"]) == (True, 0)


def test_a_new_platform_can_be_allowed_in_the_configuration(home: Home) -> None:
    """A local forum could not be followed without changing the program."""
    line = observed("a1", PLEA, platform="localforum")
    assert home.take(line).code == 1
    (home.folder / "houxu.toml").write_text('[import]\nextra_platforms = ["localforum"]\n', encoding="utf-8")
    assert home.take(line).code == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[import\n", ""),
        ("[import]\nunknown = 1\n", "[import.unknown]：没有这个配置项"),
        ('[import]\nearliest_year = "x"\n', "[import.earliest_year] = 'x'：应是整数"),
        ('[crawl]\nkeywords = "x"\n', "[crawl.keywords] = 'x'：应是列表"),
        ("crawl = 1\n", "[crawl] = 1：应是一节"),
        ("workers = -1\n", "[workers] = -1：这个值不行"),
        ("workers = 1 # \ud800", "不是 UTF-8"),
    ],
)
def test_a_wrong_configuration_is_named_and_nothing_is_done(home: Home, text: str, reason: str) -> None:
    """A typing error in a knob would silently run with the default."""
    (home.folder / "houxu.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    before = home.everything()
    said = home.run("import", home.write("a.jsonl", [observed("a1", PLEA)]))
    assert said.code == 2
    assert "houxu.toml" in said.err
    assert reason in said.err
    assert said.err.strip().count("\n") == 0
    assert not home.db.exists()
    assert before.keys() <= home.everything().keys()


def test_now_without_an_offset_is_refused() -> None:
    """A night would be eight hours off without anybody noticing."""
    said = run_houxu("process", "--now", "2024-07-12T02:00:00", "--db", Path("nowhere.db"))
    assert said.code == 2
    assert "--now" in said.err


def test_ids_with_our_own_prefix_and_full_width_digits_are_the_same_ids(home: Home) -> None:
    """A repost would hang on a post `weibo:weibo:…` that nobody has ever seen."""
    home.take(observed("weibo:a1", PLEA), observed("b1", "转", repost_of="weibo:a1"))
    home.take(observed("５０５３４１２３４５６７８９０５", PLEA))
    assert home.values("SELECT post_id FROM posts ORDER BY post_id") == [
        "weibo:5053412345678905",
        "weibo:a1",
        "weibo:b1",
    ]
    assert home.values("SELECT repost_of FROM posts WHERE post_id = 'weibo:b1'") == ["weibo:a1"]


def test_an_id_that_excel_spoilt_is_refused_in_our_own_format_too(home: Home) -> None:
    """Many posts would become one."""
    assert home.take(observed("4.75123E+15", PLEA)).code == 1
    assert "Excel" in home.reasons()[0]


@pytest.mark.parametrize("form", ["list", "pretty list", "pretty object", "pretty objects", "list of a line"])
@pytest.mark.parametrize("options", [(), ("--format", "jsonl")], ids=["auto", "jsonl"])
def test_our_own_observations_are_read_however_they_were_laid_out(
    home: Home, form: str, options: tuple[str, ...]
) -> None:
    """Who prints JSON prettily would get a reject a line and no post."""
    lines = [observed("a1", PLEA), observed("b1", OTHER_PLEA, counts={"likes": 1})]
    shapes = {
        "list": json.dumps(lines, ensure_ascii=False),
        "pretty list": json.dumps(lines, ensure_ascii=False, indent=2),
        "pretty object": json.dumps(lines[0], ensure_ascii=False, indent=2),
        "pretty objects": "\n".join(json.dumps(one, ensure_ascii=False, indent=2) for one in lines),
        "list of a line": "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in lines) + "\n]\n",
    }
    path = home.folder / "pretty.json"
    path.write_text(shapes[form], encoding="utf-8")
    said = home.run("import", path, "--now", NOW, *options)
    assert said.code == 0, said.err
    wanted = ["weibo:a1"] if form == "pretty object" else ["weibo:a1", "weibo:b1"]
    assert home.values("SELECT post_id FROM posts ORDER BY post_id") == wanted


def test_a_pretty_list_that_breaks_off_says_where(home: Home) -> None:
    """What lies behind the break would be missed in silence."""
    text = json.dumps([observed("a1", PLEA), observed("b1", PLEA)], ensure_ascii=False, indent=1)
    path = home.folder / "cut.json"
    path.write_text(text[:-30], encoding="utf-8")
    assert home.run("import", path, "--now", NOW).code == 1
    assert home.values("SELECT post_id FROM posts") == ["weibo:a1"]


def test_a_zstd_file_is_read_or_told_in_one_line(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A packed file would be one line of rubbish, rejected as not UTF-8."""
    path = home.folder / "a.jsonl.zst"
    zstd = pytest.importorskip("backports.zstd")
    path.write_bytes(zstd.compress(json.dumps(observed("a1", PLEA), ensure_ascii=False).encode()))
    assert home.run("import", path, "--now", NOW).code == 0
    assert home.values("SELECT post_id FROM posts") == ["weibo:a1"]
    monkeypatch.setattr("pipeline.intake.lines.zstd", None)
    said = home.run("import", path, "--now", NOW)
    assert (said.code, said.err.strip().count("\n")) == (2, 0)
    assert "zstd" in said.err
