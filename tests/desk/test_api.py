"""The API: tokens, scopes, limits, and the same answers as the pages."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from pipeline.settings import DeskSettings, Settings
from tests.desk.conftest import add_token, add_user, app_of, browse, case_of, quote_of
from tests.process.home import PLEA, Home


def caller(home: Home, *scopes: str, settings: Settings | None = None) -> TestClient:
    """A program with a token."""
    return TestClient(app_of(home, settings), headers={"authorization": f"Bearer {add_token(home, *scopes)}"})


def test_programs_and_people_share_one_list_of_claims(desk_home: Home) -> None:
    """A bot and a person would work on the same family."""
    case_id = case_of(desk_home, "weibo:a1")
    robot = caller(desk_home, "act", "read")
    taken = robot.post(f"/api/v1/cases/{case_id}/claim", json={}).json()
    assert (taken["case_id"], taken["claimed_by"]) == (case_id, "token:robot")
    assert "token:robot" in browse(desk_home).text(f"/cases/{case_id}")
    browse(desk_home).post(f"/cases/{case_id}/claim")
    assert robot.post(f"/api/v1/cases/{case_id}/claim", json={}).json()["claimed_by"] == "token:robot"
    assert robot.post(f"/api/v1/cases/{case_id}/claim", json={"drop": True}).json()["claimed_by"] is None


def test_a_question_gets_case_status_and_words(desk_home: Home) -> None:
    """A group's bot could not answer."""
    answer = caller(desk_home, "ask").post("/api/v1/ask", json={"question": PLEA})
    assert answer.status_code == 200
    told = answer.json()
    assert told["outcome"] == "match"
    (candidate,) = told["candidates"]
    assert candidate["case_id"] == case_of(desk_home, "weibo:a1")
    assert candidate["status"] == "resolved"
    assert candidate["words"]["quote"] == quote_of(desk_home, "weibo:a1")
    assert candidate["after_the_answer"] == 1
    assert "13900001234" not in answer.text


def test_many_questions_are_answered_in_their_order(desk_home: Home) -> None:
    """A list would come back mixed up, or one bad line would lose the rest."""
    links = ["https://weibo.example/p/f2", "https://weibo.example/p/none", "https://weibo.example/p/b1"]
    told = caller(desk_home, "ask").post("/api/v1/ask/batch", json={"questions": links}).json()
    assert [one["outcome"] for one in told] == ["match", "none", "match"]
    assert told[0]["candidates"][0]["case_id"] == case_of(desk_home, "weibo:f1")


@pytest.mark.parametrize("place", ["cases/weibo:a1", "queue/waiting", "clocks", "channels", "search?q=透析"])
def test_reading_needs_a_token_with_its_scope(desk_home: Home, place: str) -> None:
    """The API would be open, or a token made to ask could read the queue."""
    bare = TestClient(app_of(desk_home))
    assert bare.get(f"/api/v1/{place}").status_code == 401
    assert bare.get(f"/api/v1/{place}", headers={"authorization": "Bearer nonsense"}).status_code == 401
    assert caller(desk_home, "ask").get(f"/api/v1/{place}").status_code == 403
    assert caller(desk_home, "read").get(f"/api/v1/{place}").status_code == 200


def test_a_revoked_token_is_worth_nothing(desk_home: Home) -> None:
    """A leaked token could not be stopped."""
    program = caller(desk_home, "read")
    assert program.get("/api/v1/clocks").status_code == 200
    assert desk_home.run("desk", "token", "revoke", "1").code == 0
    assert program.get("/api/v1/clocks").status_code == 401


