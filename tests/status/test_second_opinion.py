"""The statistical second reader may doubt and propose, within bounds."""

from __future__ import annotations

import pytest

from pipeline.status import second_opinion
from pipeline.status.model import Reading
from pipeline.status.needs import profile_of
from pipeline.status.reading import context_of, read_words
from pipeline.status.second_opinion import weigh
from pipeline.status.second_reader import Kinds, ReadClause, Second
from tests.status.cases import DIALYSIS, PARENTS

TELLING = "护士把门推开，老爷子冲我竖了个大拇指，旁边的灯一闪一闪的"
HAPPENED = "爸爸的血透管插好了，旁边的灯一闪一闪"


class _Sure:
    """Says resolved with this probability of everything."""

    def __init__(self, resolved: float) -> None:
        self.kinds = Kinds(resolved, 0.0, 1 - resolved, 0.0, 0.0, 0.0)

    def read(self, plea: str, text: str) -> Second:
        return Second(self.kinds, (ReadClause(text, self.kinds),))


def _weighed(text: str, resolved: float, monkeypatch: pytest.MonkeyPatch, plea: str = DIALYSIS) -> Reading:
    monkeypatch.setattr(second_opinion, "load_second_reader", lambda: _Sure(resolved))
    return weigh(read_words(text, context_of(plea)), plea, text, profile_of(plea))


def test_it_vetoes_a_happening(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule sees a bed in a dialysis room; a reader that is sure of the opposite sends it to a person."""
    assert _weighed(HAPPENED, 0.9, monkeypatch).kind == "resolved"
    vetoed = _weighed(HAPPENED, 0.01, monkeypatch)
    assert (vetoed.kind, vetoed.doubt) == ("none", "second_reader.veto")


def test_it_cannot_veto_a_plain_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    """已解决 needs no second opinion."""
    assert _weighed("已解决，谢谢大家", 0.0, monkeypatch).kind == "resolved"


def test_it_proposes_only_when_very_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the lexicon is in it: below the threshold a person looks, further below nobody."""
    assert _weighed(TELLING, 0.999, monkeypatch).rule == "second_reader"
    assert _weighed(TELLING, 0.95, monkeypatch).doubt == "second_reader.maybe"
    assert _weighed(TELLING, 0.5, monkeypatch).doubt == ""


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
    monkeypatch.setattr(_Sure, "read", lambda self, plea, text: second)
    assert _weighed(text, 0.0, monkeypatch).kind == "progress"
