"""Why a case stands as it does: the decision is made once more, from what is stored, and told clause by clause."""

from __future__ import annotations

from datetime import datetime

from pipeline.assemble import read_scene
from pipeline.casefile import build_case_file
from pipeline.errors import UserError
from pipeline.linktexts import open_index
from pipeline.status.decide import decide
from pipeline.status.explain import explain
from pipeline.status.model import Policy
from pipeline.store.caseview import view_case
from pipeline.store.database import Store
from pipeline.store.graph import reach_from


def explain_case(store: Store, case_id: str, policy: Policy, now: datetime, language: str) -> str:
    """The explanation in `zh` or `en`.

    Raises:
        UserError: posts were imported since the last `houxu process`, and the case is not the same any more.
    """
    seeds = [post["post_id"] for post in view_case(store, case_id).posts if post["role"] != "round_up"]
    scene = read_scene(store, reach_from(store, seeds), open_index(store), policy)
    plan = next((plan for plan in scene.plans if plan.case_id == case_id), None)
    if plan is None:
        raise UserError(f"{case_id}: 有新的观测还没有归并，先运行 houxu process / run houxu process first")
    case_file = build_case_file(plan, scene.rivals_of(plan, policy), scene.material)
    return explain(decide(case_file, policy, now), case_file, language)
