"""A batch of questions: every line is answered, or told with its number."""

from __future__ import annotations

import json

from tests.process.home import PLEA, Home, observed


def test_a_bad_line_is_told_and_the_others_are_answered(home: Home) -> None:
    """One broken line would refuse a night's questions, or be passed over without a word."""
    home.settle(observed("a1", PLEA, url="https://weibo.example/p/a1"))
    lines = [
        json.dumps({"text": PLEA}, ensure_ascii=False),
        '{"foo":1}',
        '{"text":',
        "",
        '{"text":5}',
        "https://weibo.example/p/a1",
        '{"url":"https://weibo.example/p/a1"}',
    ]
    done = home.run("lookup", "--batch", home.write("questions.txt", lines))
    assert [json.loads(line)["outcome"] for line in done.out.splitlines()] == ["match"] * 3
    assert done.code == 1
    told = done.err.splitlines()
    assert [line.split("questions.txt:")[1].split(":")[0] for line in told[:3]] == ["2", "3", "5"]
    assert told[3].startswith("3 行没有查")


def test_a_batch_without_mistakes_ends_with_0(home: Home) -> None:
    """A script would call a good batch partial."""
    home.settle(observed("a1", PLEA))
    assert home.run("lookup", "--batch", home.write("questions.txt", [PLEA, ""])).code == 0
