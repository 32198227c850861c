"""The ways in which a screenshot is changed before it reaches a desk, by name."""

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.screenshots import changes_cut as cut
from benchmarks.screenshots import changes_light as light
from benchmarks.screenshots.population import Post
from benchmarks.screenshots.shot import Box, Shot

Change = Callable[[random.Random, Shot], Shot]

SIMPLE: dict[str, Change] = {
    "none": lambda _rng, shot: shot,
    "jpeg_q60": lambda _rng, shot: shot,
    "jpeg_q30": lambda _rng, shot: shot,
    "webp": lambda _rng, shot: shot,
    "scale_70": lambda _rng, shot: shot.with_image(light.rescale(shot.image, 0.7)),
    "scale_50": lambda _rng, shot: shot.with_image(light.rescale(shot.image, 0.5)),
    "resent": light.resend,
    "crop_bars": cut.crop_bars,
    "crop_status": cut.crop_status,
    "crop_tight": cut.crop_tight,
    "caption_above": light.add_caption,
    "watermark": light.add_watermark,
    "red_marks": light.mark_red,
    "photo": light.photograph,
    "part_top": cut.keep_top,
    "part_mid": cut.keep_middle,
    "part_bot": cut.keep_bottom,
    "dark_filter": light.darken,
    "inverted": light.invert,
    "grey": light.grey,
    "sharpen": light.sharpen,
    "soft": light.soften,
    "noise": light.add_noise,
    "border": light.add_border,
    "rotate": light.rotate,
    "sticker": cut.put_sticker,
    "second_gen": cut.view_again,
    "chat_forward": cut.send_in_chat,
}
MOSAICS = ("mosaic_phone", "mosaic_name")
CHANGES = (*SIMPLE, *MOSAICS, "long", "stitched")  # the last two are made when the card is drawn
LONG_COMMENTS = (14, 40)
SAVED_AS = {"jpeg_q60": ("JPEG", 60), "jpeg_q30": ("JPEG", 30), "webp": ("WEBP", 60), "photo": ("JPEG", 85)}


def apply_change(rng: random.Random, shot: Shot, change: str, post: Post) -> Shot:
    """The shot after a change; `long` and `stitched` need none after drawing."""
    if change == "mosaic_phone":
        person = post.person
        return cut.pixelate(shot, shot.find_words(person.phone) or shot.find_words(person.address))
    if change == "mosaic_name":
        return cut.pixelate(shot, [*_author(shot), *shot.find_words(post.person.name)])
    if change in SIMPLE:
        return SIMPLE[change](rng, shot)
    return shot


def _author(shot: Shot) -> list[Box]:
    if shot.author is None:
        return []
    box = shot.author
    return [Box(box.left, box.top, box.left + box.height * 8, box.bottom)]
