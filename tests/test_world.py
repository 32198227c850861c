"""The sample world keeps its own rules: every demo, replica and golden figure stands on these three files."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

WORLD_DIR = Path(__file__).resolve().parents[1] / "data" / "world"
FIRST_NIGHT = datetime.fromisoformat("2024-07-09T02:00:00+08:00")
NIGHTS = {number: FIRST_NIGHT + timedelta(days=number - 1) for number in range(1, 11)}
ASKING_ROLES = {"origin", "author_post", "repost", "copy", "screenshot", "round_up"}
ROLES = ASKING_ROLES | {"author_update", "comment", "official_reply"}
STATUSES = {"open", "in_progress", "resolved", "withdrawn", "closed"}
ENDED = {"resolved", "withdrawn", "closed"}
MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
MASKED_MOBILE = re.compile(r"(?<!\d)1[3-9]\d\*{4}\d{4}(?!\d)")
DECORATION = re.compile("[\u200b\u200d\u2060\ufe0f\u20e3\u202c\u202e]")
UPDATE_WORDS = re.compile(r"更正|已获救|已全部转出|✅|已经救出|结束|已取到|联系上|不用再转|已解决|平安|已住院")

Event = dict[str, Any]
Case = dict[str, Any]


def read_lines(name: str) -> list[dict[str, Any]]:
    """The objects of one JSON Lines file of the world."""
    return [json.loads(line) for line in (WORLD_DIR / name).read_text(encoding="utf-8").splitlines()]


PEOPLE = {person["user_id"]: person for person in read_lines("people.jsonl")}
EVENTS: list[Event] = read_lines("events.jsonl")
CASES: list[Case] = read_lines("truth.jsonl")
POSTS = {event["id"]: event for event in EVENTS if event["event"] == "post"}
COMMENTS = {event["id"]: event for event in EVENTS if event["event"] == "comment"}
EDITS = [event for event in EVENTS if event["event"] == "edit"]


def moment(event: Event) -> datetime:
    """When the event happened, with its offset."""
    return datetime.fromisoformat(event["at"])


def read_gone_times() -> dict[str, datetime]:
    """The time from which a post can no longer be seen, of those that disappear."""
    gone: dict[str, datetime] = {}
    for event in EVENTS:
        if event["event"] in {"delete", "remove", "private"}:
            gone[event["id"]] = moment(event)
        if event["event"] == "close_account":
            gone |= {key: moment(event) for key, post in POSTS.items() if post["by"] == event["by"]}
        if event["event"] == "half_year":
            limit = moment(event) - timedelta(days=183)
            mine = (key for key, post in POSTS.items() if post["by"] == event["by"] and moment(post) < limit)
            gone |= dict.fromkeys(mine, moment(event))
    return gone


GONE = read_gone_times()
NEVER = NIGHTS[10] + timedelta(days=1)


def is_visible(post_id: str, at: datetime) -> bool:
    """Whether the post can be seen at a time."""
    return moment(POSTS[post_id]) < at < GONE.get(post_id, NEVER)


def read_text_at(post_id: str, at: datetime) -> str:
    """The post's words at a time, as its edits have left them."""
    edits = [edit["text"] for edit in EDITS if edit["id"] == post_id and moment(edit) < at]
    text: str = edits[-1] if edits else POSTS[post_id]["text"]
    return text


def strip_decoration(text: str) -> str:
    """The text without the code points that hide digits and words from filters."""
    return DECORATION.sub("", text)


def written_texts() -> Iterator[str]:
    """Every text that anybody can read in the world."""
    for event in EVENTS:
        yield from (event[field] for field in ("text", "screenshot_text") if field in event)


def asking_posts(case: Case, night: int) -> set[str]:
    """Members of a case that are of an asking role and visible on a night."""
    return {
        member
        for member, role in case["members"].items()
        if role in ASKING_ROLES and member in POSTS and is_visible(member, NIGHTS[night])
    }


def case_posts(case: Case, role: str) -> list[str]:
    """The members of a case with one role."""
    return [member for member, its_role in case["members"].items() if its_role == role]


by_case = pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])


