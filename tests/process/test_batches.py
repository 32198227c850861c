"""The way posts fall into batches is an accident; it must not show in any case, status or flag."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline import walking
from pipeline.store.database import open_store, read_store
from pipeline.store.graph import mark_dirty, reach_from
from tests.process.dumps import differences, read_derived
from tests.process.home import NOW, Home, observed
from tests.process.scenes import STORY

WARDS = ("望溪区", "北汀区", "榆桥区", "东篱区", "南埠区", "柳汀区")
LATER = "2024-07-12T02:00:00+08:00"


def small_batches(monkeypatch: pytest.MonkeyPatch, posts: int) -> None:
    """Have cases decided a few posts at a time, as in a store of a million."""
    monkeypatch.setattr(walking, "_POSTS_AT_ONCE", posts)
    monkeypatch.setattr(walking, "_SEEDS_AT_ONCE", posts)
    monkeypatch.setattr("pipeline.store.graph._SEEDS_AT_ONCE", 1)


def crowd() -> list[dict[str, Any]]:
    """Many small cases tied by what ties real ones: relays, authors with several pleas and words, a round-up."""
    chance = random.Random(5)  # noqa: S311 a seed makes the crowd repeatable
    lines: list[dict[str, Any]] = []
    for at, ward in enumerate(WARDS):
        plea = (
            f"求助！我{chance.choice(['父亲', '母亲', '奶奶'])}{61 + at}岁，住澜州市{ward}，{at + 2}天没有做上透析，"
            f"喘得躺不下，社区说没有车，联系电话 139{at}0001{at}11，求扩散"
        )
        own = f"w{at % 3}"
        lines += [
            observed(f"pp{at}", plea, f"07-08T1{at}:00", author_id=own),
            observed(f"qq{at}", f"帮转 {plea}", f"07-08T1{at}:20", author_id="relay"),
            observed(f"cc{at}", plea, f"07-08T1{at}:40", author_id=f"x{at}"),
            observed(f"ss{at}", "转发微博", f"07-08T1{at}:50", author_id=f"w{(at + 1) % 3}", repost_of=f"qq{at}"),
            observed(f"kk{at}", "现在怎么样了", f"07-08T2{at % 4}:00", author_id="relay", reply_to=f"pp{at}"),
        ]
    lines += [
        observed("uu0", "我父亲昨晚已经做上透析了，谢谢大家", "07-09T10:00", author_id="w0"),
        observed("uu1", "妈妈今天精神好一点了", "07-09T11:00", author_id="w1"),
        observed("tt1", "今天的云很好看", "07-09T11:30", author_id="relay"),
        observed("hh1", "求扩散", "07-09T13:00", author_id="x1", repost_of="r1"),
        observed("hh2", "都还没有解决吗", "07-09T13:10", author_id="x2", reply_to="hh1"),
    ]
    return lines


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Story and crowd, imported and processed in one batch."""
    home = Home(tmp_path_factory.mktemp("once"))
    home.settle(*STORY, *crowd())
    return home


