"""The three commands that are killed, each over a small installation of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.request import Request, urlopen

from pipeline.demo import replica_at
from tests.process.home import NOW, PLEA, THANKS, Home, observed
from tests.process.killing import Trial

NIGHT = "2024-07-09T02:00:00+08:00"


def import_trial(folder: Path, lines: int) -> Trial:
    """An import of many lines into a store that has one post."""
    home = Home(folder)
    home.settle(observed("z1", PLEA))
    home.write("many.jsonl", _many(lines))
    return Trial(folder, ("import", "many.jsonl", "--now", NOW))


def process_trial(folder: Path, lines: int) -> Trial:
    """The first processing of many posts."""
    home = Home(folder)
    home.settle(observed("z1", PLEA))
    home.run("import", home.write("many.jsonl", _many(lines)), "--now", NOW)
    return Trial(folder, ("process", "--now", NOW))


@contextmanager
def night_trial(folder: Path) -> Iterator[Trial]:
    """The first night of the sample world, over a store that is still empty."""
    with replica_at(datetime.fromisoformat(NIGHT)) as base_url:
        config = f'[crawl]\nbase_url = "{base_url}"\nkeywords = ["求助"]\ndelay_seconds = 0\nwindow_hours = 72\n'
        (folder / "houxu.toml").write_text(f"workers = 1\n{config}", encoding="utf-8")
        # The key is made beforehand: ids are keyed, and two runs with two keys could not be compared.
        Home(folder).take(observed("z1", PLEA))
        yield Trial(folder, ("nightly", "--now", NIGHT), before_run=lambda: set_walls(base_url))


def set_walls(base_url: str, *walls: str) -> None:
    """Put up these walls before the replica, and take down all others."""
    request = Request(f"{base_url}/__replica__/walls", data="\n".join(walls).encode(), method="POST")  # noqa: S310 loopback
    with urlopen(request, timeout=10) as answer:  # noqa: S310 loopback
        answer.read()


def _many(lines: int) -> Iterator[bytes]:
    wards = ("望溪区", "北汀区", "榆桥区", "东篱区", "南埠区")
    needs = ("透析停了四天", "化疗接不上", "降压药断了", "孩子没有奶粉", "摔断了腿没有车送")
    for at in range(lines):
        ward, need = wards[at % 5], needs[at // 5 % 5]
        phone = f"139{at:04}0{at % 1000:03}"
        text = f"求助！我家老人{60 + at % 35}岁，住澜州市{ward}，{need}，门牌已报社区，联系电话 {phone}，求扩散"
        author = f"u{at // 3}"
        yield json.dumps(observed(f"p{at}", text if at % 3 != 2 else THANKS, author_id=author)).encode()
