"""The spiders of the other sites against the replica: one world, told alike by every surface."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import NIGHT_1, NIGHT_2, Crawl, make_orders, read_crawl, run_crawls
from site_plans import SITE_SPIDERS, write_sources

from crawler.replica.server import Replica
from crawler.replica.world import World
from pipeline.intake.parse import Parser
from pipeline.settings import ImportSettings
from pipeline.text.html import html_to_text

pytestmark = pytest.mark.slow

Serve = Callable[..., Replica]
START = "2024-07-08T02:00:00+08:00"
KNOWN_PAST = "2024-07-08T23:45:00+08:00"


class Plan:
    """Crawls to be run in one process, each against a replica of its own."""

    def __init__(self, world: World, serve: Serve, ids: dict[str, str], folder: Path) -> None:
        self._world, self._serve, self._ids, self._folder = world, serve, ids, folder
        self.jobs: dict[str, tuple[str, dict[str, str]]] = {}
        self.replicas: dict[str, Replica] = {}

    def add(self, name: str, spider: str, now: str, facts: str = "", form: str = "rss", **orders: str) -> None:
        """Plan a crawl."""
        replica = self._serve(self._world, now)
        replica.set_facts(*facts.split())
        folder = self._folder / name.replace(" ", "-")
        sources = write_sources(folder, replica.url, self._ids, form)
        if section := orders.pop("section", ""):
            path = Path(sources["HOUXU_SOURCES"])
            path.write_text(path.read_text(encoding="utf-8").replace(f"[{spider}]", f"[{spider}]\n{section}"), "utf-8")
        self.replicas[name] = replica
        self.jobs[name] = (spider, make_orders(replica, folder, now, **({"window_start": START} | orders)) | sources)

    def run(self) -> dict[str, Crawl]:
        """What each crawl left."""
        run_crawls(list(self.jobs.values()))
        return {name: read_crawl(Path(orders["HOUXU_SPOOL"]), spider) for name, (spider, orders) in self.jobs.items()}


def write_targets(path: Path, platform: str, *native_ids: str) -> str:
    """A file of targets on one platform."""
    lines = [json.dumps({"platform": platform, "id": native_id, "author_id": None}) for native_id in native_ids]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


# Further crawls: name, spider, night, facts of the replica, and orders that differ from what all others have.
FURTHER: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    ("mobile", "weibo_search", NIGHT_2, "", {"keywords": "求助"}),
    ("feed atom", "feed", NIGHT_2, "", {"form": "atom"}),
    ("feed json", "feed", NIGHT_2, "", {"form": "json"}),
    ("pc split", "weibo_pc_search", NIGHT_1, "pc_page_posts=4 pc_pages=3", {"section": "split_pages = 3"}),
    ("pc capped", "weibo_pc_search", NIGHT_1, "pc_page_posts=4 pc_pages=3", {"section": "split_pages = 50"}),
    (
        "pc no region",
        "weibo_pc_search",
        NIGHT_1,
        "pc_page_posts=4 pc_pages=3 pc_region=off",
        {"section": "split_pages=3"},
    ),
    ("pc nothing", "weibo_pc_search", NIGHT_1, "", {"section": 'keywords = ["没有人写过的词"]'}),
    ("pc one of two", "weibo_pc_search", NIGHT_1, "", {"section": 'keywords = ["没有人写过的词", "求扩散"]'}),
    ("topic known", "weibo_supertopic", NIGHT_1, "", {"window_start": "2024-07-08T23:59:00+08:00"}),
    ("liuyan data", "liuyan", NIGHT_1, "liuyan_envelope=data", {}),
    ("liuyan place", "board", NIGHT_1, "", {"section": 'keywords = ["585"]'}),
    ("rednet unix", "rednet", NIGHT_1, "rednet_times=unix", {}),
    ("rednet known", "rednet", NIGHT_1, "", {"window_start": KNOWN_PAST}),
    ("rednet answered", "rednet", NIGHT_1, "", {"window_start": "2024-07-08T22:38:00+08:00"}),
    ("rednet titles", "rednet", NIGHT_1, "", {"section": "details = false"}),
    ("tieba all", "tieba", NIGHT_1, "tieba_page_floors=10", {"section": "only_author = false"}),
    ("tieba gone", "tieba", NIGHT_2, "", {"section": "trust_unverified = true"}),
)


@pytest.fixture(scope="module")
def plan(world: World, serve: Serve, ids: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """All crawls of this module."""
    folder = tmp_path_factory.mktemp("sites")
    plan = Plan(world, serve, ids, folder)
    posts = write_targets(folder / "weibo.jsonl", "weibo", *(ids[one] for one in ("p003", "p006", "p007", "p010")))
    for spider in SITE_SPIDERS:
        plan.add(spider, spider, NIGHT_2, **({"targets": posts} if spider == "weibo_api" else {}))
    for name, spider, now, facts, orders in FURTHER:
        plan.add(name, spider, now, facts, **orders)
    for spider, prefix in (("liuyan", ""), ("rednet", ""), ("board", "lanzhou-")):
        targets = write_targets(folder / f"{spider}.jsonl", spider, prefix + ids["p003"], prefix + ids["p007"])
        plan.add(f"{spider} again", spider, NIGHT_2, targets=targets, section='keywords = ["没有人写过的词"]')
    place = Path(plan.jobs["liuyan place"][1]["HOUXU_SOURCES"])
    place.write_text(place.read_text(encoding="utf-8").replace("sample_board", "liuyan_place"), encoding="utf-8")
    host = plan.replicas["mastodon"].url.removeprefix("http://")
    statuses = write_targets(folder / "mastodon.jsonl", "mastodon", *(f"{host}/{ids[one]}" for one in ("p007", "p002")))
    plan.jobs["mastodon"][1]["HOUXU_TARGETS"] = statuses
    return plan


@pytest.fixture(scope="module")
def crawls(plan: Plan) -> dict[str, Crawl]:
    """What they left."""
    return plan.run()


Crawls = dict[str, Crawl]


def find(crawl: Crawl, ending: str) -> dict[str, Any]:
    """The observation of a native id, however its site writes it."""
    return next(line for line in crawl.observations if line["id"].endswith(ending))


def squeeze(text: str) -> str:
    """What a reader sees, without blanks; of a repost in a feed only its own words."""
    return re.sub(r"\s|\u200b", "", html_to_text(text)).partition("//@")[0]


SURFACES = ("weibo_pc_search", "weibo_supertopic", "weibo_api", "mastodon", "liuyan", "rednet", "board", "tieba")


@pytest.mark.parametrize("surface", ["mobile", "feed", "feed atom", "feed json", *SURFACES])
def test_every_surface_tells_the_same(surface: str, crawls: Crawls, world: World) -> None:
    """A post that is seen on two surfaces would look edited, or written at another time, and nobody touched it."""
    scene = world.at(datetime.fromisoformat(NIGHT_2))
    told = 0
    for line in crawls[surface].observations:
        post = scene.posts.get(re.sub(r"^.*[/-]", "", line["id"]))
        if post is None or line["availability"] != "visible":
            continue
        told += 1
        assert squeeze(line["text"]) == squeeze(post.text), post.symbol
        written = datetime.fromisoformat(line["posted_at"])
        assert written == post.posted_at, post.symbol
        assert line["author_id"] is None or post.author.user_id in line["author_id"]
        assert line["author_name"] in (None, post.author.screen_name)
    assert told >= (1 if surface == "tieba" else 2)


def test_every_observation_is_taken_in_by_an_import(crawls: Crawls) -> None:
    """What a spider saw would be rejected the same night, for an id, a time or a platform that nobody expected."""
    parser = Parser(ImportSettings(), datetime.fromisoformat(NIGHT_2))
    lines = [line for name, crawl in crawls.items() if name != "mobile" for line in crawl.observations]
    assert len(lines) > 100
    for line in lines:
        assert parser.parse(json.dumps(line).encode()).id == line["id"]


def test_same_post_is_the_same_post_on_weibos_surfaces(crawls: Crawls, ids: dict[str, str]) -> None:
    """A post found by feed, PC and mobile would be three posts."""
    found = [set(crawls[name].availabilities()) for name in ("mobile", "feed", "weibo_pc_search")]
    assert {ids["p003"], ids["p006"], ids["p020"]} <= found[0] & found[2]
    assert {ids["p006"], ids["p020"]} <= found[1]


@pytest.mark.parametrize("spider", [one for one in SITE_SPIDERS if one not in ("feed", "tieba")])
def test_covered_window_is_complete(spider: str, crawls: Crawls) -> None:
    """A night that saw everything would be reported as one with a hole, until nobody believes the report."""
    ledger = crawls[spider].ledger
    assert all(line["complete"] for line in ledger[:-1] if line["query"] != "targets"), ledger
    assert ledger[-1]["finished"] is True


def test_pc_search_keeps_reposts_and_long_texts_whole(crawls: Crawls, ids: dict[str, str]) -> None:
    """A plea that the search page cuts would be stored without its phone number, or a repost without its origin."""
    crawl = crawls["weibo_pc_search"]
    assert find(crawl, ids["p020"])["repost_of"] == ids["p003"]
    assert "姓桂" in find(crawl, ids["p003"])["text"]
    assert all("展开" not in line["text"] and "收起" not in line["text"] for line in crawl.observations)


def test_pc_search_splits_what_the_site_would_not_show(crawls: Crawls, plan: Plan) -> None:
    """On the worst days, when a search has more results than pages, most pleas would never be found."""
    whole, capped, unsplit = (crawls[name] for name in ("pc split", "pc capped", "pc no region"))
    shown = {line["id"] for line in capped.observations}
    assert shown < {line["id"] for line in whole.observations}
    assert whole.line("求助")["complete"] == 1
    assert unsplit.line("求助")["complete"] == 0
    assert "not split any further" in unsplit.line("求助")["note"]
    assert plan.replicas["pc split"].asked["pcsearch"] > plan.replicas["pc capped"].asked["pcsearch"]


def test_pc_search_without_results_is_proven_by_another_keyword_only(crawls: Crawls) -> None:
    """A search that is quietly limited would look like a quiet day."""
    assert crawls["pc nothing"].line("没有人写过的词")["complete"] == 0
    in_company = crawls["pc one of two"]
    assert in_company.line("没有人写过的词")["complete"] == 1
    assert "nothing found" in in_company.line("没有人写过的词")["note"]


def test_supertopic_stops_at_the_known_past(plan: Plan, crawls: Crawls) -> None:
    """A night would page through all of a topic's history."""
    assert plan.replicas["topic known"].asked["supertopic"] == 1
    (line,) = [line for line in crawls["topic known"].ledger if line["query"].startswith("100808")]
    assert line["complete"] == 1


