"""Many cases are decided by worker processes; that must not show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline import deciding
from pipeline.deciding import Decided, Standing, deciders
from pipeline.status.model import CaseFile, Member, Policy, Sighting, Utterance
from tests.process.home import PLEA, THANKS

SAID = datetime(2024, 7, 8, 14, tzinfo=UTC)
NOW = SAID + timedelta(days=9)


def case_of(number: int) -> CaseFile:
    """One of many different cases, some resolved, with one word or several."""
    plea = Utterance(f"weibo:a{number}", f"o{number}", "weibo:u1", None, "author", "plea", SAID, SAID, PLEA)
    said = ["还在等", f"第{number}天，没有人来", THANKS][: 1 + number % 3]
    words = tuple(
        Utterance(
            f"weibo:b{number}-{at}",
            f"p{at}",
            "weibo:u1",
            None,
            "author",
            "self_repost",
            when,
            when,
            text,
            repost_of=plea.post_id,
        )
        for at, text in enumerate(said)
        for when in [SAID + timedelta(hours=at)]
    )
    return CaseFile(f"c-{number}", plea, words, sightings=(Sighting(plea.post_id, "visible", SAID),))


def standing_of(number: int, decided: Decided) -> Standing:
    """The case with its plea, a copy handed on after the end, and one that says it is over."""
    said = [PLEA, f"帮转第{number}次：{PLEA}", f"{PLEA} {THANKS}"]
    members = tuple(
        Member(f"weibo:m{number}-{at}", "copy", SAID + timedelta(days=3 * at), text, True, True, "third_party")
        for at, text in enumerate(said)
    )
    return Standing(decided.decision, members)


def test_a_pool_decides_what_one_process_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part lost or out of order would give a case its neighbour's status."""
    files = [case_of(number) for number in range(23)]
    with deciders(1, Policy(), NOW) as alone:
        expected = alone.decide_all(files)
        standing = [standing_of(number, decided) for number, decided in enumerate(expected)]
        flags = alone.carry_all(standing)
    monkeypatch.setattr(deciding, "_POOL_FROM_WORDS", 0)
    with deciders(2, Policy(), NOW) as many:
        assert many.decide_all(files) == expected
        assert many.decide_all(files[:1]) == expected[:1]
        assert many.decide_all([]) == []
        assert many.carry_all(standing) == flags
        assert many.carry_all([]) == []
    assert {one.decision.status for one in expected} == {"open", "resolved"}
    assert {flag.is_stale for of_case in flags for flag in of_case} == {True, False}
