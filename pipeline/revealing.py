"""Reads a post's raw text where alone it lies: in the spool files of the runs that saw it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.forgetting import whole_lines
from pipeline.intake.spool import run_files
from pipeline.places import Places
from pipeline.store.database import Store
from pipeline.store.purge import runs_of_posts


def raw_texts(store: Store, places: Places, post_id: str) -> list[tuple[str, str]]:
    """(observed at, raw text) of each different text of a post, in order of time; empty when the spool is gone."""
    found: dict[str, str] = {}
    for run_id in runs_of_posts(store, [post_id]):
        for path in run_files(places.spool_dir, run_id):
            for observed_at, text in sorted(_texts_in(path, post_id)):
                found.setdefault(text, observed_at)
    return sorted((observed_at, text) for text, observed_at in found.items())


def _texts_in(path: Path, post_id: str) -> Iterator[tuple[str, str]]:
    native_id = post_id.split(":", 1)[1]
    for line in whole_lines(path):
        if native_id.encode() not in line:
            continue
        value = json.loads(line)
        if f"{value.get('platform')}:{value.get('id')}" == post_id and value.get("text"):
            yield str(value.get("observed_at") or value.get("posted_at") or ""), str(value["text"])
