"""The audit trail: who did what to whose words, when and why. Append-only."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from pipeline.store.database import Store


@dataclass(frozen=True, slots=True)
class Act:
    """One entry; `at` is stored text."""

    action: str
    subject: str
    by: str
    at: str
    reason: str


def write_act(store: Store, act: Act) -> None:
    """Append an entry."""
    with store.writing() as conn:
        conn.execute('INSERT INTO audit (action, subject, "by", "at", reason) VALUES (?, ?, ?, ?, ?)', astuple(act))
