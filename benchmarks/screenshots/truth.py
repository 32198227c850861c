"""What is true of a generated picture: a line of truth.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Truth:
    """One picture. `text` is the whole body of the post, `visible_text` what a reader can still see of it.

    `author_name` and `posted_at` are as shown (a chat shows who sent it, moments who pasted it, notes nobody);
    `is_author_origin` says whether the shown author is the post's own. `posts` are the ids of all posts shown.
    """

    file: str
    sha256: str
    post_id: str
    half: str
    absent: bool
    surface: str
    theme: str
    width: int
    transform: str
    author_name: str | None
    author_visible: bool
    is_author_origin: bool
    posted_at: str | None
    text: str
    visible_text: str
    twin_of: str | None
    twin_kind: str | None
    posts: tuple[str, ...]

    def to_line(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read_truth(folder: Path) -> Iterator[Truth]:
    """The pictures of a generated set, in the order in which they were made."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            value = json.loads(line)
            yield Truth(**{**value, "posts": tuple(value["posts"])})
