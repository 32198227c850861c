"""`houxu export`: every list in every form, and nothing in any of them that names or reaches a person."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.export import export
from pipeline.datafiles import DATA_DIR, read_table, read_toml
from pipeline.exporting.tables import whole_file
from pipeline.words import STATUS_ZH
from tests.process.home import NOW, Home

LISTS = ("cases", "posts", "stale", "timeline", "updates", "workorders")
FORMS = [
    *((kind, form) for kind in LISTS for form in ("csv", "excel")),
    *((kind, "parquet") for kind in LISTS if kind != "workorders"),
    ("claimreview", "jsonl"),
]


def _exported(home: Home, kind: str, *more: object) -> str:
    said = home.run("export", kind, "--now", NOW, *more)
    assert said.code == 0, said.err
    return said.out


def _rows(home: Home, kind: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_exported(home, kind))))


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("cases", "SELECT case_id FROM cases"),
        ("posts", "SELECT post_id FROM posts"),
        ("stale", "SELECT case_id FROM stale_reposts"),
        ("timeline", "SELECT case_id FROM case_timeline"),
        ("updates", "SELECT case_id FROM status_updates"),
    ],
)
def test_a_list_holds_every_row(told: Home, kind: str, query: str) -> None:
    """An analyst would count what happens to be in the file."""
    rows = _rows(told, kind)
    name = query.split()[1]
    assert sorted(row[name] for row in rows) == sorted(told.values(query)) != []


def test_stale_posts_stand_beside_the_words_that_make_them_so(told: Home) -> None:
    """Somebody who answers a reposter would have nothing to show."""
    rows = _rows(told, "stale")
    assert all(
        row["author_words"] and row["author_said_at"] and row["url"] for row in rows if row["status"] == "resolved"
    )
    assert {row["post_id"] for row in rows} >= {"weibo:b1", "weibo:b2", "weibo:c1"}


def test_nothing_that_reaches_a_person_leaves(told: Home, tmp_path: Path) -> None:
    """A list that is mailed around would carry phones and doors."""
    import pandas as pd

    texts = []
    for kind, form in FORMS:
        if form == "parquet" and find_spec("pyarrow") is None:
            continue
        path = tmp_path / f"{kind}.{form}"
        _exported(told, kind, "--format", form, "-o", path)
        texts.append(pd.read_parquet(path).to_csv() if form == "parquet" else path.read_text(encoding="utf-8"))
    whole = "\n".join(texts)
    assert "137****3344" in whole
    digests = told.values("SELECT DISTINCT hmac FROM mentions WHERE hmac IS NOT NULL")
    secrets = ["13900001234", "15200007788", "13700003344", "13300004455", *digests]
    assert [secret for secret in secrets if secret in whole] == []
    assert re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", whole) == []


def test_a_spreadsheet_opens_chinese_and_runs_no_formula(told: Home, tmp_path: Path) -> None:
    """Excel would show 姹傚姪, or run what a stranger wrote into a post."""
    path = tmp_path / "posts.csv"
    _exported(told, "posts", "--format", "excel", "-o", path)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)
    plain = _exported(told, "posts")
    assert not plain.startswith("\ufeff")
    assert any(row["text"].startswith("=HYPERLINK") for row in csv.DictReader(io.StringIO(plain)))


def test_parquet_says_the_same_with_types(told: Home, tmp_path: Path) -> None:
    """Two analysts with two forms of one list would come to two results."""
    pytest.importorskip("pyarrow")
    import pandas as pd

    for kind in ("cases", "posts", "stale", "timeline", "updates"):
        path = tmp_path / f"{kind}.parquet"
        _exported(told, kind, "--format", "parquet", "-o", path)
        frame, rows = pd.read_parquet(path), _rows(told, kind)
        assert list(frame.columns) == list(rows[0])
        first = frame.columns[0]
        assert list(frame[first]) == [row[first] for row in rows]
    cases = pd.read_parquet(tmp_path / "cases.parquet")
    assert str(cases["opened_at"].dt.tz) == "UTC"
    assert cases["needs_review"].dtype == bool


def test_a_folder_takes_each_list_under_its_name(told: Home, tmp_path: Path) -> None:
    """A second list would overwrite the first."""
    for kind in (*LISTS, "claimreview"):
        _exported(told, kind, "-o", tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {*(f"{kind}.csv" for kind in LISTS), "claimreview.jsonl"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["cases", "--format", "jsonl"],
        ["claimreview", "--format", "csv"],
        ["cases", "--format", "parquet"],
        ["workorders", "--format", "parquet"],
        ["cases", "-o", "no/such/folder/cases.csv"],
    ],
)
def test_what_cannot_be_written_is_refused(told: Home, arguments: list[str]) -> None:
    """A script would go on without its list."""
    said = told.run("export", *arguments)
    assert said.code == 2
    assert said.out == ""


def test_a_list_that_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    """Half a list would be mailed as the whole one."""
    path = tmp_path / "cases.csv"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError), whole_file(path) as file:
        file.write("new\n" * 100_000 + "\ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


# What schema.org's ClaimReview and the fact-check markup of search engines ask for: name → type or value.
_CLAIM_REVIEW = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": str,
    "datePublished": str,
    "inLanguage": "zh-CN",
    "claimReviewed": str,
    "author": {"@type": "Organization", "name": str},
    "itemReviewed": {"@type": "Claim", "datePublished": str, "appearance": [{"@type": "CreativeWork", "url": str}]},
    "reviewRating": {
        "@type": "Rating",
        "ratingValue": int,
        "bestRating": 5,
        "worstRating": 1,
        "alternateName": str,
    },
}


def _problems(value: Any, wanted: Any, at: str) -> Iterator[str]:
    """Where a value is not as wanted: a type, a value, an object with at least these names, or a list of such."""
    if isinstance(wanted, dict) and isinstance(value, dict):
        for name, inner in wanted.items():
            yield from _problems(value.get(name), inner, f"{at}.{name}")
    elif isinstance(wanted, list) and isinstance(value, list):
        for one in value:
            yield from _problems(one, wanted[0], f"{at}[]")
    elif not (isinstance(value, wanted) and value != "" if isinstance(wanted, type) else value == wanted):
        yield f"{at}: {value!r} is not {wanted!r}"


@pytest.fixture(scope="module")
def signed(told: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The stories once more, with the desk's verdict on every case whose end the author told: read only."""
    folder = tmp_path_factory.mktemp("signed")
    shutil.copytree(told.folder, folder, dirs_exist_ok=True)
    home = Home(folder)
    ended = "SELECT c.case_id, c.origin_post_id, c.status FROM cases c JOIN status_updates u"
    rows = home.rows(f"{ended} ON u.update_id = c.status_update_id WHERE u.source = 'author' AND c.needs_review = 0")
    for row in rows:
        _sign(home, row)
    home.settle()
    return home


