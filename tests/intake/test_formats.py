"""`houxu import` of other tools' files: broken rows, hostile text, Excel, wrong files, and no second effect."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import UserError
from pipeline.intake.formats.reading import reader_of
from pipeline.intake.formats.values import read_count, read_time
from pipeline.intake.lines import Line, read_lines
from tests.process.home import NOW, Home

EXPORTS = Path(__file__).parent / "exports"
LIMIT = 4_000_000
BEIJING = timedelta(hours=8)
SEARCH_HEADER = ["id", "bid", "user_id", "用户昵称", "微博正文", "发布时间", "retweet_id"]


def write_csv(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> Path:
    text = io.StringIO()
    csv.writer(text).writerows([SEARCH_HEADER, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def search_row(number: int, text: str) -> list[str]:
    return [str(4754094472298573 + number), "LmQa01Bcd", "1800000001", "柳岸晓风", text, "2022-04-03 09:05", ""]


def read(path: Path, format_name: str = "auto", map_path: str = "", limit: int = LIMIT) -> list[Line]:
    return list(reader_of(format_name, map_path)(path, limit))


def texts_of(lines: Sequence[Line]) -> list[str]:
    return [json.loads(line.data)["text"] for line in lines if line.problem is None]


def problems_of(lines: Sequence[Line]) -> list[int]:
    return [line.number for line in lines if line.problem is not None]


# What csv.writer cannot write at all is left out: surrogates have no encoding.
HOSTILE = st.text(st.sampled_from('"",;\n\r\t\'\\ 求助药😷{}[]=\u2028\ufeff\x00a1'), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(HOSTILE, min_size=1, max_size=5), st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]))
def test_any_text_that_a_tool_writes_is_read_as_it_was(tmp_path: Path, texts: list[str], encoding: str) -> None:
    """A quote, a comma, a line end or an emoji in a plea would cut it or move its columns."""
    path = write_csv(tmp_path / "a.csv", [search_row(i, text) for i, text in enumerate(texts)], encoding)
    assert texts_of(read(path, "weibo-search")) == texts


@pytest.mark.parametrize("broken", ['1,2,3,4,"no end', '1,2,"closed"too early,4,5,6,7', "1,2,3,4,5,6,7,8,9"])
def test_a_broken_row_is_one_reject_and_the_rows_behind_it_are_read(tmp_path: Path, broken: str) -> None:
    """One quote that never closes would swallow every plea behind it."""
    path = write_csv(tmp_path / "a.csv", [search_row(0, "第一\n条"), search_row(1, "第二条")])
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    path.write_text("".join([*lines[:3], broken + "\r\n", *lines[3:], lines[3]]), encoding="utf-8")
    found = read(path)
    assert problems_of(found) == [4]
    assert texts_of(found) == ["第一\n条", "第二条", "第二条"]


def test_rejects_carry_the_first_line_of_their_record(tmp_path: Path, home: Home) -> None:
    """Nobody would find the row in a file whose texts run over many lines."""
    rows = [search_row(0, "一\n二\n三"), ["4.75E+15", *search_row(1, "求助\n甲")[1:]], search_row(2, "求助乙")]
    said = home.run("import", write_csv(tmp_path / "a.csv", rows), "--now", NOW)
    assert said.code == 1
    assert home.rows("SELECT line FROM rejects") == [{"line": 5}]
    assert "4.75E+15" in home.reasons()[0]
    assert home.values("SELECT COUNT(*) FROM posts") == [2]


def test_damaged_characters_are_a_reject_and_not_a_guess(tmp_path: Path) -> None:
    """Half of a plea in the wrong encoding would be stored as words."""
    path = write_csv(tmp_path / "a.csv", [search_row(0, "求助甲"), search_row(1, "XX"), search_row(2, "求助乙")])
    path.write_bytes(path.read_bytes().replace(b"XX", b"\xff\xfe"))
    found = read(path)
    assert problems_of(found) == [3]
    assert texts_of(found) == ["求助甲", "求助乙"]


def test_a_damaged_line_does_not_change_the_encoding_of_the_others(tmp_path: Path) -> None:
    """One bad byte would make a whole UTF-8 file nonsense in GB18030."""
    path = write_csv(tmp_path / "a.csv", [search_row(i, f"求助{i}") for i in range(9)], "utf-8")
    path.write_bytes(path.read_bytes().replace("求助4".encode(), b"\xe6\xb1"))
    assert texts_of(read(path)) == [f"求助{i}" for i in range(9) if i != 4]


def test_excel_unicode_text_is_refused_with_a_way_out(tmp_path: Path, home: Home) -> None:
    """A person would read of an unknown header that looks right on the screen."""
    path = write_csv(tmp_path / "a.csv", [search_row(0, "求助")], "utf-16")
    said = home.run("import", path, "--now", NOW)
    assert said.code == 2
    assert "CSV UTF-8" in said.err


def test_a_row_longer_than_the_limit_is_a_reject(tmp_path: Path) -> None:
    """A file without line ends would be read into memory whole."""
    path = write_csv(tmp_path / "a.csv", [search_row(0, "长" * 20_000), search_row(1, "求助")])
    found = read(path, limit=10_000)
    assert (problems_of(found), texts_of(found)) == ([2], ["求助"])


def test_an_id_that_excel_has_shortened_is_not_taken_for_a_post(tmp_path: Path) -> None:
    """All posts of a file would become one post with the id 4.75123E+15."""
    row = ["4.75123E+15", *search_row(0, "求助")[1:]]
    found = read(write_csv(tmp_path / "a.csv", [row]))
    assert found[0].problem is not None
    assert "Excel" in found[0].problem


def test_importing_an_export_twice_changes_nothing(home: Home) -> None:
    """A nightly import of a growing file would count every post again."""
    files = sorted(path for path in EXPORTS.iterdir() if path.suffix in (".csv", ".json", ".jsonl", ".ndjson"))
    files = [path for path in files if path.name != "plain-table.csv"]
    assert home.run("import", *files, "--now", NOW).code == 1
    before = home.tables()
    home.run("import", *files, "--now", "2024-07-13T02:00:00+08:00")
    assert home.tables() == before


def test_the_spool_of_an_export_can_be_read_again_without_the_format(home: Home) -> None:
    """A rebuild or a reveal would need the tool's file, which the operator has long deleted."""
    home.run("import", EXPORTS / "weibo-crawler.json", "--now", NOW)
    (spooled,) = home.spool.rglob("*.jsonl.gz")
    lines = list(read_lines(spooled, LIMIT))
    assert texts_of(lines) == texts_of(read(EXPORTS / "weibo-crawler.json"))


