"""`houxu nightly`: the whole night."""

from __future__ import annotations

import json
from datetime import datetime
from importlib import import_module

import click

from pipeline.cli.failures import Partial
from pipeline.cli.options import Installation, at_home, moment_of
from pipeline.errors import UserError
from pipeline.evidence.manifest import last_hash, manifest_of
from pipeline.locking import hold_lock
from pipeline.night.nightly import Night, NightResult
from pipeline.night.steps import StepDone
from pipeline.store.database import open_store


@click.command()
@click.option("--now", "now_text", metavar="ISO8601", default=None, help="当作现在的时刻 / the moment taken for now")
@click.option("--log-json", "as_json", is_flag=True, help="每步一行 JSON / print each step as one line of JSON")
@at_home
def nightly(home: Installation, now_text: str | None, as_json: bool) -> None:
    """跑一夜：抓取 → 读取 → 归并 → 进展 → 夜报 / Crawl, read the spool, link, read status, report.

    Keywords, contact and pace stand in houxu.toml ([crawl]). A night that was killed goes on where it was; what an
    earlier night missed is looked for first. Exits with 1 when the night has a hole; the last line says which.
    """
    crawl = home.settings.crawl
    if not crawl.keywords and "weibo_search" in crawl.spiders:
        raise UserError("houxu.toml 里没有 [crawl] keywords / [crawl] keywords is missing in houxu.toml")
    now: datetime = moment_of(now_text)
    tell_step, tell_end = (_tell_step_json, _tell_end_json) if as_json else (_tell_step, _tell_end)
    with hold_lock(home.places.lock_path, "nightly"):
        store = open_store(home.places.db_path)
        result = Night(store, home.places, home.settings, now, now if now_text else None, tell_step).run()
        store.close()
        chain = last_hash(manifest_of(home.places.spool_dir))
    tell_end(result, chain)
    holes = [*result.holes, *send_after_night(home, now)]
    if holes:
        raise Partial("这一夜不完整 / this night is not complete: " + "；".join(holes))


def send_after_night(home: Installation, now: datetime) -> tuple[str, ...]:
    """Tell whom the configuration names; what could not be told."""
    if not home.settings.alerts.webhooks and not home.settings.alerts.apprise:
        return ()
    # By name, as the command line itself finds it: nothing here may import what stands above.
    sent = import_module("desk.alerts.sending").send_alerts(home.places, home.settings, now)
    click.echo(f"提醒 / alerts sent: {sent.count}", err=True)
    return tuple(f"提醒没有送到 / alert not delivered: {why}" for why in sent.failures)


def _tell_step(done: StepDone) -> None:
    click.echo(done.as_words())


def _tell_step_json(done: StepDone) -> None:
    click.echo(done.as_json())


def _tell_end(result: NightResult, chain: str) -> None:
    click.echo(f"夜报 / report: {result.report_path}")
    click.echo(f"证据链尾 / evidence, last hash: {chain}")
    if not result.holes:
        click.echo("这一夜是完整的 / this night is complete")


def _tell_end_json(result: NightResult, chain: str) -> None:
    value = {
        "event": "end",
        "run": result.run_id,
        "outcome": "partial" if result.holes else "done",
        "holes": result.holes,
        "report": str(result.report_path),
        "evidence": chain,
    }
    click.echo(json.dumps(value, ensure_ascii=False))