def _sign(home: Home, case: dict[str, Any], at: str = "2024-07-11T01:00:00Z") -> None:
    conn = sqlite3.connect(home.db)
    conn.execute(
        'INSERT INTO verdicts (case_id, origin_post_id, status, "by", "at") VALUES (?, ?, ?, \'lin\', ?)',
        (case["case_id"], case["origin_post_id"], case["status"], at),
    )
    conn.commit()
    conn.close()


def _reviews(home: Home, *more: object) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _exported(home, "claimreview", *more).splitlines()]


def test_every_claim_review_has_what_the_standard_requires(signed: Home) -> None:
    """A search engine would drop it without a word."""
    reviews = _reviews(signed)
    assert len(reviews) >= 2
    for review in reviews:
        assert list(_problems(review, _CLAIM_REVIEW, "")) == []
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", review["datePublished"])
        assert review["itemReviewed"]["datePublished"] <= review["datePublished"]
        rating = review["reviewRating"]
        assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
        assert re.search(r"[\u4e00-\u9fff]", rating["alternateName"])
        assert review["url"].startswith(("https://", "urn:houxu:case:"))


def test_a_resolved_plea_is_reviewed_with_its_copies(signed: Home) -> None:
    """The card would not be shown beside the very posts that it is about."""
    (review,) = [one for one in _reviews(signed) if one["reviewRating"]["alternateName"] == "过时：已解决"]
    links = [one["url"] for one in review["itemReviewed"]["appearance"]]
    assert links == ["https://weibo.example/p/f1", "https://weibo.example/p/f2"]
    assert review["url"] == "https://weibo.example/p/f1"
    assert review["claimReviewed"] == "网传求助帖称：柳堰县有人被困救援求助（2024-07-09发布），仍在等待帮助"


def test_claim_reviews_name_nobody(signed: Home) -> None:
    """A family's illness would stand in search engines under their name for years."""
    text = _exported(signed, "claimreview")
    names = ("桂大山", "望溪阿桂", "转发小队长", "小沈", "宁秀兰", "东篱阿宁")
    assert [name for name in names if name in text] == []


def test_what_a_machine_read_is_no_review(told: Home) -> None:
    """A program's reading would stand in every search engine as a fact-checker's conclusion."""
    assert told.values("SELECT 1 FROM cases WHERE status = 'resolved' AND needs_review = 0")
    assert _reviews(told) == []


