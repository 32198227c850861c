"""`houxu export`: lists for analysts, ClaimReview for the public, work orders for offices."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, fields
from datetime import datetime
from pathlib import Path
from typing import IO

import click

from pipeline.cli.options import Installation, at_home, now_option
from pipeline.errors import UserError
from pipeline.exporting.claimreview import Reviewer, claim_review, is_web_address
from pipeline.exporting.parquet import write_parquet
from pipeline.exporting.tables import whole_file, write_csv, write_excel_csv, write_json_lines
from pipeline.exporting.workorders import WorkOrder, work_orders
from pipeline.store.database import Store, read_store
from pipeline.store.export import one_moment, read_claims, read_open_needs, read_rows

_Columns = Sequence[str]
_Rows = Iterable[Sequence[object]]
_SUFFIXES = {"csv": "csv", "excel": "csv", "parquet": "parquet", "jsonl": "jsonl"}
_LISTS = ("cases", "posts", "stale", "timeline", "updates", "departments", "questions", "workorders")


@click.command()
@click.argument("kind", type=click.Choice([*_LISTS, "claimreview"]))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("-"),
    help="写到文件或文件夹，默认标准输出 / a file or a folder; default: standard output",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_SUFFIXES)),
    default=None,
    help="excel 是带 BOM 的 CSV；claimreview 只有 jsonl，其余默认 csv / excel is CSV with a byte order mark",
)
@click.option("--site", default=None, help="核查台的公开网址，写进 claimreview / the desk's public address")
@click.option(
    "--reviewer", default="后续 houxu", show_default=True, help="claimreview 由谁署名 / who signs claimreview"
)
@at_home
@now_option
def export(  # noqa: PLR0913, PLR0917 click hands over one argument an option
    home: Installation, now: datetime, kind: str, output: Path, form: str | None, site: str | None, reviewer: str
) -> None:
    """导出，只含脱敏后的内容 / Write a list for other programs; only masked forms leave the store.

    \b
    cases        个案，带首发帖正文和状态所依据的原话 / cases with the words that their status rests on
    posts        帖子 / posts
    stale        过时转发，旁边是作者的话 / stale posts beside the author's words
    timeline     每个个案的时间线 / what happened in each case
    updates      进展 / status updates
    claimreview  有签署结论的个案，schema.org，一行一个 / cases with a signed verdict, without anybody's name
    workorders   每个未了个案两行工单：街道/乡镇、卫健委 / two work orders for each case that waits
    """
    if site is not None and not is_web_address(site):
        raise UserError(f"--site {site}: 不是 http(s) 网址 / not an http(s) address")
    form = _form_of(kind, form)
    target = _target(kind, form, output)
    with closing(read_store(home.places.db_path)) as store, one_moment(store):
        if kind == "claimreview":
            reviews = (claim_review(claim, Reviewer(reviewer, site)) for claim in read_claims(store))
            with _text_to(target) as file:
                count = write_json_lines(file, reviews)
        else:
            columns, rows = _list_of(store, kind, now)
            count = _write(target, form, columns, rows)
    if target is not None:
        click.echo(f"{target}: {count:,} 行 / rows")


def _form_of(kind: str, form: str | None) -> str:
    only_lines = kind == "claimreview"
    form = form or ("jsonl" if only_lines else "csv")
    # Work orders speak to offices: Beijing clock, Chinese words, nothing that has a type.
    if (form == "jsonl") != only_lines or (kind, form) == ("workorders", "parquet"):
        raise UserError(f"{kind} 不能写成 {form} / {kind} is not written as {form}")
    return form


def _target(kind: str, form: str, output: Path) -> Path | None:
    """The file to write; None for standard output."""
    if str(output) == "-":
        if form == "parquet":
            raise UserError("Parquet 要用 -o 指定文件 / Parquet needs -o FILE")
        return None
    return output / f"{kind}.{_SUFFIXES[form]}" if output.is_dir() else output


def _list_of(store: Store, kind: str, now: datetime) -> tuple[_Columns, _Rows]:
    if kind == "workorders":
        orders = (astuple(order) for need in read_open_needs(store) for order in work_orders(need, now))
        return [one.name for one in fields(WorkOrder)], orders
    columns, rows = read_rows(store, kind)
    return columns, (tuple(row) for row in rows)


def _write(target: Path | None, form: str, columns: _Columns, rows: _Rows) -> int:
    if form == "parquet":
        assert target is not None  # noqa: S101 asked for in `_target`
        return write_parquet(target, columns, rows)
    write: Callable[[IO[str], _Columns, _Rows], int] = write_excel_csv if form == "excel" else write_csv
    with _text_to(target) as file:
        return write(file, columns, rows)


@contextmanager
def _text_to(target: Path | None) -> Iterator[IO[str]]:
    if target is None:
        yield sys.stdout
        return
    with whole_file(target) as file:
        yield file
