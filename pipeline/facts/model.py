"""The values that extractors return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

FactKind = Literal["phone", "id_number", "person", "age", "address", "place", "need"]


class Fact(NamedTuple):
    """One stated fact. A tuple: a post has a dozen, and a frozen dataclass costs 1 µs to make.

    `value` is the canonical raw value (phone: digits, `x802` for an extension; age: years; place: full names of
    province, city and district joined by `/`, unknown ones empty; need: category id). `masked` may be stored.
    `start`, `end` count in the text that was read (displayed text; after masking, the masked text). `rule` names
    what read it.
    """

    kind: FactKind
    value: str
    masked: str
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without phones, ID numbers and house-level addresses; `facts` have their spans in it."""

    text: str
    facts: tuple[Fact, ...]


# A fact whose span counts in the normal text, before it is led back to the displayed one.
Found: TypeAlias = Fact
