"""How the case of a post stands, for evaluation."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.store.database import Store


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """Status and flags of one case."""

    status: str
    needs_review: bool
    stale: frozenset[str]
    late: frozenset[str]


def read_outcomes(store: Store, post_id: str) -> CaseOutcome | None:
    """The outcome of the case that a post belongs to; None where it belongs to none."""
    case = store.conn.execute(
        "SELECT c.case_id, c.status, c.needs_review FROM case_posts cp JOIN cases c USING (case_id)"
        " WHERE cp.post_id = ? AND cp.role <> 'round_up'",
        (post_id,),
    ).fetchone()
    if case is None:
        return None
    rows = store.conn.execute(
        "SELECT post_id, is_stale, is_late FROM case_posts WHERE case_id = ?", (case["case_id"],)
    ).fetchall()
    return CaseOutcome(
        status=case["status"],
        needs_review=bool(case["needs_review"]),
        stale=frozenset(row["post_id"] for row in rows if row["is_stale"]),
        late=frozenset(row["post_id"] for row in rows if row["is_late"]),
    )
