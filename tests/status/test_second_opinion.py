"""The statistical second reader may doubt and propose, within bounds."""

from __future__ import annotations

import pytest

from pipeline.status import second_opinion
from pipeline.status.model import Reading
from pipeline.status.needs import profile_of
from pipeline.status.reading import context_of, read_words
from pipeline.status.second_opinion import weigh
from pipeline.status.second_reader import Kinds, ReadClause, Second
from pipeline.status.second_reader_traits import Traits
from tests.status.cases import DIALYSIS, PARENTS

TELLING = "护士把门推开，老爷子冲我竖大拇指，旁边的灯一闪一闪的"
NAMING = "透析机的灯一闪一闪，护士冲我们笑"
HAPPENED = "爸爸的血透管插好了，旁边的灯一闪一闪"


class _Sure:
    """Says resolved with this probability of everything."""

    def __init__(self, resolved: float) -> None:
        self.kinds = Kinds(resolved, 0.0, 1 - resolved, 0.0, 0.0, 0.0)

    def read(self, plea: str, text: str, traits: Traits) -> Second:
        return Second(self.kinds, (ReadClause(text, self.kinds),))


def _weighed(text: str, resolved: float, monkeypatch: pytest.MonkeyPatch, plea: str = DIALYSIS) -> Reading:
    monkeypatch.setattr(second_opinion, "load_second_reader", lambda: _Sure(resolved))
    return weigh(read_words(text, context_of(plea)), plea, text, profile_of(plea))


