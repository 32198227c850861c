"""Every spider of a night is told from when on its queries are not known; queries are as its ledger names them."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from pipeline.night.crawl import CrawlOrder
from tests.process.home import Home

FIRST, SECOND, THIRD = "2024-07-09T02:00:00+08:00", "2024-07-10T02:00:00+08:00", "2024-07-11T02:00:00+08:00"
QUERIES = {
    "weibo_search": "求助",
    "weibo_pc_search": "求扩散",
    "feed": "https://help.example/feed.xml",
    "weibo_supertopic": "1008080123456789abcdef0123456789abcdef",
    "mastodon": "https://mastodon.example/tags/求助",
    "liuyan": "liuyan 求助",
    "rednet": "rednet 求助",
    "board": "sample_board 求助",
    "tieba": "https://tieba.baidu.com/p/1",
}


@pytest.fixture
def told(home: Home, monkeypatch: pytest.MonkeyPatch) -> dict[tuple[datetime, str], CrawlOrder]:
    """What each spider was told in three nights, by night and spider; the second night was refused everywhere."""
    orders: dict[tuple[datetime, str], CrawlOrder] = {}

    def run(order: CrawlOrder, spider: str) -> int:
        orders[order.started_at, spider] = order
        order.run_dir.mkdir(parents=True, exist_ok=True)
        is_good = order.started_at != datetime.fromisoformat(SECOND)
        query = {"query": QUERIES[spider], "requested": 1, "seen": 0, "refused": int(not is_good), "complete": is_good}
        lines = [query, {"query": "*", "finished": True}]
        ledger = order.run_dir / f"{spider}.ledger.jsonl"
        ledger.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), encoding="utf-8")
        return 0

    monkeypatch.setattr("pipeline.night.nightly.run_spider", run)
    (home.folder / "houxu.toml").write_text(
        f'workers = 1\n[crawl]\nkeywords = ["求助"]\nwindow_hours = 12\nspiders = {json.dumps(list(QUERIES))}\n',
        encoding="utf-8",
    )
    codes = [home.run("nightly", "--now", night).code for night in (FIRST, SECOND, THIRD)]
    assert codes == [0, 1, 0]
    return orders


@pytest.mark.parametrize("spider", QUERIES)
def test_the_night_after_a_hole_reaches_back_to_the_last_whole_one(
    spider: str, told: dict[tuple[datetime, str], CrawlOrder]
) -> None:
    """What a site published while it refused us would never be asked for again, on any site but one."""
    first, second, third = (told[datetime.fromisoformat(night), spider] for night in (FIRST, SECOND, THIRD))
    query = QUERIES[spider]
    assert first.window_starts == {}
    # The window is shorter than the day between two nights, so each of them begins where the last whole one began.
    assert second.window_starts == {query: datetime.fromisoformat("2024-07-09T00:00:00+08:00")}
    assert third.window_starts == {query: datetime.fromisoformat("2024-07-09T00:00:00+08:00")}
