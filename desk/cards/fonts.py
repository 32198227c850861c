"""A font with Chinese letters, wherever this machine keeps one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import ImageFont

from pipeline.errors import UserError

_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts")
# The best first. Files of these beginnings hold simplified Chinese.
_NAMES = (
    "NotoSansCJK-Regular", "NotoSansSC", "SourceHanSans", "PingFang", "msyh", "wqy-zenhei", "wqy-microhei",
    "DroidSansFallback", "uming", "ukai", "simhei", "simsun",
)  # fmt: skip
_KINDS = (".ttc", ".otf", ".ttf")


@cache
def chinese_font(size: int, folders: tuple[str, ...] = _FOLDERS) -> ImageFont.FreeTypeFont:
    """The best Chinese font at a size in pixels.

    Raises:
        UserError: this machine has none.
    """
    return ImageFont.truetype(str(find_font(folders)), size)


@cache
def find_font(folders: tuple[str, ...] = _FOLDERS) -> Path:
    """The file of the best Chinese font.

    Raises:
        UserError: this machine has none.
    """
    found = sorted(_font_files(folders), key=lambda path: (_rank(path), str(path)))
    if not found or _rank(found[0]) == len(_NAMES):
        raise UserError(
            "没有找到中文字体，画不了卡片；请安装 fonts-wqy-zenhei 或 fonts-noto-cjk"
            " / no Chinese font on this machine; install fonts-wqy-zenhei or fonts-noto-cjk"
        )
    return found[0]


def _font_files(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        if Path(folder).is_dir():
            yield from (path for path in Path(folder).rglob("*") if path.suffix.lower() in _KINDS)


def _rank(path: Path) -> int:
    name = path.stem.lower()
    return next((at for at, known in enumerate(_NAMES) if name.startswith(known.lower())), len(_NAMES))
