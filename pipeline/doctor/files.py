"""Checks of what lies on the disk: configuration, key, modes, lock, space, caches."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.doctor.finding import Finding
from pipeline.places import Places
from pipeline.settings import CrawlSettings

KEY_BYTES = 32
POLITE_DELAY_SECONDS = 10
LONGEST_NIGHT = timedelta(hours=20)
LEAST_FREE_BYTES = 2_000_000_000
_LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
_PROJECT_DIR = Path(__file__).resolve().parents[2]


def is_loopback(crawl: CrawlSettings) -> bool:
    """Whether the site is on this machine: a replica."""
    return urlsplit(crawl.base_url).hostname in _LOOPBACK_HOSTS


def check_config(crawl: CrawlSettings) -> Iterator[Finding]:
    """What a night needs and the defaults cannot know, and manners that were lowered."""
    name = "配置 config"
    if not crawl.keywords:
        yield Finding(name, "没有搜索词 / no keywords", 'houxu.toml [crawl] keywords = ["#城市求助#", "求助"]')
    elif len(crawl.keywords) == 1:
        yield Finding(
            name,
            "只有一个搜索词，空结果无从核实 / one keyword only: an empty answer cannot be proven empty",
            "再加一个常用词，如「求助」 / add a second, common one",
        )
    if not crawl.contact and not is_loopback(crawl):
        yield Finding(name, "没有联系方式 / no contact", 'houxu.toml [crawl] contact = "desk@example.org"')
    if crawl.delay_seconds < POLITE_DELAY_SECONDS and not is_loopback(crawl):
        told = f"两次请求只隔 {crawl.delay_seconds:g} 秒 / only that many seconds between two requests"
        yield Finding(name, told, f"[crawl] delay_seconds = {POLITE_DELAY_SECONDS}")
    yield Finding(name, f"来源 {crawl.base_url}，搜索词 {len(crawl.keywords)} 个 / source and keywords are read")


def check_key(places: Places) -> Finding:
    """The key: there, whole, and nobody else's to read."""
    name, path = "密钥 key", places.key_path
    if not path.is_file():
        if not places.db_path.is_file():
            return Finding(name, "还没有，首次运行时生成 / none yet, made at first run")
        fix = f"从备份恢复 {path} / restore it from your backup"
        return Finding(name, "不见了：以后的电话号码对不上以前的 / missing: equal phones no longer match", fix)
    if path.stat().st_size != KEY_BYTES:
        return Finding(name, f"不是 {KEY_BYTES} 字节 / not that many bytes", f"从备份恢复 / restore {path}")
    if path.stat().st_mode & 0o077:
        return Finding(name, "别人也能读 / others can read it", f"chmod 600 {path}")
    return Finding(name, "在，权限 0600 / there, mode 0600")


def check_modes(places: Places) -> Finding:
    """Raw text: nobody else's to read."""
    name = "原文 raw text"
    files = sorted(places.spool_dir.glob("*/*.gz")) if places.spool_dir.is_dir() else []
    open_ones = [path for path in files if path.stat().st_mode & 0o077]
    if open_ones:
        told = f"{len(open_ones)} 个文件别人也能读 / files that others can read"
        return Finding(name, told, f"chmod 600 {places.spool_dir}/*/*.gz")
    return Finding(name, f"{len(files)} 个文件，权限 0600 / files, mode 0600")


def check_lock(places: Places, now: datetime) -> Finding:
    """Who is writing, and whether for too long."""
    name, path = "锁 lock", places.lock_path
    if not path.is_file():
        return Finding(name, "没有人在写 / nobody is writing")
    with path.open("r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = file.read().strip() or "?"
            since = now.timestamp() - path.stat().st_mtime
            if since > LONGEST_NIGHT.total_seconds():
                hours = int(since // 3600)
                told = f"{holder} 已占用 {hours} 小时 / has held it for that many hours"
                return Finding(name, told, "看看它是否卡住 / see whether it hangs, then end it; the next night goes on")
            return Finding(name, f"{holder} 正在写 / is writing")
    return Finding(name, "没有人在写 / nobody is writing")


def check_disk(places: Places) -> Finding:
    """Room for a night, a backup and a rebuild."""
    name, folder = "磁盘 disk", places.db_path.absolute().parent
    if not folder.is_dir():
        return Finding(name, f"没有文件夹 {folder} / no such folder", f"mkdir -p {folder}")
    free = shutil.disk_usage(folder).free
    size = places.db_path.stat().st_size if places.db_path.is_file() else 0
    needed = max(LEAST_FREE_BYTES, 2 * size)
    told = f"剩 {free / 1e9:.1f} GB，需要 {needed / 1e9:.1f} GB / free, needed"
    if not os.access(folder, os.W_OK):
        return Finding(name, f"不能写入 {folder} / cannot be written", f"chown / chmod {folder}")
    return Finding(name, told, "" if free >= needed else "腾出空间，或调小 retention.spool_days / free some space")


def check_caches() -> Finding:
    """numba keeps compiled code beside its source, in a folder of the user or where NUMBA_CACHE_DIR says.

    The tokeniser (rjieba) keeps nothing on the disk.
    """
    name = "缓存 caches"
    named = os.environ.get("NUMBA_CACHE_DIR")
    folders = [Path(named)] if named else [_PROJECT_DIR / "dedupe" / "__pycache__", Path.home() / ".cache" / "numba"]
    usable = next((folder for folder in folders if _is_writable(folder)), None)
    if usable is None:
        told = "numba 不能保存编译结果，每次启动都要重新编译 / compiled code cannot be kept: every start is slow"
        return Finding(name, told, "NUMBA_CACHE_DIR=<可写的文件夹 / a folder that can be written>")
    return Finding(name, "编译结果可以保存，分词不用磁盘 / compiled code can be kept; the tokeniser needs no disk")


def _is_writable(folder: Path) -> bool:
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    return there.is_dir() and os.access(there, os.W_OK)