@pytest.mark.parametrize("header", ["编号,内容,登记时间", "id,name,amount"])
def test_an_unknown_table_ends_with_2_and_shows_its_header(tmp_path: Path, home: Home, header: str) -> None:
    """A person would get a thousand rejects and no word of what to do."""
    path = tmp_path / "unknown.csv"
    path.write_text(f"{header}\n1,2,3\n", encoding="utf-8")
    before = home.everything()
    said = home.run("import", path, "--now", NOW)
    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    assert header.replace(",", ", ") in said.err
    assert "--map" in said.err
    assert home.everything() == before


def test_a_wrong_file_among_others_leaves_all_of_them_out(tmp_path: Path, home: Home) -> None:
    """Exit code 2 means that nothing changed."""
    path = tmp_path / "unknown.csv"
    path.write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    assert home.run("import", EXPORTS / "weibo-search.csv", path, "--now", NOW).code == 2
    assert not home.db.exists()


def test_a_file_of_another_tool_than_the_named_one_is_refused(home: Home) -> None:
    """A wrong name would make posts of whatever columns happen to be called alike."""
    said = home.run("import", "--format", "weibo-crawler", EXPORTS / "weibo-search.csv", "--now", NOW)
    assert said.code == 2
    assert "weibo-crawler" in said.err


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ('platform = "weibo"\n[columns]\ntext = "内容"\n', "id"),
        ('platform = "weibo"\n[columns]\nid = "编号"\nphone = "电话"\n', "phone"),
        ('platform = "weibo"\nutc_offset = "8"\n[columns]\nid = "编号"\n', "utc_offset"),
        ("[columns\n", "map.toml"),
        ('platform = "weibo"\n[columns]\nid = "没有这列"\n', "没有这列"),
    ],
)
def test_a_wrong_column_map_says_what_is_wrong(tmp_path: Path, home: Home, content: str, word: str) -> None:
    """A misspelt field would be a column that silently is not read."""
    path = tmp_path / "map.toml"
    path.write_text(content, encoding="utf-8")
    said = home.run("import", "--map", path, EXPORTS / "plain-table.csv", "--now", NOW)
    assert said.code == 2
    assert word in said.err


def test_csv_without_a_map_and_a_map_with_another_format_are_refused() -> None:
    """What is asked for would be ignored without a word."""
    with pytest.raises(UserError, match="--map"):
        reader_of("csv", "")
    with pytest.raises(UserError, match="weibo-search"):
        reader_of("weibo-search", str(EXPORTS / "plain-table.map.toml"))


