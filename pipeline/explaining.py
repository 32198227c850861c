"""Why a case stands as it does: the decision is made once more, from what is stored, and told clause by clause."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from pipeline.assemble import read_scene
from pipeline.casefile import build_case_file
from pipeline.errors import UserError
from pipeline.linktexts import open_index
from pipeline.status.decide import decide
from pipeline.status.explain import explain
from pipeline.status.model import CaseFile, Considered, Decision, Policy, StatusUpdate
from pipeline.store.caseview import view_case
from pipeline.store.database import Store
from pipeline.store.graph import reach_from
from pipeline.times import to_text


def explain_case(store: Store, case_id: str, policy: Policy, now: datetime, language: str) -> str:
    """The explanation in `zh` or `en`.

    Raises:
        UserError: posts were imported since the last `houxu process`, and the case is not the same any more.
    """
    decision, case_file = _decide_again(store, case_id, policy, now)
    return explain(decision, case_file, language)


def explain_case_as_dict(store: Store, case_id: str, policy: Policy, now: datetime) -> dict[str, object]:
    """The same for programs: every word considered with its clauses, rules and effect, then the updates.

    Raises:
        UserError: as `explain_case`.
    """
    decision, case_file = _decide_again(store, case_id, policy, now)
    return {
        "case_id": case_id,
        "status": decision.status,
        "status_since": to_text(decision.status_since),
        "needs_review": decision.needs_review,
        "review_reason": decision.review_reason,
        "plea_post_id": case_file.plea.post_id,
        "considered": [_considered_as_dict(one) for one in decision.considered],
        "updates": [_update_as_dict(one) for one in decision.updates],
    }


def _considered_as_dict(one: Considered) -> dict[str, object]:
    said, reading = one.utterance, one.reading
    return {
        "post_id": said.post_id,
        "observation_id": said.observation_id,
        "speaker": said.speaker,
        "form": said.form,
        "said_at": to_text(said.said_at),
        "relevance": one.relevance.score,
        "relevance_reasons": list(one.relevance.reasons),
        "kind": reading.kind,
        "confidence": reading.confidence,
        "quote": reading.quote,
        "rule": reading.rule,
        "doubt": reading.doubt,
        "effect": one.effect,
        "clauses": [
            {"text": clause.text, "rule": clause.rule, "vote": clause.vote, "confidence": clause.confidence}
            for clause in reading.clauses
            if clause.rule
        ],
    }


def _update_as_dict(one: StatusUpdate) -> dict[str, object]:
    return asdict(one) | {"said_at": to_text(one.said_at), "observed_at": to_text(one.observed_at)}


def _decide_again(store: Store, case_id: str, policy: Policy, now: datetime) -> tuple[Decision, CaseFile]:
    seeds = [post["post_id"] for post in view_case(store, case_id).posts if post["role"] != "round_up"]
    scene = read_scene(store, reach_from(store, seeds), open_index(store), policy)
    plan = next((plan for plan in scene.plans if plan.case_id == case_id), None)
    if plan is None:
        raise UserError(f"{case_id}: 有新的观测还没有归并，先运行 houxu process / run houxu process first")
    case_file = build_case_file(plan, scene.rivals_of(plan, policy), scene.material)
    return decide(case_file, policy, now), case_file
