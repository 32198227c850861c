"""The `houxu` command: one file a command, loaded when it is called, so that `--help` and look-ups start fast."""

from __future__ import annotations

import gc
import sys

import click

from pipeline.cli.failures import as_exit_code
from pipeline.cli.lazy import LazyGroup

COMMANDS = {
    "demo": "pipeline.cli.demo:demo",
    "nightly": "pipeline.cli.nightly:nightly",
    "import": "pipeline.cli.importing:import_files",
    "process": "pipeline.cli.processing:process_posts",
    "link": "pipeline.cli.link:link",
    "lookup": "pipeline.cli.lookup:lookup",
    "case": "pipeline.cli.case:case",
    "status": "pipeline.cli.status:status",
    "report": "pipeline.cli.report:report",
    "search": "pipeline.cli.search:search",
    "export": "pipeline.cli.export:export",
    "datasette": "pipeline.cli.datasette:datasette",
    "judge": "pipeline.cli.judging:judge",
    "evaluate": "pipeline.cli.evaluate:evaluate",
    "desk": "desk.cli:desk",
    "backup": "pipeline.cli.upkeep:backup",
    "restore": "pipeline.cli.upkeep:restore",
    "verify": "pipeline.cli.verify:verify",
    "doctor": "pipeline.cli.doctor:doctor",
    "rebuild": "pipeline.cli.processing:rebuild",
    "forget": "pipeline.cli.privacy:forget",
    "reveal": "pipeline.cli.privacy:reveal",
}

_OBJECTS_BETWEEN_COLLECTIONS = 100_000


@click.group(cls=LazyGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="houxu", message="houxu %(version)s")
def houxu() -> None:
    """后续：那条求助后来怎么样了？

    Collects public pleas for help, finds every copy of each one, and reads what the original author has said
    since. A copy that still asks although its author wrote that help arrived is stale. Everything is in one
    SQLite file.

    \b
    houxu demo                          三个夜晚的示例世界 / three nights of an invented city
    houxu import posts.jsonl            收下观测 / take observations in
    houxu process                       归并个案、读取进展 / link copies, read status
    houxu lookup --text "…"             这条求助现在怎样 / what became of this text
    houxu report                        夜报网页 / the report page

    Exit codes: 0 done; 1 done but partial (the last line says what); 2 the caller's mistake, nothing changed.
    """


def main() -> None:
    """Entry point of the `houxu` script."""
    # Commands begin by loading tables of many thousands of words, none of them garbage: looking for it every 700 new
    # objects is a twelfth of a look-up.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    sys.exit(as_exit_code(houxu))