def test_the_configuration_can_name_the_format_and_the_map(home: Home) -> None:
    """Who imports the same register every night would have to type the map every night."""
    home.folder.joinpath("houxu.toml").write_text(
        f'[import]\nformat = "csv"\nmap = "{EXPORTS / "plain-table.map.toml"}"\n', encoding="utf-8"
    )
    said = home.run("import", EXPORTS / "plain-table.csv", "--now", NOW)
    # The table names pictures that are not beside it: the posts are taken, and the run says what is missing.
    assert said.code == 1
    assert home.values("SELECT native_id FROM posts ORDER BY 1") == ["QH-001", "QH-002"]


def test_standard_input_and_gzip_are_recognised_too(home: Home) -> None:
    """A pipe cannot be wound back after a look at its beginning."""
    data = gzip.compress((EXPORTS / "mediacrawler-weibo_contents.json").read_bytes(), mtime=0)
    assert home.run("import", "-", "--now", NOW, stdin=data).code == 0
    assert home.values("SELECT COUNT(*) FROM posts") == [1]


def test_a_gzip_file_that_was_cut_off_gives_what_lies_before_the_cut(tmp_path: Path) -> None:
    """An interrupted download would lose all of it, or end like a whole file."""
    path = write_csv(tmp_path / "a.csv", [search_row(i, f"求助{i * 7919}") for i in range(2000)])
    packed = gzip.compress(path.read_bytes(), mtime=0)
    path.write_bytes(packed[: len(packed) // 2])
    found = read(path)
    whole = texts_of(found)
    assert whole == [f"求助{i * 7919}" for i in range(len(whole))]
    assert len(whole) > 500
    assert found[-1].problem is not None


def test_a_json_list_is_read_item_by_item_and_says_where_it_breaks_off(tmp_path: Path) -> None:
    """A file cut while it was written would lose its whole items, or a large one would fill the memory."""
    item = json.loads((EXPORTS / "mediacrawler-weibo_contents.json").read_text(encoding="utf-8"))[0]
    items = [item | {"content": f"求助{i}" + "字" * 500} for i in range(600)]
    path = tmp_path / "a.json"
    path.write_text(json.dumps([*items[:300], 7, *items[300:]], ensure_ascii=False, indent=4)[:-400], encoding="utf-8")
    found = read(path)
    lines_of_an_item = len(item) + 2
    assert len(texts_of(found)) == 599
    assert problems_of(found) == [2 + 300 * lines_of_an_item, 3 + 599 * lines_of_an_item]


def test_an_item_that_lacks_its_id_is_a_reject_with_its_line(tmp_path: Path, home: Home) -> None:
    """A post without an id would be lost without a trace."""
    item = json.loads((EXPORTS / "mediacrawler-weibo_contents.json").read_text(encoding="utf-8"))[0]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in (item, item | {"note_id": None})), encoding="utf-8")
    assert home.run("import", path, "--now", NOW).code == 1
    assert home.values("SELECT line FROM rejects") == [2]


def test_half_an_emoji_does_not_cost_the_post(tmp_path: Path) -> None:
    """A browser that cut a text inside an emoji would make the whole plea unreadable."""
    record = json.loads((EXPORTS / "zeeschuimer-export-bilibili.ndjson").read_text(encoding="utf-8"))
    record["data"]["desc"] = "求助\ud83d"
    path = tmp_path / "a.ndjson"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    assert texts_of(read(path))[0].endswith("求助\ufffd")


def test_our_own_lines_stay_ours_whatever_stands_first(home: Home) -> None:
    """A broken first line would turn a whole spool into an unknown table."""
    path = home.write("a.jsonl", ["这,不,是,观测", '{"platform":"weibo","id":"4754094472298573","text":"求助"}'])
    assert [(line.number, line.data[:1]) for line in read(path)] == [(1, "这".encode()[:1]), (2, b"{")]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2022-04-03 09:05", "2022-04-03T09:05:00+08:00"),
        ("2022/4/3 9:05", "2022-04-03T09:05:00+08:00"),
        ("2022年04月03日 09:05", "2022-04-03T09:05:00+08:00"),
        ("2022-04-03T09:05:12Z", "2022-04-03T09:05:12+00:00"),
        ("2022-04-03 09:05:12+08:00", "2022-04-03T09:05:12+08:00"),
        ("Sun Apr 03 09:05:12 +0800 2022", "2022-04-03T09:05:12+08:00"),
        (1648947912, "2022-04-03T01:05:12+00:00"),
        ("1648947912000", "2022-04-03T01:05:12+00:00"),
        ("1648947912.0", "2022-04-03T01:05:12+00:00"),
        ("2022年4月3日9时5分", "2022-04-03T09:05:00+08:00"),
        ("2022-04-03 上午9:05", "2022-04-03T09:05:00+08:00"),
        ("2022/4/3 下午9:05:12", "2022-04-03T21:05:12+08:00"),
        ("2022/4/3 中午12:05", "2022-04-03T12:05:00+08:00"),
        ("２０２２－０４－０３ ０９：０５", "2022-04-03T09:05:00+08:00"),
        ("2022-13-45 09:05", "2022-13-45 09:05"),
        ("刚刚", "刚刚"),
        (0, None),
        ("", None),
    ],
)
def test_times_as_tools_write_them(written: object, moment: str | None) -> None:
    """A zone or a unit that is guessed wrongly dates a resolution before or after the copies it makes stale."""
    assert read_time(written, BEIJING, None) == moment