def test_one_case_at_a_time_gives_what_one_batch_gives(
    at_once: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A big store would judge by what happened to lie in one batch: a rival plea, a round-up, an author's thanks."""
    home = copy_of(at_once, tmp_path)
    small_batches(monkeypatch, 1)
    assert home.run("rebuild", "--now", NOW).code == 0
    scores = ("score", "evidence")
    assert differences(read_derived(at_once.db, scores), read_derived(home.db, scores)) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_arrivals_in_small_batches_end_the_same(
    at_once: Home, home: Home, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """A night that brings an author's thanks, a second plea or a round-up would leave earlier cases as they were."""
    chance = random.Random(seed)  # noqa: S311 a seed makes the shuffle repeatable
    lines = [*STORY, *crowd()]
    chance.shuffle(lines)
    small_batches(monkeypatch, 3)
    for start in range(0, len(lines), 9):
        home.settle(*lines[start : start + 9], now=LATER)
    assert statuses_of(home) == statuses_of(at_once)
    before = read_derived(home.db, ("score", "evidence"))
    monkeypatch.undo()
    assert home.run("rebuild", "--now", LATER).code == 0
    assert differences(before, read_derived(home.db, ("score", "evidence"))) == []


def statuses_of(home: Home) -> dict[str, tuple[object, ...]]:
    """Every case by its origin: status, review, and each member with its role and flags."""
    members: dict[str, list[tuple[object, ...]]] = {}
    for row in home.rows(
        "SELECT c.origin_post_id AS origin, p.post_id, p.role, p.is_stale, p.is_late FROM case_posts p"
        " JOIN cases c USING (case_id) ORDER BY p.post_id"
    ):
        members.setdefault(row["origin"], []).append(tuple(row.values()))
    return {
        row["origin_post_id"]: (row["status"], row["review_reason"], *members[row["origin_post_id"]])
        for row in home.rows("SELECT * FROM cases")
    }


def copy_of(home: Home, folder: Path) -> Home:
    """The installation in another folder."""
    shutil.copytree(home.folder, folder / "copy")
    return Home(folder / "copy")


def test_each_post_is_walked_once_by_a_first_processing(
    at_once: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every batch would walk the same crowd again, and a million posts would take a week."""
    home = copy_of(at_once, tmp_path)
    small_batches(monkeypatch, 2)
    walked = watch(monkeypatch)
    assert home.run("rebuild", "--now", NOW).code == 0
    posts = len(home.values("SELECT post_id FROM posts"))
    again = sum(map(len, walked)) - posts
    # Cases of authors who speak near several of them, and what round-ups carry, may be decided a second time.
    assert len({post_id for batch in walked for post_id in batch}) == posts
    assert again < posts, [len(batch) for batch in walked]


def test_changed_words_walk_what_they_touch_and_no_more(
    at_once: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cost of a night would go with the store and not with what is new."""
    home = copy_of(at_once, tmp_path)
    store = open_store(home.db)
    with store.writing():
        mark_dirty(store, ["weibo:uu1"])
    store.close()
    walked = watch(monkeypatch)
    assert home.run("process", "--now", LATER).code == 0
    touched = {post_id for batch in walked for post_id in batch}
    # w1 pleaded in pp1 and pp4: these cases with their copies and reposts, and nothing of the others.
    assert {"weibo:pp1", "weibo:cc1", "weibo:ss1", "weibo:pp4", "weibo:cc4"} <= touched
    assert not touched & {"weibo:pp0", "weibo:pp2", "weibo:pp3", "weibo:pp5", "weibo:a1", "weibo:f1"}


def watch(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """Note the posts that each batch walks."""
    walked: list[Sequence[str]] = []

    def noting(*arguments: Any) -> Any:
        reach = reach_from(*arguments)
        walked.append(reach.walked)
        return reach

    monkeypatch.setattr(walking, "reach_from", noting)
    return walked


def test_a_repost_of_a_round_up_does_not_walk_what_it_carries(at_once: Home) -> None:
    """Whoever passes a list on would have every case on it decided again, night after night."""
    store = open_store(at_once.db)
    reach = reach_from(store, ["weibo:hh1"])
    store.close()
    assert "weibo:r1" in reach.post_ids
    assert set(reach.walked) == {"weibo:hh1", "weibo:hh2"}


def test_no_step_of_the_walk_looks_through_a_whole_table(at_once: Home) -> None:
    """One scan of all matches a step: the walk of a batch would cost as much as the store is large."""
    from pipeline.store import graph

    store = read_store(at_once.db)
    reach_from(store, ["weibo:a1"])
    plans = [
        row[3]
        for query in (graph._WALK, graph._BRING_IN)
        for row in store.conn.execute(f"EXPLAIN QUERY PLAN {query}", ("[]",) * query.count("?"))
    ]
    store.close()
    scanned = {found[1] for line in plans if (found := re.match(r"SCAN (\w+)", line))}
    assert scanned <= {"walk", "w", "s", "r", "behind", "b"}, plans


def test_a_case_whose_origin_becomes_a_round_up_is_left_whole(at_once: Home, tmp_path: Path) -> None:
    """An edit that turns a plea into a list would leave its copies in a case that begins with nothing."""
    home = copy_of(at_once, tmp_path)
    listed = next(line for line in STORY if line["id"] == "r1")
    turned = observed("pp0", listed["text"], "07-08T10:00", author_id="w0")
    home.settle(turned | {"observed_at": "2024-07-10T08:00:00+08:00", "edited_at": "2024-07-10T07:00:00+08:00"})
    origins = home.values("SELECT origin_post_id FROM cases")
    assert len(origins) == len(set(origins))
    held = home.rows("SELECT case_id, post_id FROM case_posts WHERE post_id = 'weibo:cc0' AND role <> 'round_up'")
    assert len(held) == 1
    before = read_derived(home.db, ("score", "evidence"))
    assert home.run("rebuild", "--now", NOW).code == 0
    assert differences(before, read_derived(home.db, ("score", "evidence"))) == []
