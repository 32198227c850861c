"""Pictures of posts: fetched as politely as pages, named by content, never at the cost of words."""

from __future__ import annotations

import gzip
import hashlib
import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import NIGHT_1, Crawl, make_orders, read_crawl, run_crawls
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import Observation
from crawler.picturefiles import find_kind, find_picture, is_public, list_addresses, store_picture
from crawler.replica.server import Replica
from crawler.replica.surfaces import TINY_PNG
from crawler.replica.world import World
from crawler.seen import SeenAddresses
from crawler.spool import SpoolWriter, read_spool_lines
from crawler.waiting import WaitingWords
from crawler.weibo.mblog import read_pictures

SEARCH = "weibo_search"
JPEG = b"\xff\xd8\xff\xe0" + b"a leg out of focus" * 20
PAGE = b"<html><body>no picture here</body></html>"


@pytest.fixture(scope="module")
def crawls(
    world: World, serve: Callable[..., Replica], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Crawl, Replica, Path]]:
    """Crawls by name, each with the replica that it asked and its spool."""
    folder = tmp_path_factory.mktemp("pictures")
    for name in ("tree-1", "shot-p010", "roof-1", "roof-2"):
        (folder / f"{name}.png").write_bytes(JPEG if name != "roof-2" else PAGE)
    shown = tuple(
        {**event, "images": ["roof-1", "roof-2"]} if event.get("id") == "p003" else event for event in world.events
    )
    world = replace(world, events=shown, pictures=folder)
    manners = {"manners": str(folder / "manners.json")}
    plans: dict[str, tuple[World, tuple[str, ...], dict[str, str]]] = {
        "good": (world, (), manners),
        "none": (world, (), {"pictures": "0"}),
        "small": (world, (), {"picture_bytes": "100"}),
        "one": (world, (), {"pictures": "1"}),
        "walled": (world, ("418@picture",), {}),
    }
    spool = tmp_path_factory.mktemp("spool")
    replicas = {name: serve(one, NIGHT_1, *walls) for name, (one, walls, _) in plans.items()}
    run_crawls(
        [(SEARCH, make_orders(replicas[n], spool / n, NIGHT_1, keywords="求助", **p[2])) for n, p in plans.items()]
    )
    replicas["again"] = replicas["good"]
    run_crawls([(SEARCH, make_orders(replicas["again"], spool / "again", NIGHT_1, keywords="求助", **manners))])
    return {name: (read_crawl(spool / name, SEARCH), one, spool / name) for name, one in replicas.items()}


Crawls = dict[str, tuple[Crawl, Replica, Path]]


def with_pictures(crawl: Crawl) -> list[dict[str, object]]:
    """The observations that name pictures."""
    return [line for line in crawl.observations if line["images"]]


