"""What an answer is worth against the truth, and the table of it by transformation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from benchmarks.screenshots.truth import Truth

MATCH, CANDIDATES, NONE, REFUSED = "match", "candidates", "none", "refused"


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that one picture took, step by step; `read_processor` is of the processor."""

    decode: float
    read: float
    read_processor: float
    lay_out: float
    ask: float


NO_TIMES = Times(0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Scored:
    """One picture answered. `cases` are those named, the best first; `right_cases` those of the posts it shows.

    `error_rate` is of characters, None where nothing of one post alone can be compared; `is_author_read` None where
    none is shown. `is_twin` says that the answer named a twin's case and not the right one; `is_undecidable` that
    nobody could have told the two apart; `is_one_case` that the linking makes the case named and the post shown one
    case, once it has both (`whole.py`).
    """

    truth: Truth
    outcome: str
    cases: tuple[str, ...]
    right_cases: frozenset[str]
    is_twin: bool
    is_undecidable: bool
    is_one_case: bool
    error_rate: float | None
    is_author_read: bool | None
    times: Times

    @property
    def is_present(self) -> bool:
        """Whether a post that it shows is in the store."""
        return bool(self.right_cases)

    @property
    def is_match(self) -> bool:
        """Whether a case was named for sure."""
        return self.outcome == MATCH

    @property
    def is_right(self) -> bool:
        """Whether the case named for sure is one of those shown."""
        return self.is_match and self.cases[0] in self.right_cases

    @property
    def is_other_case(self) -> bool:
        """Whether a case was named for sure in which the post shown would not be either."""
        return self.is_match and not self.is_right and not self.is_one_case

    @property
    def is_offered(self) -> bool:
        """Whether the right case is among those named, surely or not."""
        return any(case in self.right_cases for case in self.cases)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table. Shares are None where nothing counts towards them."""

    name: str
    pictures: int
    present: int
    recall: float | None
    offered: float | None
    precision: float | None
    wrong: int
    other_cases: int
    twins: int
    error_rate: float | None
    author: float | None


def sum_up(name: str, scored: Sequence[Scored]) -> Line:
    """The row of some pictures."""
    present = [one for one in scored if one.is_present]
    matches = [one for one in scored if one.is_match]
    errors = [one.error_rate for one in scored if one.error_rate is not None]
    authors = [one.is_author_read for one in scored if one.is_author_read is not None]
    return Line(
        name=name,
        pictures=len(scored),
        present=len(present),
        recall=_share(present, lambda one: one.is_right),
        offered=_share(present, lambda one: one.is_offered),
        precision=_share(matches, lambda one: one.is_right),
        wrong=sum(not one.is_right for one in matches),
        other_cases=sum(one.is_other_case for one in matches),
        twins=sum(one.is_twin for one in scored),
        error_rate=median(errors) if errors else None,
        author=mean(authors) if authors else None,
    )


def table(scored: Sequence[Scored], key: Callable[[Scored], str]) -> list[str]:
    """Lines of a Markdown table, one a value of the key, and one for all."""
    groups = sorted({key(one) for one in scored})
    rows = [sum_up(group, [one for one in scored if key(one) == group]) for group in groups]
    head = "| | pictures | present | recall | offered | precision | wrong | other case | twins | CER median | author |"
    return [head, "|---|" + "---|" * 10, *(_write(row) for row in [*rows, sum_up("all", scored)])]


def _write(row: Line) -> str:
    shares = (row.recall, row.offered, row.precision)
    cells = [row.name, str(row.pictures), str(row.present), *(_number(share) for share in shares)]
    cells += [str(row.wrong), str(row.other_cases), str(row.twins), _number(row.error_rate, 4), _number(row.author)]
    return f"| {' | '.join(cells)} |"


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _share(some: Iterable[Scored], is_so: Callable[[Scored], bool]) -> float | None:
    answers = [is_so(one) for one in some]
    return mean(answers) if answers else None
