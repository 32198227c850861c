"""A night that was refused is made up for by the next; a host that refused is left alone meanwhile; all is kept."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from crawler.replica.world import load_world
from pipeline.demo import WORLD_DIR, replica_at
from tests.process.home import Home, Said
from tests.process.trials import set_walls

pytestmark = pytest.mark.slow

NIGHT_1 = "2024-07-09T02:00:00+08:00"
NIGHT_2 = "2024-07-10T02:00:00+08:00"
SOON_AFTER = "2024-07-10T02:10:00+08:00"
NIGHT_3 = "2024-07-11T02:00:00+08:00"
KEYWORDS = ("求助", "求扩散")


@dataclass(frozen=True, slots=True)
class Nights:
    """Four nights of one installation: good, behind a wall, ten minutes later without the wall, a day later."""

    home: Home
    said: dict[str, Said]
    manners: dict[str, dict[str, object]]

    def sources(self, night: str) -> dict[tuple[str, str], dict[str, object]]:
        """What the ledger says of a night, by source and query."""
        run_id = self.run_id(night)
        rows = self.home.rows("SELECT * FROM run_sources WHERE run_id = ?", run_id)
        return {(row["source"], row["query"]): row for row in rows}

    def run_id(self, night: str) -> str:
        """The run of a night."""
        return f"nightly-{datetime.fromisoformat(night).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _set_clock(base_url: str, moment: str) -> None:
    request = Request(f"{base_url}/__replica__/clock", data=moment.encode(), method="POST")  # noqa: S310 loopback
    with urlopen(request, timeout=10) as answer:  # noqa: S310 loopback
        answer.read()


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """The four nights, once. The window is shorter than the time between two nights, so nothing hides the hole."""
    home = Home(tmp_path_factory.mktemp("holes"))
    said, manners = {}, {}
    with replica_at(datetime.fromisoformat(NIGHT_1)) as base_url:
        (home.folder / "houxu.toml").write_text(
            f'workers = 1\n[crawl]\nbase_url = "{base_url}"\nkeywords = {json.dumps(KEYWORDS, ensure_ascii=False)}\n'
            'delay_seconds = 0\nwindow_hours = 12\nspiders = ["weibo_search"]\n',
            encoding="utf-8",
        )
        for night, walls in ((NIGHT_1, ()), (NIGHT_2, ("432",)), (SOON_AFTER, ()), (NIGHT_3, ())):
            _set_clock(base_url, night)
            set_walls(base_url, *walls)
            said[night] = home.run("nightly", "--log-json", "--now", night)
            hosts = json.loads((home.folder / "var" / "manners.json").read_text(encoding="utf-8"))["hosts"]
            (manners[night],) = hosts.values()
        yield Nights(home, said, manners)


def test_the_night_after_a_wall_finds_all_that_was_published_behind_it(nights: Nights) -> None:
    """Pleas published while we were shut out would never be seen, because the next night looks back half a day only."""
    world = load_world(WORLD_DIR)
    before = set(world.at(datetime.fromisoformat(NIGHT_1)).posts)
    during = world.at(datetime.fromisoformat(NIGHT_2)).posts
    pleas = {
        f"weibo:{native}"
        for native, post in during.items()
        if native not in before and not post.gone and any(word in post.text for word in KEYWORDS)
    }
    known = set(nights.home.values("SELECT post_id FROM posts WHERE text IS NOT NULL"))
    after = world.at(datetime.fromisoformat(NIGHT_3)).posts
    still_there = {post_id for post_id in pleas if not after[post_id.removeprefix("weibo:")].gone}
    assert len(still_there) >= 5
    assert still_there <= known
    assert nights.said[NIGHT_3].code == 0, nights.said[NIGHT_3].err


def test_a_refused_night_says_so_and_the_host_rests(nights: Nights) -> None:
    """A host that told us to stop would be asked again by the next process that starts."""
    assert nights.said[NIGHT_1].code == 0
    assert nights.said[NIGHT_2].code == 1
    assert nights.manners[NIGHT_2]["rest_until"] == "2024-07-10T02:30:00+08:00"
    assert nights.manners[NIGHT_2]["reason"] == "http 432"
    assert nights.said[SOON_AFTER].code == 1
    for keyword in KEYWORDS:
        row = nights.sources(SOON_AFTER)["weibo_search", keyword]
        assert (row["complete"], row["seen"]) == (0, 0)
        assert "cool-down until 2024-07-10T02:30+08:00 after http 432" in str(row["note"])
    assert nights.manners[SOON_AFTER] == nights.manners[NIGHT_2], "it was asked, or its rest was made longer"
    assert "cool-down" in nights.said[SOON_AFTER].err


def test_a_good_night_ends_the_doubling(nights: Nights) -> None:
    """One bad night would be held against a host for ever."""
    assert nights.manners[NIGHT_3]["rest_until"] is None
    assert nights.manners[NIGHT_3]["rest_minutes"] == 0


def test_every_step_is_a_line_of_json(nights: Nights) -> None:
    """A log collector would meet lines that it cannot read, or miss a step."""
    lines = [json.loads(line) for line in nights.said[NIGHT_3].out.splitlines()]
    assert [line["step"] for line in lines[:-1]] == [
        "crawl weibo_search",
        "read weibo_search",
        "pictures after weibo_search",
        "link after weibo_search",
        "retention",
        "evidence",
    ]
    assert {line["run"] for line in lines} == {nights.run_id(NIGHT_3)}
    assert (lines[-1]["event"], lines[-1]["outcome"], lines[-1]["holes"]) == ("end", "done", [])
    assert json.loads(nights.said[NIGHT_2].out.splitlines()[-1])["outcome"] == "partial"


def test_metrics_of_the_last_night_can_be_collected(nights: Nights) -> None:
    """An alarm on a night that saw nothing would never ring."""
    path = nights.home.folder / "var" / "metrics.prom"
    families = {family.name: family for family in text_string_to_metric_families(path.read_text(encoding="utf-8"))}
    values = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in families.values()
        for sample in family.samples
    }
    started = datetime.fromisoformat(NIGHT_3).timestamp()
    assert values["houxu_night_started_timestamp_seconds",] == started
    assert values["houxu_night_outcome", "done"] == 1
    assert values["houxu_night_outcome", "partial"] == 0
    row = nights.sources(NIGHT_3)["weibo_search", "*"]
    for field in ("requested", "seen", "new", "changed", "refused", "complete"):
        assert values[f"houxu_source_{field}", "weibo_search"] == row[field], field
    assert values["houxu_recheck_orders", "left"] == 0
    assert values["houxu_query_complete", *sorted(("weibo_search", "求助"))] == 1
    assert values["houxu_cases", "open"] == nights.home.values("SELECT COUNT(*) FROM cases WHERE status = 'open'")[0]
    assert values["houxu_stale_posts",] == nights.home.values("SELECT SUM(stale_count) FROM cases")[0]
    assert values["houxu_cases_to_review",] == nights.home.values("SELECT SUM(needs_review) FROM cases")[0]
    assert all(family.documentation and family.type == "gauge" for family in families.values())


def test_the_evidence_of_all_nights_is_sound_until_somebody_touches_it(nights: Nights) -> None:
    """Nobody could tell whether what the desk shows is what the site said."""
    sound = nights.home.run("verify", "--json")
    told = json.loads(sound.out)
    assert (sound.code, told["problems"], told["unlisted"]) == (0, [], 0)
    last = json.loads(nights.said[NIGHT_3].out.splitlines()[-1])
    assert told["last_hash"] == last["evidence"]
    warcs = sorted(nights.home.spool.glob("*/*.warc.gz"))
    assert len(warcs) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in warcs} == {0o600}


def test_the_doctor_names_the_hole_and_the_rest(nights: Nights, tmp_path: Path) -> None:
    """The operator would find out from the news that a night saw nothing."""
    from tests.night.copies import copy_home

    home = copy_home(nights.home, tmp_path)
    with_hole = home.run("doctor", "--offline", "--now", "2024-07-11T08:00:00+08:00")
    findings = [line for line in with_hole.out.splitlines() if line.startswith("✗")]
    assert [finding.partition("：")[0] for finding in findings] == ["✗ 复查 re-check"], with_hole.out  # not switched on
    manners = home.folder / "var" / "manners.json"
    manners.write_text(json.dumps({"hosts": {"m.example": nights.manners[NIGHT_2]}}), encoding="utf-8")
    resting = home.run("doctor", "--offline", "--now", SOON_AFTER)
    assert resting.code == 1
    assert "m.example" in resting.out
    assert "2024-07-10T02:30" in resting.out
