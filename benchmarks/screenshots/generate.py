"""`python -m benchmarks.screenshots.generate OUT --count N --seed S`: pictures, truth.jsonl and posts.jsonl.

The same arguments give the same posts, cards and changes; the pictures' bytes depend on the Chromium and Pillow used.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from PIL import Image

from benchmarks.screenshots.browser import Printer, open_printer
from benchmarks.screenshots.cards import SURFACES, Card, Frame, choose_frame, draw_card
from benchmarks.screenshots.changes import CHANGES, LONG_COMMENTS, SAVED_AS, apply_change
from benchmarks.screenshots.changes_cut import crop_status
from benchmarks.screenshots.population import Pen, Post, make_distractors, make_originals, to_line
from benchmarks.screenshots.shot import Shot, stack
from benchmarks.screenshots.truth import Truth

SHARES = {"weibo_detail": 30, "weibo_feed": 20, "pc_card": 12, "moments": 12, "chat": 14, "notes": 12}
CHANGES_A_CARD = 3
PICTURES_A_POST = 7
_LONG_SURFACES = ("weibo_detail", "moments")
_STITCHED_SURFACES = ("weibo_detail", "weibo_feed", "pc_card", "moments")


@dataclass(frozen=True, slots=True)
class Group:
    """One post in one frame, with the changes to make of it; `other` is stitched below where that is asked."""

    number: int
    post: Post
    other: Post
    surface: str
    changes: tuple[str, ...]


def plan_groups(posts: Sequence[Post], count: int, seed: int) -> list[Group]:
    """What to draw so that there are `count` pictures; each change comes equally often."""
    rng = random.Random(f"plan/{seed}")
    order = list(posts)
    rng.shuffle(order)
    groups = []
    for number in range(-(-count // CHANGES_A_CARD)):
        first = number * CHANGES_A_CARD
        wanted = [CHANGES[at % len(CHANGES)] for at in range(first, min(count, first + CHANGES_A_CARD))]
        surface = rng.choices(SURFACES, [SHARES[name] for name in SURFACES])[0]
        if "stitched" in wanted:
            surface = rng.choice(_STITCHED_SURFACES)
        if "long" in wanted:
            surface = rng.choice(_LONG_SURFACES)
        post = order[number % len(order)]
        others = [other for other in order if other.half == post.half and _group_of(other) != _group_of(post)]
        groups.append(Group(number, post, rng.choice(others or [post]), surface, tuple(wanted)))
    return groups


def _group_of(post: Post) -> str:
    return post.twin_of or post.post_id


def draw_group(printer: Printer, group: Group, seed: int) -> Iterator[tuple[bytes, Truth]]:
    """The pictures of a group, encoded, each with its truth; the file's name is its number and change.

    All plain changes start from one rendering; `long` and `stitched` are drawn otherwise.
    """
    drawn: dict[str, tuple[Card, Shot, list[Post]]] = {}
    for change in group.changes:
        way = change if change in ("long", "stitched") else "plain"
        if way not in drawn:
            drawn[way] = _draw(printer, random.Random(f"{seed}/{group.number}/{way}"), group, way)
        card, plain, posts = drawn[way]
        rng = random.Random(f"{seed}/{group.number}/{change}")
        shot = apply_change(rng, plain, change, group.post)
        data, kind = encode(rng, shot.image, change)
        name = f"{group.number:05d}_{group.surface}_{change}.{kind}"
        yield data, replace(_tell(card, shot, posts, change), file=name, sha256=hashlib.sha256(data).hexdigest())


def draw_plain(printer: Printer, group: Group, seed: int) -> Shot:
    """What a group's plain changes start from."""
    return _draw(printer, random.Random(f"{seed}/{group.number}/plain"), group, "plain")[1]


