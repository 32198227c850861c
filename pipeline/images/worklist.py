"""Reads the pictures that nobody has read, in order, some at a time: cut short, the next run goes on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from pipeline.images.guarded import Decoder
from pipeline.images.keeping import PictureFolder
from pipeline.images.masking import READER, masked_reading
from pipeline.images.ocr.models import Networks, load_networks, missing_packages
from pipeline.images.reading import read_pixels
from pipeline.images.values import Decoded, PictureError, Reading
from pipeline.privacy import Key
from pipeline.settings import Settings
from pipeline.store.database import Store
from pipeline.store.images import PictureReading, count_unread, unread_pictures, write_readings
from pipeline.workers import pool_of

# Two such batches are in memory at a time, of some four megabytes a picture.
_AT_ONCE = 16
# A second process costs seconds to start and half a gigabyte; below this many pictures it does not pay.
_POOL_FROM = 24
# Three of them and more would not fit into two gigabytes.
_MOST_PROCESSES = 2

Progress = Callable[[int], None]
Read = Callable[[Sequence[Decoded]], Iterable[Reading]]


@dataclass(frozen=True, slots=True)
class PictureCounts:
    """What a run read, what could not be read (its file is gone or refused), and what still waits."""

    read: int
    unreadable: int
    waiting: int

    def as_dict(self) -> dict[str, int]:
        """For the ledger."""
        return {"pictures": self.read, "unreadable": self.unreadable, "waiting": self.waiting}


def read_new_pictures(
    store: Store, folder: PictureFolder, key: Key, settings: Settings, progress: Progress
) -> PictureCounts:
    """Read what waits. Without the ocr extra nothing is read and everything goes on waiting."""
    waiting = count_unread(store)
    if waiting == 0 or missing_packages():
        return PictureCounts(0, 0, waiting)
    done = unreadable = 0
    with _readers(settings, waiting) as read, Decoder(settings.images) as decoder:
        for batch in _one_ahead(_batches(store, folder, decoder, read)):
            readings = [
                masked_reading(image_id, reading, key)
                for image_id, reading in zip(batch.image_ids, batch.readings, strict=True)
            ]
            with store.writing():
                write_readings(store, [*readings, *(_nothing(image_id) for image_id in batch.gone)])
            done, unreadable = done + len(readings), unreadable + len(batch.gone)
            progress(done)
    return PictureCounts(done, unreadable, count_unread(store))


@dataclass(frozen=True, slots=True)
class _Batch:
    """Pictures on their way: `readings` come in the order of `image_ids` when they are asked for."""

    image_ids: tuple[str, ...]
    readings: Iterable[Reading]
    gone: tuple[str, ...]


def _batches(store: Store, folder: PictureFolder, decoder: Decoder, read: Read) -> Iterator[_Batch]:
    after = ""
    while image_ids := unread_pictures(store, after, _AT_ONCE):
        decoded, gone = _decode_all(folder, decoder, image_ids)
        yield _Batch(tuple(decoded), read(list(decoded.values())), tuple(gone))
        after = image_ids[-1]


def _one_ahead(batches: Iterable[_Batch]) -> Iterator[_Batch]:
    """Each batch once the next one is on its way: nobody waits for the decoder."""
    last: _Batch | None = None
    for batch in batches:
        if last is not None:
            yield last
        last = batch
    if last is not None:
        yield last


def _decode_all(
    folder: PictureFolder, decoder: Decoder, image_ids: Sequence[str]
) -> tuple[dict[str, Decoded], list[str]]:
    decoded: dict[str, Decoded] = {}
    gone = []
    for image_id in image_ids:
        data = folder.read(image_id)
        try:
            if data is None:
                raise PictureError("the file was dropped")
            decoded[image_id] = decoder.decode(data)
        except PictureError:
            gone.append(image_id)
    return decoded, gone


def _nothing(image_id: str) -> PictureReading:
    """Of a picture whose file is gone nothing can be read, now or later."""
    return PictureReading(image_id, f"{READER}/gone", None, "", "[]", ())


@contextmanager
def _readers(settings: Settings, waiting: int) -> Iterator[Read]:
    """Reads in this process, or in two where many pictures wait."""
    cores = settings.workers or os.cpu_count() or 1
    size = min(_MOST_PROCESSES, cores)
    if size == 1 or waiting < _POOL_FROM:
        yield partial(_read_all, load_networks(cores))
        return
    with pool_of(size, _load_own, cores // size) as pool:
        yield lambda pictures: pool.map(_read_by_own, pictures)


def _read_all(networks: Networks, pictures: Sequence[Decoded]) -> Iterator[Reading]:
    for picture in pictures:
        yield read_pixels(networks, picture.pixels, (picture.width, picture.height))


_own: list[Networks] = []


def _load_own(threads: int) -> None:
    _own.append(load_networks(threads))


def _read_by_own(picture: Decoded) -> Reading:
    return read_pixels(_own[0], picture.pixels, (picture.width, picture.height))
