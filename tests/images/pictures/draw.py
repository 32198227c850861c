"""Draws the pictures in this folder anew, from invented words: `python -m tests.images.pictures.draw`.

They lie in the repository because fonts differ from machine to machine, and what is read must not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.process.home import OTHER_PLEA, PLEA, THANKS

FONT = Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")
FOLDER = Path(__file__).parent
AUTHOR, WHEN = "北岸的风筝", "7月8日 22:00 来自 iPhone客户端"
STRANGER = "路过的云朵"
MIDDLE = PLEA[PLEA.index("尿毒症") : PLEA.index("联系电话")]
STORY = "具体情况：家里存粮只够两天，老人有高血压，药昨天断了，社区登记过三次都说再等等，楼道门被锁住出不去"


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a page and its width in pixels; text sizes go with the width."""

    width: int
    ground: str
    ink: str
    dim: str
    name: str

    def font(self, share: float) -> ImageFont.FreeTypeFont:
        """A font whose height is this share of the width."""
        return ImageFont.truetype(str(FONT), round(self.width * share))


LIGHT = Theme(720, "#ffffff", "#222222", "#939393", "#eb7350")
DARK = Theme(1080, "#1c1c1c", "#d0d0d0", "#7c7c7c", "#c4c4c4")


def draw_page(theme: Theme, posts: list[tuple[str, str, str]]) -> Image.Image:
    """A page with a status bar, a title, and posts of (name, when, words) under one another."""
    page = Image.new("RGB", (theme.width, theme.width * 4), theme.ground)
    pen = ImageDraw.Draw(page)
    unit = theme.width / 720
    pen.text((30 * unit, 14 * unit), "09:41", theme.ink, theme.font(0.036))
    pen.text((610 * unit, 14 * unit), "5G 84%", theme.ink, theme.font(0.03))
    pen.text((295 * unit, 84 * unit), "微博正文", theme.ink, theme.font(0.047))
    top = 170 * unit
    for name, when, words in posts:
        pen.ellipse((30 * unit, top, 110 * unit, top + 80 * unit), fill=theme.name)
        pen.text((130 * unit, top), name, theme.name, theme.font(0.044))
        pen.text((130 * unit, top + 46 * unit), when, theme.dim, theme.font(0.033))
        top += 104 * unit
        for line in _wrapped(words, theme.font(0.044), theme.width - 60 * unit):
            pen.text((30 * unit, top), line, theme.ink, theme.font(0.044))
            top += 50 * unit
        pen.text((90 * unit, top + 14 * unit), "转发 12", theme.dim, theme.font(0.033))
        pen.text((330 * unit, top + 14 * unit), "评论 3", theme.dim, theme.font(0.033))
        pen.text((560 * unit, top + 14 * unit), "赞 45", theme.dim, theme.font(0.033))
        top += 90 * unit
    return page.crop((0, 0, theme.width, round(top))).quantize(16)


def _wrapped(words: str, font: ImageFont.FreeTypeFont, width: float) -> Iterator[str]:
    line = ""
    for character in words:
        if font.getlength(line + character) > width:
            yield line
            line = ""
        line += character
    yield line


def without_head(page: Image.Image, theme: Theme) -> Image.Image:
    """A page from the words of its only post on: nobody's name, no time."""
    return page.crop((0, round(theme.width / 720 * 268), theme.width, page.height))


def main() -> None:
    """Draw and save all of them."""
    plea, other = (AUTHOR, WHEN, PLEA), (STRANGER, "7-9 08:15", OTHER_PLEA)
    pages = {
        "plea_light.png": draw_page(LIGHT, [plea]),
        "plea_dark.png": draw_page(DARK, [plea]),
        "twin.png": draw_page(LIGHT, [(STRANGER, WHEN, PLEA.replace("桂大山", "苗小海").replace("七十三", "五十六"))]),
        "two_pleas.png": draw_page(LIGHT, [plea, other]),
        "plea_and_thanks.png": draw_page(LIGHT, [plea, (AUTHOR, "7月9日 12:30", THANKS)]),
        "beginning.png": draw_page(LIGHT, [(AUTHOR, WHEN, PLEA[:22])]),
        "middle.png": draw_page(LIGHT, [(AUTHOR, WHEN, MIDDLE)]),
        "middle_no_name.png": without_head(draw_page(LIGHT, [(AUTHOR, WHEN, MIDDLE)]), LIGHT),
        "end_of_form.png": without_head(draw_page(LIGHT, [(AUTHOR, WHEN, STORY)]), LIGHT),
    }
    for name, page in pages.items():
        page.save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
