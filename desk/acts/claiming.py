"""Who works on a case: a claim runs out by itself, so that nobody blocks it for ever."""

from __future__ import annotations

from datetime import timedelta

from desk.context import Visit
from pipeline.store.desk_claims import Claim, claims_on, drop_claim, take_claim


def hold(visit: Visit, case_id: str, *, is_dropped: bool) -> Claim | None:
    """Take a case for the visitor, or give it back; the claim that is in force afterwards, which may be another's.

    Raises:
        Refused: the role does not suffice.
    """
    visitor = visit.require("checker")
    if is_dropped:
        drop_claim(visit.people, case_id, visitor.name)
        return claims_on(visit.people, [case_id], visit.now).get(case_id)
    until = visit.now + timedelta(minutes=visit.desk.settings.desk.claim_minutes)
    return take_claim(visit.people, Claim(case_id, visitor.name, visit.now, until))
