"""How the store stands."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from pipeline.store.database import Store


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over the whole store."""

    matches: int
    cases: int
    stale: int
    reviews: int

    def as_dict(self) -> dict[str, int]:
        """For the ledger."""
        return asdict(self)


def read_totals(store: Store) -> Totals:
    """Count matches, cases, stale posts and cases that need review."""
    row = store.conn.execute(
        "SELECT (SELECT COUNT(*) FROM matches), COUNT(*), COALESCE(SUM(stale_count), 0), COALESCE(SUM(needs_review), 0)"
        " FROM cases"
    ).fetchone()
    return Totals(*row)