def test_pictures_lie_beside_the_spool_by_their_content(crawls: Crawls) -> None:
    """An import would look for a picture where none is, or two pictures would fight for one name."""
    crawl, _replica, spool = crawls["good"]
    name = f"pictures/{hashlib.sha256(JPEG).hexdigest()}.jpg"
    assert [line["images"] for line in with_pictures(crawl)] == [[name]] * 3
    assert (spool / name).read_bytes() == JPEG
    assert stat.S_IMODE((spool / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((spool / name).parent.stat().st_mode) == 0o700
    tally = crawl.line("pictures")
    assert (tally["requested"], tally["seen"], tally["refused"], tally["complete"]) == (4, 3, 0, 1)
    assert tally["note"] == "no picture"
    assert not list(spool.glob("*.waiting.gz"))


def test_no_address_is_left_in_the_spool(crawls: Crawls) -> None:
    """The contract promises paths relative to the file; an address would be taken for one."""
    for crawl, _replica, _spool in crawls.values():
        assert not [image for line in crawl.observations for image in line["images"] if ":" in str(image)]


def test_a_picture_is_asked_for_once_across_nights(crawls: Crawls) -> None:
    """Every night would fetch every picture again."""
    crawl, replica, _spool = crawls["again"]
    assert replica.asked["picture"] == 4 + 1  # what was no picture may be one by now
    assert not with_pictures(crawl)


def test_pictures_can_be_left_alone(crawls: Crawls) -> None:
    """An operator who wants no pictures would get them."""
    crawl, replica, spool = crawls["none"]
    assert replica.asked["picture"] == 0
    assert not (spool / "pictures").exists()
    assert len(crawl.observations) == len(crawls["good"][0].observations)


def test_what_is_too_large_stays_where_it_is(crawls: Crawls) -> None:
    """One film called a picture would fill the disk, or make every night incomplete."""
    crawl, _replica, spool = crawls["small"]
    assert not (spool / "pictures").exists()
    assert "larger than HOUXU_PICTURE_BYTES" in crawl.line("pictures")["note"]
    assert crawl.line("pictures")["complete"] == 1


def test_the_run_s_number_of_pictures_is_kept(crawls: Crawls) -> None:
    """A night would spend its day's requests on pictures, or not say that it left some out."""
    crawl, replica, _spool = crawls["one"]
    assert replica.asked["picture"] == 1
    assert crawl.line("pictures")["complete"] == 0
    assert "the run's number of pictures is reached" in crawl.line("pictures")["note"]


def test_a_wall_before_pictures_is_a_hole_and_costs_no_words(crawls: Crawls) -> None:
    """Being refused a picture would lose the plea above it, or pass for a picture that is gone."""
    crawl, _replica, _spool = crawls["walled"]
    assert len(crawl.observations) > 0
    assert crawl.line("pictures")["complete"] == 0
    assert crawl.line("pictures")["refused"] > 0
    assert not with_pictures(crawl)


def observe(number: int, **more: object) -> Observation:
    """An observation."""
    return Observation("weibo", str(number), datetime(2024, 7, 9, tzinfo=UTC), text=f"第{number}条", **more)  # type: ignore[arg-type]


def test_words_that_waited_for_pictures_survive_a_crash(tmp_path: Path) -> None:
    """kill -9 while a picture is on its way would lose what its post says."""
    killed = WaitingWords(tmp_path, "s")
    killed.add(observe(1).to_line())
    killed.add(observe(2).to_line())  # and now the process dies
    writer = SpoolWriter(tmp_path / "s.jsonl.gz")
    writer.append(observe(2, images=("pictures/x.png",)))
    writer.close()
    WaitingWords(tmp_path, "s").close()
    lines = [json.loads(line) for line in read_spool_lines(tmp_path / "s.jsonl.gz")]
    assert [(line["id"], line["images"]) for line in lines] == [("2", ["pictures/x.png"]), ("1", [])]
    assert not (tmp_path / "s.waiting.gz").exists()


@pytest.mark.parametrize(
    ("data", "kind"),
    [(TINY_PNG, "png"), (JPEG, "jpg"), (b"GIF89a..", "gif"), (b"RIFF....WEBPVP8 ", "webp"),
     (b"\0\0\0\x1cftypavif", "avif"), (b"\0\0\0\x1cftypheic", "heic"), (PAGE, None), (b"", None),
     (b"<svg xmlns=''/>", None), (b"\0\0\0\x1cftypisom", None), (gzip.compress(b"x"), None)],
)  # fmt: skip
def test_kinds_are_told_by_content(data: bytes, kind: str | None) -> None:
    """A page, a film or a script would be stored as a picture because its name or its header says so."""
    assert find_kind(data) == kind


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/a.png", "http://[::1]/a", "http://10.0.0.8/a", "http://169.254.169.254/latest", "http://router/a",
     "http://printer.local/a", "http://192.168.1.1:8080/a", "http://[broken/a", "https:///a"],
)  # fmt: skip
def test_addresses_of_our_own_network_are_not_public(url: str) -> None:
    """Whoever writes a post could have our crawler read what only our machine can reach."""
    assert not is_public(url)
    assert is_public("https://wx1.sinaimg.cn/large/a.jpg")


def test_only_web_addresses_are_fetched_each_once() -> None:
    """A path or a data address would be taken for a request, or a picture named twice fetched twice."""
    images = ("https://a.example/1.png", "pictures/x.png", "data:image/png;base64,AA", "https://a.example/1.png")
    assert list(list_addresses(images)) == ["https://a.example/1.png"]


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["pics", "large", "url", "0"]), inner),
    )
)
def test_pictures_of_any_json_are_read_or_passed_over(value: object) -> None:
    """One odd `pics` would end the reading of a whole page."""
    assert all(isinstance(address, str) and address for address in read_pictures({"pics": value}))


def test_the_same_picture_is_written_once(tmp_path: Path) -> None:
    """Two posts with one picture would write it twice, the second time over what somebody reads."""
    first = store_picture(tmp_path, JPEG, "jpg")
    before = (tmp_path / first).stat().st_mtime_ns
    assert store_picture(tmp_path, JPEG, "jpg") == first
    assert (tmp_path / first).stat().st_mtime_ns == before
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == [Path(first).name]


def test_a_run_names_its_pictures_and_no_other_run_s(tmp_path: Path) -> None:
    """Two spiders of a night would see one post differently, or an import look for what lies in another folder."""
    path = store_picture(tmp_path / "today", JPEG, "jpg")
    assert find_picture(tmp_path / "today", Path(path).name) == path
    assert find_picture(tmp_path / "tomorrow", Path(path).name) is None


def test_seen_addresses_are_remembered_without_being_told(tmp_path: Path) -> None:
    """The next night would ask again, or a file would list for everybody whose pictures we hold."""
    path = tmp_path / "pictures.seen"
    SeenAddresses(path).add_all({"https://a.example/1.png": "ab.png", "https://a.example/3.png": "cd.png"})
    assert SeenAddresses(path).find("https://a.example/1.png") == "ab.png"
    assert SeenAddresses(path).find("https://a.example/2.png") is None
    assert "example" not in path.read_text(encoding="ascii")
    path.write_bytes(path.read_bytes()[:-9])  # a crash cuts the last line
    known = [SeenAddresses(path).find(f"https://a.example/{number}.png") for number in (1, 3)]
    assert sorted(str(name) for name in known) in (["None", "ab.png"], ["None", "cd.png"])
