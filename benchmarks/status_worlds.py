"""Builds case files straight from labelled import lines, decides and carries them, and compares with the labels."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.facts.extract import extract_facts
from pipeline.status.carry import carry
from pipeline.status.decide import decide
from pipeline.status.model import CaseFile, Decision, Flag, Member, Policy, Sighting, Utterance

_SIGNS = re.compile(r"[\W_]+")
_COPIED_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Result:
    """One labelled case: what was wanted, what came out, and what differs."""

    case: str
    trap: str
    expected: str
    status: str
    review: str
    flags: tuple[str, ...]
    notes: tuple[str, ...]
    decision: Decision
    case_file: CaseFile

    @property
    def is_miss(self) -> bool:
        """Whether anything differs from the label."""
        return bool(self.notes)


@dataclass(frozen=True, slots=True)
class Seen:
    """A post with its observations in time order, ids qualified."""

    post_id: str
    author: str
    kind: str
    posted_at: datetime
    rows: tuple[dict[str, Any], ...]
    repost_of: str | None
    reply_to: str | None

    @property
    def texts(self) -> list[dict[str, Any]]:
        """The observations that carry text."""
        return [row for row in self.rows if row.get("text")]

    @property
    def last_text(self) -> str:
        """The latest text, or nothing."""
        return str(self.texts[-1]["text"]) if self.texts else ""


def evaluate_file(path: Path) -> list[Result]:
    """The results of every case in a labelled file; a line with two origins gives two."""
    return [
        result
        for line in path.read_text(encoding="utf-8").splitlines()
        if line
        for result in _evaluate(json.loads(line))
    ]


def _evaluate(row: dict[str, Any]) -> Iterator[Result]:
    posts = _posts(row["observations"])
    expects = row.get("expects") or {row["origin"]: row["expect"]}
    now = _time(row["now"])
    for origin, expect in expects.items():
        case_file, members = _build(posts, origin, [other for other in expects if other != origin])
        decision = decide(case_file, Policy(), now)
        yield _compare(row, expect, case_file, (decision, carry(decision, members)))


def read_cases(path: Path) -> Iterator[tuple[str, CaseFile]]:
    """Every case of a labelled file, undecided, with the status that it should have."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        posts = _posts(row["observations"])
        expects = row.get("expects") or {row["origin"]: row["expect"]}
        for origin, expect in expects.items():
            case_file, _ = _build(posts, origin, [other for other in expects if other != origin])
            yield expect["status"], case_file


def _compare(
    row: dict[str, Any], expect: dict[str, Any], case_file: CaseFile, got: tuple[Decision, Sequence[Flag]]
) -> Result:
    decision, flags = got
    review = decision.needs_review or any(flag.review_reason for flag in flags)
    notes = [] if decision.status == expect["status"] else [f"status {decision.status}"]
    wanted = expect.get("needs_review")
    if wanted is not None and wanted != review:
        notes.append(f"review {review} ({decision.review_reason})")
    outcomes, flag_notes = _compare_flags(expect, flags)
    return Result(
        case=row["case"],
        trap=row["trap"],
        expected=expect["status"],
        status=decision.status,
        review="any" if wanted is None else f"want {wanted} got {review}",
        flags=tuple(outcomes),
        notes=(*notes, *flag_notes),
        decision=decision,
        case_file=case_file,
    )


def _compare_flags(expect: dict[str, Any], flags: Sequence[Flag]) -> tuple[list[str], list[str]]:
    stale = {flag.post_id for flag in flags if flag.is_stale}
    late = {flag.post_id for flag in flags if flag.is_late}
    wanted, unwanted = set(expect.get("stale", ())), set(expect.get("not_stale", ()))
    outcomes = ["hit"] * len(wanted & stale) + ["miss"] * len(wanted - stale) + ["false"] * len(unwanted & stale)
    notes = [f"not stale {post}" for post in sorted(wanted - stale)] + [
        f"stale {post}" for post in sorted(unwanted & stale)
    ]
    wrong_late = set(expect.get("late", ())) ^ late if "late" in expect else set()
    return outcomes, notes + [f"late {post}" for post in sorted(wrong_late)]


def _posts(rows: Sequence[dict[str, Any]]) -> list[Seen]:
    by_id: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_id.setdefault(f"{row['platform']}:{row['id']}", []).append(row)
    return [_post(post_id, sorted(seen, key=_observed_at)) for post_id, seen in by_id.items()]


def _post(post_id: str, rows: list[dict[str, Any]]) -> Seen:
    first = rows[0]
    platform = first["platform"]
    author = next((row["author_id"] for row in rows if row.get("author_id")), "?")
    return Seen(
        post_id=post_id,
        author=f"{platform}:{author}",
        kind=next((row["author_kind"] for row in rows if row.get("author_kind")), "person"),
        posted_at=_time(first.get("posted_at") or first["observed_at"]),
        rows=tuple(rows),
        repost_of=next((f"{platform}:{row['repost_of']}" for row in rows if row.get("repost_of")), None),
        reply_to=next((f"{platform}:{row['reply_to']}" for row in rows if row.get("reply_to")), None),
    )


