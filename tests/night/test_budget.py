"""How a host's day is shared between discovery and re-check, in one night and in several."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UserError
from pipeline.night.budget import Budget, read_asked

NOW = datetime(2024, 7, 11, 18, tzinfo=UTC)  # 12 July in Beijing
counts = st.integers(1, 10_000)
shares = st.floats(0, 1)


@given(counts, counts, shares)
def test_no_spider_may_go_beyond_the_day(daily: int, asked: int, reserved: float) -> None:
    """A host would be asked more than the operator allowed."""
    assert Budget(daily, asked, reserved).limit <= daily


@given(st.integers(100, 10_000), st.integers(0, 50), st.floats(0, 0.9))
def test_discovery_is_never_starved_by_an_earlier_night(daily: int, percent: int, reserved: float) -> None:
    """The second night of a day would find nothing, because the first one's re-check used up discovery's half."""
    asked = daily * percent // 100
    assert Budget(daily, asked, reserved).limit > asked


def test_the_rest_is_shared() -> None:
    """The re-check would have nothing left after a wide search."""
    assert Budget(1000, 0, 0.5).limit == 500
    assert Budget(1000, 400, 0.5).limit == 700
    assert Budget(1000, 1000, 0.5).limit == 1000
    assert Budget(1000, 400, 0.0).limit == 1000
    assert Budget(1000, 1200).left == 0


def test_what_was_asked_is_read_from_the_crawlers_memory(tmp_path: Path) -> None:
    """Yesterday's requests would be held against today, or today's be forgotten."""
    path = tmp_path / "manners.json"
    assert read_asked(path, "https://m.example", NOW) == 0
    hosts = {"m.example": {"day": "2024-07-12", "asked": 7}, "n.example": {"day": "2024-07-11", "asked": 8}}
    path.write_text(json.dumps({"hosts": hosts}), encoding="utf-8")
    assert [read_asked(path, f"https://{host}", NOW) for host in ("m.example", "n.example", "o.example")] == [7, 0, 0]
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match="manners"):
        read_asked(path, "https://m.example", NOW)
