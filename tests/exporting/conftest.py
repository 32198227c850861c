"""A told story that the exports are tried on, made once: read only."""

from __future__ import annotations

from typing import Any

import pytest

from tests.process.home import Home, observed, seen_again
from tests.process.scenes import STORY

ASK = (
    "=HYPERLINK 求助！婆婆宁秀兰，六十八岁，住澜州市东篱区，糖尿病，胰岛素只剩一针了，社区说要等，求帮忙买药，"
    "联系电话 13700003344，求扩散"
)
ASKED = observed("d1", ASK, "07-09T10:00", author_id="u20", author_name="东篱阿宁")
REPLY = observed(
    "d2",
    "您好，您反映的情况已转交东篱区社区，正在协调配药",
    "07-09T12:30",
    author_id="u21",
    author_name="东篱发布",
    author_kind="official",
    reply_to="d1",
)
SEEN_LATER = seen_again(ASKED, "07-10T03:00")


def _with_link(line: dict[str, Any]) -> dict[str, Any]:
    return line if "availability" in line else line | {"url": f"https://weibo.example/p/{line['id']}"}


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The stories of tests/process/scenes.py, and a plea that an office answered after two and a half hours."""
    home = Home(tmp_path_factory.mktemp("told"))
    home.settle(*(_with_link(line) for line in (*STORY, ASKED, REPLY, SEEN_LATER)))
    return home