def _build(posts: list[Seen], origin_id: str, other_ids: list[str]) -> tuple[CaseFile, list[Member]]:
    origin = next(post for post in posts if post.post_id == origin_id)
    others = [post for post in posts if post.post_id in other_ids and post.author == origin.author]
    thread = _thread(posts, origin)
    rest = [post for post in posts if post.post_id != origin_id and post.post_id not in other_ids]
    words = [word for post in rest for word in _words(post, origin, thread)]
    words += _edits(origin, "author")
    case_file = CaseFile(
        case_id=origin_id,
        plea=_utterance(origin, origin.texts[0], "author", "plea"),
        other_pleas=tuple(_utterance(other, other.texts[0], "author", "plea") for other in others),
        words=tuple(words),
        sightings=tuple(
            Sighting(origin_id, row.get("availability", "visible"), _observed_at(row)) for row in origin.rows
        ),
    )
    members = [_member(post, origin, thread) for post in [origin, *rest]]
    return case_file, [member for member in members if member is not None]


def _thread(posts: list[Seen], origin: Seen) -> set[str]:
    """The origin and everything that answers or reposts it, at any depth."""
    thread = {origin.post_id}
    while True:
        more = {post.post_id for post in posts if {post.reply_to, post.repost_of} & thread} - thread
        if not more:
            return thread
        thread |= more


def _words(post: Seen, origin: Seen, thread: set[str]) -> Iterator[Utterance]:
    speaker = _speaker(post, origin)
    is_copy = post.post_id not in thread and _is_copy(post, origin)
    if not post.texts or (speaker == "third_party" and not is_copy and post.post_id not in thread):
        return
    if speaker == "official" and post.post_id not in thread and not is_copy:
        return
    form = "copy" if is_copy and speaker != "author" else _form(post)
    yield _utterance(post, post.texts[0], speaker, form)
    yield from _edits(post, speaker)


def _edits(post: Seen, speaker: str) -> list[Utterance]:
    pairs = zip(post.texts, post.texts[1:], strict=False)
    return [
        _utterance(post, later, speaker, "edit", before["text"])
        for before, later in pairs
        if before["text"] != later["text"]
    ]


def _speaker(post: Seen, origin: Seen) -> str:
    if post.author == origin.author:
        return "author"
    return "official" if post.kind in {"official", "platform"} else "third_party"


def _form(post: Seen) -> str:
    if post.repost_of:
        return "self_repost"
    return "comment" if post.reply_to else "post"


def _utterance(post: Seen, row: dict[str, Any], speaker: str, form: str, previous: str | None = None) -> Utterance:
    observed = _observed_at(row)
    edited = _time(row["edited_at"]) if row.get("edited_at") else observed
    return Utterance(
        post_id=post.post_id,
        observation_id=f"{post.post_id}@{observed.isoformat()}",
        author_id=post.author,
        author_name=row.get("author_name"),
        speaker=speaker,
        form=form,
        said_at=edited if form == "edit" else post.posted_at,
        observed_at=max(observed, post.posted_at),
        text=row["text"],
        previous_text=previous,
        facts=frozenset((fact.kind, fact.value) for fact in extract_facts(row["text"]) if fact.kind != "need"),
        repost_of=post.repost_of,
        reply_to=post.reply_to,
    )


def _member(post: Seen, origin: Seen, thread: set[str]) -> Member | None:
    role = _role(post, origin, thread)
    if role is None:
        return None
    visible = [row for row in post.rows if row.get("availability", "visible") != "blocked"]
    return Member(
        post_id=post.post_id,
        role=role,
        posted_at=post.posted_at,
        text=post.last_text,
        is_visible=not visible or visible[-1].get("availability", "visible") == "visible",
        is_plea=_is_copy(post, origin),
        speaker=_speaker(post, origin),
    )


def _role(post: Seen, origin: Seen, thread: set[str]) -> str | None:
    if post.post_id == origin.post_id:
        return "origin"
    speaker = _speaker(post, origin)
    if speaker == "author":
        return "author_post" if not post.repost_of else "author_update"
    return "official_reply" if speaker == "official" else _role_of_others(post, origin, thread)


def _role_of_others(post: Seen, origin: Seen, thread: set[str]) -> str | None:
    if post.repost_of in thread:
        return "repost"
    if post.reply_to in thread:
        return "comment"
    return "copy" if _is_copy(post, origin) else None


def _is_copy(post: Seen, origin: Seen) -> bool:
    """Whether the text shares a good part of the plea's eight-character pieces."""
    plea, text = _pieces(origin.texts[0]["text"]), _pieces(post.last_text)
    return bool(text) and len(plea & text) >= _COPIED_SHARE * min(len(plea), len(text))


def _pieces(text: str) -> set[str]:
    bare = _SIGNS.sub("", text)
    return {bare[index : index + 6] for index in range(len(bare) - 5)}


def _observed_at(row: dict[str, Any]) -> datetime:
    return _time(row.get("observed_at") or row["posted_at"])


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
