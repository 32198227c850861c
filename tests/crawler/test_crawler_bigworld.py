"""The big world: always the same, of the size that was asked for, and told alike by every page."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

from crawler.replica.bigworld import FIRST_DAY, make_world, write_world
from crawler.replica.bigworld_texts import TOPICS
from crawler.replica.world import load_world, read_native_ids


def test_the_same_seed_gives_the_same_world() -> None:
    """Two runs of a benchmark could not be compared."""
    one, two, other = make_world(600, 60, 1), make_world(600, 60, 1), make_world(600, 60, 2)
    assert (one.events, one.truths) == (two.events, two.truths)
    assert one.events != other.events


def test_it_is_as_big_as_asked_for(tmp_path: Path) -> None:
    """A figure for 20,000 posts would be one for fewer."""
    world = make_world(800, 80, 3)
    write_world(world, tmp_path)
    scene = load_world(tmp_path).at(FIRST_DAY + timedelta(days=400))
    assert (len(scene.posts), len(scene.people)) == (800, 80)
    assert len(scene.comments) == world.comments > 50


def test_what_the_truth_tells_happens(tmp_path: Path) -> None:
    """A benchmark would wait for updates that nobody wrote."""
    write_world(make_world(800, 80, 3), tmp_path)
    world = load_world(tmp_path)
    ids, scene = read_native_ids(world), world.at(FIRST_DAY + timedelta(days=400))
    truths = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    pleas = {truth["id"]: truth["by"] for truth in truths if truth["kind"] == "plea"}
    forms = Counter(truth["form"] for truth in truths if truth["kind"] == "update")
    assert set(forms) == {"self_repost", "post", "comment", "edit"}
    for truth in truths:
        if truth["kind"] != "update":
            continue
        written = {**scene.posts, **scene.comments}[ids[truth["id"]]]
        assert written.author.user_id == pleas[truth["of"]]


def test_pleas_are_found_in_their_topics_and_differ(tmp_path: Path) -> None:
    """Pleas would be copies of one another, or be written where nobody searches."""
    write_world(make_world(800, 80, 3), tmp_path)
    world = load_world(tmp_path)
    ids, scene = read_native_ids(world), world.at(FIRST_DAY + timedelta(days=10))
    truths = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    pleas = [ids[truth["id"]] for truth in truths if truth["kind"] == "plea"]
    found = {post.native_id for topic in TOPICS for post in scene.find(topic)}
    there = {native_id for native_id in pleas if native_id in scene.posts and not scene.posts[native_id].gone}
    assert len(there) > 60
    assert there <= found
    assert len({scene.posts[native_id].text for native_id in there}) == len(there)
