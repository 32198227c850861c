"""What the public lists, clocks and channels look like in the API. Times are ISO 8601 in UTC."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from desk.api.models import Status
from pipeline.store.clocks import Clocks, Official


class AllClocksOut(BaseModel):
    """The clocks of the whole store, by district, by need and by office."""

    total: Clocks | None
    by_district: list[Clocks]
    by_category: list[Clocks]
    officials: list[Official]


class BoardCaseOut(BaseModel):
    """A case in a public list; the counts of the last day are the hot list's."""

    model_config = ConfigDict(from_attributes=True)

    case_id: str
    opened_at: str | None
    status: Status
    needs_review: bool
    category: str | None
    district: str | None
    post_count: int
    stale_count: int
    url: str | None
    text: str | None
    posts_in_day: int | None
    accounts_in_day: int | None


class BoardOut(BaseModel):
    """A public list in its order; `top` is what an editor holds above every list."""

    which: Literal["hot", "featured", "newest"]
    top: list[BoardCaseOut]
    cases: list[BoardCaseOut]


class OfficialAnswerOut(BaseModel):
    """What an office answered in public."""

    model_config = ConfigDict(from_attributes=True)

    case_id: str
    author_name: str | None
    posted_at: str | None
    url: str | None
    text: str


class CommonQuestionOut(BaseModel):
    """A need that several cases share, with the words and districts (each with its number of cases)."""

    category: str
    cases: int
    waiting: int
    answered: int
    done: int
    cases_in_day: int
    posts: int
    words: list[tuple[str, int]]
    districts: list[tuple[str, int]]
    answers: list[OfficialAnswerOut]


class ChannelOut(BaseModel):
    """An official channel; `area` and `category` may be `*`."""

    area: str
    category: str
    name: str
    phone: str
    url: str
    hours: str
    source: str
