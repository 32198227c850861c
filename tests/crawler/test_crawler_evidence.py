"""The WARC beside the spool: everything that was answered, nothing that is ours to keep secret."""

from __future__ import annotations

import gzip
import json
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from conftest import NIGHT_1, make_orders, read_crawl, run_crawls, run_scrapy
from scrapy import Request
from scrapy.http import HtmlResponse
from site_plans import write_sources
from warcio.archiveiterator import ArchiveIterator

from crawler.appending import MemberFile
from crawler.evidence import make_pair
from crawler.replica.server import Replica
from crawler.replica.world import World

NOW = datetime.fromisoformat(NIGHT_1)


def read_warc(path: Path) -> list[dict[str, Any]]:
    """Type, address, date, status line, headers and body of each record."""
    with path.open("rb") as file:
        return [
            {
                "type": record.rec_type,
                "url": record.rec_headers.get_header("WARC-Target-URI"),
                "date": record.rec_headers.get_header("WARC-Date"),
                "status": record.http_headers.statusline if record.http_headers else "",
                "headers": dict(record.http_headers.headers) if record.http_headers else {},
                "body": record.content_stream().read(),
            }
            for record in ArchiveIterator(file, check_digests=True)
        ]


def test_every_answer_is_kept_with_its_question(
    world: World, serve: Callable[..., Replica], ids: dict[str, str], tmp_path: Path
) -> None:
    """What the desk says that a page said could not be shown to anybody."""
    replica, walled, off = (serve(world, NIGHT_1, *walls) for walls in ((), ("418",), ()))
    places = {name: tmp_path / name for name in ("good", "walled", "off")}
    jobs = [
        ("weibo_search", make_orders(one, places[name], NIGHT_1, keywords="求助", **more))
        for one, name, more in ((replica, "good", {}), (walled, "walled", {}), (off, "off", {"evidence": "0"}))
    ]
    run_crawls(jobs)
    path = places["good"] / "weibo_search.warc.gz"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    records = read_warc(path)
    kinds = [record["type"] for record in records]
    assert kinds[0] == "warcinfo"
    pages_asked = replica.asked.total() - replica.asked["picture"]  # pictures lie in a folder of their own
    assert kinds.count("response") == kinds.count("request") == pages_asked
    assert {record["date"] for record in records} == {"2024-07-08T18:00:00Z"}
    bodies = b"".join(record["body"] for record in records if record["type"] == "response")
    seen = read_crawl(places["good"], "weibo_search").availabilities()
    assert seen
    assert all(native_id.encode() in bodies for native_id in seen)
    refusals = [record["status"] for record in read_warc(places["walled"] / "weibo_search.warc.gz")]
    assert any(status.startswith("418") for status in refusals)
    assert not (places["off"] / "weibo_search.warc.gz").exists()


def test_no_cookie_and_no_credential_is_kept(tmp_path: Path) -> None:
    """Whoever reads the evidence could log in as the operator."""
    request = Request("http://m.example/a?b=1", headers={"Cookie": "SUB=secret1", "Authorization": "secret2"})
    headers = {"Set-Cookie": "SUB=secret3", "Content-Encoding": "gzip", "Content-Type": "text/html"}
    response = HtmlResponse(
        "http://m.example/a?b=1", status=432, headers=headers, body="正文".encode(), request=request
    )
    packed = make_pair(request, response, NOW)
    assert b"secret" not in gzip.decompress(packed)
    path = tmp_path / "spider.warc.gz"
    path.write_bytes(packed)
    (answer,) = [record for record in read_warc(path) if record["type"] == "response"]
    assert answer["headers"] == {"Content-Type": "text/html", "Content-Length": "6"}
    assert answer["status"].startswith("432")
    assert answer["body"].decode() == "正文"


def test_what_was_posted_is_kept_with_its_answer(
    world: World, serve: Callable[..., Replica], ids: dict[str, str], tmp_path: Path
) -> None:
    """The pages of a board are all asked for at one address: nobody could tell which letter an answer was about."""
    replica = serve(world, NIGHT_1)
    orders = make_orders(replica, tmp_path, NIGHT_1, window_start="2024-07-08T02:00:00+08:00")
    run_crawls([("liuyan", orders | write_sources(tmp_path / "sources", replica.url, ids))])
    records = read_warc(tmp_path / "liuyan.warc.gz")
    asked = [record for record in records if record["type"] == "request" and "threads/content" in record["url"]]
    letters = [json.loads(json.loads(record["body"])["param"])["tid"] for record in asked]
    assert ids["p003"] in letters
    assert len(letters) == len(set(letters)) > 3
    for record in asked:
        assert int(record["headers"]["Content-Length"]) == len(record["body"])


def test_a_file_that_was_cut_can_be_continued(tmp_path: Path) -> None:
    """After kill -9 the evidence that follows could not be read any more."""
    path = tmp_path / "spider.warc.gz"
    request = Request("http://m.example/")
    pairs = [
        make_pair(request, HtmlResponse("http://m.example/", body=f"第{number}页".encode()), NOW) for number in range(3)
    ]
    path.write_bytes(pairs[0] + pairs[1][:-9])
    file = MemberFile(path)
    file.append(pairs[2])
    file.close()
    bodies = [record["body"].decode() for record in read_warc(path) if record["type"] == "response"]
    assert bodies[0] == "第0页"
    assert bodies[-1] == "第2页"


def test_evidence_that_cannot_be_written_is_a_hole_and_not_the_end(
    world: World, serve: Callable[..., Replica], tmp_path: Path
) -> None:
    """A disk that is nearly full would lose what people wrote because it could not take the page around it."""
    replica = serve(world, NIGHT_1)
    orders = make_orders(replica, tmp_path, NIGHT_1, keywords="求助")
    code, said = run_scrapy("weibo_search", orders, "ulimit -f 20")  # blocks of 512 bytes
    crawl = read_crawl(tmp_path, "weibo_search")
    assert code == 0
    assert "evidence not written any further: File too large" in said
    assert len(crawl.observations) == 18
    assert (crawl.line("evidence")["complete"], crawl.line("求助")["complete"]) == (0, 1)
    assert read_warc(tmp_path / "weibo_search.warc.gz")
