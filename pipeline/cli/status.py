"""`houxu status explain`: every word considered, its reading, the rules, and what they did."""

from __future__ import annotations

import json
from datetime import datetime

import click

from pipeline.cli.options import Installation, at_home, json_option, now_option
from pipeline.explaining import explain_case, explain_case_as_dict
from pipeline.process import policy_of
from pipeline.store.caseview import find_case_id
from pipeline.store.database import read_store


@click.group()
def status() -> None:
    """个案状态 / The status of cases."""


@status.command("explain")
@click.argument("case_id")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言 / language")
@at_home
@now_option
@json_option
def explain_status(home: Installation, now: datetime, case_id: str, language: str, as_json: bool) -> None:
    """为什么是这个状态 / Why a case stands as it does. CASE_ID may also be the id of any of its posts."""
    store = read_store(home.places.db_path)
    policy, found = policy_of(home.settings), find_case_id(store, case_id)
    if as_json:
        told = explain_case_as_dict(store, found, policy, now)
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    click.echo(explain_case(store, found, policy, now, language))
