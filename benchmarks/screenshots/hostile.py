"""`python -m benchmarks.screenshots.hostile [--keep FOLDER]`: 500 hostile files, and what the reader's decoder does.

Each file is written to a folder, read back and decoded in the guarded process. A verdict is one of: read; refused with
one line; unclear (several lines, or none); hang (longer than the decoder's limit allows); wrote (a file appeared). Any
error but a refusal ends the run.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from benchmarks.screenshots import hostile_files as plain
from benchmarks.screenshots.hostile_bombs import make_bombs
from benchmarks.screenshots.hostile_files import DECIDED, READ, REFUSED, HostileFile
from pipeline.images.guarded import Decoder
from pipeline.images.values import PictureError
from pipeline.settings import ImageSettings

UNCLEAR, HANG, WROTE = "unclear", "hang", "wrote"
COUNT = 500
_SLACK_SECONDS = 3.0  # a killed decoder is started anew


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a file."""

    file: HostileFile
    outcome: str
    said: str
    seconds: float

    @property
    def is_wrong(self) -> bool:
        """Whether the reader did something that nobody should want."""
        is_bad = self.outcome in (UNCLEAR, HANG, WROTE)
        return is_bad or self.file.wanted not in (DECIDED, self.outcome)


def make_small() -> Iterator[HostileFile]:
    """The files that cost nothing to make."""
    rng = random.Random("hostile")
    return chain(
        plain.make_documents(),
        plain.make_odd(),
        plain.make_polyglots(),
        plain.make_lying(rng),
        plain.make_names(),
        plain.make_truncated(rng),
        plain.make_damaged(rng),
    )


def make_all() -> list[HostileFile]:
    """Bombs and all, filled up with noise behind good heads to `COUNT`."""
    files = [*make_bombs(), *make_small()]
    rng = random.Random("noise")
    kinds = list(plain.sound_files().items())
    while len(files) < COUNT:
        kind, data = kinds[len(files) % len(kinds)]
        noise = rng.randbytes(rng.choice((100, 5_000, 200_000)))
        files.append(HostileFile(f"noise_{len(files):03d}.{kind}", data[: rng.randrange(12, 200)] + noise, DECIDED))
    return files


def judge(files: Iterable[HostileFile], folder: Path, limits: ImageSettings) -> Iterator[Verdict]:
    """Hand each file to the decoder; between files a good picture must still be read."""
    good = plain.sound_files()["png"]
    with Decoder(limits) as decoder:
        decoder.decode(good)
        for number, file in enumerate(files):
            path = folder / _shorten(number, file.name)
            path.write_bytes(file.data)
            before = _list(folder)
            yield _judge_one(decoder, path, file, limits, before)
            path.unlink()
            decoder.decode(good)


def _judge_one(decoder: Decoder, path: Path, file: HostileFile, limits: ImageSettings, before: set[str]) -> Verdict:
    started = time.perf_counter()
    try:
        decoded = decoder.decode(path.read_bytes())
        outcome, said = READ, f"{decoded.kind} {decoded.width}×{decoded.height}"
    except PictureError as refusal:
        outcome, said = REFUSED, str(refusal)
    seconds = time.perf_counter() - started
    if seconds > limits.decode_seconds + _SLACK_SECONDS:
        outcome = HANG
    if "\n" in said or (outcome == REFUSED and not said):
        outcome, said = UNCLEAR, "not one line: " + repr(said)
    if _list(path.parent) != before:
        outcome = WROTE
    return Verdict(file, outcome, said, seconds)


def _list(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*")} | {str(path) for path in folder.parent.iterdir()}


def _shorten(number: int, name: str) -> str:
    # A folder of many names: numbered, and no longer than a file system takes.
    return f"{number:03d}_{name.replace('/', '_')}".encode()[:240].decode(errors="ignore")


def print_verdicts(verdicts: list[Verdict]) -> None:
    """The table, the slowest, and whatever went wrong."""
    table = Counter((verdict.file.wanted, verdict.outcome) for verdict in verdicts)
    print(f"{'wanted':<10}" + "".join(f"{name:>9}" for name in (READ, REFUSED, UNCLEAR, HANG, WROTE)))
    for wanted in (READ, REFUSED, DECIDED):
        counts = (table[wanted, name] for name in (READ, REFUSED, UNCLEAR, HANG, WROTE))
        print(f"{wanted:<10}" + "".join(f"{count:>9}" for count in counts))
    wrong = [verdict for verdict in verdicts if verdict.is_wrong]
    print(f"{len(verdicts)} files, {len(wrong)} not as wanted")
    for verdict in wrong:
        print(f"  {verdict.file.name!r} wanted {verdict.file.wanted}: {verdict.outcome}, {verdict.said[:150]}")
    for verdict in sorted(verdicts, key=lambda one: -one.seconds)[:5]:
        print(f"  slowest: {verdict.seconds:.2f} s {verdict.file.name!r} {verdict.outcome} {verdict.said[:90]}")


def main() -> None:
    """Make the files, judge them, print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="also leave the files in this folder, numbered")
    given = parser.parse_args()
    files = make_all()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        for number, file in enumerate(files):
            (given.keep / _shorten(number, file.name)).write_bytes(file.data)
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer) / "inner"
        folder.mkdir()
        os.environ["TMPDIR"] = str(folder)
        print_verdicts(list(judge(files, folder, ImageSettings())))


if __name__ == "__main__":
    main()
