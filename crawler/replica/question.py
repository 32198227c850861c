"""One request to the replica, and what the world says to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.replica.facts import read_facts
from crawler.replica.world import Post, Scene
from crawler.weibo.ids import lengthen_id


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a request besides its address: headers by name in lower case, and a body."""

    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One request: the parameters of its query, the scene it is asked in, and what the asker may see.

    `facts` are what is taken for true of a site without a recorded body (crawler.replica.facts).
    """

    scene: Scene
    parameters: dict[str, str]
    access: str
    host_url: str
    sent: Sent = field(default_factory=Sent)
    facts: Mapping[str, str] = field(default_factory=lambda: read_facts([]))

    def get(self, name: str, default: str = "") -> str:
        """A parameter, or the default where it is absent."""
        return self.parameters.get(name, default)

    def get_number(self, name: str, default: int) -> int:
        """A parameter as a number, or the default where it is none."""
        value = self.get(name)
        return int(value) if value.isdecimal() else default

    def header(self, name: str) -> str:
        """A header, empty where it is absent; `name` in lower case."""
        return self.sent.headers.get(name, "")

    @property
    def body(self) -> str:
        """What was posted."""
        return self.sent.body

    def fact(self, name: str) -> str:
        """What is taken for true."""
        return self.facts[name]

    def fact_number(self, name: str) -> int:
        """The same, of a fact that is a number."""
        return int(self.facts[name])

    @property
    def is_guest(self) -> bool:
        """Whether only first pages are to be had."""
        return self.access == "visitor"

    def find_post(self, key: str) -> Post | None:
        """The post of a decimal id or of its short form."""
        is_decimal = key.isdecimal() and len(key) == 16
        decimal = key if is_decimal else lengthen_id(key) if key.isalnum() and key.isascii() else ""
        return self.scene.posts.get(decimal)
