"""The clocks of public help boards, as the views of migration 0007 compute them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.store.database import Store

_COUNTS = (
    "received, answered, answered_online, handed_over, office_done, done, answer_rate, due_3_h, answered_3_h,"
    " share_3_h, due_8_h, answered_8_h, share_8_h"
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """What became of the cases of an area, a need or the whole store (`name` None).

    An official answer is either `answered_online` or `handed_over`; `office_done` is an office's word, `done` the
    author's or the desk's. Rates and shares are 0 to 1; a share counts only cases that the clock has run out for, None
    where there is none.
    """

    name: str | None
    received: int
    answered: int
    answered_online: int
    handed_over: int
    office_done: int
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


@dataclass(frozen=True, slots=True)
class Official:
    """What an office answered, by its account; `fastest_seconds` after the plea.

    `due` is what the districts that it answers in received since the first plea there that it answered: whom a plea
    was addressed to is not public.
    """

    name: str | None
    replies: int
    cases: int
    handed_over: int
    done: int
    fastest_seconds: int | None
    answered_3_h: int
    answered_8_h: int
    due: int
    answer_rate: float | None


def read_officials(store: Store) -> list[Official]:
    """The hundred offices that answered most cases."""
    rows = store.conn.execute(
        "SELECT author_name, replies, cases, handed_over, done, fastest_seconds, answered_3_h, answered_8_h, due,"
        " answer_rate FROM clocks_by_official ORDER BY cases DESC, author_id LIMIT 100"
    )
    return [Official(*row) for row in rows]
