"""The public lists, what editors pin, what many people ask."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.desk.conftest import NOW, Browser, add_token, add_user, browse, case_of, words_of
from tests.process.home import Home, observed

ASKERS = (
    observed(
        "q0",
        "求助！外婆八十一岁，住澜州市东篱区枣园社区，胰岛素只剩半支，楼栋封控买不到，联系电话 13700004400",
        "07-08T10:00",
        author_id="u50",
    ),
    observed(
        "q1",
        "#澜州求助# 东篱区杏坛路，我爸糖尿病二十年，胰岛素后天就断了，社区登记了三次没有下文，求药！电话 13700004401",
        "07-08T11:00",
        author_id="u51",
    ),
    observed(
        "q2",
        "有没有榆桥区的邻居能匀一支胰岛素？婆婆今晚没有药打了，住长虹社区，跑腿费照付，求助 13700004402",
        "07-09T12:00",
        author_id="u52",
    ),
)
ADVICE = observed(
    "q9",
    "您好，胰岛素可以到区医院便民门诊开取，请带医保卡",
    "07-09T15:00",
    author_id="u59",
    author_name="榆桥发布",
    author_kind="official",
    reply_to="q2",
)
OTHER = observed(
    "z1",
    "求救！洪水涨到二楼，我们一家五口被困在房顶，请派救援队的船来，澜州市北汀区老码头",
    "07-09T10:00",
    author_id="u60",
)


def listed(browser: Browser, name: str) -> list[str]:
    """The cases on a list, in order."""
    page = browser.text(f"/boards?list={name}")
    return re.findall(r'href="/cases/([^"]+)">c-', page)


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Three families that ask for the same medicine, an office's advice to one of them, and a plea of another kind."""
    home = Home(tmp_path_factory.mktemp("asking"))
    home.settle(*ASKERS, ADVICE, OTHER, now=NOW.isoformat())
    return home


@pytest.fixture
def editor(desk_home: Home) -> Browser:
    """Somebody logged in who may pin."""
    add_user(desk_home, "editor", "editor")
    browser = browse(desk_home)
    browser.login("editor")
    return browser


def test_hot_counts_what_was_said_in_the_last_day(browser: Browser, stories: Home) -> None:
    """The list that everybody reads first would show yesterday's stir, or a case that nobody speaks of."""
    last = stories.values("SELECT MAX(last_seen_at) FROM cases")[0]
    said = stories.rows(
        "SELECT cp.case_id, p.posted_at FROM case_posts cp JOIN posts p USING (post_id)"
        " WHERE julianday(p.posted_at) > julianday(?) - 1 AND p.posted_at <= ?",
        last,
        last,
    )
    wanted = Counter(row["case_id"] for row in said)
    hot = listed(browser, "hot")
    assert set(hot) == set(wanted)
    assert [wanted[one] for one in hot] == sorted(wanted.values(), reverse=True)


def test_newest_pleas_come_first(browser: Browser, stories: Home) -> None:
    """A plea of this minute would stand below those of last week."""
    rows = stories.rows("SELECT case_id FROM cases WHERE opened_at IS NOT NULL ORDER BY opened_at DESC, case_id")
    assert listed(browser, "newest") == [row["case_id"] for row in rows]


def test_what_an_editor_pins_stands_on_top_of_every_list_until_it_is_taken_back(
    editor: Browser, desk_home: Home
) -> None:
    """An editor's choice would not show, would show nowhere else, or could not be undone."""
    case_id = case_of(desk_home, "weibo:f1")
    editor.post(f"/cases/{case_id}/acts", kind="top", reason="很多人在问，答复清楚")
    for name in ("hot", "featured", "newest"):
        assert listed(editor, name)[0] == case_id
    assert "置顶" in words_of(editor.text("/boards?list=newest"))
    assert desk_home.values("SELECT reason FROM audit WHERE action = 'desk:top'")[0].startswith("很多人在问")
    act_id = re.findall(r'action="/acts/(\d+)/undo"', editor.text(f"/cases/{case_id}"))[0]
    editor.post(f"/acts/{act_id}/undo")
    assert desk_home.rows("SELECT * FROM pinned_cases") == []
    assert listed(editor, "featured") == []
    assert desk_home.values("SELECT COUNT(*) FROM pins") == [1]


