"""What the author takes back, and what a yes answers: an end that does not hold must not stay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.status.answers import ANSWERS_PATH, is_precise
from pipeline.status.guards import FULL_WIDTH, Guard, load_guards
from pipeline.status.reversal import REVERSALS_PATH
from pipeline.text.normal import normalise
from tests.status.cases import DIALYSIS, at, decided, said, seen

SOLVED = said(5, "父亲今天透析上了，谢谢大家", post_id="weibo:news")
EXTRA = [guard for path in (ANSWERS_PATH, REVERSALS_PATH) for guard in load_guards(path)]


@pytest.mark.parametrize("guard", EXTRA, ids=[guard.guard_id for guard in EXTRA])
def test_each_pattern_keeps_its_examples(guard: Guard) -> None:
    """Broken if a rule of answers.toml or reversals.toml no longer did what its own examples say."""
    words = {text: normalise(text).text.translate(FULL_WIDTH) for text in (*guard.fires, *guard.silent)}
    assert [text for text in words if guard.speaks_against(words[text], "")] == list(guard.fires)


def _answered(question: str, answer: str) -> str:
    asked = said(4, question, speaker="third_party", post_id="weibo:question")
    return decided(asked, said(5, answer, reply_to="weibo:question")).status


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("叔叔还没排上透析吧？", "是的"),
        ("是不是到现在都没透析上？", "对"),
        ("是在等透析吗？", "嗯嗯"),
        ("没透析上吧？", "是的，没有"),
        ("您想带他去透析吗？", "是的，很想"),
        ("是急需透析对吗？", "对"),
        ("透析上了人就能缓过来吗？", "嗯，医生这么说"),
        ("透析停了吗？", "是的"),
        ("隔壁床那位透析上了吗？", "是的"),
        ("透析上了吗？钱还差吗？", "是的"),
    ],
)
def test_a_yes_to_a_question_that_denies_wishes_or_supposes_ends_nothing(question: str, answer: str) -> None:
    """A yes says what was asked: to 'still not?' it says that help has not come."""
    assert _answered(question, answer) == "open"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("看到你家的事好几天了，一直没人管。现在透析上了吗？", "是的"),
        ("透析做上了没有", "对，昨天夜里"),
        ("是不是已经透析上了？", "嗯"),
        ("还没透析上吗？", "透上了，昨晚的事"),
    ],
)
def test_a_yes_to_whether_it_is_done_resolves(question: str, answer: str) -> None:
    """Broken if the way out of the wrong yes lost the right one; 透上了 answers whatever was asked."""
    assert _answered(question, answer) == "resolved"


def test_a_question_is_precise_only_by_itself() -> None:
    """Two questions in one comment leave open which of them was answered."""
    assert is_precise("透析上了吗？")
    assert not is_precise("透析上了吗？还差钱吗？")


def _edited(text: str, **more: object) -> object:
    values = {"observation_id": "o-edit", "form": "edit", "previous_text": SOLVED.text, "text": text} | more
    return replace(SOLVED, said_at=at(8), observed_at=at(8), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["父亲还没透析上，刚才是我听岔了", "谢谢大家关心", "此条不实"])
def test_a_result_that_is_edited_away_no_longer_holds(text: str) -> None:
    """Broken if the author changed the words and the case went on resting on the old ones."""
    decision = decided(SOLVED, _edited(text))  # type: ignore[arg-type]
    assert (decision.status, decision.needs_review) == ("open", True)


@pytest.mark.parametrize("text", ["父亲今天透析上了，谢谢大家，谢谢护士", "更新：父亲住进医院，也透析上了"])
def test_an_edit_that_still_says_so_changes_nothing(text: str) -> None:
    """A corrected or a longer text is the same result."""
    assert decided(SOLVED, _edited(text)).status == "resolved"  # type: ignore[arg-type]


def test_a_mark_that_is_taken_out_of_the_plea_again_no_longer_holds() -> None:
    """【已解决】 set on the plea and removed: the plea asks again."""
    marked = said(4, "【已解决】" + DIALYSIS, form="edit", post_id="weibo:plea", previous_text=DIALYSIS)
    bare = said(8, DIALYSIS, form="edit", post_id="weibo:plea", previous_text=marked.text)
    assert decided(marked).status == "resolved"
    assert decided(marked, bare).status == "open"


@pytest.mark.parametrize("text", ["上一条是骗大家的，街道想看这个", "刚才弄错了，透上的是隔壁床", "高兴太早了"])
def test_a_recantation_reopens(text: str) -> None:
    """Broken if the author said that it was not so and the copies stayed stale."""
    decision = decided(SOLVED, said(9, text))
    assert (decision.status, decision.needs_review) == ("open", True)


@pytest.mark.parametrize("text", [DIALYSIS, "重发一遍，上一条被删了！" + DIALYSIS])
def test_the_plea_posted_again_after_the_end_reopens(text: str) -> None:
    """Who posts the plea anew needs help again, after a result as after a deletion."""
    again = said(60, text, form="post", reply_to=None)
    deleted = seen((1, "visible"), (10, "deleted_by_author"), (20, "deleted_by_author"))
    for decision in (decided(SOLVED, again), decided(again, sightings=deleted)):
        assert (decision.status, decision.needs_review) == ("open", True)


@pytest.mark.parametrize("beside", ["谢谢大家，存个档：", "【已解决】", "当时我发的求助，多亏各位："])
def test_the_old_plea_posted_with_thanks_reopens_nothing(beside: str) -> None:
    """An author who keeps the story or says that it is over asks for nothing."""
    assert decided(SOLVED, said(60, beside + DIALYSIS, form="post", reply_to=None)).status == "resolved"


@pytest.mark.parametrize(
    "text",
    [
        "呵，解决了，解决了反映情况的我，微信都被拉黑了",
        "居委让我发：父亲已经住进医院，感谢关心。我不会发的",
        "父亲住院了。骗你们的，街道就爱听这个",
        "父亲透析上了！！……才怪，愚人节快乐",
        "但愿明天能发一条微博：父亲已经透析上了",
        "下一条我想发的是：父亲透析上了",
        "车把父亲送到了二医院，大夫说太晚了",
        "父亲回家了，回到爷爷身边了",
        "透析已经停止，在准备后事了",
    ],
)
def test_words_that_only_sound_like_the_end_ask_for_a_person(text: str) -> None:
    """Irony, dictated words, lies, wishes, deaths told softly: a wrong resolved costs a person help."""
    decision = decided(said(5, text))
    assert decision.status in {"open", "in_progress"}
    assert decision.needs_review


def test_help_that_was_found_without_us_ends_the_need() -> None:
    """Broken if 自己想办法解决了 were read as being left to oneself."""
    assert decided(said(5, "不需要帮助了，我们自己想办法解决了，请大家停止转发")).status == "resolved"
