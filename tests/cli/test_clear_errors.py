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
        (("judge", "same", "x", "y"), "不是帖子编号"),
        (("judge", "same", "weibo:a1", "5053000000000002"), "不是帖子编号"),
        (("lookup", "--text", ""), "没有要查的文字"),
        (("lookup", "--text", " \n"), "没有要查的文字"),
        (("lookup", "--url", "not a link"), "不是链接"),
        (("lookup", "--url", "爸爸四天没透析"), "不是链接"),
        (("lookup", "--image", "empty"), "文件夹里没有文件"),
        (("import", "empty"), "是文件夹"),
        (("backup", "nowhere/copy.db"), "没有这个文件夹"),
        (("reveal", "weibo:a1", "--reason", " "), "请写理由"),
        (("forget", "weibo:a1", "--reason", ""), "请写理由"),
        (("evaluate", "status", "empty.jsonl"), "没有标注好的世界"),
        (
            ("evaluate", "pairs", "number.jsonl"),
            "number.jsonl:1: 不是标注好的帖子",
        ),
        (
            ("evaluate", "status", "number.jsonl"),
            "缺少 origin",
        ),
        (("export", "claimreview", "--site", "desk.example"), "不是 http(s) 网址"),
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


@pytest.mark.parametrize(
    "arguments",
    [
        ("process",),
        ("rebuild",),
        ("link",),
        ("verify",),
        ("judge", "same", "weibo:a1", "weibo:b1"),
        ("forget", "weibo:a1", "--reason", "x"),
        ("reveal", "weibo:a1", "--reason", "x"),
        ("lookup", "--text", PLEA),
        ("case", "weibo:a1"),
        ("report",),
        ("backup", "copy.db"),
        ("restore", "nofile"),
        ("desk",),
        ("desk", "user", "list"),
        ("desk", "token", "add", "x", "--scope", "read"),
    ],
    ids=" ".join,
)
def test_a_mistyped_database_makes_nothing(
    tmp_path: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty database beside the true one would answer "nothing is stale", with exit code 0."""
    monkeypatch.chdir(tmp_path)
    done = Home(tmp_path).run(*arguments)
    assert (done.code, done.err.strip().count("\n")) == (2, 0)
    assert "没有这个数据库" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_missing_backup_is_named_before_what_stands_in_its_way(home: Home) -> None:
    """Who mistypes the backup's name would move the live database away first."""
    home.settle(observed("a1", PLEA))
    done = home.run("restore", home.folder / "nofile")
    assert done.code == 2
    assert "nofile" in done.err


@pytest.mark.parametrize("arguments", [("import", "more.jsonl"), ("lookup", "--text", PLEA), ("desk",)], ids=" ".join)
def test_a_lost_key_is_asked_for_and_not_replaced(
    home: Home, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new key would be made in silence; then the true one, put back, would be called the wrong one."""
    home.settle(observed("a1", PLEA))
    home.write("more.jsonl", [observed("a2", PLEA)])
    key = home.folder / "var" / "houxu.key"
    key.unlink()
    monkeypatch.chdir(home.folder)
    done = home.run(*arguments)
    assert done.code == 2
    assert "密钥不见了" in done.err
    assert not key.exists()
