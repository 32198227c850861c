"""The doctor on sources, on cases that nobody looks at again, and on pictures that nobody reads."""

from __future__ import annotations

import pytest

from pipeline.doctor.pictures import check_pictures
from pipeline.store.database import open_store
from tests.doctor.well import Host, configure, examine
from tests.process.home import Home, observed


def write_sources(home: Home, text: str) -> None:
    var = home.folder / "var"
    var.mkdir(exist_ok=True)
    (var / "sources.toml").write_text(text, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spiders", "sources", "told", "fix"),
    [
        (["weibo_search", "weibo_serch"], "", "no such spider: weibo_serch", "docs/spiders.md"),
        (["feed"], "", "feed: no urls", "docs/spiders.md"),
        (["feed"], '[feed]\n\nurls = ["ftp://x.example/f"]\n', "sources.toml:3: urls: ", "docs/spiders.md"),
        (
            ["feed"],
            '[feed]\nurls = ["https://x.example/f"]\nurl = 1\n',
            "sources.toml:3: url: Extra",
            "docs/spiders.md",
        ),
        (["weibo_search"], "[feeds]\nurls = []\n", "sources.toml:1: no such spider: feeds", "docs/spiders.md"),
        (
            ["weibo_search"],
            '\n[tieba]\nthreads = ["https://tieba.baidu.com/p/1"]',
            "sources.toml:2: [tieba]",
            "spiders",
        ),
        (["weibo_search"], '\n[tieba]\nthreads = ["x"]', "sources.toml:3: threads: ", "docs/spiders.md"),
        (["weibo_api"], "", "weibo_api: no token", "docs/spiders.md"),
    ],
)
def test_a_source_that_would_not_start_is_named_with_file_and_line(
    well: Home, host: Host, spiders: list[str], sources: str, told: str, fix: str
) -> None:
    """A slip in the sources would come to light at two in the morning, or never: a spider that asks nothing."""
    configure(well, host, contact="desk@example.org", spiders=spiders)
    if sources:
        write_sources(well, sources)
    said = examine(well, "--offline")
    (line,) = [line for line in said.out.splitlines() if line.startswith("✗ 来源")]
    assert said.code == 1
    assert told in line
    assert fix in line.partition(" → ")[2]


@pytest.mark.slow
def test_sources_that_are_right_are_no_finding(well: Home, host: Host) -> None:
    """An operator who did everything right would look for a fault."""
    configure(well, host, contact="desk@example.org", spiders=["weibo_search", "weibo_recheck", "feed", "tieba"])
    write_sources(well, '[feed]\nurls = ["https://x.example/f"]\n[tieba]\nthreads = ["https://tieba.baidu.com/p/1"]\n')
    said = examine(well, "--offline")
    assert said.code == 0, said.out
    assert "来源 sources：weibo_search、weibo_recheck、feed、tieba" in said.out


def test_cases_that_nobody_looks_at_again_are_named(well: Home, host: Host) -> None:
    """Pleas that came by an import from a board would stay open for ever, and the operator would not know why."""
    line = observed("77", "求助：望溪区石埠里老人氧气只够用到今晚，电话 13900007777", author_id="u9")
    well.settle(line | {"platform": "liuyan"})
    (finding,) = [one for one in examine(well, "--offline").out.splitlines() if one.startswith("✗ 复查")]
    assert "liuyan 上 1 个" in finding
    assert "spiders += liuyan / board" in finding


@pytest.mark.parametrize(
    ("missing", "waiting", "told", "fix"),
    [
        ([], 0, "none waits", ""),
        ([], 2, "2 张图等着读", "houxu process"),
        (["rapidocr"], 0, "without the ocr extra", ""),
        (["rapidocr"], 2, "2 张图没有读", "pip install 'houxu[ocr]'"),
    ],
)
def test_pictures_that_nobody_reads_are_named(
    home: Home, monkeypatch: pytest.MonkeyPatch, missing: list[str], waiting: int, told: str, fix: str
) -> None:
    """Screenshots would pile up unread, and every plea in them be missed, without a word."""
    monkeypatch.setattr("pipeline.doctor.pictures.missing_packages", lambda: missing)
    monkeypatch.setattr("pipeline.doctor.pictures.count_unread", lambda _store: waiting)
    store = open_store(home.db)
    finding = check_pictures(store)
    store.close()
    assert told in finding.told
    assert fix in finding.fix
    assert finding.is_fine == (not fix)
