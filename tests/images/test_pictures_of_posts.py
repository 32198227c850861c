"""Pictures of posts: kept once, read, linked to the case of the post that they show, and gone when it must be so."""

from __future__ import annotations

import json
import re
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.images import worklist
from tests.images.conftest import PICTURES
from tests.images.pictures.draw import AUTHOR
from tests.process.home import OTHER_PLEA, PLEA, THANKS, Home, deleted, members_of, observed

ORIGIN = observed("origin", PLEA, author_name=AUTHOR)
WORDS = "求扩散，这家人有没有人管"


def carrying(native_id: str, *pictures: str, at: str = "07-11T12:00") -> dict[str, Any]:
    """A stranger's post of a few words with pictures."""
    return observed(native_id, WORDS, at, author_id=f"by {native_id}".replace(" ", "-"), images=list(pictures))


def shots(*names: str) -> list[str]:
    """Paths as an import file names them."""
    return [f"shots/{name}" for name in names]


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A plea, and posts with a light, a dark, a double, a too short picture of it, and one of somebody else's form."""
    home = Home(tmp_path_factory.mktemp("busy"))
    shutil.copytree(PICTURES, home.folder / "shots", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    home.settle(
        ORIGIN,
        observed("other", OTHER_PLEA, author_id="u9"),
        carrying("light", *shots("plea_light.png")),
        carrying("light-again", *shots("plea_light.png")),
        carrying("dark", *shots("plea_dark.png")),
        carrying("both", *shots("two_pleas.png")),
        carrying("short", *shots("beginning.png")),
        now="2024-07-12T02:00:00+08:00",
    )
    return home


def roles_of(home: Home, native_id: str) -> list[tuple[str, str]]:
    """(origin of the case, role) of each case that a post is in."""
    rows = home.rows(
        "SELECT c.origin_post_id AS origin, p.role FROM case_posts p JOIN cases c USING (case_id) WHERE p.post_id = ?"
        " ORDER BY 1",
        f"weibo:{native_id}",
    )
    return [(row["origin"], row["role"]) for row in rows]


@pytest.mark.parametrize("native_id", ["light", "light-again", "dark"])
def test_a_screenshot_joins_the_case_of_the_post_it_shows(busy: Home, native_id: str) -> None:
    """Copies that travel as pictures would be strangers, and never be called stale."""
    assert roles_of(busy, native_id) == [("weibo:origin", "screenshot")]
    found_by = busy.values("SELECT found_by FROM case_posts WHERE post_id = ?", f"weibo:{native_id}")
    assert found_by == ["screenshot"]


def test_a_picture_of_two_pleas_merges_nothing(busy: Home) -> None:
    """One picture of two people's pleas would make one case of them, and one person's help would be the other's."""
    assert roles_of(busy, "both") == [("weibo:origin", "round_up"), ("weibo:other", "round_up")]
    assert members_of(busy, "weibo:origin") != members_of(busy, "weibo:other")


def test_a_picture_that_shows_too_little_joins_nothing(busy: Home) -> None:
    """A dozen words that begin a thousand pleas would tie a picture to one of them."""
    assert all(origin != "weibo:origin" for origin, _ in roles_of(busy, "short"))


def test_equal_pictures_are_kept_once_and_for_nobody_else(busy: Home) -> None:
    """A picture shared a thousand times would fill the disk, or every user of the machine could look at it."""
    kept = [path for path in (busy.folder / "var" / "images").rglob("*") if path.is_file()]
    assert len(kept) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    folders = [path for path in (busy.folder / "var" / "images").rglob("*") if path.is_dir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in [*folders, busy.folder / "var" / "images"]} == {0o700}


def test_what_was_read_holds_no_phone(busy: Home) -> None:
    """The phones that texts hide would stand in the database all the same, out of pictures."""
    raw = busy.raw_bytes()
    assert "桂大山".encode() in raw
    for phone in re.findall(r"1\d{10}", PLEA + OTHER_PLEA):
        assert phone.encode() not in raw
        assert phone[3:].encode() not in raw


def test_nothing_is_read_twice(busy: Home) -> None:
    """Each night would read all pictures of all nights."""
    before = busy.rows("SELECT * FROM shown_posts ORDER BY 1, 2")
    busy.settle(now="2024-07-12T03:00:00+08:00")
    assert busy.rows("SELECT * FROM shown_posts ORDER BY 1, 2") == before
    assert busy.values("SELECT COUNT(*) FROM images WHERE reader IS NULL") == [0]


def test_a_rebuild_ends_the_same(busy: Home) -> None:
    """What pictures tied together would fall apart when the store is derived again."""
    before = busy.rows("SELECT case_id, post_id, role, found_by FROM case_posts ORDER BY 1, 2")
    assert busy.run("rebuild", "--now", "2024-07-12T03:00:00+08:00").code == 0
    assert busy.rows("SELECT case_id, post_id, role, found_by FROM case_posts ORDER BY 1, 2") == before


def test_a_look_up_of_a_picture_leads_to_the_case(busy: Home) -> None:
    """A desk that holds nothing but a screenshot would not learn what became of it."""
    said = busy.run("lookup", "--json", "--image", PICTURES / "plea_dark.png")
    answer = json.loads(said.out)
    case_id = busy.row("SELECT case_id FROM case_posts WHERE post_id = 'weibo:origin' AND role = 'origin'")["case_id"]
    assert (said.code, answer["outcome"], answer["case_id"]) == (0, "match", case_id)
    (post,) = answer["reading"]["posts"]
    assert post["author"] == AUTHOR
    assert len(post["box"]) == 4


def test_copies_of_one_case_are_no_rivals(busy: Home, tmp_path: Path) -> None:
    """The more often a plea was copied, the less a screenshot of it would be answered."""
    with Image.open(PICTURES / "plea_light.png") as page:
        page.convert("RGB").save(tmp_path / "unknown.jpg", quality=80)
    answer = json.loads(busy.run("lookup", "--json", "--image", tmp_path / "unknown.jpg").out)
    (candidate,) = answer["candidates"]
    assert (answer["outcome"], candidate["origin_post_id"]) == ("match", "weibo:origin")


def test_a_look_up_of_somebody_elses_form_is_no_match(busy: Home) -> None:
    """The form of another person would get the answer of the one who is in the store."""
    answer = json.loads(busy.run("lookup", "--json", "--image", PICTURES / "twin.png").out)
    assert answer["outcome"] != "match"


def test_a_folder_is_looked_up_file_by_file(busy: Home, tmp_path: Path) -> None:
    """One broken file among many would keep all answers back."""
    shutil.copy(PICTURES / "plea_light.png", tmp_path / "b.png")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    said = busy.run("lookup", "--json", "--image", tmp_path)
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert [answer["outcome"] for answer in answers] == ["refused", "match"]
    assert said.code == 1
    assert "1 张图片没有读" in said.err


def test_a_double_picture_answers_for_both(busy: Home) -> None:
    """A picture of two pleas would be answered for one of them only, or for neither."""
    said = busy.run("lookup", "--json", "--image", PICTURES / "two_pleas.png")
    answer = json.loads(said.out)
    assert answer["outcome"] == "match"
    assert {one["origin_post_id"] for one in answer["candidates"]} == {"weibo:origin", "weibo:other"}


def test_a_short_picture_gets_no_match(busy: Home) -> None:
    """A picture of a plea's first words would be answered with one of the thousand pleas that begin with them."""
    answer = json.loads(busy.run("lookup", "--json", "--image", PICTURES / "beginning.png").out)
    assert answer["outcome"] == "candidates" or not answer["candidates"]


def test_without_the_extra_pictures_wait_and_nothing_else_does(
    shown_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without the ocr extra would lose its pictures for good, or its nights would stop."""
    monkeypatch.setattr(worklist, "missing_packages", lambda: ["openvino"])
    shown_home.settle(ORIGIN, carrying("light", *shots("plea_light.png")))
    assert shown_home.values("SELECT COUNT(*) FROM images WHERE reader IS NULL") == [1]
    monkeypatch.undo()
    shown_home.settle()
    assert roles_of(shown_home, "light") == [("weibo:origin", "screenshot")]


def test_two_screenshots_of_an_unseen_post_are_one_case(shown_home: Home) -> None:
    """The same plea, seen only in pictures from two phones, would be two people's."""
    shown_home.settle(carrying("one", *shots("plea_light.png")), carrying("two", *shots("plea_dark.png")))
    assert members_of(shown_home, "weibo:one") == ["weibo:one", "weibo:two"]


def test_a_screenshot_becomes_stale_with_its_case(shown_home: Home) -> None:
    """A picture would go on asking for help that arrived long ago."""
    shown_home.settle(ORIGIN, observed("thanks", THANKS, "07-09T12:00"), carrying("late", *shots("plea_light.png")))
    row = shown_home.row("SELECT is_stale, is_late, role FROM case_posts WHERE post_id = 'weibo:late'")
    assert row == {"is_stale": 1, "is_late": 1, "role": "screenshot"}


def test_a_picture_of_the_authors_update_resolves_nothing(shown_home: Home) -> None:
    """Anybody can draw a picture of thanks, and somebody who still needs help would be given up."""
    shown_home.settle(ORIGIN, carrying("proof", *shots("plea_and_thanks.png")))
    case = shown_home.row("SELECT status, needs_review, review_reason FROM cases")
    assert case["status"] == "open"
    assert case["needs_review"] == 1, case
    sources = shown_home.values("SELECT DISTINCT source FROM status_updates WHERE post_id = 'weibo:proof'")
    assert set(sources) <= {"third_party"}


def test_pictures_go_when_their_author_deletes(shown_home: Home) -> None:
    """What somebody took back would stay, in a picture and in what was read from it; later copies still be known."""
    shown_home.settle(carrying("gone", *shots("plea_light.png")))
    shown_home.settle(deleted(carrying("gone"), "07-11T18:00"))
    assert not [path for path in (shown_home.folder / "var" / "images").rglob("*") if path.is_file()]
    assert shown_home.values("SELECT COUNT(*) FROM images") == [0]
    assert shown_home.values("SELECT COUNT(*) FROM shown_posts") == [0]
    assert "桂大山".encode() not in shown_home.raw_bytes()
    shown_home.settle(observed("copy", PLEA, "07-12T00:00", author_id="u7"))
    assert members_of(shown_home, "weibo:copy") == ["weibo:copy", "weibo:gone"]


def test_a_picture_without_words_goes_as_well(shown_home: Home) -> None:
    """Who pleads with nothing but a picture, and takes it back, would find it kept."""
    wordless = {key: value for key, value in carrying("mute", *shots("plea_light.png")).items() if key != "text"}
    shown_home.settle(wordless | {"availability": "visible"})
    assert shown_home.values("SELECT COUNT(*) FROM shown_posts") == [1]
    shown_home.settle(deleted(wordless, "07-11T18:00"))
    assert shown_home.values("SELECT COUNT(*) FROM images") == [0]
    assert not [path for path in (shown_home.folder / "var" / "images").rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["../outside.png", "/etc/hostname", "shots/none.png", "shots", "shots/broken.png"])
def test_a_picture_that_cannot_be_taken_is_a_reject_and_its_post_is_taken(shown_home: Home, name: str) -> None:
    """A line could fetch any file of the machine; or a plea would be lost for want of its picture."""
    (shown_home.folder.parent / "outside.png").write_bytes((PICTURES / "plea_light.png").read_bytes())
    (shown_home.folder / "shots" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert shown_home.take(carrying("lone", name) | {"text": PLEA}).code == 1
    (reason,) = shown_home.reasons()
    assert len(reason.splitlines()) == 1
    assert shown_home.values("SELECT post_id FROM posts") == ["weibo:lone"]
    assert shown_home.values("SELECT COUNT(*) FROM images") == [0]
