"""A finished step of a night, as words for a person or as one line of JSON for a log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.times import to_text


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step that ended at an aware moment, with what it counted."""

    run_id: str
    name: str
    at: datetime
    counts: Mapping[str, int]

    def as_words(self) -> str:
        """`read weibo_search: lines 12，new 3`."""
        return f"{self.name}: " + "，".join(f"{key} {value}" for key, value in self.counts.items())

    def as_json(self) -> str:
        """One JSON object without a line end."""
        value = {"event": "step", "at": to_text(self.at), "run": self.run_id, "step": self.name}
        return json.dumps(value | {"counts": dict(self.counts)}, ensure_ascii=False)
