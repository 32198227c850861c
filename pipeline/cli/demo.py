"""`houxu demo`: three nights of the sample world, and what became stale, with the authors' own words."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path

import click

from pipeline.demo import demo_settings, night_at, run_nights
from pipeline.store.database import read_store
from pipeline.store.stale import StaleRow, stale_rows
from pipeline.times import from_text
from pipeline.words import ROLE_ZH, STATUS_ZH, beijing, lasting

_EXCERPT_CHARACTERS = 46


@click.command()
@click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("houxu-demo.db"),
    show_default=True,
    help="示例数据库，每次重新做 / the demo's database, made afresh each time",
)
@click.option("--nights", type=click.IntRange(1, 10), default=3, show_default=True, help="跑几夜 / how many nights")
@click.option("--desk", "with_desk", is_flag=True, help="然后打开核查台 / then open the web desk on them")
@click.option("--port", type=click.IntRange(0, 65535), default=8010, show_default=True, help="核查台的端口 / its port")
@click.option("--config", type=click.Path(path_type=Path), default=None, hidden=True)
def demo(db: Path, nights: int, with_desk: bool, port: int, config: Path | None) -> None:
    """在虚构的城市里跑几个夜晚 / Run the first nights of an invented world, crawled over loopback HTTP.

    Prints every stale post with the author's own words beside it. Nothing leaves this machine.
    """
    del config  # the demo brings its own world and its own settings
    results = run_nights(db, nights, click.echo)
    click.echo("")
    for line in _stale_lines(stale_rows(read_store(db))):
        click.echo(line)
    click.echo("")
    click.echo(f"夜报 / report:   {results[-1].report_path}")
    click.echo(f"再看 / next:     houxu case CASE_ID --db {db}")
    click.echo(f'                 houxu lookup --db {db} --text "…"')
    if with_desk:
        open_desk(db, nights, port)


def open_desk(db: Path, nights: int, port: int) -> None:
    """Serve the web desk on a demo's database, at the moment of its last night."""
    # By name, as the command line itself finds it: nothing here may import what stands above.
    desk = import_module("desk.cli")
    desk.serve(db, demo_settings("", db), ("127.0.0.1", port), desk.clock_from(night_at(nights).isoformat()))


def _stale_lines(rows: list[StaleRow]) -> Iterator[str]:
    if not rows:
        yield "没有过时转发 / nothing is stale"
        return
    cases = 0
    for case_id, group in groupby(rows, key=lambda row: row.case_id):
        members = list(group)
        first = members[0]
        cases += 1
        yield f"■ {case_id}  {STATUS_ZH[first.status]}  {first.district or ''}"
        if first.said_at:
            yield f"  作者原话 {beijing(from_text(first.said_at))}：「{first.quote}」"
        for row in members:
            late = f"，晚了 {lasting(row.lag_seconds)}" if row.is_late and row.lag_seconds else ""
            when = beijing(from_text(row.posted_at)) if row.posted_at else "时间不明"
            yield f"    过时 {ROLE_ZH[row.role]} {when}{late}  {row.author_name or '佚名'}：{_excerpt(row.text)}"
    yield ""
    yield f"{cases} 个个案已有结果，{len(rows)} 条帖子还在求助 / cases answered, posts that still ask"


def _excerpt(text: str | None) -> str:
    flat = " ".join((text or "〔无文字〕").split())
    return flat if len(flat) <= _EXCERPT_CHARACTERS else flat[:_EXCERPT_CHARACTERS] + "…"
