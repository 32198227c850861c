"""Our own run on a corpus: texts to clusters, stage by stage."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedupe.clusters import Craft, cluster
from dedupe.counting import weigh
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
