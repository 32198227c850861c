"""Who may do what: viewer ⊂ checker ⊂ editor ⊂ admin."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

ROLES = ("viewer", "checker", "editor", "admin")
SCOPES = ("read", "ask", "act", "review", "edit")
_ROLE_OF_SCOPE = {"edit": "editor", "act": "checker", "review": "checker"}


class Refused(Exception):  # noqa: N818 it says what happened, as HTTP does
    """The visitor may not do this; `needed` is the role or scope that may."""

    def __init__(self, needed: str) -> None:
        super().__init__(needed)
        self.needed = needed


class NeedsLogin(Exception):  # noqa: N818 as above
    """Nobody is logged in here."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `is_local`: nobody logged in, the desk runs on this machine only and has no accounts."""

    name: str
    role: str
    is_local: bool = False

    def may(self, needed: str) -> bool:
        """Whether the visitor has that role or a higher one."""
        return ROLES.index(self.role) >= ROLES.index(needed)


def role_of_scopes(scopes: Collection[str]) -> str:
    """The role that a program acts in: the highest that one of its scopes stands for."""
    return max((_ROLE_OF_SCOPE.get(scope, "viewer") for scope in scopes), key=ROLES.index, default="viewer")


LOCAL = Visitor("local", "checker", is_local=True)
