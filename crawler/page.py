"""A page as it came over the wire, and what a reader says when it is not the page that was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a site. `seen_at` is the aware moment every observation read from it carries.

    `headers` are those of the answer, by name in lower case.
    """

    url: str
    status: int
    content_type: str
    body: bytes
    seen_at: datetime
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):  # noqa: N818 - a refusal is an answer to reckon with, not an error of ours
    """The site gave no answer to our question. It says nothing of the post (ARCHITECTURE A3.3)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Wall:
    """A refusal that more requests would only make worse.

    `scope` is `host` when everything on the host is to stop, `kind` when only pages of this kind are.
    """

    reason: str
    scope: str
