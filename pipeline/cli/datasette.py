"""`houxu datasette`: the store in Datasette, on this machine only, read-only."""

from __future__ import annotations

import json
import os
import sys
from importlib.util import find_spec

import click

from pipeline.cli.options import Installation, at_home
from pipeline.errors import UserError
from pipeline.exporting.datasette import PLUGINS_DIR, SERVER_SETTINGS, metadata
from pipeline.store.database import read_store


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="端口，0 为任选 / 0 takes any"
)
@click.option(
    "--metadata", "only_metadata", is_flag=True, help="只打印配置，给自己的 Datasette 用 / print the configuration only"
)
@at_home
def datasette(home: Installation, port: int, only_metadata: bool) -> None:
    """在浏览器里查数据库 / Browse the store in Datasette on 127.0.0.1: facets, ready questions, search. Read-only."""
    path = home.places.db_path.absolute()
    read_store(path).close()
    configuration = json.dumps(metadata(path.stem), ensure_ascii=False, indent=1)
    if only_metadata:
        click.echo(configuration)
        return
    if find_spec("datasette") is None:
        raise UserError("需要安装 Datasette：pip install 'houxu[analyst]' / Datasette comes with the extra `analyst`")
    metadata_path = home.places.var_dir / "datasette.json"
    metadata_path.parent.mkdir(parents=True, exist_ok=True)
    metadata_path.write_text(configuration, encoding="utf-8")
    settings = [part for name, value in SERVER_SETTINGS.items() for part in ("--setting", name, value)]
    command = ["-m", "datasette", "serve", str(path), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--metadata", str(metadata_path), "--plugins-dir", str(PLUGINS_DIR), *settings]
    # The server takes the place of this process, so that signals reach it and nothing stays behind.
    os.execv(sys.executable, [sys.executable, *command])  # noqa: S606 our own command