@pytest.mark.parametrize(
    ("written", "count"),
    [("1.2万", 12_000), ("100万+", 1_000_000), ("3亿", 300_000_000), (7, 7), ("赞", None), ("", None), (None, None)],
)
def test_counters_as_sites_show_them(written: object, count: int | None) -> None:
    """A plea would be rejected because its counter reads 1.2万."""
    assert read_count(written) == count


_HEADER = "id,bid,user_id,用户昵称,微博正文,发布时间,转发数,评论数,点赞数,retweet_id"


def _searched(tmp_path: Path, *rows: str) -> list[Line]:
    path = tmp_path / "求助.csv"
    path.write_text("\n".join([_HEADER, *rows]), encoding="utf-8")
    return list(reader_of("auto", "")(path, 10_000))


@pytest.mark.parametrize("when", ["3分钟前", "07月08日 10:05", "今天 10:05", "", "2024-07-08"])
def test_the_id_of_a_weibo_post_stands_in_for_a_time_that_nobody_can_read(tmp_path: Path, when: str) -> None:
    """A search page shows `3分钟前`, and the plea would be rejected although its id knows the second."""
    (line,) = _searched(tmp_path, f"5053412345678905,Om,1800000001,小柳,求助,{when},0,0,0,")
    assert line.problem is None
    assert json.loads(line.data)["posted_at"] is None


@pytest.mark.parametrize(
    "written", ["５０５３４１２３４５６７８９０５", '"=""5053412345678905"""', "'5053412345678905"]
)
def test_an_id_that_was_kept_from_excel_is_the_same_id(tmp_path: Path, written: str) -> None:
    """The same post would be stored twice, and a re-check would never meet it."""
    (line,) = _searched(tmp_path, f"{written},Om,1800000001.0,小柳,求助,2024-07-08 10:05,0,0,0,")
    told = json.loads(line.data)
    assert (told["id"], told["author_id"]) == ("5053412345678905", "1800000001")
    assert told["url"] == "https://weibo.com/1800000001/Om"


def test_a_spoilt_reference_costs_the_reference_and_not_the_post(tmp_path: Path) -> None:
    """A plea would be lost for the number of the post that it passes on."""
    post, told = _searched(tmp_path, "5053412345678905,Om,1,小柳,求助,2024-07-08 10:05,0,0,0,5.05341E+15")
    assert json.loads(post.data)["repost_of"] is None
    assert told.problem is not None
    assert "帖子已收下" in told.problem


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"text_raw": "求助\n望溪区 ...\u200b\u200b"}, "求助\n望溪区…全文"),
        ({"text": '求助<br/>望溪区 ...<span class="expand">展开</span>'}, "求助<br/>望溪区…全文"),
        ({"text_raw": "求助 ...", "longText": {"content": "求助\n整段都在"}}, "求助\n整段都在"),
        ({"text_raw": "求助 ...", "isLongText": False}, "求助 ..."),
    ],
)
def test_a_captured_text_that_goes_on_is_marked_as_cut(tmp_path: Path, more: dict[str, object], text: str) -> None:
    """The half that a list shows would replace the whole plea, and its phone with it."""
    post = {"id": 5053412345678901, "created_at": "Mon Jul 08 10:05:00 +0800 2024", "user": {"id": 18}, "mblogid": "Om"}
    post |= {"attitudes_count": 1, "isLongText": True} | more
    path = tmp_path / "capture.ndjson"
    path.write_text(json.dumps({"timestamp_collected": 1720450000123, "item_id": "1", "data": post}), encoding="utf-8")
    (line,) = reader_of("zeeschuimer", "")(path, 10_000)
    assert json.loads(line.data)["text"].rstrip() == text


def test_the_likes_of_a_general_table_are_kept(tmp_path: Path) -> None:
    """A plea that thousands have seen would look unread."""
    path = tmp_path / "any.csv"
    header, row = "id,thread_id,author,body,timestamp,url,likes,comments", "1,1,柳,求助,2024-07-08 02:05:00,{},12,3"
    path.write_text(f"{header}\n{row.format('https://weibo.com/1/Om')}", encoding="utf-8")
    (line,) = reader_of("4cat", "")(path, 10_000)
    assert json.loads(line.data)["counts"] == {"reposts": None, "comments": 3, "likes": 12}
