"""Pictures named in an observation: found beside its file, checked by decoding, kept once; or refused by name."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dedupe.images.hashing import hash_picture, to_bytes
from pipeline.images.guarded import Decoder
from pipeline.images.keeping import PictureFolder, id_of
from pipeline.images.values import PictureError
from pipeline.places import Places
from pipeline.settings import ImageSettings
from pipeline.store.database import Store
from pipeline.store.images import PostPicture, known_picture

_WEB = ("http://", "https://", "//")


@contextmanager
def picture_intake(store: Store, places: Places, limits: ImageSettings) -> Iterator[PictureIntake | None]:
    """For one run; None where Pillow is not installed: then pictures are passed over (`houxu doctor` says so)."""
    if importlib.util.find_spec("PIL") is None:
        yield None
        return
    with Decoder(limits) as decoder:
        yield PictureIntake(store, PictureFolder(places.images_dir), decoder)


@dataclass(frozen=True, slots=True)
class PictureIntake:
    """Where pictures go, and the guarded process that looks at them."""

    store: Store
    folder: PictureFolder
    decoder: Decoder

    def take(self, file: Path, name: str, post_id: str, position: int) -> PostPicture | None:
        """The picture that an observation in `file` names; None where it only names an address on the web.

        Raises:
            PictureError: why it was not taken.
        """
        if name.startswith(_WEB):
            return None
        data = self._read(file, name)
        known = known_picture(self.store, id_of(data))
        if known is None:
            picture = self.decoder.look_at(data)
            phash = to_bytes(hash_picture(picture.thumbnail))
            known = (picture.kind, picture.width, picture.height, phash)
        kind, width, height, phash = known
        return PostPicture(post_id, self.folder.keep(data), position, kind, width, height, phash)

    def _read(self, file: Path, name: str) -> bytes:
        home = file.absolute().parent.resolve()
        try:
            path = (home / name).resolve()
            if not path.is_relative_to(home) or not path.is_file():
                raise PictureError(f"图片 {name[:80]} 不在文件旁边 / no such picture beside the file")
            if path.stat().st_size > self.decoder.limits.max_bytes:
                raise PictureError(f"图片 {name[:80]} 太大 / too many bytes")
            return path.read_bytes()
        except (OSError, ValueError) as error:
            raise PictureError(f"图片 {name[:80]!r} 打不开 / cannot be read") from error
