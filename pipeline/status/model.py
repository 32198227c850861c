"""The values of the status stage: what was said, how it was read, what was decided, what follows for each member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# A kind of fact and its keyed digest: equal facts are equal pairs, and nothing leads back to the phone.
FactKey = tuple[str, str]

ENDED = frozenset({"resolved", "withdrawn", "closed"})


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing that somebody said. `text` is masked display text; `previous_text` is what an edit replaced.

    speaker: author, relative, official, third_party, desk. form: plea, post, comment, reply, self_repost, edit, copy.
    `kept`: what was read before the text was purged; it stands by its recorded kind and `text` is not read.
    """

    post_id: str
    observation_id: str
    author_id: str | None
    author_name: str | None
    speaker: str
    form: str
    said_at: datetime
    observed_at: datetime
    text: str
    previous_text: str | None = None
    facts: frozenset[FactKey] = frozenset()
    repost_of: str | None = None
    reply_to: str | None = None
    kept: Reading | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look at the origin post: what it showed, when."""

    post_id: str
    availability: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """The desk's signed conclusion on the case."""

    status: str
    at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Profile:
    """Whom the plea is for and what it needs. Empty `persons`: it names nobody by relation.

    `asked` are the needs in clauses that ask; `needs` are all that it names. `named`: every relation that occurs.
    """

    persons: frozenset[str]
    named: frozenset[str]
    needs: frozenset[str]
    asked: frozenset[str]
    head_count: int

    @property
    def is_missing(self) -> bool:
        """Whether somebody is being looked for."""
        return "missing" in self.needs


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything that may change one case. `other_pleas`: pleas of the same author that opened other cases.

    `words` may be in any order; so may `sightings` and `verdicts`. `profile`: what the plea asked for, where it was
    kept because the plea's text has been purged; None has it read from the text.
    """

    case_id: str
    plea: Utterance
    other_pleas: tuple[Utterance, ...] = ()
    words: tuple[Utterance, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The knobs of the decision; the same names and defaults as `[status]` in `houxu.toml`."""

    deletion_gap_hours: float = 3.0
    deletion_means_withdrawn: bool = True
    confidence_bar: float = 0.7
    relevance_bar: float = 0.5
    author_window_days: float = 30.0


@dataclass(frozen=True, slots=True)
class ClauseReading:
    """One event in one clause. `start` and `end` are offsets into the text that was read.

    state: done, arranged, promised, asked, failed, died, not_needed, retracted, hypothetical, doubtful, elsewhere,
    none.
    vote: resolved, progress, closed, withdrawn, stop, reopened, deny, ask, plead, doubt, hint, none.
    """

    text: str
    start: int
    end: int
    event: str
    state: str
    marks: frozenset[str]
    persons: frozenset[str]
    needs: frozenset[str]
    rule: str
    vote: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text says. `kind`: progress, resolved, withdrawn, closed, reopened or none.

    `quote` is the decisive clause, a substring of the text. `settled_*` say who and what has ended,
    `open_persons` who has not; `is_denial`: it says that help has not come; `doubt`: why a person should look, or "".
    """

    kind: str
    confidence: float
    quote: str
    rule: str
    clauses: tuple[ClauseReading, ...]
    settled_persons: frozenset[str] = frozenset()
    settled_needs: frozenset[str] = frozenset()
    open_persons: frozenset[str] = frozenset()
    is_denial: bool = False
    is_asking: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Relevance:
    """How surely an utterance is about the case (0 to 1), and why."""

    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """Words (or a deletion, or a verdict) that speak for a change. `in_force`: the case's status rests on it."""

    update_id: str
    post_id: str
    kind: str
    source: str
    said_at: datetime
    observed_at: datetime
    quote: str
    rule: str
    confidence: float
    in_force: bool


@dataclass(frozen=True, slots=True)
class Considered:
    """One utterance as the decision saw it, and what it did (an effect key of data/status/effects.tsv)."""

    utterance: Utterance
    relevance: Relevance
    reading: Reading
    effect: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The status of a case with its reasons. `plea_text` lets `carry` tell a copied plea from a copier's own words;
    `profile` is what the plea asked for."""

    status: str
    status_since: datetime
    update_id: str | None
    needs_review: bool
    review_reason: str
    updates: tuple[StatusUpdate, ...]
    considered: tuple[Considered, ...]
    plea_text: str = ""
    profile: Profile | None = None

    @property
    def update_in_force(self) -> StatusUpdate | None:
        """The update that gave the current status, or None where nothing has been said."""
        return next((update for update in self.updates if update.in_force), None)


@dataclass(frozen=True, slots=True)
class Member:
    """A post of the case, as `carry` needs it. `is_plea`: its text still carries the plea. `is_quiet`: it was read
    against this plea, and neither tells of an end nor denies one (`pipeline.status.voices`)."""

    post_id: str
    role: str
    posted_at: datetime
    text: str
    is_visible: bool = True
    is_plea: bool = True
    speaker: str = "third_party"
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """What the status means for one post. `stale_reason` is Chinese and empty where it is not stale.

    `lag_seconds` is 0 where it is not late. `review_reason`: why this post makes the case need review, or "".
    """

    post_id: str
    is_stale: bool
    stale_reason: str
    is_late: bool
    lag_seconds: int
    review_reason: str = ""