def test_accounts_are_distinct() -> None:
    """Two accounts with one id or one name would merge two people in every table."""
    people = read_lines("people.jsonl")
    assert len(PEOPLE) == len(people)
    assert len({person["screen_name"] for person in people}) == len(people)
    assert all(re.fullmatch(r"\d{10}", user_id) for user_id in PEOPLE)
    assert {person["kind"] for person in people} == {"person", "official", "media"}
    assert all((person["verified_reason"] is None) == (person["kind"] == "person") for person in people)


def test_every_account_speaks() -> None:
    """An account that never does anything is a leftover of a scene that was cut."""
    assert {event["by"] for event in EVENTS if "by" in event} == set(PEOPLE)


def test_events_are_in_order_with_offset() -> None:
    """The replica's clock walks the file once; an event out of order would never be shown."""
    moments = [moment(event) for event in EVENTS]
    assert moments == sorted(moments)
    assert all(at.utcoffset() == timedelta(hours=8) for at in moments)
    assert moments[-1] < NIGHTS[10]


def test_ids_are_unique_and_share_no_second() -> None:
    """Native ids are minted from the second: two posts in one second would need an arbitrary order."""
    written = [event for event in EVENTS if event["event"] in {"post", "comment"}]
    assert len({event["id"] for event in written}) == len(written)
    assert len({event["at"] for event in written}) == len(written)
    assert all(re.fullmatch(r"p\d{3}", key) for key in POSTS)
    assert all(re.fullmatch(r"c\d{3}", key) for key in COMMENTS)


@pytest.mark.parametrize("field", ["id", "on", "repost_of", "screenshot_of"])
def test_nothing_precedes_its_post(field: str) -> None:
    """A comment, edit, repost or deletion before its post, or after its end, cannot have happened."""
    skipped = {"post", "comment"} if field == "id" else set()
    pointing = [event for event in EVENTS if field in event and event["event"] not in skipped]
    assert pointing
    for event in pointing:
        post_id = event[field]
        assert moment(POSTS[post_id]) < moment(event), event
        if field != "screenshot_of":
            assert moment(event) <= GONE.get(post_id, NEVER), event


def test_replies_follow_their_comment_on_the_same_post() -> None:
    """A reply stands in the thread of the comment that it answers."""
    replies = [comment for comment in COMMENTS.values() if "reply_to" in comment]
    assert len(replies) > 20
    for reply in replies:
        parent = COMMENTS[reply["reply_to"]]
        assert parent["on"] == reply["on"]
        assert moment(parent) < moment(reply)


def test_screenshots_have_a_picture_and_words() -> None:
    """A screenshot without a picture id or legible words could be neither rendered nor matched."""
    shots = [post for post in POSTS.values() if "screenshot_of" in post]
    assert all(post["images"] and len(post["screenshot_text"]) > 20 for post in shots)


def test_texts_are_of_a_length_that_people_write() -> None:
    """The site's limit is 2,000 characters, and an empty post says nothing."""
    assert all(0 < len(text) <= 2000 for text in written_texts())


def test_phones_are_invented() -> None:
    """A number that could be somebody's must never stand in the sample."""
    numbers = [number for text in written_texts() for number in MOBILE.findall(strip_decoration(text))]
    assert len(set(numbers)) > 35
    assert all(re.sub("[ -]", "", number)[3:7] == "0000" for number in numbers)
    landlines = [number for text in written_texts() for number in re.findall(r"(?<![\d-])0\d{2,3}-\d+", text)]
    assert all(re.fullmatch(r"0990-88\d{6}", number) for number in landlines)


def test_a_phone_belongs_to_one_case() -> None:
    """Equal phones link cases: only a scene that wants it may repeat one among origins."""
    owners: dict[str, set[str]] = {}
    for case in CASES:
        for number in MOBILE.findall(POSTS[case["origin"]]["text"]):
            owners.setdefault(re.sub("[ -]", "", number), set()).add(case["case"])
    assert {number: cases for number, cases in owners.items() if len(cases) > 1} == {}


@by_case
def test_truth_refers_to_what_exists(case: Case) -> None:
    """Truth about a post that nobody wrote would count as a miss for ever."""
    assert set(case["members"]) <= POSTS.keys() | COMMENTS.keys()
    assert set(case["members"].values()) <= ROLES
    assert case_posts(case, "origin") == [case["origin"]]
    assert case["origin_certainty"] in {"certain", "earliest_seen"}
    assert case["household_of"] in {None, *(other["case"] for other in CASES if other is not case)}
    assert {str(night) for night in case["needs_review"]} <= case["nights"].keys()


