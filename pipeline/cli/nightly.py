"""`houxu nightly`: the whole night."""

from __future__ import annotations

from datetime import datetime

import click

from pipeline.cli.failures import Partial
from pipeline.cli.options import Installation, at_home, moment_of
from pipeline.errors import UserError
from pipeline.locking import hold_lock
from pipeline.night.nightly import Night
from pipeline.store.database import open_store


@click.command()
@click.option("--now", "now_text", metavar="ISO8601", default=None, help="当作现在的时刻 / the moment taken for now")
@at_home
def nightly(home: Installation, now_text: str | None) -> None:
    """跑一夜：抓取 → 读取 → 归并 → 进展 → 夜报 / Crawl, read the spool, link, read status, report.

    Keywords, contact and pace stand in houxu.toml ([crawl]). A night that was killed goes on where it was. Exits
    with 1 when the night has a hole; the last line says which.
    """
    crawl = home.settings.crawl
    if not crawl.keywords and "weibo_search" in crawl.spiders:
        raise UserError("houxu.toml 里没有 [crawl] keywords / [crawl] keywords is missing in houxu.toml")
    now: datetime = moment_of(now_text)
    with hold_lock(home.places.lock_path, "nightly"):
        store = open_store(home.places.db_path)
        night = Night(store, home.places, home.settings, now, now if now_text else None, click.echo)
        result = night.run()
        store.close()
    click.echo(f"夜报 / report: {result.report_path}")
    if result.holes:
        raise Partial("这一夜不完整 / this night is not complete: " + "；".join(result.holes))
    click.echo("这一夜是完整的 / this night is complete")
