"""`houxu backup` and `houxu restore`: the database and the desk's file, whole even while a night writes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from pipeline.cli.options import Installation, at_home
from pipeline.errors import UserError
from pipeline.locking import hold_lock
from pipeline.store.database import copy_store, read_store
from pipeline.store.desk_db import copy_desk


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@at_home
def backup(home: Installation, target: Path) -> None:
    """备份数据库，核查台的账号和记录在旁边 / Copy the database to TARGET while it may be in use.

    Beside it, as TARGET.desk, goes what the desk keeps apart: accounts, tokens, acts, claims and the access log; keep
    it as carefully as the original. The key (var/houxu.key) is in neither: keep that apart, without it equal phones
    are no longer recognised.
    """
    desk_target = _desk_beside(target)
    if not target.parent.is_dir():
        raise UserError(f"{target.parent}: 没有这个文件夹 / no such folder")
    for one in (target, desk_target):
        if one.exists():
            raise UserError(f"{one}: 已存在，不覆盖 / exists, not overwritten")
    with closing(read_store(home.places.db_path)) as store:
        copy_store(store, target)
    _tell(target)
    if home.places.desk_path.is_file():
        copy_desk(home.places.desk_path, desk_target)
        _tell(desk_target)


@click.command()
@click.argument("source", type=click.Path(dir_okay=False, path_type=Path))
@at_home
def restore(home: Installation, source: Path) -> None:
    """从备份恢复，已有的不覆盖 / Put a backup back where there is no database; what is there is never overwritten.

    SOURCE.desk comes back with it where there is one. Stop the desk and move the old files away first.
    """
    places, saved_desk = home.places, _desk_beside(source)
    read_store(source).close()
    with hold_lock(places.lock_path, "restore"):
        for path in (places.db_path, places.desk_path):
            if path.exists():
                raise UserError(f"{path}: 已存在，请先移走 / exists; move it away first")
        with closing(read_store(source)) as store:
            copy_store(store, places.db_path)
        _tell(places.db_path)
        if saved_desk.is_file():
            copy_desk(saved_desk, places.desk_path)
            _tell(places.desk_path)


def _desk_beside(backup_path: Path) -> Path:
    return backup_path.with_name(f"{backup_path.name}.desk")


def _tell(path: Path) -> None:
    click.echo(f"{path}: {path.stat().st_size:,} 字节 / bytes")
