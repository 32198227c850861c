"""The chain of the manifest: what it shows, what it forgives, and what law takes out of the evidence."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import HtmlResponse
from warcio.archiveiterator import ArchiveIterator

from crawler.evidence import make_info, make_pair
from pipeline.evidence.closing import close_runs, replace_rewritten
from pipeline.evidence.manifest import BEGINNING, Entry, append_entries, last_hash, manifest_of
from pipeline.evidence.verify import Verdict, verify_spool
from pipeline.evidence.warc import REMOVED_HEADER, holds_any, write_without
from pipeline.night.retention import drop_old_spool
from tests.process.home import OTHER_PLEA, PLEA, Home, deleted, observed, run_houxu

LATER = datetime(2024, 7, 20, tzinfo=UTC)
SITE = "http://m.example"
POST, OTHER = "5054000000000001", "5054000000000002"


def make_spool(folder: Path, runs: Sequence[str] = ("night-1", "night-2")) -> Path:
    """Two closed runs of two files each."""
    spool = folder / "spool"
    for run_id in runs:
        (spool / run_id).mkdir(parents=True)
        (spool / run_id / "a.jsonl.gz").write_bytes(f"{run_id} 求助".encode())
        (spool / run_id / "a.ledger.jsonl").write_bytes(b"{}\n")
        close_runs(spool, [run_id], LATER)
    return spool


def told(verdict: Verdict) -> list[str]:
    """Where the problems are."""
    return [problem.where for problem in verdict.problems]


def test_a_closed_spool_is_sound(tmp_path: Path) -> None:
    """Evidence that nobody touched would be called changed."""
    spool = make_spool(tmp_path)
    verdict = verify_spool(spool, None)
    assert (verdict.lines, verdict.sound, verdict.problems) == (4, 4, ())
    assert close_runs(spool, ["night-1", "night-2"], LATER) == 0
    lines = [json.loads(line) for line in manifest_of(spool).read_text(encoding="utf-8").splitlines()]
    assert lines[0]["previous"] == BEGINNING
    assert [line["previous"] for line in lines[1:]] == [line["hash"] for line in lines[:-1]]
    assert {"file", "bytes", "sha256", "run", "closed_at", "previous", "hash"} <= lines[0].keys()
    assert manifest_of(spool).stat().st_mode & 0o777 == 0o600


def test_a_changed_file_and_a_missing_one_are_named(tmp_path: Path) -> None:
    """Somebody could write other words into what a site is said to have answered, or take it away."""
    spool = make_spool(tmp_path)
    (spool / "night-1" / "a.jsonl.gz").write_bytes(b"other")
    (spool / "night-2" / "a.jsonl.gz").unlink()
    assert sorted(told(verify_spool(spool, None))) == ["night-1/a.jsonl.gz", "night-2/a.jsonl.gz"]


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_no_line_of_the_manifest_can_be_changed_removed_or_moved(data: st.DataObject) -> None:
    """A changed file would be passed off by changing its line, too."""
    with TemporaryDirectory() as folder:
        spool = make_spool(Path(folder))
        path = manifest_of(spool)
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        at = data.draw(st.integers(0, len(lines) - 1))
        how = data.draw(st.sampled_from(["change", "remove", "swap"]))
        end = last_hash(path)
        if how == "change":
            spot = data.draw(st.integers(0, len(lines[at]) - 2))
            other = data.draw(st.sampled_from('0123456789abcdef{}",:'))
            lines[at] = lines[at][:spot] + other + lines[at][spot + 1 :]
        elif how == "remove":
            del lines[at]
        else:
            lines[at - 1], lines[at] = lines[at], lines[at - 1]
        text = "".join(lines)
        is_same = text == path.read_text(encoding="utf-8")
        path.write_text(text, encoding="utf-8")
        assert bool(verify_spool(spool, end).problems) is not is_same


def test_a_manifest_that_was_cut_short_lacks_the_hash_that_was_noted(tmp_path: Path) -> None:
    """The newest lines could be cut off together with their files, and nobody would know."""
    spool = make_spool(tmp_path)
    path, noted = manifest_of(spool), last_hash(manifest_of(spool))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:2]), encoding="utf-8")
    shutil.rmtree(spool / "night-2")
    assert verify_spool(spool, None).problems == ()
    assert told(verify_spool(spool, noted)) == ["manifest.jsonl"]


def test_half_a_line_of_a_killed_process_is_not_followed_on(tmp_path: Path) -> None:
    """A kill would break the chain for ever."""
    spool = make_spool(tmp_path)
    with manifest_of(spool).open("ab") as file:
        file.write(b'{"bytes":12,"clo')
    append_entries(manifest_of(spool), [Entry("dropped", "x/y", "x", 0, "", "2024-07-20T00:00:00Z")])
    verdict = verify_spool(spool, None)
    assert (verdict.lines, verdict.problems) == (5, ())


def test_what_went_at_the_end_of_its_time_is_fine_and_must_not_come_back(tmp_path: Path) -> None:
    """Retention would look like tampering, or a restored backup would bring back what had to go."""
    spool = make_spool(tmp_path)
    old = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
    for path in (spool / "night-1").iterdir():
        os.utime(path, (old, old))
    kept = (spool / "night-1" / "a.jsonl.gz").read_bytes()
    assert drop_old_spool(spool, LATER, 90) == 1
    verdict = verify_spool(spool, None)
    assert (verdict.sound, verdict.dropped, verdict.problems) == (2, 2, ())
    (spool / "night-1").mkdir()
    (spool / "night-1" / "a.jsonl.gz").write_bytes(kept)
    assert told(verify_spool(spool, None)) == ["night-1/a.jsonl.gz"]


def test_a_lawful_rewriting_has_its_line_and_keeps_its_time(tmp_path: Path) -> None:
    """Taking a deleted post's words out would look like tampering, or keep the rest for another ninety days."""
    spool = make_spool(tmp_path)
    path = spool / "night-1" / "a.jsonl.gz"
    before = path.stat().st_mtime_ns
    scratch = path.with_name(path.name + ".rewriting")
    scratch.write_bytes(b"less")
    replace_rewritten(spool, path, scratch, "deleted by its author", LATER)
    line = json.loads(manifest_of(spool).read_text(encoding="utf-8").splitlines()[-1])
    assert (line["event"], line["reason"], line["bytes"]) == ("rewritten", "deleted by its author", 4)
    assert line["old_sha256"] not in ("", line["sha256"])
    assert path.stat().st_mtime_ns == before
    verdict = verify_spool(spool, None)
    assert (verdict.rewritten, verdict.problems) == (1, ())


