"""`houxu case`: one case with its timeline and quotes."""

from __future__ import annotations

import json
from datetime import datetime

import click

from pipeline.casetext import case_as_dict, case_lines
from pipeline.cli.options import Installation, at_home, json_option, now_option
from pipeline.store.caseview import find_case_id, view_case
from pipeline.store.database import read_store


@click.command()
@click.argument("case_id")
@at_home
@now_option
@json_option
def case(home: Installation, now: datetime, case_id: str, as_json: bool) -> None:
    """一个个案的时间线和原话 / A case with its timeline and quotes. CASE_ID may also be the id of any of its posts."""
    store = read_store(home.places.db_path)
    view = view_case(store, find_case_id(store, case_id))
    if as_json:
        click.echo(json.dumps(case_as_dict(view), ensure_ascii=False, indent=1))
        return
    for line in case_lines(view, now):
        click.echo(line)
