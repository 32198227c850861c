"""Work orders of cases that wait: two lines each, one to the street or town, one to the health commission."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.errors import UserError
from pipeline.exporting.claimreview import need_names
from pipeline.store.export import OpenNeed
from pipeline.times import from_text, from_text_or_none
from pipeline.words import STATUS_ZH, beijing

STREET = "街道/乡镇"
HEALTH = "卫健委"
_WORDS_AT_MOST = 200
_NO_WORDS = "作者的帖子已看不到"


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """One line of a work order; times on a Beijing clock, contacts masked."""

    order_id: str
    line: str
    case_id: str
    district: str
    need: str
    status: str
    received_at: str
    waiting_hours: float | None
    first_answer_at: str
    copies: int
    contact: str
    action: str
    last_words_at: str
    last_words: str
    remarks: str
    origin_url: str


def work_orders(need: OpenNeed, now: datetime) -> Iterator[WorkOrder]:
    """The two lines of a case."""
    street, health = _actions(need.category)
    for suffix, line, action in (("S", STREET, street), ("H", HEALTH, health)):
        yield WorkOrder(
            order_id=f"{need.case_id}-{suffix}",
            line=line,
            case_id=need.case_id,
            district=need.district or "地区不明",
            need=need_names().get(need.category or "", "类别不明"),
            status=STATUS_ZH[need.status],
            received_at=beijing(from_text_or_none(need.opened_at)),
            waiting_hours=_waiting_hours(need, now),
            first_answer_at=beijing(from_text(need.answered_at)) if need.answered_at else "尚无答复",
            copies=need.copy_count,
            contact=need.contacts or "帖内无电话",
            action=action,
            last_words_at=beijing(from_text_or_none(need.last_words_at)),
            last_words=_shortened(need.last_words) or _NO_WORDS,
            remarks="；".join(_remarks(need)),
            origin_url=need.origin_url or "",
        )


def _remarks(need: OpenNeed) -> Iterator[str]:
    if need.status == "in_progress":
        yield "已有人在处理，先问进展再派人，避免重复打扰"
    if need.household_case_ids:
        yield f"同一家另有个案 {'、'.join(need.household_case_ids)}，请一并处理"
    if need.review_reason:
        yield f"需人工核查：{need.review_reason}"
    if need.copy_count:
        yield f"已有 {need.copy_count} 条转发和搬运，办结后请官方账号回复说明"
    if need.contacts:
        yield "电话已脱敏，完整号码由核查台按事由调取"


def _waiting_hours(need: OpenNeed, now: datetime) -> float | None:
    if need.opened_at is None:
        return None
    return round(max((now - from_text(need.opened_at)).total_seconds(), 0) / 3600, 1)


def _shortened(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _WORDS_AT_MOST else plain[:_WORDS_AT_MOST] + "…"


def _actions(category: str | None) -> tuple[str, str]:
    table = _table()
    return table.get(category or "other", table["other"])


@cache
def _table() -> dict[str, tuple[str, str]]:
    path = DATA_DIR / "exporting" / "workorders.tsv"
    known = need_names()
    table = {}
    for line, row in read_table(path):
        if row["category"] not in known:
            raise UserError(f"{path}:{line}: {row['category']}: data/categories.tsv has no such need")
        table[row["category"]] = (row["street"], row["health"])
    if "other" not in table:
        raise UserError(f"{path}: no line for `other`, which stands for every need without a line")
    return table
