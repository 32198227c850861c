"""When an author deletes a post, its pictures go with its words: from spool, evidence and picture folder."""

from __future__ import annotations

import gzip
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from crawler.replica.server import Replica
from crawler.replica.world import load_world
from pipeline.night.retention import drop_unnamed_pictures
from tests.process.home import Home

pytestmark = pytest.mark.slow

SMALL_WORLD = Path(__file__).parents[1] / "crawler" / "world"
SAMPLE_SHOTS = Path(__file__).parents[2] / "data" / "world" / "shots"
NIGHT_1, NIGHT_2 = "2024-07-09T02:00:00+08:00", "2024-07-10T02:00:00+08:00"
PLEA = "#澜州求助# 求助：东篱区外婆的胰岛素今晚用完，求一支，电话 13900000005"
EVENTS = (
    {"at": "2024-07-08T23:20:00+08:00", "event": "post", "id": "p950", "by": "2100000002", "text": PLEA},
    {"at": "2024-07-09T12:00:00+08:00", "event": "delete", "id": "p950"},
)


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    """The small world with one more plea, which shows a picture and is deleted by its author on the next day."""
    folder = tmp_path / "world"
    shutil.copytree(SMALL_WORLD, folder)
    picture = next(iter(sorted(SAMPLE_SHOTS.glob("*.png"))))
    (folder / "shots").mkdir(exist_ok=True)
    shutil.copy(picture, folder / "shots" / "medicine.png")
    with (folder / "events.jsonl").open("a", encoding="utf-8") as events:
        for event in EVENTS:
            more = {"images": ["medicine"]} if event["event"] == "post" else {}
            events.write(json.dumps(event | more, ensure_ascii=False) + "\n")
    replica = Replica(load_world(folder), datetime.fromisoformat(NIGHT_1))
    threading.Thread(target=replica.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield replica
    replica.shutdown()
    replica.server_close()


def test_a_deleted_posts_picture_is_nowhere_any_more(replica: Replica, home: Home, tmp_path: Path) -> None:
    """The photograph of a prescription, with name and address, would outlive the post that its author took back."""
    (home.folder / "houxu.toml").write_text(
        f'workers = 1\n[crawl]\nbase_url = "{replica.url}"\nkeywords = ["求助", "求扩散"]\ndelay_seconds = 0\n'
        "window_hours = 72\n",
        encoding="utf-8",
    )
    picture = (tmp_path / "world" / "shots" / "medicine.png").read_bytes()
    held: dict[str, list[Path]] = {}
    for night in (NIGHT_1, NIGHT_2):
        replica.set_clock(datetime.fromisoformat(night))
        said = home.run("nightly", "--now", night)
        assert said.code == 0, said.err
        files = [path for path in (home.folder / "var").rglob("*") if path.is_file()]
        held[night] = [path for path in files if picture in path.read_bytes()]
    assert len(held[NIGHT_1]) >= 1
    assert held[NIGHT_2] == []
    assert home.values("SELECT COUNT(*) FROM posts WHERE availability = 'deleted_by_author' AND text IS NULL")[0] >= 1
    assert replica.asked["picture"] >= 1
    assert home.run("verify").code == 0


def test_a_picture_that_no_words_name_goes_with_the_night(tmp_path: Path) -> None:
    """What a killed spider had fetched would stay for ninety days, whoever deletes the post that it belongs to."""
    folder = tmp_path / "night" / "pictures"
    folder.mkdir(parents=True)
    for name in ("named.png", "lost.png", "lost.0001.part"):
        (folder / name).write_bytes(b"picture")
    lines = [{"id": "1", "images": ["pictures/named.png"]}, {"id": "2", "images": []}, {"id": "3"}]
    packed = b"".join(gzip.compress(json.dumps(line).encode() + b"\n") for line in lines)
    (tmp_path / "night" / "weibo_search.jsonl.gz").write_bytes(packed)
    assert drop_unnamed_pictures(tmp_path, "night") == 2
    assert [path.name for path in folder.iterdir()] == ["named.png"]
    assert drop_unnamed_pictures(tmp_path, "another night") == 0
