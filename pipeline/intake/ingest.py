"""Import: lines in, observations stored; streaming, idempotent, rejects kept with file, line and reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from crawler.items import Observation
from pipeline.errors import UserError
from pipeline.ids import qualify, qualify_or_none
from pipeline.images.intake import PictureIntake
from pipeline.images.values import PictureError
from pipeline.intake.lines import Line, LineReader, name_of, read_lines
from pipeline.intake.links import stored_link
from pipeline.intake.parse import LineError, Parser
from pipeline.intake.spool import append_lines
from pipeline.intake.wording import Answer, Asker, Words, reread_masked, word_readers
from pipeline.models import Reject, StoredObservation, Understood
from pipeline.privacy import Key
from pipeline.store.database import Store
from pipeline.store.images import PostPicture
from pipeline.store.observations import Extras, Written, known_observations, write_batch
from pipeline.understand import mask_words

BATCH_LINES = 2_000
Progress = Callable[[int], None]
# An observation with the line that it came in, by observation id.
Fresh = dict[str, tuple[Line, Observation]]


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
class _Batch:
    """Lines that were taken in and wait for their words to be read: `answer` gives these in the order of `fresh`."""

    path: Path
    lines: int
    known: int
    fresh: Fresh
    rejects: list[Reject]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Intake:
    """Where an import writes: the store, the run, the key, and the spool file for raw lines (None: they lie there).

    `told` hears of each batch that was written.
    """

    store: Store
    run_id: str
    key: Key
    parser: Parser
    spool_path: Path | None
    workers: int
    read: LineReader = read_lines
    pictures: PictureIntake | None = None
    told: Callable[[Written], None] | None = None

    def take(self, paths: Sequence[Path], counts: ImportCounts, progress: Progress) -> ImportCounts:
        """Import files in the given order; `progress` is told the lines done after each batch."""
        with word_readers(self.workers, self.key) as ask:
            # The next lines are parsed while the words of these are read.
            for batch in _one_ahead(self._open_all(paths, ask)):
                self._close(batch, counts)
                progress(counts.lines)
        return counts

    def _open_all(self, paths: Sequence[Path], ask: Asker) -> Iterator[_Batch]:
        before: Collection[str] = ()
        for path in paths:
            for lines in _batches(self.read(path, self.parser.limits.max_line_bytes)):
                batch = self._open(path, lines, before, ask)
                yield batch
                before = batch.fresh

    def _open(self, path: Path, lines: Sequence[Line], waiting: Collection[str], ask: Asker) -> _Batch:
        """Parse lines and have their words read; `waiting` are observations that are about to be written."""
        parsed, rejects = self._parse(name_of(path), lines)
        known = known_observations(self.store, list(parsed)).union(key for key in waiting if key in parsed)
        fresh = {key: one for key, one in parsed.items() if key not in known}
        answer = ask([(one.text, one.repost_of is not None, one.author_name) for _, one in fresh.values()])
        return _Batch(path, len(lines), len(known), fresh, rejects, answer)

    def _close(self, batch: _Batch, counts: ImportCounts) -> None:
        """Write a batch: raw lines first, then the store."""
        rejects = batch.rejects
        understood = [
            _join(key, one, words) for (key, (_, one)), words in zip(batch.fresh.items(), batch.answer(), strict=True)
        ]
        if self.spool_path is not None:
            append_lines(self.spool_path, [line.data for line, _ in batch.fresh.values()])
        pictures = self._take_pictures(batch.path, batch.fresh.values(), rejects)
        written = write_batch(self.store, self.run_id, understood, Extras(tuple(rejects), pictures), reread_masked)
        if self.told is not None:
            self.told(written)
        counts.lines += batch.lines
        counts.known += batch.known
        counts.observations += written.observations
        counts.new_posts += len(written.new_posts)
        counts.changed_posts += len(written.changed_posts)
        counts.rejected += len(rejects)
        counts.rejects.extend(rejects[: max(0, 20 - len(counts.rejects))])

    def _parse(self, file: str, lines: Sequence[Line]) -> tuple[Fresh, list[Reject]]:
        parsed: Fresh = {}
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

    def _take_pictures(
        self, path: Path, fresh: Iterable[tuple[Line, Observation]], rejects: list[Reject]
    ) -> tuple[PostPicture, ...]:
        """The pictures that observations name; one that is refused is a reject, its observation is taken."""
        if self.pictures is None:
            return ()
        taken = []
        for line, one in fresh:
            post_id = qualify(one.platform, one.id)
            for position, name in enumerate(one.images):
                try:
                    taken.append(self.pictures.take(path, name, post_id, position))
                except PictureError as error:
                    rejects.append(Reject(name_of(path), line.number, mask_words(f"{name[:80]}: {error}")))
        return tuple(one for one in taken if one is not None)


def _join(observation_id: str, observation: Observation, words: Words) -> Understood:
    platform = observation.platform
    stored = StoredObservation(
        observation_id=observation_id,
        post_id=qualify(platform, observation.id),
        platform=platform,
        native_id=observation.id,
        observed_at=observation.observed_at.replace(microsecond=0),
        availability=observation.availability,
        text=words.text,
        url=stored_link(observation.url),
        author_id=qualify_or_none(platform, observation.author_id),
        author_name=words.author_name,
        author_kind=observation.author_kind,
        posted_at=observation.posted_at.replace(microsecond=0) if observation.posted_at else None,
        repost_of=qualify_or_none(platform, observation.repost_of),
        reply_to=qualify_or_none(platform, observation.reply_to),
        edited_at=observation.edited_at.replace(microsecond=0) if observation.edited_at else None,
        counts=observation.counts,
    )
    return Understood(stored, words.mentions, words.reading)


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while batch := list(islice(lines, BATCH_LINES)):
        yield batch


def _one_ahead(batches: Iterator[_Batch]) -> Iterator[_Batch]:
    """Each batch once the next is there, or once there is none: what was read before a file broke off is taken."""
    held: list[_Batch] = []
    while True:
        try:
            batch = next(batches, None)
        except UserError:
            yield from held
            raise
        yield from held
        if batch is None:
            return
        held = [batch]


__all__ = ["ImportCounts", "Intake", "reread_masked"]
