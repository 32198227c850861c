"""Has everybody and everything that the plea asked for ended?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.status.model import Profile, Reading

UNNAMED = frozenset({"self", "friend", "neighbour"})
_NEWBORN = frozenset({"son", "daughter", "child", "sister", "brother"})
# Events that answer one kind of need only: a thing that came, a person who came back.
ONE_NEED = frozenset(
    {"received", "received_medicine", "received_supplies", "restored", "travel", "got", "found", "home"}
)
_ITEM = re.compile(r"[①-⑩]")
_OF_ALL = re.compile("都|全")
_SAME_PERSON = (
    frozenset({"child", "son", "daughter"}),
    frozenset({"wife", "mother"}),
    frozenset({"husband", "father"}),
    frozenset({"maternal_grandmother", "grandmother"}),
    frozenset({"maternal_grandfather", "grandfather"}),
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Who and what has ended so far; `is_everybody`: words that name nobody or everybody have said so."""

    persons: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    is_everybody: bool = False

    def after(self, reading: Reading) -> Ledger:
        """With what this reading settles."""
        return replace(
            self,
            persons=self.persons | reading.settled_persons,
            needs=self.needs | reading.settled_needs,
            is_everybody=self.is_everybody or (reading.kind == "resolved" and names_everybody(reading)),
        )

    def covers(self, profile: Profile) -> bool:
        """Whether nobody and nothing of the plea is left."""
        return self._covers_persons(profile) and self._covers_needs(profile)

    def _covers_persons(self, profile: Profile) -> bool:
        wanted = profile.persons - UNNAMED - (_NEWBORN if "maternity" in profile.needs else frozenset())
        return self.is_everybody or len(wanted) == 0 or wanted <= same_persons(self.persons) or "*" in wanted

    def _covers_needs(self, profile: Profile) -> bool:
        return "*" in self.needs or not profile.needs or profile.asked <= self.needs


def names_everybody(reading: Reading) -> bool:
    """Whether its success is said of nobody by name, or of all."""
    named = reading.settled_persons - UNNAMED
    return not named or "*" in named


def same_persons(persons: frozenset[str]) -> frozenset[str]:
    """With the other words for the same people (孩子 may be 儿子)."""
    return persons | {person for kin in _SAME_PERSON if kin & persons for person in kin}


def leaves_items(plea_text: str, words: str) -> bool:
    """Whether the plea numbers its needs (①断电 ②断水) and the words speak of some of the numbers only."""
    wanted, told = set(_ITEM.findall(plea_text)), set(_ITEM.findall(words))
    return bool(told) and len(wanted) > 1 and bool(wanted - told) and _OF_ALL.search(words) is None


def is_other_person(reading: Reading, profile: Profile) -> bool:
    """Whether it speaks by name of nobody whom the plea is for."""
    said = reading.settled_persons - UNNAMED - {"*"}
    wanted = profile.persons - UNNAMED - {"*"}
    if "maternity" in profile.needs:
        said -= _NEWBORN
    return bool(said and wanted and not same_persons(said) & wanted and "*" not in reading.settled_persons)


def is_other_need(reading: Reading, profile: Profile) -> bool:
    """Whether what it reports as done is nothing that the plea needed; only the events of ONE_NEED are told apart so:
    a child that sleeps again needs no bed."""
    ended = [clause for clause in reading.clauses if clause.vote in {"resolved", "hint"}]
    if any(clause.event not in ONE_NEED for clause in ended):
        return False
    said = reading.settled_needs
    return bool(said and profile.needs and "*" not in said and not said & profile.needs)