def test_api_tells_gone_from_private_and_brings_comments(crawls: Crawls, ids: dict[str, str]) -> None:
    """A post that is only hidden would be taken for deleted, or the author's word in a comment would be missed."""
    crawl = crawls["weibo_api"]
    assert find(crawl, ids["p007"])["availability"] == "not_found"
    assert find(crawl, ids["p010"])["availability"] == "hidden_by_author"
    assert (find(crawl, ids["c003"])["author_id"], find(crawl, ids["c003"])["reply_to"]) == ("2100000001", ids["p003"])
    assert find(crawl, ids["c001"])["author_kind"] == "official"
    assert find(crawl, ids["c002"])["author_name"] is None
    assert find(crawl, ids["p006"])["edited_at"] == "2024-07-09T09:30:00+08:00"


def test_mastodon_reads_edits_and_authors_answers(crawls: Crawls, ids: dict[str, str]) -> None:
    """An author's "it arrived" below their own post would be missed; strangers' answers would be kept for nothing."""
    crawl = crawls["mastodon"]
    answer = find(crawl, ids["c003"])
    assert answer["reply_to"].endswith(ids["c001"])
    assert find(crawl, ids["p006"])["edited_at"] == "2024-07-09T01:30:00+00:00"
    assert not any(line["id"].endswith(ids["c002"]) for line in crawl.observations)
    assert find(crawl, ids["p007"])["availability"] == "not_found"
    assert find(crawl, ids["p002"])["text"]


