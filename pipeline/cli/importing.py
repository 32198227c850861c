"""`houxu import`: observations from files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from pipeline.cli.failures import Partial
from pipeline.cli.options import Installation, at_home, now_option, progress_printer
from pipeline.importing import import_paths
from pipeline.locking import hold_lock
from pipeline.store.database import open_store


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format", "line_format", type=click.Choice(["auto", "jsonl"]), default="auto", show_default=True,
    help="jsonl: 一行一个观测 / one observation a line; gzip is recognised by content",
)
@at_home
@now_option
def import_files(home: Installation, now: datetime, files: tuple[Path, ...], line_format: str) -> None:
    """收下观测：.jsonl、.jsonl.gz，“-” 是标准输入 / Take observations in, one a line; `-` is standard input.

    \b
    必填 / required: platform, id, text 或 availability
    {"platform":"weibo","id":"4751234567890123","author_id":"u1","text":"…","observed_at":"2022-03-29T09:00:00+08:00"}

    同一文件导入两次不变 / importing a file twice changes nothing. A line that cannot be taken is kept in the
    table `rejects` with file, line and reason; everything else goes on, and the command exits with 1.
    """
    del line_format  # both values mean JSON Lines today; other people's exports come with their own names
    with hold_lock(home.places.lock_path, "import"):
        store = open_store(home.places.db_path)
        counts = import_paths(store, home.places, home.settings, files, now, progress_printer("行 / lines"))
        store.close()
    for reject in counts.rejects:
        click.echo(f"{reject.file}:{reject.line}: {reject.reason}", err=True)
    click.echo(
        f"{counts.lines} 行：{counts.observations} 个新观测，{counts.new_posts} 个新帖子，{counts.changed_posts} 个帖子有变化，"
        f"{counts.known} 个已有 / lines, new observations, new posts, changed posts, known"
    )
    if counts.rejected:
        raise Partial(
            f"{counts.rejected} 行没有收下，原因在 rejects 表 / {counts.rejected} lines rejected: see the table rejects"
        )
