"""`houxu import`: observations from files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from pipeline.cli.failures import Partial
from pipeline.cli.options import Installation, at_home, now_option, progress_printer
from pipeline.importing import import_paths, require_files
from pipeline.intake.formats.reading import FORMAT_CHOICES, check_files, reader_of
from pipeline.locking import hold_lock
from pipeline.settings import Settings
from pipeline.store.database import open_store


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMAT_CHOICES),
    help="默认 auto，按内容识别 / auto by default: recognised by content; csv needs --map",
)
@click.option(
    "--map",
    "map_path",
    type=click.Path(dir_okay=False),
    help="普通表格的列对照表 / a column map for plain tables, see docs/import-formats.md",
)
@at_home
@now_option
def import_files(
    home: Installation, now: datetime, files: tuple[Path, ...], format_name: str | None, map_path: str | None
) -> None:
    """收下观测：一行一个的 .jsonl、.jsonl.gz，或别的采集工具的导出文件；“-” 是标准输入
    / Take observations in: one a line, or the export of another tool; `-` is standard input.

    \b
    必填 / required: platform, id, text 或 availability
    {"platform":"weibo","id":"4751234567890123","author_id":"u1","text":"…","observed_at":"2022-03-29T09:00:00+08:00"}

    同一文件导入两次不变 / importing a file twice changes nothing. A line that cannot be taken is kept in the
    table `rejects` with file, line and reason; everything else goes on, and the command exits with 1.
    """
    settings = _with_format(home.settings, format_name, map_path)
    require_files(files)
    check_files(reader_of(settings.intake.format, settings.intake.map), files)
    with hold_lock(home.places.lock_path, "import"):
        store = open_store(home.places.db_path)
        counts = import_paths(store, home.places, settings, files, now, progress_printer("行 / lines"))
        store.close()
    for reject in counts.rejects:
        click.echo(f"{reject.file}:{reject.line}: {reject.reason}", err=True)
    changes = f"{counts.new_posts} 个新帖子，{counts.changed_posts} 个帖子有变化，{counts.known} 个已有"
    click.echo(f"{counts.lines} 行：{counts.observations} 个新观测，{changes}")
    click.echo("lines: new observations, new posts, changed posts, known")
    if counts.rejected:
        raise Partial(
            f"{counts.rejected} 行没有收下（整行，或行里的图片），原因在 rejects 表"
            f" / {counts.rejected} lines rejected, or pictures that they name: see the table rejects"
        )


def _with_format(settings: Settings, format_name: str | None, map_path: str | None) -> Settings:
    """The settings with what the command line says of the format, where it says something."""
    said = {"format": format_name, "map": map_path}
    told = {name: value for name, value in said.items() if value is not None}
    return settings.model_copy(update={"intake": settings.intake.model_copy(update=told)})
