"""What an operator orders of the other sites: files, arguments, their errors, and the token that nobody may see."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import NIGHT_1, ROOT, make_orders, run_scrapy
from site_plans import SITE_SPIDERS, write_sources

from crawler.boards.asking import fill_call, sign_liuyan
from crawler.boards.description import BOARDS_DIR, load_board
from crawler.datatables import DATA_DIR, DataError, read_rows
from crawler.orders import OrderError
from crawler.replica.facts import list_facts, read_facts
from crawler.replica.server import Replica
from crawler.replica.world import World
from crawler.sources import SECTIONS, ApiSection, BoardsSection, FeedSection, read_section


@pytest.fixture
def sources(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a file of sources."""

    def write(text: str) -> Path:
        path = tmp_path / "sources.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[feed]\nurls = ["ftp://x"]', "sources.toml:2: urls"),
        ('[mastodon]\ntags = []\n\n[feed]\n# addresses\nurl = ["https://x.example/f"]', "sources.toml:6: url"),
        ("[feeds]\n", "sources.toml:1: no such spider: feeds"),
        ("feed = 1\n", "feed must be a section"),
        ("[feed]\nurls = [\n", "sources.toml: "),
        ('[weibo_supertopic]\ntopics = ["100808xyz"]', "sources.toml:2: topics"),
    ],
)
def test_wrong_sources_are_one_line_with_its_place(text: str, told: str, sources: Callable[[str], Path]) -> None:
    """A slip in the file would be a traceback, or a source that is quietly never asked."""
    name = "weibo_supertopic" if "supertopic" in text else "feed"
    with pytest.raises(OrderError) as error:
        read_section(sources(text), name, SECTIONS[name], {})
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_arguments_are_put_over_the_file(sources: Callable[[str], Path]) -> None:
    """`scrapy crawl feed -a urls=…` would ask the sources of the file, or both."""
    path = sources('[feed]\nurls = ["https://a.example/f"]\n')
    read = read_section(path, "feed", FeedSection, {"urls": "https://b.example/f | https://c.example/f"})
    assert read.urls == ("https://b.example/f", "https://c.example/f")
    with pytest.raises(OrderError, match=r"^-a url: "):
        read_section(path, "feed", FeedSection, {"url": "https://b.example/f"})


def test_files_are_looked_for_beside_the_file_that_names_them(sources: Callable[[str], Path], tmp_path: Path) -> None:
    """A night would look for the operator's token and boards in the folder where houxu is installed."""
    path = sources('[weibo_api]\ntoken_file = "weibo.token"\n[board]\nboards = ["sample_board", "own/district.toml"]')
    assert read_section(path, "weibo_api", ApiSection, {}).token_file == str(tmp_path / "weibo.token")
    assert read_section(path, "weibo_api", ApiSection, {"token_file": "here"}).token_file == "here"
    assert read_section(path, "board", BoardsSection, {}).boards == (
        "sample_board",
        str(tmp_path / "own/district.toml"),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spider", "orders", "told"),
    [
        ("feed", {}, "feed: no urls"),
        ("mastodon", {}, "mastodon: no tags"),
        ("board", {"HOUXU_KEYWORDS": "求助"}, "board: no boards"),
        ("liuyan", {}, "liuyan: no keywords"),
        ("weibo_api", {"HOUXU_CONTACT": "ops@example.org"}, "weibo_api: no token"),
    ],
)
def test_missing_sources_are_one_line_and_exit_code_2(
    spider: str, orders: dict[str, str], told: str, tmp_path: Path
) -> None:
    """A night would start a spider that has nothing to ask, and call that a night without a hole."""
    base = {"HOUXU_BASE_URL": "http://127.0.0.1:9", "HOUXU_SPOOL": str(tmp_path), "LOG_LEVEL": "ERROR"}
    code, said = run_scrapy(spider, base | {"HOUXU_MANNERS": str(tmp_path / "manners.json")} | orders)
    assert code == 2
    assert told in said
    assert "Traceback" not in said
    assert not list(tmp_path.glob("*.jsonl*"))


