"""What a check found, in one line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` names what was looked at, `told` says what was found, Chinese first; `fix` is "" where all is fine."""

    check: str
    told: str
    fix: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether nothing is to be done."""
        return not self.fix

    def as_line(self) -> str:
        """The line for a terminal."""
        return f"✓ {self.check}：{self.told}" if self.is_fine else f"✗ {self.check}：{self.told} → {self.fix}"
