"""When an author deletes, the text goes from everywhere; digests and sketches stay, so that copies are still known."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.fingerprints import keep_fingerprints
from pipeline.intake.spool import run_files
from pipeline.places import Places
from pipeline.store.database import Store
from pipeline.store.purge import deleted_with_text, purge_posts, runs_of_posts


def forget_deleted(store: Store, places: Places) -> int:
    """Remove the texts of posts that their authors deleted; how many posts that were."""
    post_ids = deleted_with_text(store)
    forget_posts(store, places, post_ids)
    return len(post_ids)


def forget_posts(store: Store, places: Places, post_ids: Sequence[str]) -> None:
    """Remove the texts of posts from the spool first and then from the store.

    In this order a kill in between leaves the store asking for it again.
    """
    if not post_ids:
        return
    for run_id in runs_of_posts(store, post_ids):
        for path in run_files(places.spool_dir, run_id):
            _rewrite(path, set(post_ids))
    with store.writing():
        keep_fingerprints(store, post_ids)
        purge_posts(store, post_ids)


def _rewrite(path: Path, post_ids: set[str]) -> None:
    """Write a spool file again without the texts of these posts; whole or not at all."""
    scratch = path.with_name(path.name + ".rewriting")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed:
        packed.writelines(_without_texts(whole_lines(path), post_ids))
    scratch.replace(path)


def _without_texts(lines: Iterable[bytes], post_ids: set[str]) -> Iterator[bytes]:
    natives = [post_id.split(":", 1)[1].encode() for post_id in post_ids]
    for line in lines:
        if not any(native in line for native in natives):
            yield line
            continue
        value = json.loads(line)
        if f"{value.get('platform')}:{value.get('id')}" in post_ids:
            value |= {"text": None, "author_name": None, "images": []}
            value.setdefault("availability", "visible")
            yield json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        else:
            yield line


def whole_lines(path: Path) -> Iterator[bytes]:
    """The lines of a spool file that are whole; what a killed writer left half is passed over."""
    with gzip.open(path, "rb") as file:
        try:
            for line in file:
                if line.endswith(b"\n"):
                    yield line
        except (EOFError, zlib.error, gzip.BadGzipFile):
            return
