"""One request to the replica, and what the world says to it."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.replica.world import Post, Scene
from crawler.weibo.ids import lengthen_id


@dataclass(frozen=True, slots=True)
class Question:
    """One request: the parameters of its query, the scene it is asked in, and what the asker may see."""

    scene: Scene
    parameters: dict[str, str]
    access: str
    host_url: str

    def get(self, name: str, default: str = "") -> str:
        """A parameter, or the default where it is absent."""
        return self.parameters.get(name, default)

    def get_number(self, name: str, default: int) -> int:
        """A parameter as a number, or the default where it is none."""
        value = self.get(name)
        return int(value) if value.isdecimal() else default

    @property
    def is_guest(self) -> bool:
        """Whether only first pages are to be had."""
        return self.access == "visitor"

    def find_post(self, key: str) -> Post | None:
        """The post of a decimal id or of its short form."""
        is_decimal = key.isdecimal() and len(key) == 16
        decimal = key if is_decimal else lengthen_id(key) if key.isalnum() and key.isascii() else ""
        return self.scene.posts.get(decimal)
