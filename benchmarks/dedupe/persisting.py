"""New posts against a large store: importing them, then linking and persisting their links, alone and timed.

Half of the new posts hand a stored one on, with words in front and the end cut off; half are of other cases.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.dedupe.generate import corpus
from benchmarks.dedupe.growth import build
from dedupe.reading import Batch
from pipeline.importing import import_paths
from pipeline.linktexts import link_texts
from pipeline.places import places_of
from pipeline.settings import Settings
from pipeline.store.database import Store, open_store

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_FIRST_ID = 4_990_000_000_000_000
_BEFORE, _KEPT, _LEAST_CHARACTERS = "帮转，看到的都扩散一下：", 0.85, 40


def show_persisting(db_path: Path, new: int, seed: int, is_profiled: bool) -> None:
    """Import `new` posts into the store at `db_path`, which stays changed, and time `link_texts`."""
    settings = Settings(workers=1)
    store, places = open_store(db_path), places_of(db_path, settings)
    _compile()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.jsonl"
        path.write_text("".join(f"{line}\n" for line in _lines(store, new, seed)), encoding="utf-8")
        counts = import_paths(store, places, settings, [path], _NOW, lambda _: None)
    profiler = cProfile.Profile()
    if is_profiled:
        profiler.enable()
    wall, cpu = time.perf_counter(), time.process_time()
    link_texts(store)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    profiler.disable()
    print(f"{counts.new_posts} new: link and persist {wall:.2f} s wall, {cpu:.2f} s processor")
    if is_profiled:
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(50)


def _compile() -> None:
    """Let the compiler load all that linking runs, which takes longer than the linking."""
    texts = [post.text for post in corpus(600, 3, "a")]
    build(texts[:500]).add(list(range(500, 600)), Batch(texts[500:]))


def _lines(store: Store, new: int, seed: int) -> Iterator[str]:
    """Observations in the import format."""
    rng = random.Random(seed)
    most = store.conn.execute("SELECT MAX(seq) FROM observations").fetchone()[0]
    others = [post.text for post in corpus(new - new // 2, 1_000 + seed, "a")]
    first_id = _FIRST_ID + seed * 1_000_000_000
    for number in range(new):
        row = store.conn.execute("SELECT text FROM observations WHERE seq = ?", (rng.randint(1, most),)).fetchone()
        stored = (row and row[0]) or ""
        is_copy = not others or (len(stored) > _LEAST_CHARACTERS and number % 2 == 0)
        text = _BEFORE + stored[: int(_KEPT * len(stored))] if is_copy else others.pop()
        at = _NOW - timedelta(hours=2) + timedelta(milliseconds=100 * number)
        line = {
            "platform": "weibo",
            "id": str(first_id + 1000 * number),
            "author_id": f"n{seed}-{number}",
            "posted_at": at.isoformat(),
            "observed_at": at.isoformat(),
            "text": text,
        }
        yield json.dumps(line, ensure_ascii=False)
