"""The clocks of public help boards, as the views of migration 0002 compute them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.store.database import Store

_COUNTS = (
    "received, answered, handed_over, done, answer_rate, due_3_h, answered_3_h, share_3_h, due_8_h, answered_8_h,"
    " share_8_h"
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """What became of the cases of an area, a need or the whole store (`name` None).

    Rates and shares are 0 to 1; a share counts only cases that the clock has run out for, None where there is none.
    """

    name: str | None
    received: int
    answered: int
    handed_over: int
    done: int
    answer_rate: float | None
    due_3_h: int
    answered_3_h: int
    share_3_h: float | None
    due_8_h: int
    answered_8_h: int
    share_8_h: float | None


def read_clock_totals(store: Store) -> Clocks | None:
    """The clocks of the whole store; None where there is no case with a time."""
    row = store.conn.execute(
        f"SELECT NULL AS name, {_COUNTS} FROM clock_totals WHERE received > 0"  # noqa: S608 our own column list
    ).fetchone()
    return None if row is None else Clocks(*row)


def read_clocks_by(store: Store, dimension: Literal["district", "category"]) -> list[Clocks]:
    """The clocks by area or need, most cases first; `name` None for cases whose area or need is not known."""
    rows = store.conn.execute(
        f"SELECT {dimension} AS name, {_COUNTS} FROM clocks_by_{dimension} ORDER BY received DESC, name"  # noqa: S608
    )
    return [Clocks(*row) for row in rows]
