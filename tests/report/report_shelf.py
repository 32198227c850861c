"""Puts rows straight into a store, so that tests of the report need no other stage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.store.database import Store, open_store
from pipeline.times import to_text

NOW = datetime(2024, 7, 12, 18, 0, tzinfo=UTC)  # 13 July, 02:00 in Shanghai


def ago(**length: float) -> datetime:
    """A time before NOW."""
    return NOW - timedelta(**length)


class Shelf:
    """A small store under construction; every method adds what its name says."""

    def __init__(self, folder: Path) -> None:
        self.store: Store = open_store(folder / "houxu.db")

    def add(self, table: str, **values: object) -> None:
        """One row of a table; times become text."""
        columns = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        row = [to_text(value) if isinstance(value, datetime) else value for value in values.values()]
        self.store.conn.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", row)  # noqa: S608 our own names

    def run(
        self, run_id: str, at: datetime, outcome: str | None = "done", kind: str = "nightly", **rest: object
    ) -> None:
        """A run that began and ended at a time."""
        finished_at = None if outcome is None else at
        self.add("runs", run_id=run_id, kind=kind, started_at=at, finished_at=finished_at, outcome=outcome, **rest)

    def source(self, run_id: str, query: str = "透析", **changes: object) -> None:
        """A source of a run; complete and without refusals unless changed."""
        values: dict[str, object] = {"requested": 12, "seen": 40, "new": 6, "changed": 2, "refused": 0, "complete": 1}
        self.add("run_sources", run_id=run_id, source="weibo_search", query=query, **(values | changes))

    def post(self, name: str, run_id: str, at: datetime | None, **changes: object) -> str:
        """A post with one observation in a run; its id."""
        post_id = f"weibo:{name}"
        values: dict[str, object] = {
            "url": f"https://m.weibo.cn/detail/{name}",
            "author_id": f"weibo:u{name}",
            "author_name": f"用户{name}",
            "author_kind": "person",
            "posted_at": at,
            "availability": "visible",
            "text": f"求助！{name} 家中老人断透析",
        } | changes
        is_plea = values.pop("is_plea", 1)
        observed_at = at or NOW
        self.add(
            "posts",
            post_id=post_id,
            platform="weibo",
            native_id=name,
            first_seen_at=observed_at,
            is_plea=is_plea,
            **values,
        )
        self.add(
            "observations",
            observation_id=f"o-{name}",
            post_id=post_id,
            observed_at=observed_at,
            run_id=run_id,
            **values,
        )
        return post_id

    def case(self, case_id: str, origin: str, opened_at: datetime | None, **changes: object) -> None:
        """A case with its origin; open and verified an hour ago unless changed."""
        values: dict[str, object] = {
            "status": "open",
            "category": "dialysis",
            "district": "北汀区",
            "post_count": 1,
            "stale_count": 0,
            "last_verified_at": ago(hours=1),
        } | changes
        self.add(
            "cases",
            case_id=case_id,
            origin_post_id=origin,
            origin_certainty="certain",
            opened_at=opened_at,
            **values,
        )
        self.member(case_id, origin, role="origin")

    def member(self, case_id: str, post_id: str, **values: object) -> None:
        """A post of a case."""
        self.add("case_posts", case_id=case_id, post_id=post_id, **values)

    def update(self, case_id: str, post_id: str | None, said_at: datetime, quote: str, **changes: object) -> None:
        """Words on which the status of a case rests."""
        values: dict[str, object] = {
            "kind": "resolved",
            "source": "author",
            "observed_at": said_at,
            "rule": "test",
            "confidence": 0.95,
            "in_force": 1,
        } | changes
        self.add(
            "status_updates",
            update_id=f"s-{case_id}",
            case_id=case_id,
            post_id=post_id,
            said_at=said_at,
            quote=quote,
            **values,
        )

    def resolved_case(self, case_id: str, run_id: str, quote: str, said_at: datetime) -> None:
        """A case whose author said at a time, as seen by a run, that help arrived."""
        origin = self.post(f"{case_id}p", run_id, said_at - timedelta(hours=15))
        words = self.post(f"{case_id}w", run_id, said_at, text=quote, is_plea=0)
        self.case(
            case_id,
            origin,
            said_at - timedelta(hours=15),
            status="resolved",
            status_since=said_at,
            status_update_id=f"s-{case_id}",
        )
        self.member(case_id, words, role="author_update")
        self.update(case_id, words, said_at, quote)

    def stale_copy(self, case_id: str, name: str, run_id: str, at: datetime, lag: timedelta | None = None) -> str:
        """A copy that still asks; late by `lag` where that is given."""
        post_id = self.post(name, run_id, at, text=f"求扩散！没人管！{name}")
        seconds = None if lag is None else int(lag.total_seconds())
        self.member(case_id, post_id, role="copy", is_stale=1, is_late=int(lag is not None), lag_seconds=seconds)
        return post_id
