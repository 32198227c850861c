"""Of two pleas by one author, the name or thing that both the plea and the words speak of tells which is meant."""

from __future__ import annotations

import pytest

from pipeline.status.model import Utterance
from pipeline.status.relevance import about_case
from tests.status.cases import case_file, plea, said

FIRST = "【帮转】七里庙 田女士 怀孕七个月 双肺感染 求收治 13900004415"
SECOND = "【帮转】余家巷 殷大爷 独居 发烧 求收治 13900004416"


def _words(text: str) -> Utterance:
    return said(6, text, form="post", reply_to=None)


@pytest.mark.parametrize(("text", "is_first"), [("田女士昨晚已进隔离病房", True), ("殷大爷昨晚已进隔离病房", False)])
def test_the_one_called_by_name_is_meant(text: str, is_first: bool) -> None:
    """Broken if one's good news ended the plea of the other, or neither got it."""
    words = _words(text)
    other = plea(SECOND, "weibo:second", 1)
    score = about_case(words, case_file(words, text=FIRST, other_pleas=(other,))).score
    assert (score >= 0.5) == is_first
