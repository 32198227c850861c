"""Recorded exports of other tools: each file beside what an import must make of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.intake.formats.catalogue import FORMAT_NAMES, load_format
from pipeline.intake.formats.csvfile import sniff_dialect
from pipeline.intake.formats.reading import reader_of
from pipeline.intake.formats.recognise import recognise
from pipeline.intake.parse import LineError, Parser
from pipeline.settings import ImportSettings

EXPORTS = Path(__file__).parent / "exports"
EXPECTED = ".expected.txt"
FILES = sorted(path for path in EXPORTS.iterdir() if not path.name.endswith((EXPECTED, ".toml")))
PARSER = Parser(ImportSettings(), datetime(2022, 4, 10, tzinfo=UTC))
LIMIT = 4_000_000

# Files are named after their tool; these two are named as the tool or the office names them.
NAMED_OTHERWISE = {"1800000001.csv": "weibo-crawler", "plain-table.csv": "csv"}


def tool_of(path: Path) -> str:
    known = [name for name in FORMAT_NAMES if path.name.startswith(name)]
    return known[0] if known else NAMED_OTHERWISE[path.name]


def map_of(path: Path) -> str:
    found = path.with_name(f"{path.name.split('.')[0]}.map.toml")
    return str(found) if found.is_file() else ""


def read(path: Path, format_name: str) -> list[str]:
    """What an import makes of a file: observations as lines, rejects as `! line: reason`."""
    results = []
    for line in reader_of(format_name, map_of(path))(path, LIMIT):
        try:
            if line.problem is not None:
                raise LineError(line.problem)
            results.append(f"{line.number} {PARSER.parse(line.data).to_line()}")
        except LineError as error:
            results.append(f"{line.number} ! {error}")
    return results


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_export_becomes_the_recorded_observations(path: Path) -> None:
    """A column, key, unit or zone that is read otherwise than recorded changes what analysts see."""
    expected = path.with_name(path.name + EXPECTED)
    results = read(path, "auto")
    if not expected.is_file():
        expected.write_text("\n".join(results) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} was written; read it and run again")
    assert results == expected.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_naming_the_format_changes_nothing(path: Path) -> None:
    """`--format auto` would read a file otherwise than the format by its name."""
    assert read(path, tool_of(path)) == read(path, "auto")


@pytest.mark.parametrize("path", [path for path in FILES if not map_of(path)], ids=lambda path: path.name)
def test_auto_recognises_each_tool(path: Path) -> None:
    """A tool's file would be taken for another tool's."""
    finding = recognise(path, path.read_bytes())
    assert finding is not None
    assert finding.export.name == tool_of(path)


def test_every_layout_has_a_recorded_record() -> None:
    """A layout that no sample reaches could be wrong without anybody noticing."""
    unreached = {f"{name}: {layout.name}" for name in FORMAT_NAMES for layout in load_format(name).layouts}
    for path in FILES:
        unreached -= {f"{tool_of(path)}: {name}" for name in layouts_in(path)}
    assert unreached == set()


def layouts_in(path: Path) -> set[str]:
    if map_of(path):
        return set()
    export = load_format(tool_of(path))
    found = [export.layout_of(record) for record in records_in(path)]
    return {layout.name for layout in found if layout is not None}


def records_in(path: Path) -> list[dict[str, object]]:
    text = path.read_bytes()
    if path.suffix == ".csv":
        return [dict.fromkeys(sniff_dialect(text).header, "")]
    if path.suffix == ".json":
        value = json.loads(text)
        return list(value if isinstance(value, list) else value["weibo"])
    return [json.loads(line) for line in text.splitlines()]


def test_a_weibo_crawler_header_without_live_photo_does_not_shift_the_columns() -> None:
    """The time of every post would be its phone's name, and the likes its comments (weibo-crawler #581)."""
    line = read(EXPORTS / "1800000001.csv", "auto")[1]
    observation = json.loads(line.split(" ", 1)[1])
    assert observation["posted_at"] == "2022-04-03T23:15:00+00:00"
    assert observation["counts"] == {"reposts": 0, "comments": 1, "likes": 2}


def test_mediacrawler_times_do_not_come_from_the_number_that_is_eight_hours_off() -> None:
    """A resolution would be dated eight hours after it was said."""
    record = json.loads((EXPORTS / "mediacrawler-weibo_contents.json").read_text(encoding="utf-8"))[0]
    observation = json.loads(read(EXPORTS / "mediacrawler-weibo_contents.json", "auto")[0].split(" ", 1)[1])
    assert observation["posted_at"] == "2022-04-03T01:05:12+00:00"
    assert record["create_time"] - 8 * 3600 == datetime.fromisoformat(observation["posted_at"]).timestamp()


def test_a_comment_with_the_number_of_a_video_is_not_that_video() -> None:
    """A comment's words would be stored as an edit of the video: both count from one on Bilibili."""
    video = json.loads(read(EXPORTS / "mediacrawler-bilibili_contents.jsonl", "auto")[0].split(" ", 1)[1])
    comment = json.loads(read(EXPORTS / "mediacrawler-bilibili_comments.json", "auto")[0].split(" ", 1)[1])
    assert comment["reply_to"] == video["id"]
    assert comment["id"] != video["id"]


def test_a_title_alone_is_marked_as_cut() -> None:
    """A list that shows titles only would overwrite the whole text of a note, and its words of thanks with it."""
    line = read(EXPORTS / "zeeschuimer-export-xiaohongshu.ndjson", "auto")[0]
    assert json.loads(line.split(" ", 1)[1])["text"].endswith("…全文")


def test_a_tombstone_inside_a_repost_is_an_availability_and_no_text() -> None:
    """The platform's sentence would stand as the author's latest words."""
    line = read(EXPORTS / "zeeschuimer-export-weibo.ndjson", "auto")[3]
    observation = json.loads(line.split(" ", 1)[1])
    assert (observation["availability"], observation["text"]) == ("deleted_by_author", None)


def test_a_tombstone_without_its_time_is_left_out() -> None:
    """It would be dated when the post was written, and with one later sighting the plea would count as withdrawn."""
    reposts = read(EXPORTS / "weibo-crawler-2026.csv", "auto")
    assert [json.loads(line.split(" ", 1)[1])["availability"] for line in reposts] == ["visible", "visible"]
