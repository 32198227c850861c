"""`houxu report`: the report page of a night."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from pipeline.cli.options import Installation, at_home, now_option
from pipeline.report.page import render_report
from pipeline.store.database import read_store


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("report.html"),
    show_default=True,
    help="写到哪个文件，- 为标准输出 / where to; - is standard output",
)
@click.option("--run", "run_id", default=None, help="哪一次运行，默认最近一次 / which run; default: the latest")
@at_home
@now_option
def report(home: Installation, now: datetime, output: Path, run_id: str | None) -> None:
    """一页夜报：哪些过时、哪些还开着、哪些待核查、这一夜完整不完整 / One self-contained HTML page on the night."""
    page = render_report(read_store(home.places.db_path), now, run_id)
    if str(output) == "-":
        click.echo(page)
        return
    output.write_text(page, encoding="utf-8")
    click.echo(f"{output}")
