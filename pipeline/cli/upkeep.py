"""`houxu backup`: a copy of the database that is whole, even while a night writes."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import Installation, at_home
from pipeline.errors import UserError
from pipeline.store.database import copy_store, read_store


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@at_home
def backup(home: Installation, target: Path) -> None:
    """备份数据库 / Copy the database to TARGET while it may be in use.

    The key (var/houxu.key) is not in it: keep that apart, without it equal phones are no longer recognised.
    """
    if target.exists():
        raise UserError(f"{target}: 已存在，不覆盖 / exists, not overwritten")
    copy_store(read_store(home.places.db_path), target)
    click.echo(f"{target}: {target.stat().st_size:,} 字节 / bytes")
