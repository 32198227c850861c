"""A picture that knows where each character of its post stands, so that what a change hides is known exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from PIL import Image

_LEAST_SEEN = 0.7  # share of a character's height that must be left for it to count as legible


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; right and bottom are outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top

    def moved(self, across: int, down: int) -> Box:
        """The box elsewhere."""
        return Box(self.left + across, self.top + down, self.right + across, self.bottom + down)

    def grown(self, by: int) -> Box:
        """The box with a margin."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def shared_area(self, other: Box) -> int:
        """Square pixels that both cover."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0, across) * max(0, down)


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character of the post and where it is drawn; one without area (a line end) is drawn nowhere."""

    char: str
    box: Box
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture. `zones` are its bars (status, nav, tab) and where it tells the time (when).

    `author` is where the shown author's name stands. Boxes are those of the last change that keeps characters where
    they can be followed; a photo or a rotation moves what is seen and hides nothing.
    """

    image: Image.Image
    glyphs: tuple[Glyph, ...]
    zones: dict[str, Box]
    author: Box | None

    @property
    def body(self) -> Box:
        """The box around the post's characters."""
        boxes = [glyph.box for glyph in self.glyphs if glyph.box.width > 0]
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )

    def visible_text(self) -> str:
        """What can still be read of the post; line ends stay where something before them does."""
        text = ""
        for glyph in self.glyphs:
            if not glyph.is_hidden and (glyph.box.width > 0 or (text and not text.endswith("\n"))):
                text += glyph.char
        return text.strip()

    def with_image(self, image: Image.Image) -> Shot:
        """The same shot, seen otherwise."""
        return replace(self, image=image)

    def cropped(self, box: Box) -> Shot:
        """What is inside the box; a character that is cut counts while most of it is left."""
        image = self.image.crop((box.left, box.top, box.right, box.bottom))
        glyphs = tuple(
            Glyph(glyph.char, glyph.box.moved(-box.left, -box.top), glyph.is_hidden or not _is_left(glyph.box, box))
            for glyph in self.glyphs
        )
        zones = {name: zone.moved(-box.left, -box.top) for name, zone in self.zones.items() if _is_left(zone, box)}
        author = self.author.moved(-box.left, -box.top) if self.author and _is_left(self.author, box) else None
        return Shot(image, glyphs, zones, author)

    def hidden_under(self, boxes: list[Box], image: Image.Image) -> Shot:
        """The shot after something was laid over it; `image` shows that already."""
        glyphs = tuple(
            replace(glyph, is_hidden=glyph.is_hidden or any(_is_under(glyph.box, box) for box in boxes))
            for glyph in self.glyphs
        )
        author = self.author
        if author is not None and any(_is_under(author, box) for box in boxes):
            author = None
        return Shot(image, glyphs, self.zones, author)

    def find_words(self, words: str) -> list[Box]:
        """A box for each line on which the words stand, at each place where the post has them."""
        text = "".join(glyph.char for glyph in self.glyphs)
        found: list[Box] = []
        for match in re.finditer(re.escape(words), text):
            found += _join_lines([glyph.box for glyph in self.glyphs[match.start() : match.end()]])
        return found


def stack(upper: Shot, lower: Shot) -> Shot:
    """Two shots, one below the other; the characters of both, in their order."""
    width = max(upper.image.width, lower.image.width)
    image = Image.new("RGB", (width, upper.image.height + lower.image.height), upper.image.getpixel((2, 2)))
    image.paste(upper.image, (0, 0))
    image.paste(lower.image, (0, upper.image.height))
    glyphs = tuple(replace(glyph, box=glyph.box.moved(0, upper.image.height)) for glyph in lower.glyphs)
    return Shot(image, upper.glyphs + glyphs, upper.zones, upper.author)


def _is_left(box: Box, kept: Box) -> bool:
    return box.shared_area(kept) >= _LEAST_SEEN * box.width * box.height


def _is_under(box: Box, cover: Box) -> bool:
    area = box.width * box.height
    return area > 0 and box.shared_area(cover) > (1 - _LEAST_SEEN) * area


def _join_lines(boxes: list[Box]) -> list[Box]:
    lines: list[Box] = []
    for box in boxes:
        if lines and abs(lines[-1].top - box.top) < box.height // 2:
            last = lines[-1]
            lines[-1] = Box(last.left, min(last.top, box.top), box.right, max(last.bottom, box.bottom))
        elif box.width > 0:
            lines.append(box)
    return lines