@by_case
def test_roles_fit_their_authors(case: Case) -> None:
    """An update is the author's, an official reply is an office's: roles decide whose word counts."""
    author = POSTS[case["origin"]]["by"]
    for member, role in case["members"].items():
        event = POSTS.get(member) or COMMENTS[member]
        if role in {"author_update", "author_post"}:
            assert event["by"] == author
        if role == "official_reply":
            assert PEOPLE[event["by"]]["kind"] == "official"
        assert (role == "repost") <= ("repost_of" in event)
        assert (role == "screenshot") == ("screenshot_of" in event)


@by_case
def test_category_and_district_are_known(case: Case) -> None:
    """Figures by category or district need one spelling each."""
    with (WORLD_DIR.parent / "categories.tsv").open(encoding="utf-8", newline="") as file:
        categories = {row["category"] for row in csv.DictReader(file, delimiter="\t")}
    districts = set(re.findall(r"\w{2}[区县]", (WORLD_DIR / "README.md").read_text(encoding="utf-8")))
    assert case["category"] in categories
    assert case["district"] in districts


@by_case
def test_nights_run_from_the_first_after_the_origin(case: Case) -> None:
    """A status before the plea, or a missing night, would be a hole in the demo's table."""
    opened_at = moment(POSTS[case["origin"]])
    assert list(case["nights"]) == [str(number) for number, at in NIGHTS.items() if at > opened_at]
    assert set(case["nights"].values()) <= STATUSES


@by_case
def test_origin_was_seen_by_a_night(case: Case) -> None:
    """A plea that no night ever saw cannot be an origin."""
    assert any(is_visible(case["origin"], at) for at in NIGHTS.values())


@by_case
def test_deciding_words_were_seen_by_a_night(case: Case) -> None:
    """Truth may rest only on words that a nightly crawl can read."""
    for role in ("author_update", "official_reply", "author_post"):
        for member in case_posts(case, role):
            event = POSTS.get(member) or COMMENTS[member]
            gone_at = GONE.get(event.get("on", member), NEVER)
            assert any(moment(event) < at < gone_at for at in NIGHTS.values()), member


@by_case
def test_status_changes_only_when_somebody_spoke(case: Case) -> None:
    """Between two nights without a word of author or office and without an edit, the status stays."""
    speaking = {
        member for role in ("author_update", "official_reply", "author_post") for member in case_posts(case, role)
    }
    said = [moment(POSTS.get(member) or COMMENTS[member]) for member in speaking]
    said += [moment(edit) for edit in EDITS if edit["id"] == case["origin"]]
    nights = [(NIGHTS[int(number)], status) for number, status in case["nights"].items()]
    for (before, earlier), (after, later) in pairwise(nights):
        if later not in {earlier, "withdrawn"}:
            assert any(before < at < after for at in said), (earlier, later, after)


WITHDRAWN_CASES = [case for case in CASES if "withdrawn" in case["nights"].values()]


@pytest.mark.parametrize("case", WITHDRAWN_CASES, ids=[case["case"] for case in WITHDRAWN_CASES])
def test_withdrawn_is_the_authors_deletion_seen_gone_twice(case: Case) -> None:
    """Gone is never resolved, and one sighting is not enough: the second night without the post withdraws."""
    withdrawn = [int(number) for number, status in case["nights"].items() if status == "withdrawn"]
    deleted = {event["id"] for event in EVENTS if event["event"] == "delete"}
    gone_nights = [number for number, at in NIGHTS.items() if at > GONE[case["origin"]]]
    assert case["origin"] in deleted
    assert withdrawn == gone_nights[1:]
    assert case["nights"][str(gone_nights[0])] not in ENDED


@by_case
def test_stale_lists_visible_asking_members_of_ended_nights(case: Case) -> None:
    """Stale is a claim about a post that still asks: role, sight and status must all hold."""
    ended = [number for number, status in case["nights"].items() if status in ENDED]
    assert list(case["stale"]) == ended
    for number, ids in case["stale"].items():
        assert ids == sorted(set(ids))
        assert set(ids) <= asking_posts(case, int(number))


