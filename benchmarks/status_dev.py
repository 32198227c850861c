"""Measures the status stage on the development stories: what each text reads, and where each story ends.

    python -m benchmarks.status_dev FILE ... [--part fit|check] [--show resolved|false|ends]

`check` is the quarter of the stories (number divisible by four) that no rule was written from; `fit` is the rest.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.facts.extract import extract_facts
from pipeline.status.decide import decide
from pipeline.status.model import CaseFile, Decision, Policy, Utterance

_START = datetime(2023, 1, 1, 8, tzinfo=UTC)
_CHECK_EVERY = 4


@dataclass(frozen=True, slots=True)
class Heard:
    """One labelled text with the kind that was read ("review" where it was left to a person)."""

    story: str
    plea: str
    text: str
    form: str
    wanted: str
    got: str
    rule: str
    quote: str


@dataclass(frozen=True, slots=True)
class Ended:
    """One story with the status it should end in and the decision."""

    story: str
    wanted: str
    decision: Decision


def main() -> None:
    """Print the tables, and the misses that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="+")
    parser.add_argument("--part", choices=("fit", "check", "all"), default="all")
    parser.add_argument("--show", choices=("resolved", "false", "ends", "none"), default="none")
    options = parser.parse_args()
    stories = [story for path in options.file for story in read_stories(path, options.part)]
    heard = [text for story in stories for text in hear(story)]
    ended = [end(story) for story in stories if "end" in story]
    report(heard, ended)
    show(heard, ended, options.show)


def read_stories(path: Path, part: str) -> Iterator[dict[str, Any]]:
    """The stories of a file that belong to `part` (fit, check or all)."""
    for line in path.read_text(encoding="utf-8").splitlines():
        story = json.loads(line)
        is_check = int(story["id"][1:]) % _CHECK_EVERY == 0
        if part == "all" or is_check == (part == "check"):
            yield story


def hear(story: dict[str, Any]) -> Iterator[Heard]:
    """Every text of the author alone after the plea: the decision on a case of which nothing else is known."""
    for number, said in enumerate(story["said"]):
        word = _word(story, number)
        decision = decide(CaseFile(story["id"], _plea(story), (), (word,)), Policy(), _START + timedelta(days=9))
        update = decision.update_in_force
        reading = decision.considered[0].reading
        yield Heard(
            story=story["id"],
            plea=story["plea"],
            text=said["text"],
            form=said["form"],
            wanted=said["reads"],
            got=_kind(decision),
            rule=update.rule if update else f"{reading.rule}{reading.doubt}",
            quote=update.quote if update else reading.quote,
        )


def _kind(decision: Decision) -> str:
    update = decision.update_in_force
    if decision.needs_review and (update is None or update.kind == "progress"):
        return "review"
    return update.kind if update else "none"


def end(story: dict[str, Any]) -> Ended:
    """Where the whole story ends."""
    words = tuple(_word(story, number) for number in range(len(story["said"])))
    decision = decide(CaseFile(story["id"], _plea(story), (), words), Policy(), _START + timedelta(days=9))
    return Ended(story["id"], story["end"], decision)


def _plea(story: dict[str, Any]) -> Utterance:
    return _utterance("plea", "plea", "author", story["plea"], 0)


def _word(story: dict[str, Any], number: int) -> Utterance:
    said = story["said"][number]
    form = said["form"]
    speaker = form if form in {"official", "third_party"} else "author"
    return _utterance("plea" if form == "edit" else f"word{number}", form, speaker, said["text"], number + 1, story)


def _utterance(
    post_id: str, form: str, speaker: str, text: str, hours: int, story: dict[str, Any] | None = None
) -> Utterance:
    at = _START + timedelta(hours=hours)
    shape = form if form in {"plea", "post", "edit", "self_repost"} else "comment"
    return Utterance(
        post_id=post_id,
        observation_id=f"{post_id}@{hours}",
        author_id="a" if speaker == "author" else speaker,
        author_name=None,
        speaker=speaker,
        form=shape,
        said_at=at,
        observed_at=at,
        text=text,
        previous_text=story["plea"] if story and form == "edit" else None,
        facts=frozenset((fact.kind, fact.value) for fact in extract_facts(text) if fact.kind != "need"),
        repost_of="plea" if shape == "self_repost" else None,
        reply_to="plea" if shape == "comment" else None,
    )


def report(heard: list[Heard], ended: list[Ended]) -> None:
    """The figures."""
    table = Counter((text.wanted, text.got) for text in heard)
    wanted = sum(count for (want, _), count in table.items() if want == "resolved")
    print(f"texts {len(heard)}  resolved recall {table['resolved', 'resolved'] / max(1, wanted):.3f}", end="  ")
    print("false resolved", sum(count for (want, got), count in table.items() if got == "resolved" != want))
    kinds = ("resolved", "progress", "closed", "withdrawn", "reopened", "review", "none")
    print("wanted \\ got " + " ".join(f"{kind:>9}" for kind in kinds))
    for want in kinds:
        print(f"{want:>12} " + " ".join(f"{table[want, kind]:>9}" for kind in kinds))
    ends = Counter((story.wanted, story.decision.status) for story in ended)
    right = sum(count for (want, got), count in ends.items() if want == got)
    print(f"stories {len(ended)}  right {right / max(1, len(ended)):.3f}", dict(ends))


def show(heard: list[Heard], ended: list[Ended], what: str) -> None:
    """The misses of one kind."""
    for text in heard:
        is_missed = what == "resolved" and text.wanted == "resolved" != text.got
        if is_missed or (what == "false" and text.got == "resolved" != text.wanted):
            print(f"{text.story} {text.wanted}->{text.got} [{text.rule}|{text.quote}] {text.plea[:40]} <- {text.text}")
    for story in ended if what == "ends" else ():
        if story.wanted != story.decision.status:
            effects = [(said.reading.rule, said.effect) for said in story.decision.considered]
            print(story.story, story.wanted, "->", story.decision.status, effects)


if __name__ == "__main__":
    main()
