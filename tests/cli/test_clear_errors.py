"""A slip of the hand is told in one line; nothing is taken for an answer or lost in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.process.home import PLEA, Home, observed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("judge", "same", "weibo:a1", "weibo:a1"), "同一个帖子"),
        (("lookup", "--text", ""), "没有要查的文字"),
        (("lookup", "--text", " \n"), "没有要查的文字"),
        (("lookup", "--image", "empty"), "文件夹里没有文件"),
        (("import", "empty"), "是文件夹"),
        (("backup", "nowhere/copy.db"), "没有这个文件夹"),
        (("reveal", "weibo:a1", "--reason", " "), "请写理由"),
        (("forget", "weibo:a1", "--reason", ""), "请写理由"),
        (("evaluate", "status", "empty.jsonl"), "没有标注好的世界"),
        (("evaluate", "pairs", "number.jsonl"), "number.jsonl:1"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else None,
)
def test_a_slip_is_told_in_one_line(
    home: Home, arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller would take nothing for an answer, or read a traceback."""
    home.settle(observed("a1", PLEA))
    (home.folder / "empty").mkdir()
    (home.folder / "empty.jsonl").touch()
    (home.folder / "number.jsonl").write_text('{"text": 5, "cluster": "a"}\n', encoding="utf-8")
    monkeypatch.chdir(home.folder)
    done = home.run(*arguments)
    assert (done.code, done.err.strip().count("\n")) == (2, 0)
    assert said in done.err


def test_a_judgement_of_a_post_that_nobody_has_seen_says_so(home: Home) -> None:
    """A mistyped number would be noted as if it were done."""
    home.settle(observed("a1", PLEA))
    done = home.run("judge", "same", "weibo:a1", "weibo:typo")
    assert done.code == 0
    assert "weibo:typo: 还没见过" in done.err


@pytest.mark.parametrize(
    "link",
    [
        "https://weibo.example/p/a1",
        "http://www.weibo.example/p/a1?from=share#reply",
        "weibo.example/p/a1/",
        "weibo:a1",
    ],
)
def test_a_link_is_found_however_it_was_shared(home: Home, link: str) -> None:
    """Sharing adds its own words to a link, and a browser hides its scheme."""
    home.settle(observed("a1", PLEA, url="https://weibo.example/p/a1"))
    assert json.loads(home.run("lookup", "--json", "--url", link).out)["outcome"] == "match"
    text = f"这条后来怎么样了？{link}，谢谢"
    found = json.loads(home.run("lookup", "--json", "--text", text).out)["outcome"]
    assert found == ("match" if link.startswith("http") else "none")


def test_an_empty_export_is_a_quiet_day(home: Home, tmp_path: Path) -> None:
    """One empty list among the day's files would keep all the others out."""
    quiet = tmp_path / "quiet.json"
    quiet.write_text("[\n]\n", encoding="utf-8")
    for options in ((), ("--format", "mediacrawler")):
        done = home.run("import", *options, str(quiet))
        assert (done.code, done.out.split()[0]) == (0, "0")
