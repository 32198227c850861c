"""What linking reads and what it decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Edge:
    """A match between two posts: by what it was found, how strong (0 to 1), and the evidence in words.

    A round-up link says that one of the two carries the other among several pleas: it merges nothing.
    """

    left_post_id: str
    right_post_id: str
    found_by: str
    score: float
    evidence: str
    is_round_up: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two posts that look alike and contradict each other; evidence says in what and what they share."""

    left_post_id: str
    right_post_id: str
    score: float
    evidence: str
    is_household: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """A post's place in a case."""

    post_id: str
    role: str
    found_by: str | None
    score: float | None


@dataclass(frozen=True, slots=True)
class CasePlan:
    """A case as the grouping sees it, before its status is read. Members are ordered by time; the origin is one.

    `claims` are documents of its core that between them hold every set of facts that can contradict a newcomer's, or
    None where its posts contradict each other; `*_told_at` is when the post was written that told the category, the
    district.
    """

    case_id: str
    origin_post_id: str
    origin_certainty: str
    author_id: str | None
    opened_at: datetime
    category: str | None
    district: str | None
    members: tuple[Membership, ...]
    claims: tuple[int, ...] | None = None
    category_told_at: datetime | None = None
    district_told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rival:
    """Another case of an author, by what it began with: his words may be meant for that one."""

    case_id: str
    origin_post_id: str
    author_id: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A time of an author; both ends count."""

    author_id: str
    first: datetime
    last: datetime