def test_it_vetoes_a_happening(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule sees a bed in a dialysis room; a reader that is sure of the opposite sends it to a person."""
    assert _weighed(HAPPENED, 0.97, monkeypatch).kind == "resolved"
    vetoed = _weighed(HAPPENED, 0.01, monkeypatch)
    assert (vetoed.kind, vetoed.doubt) == ("none", "second_reader.veto")


def test_it_cannot_veto_a_plain_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    """已解决 needs no second opinion."""
    assert _weighed("已解决，谢谢大家", 0.0, monkeypatch).kind == "resolved"


def test_it_never_resolves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only named, the event is no success to the rules: where it is sure a person looks, further below nobody."""
    sure = _weighed(NAMING, 0.999, monkeypatch)
    assert (sure.kind, sure.doubt) == ("none", "second_reader.maybe")
    assert _weighed(NAMING, 0.5, monkeypatch).doubt == ""


def test_without_an_event_it_only_asks_for_review(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the lexicon is in it, so nothing could be quoted as the reason: a person looks."""
    heard = _weighed(TELLING, 0.999, monkeypatch)
    assert (heard.kind, heard.doubt) == ("none", "second_reader.maybe")


@pytest.mark.parametrize("text", ["还没有床位", "要是能透上就好了，求大家", "听说隔壁老人住进去了？"])
def test_it_proposes_nothing_against_a_denial(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However sure it is, words that deny, ask or suppose are not overruled."""
    assert _weighed(text, 1.0, monkeypatch).kind != "resolved"


def test_it_proposes_nothing_for_several_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot tell whose bed it hears of."""
    assert _weighed(TELLING, 1.0, monkeypatch, plea=PARENTS).kind != "resolved"


def test_it_gives_progress_where_it_is_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong progress hides no plea, so less certainty is enough than for an end."""
    text = "大白推着小车往三号楼那头走了"
    kinds = Kinds(0.05, 0.9, 0.05, 0.0, 0.0, 0.0)
    second = Second(kinds, (ReadClause(text, kinds),))
    monkeypatch.setattr(_Sure, "read", lambda self, plea, text, traits: second)
    assert _weighed(text, 0.0, monkeypatch).kind == "progress"


PARTED = "到医院了，但是医院不收，说没有床位"
GLAD = "床有了，爸爸吸上氧了，还没敢告诉奶奶"
ARRANGED = "已经来人接了，准备安排入院，谢谢大家，心里暖暖的"


def _as_none(monkeypatch: pytest.MonkeyPatch, text: str) -> Reading:
    kinds = Kinds(0.1, 0.1, 0.8, 0.0, 0.0, 0.0)
    second = Second(kinds, (ReadClause(text, kinds),))
    monkeypatch.setattr(_Sure, "read", lambda self, plea, text, traits: second)
    return _weighed(text, 0.0, monkeypatch)


def test_it_asks_for_review_of_progress_that_may_be_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A success beside words that sound open: a person looks, and the plea stays."""
    assert read_words(GLAD, context_of(DIALYSIS)).kind == "progress"
    raised = _weighed(GLAD, 0.8, monkeypatch)
    assert (raised.kind, raised.doubt) == ("none", "second_reader.maybe")
    assert _weighed(GLAD, 0.5, monkeypatch).doubt == ""


def test_what_is_still_to_come_is_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """However glad the words, an admission that is being arranged is none."""
    assert _weighed(ARRANGED, 1.0, monkeypatch).kind != "resolved"


def test_a_step_of_which_nothing_came_is_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the hospital, turned away: the plea is as open as it was."""
    assert read_words(PARTED, context_of(DIALYSIS)).kind == "progress"
    assert _as_none(monkeypatch, PARTED).kind == "none"


def test_plain_words_of_the_plea_s_person_need_a_firmer_no(monkeypatch: pytest.MonkeyPatch) -> None:
    """我爸住进医院了 is a rule's own ground; the reader must be surer to doubt it than to doubt a happening."""
    assert _weighed("爸爸住进市二医院透析上了，谢谢社区小高", 0.85, monkeypatch).kind == "resolved"
    assert _weighed(HAPPENED, 0.85, monkeypatch).kind == "none"
    assert _weighed("爸爸住进市二医院透析上了，谢谢社区小高", 0.6, monkeypatch).kind == "none"


HINTED = "爸爸的血透管插好了，等他睡醒再跟大家细说"
TAKEN_BACK = "爸爸透上了，可是只够撑到明早，还缺两次"
TOLD = "机器稳稳当当转起来了，老爷子冲我竖大拇指"


def test_it_lifts_a_hint_where_it_is_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules saw the event and were kept back by a word; only a sure reader overcomes that."""
    lifted = _weighed(HINTED, 0.99, monkeypatch)
    assert (lifted.kind, lifted.quote, lifted.doubt) == ("resolved", "爸爸的血透管插好了", "")
    assert _weighed(HINTED, 0.86, monkeypatch).kind != "resolved"


def test_no_certainty_overcomes_a_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken if something still lacking could be outvoted."""
    assert _weighed(TAKEN_BACK, 1.0, monkeypatch).kind != "resolved"


def test_it_quotes_what_has_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an event of the lexicon a clause in the completed aspect is the quote; without one a person looks."""
    told = _weighed(TOLD, 0.999, monkeypatch)
    assert (told.kind, told.rule) == ("resolved", "told")


def test_it_lifts_nothing_that_names_one_of_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """The father's bed is not the mother's."""
    assert _weighed("爸爸住进去了", 1.0, monkeypatch, plea=PARENTS).settled_persons == {"father"}


def test_it_closes_where_a_death_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken if the reader alone, without a word of death or giving up, could close a case."""
    kinds = Kinds(0.02, 0.02, 0.01, 0.95, 0.0, 0.0)
    monkeypatch.setattr(_Sure, "read", lambda self, plea, text, traits: Second(kinds, (ReadClause(text, kinds),)))
    assert _weighed("他在下游的桥墩那里找到，殡仪馆来接的", 0.0, monkeypatch).kind == "closed"
    assert _weighed("今天下了一天的雨", 0.0, monkeypatch).kind == "none"


def test_a_plea_taken_back_as_untrue_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    """没问清楚就发了 leaves little to doubt; without such words the reader alone closes nothing."""
    kinds = Kinds(0.3, 0.1, 0.1, 0.5, 0.0, 0.0)
    monkeypatch.setattr(_Sure, "read", lambda self, plea, text, traits: Second(kinds, (ReadClause(text, kinds),)))
    assert _weighed("更正：是我没问清楚就发了，给大家添乱了", 0.0, monkeypatch).kind == "closed"
    assert _weighed("给大家添乱了，别再提了", 0.0, monkeypatch).kind != "closed"


def test_a_clause_of_something_done_lifts_nothing_that_still_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plea told anew has clauses of what was done in vain: without an event of the lexicon they are no reason."""
    assert _weighed("能打的电话都打完了，求大家帮帮忙", 1.0, monkeypatch).kind != "resolved"
