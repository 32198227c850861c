"""What all that a picture shows says for and against stored posts, and when that is sure."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dedupe.images.shown import Shown
from pipeline.images.evidence import Found, is_form, weigh_posts

FORM = "姓名：桂小河\n年龄：71\n地址：澜州市望溪区榆桥村\n电话：13900001111\n情况：家里存粮只够两天"


def shown(matched: int, covered: float, *, hides_phone: bool = False, same_phone: bool = False) -> Shown:
    """A stored post of which a picture shows so much, without contradiction."""
    return Shown(1, 1.0, matched, covered, 0, 0.0, same_phone, hides_phone)


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
