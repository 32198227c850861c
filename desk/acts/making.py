"""From what somebody picked on a case page to the effect that it has: judgements between posts, or a conclusion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.errors import UserError
from pipeline.linking.grouping import Judged
from pipeline.status.machine import STATUS_OF_KIND
from pipeline.store.boards import pinned_kinds
from pipeline.store.caseview import CaseView, find_case_id, view_case
from pipeline.store.database import Store
from pipeline.store.desk_acts import Conclusion, Effect, Pin

POST_KINDS = ("same", "different", "split", "move")
# Above every public list, or among the featured ones: an editor's, like the front page of a paper.
PIN_KINDS = ("top", "featured")
KINDS = (*POST_KINDS, "merge", "verdict", *PIN_KINDS)
_WITH_REASON = frozenset({"merge", "split", "move", "verdict", *PIN_KINDS})
STATUSES = tuple(dict.fromkeys([*STATUS_OF_KIND.values()]))
# Posts that are in a case by their own words; the others hang on one of these, and a judgement would do nothing.
JUDGED_ROLES = frozenset({"copy", "screenshot", "author_post", "author_update"})
_LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True)
class Picked:
    """What was asked for on a case page. `target` is another case (or one of its posts), `status` a verdict's."""

    kind: str
    post_ids: tuple[str, ...] = ()
    target: str = ""
    status: str = ""
    reason: str = ""


def make_effect(store: Store, view: CaseView, picked: Picked) -> Effect:
    """What an act enters.

    Raises:
        UserError: it makes no sense on this case, or has no reason where one is needed.
    """
    if picked.kind not in KINDS:
        raise UserError(f"{picked.kind}: 没有这种操作 / no such act")
    if len(picked.reason) > _LONGEST_REASON:
        raise UserError(f"理由太长（最多 {_LONGEST_REASON} 字）/ too long a reason")
    if picked.kind in _WITH_REASON and not picked.reason:
        raise UserError("请写理由 / a reason is needed")
    if picked.kind == "verdict":
        return Effect(conclusion=_conclusion(view, picked.status))
    if picked.kind in PIN_KINDS:
        return Effect(pin=_pin(store, view, picked.kind))
    if picked.kind == "merge":
        return Effect(_merged(store, view, picked.target))
    return Effect(_judged_posts(store, view, picked))


def _conclusion(view: CaseView, status: str) -> Conclusion:
    if status not in STATUSES:
        raise UserError(f"{status}: 没有这个状态 / no such status")
    return Conclusion(view.case["case_id"], view.case["origin_post_id"], status)


def _pin(store: Store, view: CaseView, kind: str) -> Pin:
    case_id = view.case["case_id"]
    if kind in pinned_kinds(store, [case_id]).get(case_id, ()):
        raise UserError("已经在那里了 / it is there already")
    return Pin(case_id, view.case["origin_post_id"], kind)


def _merged(store: Store, view: CaseView, target: str) -> tuple[Judged, ...]:
    other = _other_case(store, view, target)
    return (Judged(view.case["origin_post_id"], other.case["origin_post_id"], is_same=True),)


def _judged_posts(store: Store, view: CaseView, picked: Picked) -> tuple[Judged, ...]:
    origin = view.case["origin_post_id"]
    posts = _chosen(view, picked.post_ids)
    if picked.kind == "same":
        return tuple(Judged(origin, post_id, is_same=True) for post_id in posts)
    apart = tuple(Judged(origin, post_id, is_same=False) for post_id in posts)
    if picked.kind == "split":
        return (*apart, *(Judged(posts[0], post_id, is_same=True) for post_id in posts[1:]))
    if picked.kind == "move":
        target = _other_case(store, view, picked.target).case["origin_post_id"]
        return (*apart, *(Judged(target, post_id, is_same=True) for post_id in posts))
    return apart


def _chosen(view: CaseView, post_ids: Sequence[str]) -> tuple[str, ...]:
    members = {post["post_id"] for post in view.posts}
    strangers = [post_id for post_id in post_ids if post_id not in members]
    if strangers:
        raise UserError(f"{strangers[0]}: 不在这个个案里 / not in this case")
    chosen = tuple(dict.fromkeys(post_ids))
    if not chosen:
        raise UserError("请先勾选帖子 / choose posts first")
    hanging = [post["post_id"] for post in view.posts if post["role"] not in JUDGED_ROLES]
    fixed = [post_id for post_id in chosen if post_id in hanging and post_id != view.case["origin_post_id"]]
    if fixed:
        raise UserError(
            f"{fixed[0]}: 原生转发、评论和汇总帖随它挂着的帖子走，不能单独判定"
            " / native reposts, comments and round-ups go with the post that they hang on"
        )
    if view.case["origin_post_id"] in chosen:
        raise UserError("首发帖就是这个个案，不能和自己比 / the first post is the case itself")
    return chosen


def _other_case(store: Store, view: CaseView, target: str) -> CaseView:
    other = view_case(store, find_case_id(store, target.strip()))
    if other.case["case_id"] == view.case["case_id"]:
        raise UserError("这就是同一个个案 / this is the same case")
    return other