def test_what_waits_for_an_eye_is_published_once_a_verdict_has_settled_it(told: Home, tmp_path: Path) -> None:
    """A doubtful 已解决 would be broadcast to every search engine, or a settled one never."""
    shutil.copytree(told.folder, tmp_path / "home")
    home = Home(tmp_path / "home")
    doubtful = home.row("SELECT case_id, origin_post_id, status FROM cases WHERE needs_review = 1")
    _sign(home, doubtful)
    assert _reviews(home) == []
    home.settle()
    (review,) = _reviews(home)
    assert (review["identifier"], review["datePublished"]) == (doubtful["case_id"], "2024-07-11")


def test_a_verdict_that_was_taken_back_is_not_published(signed: Home, tmp_path: Path) -> None:
    """The desk's mistake would stay in search engines after the desk has undone it."""
    shutil.copytree(signed.folder, tmp_path / "home")
    home = Home(tmp_path / "home")
    conn = sqlite3.connect(home.db)
    conn.execute('INSERT INTO undone_verdicts (verdict_id, "by", "at") SELECT verdict_id, "by", "at" FROM verdicts')
    conn.commit()
    conn.close()
    assert _reviews(home) == []


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://weibo.example/p/f1", "https://", "weibo.example/p/f1"])
def test_only_web_addresses_are_published(signed: Home, tmp_path: Path, url: str) -> None:
    """A script that somebody wrote into an import would run on the pages of fact-checkers."""
    shutil.copytree(signed.folder, tmp_path / "home")
    home = Home(tmp_path / "home")
    conn = sqlite3.connect(home.db)
    conn.execute("UPDATE posts SET url = ?", (url,))
    conn.commit()
    conn.close()
    for review in _reviews(home):
        assert review["url"] == f"urn:houxu:case:{review['identifier']}"
        assert review["itemReviewed"]["appearance"] == []
        assert "firstAppearance" not in review["itemReviewed"]


def test_a_case_on_which_nobody_decided_is_not_published(signed: Home) -> None:
    """An open plea would get a verdict that no one gave."""
    official = signed.values(
        "SELECT u.case_id FROM status_updates u JOIN cases c ON c.status_update_id = u.update_id"
        " WHERE u.source = 'official'"
    )
    assert official
    assert [review for review in _reviews(signed) if review["identifier"] in official] == []


def test_the_desks_address_leads_to_the_case(signed: Home) -> None:
    """A reader could not see what the review rests on."""
    for review in _reviews(signed, "--site", "https://desk.example/", "--reviewer", "澜州核查台"):
        assert review["url"] == f"https://desk.example/cases/{review['identifier']}"
        assert review["author"] == {"@type": "Organization", "name": "澜州核查台", "url": "https://desk.example/"}


def test_every_status_has_a_rating() -> None:
    """A new status would stop the export."""
    sentences = read_toml(DATA_DIR / "exporting" / "claimreview.toml")
    assert set(STATUS_ZH) <= set(sentences)


def test_a_case_that_waits_gives_two_work_orders(told: Home) -> None:
    """One of the two lines, the street or the doctors, would never hear of it."""
    rows = _rows(told, "workorders")
    waiting = told.values("SELECT case_id FROM open_cases")
    assert sorted(row["case_id"] for row in rows) == sorted([*waiting, *waiting])
    asked = [row for row in rows if row["origin_url"].endswith("/d1")]
    assert [row["line"] for row in asked] == ["街道/乡镇", "卫健委"]
    street, health = asked
    assert street["contact"] == health["contact"] == "137****3344"
    assert (street["need"], street["district"], street["received_at"]) == ("药品", "东篱区", "2024-07-09 10:00")
    assert (street["waiting_hours"], street["first_answer_at"]) == ("64.0", "2024-07-09 12:30")
    assert "胰岛素" in street["last_words"]
    assert street["action"] != health["action"]


def test_every_need_has_its_two_lines() -> None:
    """A work order would come without a word of what to do."""
    wanted = [row["category"] for _, row in read_table(DATA_DIR / "categories.tsv")]
    lines = {row["category"]: row for _, row in read_table(DATA_DIR / "exporting" / "workorders.tsv")}
    assert list(lines) == wanted
    assert all(row["street"] and row["health"] for row in lines.values())


def test_the_help_tells_every_kind() -> None:
    """Somebody would not learn that a list exists."""
    assert [kind for kind in (*LISTS, "claimreview") if kind not in (export.help or "")] == []