@pytest.mark.parametrize("surface", ["liuyan", "rednet", "board", "liuyan place", "rednet unix", "liuyan data"])
def test_boards_bring_official_replies_and_states(surface: str, crawls: Crawls, ids: dict[str, str]) -> None:
    """What an office answered would be lost, or would pass for the author's own word."""
    crawl = crawls[surface]
    post = find(crawl, ids["p003"])
    about = [line for line in crawl.observations if line["reply_to"] == post["id"]]
    assert {line["author_kind"] for line in about} == {"official"}
    assert all(line["author_id"] and line["author_name"] for line in about)
    words = [html_to_text(line["text"]).strip() for line in about]
    assert "您好，已转交街道核实，请保持电话畅通。" in words
    assert {"【办理状态】办理中", "【办理状态】正在办理"} & set(words)
    (reply,) = [line for line in about if not line["id"].endswith(":state")]
    assert datetime.fromisoformat(reply["posted_at"]) == datetime.fromisoformat("2024-07-08T22:40:00+08:00")


def test_board_without_an_answer_has_no_state(crawls: Crawls, ids: dict[str, str]) -> None:
    """A letter that waits would look as if somebody were at work on it."""
    waiting = find(crawls["rednet"], ids["p006"])["id"]
    assert not any(line["reply_to"] == waiting for line in crawls["rednet"].observations)


