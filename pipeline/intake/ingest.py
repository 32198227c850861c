"""Import: lines in, observations stored; streaming, idempotent, rejects kept with file, line and reason."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from crawler.items import Observation
from pipeline.ids import qualify, qualify_or_none
from pipeline.intake.lines import Line, LineReader, name_of, read_lines
from pipeline.intake.parse import LineError, Parser
from pipeline.intake.spool import append_lines
from pipeline.models import Mention, Reading, Reject, StoredObservation, Understood
from pipeline.privacy import Key
from pipeline.store.database import Store
from pipeline.store.observations import known_observations, write_batch
from pipeline.understand import Understanding, mask_words, reread, understand

BATCH_LINES = 2_000
# Below this many lines a pool costs more to start (each worker loads the dictionaries) than it saves.
_POOL_FROM_LINES = 6_000

# A raw text, and whether it stands on top of a native repost.
Worded = tuple[str, bool]
Progress = Callable[[int], None]
Reader = Callable[[Sequence[Worded]], Iterable[Understanding]]


@dataclass(slots=True)
class ImportCounts:
    """What an import did so far."""

    lines: int = 0
    observations: int = 0
    known: int = 0
    new_posts: int = 0
    changed_posts: int = 0
    rejects: list[Reject] = field(default_factory=list)
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Intake:
    """Where an import writes: the store, the run, the key, and the spool file for raw lines (None: they lie there)."""

    store: Store
    run_id: str
    key: Key
    parser: Parser
    spool_path: Path | None
    workers: int
    read: LineReader = read_lines

    def take(self, paths: Sequence[Path], counts: ImportCounts, progress: Progress) -> ImportCounts:
        """Import files in the given order; `progress` is told the lines done after each batch."""
        with _reader_pool(self.workers) as reader:
            for path in paths:
                for lines in _batches(self.read(path, self.parser.limits.max_line_bytes)):
                    self._take_batch(name_of(path), lines, counts, reader)
                    progress(counts.lines)
        return counts

    def _take_batch(self, file: str, lines: Sequence[Line], counts: ImportCounts, reader: Reader) -> None:
        parsed, rejects = self._parse(file, lines)
        known = known_observations(self.store, list(parsed))
        fresh = {key: one for key, one in parsed.items() if key not in known}
        if self.spool_path is not None:
            append_lines(self.spool_path, [line.data for line, _ in fresh.values()])
        batch = self._understand(fresh, reader)
        written = write_batch(self.store, self.run_id, batch, rejects, reread_masked)
        counts.lines += len(lines)
        counts.known += len(known)
        counts.observations += written.observations
        counts.new_posts += written.new_posts
        counts.changed_posts += written.changed_posts
        counts.rejected += len(rejects)
        counts.rejects.extend(rejects[: max(0, 20 - len(counts.rejects))])

    def _parse(self, file: str, lines: Sequence[Line]) -> tuple[dict[str, tuple[Line, Observation]], list[Reject]]:
        parsed: dict[str, tuple[Line, Observation]] = {}
        rejects = []
        for line in lines:
            try:
                if line.problem is not None:
                    raise LineError(line.problem)
                if not line.data.strip():
                    continue
                observation = self.parser.parse(line.data)
            except LineError as error:
                # A reason quotes the line, which may hold a phone in any of its fields.
                rejects.append(Reject(file, line.number, mask_words(str(error))))
            else:
                parsed.setdefault(self.key.digest_of(observation.to_line()), (line, observation))
        return parsed, rejects

    def _understand(self, fresh: dict[str, tuple[Line, Observation]], reader: Reader) -> list[Understood]:
        worded = {key: (one.text, one.repost_of is not None) for key, (_, one) in fresh.items() if one.text is not None}
        understandings = dict(zip(worded, reader(list(worded.values())), strict=True))
        return [self._join(key, one, understandings.get(key)) for key, (_, one) in fresh.items()]

    def _join(self, observation_id: str, observation: Observation, found: Understanding | None) -> Understood:
        platform = observation.platform
        stored = StoredObservation(
            observation_id=observation_id,
            post_id=qualify(platform, observation.id),
            platform=platform,
            native_id=observation.id,
            observed_at=observation.observed_at.replace(microsecond=0),
            availability=observation.availability,
            text=found.text if found else None,
            url=observation.url,
            author_id=qualify_or_none(platform, observation.author_id),
            author_name=mask_words(observation.author_name) if observation.author_name else None,
            author_kind=observation.author_kind,
            posted_at=observation.posted_at.replace(microsecond=0) if observation.posted_at else None,
            repost_of=qualify_or_none(platform, observation.repost_of),
            reply_to=qualify_or_none(platform, observation.reply_to),
            edited_at=observation.edited_at.replace(microsecond=0) if observation.edited_at else None,
            counts=observation.counts,
        )
        if found is None:
            return Understood(stored, (), None)
        return Understood(stored, mentions_of(found, self.key), reading_from(found))


def mentions_of(found: Understanding, key: Key) -> tuple[Mention, ...]:
    """The facts of a text as mentions: raw values go into the digest and nowhere else."""
    return tuple(
        Mention(
            kind=fact.kind,
            # Of a need the category says more than the word that gave it away.
            masked=fact.value if fact.kind == "need" else fact.masked,
            # An already masked number equals nothing: two of them may hide different phones.
            hmac=None if fact.rule.endswith(".masked") else key.hmac_of(fact.kind, fact.value),
            start=fact.start,
            end=fact.end,
            rule=fact.rule,
        )
        for fact in found.facts
    )


def reading_from(found: Understanding) -> Reading:
    """The part of an understanding that a post's row keeps."""
    return Reading(found.label, round(found.score, 4), found.category, found.province, found.city, found.district)


def reread_masked(text: str, is_repost: bool) -> Reading:
    """The reading of a text that is masked already."""
    return reading_from(reread(text, is_repost))


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while batch := list(islice(lines, BATCH_LINES)):
        yield batch


def _understand_all(texts: Sequence[Worded]) -> list[Understanding]:
    return [understand(text, is_repost) for text, is_repost in texts]


@contextmanager
def _reader_pool(workers: int) -> Iterator[Reader]:
    """Reads batches in this process at first, and in a pool once the import proves long."""
    size = workers or os.cpu_count() or 1
    pool: ProcessPoolExecutor | None = None
    seen = 0

    def read(texts: Sequence[Worded]) -> Iterable[Understanding]:
        nonlocal pool, seen
        seen += len(texts)
        if size == 1 or seen <= _POOL_FROM_LINES:
            return _understand_all(texts)
        if pool is None:
            # spawn: a forked child would share our SQLite connection.
            pool = ProcessPoolExecutor(size, multiprocessing.get_context("spawn"))
        step = max(1, -(-len(texts) // (size * 2)))
        chunks = [texts[at : at + step] for at in range(0, len(texts), step)]
        return [one for chunk in pool.map(_understand_all, chunks) for one in chunk]

    try:
        yield read
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)
