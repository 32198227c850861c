"""What an answer card says. Nobody's name, phone or address stands on it: it is made to be passed on."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeGuard

from desk.channels import Channel
from desk.showing import passage
from desk.views.answers import COPY_ROLES, origin_of
from pipeline.datafiles import DATA_DIR, read_toml
from pipeline.exporting.claimreview import need_names
from pipeline.facts.masking import mask_secrets
from pipeline.facts.persons import mask_name
from pipeline.report.values import safe_link
from pipeline.store.caseview import CaseView
from pipeline.times import from_text, from_text_or_none
from pipeline.understand import understand
from pipeline.words import SOURCE_ZH, beijing

_QUOTE_CHARACTERS = 140
_ENDS = ("resolved", "withdrawn", "closed")


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """An answer to reposters, in Chinese. `tone` is good, warn or bad; `quote`, `said` and `link` are empty where
    nobody has said anything yet; `notes` are further lines."""

    case_id: str
    tone: str
    headline: str
    plea: str
    quote: str
    said: str
    link: str
    notes: tuple[str, ...]
    advice: str
    foot: str

    @property
    def text(self) -> str:
        """The whole card as plain text, ready to be pasted as a reply."""
        lines = [f"【{self.headline}】{self.plea}"]
        if self.quote:
            lines.append(f"{self.said}「{self.quote}」")
        if self.link:
            lines.append(f"{_sentences()['source']}：{self.link}")
        return "\n".join([*lines, *self.notes, self.advice, self.foot])


def write_card(view: CaseView, channels: tuple[Channel, ...]) -> AnswerCard:
    """The card of a case; `channels` are named where it still asks."""
    sentences, case, update = _sentences(), view.case, view.update_in_force
    kind = sentences["review" if _is_unsure(case, update) else case["status"]]
    quote = _quote(view, update)
    return AnswerCard(
        case_id=case["case_id"],
        tone=kind["tone"],
        headline=kind["headline"],
        plea=_plea(view),
        quote=quote,
        said=_said(update) if quote and update is not None else "",
        link=(safe_link(update["url"]) or "") if _is_quotable(update) else _origin_link(view),
        notes=(*_notes(view), *(f"{one.name}：{one.phone or one.url}" for one in channels)),
        advice=kind["advice"],
        foot=sentences["foot"],
    )


def _is_unsure(case: sqlite3.Row, update: sqlite3.Row | None) -> bool:
    """Whether an end is not yet to be told: a person must look, or neither author nor desk has said it."""
    is_own = update is None or update["source"] in ("author", "desk")
    return case["status"] in _ENDS and (bool(case["needs_review"]) or not is_own)


def _is_quotable(update: sqlite3.Row | None) -> TypeGuard[sqlite3.Row]:
    """Whether the status stands on somebody's words: not on the desk's verdict, nor on a deletion, which is told so."""
    return update is not None and update["source"] != "desk" and not update["quote"].startswith("〔")


def _plea(view: CaseView) -> str:
    sentences, case = _sentences(), view.case
    opened_at = from_text_or_none(case["opened_at"])
    return str(sentences["plea"]).format(
        day="" if opened_at is None else beijing(opened_at)[:10],
        place=case["district"] or sentences["place_unknown"],
        need=need_names().get(case["category"] or "", sentences["need_unknown"]),
    )


def _said(update: sqlite3.Row) -> str:
    return str(_sentences()["said"]).format(who=SOURCE_ZH[update["source"]], when=beijing(from_text(update["said_at"])))


def _notes(view: CaseView) -> list[str]:
    case, notes = view.case, []
    count = sum(post["role"] in COPY_ROLES for post in view.posts)
    if count:
        late = sum(bool(post["is_late"]) for post in view.posts)
        notes.append(str(_sentences()["spread"]).format(count=count, late=late))
    if case["last_verified_at"]:
        notes.append(str(_sentences()["checked"]).format(when=beijing(from_text(case["last_verified_at"]))))
    return notes


def _origin_link(view: CaseView) -> str:
    origin = origin_of(view)
    return "" if origin is None or origin["availability"] != "visible" else safe_link(origin["url"]) or ""


def _quote(view: CaseView, update: sqlite3.Row | None) -> str:
    """The words that the status stands on, on one line, without anybody's name."""
    if not _is_quotable(update):
        return ""
    origin = origin_of(view)
    names = _names_in(origin["text"] if origin is not None else None) | _names_in(update["quote"])
    shown = passage(without_names(update["quote"], names), _QUOTE_CHARACTERS)
    return "" if shown is None else " ".join(shown.lead.split())


def without_names(text: str, names: frozenset[str]) -> str:
    """A text with phones, addresses and these names masked: 张三 becomes 张*."""
    understood = understand(text)
    persons = [fact for fact in understood.facts if fact.kind == "person"]
    masked = mask_secrets(understood.text, (), persons).text
    for name in sorted(names, key=len, reverse=True):
        masked = masked.replace(name, mask_name(name))
    return masked


def _names_in(text: str | None) -> frozenset[str]:
    return frozenset(fact.value for fact in understand(text or "").facts if fact.kind == "person")


def card_brand() -> str:
    """What stands on top of every card."""
    return str(_sentences()["brand"])


@cache
def _sentences() -> dict[str, Any]:
    return read_toml(DATA_DIR / "desk" / "card.toml")
