"""`python -m benchmarks.screenshots.rowcache SET`: read the lines of a set's pictures once and keep them beside it.

Reading takes half a second a picture, everything after it a thirtieth: layout and matching are tuned on kept lines.
They lie in a folder named for the reader (`READER`), so that those of another are never taken for them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.screenshots.truth import Truth, read_truth
from pipeline.images.guarded import Decoder
from pipeline.images.masking import READER
from pipeline.images.ocr.engine import Row, read_rows
from pipeline.images.ocr.ink import Ink
from pipeline.images.ocr.models import Networks, load_networks
from pipeline.images.ocr.recognising import Read
from pipeline.images.reading import Reading, reading_of
from pipeline.images.values import PictureError
from pipeline.settings import ImageSettings


@dataclass(frozen=True, slots=True)
class Kept:
    """The lines of a picture: its scaled shape (height, width), true size (width, height), and what reading took."""

    rows: tuple[Row, ...]
    shape: tuple[int, int]
    size: tuple[int, int]
    decode_seconds: float
    read_seconds: float
    read_processor_seconds: float

    def to_reading(self) -> Reading:
        """Laid out as everywhere."""
        return reading_of(self.rows, self.shape, self.size)

    def to_text(self) -> str:
        """JSON."""
        rows = [{"read": asdict(row.read), "box": row.box, "ink": list(row.ink)} for row in self.rows]
        value = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({**value, "rows": rows}, ensure_ascii=False)


def from_text(text: str) -> Kept:
    """Back from `to_text`."""
    value: dict[str, Any] = json.loads(text)
    rows = tuple(
        Row(
            Read(row["read"]["text"], tuple(row["read"]["confidences"]), tuple(row["read"]["places"])),
            (row["box"][0], row["box"][1], row["box"][2], row["box"][3]),
            Ink(*row["ink"]),
        )
        for row in value["rows"]
    )
    shape, size = ((value[name][0], value[name][1]) for name in ("shape", "size"))
    times = (value[name] for name in ("decode_seconds", "read_seconds", "read_processor_seconds"))
    return Kept(rows, shape, size, *times)


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads pictures of a set, or takes what is kept. `threads` may work at one picture."""

    folder: Path
    networks: Networks
    decoder: Decoder

    def read(self, truth: Truth) -> Kept:
        """The lines of a picture.

        Raises:
            PictureError: it was refused.
        """
        path = place_of(self.folder, truth)
        if path.exists():
            return from_text(path.read_text(encoding="utf-8"))
        kept = self._read((self.folder / truth.file).read_bytes())
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(f".{os.getpid()}")
        scratch.write_text(kept.to_text(), encoding="utf-8")
        scratch.replace(path)
        return kept

    def _read(self, data: bytes) -> Kept:
        started = time.perf_counter()
        picture = self.decoder.decode(data)
        decoded_at, processor = time.perf_counter(), time.process_time()
        rows = tuple(read_rows(self.networks, picture.pixels))
        spent = time.perf_counter() - decoded_at, time.process_time() - processor
        shape = int(picture.pixels.shape[0]), int(picture.pixels.shape[1])
        return Kept(rows, shape, (picture.width, picture.height), decoded_at - started, *spent)


def place_of(folder: Path, truth: Truth) -> Path:
    """Where the lines of a picture are kept."""
    return folder / "rows" / READER.replace("/", "-") / f"{Path(truth.file).name}.json"


def open_rows(folder: Path, threads: int) -> RowReader:
    """A reader of one process."""
    return RowReader(folder, load_networks(threads), Decoder(ImageSettings()))


def read_share(folder: Path, truths: Sequence[Truth]) -> int:
    """Read a share of the pictures with one thread; how many were read."""
    reader, done = open_rows(folder, 1), 0
    for truth in truths:
        try:
            reader.read(truth)
            done += 1
        except PictureError as error:
            print(f"{truth.file}: {error}")
    reader.decoder.close()
    return done


def main() -> None:
    """Read all, or some drawn at random, and say how fast that was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("dev", "held"), default="dev")
    parser.add_argument("--sample", type=int, help="only so many, drawn at random")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    given = parser.parse_args()
    truths = [truth for truth in read_truth(given.folder) if truth.half == given.half]
    truths = random.Random(1).sample(truths, min(len(truths), given.sample or len(truths)))
    waiting = [truth for truth in truths if not place_of(given.folder, truth).exists()]
    started = time.perf_counter()
    with ProcessPoolExecutor(given.jobs, mp_context=get_context("spawn")) as workers:
        shares = [waiting[start :: given.jobs] for start in range(given.jobs)]
        done = sum(workers.map(read_share, [given.folder] * given.jobs, shares))
    seconds = time.perf_counter() - started
    print(f"{done} pictures in {seconds:.0f} s, {done / seconds:.2f} a second by {given.jobs} processes")


if __name__ == "__main__":
    main()