def test_a_rewriting_that_was_cut_short_is_told_from_tampering(tmp_path: Path) -> None:
    """A kill at the wrong moment would look as if somebody had changed the evidence."""
    spool = make_spool(tmp_path)
    path = spool / "night-1" / "a.jsonl.gz"
    content = path.read_bytes()
    scratch = path.with_name(path.name + ".rewriting")
    scratch.write_bytes(b"less")
    replace_rewritten(spool, path, scratch, "deleted by its author", LATER)
    path.write_bytes(content)  # as if the kill had come between the line and the file
    (problem,) = verify_spool(spool, None).problems
    assert "houxu process" in problem.what


def write_warc(path: Path, answers: dict[str, str]) -> None:
    """A WARC of answers by path, as a crawl writes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pairs = b""
    for address, body in answers.items():
        url = f"{SITE}{address}"
        pairs += make_pair(Request(url), HtmlResponse(url, body=body.encode()), LATER)
    path.write_bytes(make_info("night-1", LATER) + pairs)


def bodies_of(path: Path) -> dict[str, str]:
    """Answers by path."""
    with path.open("rb") as file:
        records = ArchiveIterator(file, check_digests=True)
        return {
            record.rec_headers.get_header("WARC-Target-URI").removeprefix(SITE): record.content_stream().read().decode()
            for record in records
            if record.rec_type == "response"
        }


def test_only_what_holds_the_deleted_post_loses_its_body(tmp_path: Path) -> None:
    """Words that their author deleted would stay in the evidence, or others' words would go with them."""
    path = tmp_path / "spider.warc.gz"
    whole_text = json.dumps({"ok": 1, "data": {"longTextContent": "全文"}})
    answers = {
        "/list": json.dumps({"cards": [{"id": POST, "text": PLEA}, {"id": OTHER, "text": OTHER_PLEA}]}),
        f"/statuses/extend?id={POST}": whole_text,
        f"/statuses/show?id={POST}": '{"ok":0,"errno":"20101","msg":"该微博不存在"}',
        f"/statuses/show?id={OTHER}": json.dumps({"data": {"id": OTHER, "text": OTHER_PLEA}}),
        "/longer": json.dumps({"data": {"id": f"{POST}9", "text": "别人的"}}),
    }
    write_warc(path, answers)
    assert holds_any(path, [POST])
    scratch = tmp_path / "scratch"
    write_without(path, [POST], scratch)
    gone = {"/list": "", f"/statuses/extend?id={POST}": ""}
    assert bodies_of(scratch) == answers | gone
    assert not holds_any(scratch, [POST])
    assert REMOVED_HEADER.encode() not in path.read_bytes()
    assert scratch.stat().st_mode & 0o777 == 0o600


