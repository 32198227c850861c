"""Enters queued acts and makes the touched cases again, under the writer's lock; while a night holds it, they wait.

Only cases in reach of an act are made again here. Where new observations are not linked yet, that is left to the next
`houxu process`: the act is entered and its cases follow.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import datetime
from threading import Lock

from desk.context import Desk
from desk.views.explanation import is_linked
from pipeline.errors import UserError
from pipeline.locking import hold_lock
from pipeline.process import settle_posts
from pipeline.store.database import Store, open_store
from pipeline.store.desk_acts import Act, Entered, acts_in_state, find_act, move_act, note_entered
from pipeline.store.desk_db import DeskDb, open_desk
from pipeline.store.desk_effects import Signature, enter_effect, take_back
from pipeline.store.links import apply_judgements
from pipeline.store.verdicts import apply_verdicts
from pipeline.times import to_text

_one_at_a_time = Lock()


def settle(desk: Desk, now: datetime) -> bool:
    """Enter what is queued; False where another process is writing and the acts wait."""
    with _one_at_a_time, ExitStack() as stack:
        people = stack.enter_context(closing(open_desk(desk.desk_path)))
        if not acts_in_state(people, "queued") and not acts_in_state(people, "entered"):
            return True
        try:
            stack.enter_context(hold_lock(desk.places.lock_path, "desk"))
        except UserError:
            return False
        store = stack.enter_context(closing(open_store(desk.places.db_path)))
        for act in acts_in_state(people, "queued"):
            note_entered(people, act.act_id, _enter(store, people, act), now)
        return _make_again(desk, store, people, now)


def _enter(store: Store, people: DeskDb, act: Act) -> Entered:
    signed = Signature(f"desk:{act.kind}", act.case_id, act.by, to_text(act.at), act.reason, act.act_id)
    target = None if act.effect.undoes is None else find_act(people, act.effect.undoes)
    if target is None:
        return enter_effect(store, act.effect, signed)
    if target.entered is not None:
        take_back(store, target.entered, signed)
    return target.entered or Entered((), None)


def _make_again(desk: Desk, store: Store, people: DeskDb, now: datetime) -> bool:
    apply_judgements(store)
    apply_verdicts(store)
    if not is_linked(store):
        return False
    for act in acts_in_state(people, "entered"):
        settle_posts(store, seeds_of(people, act), desk.settings, now)
        move_act(people, act.act_id, "entered", "done")
        if act.effect.undoes is not None:
            move_act(people, act.effect.undoes, "done", "undone")
    return True


def seeds_of(people: DeskDb, act: Act) -> list[str]:
    """The posts whose cases an act touches."""
    target = None if act.effect.undoes is None else find_act(people, act.effect.undoes)
    effect = act.effect if target is None else target.effect
    posts = {post for one in effect.judgements for post in (one.left_post_id, one.right_post_id)}
    return sorted(posts | ({effect.conclusion.origin_post_id} if effect.conclusion else set()))
