"""A night's orders: each default, and each mistake as one line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler import settings as project
from crawler.orders import NEVER, OrderError, read_orders
from crawler.targets import read_targets


def make_settings(**orders: str) -> Settings:
    """Our settings with a night's orders."""
    settings = Settings()
    settings.setmodule(project)
    settings.update({f"HOUXU_{name.upper()}": value for name, value in orders.items()})
    return settings


def test_orders_have_defaults() -> None:
    """`scrapy crawl` by hand would need every setting of a night."""
    orders = read_orders(make_settings(contact="desk@example.org"))
    assert orders.base_url == "https://m.weibo.cn"
    assert orders.spool == Path(f"var/spool/{orders.run_id}")
    assert orders.now is None
    assert abs(orders.read_clock() - datetime.now(UTC)) < timedelta(minutes=1)


def test_keywords_are_separated_by_bars() -> None:
    """A topic with a blank in it would fall apart, or an empty keyword would be searched for."""
    assert read_orders(make_settings(contact="x", keywords="#澜州 求助#| 求扩散 ||")).keywords == (
        "#澜州 求助#",
        "求扩散",
    )


@pytest.mark.parametrize(
    ("orders", "said"),
    [
        ({}, "HOUXU_CONTACT is missing"),
        ({"contact": "x", "now": "2024-07-09T02:00:00"}, "HOUXU_NOW: 2024-07-09T02:00:00 has no offset"),
        ({"contact": "x", "window_start": "yesterday"}, "HOUXU_WINDOW_START: "),
    ],
)
def test_wrong_order_is_named(orders: dict[str, str], said: str) -> None:
    """The operator would have to guess which setting is wrong."""
    with pytest.raises(OrderError, match=said):
        read_orders(make_settings(**orders))


def test_targets_that_were_gone_once_come_first(tmp_path: Path) -> None:
    """The second look that "gone" needs would be the first to fall victim to a wall."""
    path = tmp_path / "targets.jsonl"
    path.write_text(
        '{"platform":"weibo","id":1,"author_id":7,"posted_at":"2024-07-08T22:04:00+08:00","is_gone_once":false}\n\n'
        '{"platform":"weibo","id":"2","author_id":null,"posted_at":null,"is_gone_once":true}\n',
        encoding="utf-8",
    )
    first, second = read_targets(path)
    assert (first.id, first.author_id, first.posted_at) == ("2", None, None)
    assert (second.id, second.author_id) == ("1", "7")


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id":"1"}', '{"platform":"weibo","id":"1","posted_at":"2024-07-08T22:04:00"}']
)
def test_broken_target_names_file_and_line(line: str, tmp_path: Path) -> None:
    """A broken line would lose its target without a word."""
    path = tmp_path / "targets.jsonl"
    path.write_text(f'{{"platform":"weibo","id":"1"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(OrderError, match=r"targets\.jsonl:2: not a target"):
        read_targets(path)


@pytest.mark.parametrize(
    ("field", "checked_at"),
    [
        ("", None),
        (',"checked_at":null', NEVER),
        (',"checked_at":"2024-07-09T02:00:00+08:00"', datetime(2024, 7, 8, 18, tzinfo=UTC)),
    ],
)
def test_author_who_was_never_read_is_told_from_one_of_whom_nothing_is_said(
    field: str, checked_at: datetime | None, tmp_path: Path
) -> None:
    """A plea found late would have its author's posts read since last night only, and an update missed."""
    path = tmp_path / "targets.jsonl"
    path.write_text(f'{{"platform":"weibo","id":"1"{field}}}\n', encoding="utf-8")
    assert read_targets(path)[0].checked_at == checked_at


def test_missing_targets_file_is_named(tmp_path: Path) -> None:
    """The operator would get a traceback for a wrong path."""
    with pytest.raises(OrderError, match="HOUXU_TARGETS: No such file or directory"):
        read_targets(tmp_path / "none.jsonl")


def test_manners_are_on() -> None:
    """A default that protects sites, or us from others, would be lost unnoticed (platforms.md §12)."""
    assert project.ROBOTSTXT_OBEY is True
    assert project.DOWNLOAD_DELAY >= 10
    assert project.DOWNLOAD_DELAY_JITTER == 0  # Scrapy's own would wait from half the delay on
    assert project.AUTOTHROTTLE_ENABLED is True
    assert (project.CONCURRENT_REQUESTS, project.CONCURRENT_REQUESTS_PER_DOMAIN) == (1, 1)
    assert (project.REMOTE_CONTROL_ENABLED, project.TELNETCONSOLE_ENABLED, project.COOKIES_ENABLED) == (False,) * 3


def test_holes_come_first_and_only_holes() -> None:
    """A query that was whole would be put before one that a night has missed."""
    starts = {"b": "2024-07-01T00:00:00+08:00", "c": "2024-06-01T00:00:00+08:00", "d": "2024-07-09T00:00:00+08:00"}
    known = {"base_url": "http://127.0.0.1", "window_starts": json.dumps(starts)}
    orders = read_orders(make_settings(**known, window_start="2024-07-08T00:00:00+08:00"))
    assert orders.put_holes_first("abcd") == ["c", "b", "a", "d"]
    assert [orders.has_hole(query) for query in "abcd"] == [False, True, True, False]
    assert read_orders(make_settings(**known)).put_holes_first("ab") == ["a", "b"]  # nothing is known at all
