"""What a look-up of a picture says: what was read and where, and the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from pipeline.asking.answer import answer_lines
from pipeline.asking.ask import Answered
from pipeline.images.reading import Reading, ShownPost

_EXCERPT_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class PictureAnswer:
    """One picture's answer. `refused` says why it was not read; then there is neither reading nor answer."""

    name: str
    reading: Reading | None
    answered: Answered | None
    refused: str | None

    def as_dict(self) -> dict[str, object]:
        """For --json; boxes are (left, top, right, bottom) in pixels of the picture."""
        answer = self.answered.answer.as_dict() if self.answered else {"outcome": "refused", "reason": self.refused}
        return {"image": self.name, **answer, "reading": _reading_as_dict(self.reading)}

    def as_lines(self, now: datetime) -> Iterator[str]:
        """On a terminal, Chinese first."""
        yield f"● {self.name}"
        if self.refused is not None:
            yield f"  没有读：{self.refused}"
        for post in self.reading.posts if self.reading else ():
            yield f"  {_excerpt(post)}"
        if self.answered is not None:
            yield from answer_lines(self.answered.answer, self.answered.views, now)


def _reading_as_dict(reading: Reading | None) -> dict[str, object] | None:
    if reading is None:
        return None
    return {
        "width": reading.width,
        "height": reading.height,
        "platform": reading.platform,
        "posts": [asdict(post) for post in reading.posts],
        "lines": [asdict(line) for line in reading.lines],
    }


def _excerpt(post: ShownPost) -> str:
    head = " ".join(part for part in (post.author, post.posted_at) if part)
    words = " ".join(post.body.split())
    short = words if len(words) <= _EXCERPT_CHARACTERS else words[:_EXCERPT_CHARACTERS] + "…"
    return f"{head}：{short}" if head else short