def test_board_stops_at_the_known_past(crawls: Crawls, plan: Plan) -> None:
    """A night would ask for the page of every letter again."""
    crawl = crawls["rednet known"]
    assert crawl.line("rednet 求助")["complete"] == 1
    posted = [line["posted_at"] for line in crawl.observations if line["reply_to"] is None]
    assert posted
    assert min(map(datetime.fromisoformat, posted)) >= datetime.fromisoformat(KNOWN_PAST)
    assert plan.replicas["rednet known"].asked["rednet"] < plan.replicas["rednet unix"].asked["rednet"]


def test_new_answer_to_an_old_letter_is_read(crawls: Crawls, ids: dict[str, str]) -> None:
    """What an office answers days later would never be read, since the letter is known."""
    old = find(crawls["rednet answered"], ids["p003"])
    assert datetime.fromisoformat(old["posted_at"]) < datetime.fromisoformat("2024-07-08T22:38:00+08:00")
    assert any(line["reply_to"] == old["id"] for line in crawls["rednet answered"].observations)


def test_title_alone_is_marked_as_cut(crawls: Crawls, ids: dict[str, str]) -> None:
    """The whole letter, read a night later, would look like an edit of its title."""
    assert find(crawls["rednet titles"], ids["p003"])["text"].endswith("...全文")


@pytest.mark.parametrize("spider", ["liuyan", "rednet", "board"])
def test_board_looks_again_at_targets(spider: str, crawls: Crawls, ids: dict[str, str]) -> None:
    """An office's answer to a letter that has left the list would never be read; a missing page would mean "gone"."""
    crawl = crawls[f"{spider} again"]
    assert any(line["author_kind"] == "official" for line in crawl.observations)
    assert find(crawl, ids["p007"])["availability"] == ("not_found" if spider == "board" else "blocked")


def test_tieba_reads_the_author_only(crawls: Crawls, ids: dict[str, str]) -> None:
    """A stranger's floor would be taken for the author's, or be stored with a name that nobody needs."""
    authors = {line["author_id"] for line in crawls["tieba"].observations if line["text"]}
    assert authors == {"2100000001"}
    everybody = crawls["tieba all"]
    assert find(everybody, ids["c002"])["author_name"] is None
    assert find(everybody, ids["c030"])["author_id"] == "2100000003"  # on the third page
    assert find(everybody, ids["c030"])["reply_to"] == ids["p007"]


def test_unverified_tombstone_counts_only_where_the_operator_says_so(crawls: Crawls, ids: dict[str, str]) -> None:
    """A sentence that nobody has seen on the wire would take a plea away."""
    assert find(crawls["tieba"], ids["p007"])["availability"] == "blocked"
    assert find(crawls["tieba gone"], ids["p007"])["availability"] == "not_found"
