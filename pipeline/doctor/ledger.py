"""Checks of the database and of what its ledger says of the last nights."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pipeline.doctor.finding import Finding
from pipeline.doctor.pictures import check_pictures
from pipeline.doctor.sources import check_watched
from pipeline.errors import UserError
from pipeline.places import Places
from pipeline.settings import CrawlSettings
from pipeline.store.database import Store, read_store
from pipeline.store.nights import (
    PastRun,
    find_damage,
    journal_mode,
    last_night,
    last_run,
    unfinished_runs,
)
from pipeline.store.runs import read_sources

LATEST_NIGHT_AGE = timedelta(hours=26)
_LOGIN_WANTED = "login wanted"
_DATABASE = "数据库 database"


def check_ledger(places: Places, crawl: CrawlSettings, now: datetime) -> Iterator[Finding]:
    """Everything that can be read in the database; one finding where there is none or it cannot be opened."""
    if not places.db_path.is_file():
        yield Finding(
            _DATABASE, "还没有，首次 houxu import 或 nightly 时建 / none yet, made at the first import or night"
        )
        yield check_pictures(None)
        return
    try:
        store = read_store(places.db_path)
    except UserError as error:
        yield Finding(_DATABASE, str(error), "从备份恢复，或升级 houxu / restore your backup, or upgrade houxu")
        return
    file = check_database(store)
    yield file
    if file.is_fine:  # a damaged file answers no further question reliably
        yield check_unfinished(store, places)
        yield from check_clock(store, now)
        yield from check_last_night(store, now)
        yield from check_watched(store, crawl)
        yield check_pictures(store)
    store.close()


def check_database(store: Store) -> Finding:
    """The file: sound, and readable while a night writes."""
    if damage := find_damage(store):
        return Finding(_DATABASE, f"损坏：{damage} / damaged", "从备份恢复 / restore the last `houxu backup`")
    if journal_mode(store) != "wal":
        told = "不是 WAL 模式，写入时不能读 / not in WAL mode"
        return Finding(_DATABASE, told, "houxu process 会改回 / sets it back")
    return Finding(_DATABASE, "完好，WAL 模式，版本相符 / sound, in WAL mode, of this version")


def check_unfinished(store: Store, places: Places) -> Finding:
    """Runs that were cut short. One that is going on now counts, too: `lock` says whether that is so."""
    name = "未完的运行 unfinished runs"
    runs = unfinished_runs(store)
    if not runs:
        return Finding(name, "没有 / none")
    commands = sorted({_command_of(run) for run in runs})
    told = "、".join(run.run_id for run in runs)
    return Finding(name, f"{told}", f"再运行一次 {'、'.join(commands)} / run it again on {places.db_path.name}")


def check_clock(store: Store, now: datetime) -> Iterator[Finding]:
    """The clock against the last run: time does not go back."""
    run = last_run(store)
    name = "时钟 clock"
    if run is None:
        return
    if run.started_at > now:
        told = f"比上次运行（{_shown(run.started_at)}）还早 / earlier than the last run began"
        yield Finding(name, told, "校准系统时间 / set the clock: timedatectl set-ntp true")
    else:
        yield Finding(name, f"在上次运行（{_shown(run.started_at)}）之后 / later than the last run")


def check_last_night(store: Store, now: datetime) -> Iterator[Finding]:
    """When it was, and what it did not see."""
    name = "上一夜 last night"
    night = last_night(store)
    if night is None:
        yield Finding(name, "还没有跑过 / there was none yet")
        return
    if now - night.started_at > LATEST_NIGHT_AGE:
        told = f"已是 {_shown(night.started_at)} 的事 / was that long ago"
        yield Finding(name, told, "看定时任务；运行 houxu nightly / look at cron or the timer; run houxu nightly")
    sources = read_sources(store, night.run_id)
    for one in sources:
        if not one.complete and (one.query != "*" or one.note):
            why = one.note or "没有翻到已知的过去 / known past not reached"
            told = f"{one.source}「{one.query}」不完整 / not complete: {why}"
            yield Finding(name, told, f"下一夜先补；看 {one.source}.log / the next night fills it first")
    if any(_LOGIN_WANTED in (one.note or "") for one in sources):
        told = "网站要求登录，只读到首页 / the site wanted a login: first pages only"
        fix = "用官方接口，或导入合法持有的文件 / use the official API, or import files"
        yield Finding("会话 session", told, fix)
    else:
        yield Finding("会话 session", "没有配置，按访客读取 / none configured: read as a guest")
    if night.outcome == "done":
        yield Finding(name, f"{_shown(night.started_at)} 完整 / complete")


def _command_of(run: PastRun) -> str:
    return {"nightly": "houxu nightly", "import": "houxu import（同样的文件 / the same files）"}.get(
        run.kind, f"houxu {run.kind}"
    )


def _shown(moment: datetime) -> str:
    return moment.astimezone().isoformat(sep=" ", timespec="minutes")
