"""`python -m benchmarks.screenshots.curve SET`: what if a match had to show more of whose post it is?

Of the halves, mosaics and stickers of a half whose lines are kept (`rowcache`), each sure answer is weighed by what the
picture hides: which of the stored post's name, place, age and phone are not in it. A rule turns answers into questions.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.screenshots.asking import Bench, open_bench
from benchmarks.screenshots.rowcache import from_text, place_of
from benchmarks.screenshots.truth import Truth, read_truth
from benchmarks.screenshots.whole import Drawn, are_one_case
from pipeline.asking.ask_image import bodies_of, find_posts
from pipeline.images.evidence import hides_what_parts, weigh_posts
from pipeline.intake.mentioning import mentions_of
from pipeline.models import Mention
from pipeline.store.asking import cases_of_post
from pipeline.store.observations import load_mentions

_CHANGES = ("part_bot", "part_mid", "part_top", "mosaic_name", "mosaic_phone", "sticker")
_KINDS = {"person": "name", "address": "place", "place": "place", "age": "age", "phone": "phone", "id_number": "phone"}


@dataclass(frozen=True, slots=True)
class Named:
    """A sure answer, or none (`is_match`).

    Attributes:
        truth: the picture's.
        is_present: a post that it shows is in the store.
        is_right: the answer is its case.
        is_one_case: or a case that the linking would put the post into, had it both.
        has_author: the picture names the post's author or minute.
        covered: share of the stored post that is shown.
        hidden: which of the post's name, place, age and phone the picture doesn't show.
        is_parted: linking keeps posts apart that differ in what is hidden (a town, mostly).
    """

    truth: Truth
    is_present: bool
    is_match: bool = False
    is_right: bool = False
    is_one_case: bool = False
    has_author: bool = False
    covered: float = 0.0
    hidden: frozenset[str] = frozenset()
    is_parted: bool = False


RULES: dict[str, Callable[[Named], bool]] = {
    "as it is": lambda one: True,
    "a hidden town always asks": lambda one: not one.is_parted,
    "at most 3 of 4 facts hidden": lambda one: len(one.hidden) <= 3,
    "name or place to see": lambda one: not {"name", "place"} <= one.hidden,
    "at most 2 hidden": lambda one: len(one.hidden) <= 2,
    "at most 1 hidden": lambda one: len(one.hidden) <= 1,
    "none hidden": lambda one: not one.hidden,
    "half of the post to see": lambda one: one.covered >= 0.5,
    "nine tenths to see": lambda one: one.covered >= 0.9,
}
"""Which answers stay: for all rules, those under the author's own name too."""


def name_one(bench: Bench, folder: Path, truth: Truth) -> Named:
    """The sure answer to a picture whose lines are kept."""
    reading = from_text(place_of(folder, truth).read_text(encoding="utf-8")).to_reading()
    bodies = bodies_of(reading)
    found = find_posts(bench.store, bench.key, reading, bodies)
    right = bench.cases(truth.posts)
    sure = [one for one in weigh_posts(found) if one.is_sure]
    first = [one for one in sure if one.body == min(other.body for other in sure)]
    cases = {case for one in first for case in cases_of_post(bench.store, one.post_id)}
    if len(cases) != 1:
        return Named(truth, bool(right))
    main = max(first, key=lambda one: one.shown.matched)
    stored = [mention for _, mention in load_mentions(bench.store, [main.post_id])[main.post_id]]
    return Named(
        truth,
        bool(right),
        is_match=True,
        is_right=bool(cases & right),
        is_one_case=are_one_case(bench.whole, bench.store, next(iter(cases)), truth.posts),
        has_author=main.post_id in found.named,
        covered=main.shown.covered,
        hidden=hidden_facts(stored, [mention for body in bodies for mention in mentions_of(body.said, bench.key)]),
        is_parted=hides_what_parts(main.post_id, found),
    )


def hidden_facts(stored: Sequence[Mention], shown: Sequence[Mention]) -> frozenset[str]:
    """The kinds of which the stored post says something and the picture nothing that is the same. A town says where
    somebody is only if no address does."""
    seen = {(mention.kind, mention.hmac) for mention in shown}
    has_address = any(mention.kind == "address" for mention in stored)
    told = [one for one in stored if one.kind in _KINDS and not (has_address and one.kind == "place")]
    return frozenset(_KINDS[one.kind] for one in told) - {
        _KINDS[one.kind] for one in told if (one.kind, one.hmac) in seen
    }


def write_curve(named: Sequence[Named]) -> Iterator[str]:
    """Lines of a Markdown table, one a rule."""
    yield f"| rule | right of {sum(one.is_present for one in named)} | wrong | other case | {' | '.join(_CHANGES)} |"
    yield "|---|" + "---|" * (3 + len(_CHANGES))
    for name, keeps in RULES.items():
        kept = [one for one in named if one.is_match and (one.has_author or keeps(one))]
        wrong = [one for one in kept if not one.is_right]
        counts = [sum(one.is_right for one in kept), len(wrong), sum(not one.is_one_case for one in wrong)]
        shares = [_recall(named, kept, change) for change in _CHANGES]
        yield f"| {name} | {' | '.join([*map(str, counts), *shares])} |"


def _recall(named: Sequence[Named], kept: Sequence[Named], change: str) -> str:
    present = sum(one.is_present for one in named if one.truth.transform == change)
    right = sum(one.is_right for one in kept if one.truth.transform == change)
    return f"{right / present:.3f}" if present else "–"


def main() -> None:
    """Parse the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("dev", "held"), default="dev")
    parser.add_argument("--count", type=int, default=4800, help="with so many pictures the set was drawn")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    half = [truth for truth in read_truth(given.folder) if truth.half == given.half]
    bench = open_bench(given.folder, half, Drawn(given.count, given.seed))
    kept = [truth for truth in half if truth.transform in _CHANGES and place_of(given.folder, truth).exists()]
    named = [name_one(bench, given.folder, truth) for truth in kept]
    print(f"{len(named)} pictures of the {given.half} half", *write_curve(named), sep="\n")


if __name__ == "__main__":
    main()
