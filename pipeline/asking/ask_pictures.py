"""Look-ups of picture files, one after the other; one that is refused is an answer too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.asking.ask_image import ask_and_read, ask_known
from pipeline.asking.picture_answer import PictureAnswer
from pipeline.errors import UserError
from pipeline.images.ocr.models import require_packages
from pipeline.images.reading import Reader, shared_reader
from pipeline.images.values import PictureError
from pipeline.privacy import Key
from pipeline.settings import ImageSettings
from pipeline.store.database import Store


def ask_pictures(store: Store, key: Key, limits: ImageSettings, paths: Sequence[Path]) -> Iterator[PictureAnswer]:
    """An answer for each file, in order. Everything is read, known or not: whoever asks wants to see what is in it.

    Raises:
        UserError: the ocr extra is not installed, or a file cannot be opened.
    """
    require_packages()
    reader = shared_reader(limits)
    for path in paths:
        yield _ask_file(store, key, reader, path)


def _ask_file(store: Store, key: Key, reader: Reader, path: Path) -> PictureAnswer:
    try:
        data = _bytes_of(path, limit=reader.decoder.limits.max_bytes)
        known = ask_known(store, data)
        if known is not None:
            return PictureAnswer(str(path), reader.read(data), known, None)
        asked = ask_and_read(store, key, data, reader)
    except PictureError as error:
        return PictureAnswer(str(path), None, None, str(error))
    return PictureAnswer(str(path), asked.reading, asked.answered, None)


def _bytes_of(path: Path, limit: int) -> bytes:
    """Of a file that is far too large only as much as shows that."""
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise UserError(f"{path}: 打不开 / cannot be read: {error.strerror}") from error
