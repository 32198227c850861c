"""What all that a picture shows says for and against stored posts, and when that is sure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from dedupe.facts import ADDRESS, AGE, PERSON, PLACE, SETTLEMENT
from dedupe.images.shown import Shown
from pipeline.images.evidence import Found, is_form, weigh_posts

WHERE = 1 << ADDRESS | 1 << PLACE | 1 << SETTLEMENT
FORM = "姓名：桂小河\n年龄：71\n地址：澜州市望溪区榆桥村\n电话：13900001111\n情况：家里存粮只够两天"


def shown(matched: int, covered: float, **more: bool) -> Shown:
    """A stored post of which a picture shows so much, without contradiction; linking would join the two."""
    return replace(Shown(1, 1.0, matched, covered, 0, 0.0, False, is_linked=True), **more)


def found(
    posts: Mapping[str, Shown], *kinds: str, named: str = "", foreign: str = "", forms: str = "", rivals: str = ""
) -> Found:
    """One body; posts are named by one letter each, and so are the sets of them."""
    each = {post: frozenset(rivals) - {post} if post in rivals else frozenset[str]() for post in posts}
    return Found([frozenset(kinds)], [posts], each, frozenset(), frozenset(named), frozenset(forms), frozenset(foreign))


def sure(one: Found) -> set[str]:
    """The posts that are surely shown."""
    return {evidence.post_id for evidence in weigh_posts(one) if evidence.is_sure}


def test_a_piece_of_a_form_without_its_facts_is_nobodys() -> None:
    """The story that a whole building copied would be the one person's whose form is stored."""
    piece = {"a": shown(60, 0.6, hides_phone=True)}
    assert sure(found(piece, "age", forms="a")) == set()
    assert sure(found(piece, "person", forms="a")) == {"a"}
    assert sure(found(piece, forms="a", named="a")) == {"a"}
    assert sure(found({"a": shown(90, 0.9)}, forms="a")) == {"a"}


def test_enough_of_somebodys_own_words_is_his() -> None:
    """Half of a long plea, which nobody else wrote, would be answered with a question."""
    assert sure(found({"a": shown(60, 0.3)})) == {"a"}
    assert sure(found({"a": shown(30, 0.3)})) == set()
    assert sure(found({"a": shown(60, 0.3, is_linked=False)})) == set()


def test_fewer_words_are_enough_with_a_village() -> None:
    """A few lines with the name of a village would be asked back, while pasted they lead to their case."""
    assert sure(found({"a": replace(shown(33, 0.4), seen=1 << SETTLEMENT)})) == {"a"}
    assert sure(found({"a": replace(shown(33, 0.4), seen=1 << AGE)})) == set()


def test_a_line_above_what_is_passed_on_hides_nobody() -> None:
    """Whoever writes "seen at half past four" above a form would make it nobody's."""
    half = replace(shown(27, 0.35), contained=0.6)
    assert sure(found({"a": replace(half, seen=1 << PERSON)}, "person", forms="a")) == {"a"}
    assert sure(found({"a": half}, "person", forms="a")) == set()


def test_a_hidden_place_is_a_question_where_linking_keeps_such_posts_apart() -> None:
    """The same words from another town are another case; a crop without the town would name this one."""
    hidden = replace(found({"a": shown(55, 0.5)}, "address"), telling={"a": WHERE})
    assert sure(hidden) == set()
    for known in (replace(hidden, named=frozenset("a")), replace(hidden, telling={"a": 0})):
        assert sure(known) == {"a"}
    for visible in (shown(55, 0.5, same_phone=True), replace(shown(55, 0.5), seen=1 << SETTLEMENT)):
        assert sure(replace(hidden, shown=[{"a": visible}])) == {"a"}


def test_many_own_words_are_enough_without_a_town() -> None:
    """Most of a long plea would be asked back because its first line is cropped; a form has no words of its own."""
    many = replace(found({"a": shown(60, 0.5)}), telling={"a": WHERE})
    assert sure(many) == {"a"}
    assert sure(replace(many, forms=frozenset("a"), kinds=[frozenset(["address"])])) == set()


def test_what_fits_two_people_is_neithers() -> None:
    """One of two twins would be named by chance."""
    both = {"a": shown(80, 0.9), "b": shown(80, 0.9)}
    assert sure(found(both, "address", rivals="ab")) == set()
    assert sure(found(both, "address", rivals="ab", named="b", foreign="a")) == {"b"}
    assert sure(found(both, "address")) == {"a", "b"}


def test_another_author_and_a_hidden_phone_is_another_post() -> None:
    """A twin that is not stored would get the answer of the one that is."""
    assert sure(found({"a": shown(80, 0.97, hides_phone=True)}, "person", foreign="a")) == set()
    assert sure(found({"a": shown(80, 0.5, same_phone=True)}, "phone", foreign="a")) == {"a"}
    assert sure(found({"a": shown(80, 0.97)}, "person", foreign="a")) == {"a"}


@pytest.mark.parametrize("text", [FORM, FORM.replace("\n", "；"), FORM.replace("：", ": ")])
def test_forms_are_known_by_their_fields(text: str) -> None:
    """A form would count as somebody's own words, or the other way round."""
    assert is_form(text)
    assert not is_form("求助！我父亲七十三岁，住澜州市望溪区，联系电话：13900001234，求扩散")
