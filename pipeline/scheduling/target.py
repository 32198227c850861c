"""A re-check target: one line of the file that says to a spider what to look at tonight, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.scheduling.facts import Order, Rank
from pipeline.times import to_text_or_none


@dataclass(frozen=True, slots=True)
class Target:
    """An order in the crawler's terms: ids without their platform, moments as text.

    `checked_at` is until when the author's posts are known: None where the author was never read back to this plea,
    then the spider reads back to it. `is_gone`: gone for certain; only the author's page is still read.
    """

    platform: str
    native_id: str
    author_id: str | None
    posted_at: datetime | None
    checked_at: datetime | None
    looks: tuple[str, ...]
    reason: str
    is_urgent: bool
    is_gone_once: bool
    is_gone: bool
    edited_at: datetime | None
    comments_total: int | None
    comments_newest_id: str | None

    def as_dict(self) -> dict[str, object]:
        """The line that the spider reads."""
        return {
            "platform": self.platform,
            "id": self.native_id,
            "author_id": self.author_id,
            "posted_at": to_text_or_none(self.posted_at),
            "checked_at": to_text_or_none(self.checked_at),
            "looks": list(self.looks),
            "reason": self.reason,
            "is_urgent": self.is_urgent,
            "is_gone_once": self.is_gone_once,
            "is_gone": self.is_gone,
            "edited_at": to_text_or_none(self.edited_at),
            "comments_total": self.comments_total,
            "comments_newest_id": self.comments_newest_id,
        }


def target_of(order: Order) -> Target:
    """What the spider is told of an order."""
    case = order.case
    platform, native_id = case.post_id.split(":", 1)
    is_gone_once = order.rank is Rank.GONE_ONCE
    return Target(
        platform=platform,
        native_id=native_id,
        author_id=case.author_id.split(":", 1)[1] if case.author_id else None,
        posted_at=case.posted_at,
        checked_at=case.looked_at,
        looks=order.looks,
        reason=order.reason,
        is_urgent=order.is_urgent,
        is_gone_once=is_gone_once,
        is_gone=case.gone is not None and not is_gone_once,
        edited_at=case.edited_at,
        comments_total=case.comments_total,
        comments_newest_id=case.comments_newest_id,
    )
