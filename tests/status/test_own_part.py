"""Words about two pleas of one author reach each with its own sentences."""

from __future__ import annotations

from pipeline.status.own_part import own_part
from tests.status.cases import decided, plea, said

AUNT = "求助！我姨妈57岁，肺炎确诊在家，求一张床位"
BOTH = "爸爸昨晚透析上了，谢谢大家。姨妈那边还没有床位，拜托继续。"


def test_each_case_gets_its_own_sentences() -> None:
    """Broken if the father's dialysis were lost because the aunt stands in the same post."""
    word, father, aunt = said(9, BOTH, form="post", reply_to=None), plea(), plea(AUNT, "weibo:aunt", 1)
    assert own_part(word, father, [aunt]) == "爸爸昨晚透析上了，谢谢大家。"
    assert own_part(word, aunt, [father]) == "姨妈那边还没有床位，拜托继续。"


def test_words_about_one_plea_are_not_split() -> None:
    """Broken if a text that names one plea only were cut."""
    word = said(9, "爸爸昨晚透析上了。谢谢大家。", form="post", reply_to=None)
    assert own_part(word, plea(), [plea(AUNT, "weibo:aunt", 1)]) == ""


def test_the_sentence_of_the_father_resolves_his_case_only() -> None:
    """Broken if one sentence ended both pleas."""
    word = said(9, BOTH, form="post", reply_to=None)
    assert decided(word, other_pleas=(plea(AUNT, "weibo:aunt", 1),)).status == "resolved"
    assert decided(word, text=AUNT, other_pleas=(plea(post_id="weibo:father", hours=1),)).status == "open"