@by_case
def test_a_visible_copy_that_is_not_stale_carries_the_update(case: Case) -> None:
    """A copy left out of the list must show in its words why it no longer asks."""
    for number, ids in case["stale"].items():
        for post_id in asking_posts(case, int(number)) - set(ids):
            text = read_text_at(post_id, NIGHTS[int(number)])
            assert UPDATE_WORDS.search(text), (post_id, text)


@by_case
def test_stale_posts_stay_stale_until_they_change(case: Case) -> None:
    """A stale post leaves the list only by an edit, by disappearing or when the case is reopened."""
    edited = {edit["id"] for edit in EDITS}
    nights = [(int(number), set(ids)) for number, ids in case["stale"].items()]
    for (earlier, before), (later, after) in pairwise(nights):
        if later == earlier + 1:
            assert all(post_id in edited or not is_visible(post_id, NIGHTS[later]) for post_id in before - after)


def test_pleas_can_be_found() -> None:
    """A search for 求助 or 求扩散 must reach every plea and copy; reposts are reached from their post."""
    asking = {member for case in CASES for member, role in case["members"].items() if role in ASKING_ROLES}
    for post_id in asking:
        post = POSTS[post_id]
        assert "repost_of" in post or re.search("求助|求扩散|求擴散", strip_decoration(post["text"])), post["text"]


def test_the_world_is_of_the_promised_size() -> None:
    """The README speaks of ten full days: fewer people, posts or disappearances would be a thinner story."""
    counted = Counter(event["event"] for event in EVENTS)
    vanishing = sum(counted[kind] for kind in ("delete", "remove", "private", "half_year", "close_account"))
    asking = {member for case in CASES for member, role in case["members"].items() if role in ASKING_ROLES}
    assert len(PEOPLE) >= 60
    assert counted["post"] >= 250
    assert counted["comment"] >= 120
    assert counted["edit"] >= 20
    assert vanishing >= 15
    assert len(CASES) >= 35
    assert 0.2 <= 1 - len(asking) / len(POSTS) <= 0.35


def test_three_nights_are_rich() -> None:
    """`houxu demo` shows three nights: at least eight resolved cases whose copies went stale by then."""
    shown = [case for case in CASES if set(case["stale"].get("3", [])) - {case["origin"]}]
    assert len(shown) >= 8


def test_every_kind_of_scene_is_told() -> None:
    """Each scene of the desk's reports must be there, or a rule would have no example."""
    roles = Counter(role for case in CASES for role in case["members"].values())
    round_ups = Counter(member for case in CASES for member in case_posts(case, "round_up"))
    last = {case["case"]: list(case["nights"].values()) for case in CASES}
    assert roles["screenshot"] >= 10
    assert sum(4 <= count <= 12 for count in round_ups.values()) >= 5
    assert {status for nights in last.values() for status in nights} == STATUSES
    assert any("resolved" in nights and "open" in nights[nights.index("resolved") :] for nights in last.values())
    assert sum(case["household_of"] is not None for case in CASES) >= 2
    assert any(case["origin_certainty"] == "earliest_seen" for case in CASES)
    assert sum(bool(case["needs_review"]) for case in CASES) >= 5


@pytest.mark.parametrize(
    "pattern",
    [
        "没人管",
        "怎么还没人管",
        r"\.\.\.全文",
        "//@",
        "转自",
        "代发",
        "帮转",
        "还是沒人管|還是沒人管",
        "\u202e",
        "\u200b",
        "\ufe0f\u20e3",
        "一旦获救",
        "听说",
        "这个还没有被救",
    ],
)
def test_a_copy_is_written_this_way(pattern: str) -> None:
    """Each disguise in which copies travel has at least one example among the posts."""
    assert any(re.search(pattern, text) for text in written_texts())


def test_masked_phones_stand_for_known_ones() -> None:
    """A masked number in a copy must fit the number of the plea that it copies."""
    known = {re.sub("[ -]", "", number) for text in written_texts() for number in MOBILE.findall(text)}
    masked = {number for text in written_texts() for number in MASKED_MOBILE.findall(text)}
    assert masked
    assert all(any(full[:3] == mask[:3] and full[7:] == mask[7:] for full in known) for mask in masked)
