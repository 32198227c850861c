"""Pictures that fit two people's posts: what tells the two apart is hidden, or the picture names its author."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from dedupe.weights import Weights
from tests.images.conftest import PICTURES
from tests.images.pictures.draw import AUTHOR, STORY, STRANGER
from tests.process.home import PLEA, Home, members_of, observed

TWIN = PLEA.replace("13900001234", "15200007788").replace("桂大山", "苗小海").replace("七十三", "五十六")


def form_of(name: str, age: str, address: str, phone: str) -> str:
    """A filled-in form; only the story is the same for everybody."""
    return f"姓名：{name}\n年龄：{age}\n地址：{address}\n电话：{phone}\n{STORY}"


POSTS = (
    observed("origin", PLEA, author_name=AUTHOR),
    observed("twin", TWIN, "07-09T13:20", author_id="u2", author_name=STRANGER),
    observed("form", form_of("桂小河", "71", "澜州市望溪区榆桥村", "13900001111"), author_id="u3"),
)


def carrying(native_id: str, picture: str, words: str) -> dict[str, Any]:
    """A stranger's post with a picture, and words of his own."""
    return observed(native_id, words, "07-11T12:00", author_id=f"by-{native_id}", images=[f"shots/{picture}"])


CARRIERS = (
    carrying("named", "middle.png", "看到的朋友帮忙问一问"),
    carrying("nameless", "middle_no_name.png", "群里转来的，先放在这里"),
    carrying("end", "end_of_form.png", "今天楼下又有人贴了这个"),
    carrying("other", "twin.png", "替同学发一下，盼有人看见"),
)


@pytest.fixture(scope="module", params=["at once", "pictures later", "posts later", "into a large store"])
def twins(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Home:
    """Two pleas that differ in name, age and phone, a form, and pictures that show nothing of these."""
    home = Home(tmp_path_factory.mktemp("twins"))
    shutil.copytree(PICTURES, home.folder / "shots", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    order: dict[str, tuple[tuple[dict[str, Any], ...], ...]] = {
        "at once": (POSTS + CARRIERS,),
        "posts later": (CARRIERS, POSTS),
    }
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "into a large store":
            # Its index is added to, and not made anew.
            patch.setattr(Weights, "is_outgrown", lambda _self, _documents: False)
        for some in order.get(request.param, (POSTS, CARRIERS)):
            home.settle(*some, now="2024-07-12T02:00:00+08:00")
    return home


def test_twins_are_two_cases(twins: Home) -> None:
    """What follows would be about nothing."""
    assert "weibo:twin" not in members_of(twins, "weibo:origin")


def test_the_named_author_leads_to_the_origin(twins: Home) -> None:
    """A picture that says whose post it is would join the other person's case, or none."""
    assert "weibo:named" in members_of(twins, "weibo:origin")
    assert "weibo:named" not in members_of(twins, "weibo:twin")


@pytest.mark.parametrize("native_id", ["nameless", "end"])
def test_a_picture_that_may_be_anybodys_joins_nobody(twins: Home, native_id: str) -> None:
    """A crop of what two people share would be called stale with one of them, or tie the two together."""
    for post_id in ("weibo:origin", "weibo:twin", "weibo:form"):
        assert f"weibo:{native_id}" not in members_of(twins, post_id)


def test_a_picture_with_another_name_joins_nobody_of_that_form(twins: Home) -> None:
    """Texts that differ in a name may be one case's, edited; a picture of them is what a look-up says of it."""
    assert "weibo:other" not in members_of(twins, "weibo:origin")


def answer_of(home: Home, picture: str) -> dict[str, Any]:
    """What a look-up says of a picture whose very file nobody carries."""
    copy = home.folder / f"copy-of-{picture}"
    copy.write_bytes((PICTURES / picture).read_bytes() + b"\n")
    answer: dict[str, Any] = json.loads(home.run("lookup", "--json", "--image", Path(copy)).out)
    return answer


def test_a_look_up_says_the_same(twins: Home) -> None:
    """A desk would be told one thing by a case and another by its own question."""
    named, nameless, end = (answer_of(twins, name) for name in ("middle.png", "middle_no_name.png", "end_of_form.png"))
    assert named["outcome"] == "match"
    assert named["candidates"][0]["origin_post_id"] == "weibo:origin"
    assert nameless["outcome"] == "candidates"
    assert {one["origin_post_id"] for one in nameless["candidates"]} >= {"weibo:origin", "weibo:twin"}
    assert end["outcome"] == "candidates"
    assert "weibo:form" in {one["origin_post_id"] for one in end["candidates"]}