def test_too_many_calls_are_told_to_wait(desk_home: Home) -> None:
    """One program could take the desk from everybody."""
    program = caller(desk_home, "read", settings=Settings(desk=DeskSettings(api_requests_a_minute=2)))
    codes = [program.get("/api/v1/channels").status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_a_case_is_told_with_posts_and_reasons(desk_home: Home) -> None:
    """A program would have to read the page."""
    told = caller(desk_home, "read").get("/api/v1/cases/weibo:b1").json()
    assert told["case_id"] == case_of(desk_home, "weibo:a1")
    posts = {post["post_id"]: post for post in told["posts"]}
    assert posts["weibo:b2"]["is_stale"]
    assert posts["weibo:b2"]["is_late"]
    assert told["words"]["source"] == "author"


def test_an_act_needs_its_scope_and_is_signed_by_the_token(desk_home: Home) -> None:
    """A program could act without leave, or nobody could say which one did."""
    case_id = case_of(desk_home, "weibo:d1")
    body: dict[str, Any] = {"kind": "verdict", "status": "resolved", "reason": "电话核实"}
    assert caller(desk_home, "read", "ask").post(f"/api/v1/cases/{case_id}/acts", json=body).status_code == 403
    program = caller(desk_home, "act")
    told = program.post(f"/api/v1/cases/{case_id}/acts", json=body).json()
    assert (told["state"], told["by"]) == ("done", "token:robot")
    assert desk_home.row("SELECT status FROM cases WHERE case_id = ?", case_id)["status"] == "resolved"
    assert program.post(f"/api/v1/acts/{told['act_id']}/undo", json={}).json()["kind"] == "undo"
    assert desk_home.row("SELECT status FROM cases WHERE case_id = ?", case_id)["status"] != "resolved"


def test_mistakes_are_told_as_json(desk_home: Home) -> None:
    """A program would get a web page for an error."""
    program = caller(desk_home, "read", "ask", "act")
    for answer, code in (
        (program.get("/api/v1/cases/c-none"), 404),
        (program.get("/api/v1/queue/nope"), 422),
        (program.post("/api/v1/ask", json={"question": " "}), 400),
        (program.post("/api/v1/ask", json={"question": "x", "more": 1}), 422),
        (program.post(f"/api/v1/cases/{case_of(desk_home, 'weibo:d1')}/acts", json={"kind": "split"}), 400),
        (program.get("/api/v1/nothing"), 404),
    ):
        assert answer.status_code == code, answer.text
        assert "detail" in answer.json()


def test_the_description_names_every_call(desk_home: Home) -> None:
    """Somebody who writes a client would have to read the code."""
    described = TestClient(app_of(desk_home)).get("/api/v1/openapi.json").json()
    assert len(described["paths"]) >= 11
    assert all(path.startswith("/api/v1/") for path in described["paths"])


def test_a_second_person_may_confirm_by_program(desk_home: Home) -> None:
    """A newsroom's own tool could propose but never confirm, or one token could confirm its own word."""
    settings = Settings(desk=DeskSettings(second_review=("verdict",)))
    case_id = case_of(desk_home, "weibo:d1")
    body = {"kind": "verdict", "status": "resolved", "reason": "电话核实"}
    robot = caller(desk_home, "act", "read", "review", settings=settings)
    act_id = robot.post(f"/api/v1/cases/{case_id}/acts", json=body).json()["act_id"]
    assert [one["act_id"] for one in robot.get("/api/v1/acts").json()] == [act_id]
    assert robot.post(f"/api/v1/acts/{act_id}/review", json={"verdict": "confirm"}).status_code == 400
    add_user(desk_home, "bob", "checker")
    with_bob = browse(desk_home, settings)
    with_bob.login("bob")
    with_bob.post(f"/cases/{case_id}/acts", kind="verdict", status="closed", reason="已经查过")
    (his,) = (one["act_id"] for one in robot.get("/api/v1/acts").json() if one["by"] == "bob")
    assert robot.post(f"/api/v1/acts/{his}/review", json={"verdict": "reject"}).json()["state"] == "rejected"
    reader = caller(desk_home, "act", "read", settings=settings)
    assert reader.post(f"/api/v1/acts/{act_id}/review", json={"verdict": "confirm"}).status_code == 403


def test_only_an_editors_token_pins(desk_home: Home) -> None:
    """Any bot could put a plea above every public list."""
    case_id = case_of(desk_home, "weibo:d1")
    place, body = f"/api/v1/cases/{case_id}/acts", {"kind": "top", "reason": "全城都在问"}
    assert caller(desk_home, "act").post(place, json=body).status_code == 403
    editor = caller(desk_home, "act", "edit", "read")
    assert editor.post(place, json=body).json()["state"] == "done"
    assert [one["case_id"] for one in editor.get("/api/v1/boards/newest").json()["top"]] == [case_id]
