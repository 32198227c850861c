"""Which alerts a store gives rise to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.showing import passage
from pipeline.errors import UserError
from pipeline.settings import Settings
from pipeline.store.caseview import find_case_id, view_case
from pipeline.store.database import Store
from pipeline.store.desk_alerts import updates_seen_after, watched_cases
from pipeline.store.desk_db import DeskDb
from pipeline.store.desk_queue import Wanted, read_list
from pipeline.times import from_text
from pipeline.words import SOURCE_ZH, STATUS_ZH, UPDATE_ZH, beijing

_MOST = 200
_QUOTE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Alert:
    """`key` names what happened, so that it is told once. `kind` is stale_spreading or watched_update; times are
    stored text; `case_url` is empty where the desk has no public address."""

    key: str
    kind: str
    case_id: str
    status: str
    district: str | None
    category: str | None
    quote: str
    source: str
    said_at: str
    copies_in_day: int
    copies_after: int
    case_url: str

    @property
    def title(self) -> str:
        """One line."""
        place = self.district or "地区不明"
        if self.kind == "stale_spreading":
            return f"过时求助还在传：{place}，24 小时 {self.copies_in_day} 条"
        return f"关注的个案有新进展：{place}，{STATUS_ZH[self.status]}"

    @property
    def text(self) -> str:
        """What happened, in a few lines; nobody's name."""
        who = SOURCE_ZH.get(self.source, self.source)
        lines = [f"{self.case_id}  {STATUS_ZH[self.status]}"]
        if self.quote:
            lines.append(f"{who} {beijing(from_text(self.said_at))} 说：「{self.quote}」")
        if self.kind == "stale_spreading":
            lines.append(f"答复后共 {self.copies_after} 条还在转")
        return "\n".join([*lines, self.case_url] if self.case_url else lines)


def find_alerts(store: Store, people: DeskDb, settings: Settings, now: datetime) -> list[Alert]:
    """Every alert that holds now, sent before or not: stale cases first."""
    return [*_spreading(store, settings, now), *_watched(store, people, settings)]


def _spreading(store: Store, settings: Settings, now: datetime) -> Iterator[Alert]:
    wanted = Wanted(now=now, since=now - timedelta(days=1), limit=_MOST)
    for row in read_list(store, "spreading", wanted).rows:
        if row["late_in_day"] >= settings.alerts.copies_a_day and row["said_at"]:
            yield Alert(
                key=f"stale:{row['case_id']}:{row['said_at']}",
                kind="stale_spreading",
                case_id=row["case_id"],
                status=row["status"],
                district=row["district"],
                category=row["category"],
                quote=_short(row["quote"]),
                source=row["source"],
                said_at=row["said_at"],
                copies_in_day=row["late_in_day"],
                copies_after=row["late_count"],
                case_url=_case_url(settings, row["case_id"]),
            )


def _watched(store: Store, people: DeskDb, settings: Settings) -> Iterator[Alert]:
    for name, since in watched_cases(people):
        case_id = _standing(store, name)
        if case_id is not None:
            case = view_case(store, case_id).case
            for update in updates_seen_after(store, case_id, since):
                yield _update_alert(case, update, settings)


def _standing(store: Store, name: str) -> str | None:
    """The case that a watched one is part of now; None where it was taken out of the store."""
    try:
        return find_case_id(store, name)
    except UserError:
        return None


def _update_alert(case: sqlite3.Row, update: sqlite3.Row, settings: Settings) -> Alert:
    return Alert(
        key=f"update:{update['update_id']}",
        kind="watched_update",
        case_id=case["case_id"],
        status=case["status"],
        district=case["district"],
        category=case["category"],
        quote=f"〔{UPDATE_ZH.get(update['kind'], update['kind'])}〕{_short(update['quote'])}",
        source=update["source"],
        said_at=update["said_at"],
        copies_in_day=0,
        copies_after=case["stale_count"],
        case_url=_case_url(settings, case["case_id"]),
    )


def _case_url(settings: Settings, case_id: str) -> str:
    base = settings.desk.public_url.rstrip("/")
    return f"{base}/cases/{case_id}" if base else ""


def _short(quote: str | None) -> str:
    shown = passage(quote, _QUOTE_CHARACTERS)
    return "" if shown is None else " ".join(shown.lead.split())