def test_featured_cases_have_a_list_of_their_own(editor: Browser, desk_home: Home) -> None:
    """A good answer would be lost among the newest."""
    case_id = case_of(desk_home, "weibo:a1")
    editor.post(f"/cases/{case_id}/acts", kind="featured", reason="从求助到解决都说清楚了")
    assert listed(editor, "featured") == [case_id]
    assert "精华" in words_of(editor.text("/boards?list=newest"))
    again = editor.post(f"/cases/{case_id}/acts", kind="featured", reason="再来一次")
    assert again.status_code == 400
    assert "已经在那里了" in again.text


def test_pins_survive_a_rebuild(editor: Browser, desk_home: Home) -> None:
    """Every rebuild would wipe what editors chose."""
    case_id = case_of(desk_home, "weibo:a1")
    editor.post(f"/cases/{case_id}/acts", kind="featured", reason="答复清楚")
    assert desk_home.run("rebuild", "--now", NOW.isoformat()).code == 0
    assert desk_home.values("SELECT case_id FROM featured_cases") == [case_id]


@pytest.mark.parametrize("kind", ["top", "featured"])
def test_a_checker_does_not_pin(worker: Browser, desk_home: Home, kind: str) -> None:
    """Whoever checks a case could put it on everybody's front page."""
    case_id = case_of(desk_home, "weibo:a1")
    assert worker.post(f"/cases/{case_id}/acts", kind=kind, reason="看这里").status_code == 403
    assert f'value="{kind}"' not in worker.text(f"/cases/{case_id}")
    assert desk_home.values("SELECT COUNT(*) FROM pins") == [0]


def test_what_many_ask_is_counted_once_a_family(asking: Home) -> None:
    """Planners would see copies for families, a need of one for a need of many, or not what they ask for."""
    said = words_of(browse(asking).text("/boards?list=asked"))
    assert asking.values("SELECT category FROM cases ORDER BY 1") == ["medicine", "medicine", "medicine", "rescue"]
    assert "药品 3 个个案" in said
    assert "胰岛素 × 2" in said or "胰岛素 × 3" in said
    assert "被困救援" not in said
    assert "东篱区 2 · 榆桥区 1" in said


def test_the_digest_shows_what_offices_answered_and_where_to_turn(asking: Home) -> None:
    """The answer to one would not reach the others who ask the same."""
    page = words_of(browse(asking).text("/boards?list=asked"))
    assert "胰岛素可以到区医院便民门诊开取" in page
    assert "榆桥发布" in page
    assert "榆桥区代配药登记" in page


def test_programs_get_the_same_lists(asking: Home) -> None:
    """A board on another site could not be filled from here."""
    browser = browse(asking)
    client = browser.client
    client.headers["authorization"] = f"Bearer {add_token(asking, 'read')}"
    newest = client.get("/api/v1/boards/newest").json()
    assert [one["case_id"] for one in newest["cases"]] == listed(browser, "newest")
    (question,) = client.get("/api/v1/questions").json()
    assert (question["category"], question["cases"], question["districts"]) == (
        "medicine",
        3,
        [["东篱区", 2], ["榆桥区", 1]],
    )
    assert question["answers"][0]["author_name"] == "榆桥发布"
    assert client.get("/api/v1/boards/asked").status_code == 422


def test_odd_lists_are_read_as_the_first(browser: Browser) -> None:
    """A broken bookmark would be a server error."""
    assert listed(browser, "nope") == listed(browser, "hot")


def test_an_empty_store_has_empty_lists(home: Home) -> None:
    """The desk of a first evening would fail."""
    home.settle(now=NOW.isoformat())
    browser = browse(home)
    for name in ("hot", "featured", "newest", "asked"):
        assert listed(browser, name) == []
        assert "这里还没有" in browser.text(f"/boards?list={name}") or "还没有精华" in browser.text(
            "/boards?list=featured"
        )
