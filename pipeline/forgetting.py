"""When an author deletes, the text goes from everywhere; digests and sketches stay, so that copies are still known."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.evidence.closing import SCRATCH_SUFFIX, replace_rewritten
from pipeline.evidence.warc import holds_any, write_without
from pipeline.fingerprints import keep_fingerprints
from pipeline.images.keeping import PictureFolder
from pipeline.intake.spool import drop_pictures, run_files
from pipeline.places import Places
from pipeline.store.database import Store
from pipeline.store.images import orphaned_by
from pipeline.store.observations import load_posts
from pipeline.store.purge import deleted_with_text, purge_posts, runs_of_posts

_REASON = "deleted by its author, or on request"


def forget_deleted(store: Store, places: Places, now: datetime) -> int:
    """Remove the texts of posts that their authors deleted; how many posts that were."""
    post_ids = deleted_with_text(store)
    forget_posts(store, places, post_ids, now)
    return len(post_ids)


def forget_posts(store: Store, places: Places, post_ids: Sequence[str], now: datetime) -> None:
    """Remove the texts of posts from the spool first and then from the store.

    In this order a kill in between leaves the store asking for it again.
    """
    if not post_ids:
        return
    for run_id in runs_of_posts(store, post_ids):
        for path in run_files(places.spool_dir, run_id):
            _rewrite(places.spool_dir, path, set(post_ids), now)
    _rewrite_evidence(store, places.spool_dir, post_ids, now)
    PictureFolder(places.images_dir).drop(orphaned_by(store, post_ids))
    with store.writing():
        keep_fingerprints(store, post_ids)
        purge_posts(store, post_ids)


def _rewrite(spool_dir: Path, path: Path, post_ids: set[str], now: datetime) -> None:
    """Write a spool file that names one of these posts again without their texts; whole or not at all."""
    if not any(_names_any(line, _native_ids(post_ids)) for line in whole_lines(path)):
        return
    scratch = path.with_name(path.name + SCRATCH_SUFFIX)
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed:
        packed.writelines(_without_texts(whole_lines(path), post_ids, path.parent))
    replace_rewritten(spool_dir, path, scratch, _REASON, now)


def _rewrite_evidence(store: Store, spool_dir: Path, post_ids: Sequence[str], now: datetime) -> None:
    """Take the bodies of answers that hold these posts out of the WARC files of all runs since they were published.

    Not only of the runs that observed them: a page may show a post that was not handed over.
    """
    crawled = [post_id for post_id in post_ids if _was_crawled(store, spool_dir, post_id)]
    if not crawled:
        return
    published = [post.posted_at for post in load_posts(store, crawled).values()]
    since = min(moment.timestamp() if moment else 0.0 for moment in published)
    native_ids = [post_id.split(":", 1)[1] for post_id in crawled]
    for path in sorted(spool_dir.glob("*/*.warc.gz")):
        if path.stat().st_mtime >= since and holds_any(path, native_ids):
            scratch = path.with_name(path.name + SCRATCH_SUFFIX)
            write_without(path, native_ids, scratch)
            replace_rewritten(spool_dir, path, scratch, _REASON, now)


def _was_crawled(store: Store, spool_dir: Path, post_id: str) -> bool:
    # The ids of other people's exports may be as short as "12", which every page names.
    return any(any((spool_dir / run_id).glob("*.warc.gz")) for run_id in runs_of_posts(store, [post_id]))


def _without_texts(lines: Iterable[bytes], post_ids: set[str], folder: Path) -> Iterator[bytes]:
    natives = _native_ids(post_ids)
    for line in lines:
        if not _names_any(line, natives):
            yield line
            continue
        value = json.loads(line)
        if f"{value.get('platform')}:{value.get('id')}" in post_ids:
            drop_pictures(folder, value.get("images") or ())
            value |= {"text": None, "author_name": None, "images": []}
            value.setdefault("availability", "visible")
            yield json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        else:
            yield line


def _native_ids(post_ids: set[str]) -> list[bytes]:
    return [post_id.split(":", 1)[1].encode() for post_id in post_ids]


def _names_any(line: bytes, natives: Sequence[bytes]) -> bool:
    return any(native in line for native in natives)


def whole_lines(path: Path) -> Iterator[bytes]:
    """The lines of a spool file that are whole; what a killed writer left half is passed over."""
    with gzip.open(path, "rb") as file:
        try:
            for line in file:
                if line.endswith(b"\n"):
                    yield line
        except (EOFError, zlib.error, gzip.BadGzipFile):
            return
