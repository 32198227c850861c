"""Carries the status to every member of the case: which posts are stale, which are late, and by how much."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial

from pipeline.status.counterclaim import find_counterclaim
from pipeline.status.known import known_texts
from pipeline.status.model import ENDED, Decision, Flag, Member, Reading, StatusUpdate
from pipeline.status.needs import profile_of
from pipeline.status.reading import Context, read_words
from pipeline.status.round_up import marks_item_done
from pipeline.text.normal import normalise
from pipeline.words import beijing, lasting

# A person needs one or two contradictions to look into, not thirty.
_MOST_DENIALS = 3
# Roles that carry the plea on; the others speak about it.
_ASKING_ROLES = frozenset({"origin", "repost", "copy", "screenshot"})
_ASKING_IF_PLEA = frozenset({"author_post", "comment"})
_MIN_QUOTE_CHARACTERS = 4
_SIGNS = re.compile(r"[\W_]+")
_ReadMember = Callable[[], Reading]
_WORDING = {
    "resolved": "作者已说明问题解决",
    "withdrawn": "作者已撤回求助",
    "closed": "作者已说明求助终止",
}


def carry(decision: Decision, members: Sequence[Member]) -> tuple[Flag, ...]:
    """One flag a member, in the members' order.

    Stale is a post that still asks while a resolution, withdrawal or closing is in force. Not stale: what is not
    visible, the author's updates, official replies, comments without the plea, round-ups that mark this item as done,
    copies that carry the update themselves. A member that denies the author's result in its own words asks for review;
    at most three do.
    """
    update = decision.update_in_force
    if update is None or decision.status not in ENDED:
        return tuple(Flag(member.post_id, False, "", False, 0) for member in members)
    flags = [_flag(decision, update, member) for member in members]
    return tuple(_few_denials(flags))


def _few_denials(flags: Sequence[Flag]) -> Iterator[Flag]:
    """The flags with no more than the first few reasons for review."""
    left = _MOST_DENIALS
    for flag in flags:
        left -= bool(flag.review_reason)
        yield replace(flag, review_reason="") if flag.review_reason and left < 0 else flag


def _flag(decision: Decision, update: StatusUpdate, member: Member) -> Flag:
    # Both questions are about the same words, and most posts need neither.
    read = cache(partial(_read, decision, member))
    denial = _denial(decision, update, member, read)
    if not _still_asks(decision, update, member, read):
        return Flag(member.post_id, False, "", False, 0, denial)
    lag = member.posted_at - update.said_at
    in_round_up = "汇总帖里这一件已有结果：" if member.role == "round_up" else ""
    is_late = lag > timedelta(0)
    return Flag(
        post_id=member.post_id,
        is_stale=True,
        stale_reason=in_round_up + _reason(update, lag),
        is_late=is_late,
        lag_seconds=int(lag.total_seconds()) if is_late else 0,
        review_reason=denial,
    )


def _still_asks(decision: Decision, update: StatusUpdate, member: Member, read: _ReadMember) -> bool:
    if not member.is_visible:
        return False
    if member.role == "round_up":
        return not marks_item_done(member.text, decision.plea_text, update.quote)
    if member.role not in _ASKING_ROLES and not (member.role in _ASKING_IF_PLEA and member.is_plea):
        return False
    return not _carries_update(decision, update, member, read)


def _carries_update(decision: Decision, update: StatusUpdate, member: Member, read: _ReadMember) -> bool:
    """Whether the post says itself how it ended, in the author's words or its own."""
    own_update = any(said.post_id == member.post_id and said.kind == update.kind for said in decision.updates)
    quote, text = _bare(update.quote), _bare(member.text)
    if own_update and (member.role != "origin" or quote in text):
        return True
    if len(quote) >= _MIN_QUOTE_CHARACTERS and quote in text and quote not in _bare(decision.plea_text):
        return True
    return not member.is_quiet and read().kind in {"resolved", "closed", "withdrawn"}


def _read(decision: Decision, member: Member) -> Reading:
    profile = decision.profile or profile_of(decision.plea_text)
    return read_words(member.text, Context(profile, known_texts(decision.plea_text)))


def _denial(decision: Decision, update: StatusUpdate, member: Member, read: _ReadMember) -> str:
    if member.speaker != "third_party" or member.posted_at <= update.said_at or member.role == "round_up":
        return ""
    if member.is_quiet:
        return ""
    claim = find_counterclaim(read(), decision.plea_text)
    return f"作者说已有结果之后，帖子 {member.post_id} 仍称“{claim}”，请核查" if claim else ""


def _bare(text: str) -> str:
    return _SIGNS.sub("", normalise(text).text)


def _reason(update: StatusUpdate, lag: timedelta) -> str:
    said = f"：“{update.quote}”" if update.quote else ""
    ended = f"{_WORDING[update.kind]}{said}（{beijing(update.said_at)}）"
    if lag > timedelta(0):
        return f"{ended}；这条在 {lasting(lag.total_seconds())}后发出，仍在求助"
    return f"{ended}；这条仍在求助"
