"""Checks of what pictures need to be read."""

from __future__ import annotations

from pipeline.doctor.finding import Finding
from pipeline.images.ocr.models import missing_packages
from pipeline.store.database import Store
from pipeline.store.images import count_unread

_NAME = "图片 pictures"


def check_pictures(store: Store | None) -> Finding:
    """Whether the words in pictures can be read, and whether pictures wait for it."""
    waiting = count_unread(store) if store is not None else 0
    missing = missing_packages()
    if missing and waiting:
        told = f"{waiting} 张图没有读：没有安装 ocr 扩展（缺 {'、'.join(missing)}） / unread without the ocr extra"
        return Finding(_NAME, told, "pip install 'houxu[ocr]'，再运行 houxu process / then run houxu process")
    if missing:
        return Finding(_NAME, "没有安装 ocr 扩展，截图里的字读不到 / without the ocr extra screenshots are not read")
    if waiting:
        told = f"{waiting} 张图等着读 / pictures wait to be read"
        return Finding(_NAME, told, "houxu process 或下一夜会读 / houxu process or the next night reads them")
    return Finding(_NAME, "没有图等着读 / none waits to be read")
