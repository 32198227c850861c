"""A process that decodes pictures under limits of memory and time, and may die: another takes its place.

What crosses the pipe is bytes and JSON, never pickles: the other side has met hostile input.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import resource
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import numpy as np

from pipeline.images.kinds import sniff
from pipeline.images.values import Decoded, PictureError, Pixels, Seen
from pipeline.settings import ImageSettings

_MEGABYTE = 1 << 20
_OBJECT = re.compile(r"<[^>]*>")


@dataclass(slots=True)
class Decoder:
    """Decodes one picture after the other in a guarded child. A picture that kills or outlasts it is refused."""

    limits: ImageSettings
    _child: BaseProcess | None = field(default=None, init=False)
    _pipe: Connection | None = field(default=None, init=False)

    def decode(self, data: bytes) -> Decoded:
        """The picture in these bytes, for reading.

        Raises:
            PictureError: what is wrong with it, in one line.
        """
        seen, (pixels,) = self._ask("decode", data)
        return Decoded(seen.kind, seen.width, seen.height, pixels, seen.thumbnail)

    def look_at(self, data: bytes) -> Seen:
        """The same picture as far as it takes to know it again.

        Raises:
            PictureError: as `decode`.
        """
        return self._ask("look_at", data)[0]

    def _ask(self, task: str, data: bytes) -> tuple[Seen, list[Pixels]]:
        kind, _, _ = sniff(data, self.limits)
        pipe = self.start()
        try:
            pipe.send_bytes(json.dumps({"task": task, "kind": kind, "width": self.limits.reading_width}).encode())
            pipe.send_bytes(data)
            if not pipe.poll(self.limits.decode_seconds):
                self.close()
                raise PictureError(f"{kind}：解码超过 {self.limits.decode_seconds:g} 秒 / decoding takes too long")
            return _received(pipe, self.limits)
        except (EOFError, OSError) as error:
            self.close()
            raise PictureError(f"{kind}：解码时内存超限或崩溃 / the decoder ran out of memory or died") from error

    def start(self) -> Connection:
        """Have the child ready; called early, it starts while its owner does something else."""
        if self._pipe is None or self._child is None:
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            self._child = context.Process(target=_serve, args=(theirs, self.limits.decode_memory_mb), daemon=True)
            self._child.start()
            theirs.close()
            self._pipe = ours
        return self._pipe

    def close(self) -> None:
        """End the child."""
        if self._pipe is not None and self._child is not None:
            self._pipe.close()
            self._child.kill()
            self._child.join()
        self._pipe = self._child = None

    def __enter__(self) -> Decoder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _received(pipe: Connection, limits: ImageSettings) -> tuple[Seen, list[Pixels]]:
    head = json.loads(pipe.recv_bytes(_MEGABYTE))
    if "refused" in head:
        raise PictureError(f"图片损坏 / a damaged picture: {head['refused']}")
    most = limits.decode_memory_mb * _MEGABYTE
    thumbnail, *pixels = (np.frombuffer(pipe.recv_bytes(most), np.uint8).reshape(shape) for shape in head["shapes"])
    return Seen(head["kind"], head["width"], head["height"], thumbnail), pixels


def _serve(pipe: Connection, memory_mb: int) -> None:
    """The child: no file can be written, memory ends at the limit."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    from pipeline.images.decoding import BROKEN, decode, look_at

    tasks: dict[str, Callable[[str, bytes, int], Decoded | Seen]] = {"decode": decode, "look_at": look_at}
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * _MEGABYTE, memory_mb * _MEGABYTE))
    while True:
        try:
            wish = json.loads(pipe.recv_bytes())
            data = pipe.recv_bytes()
        except EOFError:
            return
        try:
            picture = tasks[wish["task"]](wish["kind"], data, wish["width"])
        except MemoryError:
            os._exit(1)
        except BROKEN as error:
            pipe.send_bytes(json.dumps({"refused": _in_short(error)}).encode())
            continue
        _send(pipe, picture)


def _send(pipe: Connection, picture: Decoded | Seen) -> None:
    arrays = [picture.thumbnail, picture.pixels] if isinstance(picture, Decoded) else [picture.thumbnail]
    head = {
        "kind": picture.kind,
        "width": picture.width,
        "height": picture.height,
        "shapes": [array.shape for array in arrays],
    }
    pipe.send_bytes(json.dumps(head).encode())
    for array in arrays:
        pipe.send_bytes(np.ascontiguousarray(array).tobytes())


def _in_short(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {_OBJECT.sub('', str(error))}".split())[:120]
