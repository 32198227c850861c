"""A case on a terminal, Chinese first: status in one sentence, the author's words, the timeline, what is stale."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from pipeline.store.caseview import CaseView
from pipeline.times import from_text, from_text_or_none
from pipeline.words import (
    AVAILABILITY_ZH,
    CERTAINTY_ZH,
    RELATION_ZH,
    ROLE_ZH,
    SOURCE_ZH,
    STATUS_ZH,
    UPDATE_ZH,
    beijing,
    lasting,
)

_EXCERPT_CHARACTERS = 60


def status_sentence(view: CaseView, now: datetime) -> str:
    """What a person who holds a copy needs to know first."""
    case = view.case
    update = view.update_in_force
    parts = [f"{STATUS_ZH[case['status']]} / {case['status']}"]
    if update is not None:
        who = SOURCE_ZH[update["source"]]
        parts.append(f"{who} {beijing(from_text(update['said_at']))} 说：「{update['quote']}」")
        if update["url"]:
            parts.append(update["url"])
    if case["needs_review"]:
        parts.append(f"需要人工核查：{case['review_reason']}")
    parts.append(_verified(case, now))
    return "\n".join(parts)


def _verified(case: sqlite3.Row, now: datetime) -> str:
    checked = from_text_or_none(case["last_verified_at"])
    if checked is None:
        return "还没有核对过首发帖 / the origin was never checked"
    return f"最后核对：{lasting((now - checked).total_seconds())}前 / last verified {beijing(checked)}"


def case_lines(view: CaseView, now: datetime) -> Iterator[str]:
    """The whole case, line by line."""
    case = view.case
    yield f"个案 {case['case_id']}  {case['category'] or '类别不明'}  {case['district'] or '地区不明'}"
    yield status_sentence(view, now)
    yield (
        f"首发 {case['origin_post_id']}（{CERTAINTY_ZH[case['origin_certainty']]}），"
        f"{case['post_count']} 个帖子，其中 {case['stale_count']} 条过时转发"
    )
    for link in view.links:
        status = STATUS_ZH[link["status"]]
        yield f"相关个案 {link['case_id']}（{RELATION_ZH[link['relation']]}，{status}）"
    yield ""
    for _, line in sorted([*_post_lines(view), *_update_lines(view), *_gone_lines(view)], key=lambda pair: pair[0]):
        yield line


def _post_lines(view: CaseView) -> Iterator[tuple[str, str]]:
    for post in view.posts:
        at = post["posted_at"] or post["first_seen_at"]
        stale = f"  ← 过时：{post['stale_reason']}" if post["is_stale"] else ""
        who = post["author_name"] or "佚名"
        yield at, f"{beijing(from_text(at))}  {ROLE_ZH[post['role']]}  {who}：{_excerpt(post)}{stale}"


def _excerpt(post: sqlite3.Row) -> str:
    text = " ".join((post["text"] or f"〔{AVAILABILITY_ZH[post['availability']]}〕").split())
    return text if len(text) <= _EXCERPT_CHARACTERS else text[:_EXCERPT_CHARACTERS] + "…"


def _update_lines(view: CaseView) -> Iterator[tuple[str, str]]:
    for update in view.updates:
        force = "" if update["in_force"] else "（未生效）"
        what = f"{SOURCE_ZH[update['source']]}{UPDATE_ZH[update['kind']]}{force}"
        why = f"[{update['rule']}, {update['confidence']:.2f}]"
        yield update["said_at"], f"{beijing(from_text(update['said_at']))}  ★ {what}：「{update['quote']}」 {why}"


def _gone_lines(view: CaseView) -> Iterator[tuple[str, str]]:
    for gone in view.gone:
        at = gone["observed_at"]
        what = f"{ROLE_ZH[gone['role']]} {gone['post_id']}：{AVAILABILITY_ZH[gone['availability']]}"
        yield at, f"{beijing(from_text(at))}  ○ {what}"


def case_as_dict(view: CaseView) -> dict[str, object]:
    """The case for --json: the rows of the tables under their column names."""
    return {
        **dict(view.case),
        "update_in_force": dict(view.update_in_force) if view.update_in_force else None,
        "posts": [dict(row) for row in view.posts],
        "status_updates": [dict(row) for row in view.updates],
        "links": [dict(row) for row in view.links],
        "disappearances": [dict(row) for row in view.gone],
    }
