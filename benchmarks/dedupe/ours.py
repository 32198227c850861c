"""Our own run on a corpus: texts to clusters, stage by stage."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.dedupe.contenders import peak_gigabytes
from dedupe.clusters import cluster
from dedupe.counting import weigh
from dedupe.craft import Craft
from dedupe.link import link_reading
from dedupe.parameters import Parameters
from dedupe.reading import Batch, read_batch


@dataclass(frozen=True, slots=True)
class Run:
    """Labels and processor seconds by stage."""

    labels: npt.NDArray[np.int64]
    seconds: dict[str, float]

    @property
    def total(self) -> float:
        """All stages."""
        return sum(self.seconds.values())


def run_ours(texts: Sequence[str]) -> Run:
    """Read, weigh, link, cluster."""
    parameters, marks = Parameters(), [time.process_time()]
    reading = read_batch(Batch(texts))
    marks.append(time.process_time())
    weights = weigh(reading, parameters)
    marks.append(time.process_time())
    links = link_reading(reading, parameters, weights)
    marks.append(time.process_time())
    labels = cluster(reading, links, Craft(parameters, weights))
    marks.append(time.process_time())
    return Run(labels, dict(zip(("read", "weigh", "link", "cluster"), np.diff(marks).tolist(), strict=True)))


def main(source: str, target: str) -> None:
    """Label the JSON list of raw texts at `source` as a contender does (see contenders.py)."""
    texts = json.loads(Path(source).read_text(encoding="utf-8"))
    run_ours(texts[:2000])  # compiles
    wall = time.perf_counter()
    run = run_ours(texts)
    spent = {"cpu": run.total, "wall": time.perf_counter() - wall, "stages": run.seconds}
    np.save(target, run.labels)
    print(json.dumps({**spent, "gb": peak_gigabytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
