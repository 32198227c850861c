"""`python -m benchmarks.screenshots.world`: the pictures of the sample world, data/world/shots.

Screenshots show what the world says is legible in them (`screenshot_text`); other pictures are blurs without a word.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter

from benchmarks.screenshots.browser import Printer, open_printer
from benchmarks.screenshots.cards import Card, Frame, make_context, render_markup, split_pieces
from benchmarks.screenshots.changes import apply_change
from benchmarks.screenshots.grammar import Person
from benchmarks.screenshots.population import Post

WORLD = Path("data/world")
MAX_BYTES = 1_500_000
_CUT = "...全文"
_COUNTS = re.compile(r"\n转发 (\d+) 评论 (\d+)$")
_TIME = re.compile(r"(昨天|\d{1,2}-\d{1,2}|\d{1,2}月\d{1,2}日) \d{2}:\d{2}( 来自 .+)?")
_NOBODY = Person("", "", "-", "-", "")


@dataclass(frozen=True, slots=True)
class Shown:
    """A screenshot_text taken apart."""

    author: str | None
    when: str
    body: str
    is_cut: bool
    counts: tuple[int, int] | None


def read_shown(text: str, author: str) -> Shown:
    """What a screenshot of a post by `author` shows."""
    counts = _COUNTS.search(text)
    lines = _COUNTS.sub("", text).split("\n")
    is_named = lines[0] == author
    lines = lines[1:] if is_named else lines
    when = lines[0] if _TIME.fullmatch(lines[0]) else ""
    body = "\n".join(lines[1:] if when else lines).replace("\ufe0f", "")
    return Shown(
        author if is_named else None,
        when,
        body.removesuffix(_CUT),
        body.endswith(_CUT),
        (int(counts[1]), int(counts[2])) if counts else None,
    )


def draw_shot(printer: Printer, event: dict[str, Any], author: str, look: dict[str, str]) -> tuple[bytes, str]:
    """The screenshot of an event, encoded, and its ending."""
    name, shown = event["images"][0], read_shown(event["screenshot_text"], author)
    rng = random.Random(f"world/{name}")
    width, ratio = (560, 1.5) if look["surface"] == "pc_card" else (360, 2.0)
    frame = Frame(look["surface"], look["theme"], round(width * ratio), width, 640 if ratio == 2.0 else 0, ratio)
    posted_at = datetime.fromisoformat(event["at"])
    post = Post(event["screenshot_of"], shown.author or "", "", posted_at, shown.body, _NOBODY)
    context = make_context(rng, post, frame, comments=rng.randint(0, 1))
    context |= {"pieces": split_pieces(shown.body), "is_cut": shown.is_cut, "region": None, "pictures": []}
    context["author"] = {**context["author"], "when": shown.when, "follow": False}
    if shown.counts:
        context["counts"] = [*shown.counts, 0]
    shot = printer.render(Card(frame, render_markup(context, frame), shown.author, shown.when))
    image = apply_change(rng, shot, look["change"], post).image
    return encode_small(image, look["change"])


def encode_small(image: Image.Image, change: str) -> tuple[bytes, str]:
    """A JPEG of what was photographed or sent on, else a PNG with the few colours that a screen of text has."""
    buffer = io.BytesIO()
    if change in ("photo", "jpeg_q30", "second_gen"):
        image.save(buffer, "JPEG", quality=40 if change == "jpeg_q30" else 70, optimize=True)
    else:
        image.quantize(24, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue(), "PNG" if buffer.getvalue().startswith(b"\x89") else "JPEG"


def blur_photo(name: str) -> bytes:
    """A picture that shows nothing one could read: a leg, a roof, a bottle out of focus. No two are alike."""
    rng = random.Random(f"photo/{name}")
    small = Image.new("RGB", (8, 6))
    small.putdata([tuple(rng.randint(20, 235) for _ in range(3)) for _ in range(48)])
    photo = small.resize((480, 360), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(6))
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def read_events() -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The world's posts with pictures, and who wrote each post, by id."""
    people = {line["user_id"]: line["screen_name"] for line in _lines(WORLD / "people.jsonl")}
    posts = [line for line in _lines(WORLD / "events.jsonl") if line["event"] == "post"]
    return [post for post in posts if post.get("images")], {post["id"]: people[post["by"]] for post in posts}


def draw_world(folder: Path) -> int:
    """Write every picture of the world; returns their bytes together."""
    looks = tomllib.loads(Path(__file__).with_name("world.toml").read_text(encoding="utf-8"))
    events, authors = read_events()
    total = 0
    folder.mkdir(exist_ok=True)
    with open_printer() as printer:
        for event in events:
            for name in event["images"]:
                is_shot = "screenshot_of" in event
                data = draw_shot(printer, event, authors[event["screenshot_of"]], looks[name])[0] if is_shot else None
                data = data or blur_photo(name)
                (folder / f"{name}.png").write_bytes(data)
                total += len(data)
    return total


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def main() -> None:
    """Draw them and say how large they are."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    total = draw_world(WORLD / "shots")
    print(f"{total / 1000:.0f} kB of {MAX_BYTES / 1000:.0f} kB allowed in {WORLD / 'shots'}")


if __name__ == "__main__":
    main()