@pytest.mark.slow
def test_beyond_loopback_a_contact_is_wanted(tmp_path: Path) -> None:
    """The operator of a site would not know whom to call."""
    command = [sys.executable, "-m", "scrapy", "crawl", "feed", "-a", "urls=https://help.example/feed"]
    settings = ["-s", "HOUXU_BASE_URL=http://127.0.0.1:9", "-s", f"HOUXU_SPOOL={tmp_path}", "-s", "LOG_LEVEL=ERROR"]
    done = subprocess.run([*command, *settings], cwd=ROOT, text=True, capture_output=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "HOUXU_CONTACT is missing" in done.stderr
    assert "help.example" in done.stderr


@pytest.mark.slow
def test_token_is_in_no_log_and_no_evidence(
    world: World, serve: Callable[..., Replica], ids: dict[str, str], tmp_path: Path
) -> None:
    """Whoever reads a log or the evidence could speak in the operator's name."""
    replica = serve(world, NIGHT_1)
    orders = make_orders(replica, tmp_path, NIGHT_1, targets=str(tmp_path / "targets.jsonl"))
    orders |= write_sources(tmp_path / "sources", replica.url, ids) | {"LOG_LEVEL": "DEBUG"}
    line = {"platform": "weibo", "id": ids["p003"], "author_id": None}
    (tmp_path / "targets.jsonl").write_text(json.dumps(line), encoding="utf-8")
    token = (tmp_path / "sources" / "token").read_text(encoding="ascii").strip()
    code, said = run_scrapy("weibo_api", orders)
    assert code == 0
    assert "/2/statuses/show.json" in said
    evidence = gzip.decompress((tmp_path / "weibo_api.warc.gz").read_bytes()).decode("utf-8", "replace")
    kept = "".join(path.read_text(encoding="utf-8", errors="replace") for path in tmp_path.glob("*.jsonl"))
    assert "statuses/show.json" in evidence
    assert all(token not in text for text in (said, evidence, kept))


def test_every_spider_has_its_section() -> None:
    """A spider's orders could not be given, or be given to nobody."""
    assert set(SECTIONS) == set(SITE_SPIDERS)


def test_example_of_the_docs_is_right() -> None:
    """An operator who begins with the page's example would begin with an error."""
    page = (ROOT / "docs" / "spiders.md").read_text(encoding="utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    written = tomllib.loads(example)
    assert set(written) == set(SECTIONS)
    for name, section in SECTIONS.items():
        assert section.model_validate(written[name]) != section()


# Boards


@pytest.mark.parametrize("path", sorted(BOARDS_DIR.glob("*.toml")), ids=lambda path: path.stem)
def test_boards_are_described_rightly(path: Path) -> None:
    """A board that ships with houxu would fail on its first night."""
    board = load_board(path.stem)
    assert board.source
    assert board.reply.items
    assert board.states


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('format = "html"', 'format = "xml"', ":8: format"),
        ("rows = 10", "rows = 0", ":17: list.rows"),
        ('id = "a.title::attr(href)"', 'name = "x"', ": item.name: Extra inputs"),
        ('id_prefix = "lanzhou"', 'id_prefix = ""', "id_prefix must keep"),
        ("[list]", "[list", "sample.toml: "),
        ('items = "li.letter"', 'items = "li..letter"', ":14: list.items: "),
        ('text = "p.words"', 'text = "p::nothing(x)"', ": item.text: "),
        ('id_pattern = "/show/(\\\\d+)"', 'id_pattern = "/show/"', ": item.id_pattern: no group"),
        ('format = "html"', 'format = "json"', ":15: list.total: "),
        ('path = "/helpboard/list?q={keyword}&page={page}"', 'path = "/x"\nbody = "{\\"a\\":"', ": list.body: "),
    ],
)
def test_wrong_board_is_one_line_with_its_place(old: str, new: str, told: str, tmp_path: Path) -> None:
    """A slip in a board's description would read nothing, night after night."""
    text = (BOARDS_DIR / "sample_board.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "sample.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(OrderError) as error:
        load_board(str(path))
    assert told in str(error.value)
    assert str(path) in str(error.value)


def test_signature_is_the_one_that_was_recorded() -> None:
    """领导留言板 would answer "wrong format" to everything (the salt is that of platforms.md §11.1)."""
    parameters = '{"tid":"1"}'
    envelope = json.loads(sign_liuyan("PC42ce3bfa4980a9", "/v1/threads/content?x=1", parameters))
    assert envelope["param"] == parameters
    # md5("/v1/threads/content" + '{"tid":"1"}' + "a2eb17f65d6f4b3f"), computed apart from this code
    assert envelope["signature"] == "5c3ed99197ae5a110b99db5a091d34d4"


@pytest.mark.parametrize("keyword", ['求"助', "a&b=c", "{page}", "\\", "求助\n"])
def test_keyword_cannot_break_out_of_its_place(keyword: str) -> None:
    """A keyword with a quote would change the question, or make it unreadable."""
    board = load_board("rednet")
    asking = fill_call(board, board.list, "https://x.example", {"keyword": keyword, "page": 2, "rows": 20})
    assert json.loads(asking.body) == {"search": keyword, "page": 2, "page_num": 20}


# Tables


@pytest.mark.parametrize("path", sorted((DATA_DIR / "crawler").glob("*.tsv")), ids=lambda path: path.stem)
def test_tables_have_rows_of_one_width(path: Path) -> None:
    """A fact would be read from the wrong column."""
    header = next(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    assert len(list(read_rows(path, header.split("\t")))) > 1


@pytest.mark.parametrize(
    ("text", "told"), [("a\tb\n1\n", "t.tsv:2: 1 fields"), ("a\n", "t.tsv:1: the header"), ("", "t.tsv:1: the header")]
)
def test_malformed_table_names_its_line(text: str, told: str, tmp_path: Path) -> None:
    """A slip in a table would be searched for by hand."""
    path = tmp_path / "t.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        list(read_rows(path, ("a", "b")))
    assert told in str(error.value)


def test_every_fact_of_the_replica_can_be_switched() -> None:
    """A fact that nobody has seen on the wire would be true for ever in all tests."""
    for name, choices in list_facts().items():
        for value in ("7",) if choices == ("number",) else choices:
            assert read_facts([f"{name}={value}"])[name] == value
    for wrong in ("moat=1", "pc_pages=many", "pc_region=maybe", "pc_pages"):
        with pytest.raises(ValueError, match=r"unknown fact|must be one of"):
            read_facts([wrong])
