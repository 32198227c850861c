"""What a look-up says: the outcome, and for each case found its status with quote, time, link and how sure it is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from pipeline.store.caseview import CaseGlance
from pipeline.times import from_text, from_text_or_none
from pipeline.words import CERTAINTY_ZH, SOURCE_ZH, STATUS_ZH, beijing, lasting


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that the question may be about. `score` is 0 to 1, `reason` says in words why."""

    case_id: str
    post_id: str
    score: float
    reason: str
    status: str
    status_since: str | None
    quote: str | None
    said_at: str | None
    quote_url: str | None
    needs_review: bool
    review_reason: str | None
    origin_post_id: str
    origin_url: str | None
    origin_certainty: str
    opened_at: str | None
    category: str | None
    district: str | None
    post_count: int
    stale_count: int
    late_count: int
    last_verified_at: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`outcome` is match (one case, surely), candidates (a person must choose) or none (nothing known of it)."""

    question: str
    outcome: str
    candidates: tuple[Candidate, ...]

    def as_dict(self) -> dict[str, object]:
        """For --json; `case_id` and `status` of a sure match stand on top."""
        first = self.candidates[0] if self.outcome == "match" else None
        return {
            "question": self.question,
            "outcome": self.outcome,
            "case_id": first.case_id if first else None,
            "status": first.status if first else None,
            "candidates": [asdict(one) for one in self.candidates],
        }


def candidate_of(view: CaseGlance, post_id: str, score: float, reason: str) -> Candidate:
    """What is known of a case, for one candidate."""
    case, update, origin = view.case, view.update_in_force, view.origin
    return Candidate(
        case_id=case["case_id"],
        post_id=post_id,
        score=round(score, 4),
        reason=reason,
        status=case["status"],
        status_since=case["status_since"],
        quote=update["quote"] if update else None,
        said_at=update["said_at"] if update else None,
        quote_url=update["url"] if update else None,
        needs_review=bool(case["needs_review"]),
        review_reason=case["review_reason"],
        origin_post_id=case["origin_post_id"],
        origin_url=origin["url"] if origin else None,
        origin_certainty=case["origin_certainty"],
        opened_at=case["opened_at"],
        category=case["category"],
        district=case["district"],
        post_count=case["post_count"],
        stale_count=case["stale_count"],
        late_count=view.late_count,
        last_verified_at=case["last_verified_at"],
    )


def answer_lines(answer: Answer, views: dict[str, CaseGlance], now: datetime) -> list[str]:
    """The answer on a terminal, Chinese first."""
    if answer.outcome == "none":
        return ["没有找到：库里没有这条求助，不代表它不存在或已解决", "not known here, which says nothing of it"]
    head = {
        "match": "找到 1 个个案 / one case",
        "candidates": f"有 {len(answer.candidates)} 个可能的个案，请人来选 / candidates, a person must choose",
    }[answer.outcome]
    lines = [head]
    for candidate in answer.candidates:
        lines += ["", *_candidate_lines(candidate, views[candidate.case_id], now)]
    return lines


def _candidate_lines(one: Candidate, view: CaseGlance, now: datetime) -> list[str]:
    who = SOURCE_ZH[view.update_in_force["source"]] if view.update_in_force else ""
    lines = [f"■ {one.case_id}  {STATUS_ZH[one.status]} / {one.status}  {one.district or ''}"]
    if one.quote and one.said_at:
        lines.append(f"  {who} {beijing(from_text(one.said_at))} 说：「{one.quote}」 {one.quote_url or ''}".rstrip())
    if one.needs_review:
        lines.append(f"  需要人工核查：{one.review_reason}")
    opened = beijing(from_text_or_none(one.opened_at))
    lines.append(f"  首发 {opened} {one.origin_url or one.origin_post_id}（{CERTAINTY_ZH[one.origin_certainty]}）")
    lines.append(f"  {one.post_count} 个帖子，{one.stale_count} 条过时，其中 {one.late_count} 条发在答复之后")
    checked = from_text_or_none(one.last_verified_at)
    lines.append(f"  最后核对：{lasting((now - checked).total_seconds())}前" if checked else "  首发帖还没有核对过")
    lines.append(f"  依据：{one.reason}（{one.score:.2f}）")
    return lines