def test_an_answer_to_a_posted_question_is_known_by_what_was_posted(tmp_path: Path) -> None:
    """A board's letter, whose own page names no id, would stay in the evidence after its author had it removed."""
    path, scratch = tmp_path / "board.warc.gz", tmp_path / "scratch"
    url, pairs = f"{SITE}/v1/threads/content", b""
    for native_id, text in ((POST, PLEA), (OTHER, OTHER_PLEA)):
        question = Request(url, method="POST", body=json.dumps({"tid": native_id}))
        answer = json.dumps({"contentList": [{"content": text}]})
        pairs += make_pair(question, HtmlResponse(url, body=answer.encode()), LATER)
    path.write_bytes(make_info("night-1", LATER) + pairs)
    write_without(path, [POST], scratch)
    with scratch.open("rb") as file:
        kept = [one.content_stream().read() for one in ArchiveIterator(file) if one.rec_type == "response"]
    assert kept[0] == b""
    assert "石板村" in json.loads(kept[1])["contentList"][0]["content"]
    assert not holds_any(scratch, [POST])


@pytest.fixture
def crawled(home: Home) -> Home:
    """An installation whose import run has a WARC beside it, as a night's run has, closed by the manifest."""
    line = observed(POST, PLEA)
    home.settle(line, observed(OTHER, OTHER_PLEA, author_id="u2"))
    (run_dir,) = [folder for folder in home.spool.iterdir() if folder.is_dir()]
    pages = {f"/p/{at}": json.dumps({"id": at, "text": text}) for at, text in ((POST, PLEA), (OTHER, OTHER_PLEA))}
    write_warc(run_dir / "weibo_search.warc.gz", pages)
    close_runs(home.spool, [run_dir.name], LATER)
    return home


def test_what_an_author_deletes_goes_from_spool_and_evidence_with_an_honest_line(crawled: Home) -> None:
    """Deleted words would stay in the evidence, or the deletion would break the proof of everything else."""
    crawled.settle(deleted(observed(POST), "07-09T10:00"))
    (warc,) = crawled.spool.glob("*/*.warc.gz")
    bodies = bodies_of(warc)
    assert bodies[f"/p/{POST}"] == ""
    assert "石板村" in json.loads(bodies[f"/p/{OTHER}"])["text"]
    assert "桂大山".encode() not in crawled.spooled()
    said = crawled.run("verify", "--json")
    verdict = json.loads(said.out)
    assert (said.code, verdict["problems"], verdict["rewritten"]) == (0, [], 2)


def test_verify_shouts_the_name_of_a_changed_file(crawled: Home) -> None:
    """A changed file would be one number among others."""
    (warc,) = crawled.spool.glob("*/*.warc.gz")
    warc.write_bytes(warc.read_bytes()[:-1] + b"x")
    said = crawled.run("verify")
    assert said.code == 1
    assert "CHANGED" in said.last_line
    assert warc.name in said.last_line
    assert run_houxu("verify", "--db", crawled.folder / "elsewhere" / "none.db").code == 2
