"""The public lists and the digest of what many people ask, for the page."""

from __future__ import annotations

from dataclasses import dataclass

from desk.channels import Channel, all_channels
from desk.context import Visit
from pipeline.store.boards import BoardCase, BoardName, Question, pinned_kinds, read_board_list, read_top_cases

LISTED = 50


@dataclass(frozen=True, slots=True)
class ShownBoard:
    """A list with what stands above it; `pins` says of each case how an editor put it there. `is_late`: the list is
    being made and there is none yet, or a newer one is on its way."""

    top: tuple[BoardCase, ...]
    cases: tuple[BoardCase, ...]
    pins: dict[str, tuple[str, ...]]
    is_late: bool


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A need that many ask for, with where to turn."""

    question: Question
    channels: tuple[Channel, ...]


def show_board(visit: Visit, which: BoardName) -> ShownBoard:
    """A public list. The hot one is kept at hand, as it reads every post of a day."""
    top = tuple(read_top_cases(visit.store))
    is_late = False
    if which == "hot":
        board, is_late = visit.desk.clockwork.board(visit.store)
        cases = board.hot if board else ()
    else:
        cases = tuple(read_board_list(visit.store, which, LISTED))
    pins = pinned_kinds(visit.store, [one.case_id for one in (*top, *cases)])
    return ShownBoard(top, cases, pins, is_late)


def show_questions(visit: Visit) -> tuple[tuple[ShownQuestion, ...], bool]:
    """The digest, and whether a newer one is on its way."""
    board, is_late = visit.desk.clockwork.board(visit.store)
    questions = board.questions if board else ()
    return tuple(ShownQuestion(one, _channels(one)) for one in questions), is_late


def _channels(question: Question) -> tuple[Channel, ...]:
    """The channels that there are for just this need, wherever."""
    return tuple(one for one in all_channels() if one.category == question.category)
