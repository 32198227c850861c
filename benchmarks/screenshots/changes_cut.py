"""Changes that hide or move part of a post: crops, mosaics, stickers, other pictures around it."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw

from benchmarks.screenshots.changes_light import rescale
from benchmarks.screenshots.fonts import draw_words, load_font, write_layer
from benchmarks.screenshots.grammar import load_grammar
from benchmarks.screenshots.shot import Box, Shot

_LIGHT, _DARK = (237, 237, 237), (17, 17, 17)


def crop_bars(_rng: random.Random, shot: Shot) -> Shot:
    """Without status bar, title bar and tab bar."""
    return _crop_rows(shot, _top_under(shot, ("status", "nav")), _tab_top(shot))


def crop_status(_rng: random.Random, shot: Shot) -> Shot:
    """Without the status bar only."""
    return _crop_rows(shot, _top_under(shot, ("status",)), shot.image.height)


def crop_tight(rng: random.Random, shot: Shot) -> Shot:
    """Cut to what is said: nothing above the post's words, nothing below, little at the sides."""
    body = shot.body.grown(rng.randint(2, 12))
    return shot.cropped(
        Box(max(0, body.left), max(0, body.top), min(shot.image.width, body.right), min(shot.image.height, body.bottom))
    )


def keep_top(rng: random.Random, shot: Shot) -> Shot:
    """The upper half of the words and all that is above."""
    return _crop_rows(shot, 0, _row(shot, rng.uniform(0.45, 0.6)))


def keep_middle(rng: random.Random, shot: Shot) -> Shot:
    """The half in the middle of the words."""
    start = rng.uniform(0.2, 0.3)
    return _crop_rows(shot, _row(shot, start), _row(shot, start + 0.5))


def keep_bottom(rng: random.Random, shot: Shot) -> Shot:
    """The lower half of the words and all that is below."""
    return _crop_rows(shot, _row(shot, rng.uniform(0.4, 0.55)), shot.image.height)


def pixelate(shot: Shot, boxes: list[Box]) -> Shot:
    """Coarse squares over the boxes."""
    image = shot.image.copy()
    for box in boxes:
        place = box.grown(max(2, box.height // 10))
        left, top = max(0, place.left), max(0, place.top)
        patch = image.crop((left, top, place.right, place.bottom))
        cell = max(6, box.height // 2)
        small = patch.resize((max(1, patch.width // cell), max(1, patch.height // cell)), Image.Resampling.BOX)
        image.paste(small.resize(patch.size, Image.Resampling.NEAREST), (left, top))
    return shot.hidden_under(boxes, image)


def put_sticker(rng: random.Random, shot: Shot) -> Shot:
    """A label, askew, over a corner of the words."""
    words = load_grammar().say(rng, "{sticker}")
    colour = rng.choice(((230, 40, 50), (250, 200, 40), (40, 40, 40)))
    size = max(26, shot.image.width // 14)
    text = write_layer(words, size, (255, 255, 255, 255))
    label = Image.new("RGBA", (text.width + size, text.height + size // 2), (*colour, 255))
    label.alpha_composite(text, (size // 2, size // 4))
    label = label.rotate(rng.uniform(-25, 25), expand=True)
    body = shot.body
    left = rng.choice((body.left - label.width // 2, body.right - label.width // 2))
    top = rng.choice((body.top - label.height // 2, body.bottom - label.height // 2))
    left = min(max(0, left), max(0, shot.image.width - label.width))
    top = min(max(0, top), max(0, shot.image.height - label.height))
    image = shot.image.convert("RGBA")
    image.alpha_composite(label, (left, top))
    cover = Box(left, top, left + label.width, top + label.height).grown(-label.height // 8)
    return shot.hidden_under([cover], image.convert("RGB"))


def view_again(rng: random.Random, shot: Shot) -> Shot:
    """A screenshot of a picture viewer that shows the screenshot, between black bars."""
    width = rng.choice((720, 1080, 1170))
    inner = rescale(shot.image, width / shot.image.width)
    bar = width // rng.choice((4, 6, 8))
    image = Image.new("RGB", (width, inner.height + 2 * bar), (0, 0, 0))
    image.paste(inner, (0, bar))
    font = load_font(max(20, width // 30))
    draw_words(image, (width // 20, width // 60), f"{rng.randint(0, 23)}:{rng.randint(10, 59)}", font, (235, 235, 235))
    page = f"{rng.randint(1, 3)}/{rng.randint(3, 9)}"
    draw_words(image, (width // 2 - 20, image.height - bar // 2), page, font, (200, 200, 200))
    return _elsewhere(shot, image)


def send_in_chat(rng: random.Random, shot: Shot) -> Shot:
    """The picture as somebody sent it to a chat, with a word before and after."""
    width = rng.choice((1080, 1170, 1440))
    is_dark = rng.random() < 0.3
    ground, ink = (_DARK, (210, 210, 210)) if is_dark else (_LIGHT, (25, 25, 25))
    inner = rescale(shot.image, min(1.0, width * rng.uniform(0.62, 0.72) / shot.image.width))
    unit = width // 24
    image = Image.new("RGB", (width, inner.height + unit * 13), ground)
    font, small = load_font(unit), load_font(int(unit * 0.72))
    grammar = load_grammar()
    draw_words(image, (width // 2 - 4 * unit, unit), grammar.say(rng, "{wechat}"), font, ink)
    draw = ImageDraw.Draw(image)
    left = unit * 4
    for top, words in (
        (unit * 4, grammar.say(rng, "{hello}")),
        (inner.height + unit * 9, grammar.say(rng, "{chatter}")),
    ):
        draw.rounded_rectangle((unit, top, unit * 3, top + unit * 2), 8, _any_colour(rng))
        bubble = (left, top, left + int(font.getlength(words)) + unit, top + unit * 2)
        draw.rounded_rectangle(bubble, 10, (44, 44, 44) if is_dark else (255, 255, 255))
        draw_words(image, (left + unit // 2, top + unit // 2), words, small, ink)
    draw.rounded_rectangle((unit, unit * 7, unit * 3, unit * 9), 8, _any_colour(rng))
    image.paste(inner, (left, unit * 7))
    return _elsewhere(shot, image)


def _elsewhere(shot: Shot, image: Image.Image) -> Shot:
    # Characters move with their picture and all stay legible; where they stand is not asked for any more.
    return shot.with_image(image)


def _any_colour(rng: random.Random) -> tuple[int, int, int]:
    return (rng.randint(60, 220), rng.randint(60, 220), rng.randint(60, 220))


def _crop_rows(shot: Shot, top: int, bottom: int) -> Shot:
    return shot.cropped(Box(0, top, shot.image.width, max(top + 1, bottom)))


def _row(shot: Shot, share: float) -> int:
    return shot.body.top + int(shot.body.height * share)


def _top_under(shot: Shot, names: tuple[str, ...]) -> int:
    return max((shot.zones[name].bottom for name in names if name in shot.zones), default=0)


def _tab_top(shot: Shot) -> int:
    return shot.zones["tab"].top if "tab" in shot.zones else shot.image.height
