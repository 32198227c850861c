"""What goes in and out of the API. Times are ISO 8601 in UTC; ids, statuses and roles as in docs/data-format.md."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["open", "in_progress", "resolved", "withdrawn", "closed"]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """Why a call failed."""

    detail: str


class QuestionIn(_In):
    """A text or a link, in one field: a link is recognised."""

    question: Annotated[str, Field(min_length=1, max_length=100_000)]


class BatchIn(_In):
    """Many questions at once."""

    questions: Annotated[list[Annotated[str, Field(min_length=1, max_length=100_000)]], Field(min_length=1)]


class Words(BaseModel):
    """Words that a status rests on."""

    quote: str
    source: str
    said_at: str
    url: str | None


class CandidateOut(BaseModel):
    """A case that a question may be about."""

    case_id: str
    status: Status
    sentence: str
    words: Words | None
    needs_review: bool
    review_reason: str | None
    origin_post_id: str
    origin_url: str | None
    origin_certainty: Literal["certain", "earliest_seen"]
    posted_at: str | None
    category: str | None
    district: str | None
    copies: int
    after_the_answer: int
    stale: int
    last_verified_at: str | None
    score: float
    reason: str


class AnswerOut(BaseModel):
    """`match`: one case, surely. `candidates`: a person must choose. `none`: not known here; or see `problem`."""

    kind: Literal["text", "link", "image"]
    asked: str
    outcome: Literal["match", "candidates", "none"]
    problem: str
    candidates: list[CandidateOut]


class PostOut(BaseModel):
    """A post of a case; its text is masked."""

    post_id: str
    role: str
    url: str | None
    author_name: str | None
    posted_at: str | None
    availability: str
    text: str | None
    is_stale: bool
    stale_reason: str | None
    is_late: bool
    lag_seconds: int | None
    found_by: str | None


class UpdateOut(BaseModel):
    """Words that speak for a change of status."""

    update_id: str
    post_id: str | None
    kind: str
    source: str
    said_at: str
    quote: str
    rule: str
    confidence: float
    in_force: bool
    url: str | None


class LinkOut(BaseModel):
    """Another case that belongs to this one."""

    case_id: str
    relation: str
    status: Status


class ActOut(BaseModel):
    """What somebody did, and how far it is: proposed, queued, entered, done, rejected or undone."""

    act_id: int
    kind: str
    case_id: str
    status: str | None
    by: str
    at: str
    reason: str
    state: str
    reviewed_by: str | None


class CaseOut(BaseModel):
    """A case with one page of its posts."""

    case_id: str
    status: Status
    status_since: str | None
    sentence: str
    words: Words | None
    needs_review: bool
    review_reason: str | None
    origin_post_id: str
    origin_certainty: Literal["certain", "earliest_seen"]
    opened_at: str | None
    category: str | None
    district: str | None
    post_count: int
    stale_count: int
    last_verified_at: str | None
    updates: list[UpdateOut]
    posts: list[PostOut]
    page: int
    page_count: int
    links: list[LinkOut]
    acts: list[ActOut]


class ExplanationOut(BaseModel):
    """Why the status is what it is."""

    case_id: str
    text: str


class QueueItemOut(BaseModel):
    """A case that somebody should look at. Numbers that its list does not know are null."""

    case_id: str
    status: Status
    category: str | None
    district: str | None
    opened_at: str | None
    level: Literal["good", "warn", "bad", ""]
    waited_seconds: int | None
    late_in_day: int
    late_count: int
    last_late_at: str | None
    needs_review: bool
    review_reason: str | None
    claimed_by: str | None


class QueuePart(BaseModel):
    """What part of a list is asked for: `order` is of the list "spreading", by copies in a day or by reach."""

    district: Annotated[str | None, Field(max_length=100)] = None
    category: Annotated[str | None, Field(max_length=100)] = None
    days: Annotated[int, Field(ge=1, le=36_500)] = 7
    page: Annotated[int, Field(ge=1, le=10_000)] = 1
    order: Literal["speed", "reach"] = "speed"


class QueueOut(BaseModel):
    """One page of a list; `count` is at most 200, and `is_more` says that counting stopped there."""

    which: str
    count: int
    is_more: bool
    items: list[QueueItemOut]


class ActIn(_In):
    """What to do on a case: same, different, split and move need `post_ids`; merge and move a `target` (a case or one
    of its posts); verdict a `status`; top and featured pin it to the public lists, for a token that has the scope
    `edit` too; all but same and different a `reason`."""

    kind: Literal["same", "different", "split", "move", "merge", "verdict", "top", "featured"]
    post_ids: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=200)] = []
    target: Annotated[str, Field(max_length=200)] = ""
    status: Status | Literal[""] = ""
    reason: Annotated[str, Field(max_length=1_000)] = ""


class ClaimIn(_In):
    """Take a case, or give it back."""

    drop: bool = False


class ClaimOut(BaseModel):
    """Who works on a case, until when; both null where nobody does."""

    case_id: str
    claimed_by: str | None
    expires_at: str | None


class ReviewIn(_In):
    """A second person's word on a proposed act."""

    verdict: Literal["confirm", "reject"]


class UndoIn(_In):
    """Why an act is taken back."""

    reason: Annotated[str, Field(max_length=1_000)] = ""


class HitOut(BaseModel):
    """A post that holds the words that were looked for."""

    post_id: str
    posted_at: str | None
    text: str
    case_id: str | None
    role: str | None
    is_stale: bool
    status: str | None


class HitsOut(BaseModel):
    """How many posts hold the words (counting stops at 1,000, then `is_more`), and a page of them, latest first."""

    count: int
    is_more: bool
    posts: list[HitOut]
