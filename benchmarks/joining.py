"""What it costs to add copies to a case, against how many members the case has: `python -m benchmarks.joining`.

One store holds a case of each size and posts of the generator beside them. To each case the same number of new copies
is added, each time by an import and a process of its own, whose processor seconds are printed, with what they are when
the whole case is walked (`walk`: as everything was before newcomers joined, and as it still is where one of them
contradicts a member). Half of the cases are solved, so that every copy has to be told to be stale.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.dedupe.generate import corpus
from benchmarks.throughput import ENDINGS, START
from dedupe import weights
from pipeline import assemble, linktexts, process
from pipeline.importing import import_paths
from pipeline.places import Places, places_of
from pipeline.settings import Settings
from pipeline.store.database import Store, open_store

NOW = START + timedelta(days=20)
# As unlike one another as cases are: what is alike in all pleas would tie them together.
_PLEAS = (
    (
        "求助！我父亲71岁，住澜州市望溪区，尿毒症，每周要透析三次，小区封控之后已经四天没有做上了，昨晚开始喘不上气，"
        "腿肿得一按一个坑，打了三十多遍也没有人接，联系电话 13900001234"
    ),
    (
        "急！榆桥区梧桐里，爱人怀孕三十九周，半夜见红，原来建档的医院停诊，换了四家都说要等核酸结果，车也叫不到，"
        "现在阵痛十分钟一次，求能接收的产科，联系电话 13900001235"
    ),
    (
        "求扩散，柳堰县石板村老粮站二楼困着两位老人和一个四岁的孩子，水已经淹到一楼屋顶，从昨天下午就没有吃的，"
        "手机快没电了，盼救援队派船过来，联系电话 13900001236"
    ),
    (
        "替姑妈发：她在东篱区独居，乳腺癌化疗接不上，疗程拖了十九天，存着的止痛片昨天吃完了，夜里疼得睡不着，"
        "问遍了附近药店都断货，求买药的路子，联系电话 13900001237"
    ),
    (
        "求助！南埠区河坊街，孩子八个月，只喝一种水解奶粉，还剩最后一勺，超市不送，团购要等到下周，"
        "邻居家也没有，换别的就吐得厉害，求匀两罐，联系电话 13900001238"
    ),
    (
        "求救！我爷爷88岁，北汀区养老院，发烧三天，血氧掉到八十五，院里没有氧气也没有医生，想转出去又没有救护车，"
        "护工自己都病倒了，求一张床位，联系电话 13900001239"
    ),
)
_SAYINGS = ("帮转，", "求扩散！", "看到的朋友转一下，", "急急急，", "太难了，", "有没有人能帮帮，", "转给附近的人，")


def main() -> None:
    """Build the store, add copies to each case twice, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, nargs=3, default=[100, 1_000, 10_000])
    parser.add_argument("--copies", type=int, default=100)
    parser.add_argument("--beside", type=int, default=5_000, help="posts of the generator in the same store")
    arguments = parser.parse_args()
    # A store of this size would be linked anew with every arrival, and nobody would join what stands; and its case of
    # ten thousand would be most of what the words are weighed by.
    with (
        patch.object(linktexts, "weigh", lambda *_: weights.prior_weights()),
        patch.object(weights.Weights, "is_outgrown", lambda *_: False),
        tempfile.TemporaryDirectory() as folder,
    ):
        _measure(Path(folder), arguments.members, arguments.copies, arguments.beside)


def _measure(folder: Path, sizes: Sequence[int], copies: int, beside: int) -> None:
    places = places_of(folder / "bench.db", Settings(workers=1))
    store = open_store(places.db_path)
    cases = [(size, number, is_solved) for is_solved in (False, True) for number, size in enumerate(sizes)]
    lines = [*_beside(beside), *(line for case in cases for line in _case(*case))]
    _bring(store, places, folder, lines)
    # The first arrival loads dictionaries and kernels.
    _bring(store, places, folder, _copies(0, 0, False, range(-copies, 0)))
    print(f"{copies} copies to a case of …; processor seconds of process")
    print(f"{'members':>9}{'solved':>8}{'join':>8}{'walk':>8}{'in it':>8}")
    for size, number, is_solved in cases:
        joined = _bring(store, places, folder, _copies(size, number, is_solved, range(size, size + copies)))
        with patch.object(process, "join_newcomers", lambda *_: 0), patch.object(assemble, "find_quiet", lambda *_: {}):
            more = range(size + copies, size + 2 * copies)
            walked = _bring(store, places, folder, _copies(size, number, is_solved, more))
        solved, members = "yes" if is_solved else "no", _members(store, number, is_solved)
        print(f"{size:>9,}{solved:>8}{joined:>8.2f}{walked:>8.2f}{members:>8,}", flush=True)
    store.close()


def _members(store: Store, number: int, is_solved: bool) -> int:
    """How many posts stand in the case at the end: that the copies did find it."""
    plea_id = f"weibo:{number}{'s' if is_solved else 'o'}-plea"
    row = store.conn.execute("SELECT post_count FROM cases WHERE origin_post_id = ?", (plea_id,)).fetchone()
    return int(row[0])


def _bring(store: Store, places: Places, folder: Path, lines: Iterable[dict[str, Any]]) -> float:
    """Import and process; the processor seconds of process."""
    path = folder / "arriving.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    import_paths(store, places, Settings(workers=1), [path], NOW, lambda _: None)
    started = time.process_time()
    process.process(store, places, Settings(workers=1), NOW, lambda _: None)
    return time.process_time() - started


def _beside(count: int) -> Iterator[dict[str, Any]]:
    for number, post in enumerate(corpus(count, 1, "a")):
        yield _line(f"g{number}", post.text, 1, author_id=f"g{number}")


def _case(size: int, number: int, is_solved: bool) -> Iterator[dict[str, Any]]:
    name = f"{number}{'s' if is_solved else 'o'}"
    yield _line(f"{name}-plea", _PLEAS[2 * number + is_solved], 10_000, author_id=f"a{name}")
    yield from _copies(size, number, is_solved, range(size - 1 - is_solved))
    if is_solved:
        yield _line(f"{name}-end", ENDINGS[0], 20_000, author_id=f"a{name}", repost_of=f"{name}-plea")


def _copies(size: int, number: int, is_solved: bool, which: Iterable[int]) -> Iterator[dict[str, Any]]:
    name = f"{number}{'s' if is_solved else 'o'}"
    plea = _PLEAS[2 * number + is_solved]
    for at in which:
        chance = random.Random(f"{name}-{at}-{size}")
        text = "".join(chance.sample(_SAYINGS, 3)) + plea[: chance.randrange(len(plea) // 2, len(plea) + 1)]
        yield _line(f"{name}-{at}", text, 30_000 + at, author_id=f"c{chance.randrange(10**6)}")


def _line(native_id: str, text: str, seconds: int, **more: object) -> dict[str, Any]:
    at = (START + timedelta(seconds=seconds)).isoformat()
    return {"platform": "weibo", "id": native_id, "posted_at": at, "observed_at": at, "text": text, **more}


if __name__ == "__main__":
    main()
