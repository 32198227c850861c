"""Doing, reviewing and undoing: each act is queued first, so that none is lost, and entered when the lock is free."""

from __future__ import annotations

from datetime import datetime

from desk.acts.making import PIN_KINDS, Picked, make_effect
from desk.acts.settling import settle
from desk.context import Visit
from desk.people.rights import Refused, Visitor
from pipeline.errors import UserError
from pipeline.store.caseview import CaseView
from pipeline.store.desk_acts import Act, Effect, add_act, find_act, move_act, review_act
from pipeline.understand import mask_words


def do_act(visit: Visit, view: CaseView, picked: Picked) -> Act:
    """Queue an act, or propose it where a second person must confirm; then enter what can be entered.

    Raises:
        UserError: it makes no sense.
    """
    visitor = visit.require("editor" if picked.kind in PIN_KINDS else "checker")
    effect = make_effect(visit.store, view, picked)
    state = "proposed" if picked.kind in visit.desk.settings.desk.second_review else "queued"
    act = Act(0, picked.kind, view.case["case_id"], effect, visitor.name, visit.now, mask_words(picked.reason), state)
    return _after(visit, add_act(visit.people, act))


def review(visit: Visit, act_id: int, verdict: str) -> Act:
    """A second person confirms (`queued`) or rejects (`rejected`) a proposed act.

    Raises:
        UserError: it does not wait for review, or the reviewer proposed it.
    """
    visitor = visit.require("checker")
    if verdict not in ("queued", "rejected"):
        raise UserError("确认或驳回 / confirm or reject")
    if not review_act(visit.people, act_id, verdict, visitor.name, visit.now):
        raise UserError("不在待复核状态，或是自己提出的 / it does not wait for review, or is your own")
    return _after(visit, act_id)


def undo(visit: Visit, act_id: int, reason: str) -> Act:
    """Take an act back: one's own, or as an editor anybody's.

    Raises:
        UserError: there is nothing to take back.
        Refused: it is somebody else's.
    """
    visitor = visit.require("checker")
    act = find_act(visit.people, act_id)
    if act is None or act.kind == "undo":
        raise UserError("没有可以撤销的操作 / there is nothing to take back")
    _require_own(visitor, act)
    if any(move_act(visit.people, act_id, state, "undone") for state in ("proposed", "queued")):
        return _after(visit, act_id)
    if act.state not in ("entered", "done"):
        raise UserError("这个操作已经撤销或驳回 / it is taken back or rejected already")
    words = mask_words(reason) or "撤销 / taken back"
    return _after(visit, _queue_undo(visit, act, visitor.name, visit.now, words))


def _queue_undo(visit: Visit, act: Act, by: str, at: datetime, reason: str) -> int:
    return add_act(visit.people, Act(0, "undo", act.case_id, Effect(undoes=act.act_id), by, at, reason, "queued"))


def _require_own(visitor: Visitor, act: Act) -> None:
    if act.by != visitor.name and not visitor.may("editor"):
        raise Refused("editor")


def _after(visit: Visit, act_id: int) -> Act:
    settle(visit.desk, visit.now)
    act = find_act(visit.people, act_id)
    assert act is not None  # noqa: S101 it was entered above
    return act
