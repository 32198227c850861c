"""Why a case stands as it does, where the store is up to date enough to say so."""

from __future__ import annotations

from desk.context import Visit
from pipeline.errors import UserError
from pipeline.explaining import explain_case
from pipeline.opening import open_stored
from pipeline.process import policy_of
from pipeline.store.database import Store
from pipeline.store.linkdocs import count_unlinked
from pipeline.store.linkindex import count_texts


def tell_why(visit: Visit, case_id: str, language: str) -> str:
    """The explanation.

    Raises:
        UserError: the store has to be processed first.
    """
    if not is_linked(visit.store):
        raise UserError("有新的观测还没有归并，先运行 houxu process / run houxu process first")
    return explain_case(visit.store, case_id, policy_of(visit.desk.settings), visit.now, language)


def is_linked(store: Store) -> bool:
    """Whether every text is in the index, and the index is one that this version reads."""
    if count_unlinked(store) > 0:
        return False
    return open_stored(store) is not None or count_texts(store) == 0
