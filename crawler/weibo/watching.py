"""What a re-check remembers of one unit of targets while it asks for it; forgotten when the unit is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crawler.answers import COMMENTS, READ, REFUSED, TIMELINE, UNIT, Answered
from crawler.items import Counts, Observation
from crawler.orders import NEVER
from crawler.targets import COMMENTS as LOOK_AT_COMMENTS
from crawler.targets import Target, Unit
from crawler.weibo.comments import CommentPage
from crawler.weibo.ids import read_id_time

_FAR_AHEAD = datetime.max.replace(tzinfo=UTC)
# A list may show a post a while after it was published, so what is known ends a little before the last look.
_OVERLAP = timedelta(hours=2)


@dataclass(slots=True)
class CommentWatch:
    """The comments under one post. They are whole when as many were met as the site counts."""

    known_total: int
    known_newest: int
    met: int = 0
    newest: int = 0
    total: int = 0
    read_at: datetime = NEVER

    @classmethod
    def begin(cls, target: Target) -> CommentWatch:
        """Before the first page; without a whole reading behind it everything is new."""
        newest = int(target.comments_newest_id or 0)
        return cls(target.comments_total or 0, newest) if newest else cls(0, 0)

    def take(self, comments: CommentPage, handed_over: set[str], seen_at: datetime) -> list[Observation]:
        """The comments of a page that are neither known from an earlier night nor met before."""
        self.total = max(self.total, comments.total)
        self.read_at = max(self.read_at, seen_at)
        fresh = [one for one in comments.observations if int(one.id) > self.known_newest and one.id not in handed_over]
        self.met += len(fresh)
        self.newest = max([self.newest, *(int(one.id) for one in comments.observations)])
        return fresh

    @property
    def is_whole(self) -> bool:
        """Whether all that the site counts are known."""
        return self.known_total + self.met >= self.total


@dataclass(slots=True)
class Watch:
    """One unit: what is pending, whom the author's page has not shown yet, how far back it is to be read."""

    unit: Unit
    since: datetime
    known_until: datetime
    unsighted: dict[str, Target]
    pending: int = 0
    is_refused: bool = False
    timeline_at: datetime | None = None
    is_timeline_read: bool = False
    newest_id: int = 0
    comments: dict[str, CommentWatch] = field(default_factory=dict)

    @classmethod
    def begin(cls, unit: Unit, window_start: datetime | None) -> Watch:
        """Before the first request. A target that says nothing of when it was checked means the window's start."""
        since, known_until = _FAR_AHEAD, _FAR_AHEAD
        for target in unit.targets:
            posted_at = target.posted_at or read_id_time(target.id) or NEVER
            since = min(since, posted_at)
            known_until = min(known_until, max(target.checked_at or window_start or posted_at, posted_at))
        return cls(unit, since, known_until, {target.id: target for target in unit.targets})

    def is_known_past(self, moment: datetime) -> bool:
        """Whether what was published then has been read already."""
        return moment < self.known_until - _OVERLAP

    def find_target(self, native_id: str) -> Target:
        """The target of an id."""
        return next(target for target in self.unit.targets if target.id == native_id)

    def wants_comments(self, target: Target, counts: Counts) -> bool:
        """Whether a post's comments are to be read: always where that is ordered, else where they have changed."""
        if counts.comments == 0:
            return False
        return LOOK_AT_COMMENTS in target.looks or counts.comments is None or counts.comments != target.comments_total

    def tell(self, now: datetime) -> list[Answered]:
        """What became of it, the unit itself last."""
        stamp = now.isoformat()
        answers = [
            Answered(
                COMMENTS,
                post_id,
                READ,
                one.read_at.isoformat(),
                newest_id=str(one.newest) if one.newest else None,
                total=one.total if one.is_whole else None,
            )
            for post_id, one in self.comments.items()
            if one.read_at > NEVER
        ]
        if self.is_timeline_read and self.timeline_at is not None:
            answers.append(
                Answered(
                    TIMELINE,
                    self.unit.key,
                    READ,
                    self.timeline_at.isoformat(),
                    from_at=self.since.isoformat(),
                    newest_id=str(self.newest_id) if self.newest_id else None,
                )
            )
        outcome = REFUSED if self.is_refused else READ
        posts = tuple(target.id for target in self.unit.targets)
        return [*answers, Answered(UNIT, self.unit.key, outcome, stamp, posts)]