def _draw(printer: Printer, rng: random.Random, group: Group, way: str) -> tuple[Card, Shot, list[Post]]:
    frame = choose_frame(rng, group.surface)
    comments = rng.randint(*LONG_COMMENTS) if way == "long" else rng.randint(0, 4)
    card = draw_card(rng, group.post, frame, comments)
    shot = printer.render(card)
    if way != "stitched":
        return card, shot, [group.post]
    return card, stack(shot, _draw_lower(printer, rng, group.other, frame)), [group.post, group.other]


def encode(rng: random.Random, image: Image.Image, change: str) -> tuple[bytes, str]:
    """The file as people have it, and its ending: screenshots are PNG, what was passed on is mostly JPEG."""
    if change in SAVED_AS:
        kind, quality = SAVED_AS[change]
    else:
        kind, quality = rng.choice((("PNG", 0), ("PNG", 0), ("JPEG", 95), ("JPEG", 90), ("JPEG", 85)))
    buffer = io.BytesIO()
    if kind == "PNG":
        image.save(buffer, kind, compress_level=1)
    else:
        image.save(buffer, kind, quality=quality)
    return buffer.getvalue(), {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}[kind]


def _draw_lower(printer: Printer, rng: random.Random, post: Post, frame: Frame) -> Shot:
    return crop_status(rng, printer.render(draw_card(rng, post, frame, rng.randint(0, 2))))


def _tell(card: Card, shot: Shot, posts: list[Post], change: str) -> Truth:
    post = posts[0]
    is_author_visible = shot.author is not None and card.author_name is not None
    return Truth(
        file="",
        sha256="",
        post_id=post.post_id,
        half=post.half,
        absent=post.is_absent,
        surface=card.frame.surface,
        theme=card.frame.theme,
        width=card.frame.width,
        transform=change,
        author_name=card.author_name,
        author_visible=is_author_visible,
        is_author_origin=card.author_name == post.author_name,
        posted_at=card.posted_at if "when" in shot.zones else None,
        text=post.text.strip(),
        visible_text=shot.visible_text(),
        twin_of=post.twin_of,
        twin_kind=post.twin_kind,
        posts=tuple(one.post_id for one in posts),
    )


def write_groups(folder: Path, groups: Sequence[Group], seed: int) -> list[Truth]:
    """Draw the groups with a browser of its own; returns the truth of what was written."""
    told = []
    with open_printer() as printer:
        for group in groups:
            for data, truth in draw_group(printer, group, seed):
                (folder / "pictures" / truth.file).write_bytes(data)
                told.append(replace(truth, file=f"pictures/{truth.file}"))
    return told


def write_set(folder: Path, count: int, seed: int, distractors: int, jobs: int) -> int:
    """A whole set; returns how many pictures it has."""
    (folder / "pictures").mkdir(parents=True, exist_ok=True)
    pen = Pen(seed)
    posts = make_originals(pen, max(24, count // PICTURES_A_POST), seed)
    lines = [to_line(post) for post in posts if not post.is_absent]
    lines += [to_line(post) for post in make_distractors(pen, distractors)]
    random.Random(f"lines/{seed}").shuffle(lines)
    (folder / "posts.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    groups = plan_groups(posts, count, seed)
    shares = [groups[start::jobs] for start in range(jobs)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as workers:
        parts = workers.map(write_groups, [folder] * jobs, shares, [seed] * jobs)
        told = sorted((truth for part in parts for truth in part), key=lambda truth: truth.file)
    (folder / "truth.jsonl").write_text("".join(f"{truth.to_line()}\n" for truth in told), encoding="utf-8")
    return len(told)


def main() -> None:
    """Parse the command line, write the set, say how fast that was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=2400, help="pictures")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--distractors", type=int, default=5000, help="posts that no picture shows")
    parser.add_argument("--jobs", type=int, default=1, help="processes, each with a browser")
    given = parser.parse_args()
    started = time.perf_counter()
    made = write_set(given.out, given.count, given.seed, given.distractors, given.jobs)
    seconds = time.perf_counter() - started
    print(f"{made} pictures in {seconds:.0f} s ({made / seconds:.1f} a second) in {given.out}")


if __name__ == "__main__":
    main()
