"""`houxu doctor`: what stands in the way of the next night, with a fix for each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import click

from pipeline.cli.failures import Partial
from pipeline.cli.options import json_option, now_option
from pipeline.doctor.files import check_caches, check_config, check_disk, check_key, check_lock, check_modes
from pipeline.doctor.finding import Finding
from pipeline.doctor.host import check_host, check_host_from_afar
from pipeline.doctor.ledger import check_ledger
from pipeline.doctor.sources import check_sources
from pipeline.errors import UserError
from pipeline.places import Places, places_of
from pipeline.settings import CrawlSettings, Settings, load_settings


# Not @at_home: a configuration that cannot be read is a finding here, and the other checks go on.
@click.command()
@click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("houxu.db"),
    show_default=True,
    help="数据库文件 / the SQLite file",
)
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="配置文件，默认用数据库旁的 houxu.toml / configuration; default: houxu.toml beside the database, if there",
)
@click.option("--offline", is_flag=True, help="不访问网站 / ask the site nothing")
@json_option
@now_option
def doctor(now: datetime, db: Path, config: Path | None, **options: bool) -> None:
    """体检：配置、数据库、密钥、锁、网站、时钟、磁盘、上一夜 / Check all that a night needs; one line each, with a fix.

    Asks the configured site for its robots.txt, once (--offline: not at all). Changes nothing. Exits with 1 when
    there is something to fix.
    """
    look = check_host_from_afar if options["offline"] else check_host
    findings = list(_examine(db, config, now, look))
    if options["as_json"]:
        rows = [{"check": one.check, "fine": one.is_fine, "told": one.told, "fix": one.fix} for one in findings]
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for one in findings:
            click.echo(one.as_line())
    if wrong := sum(not one.is_fine for one in findings):
        raise Partial(f"{wrong} 处要处理 / {wrong} things to fix")


Look = Callable[[CrawlSettings, Path, datetime], Iterator[Finding]]


def _examine(db: Path, config: Path | None, now: datetime, look: Look) -> Iterator[Finding]:
    settings, told = _read_settings(db, config)
    places = places_of(db, settings)
    yield from told or check_config(settings.crawl)
    yield from check_sources(settings.crawl, places.manners_path)
    yield from check_ledger(places, settings.crawl, now)
    yield from _examine_files(places, now)
    yield from look(settings.crawl, places.manners_path, now)


def _examine_files(places: Places, now: datetime) -> Iterator[Finding]:
    yield check_key(places)
    yield check_modes(places)
    yield check_lock(places, now)
    yield check_disk(places)
    yield check_caches()


def _read_settings(db: Path, config: Path | None) -> tuple[Settings, list[Finding]]:
    """The settings, or the defaults and a finding that says why."""
    beside = db.absolute().parent / "houxu.toml"
    try:
        return load_settings(config or (beside if beside.is_file() else None)), []
    except UserError as error:
        return Settings(), [
            Finding("配置 config", str(error), "改正这一处；其余按默认检查 / mend it; defaults are used here")
        ]
