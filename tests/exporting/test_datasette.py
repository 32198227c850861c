"""`houxu datasette`: loopback, read-only, every question answered, every column explained."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import datasette as command
from pipeline.datafiles import DATA_DIR, read_toml
from pipeline.exporting.datasette import PLUGINS_DIR, SERVER_SETTINGS, metadata
from pipeline.store.search import match_expression
from tests.process.home import Home, reading

QUERIES = read_toml(DATA_DIR / "datasette" / "queries.toml")


def test_every_table_and_column_is_explained(told: Home) -> None:
    """A reader would guess what is_late means, or filter by a column that is not there."""
    described = metadata("houxu")["databases"]["houxu"]["tables"]
    with reading(told.db) as conn:
        for row in conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall():
            if row["name"].startswith("sqlite_"):
                continue
            shown = described[row["name"]]
            columns = {column["name"] for column in conn.execute(f"PRAGMA table_info({row['name']})")}
            named = {shown.get(key) for key in ("sort", "sort_desc", "label_column")} - {None}
            assert columns >= {*shown.get("facets", ()), *named, *shown.get("columns", ())}, row["name"]
            assert shown.get("hidden") or set(shown["columns"]) == columns, row["name"]


@pytest.mark.parametrize("name", QUERIES)
def test_every_ready_question_has_an_answer(told: Home, name: str) -> None:
    """A question on the first page would end in an error."""
    with reading(told.db) as conn:
        conn.create_function("phrase", 1, lambda words: match_expression(words.split()))
        case_id = conn.execute("SELECT case_id FROM cases ORDER BY case_id").fetchone()[0]
        rows = conn.execute(QUERIES[name]["sql"], {"words": "透析 望溪区", "case_id": f" {case_id} "}).fetchall()
    assert rows or name in ("holes", "for_review", "most_asked")


def test_the_server_listens_on_this_machine_and_is_told_everything(told: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cases of a whole city would be open to the network that the laptop happens to be in."""
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _, argv: started.append(argv))
    monkeypatch.setattr(command, "find_spec", lambda _: object())
    assert told.run("datasette", "--port", "0").code == 0
    ((python, *rest),) = started
    assert python == sys.executable
    assert rest[:4] == ["-m", "datasette", "serve", str(told.db)]
    assert rest[rest.index("--host") + 1] == "127.0.0.1"
    assert "--immutable" not in rest
    configuration = json.loads(Path(rest[rest.index("--metadata") + 1]).read_text(encoding="utf-8"))
    assert configuration == metadata("houxu")
    assert [rest[at + 1] for at, word in enumerate(rest) if word == "--setting"] == list(SERVER_SETTINGS)


def test_without_the_extra_the_command_says_what_to_install(told: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader would meet a stack trace, and not the one line that helps."""
    monkeypatch.setattr(command, "find_spec", lambda _: None)
    said = told.run("datasette")
    assert said.code == 2
    assert "houxu[analyst]" in said.err
    assert json.loads(told.run("datasette", "--metadata").out) == metadata("houxu")


def test_datasette_itself_answers_and_cannot_write(told: Home) -> None:
    """The configuration would be right on paper only."""
    pytest.importorskip("datasette", reason="the extra `analyst` is not installed")
    asyncio.run(_visit(told))


async def _visit(told: Home) -> None:
    from datasette.app import Datasette

    settings = {name: {"on": True, "off": False}.get(value, value) for name, value in SERVER_SETTINGS.items()}
    settings = {name: int(value) if str(value).isdigit() else value for name, value in settings.items()}
    app = Datasette([str(told.db)], metadata=metadata("houxu"), plugins_dir=str(PLUGINS_DIR), settings=settings)
    await app.invoke_startup()

    async def ask(path: str, **values: str) -> Any:
        answer = await app.client.get(f"/houxu/{path}.json", params={"_shape": "array", **values})
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    found = await ask("search", words="透析 望溪区")
    assert {row["post_id"] for row in found} == set(
        told.values("SELECT post_id FROM posts WHERE text LIKE '%透析%' AND text LIKE '%望溪区%'")
    )
    assert await ask("search", words=" ") == []
    assert len(await ask("clocks")) > 1
    for page in ("cases", "stale_reposts", "case_clocks"):
        shown = await app.client.get(f"/houxu/{page}")
        assert shown.status_code == 200, page
    assert "现状态" in (await app.client.get("/houxu/cases")).text
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await app.get_database("houxu").execute("DELETE FROM cases")
