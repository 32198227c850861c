"""Writes the pages of docs/ that come from the code: `python -m pipeline.manual`. A test keeps them equal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click
from pydantic import BaseModel

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.settings import (
    AlertSettings,
    CrawlSettings,
    DeskSettings,
    ImageSettings,
    ImportSettings,
    OidcSettings,
    RecheckSettings,
    RetentionSettings,
    Settings,
    StatusSettings,
)

DOCS_DIR = Path(__file__).resolve().parents[1] / "docs"

_LINE_FORMAT = """\
## Import: one observation a line

JSON Lines in UTF-8, plain or gzip, one JSON object a line. Required: `platform`, `id`, and `text` or `availability`.

```json
{"platform":"weibo","id":"4751234567890123","url":"https://weibo.com/…","author_id":"u1","author_name":"…",
 "author_kind":"person","posted_at":"2022-03-28T22:04:00+08:00","observed_at":"2022-03-29T09:00:00+08:00","text":"…",
 "repost_of":null,"reply_to":null,"edited_at":null,"availability":"visible","images":["shots/a.png"],
 "counts":{"reposts":3,"comments":1,"likes":0}}
```

- Times carry an offset. A missing `posted_at` on Weibo is read from the id; a missing `observed_at` is `posted_at`.
- `author_kind`: person, official, media, platform. `availability`: visible, deleted_by_author, removed_by_platform,
  hidden_by_author, account_gone, age_limited, not_found, blocked.
- `repost_of` and `reply_to` are ids on the same platform; ids may be numbers. Image paths are relative to the file.
- The same (platform, id) observed later is a re-check: new text is an edit, another availability a disappearance.
- A line that cannot be taken is in `rejects` with file, line and reason; nothing else is lost.
"""


def data_format_page() -> str:
    """docs/data-format.md: the import line, and every column of every table and view."""
    rows = [row for _, row in read_table(DATA_DIR / "columns.tsv")]
    parts = [
        "# Data format",
        "",
        "Made from `data/columns.tsv` by `make docs`; the same descriptions stand in the table `column_descriptions`.",
        "",
        _LINE_FORMAT,
        "## SQLite",
        "",
        "Times are ISO 8601 UTC text (`2022-03-28T14:04:00Z`), flags 0/1. Post and author ids carry their platform.",
    ]
    for table, columns in groupby(rows, key=lambda row: row["table"]):
        parts += ["", f"### {table}", "", "| column | 说明 | meaning |", "|---|---|---|"]
        parts += [f"| {row['column']} | {row['description_zh']} | {row['description']} |" for row in columns]
    return "\n".join(parts) + "\n"


def cli_page() -> str:
    """docs/cli.md: the help of every command."""
    from pipeline.cli import houxu

    return "# Commands\n\nMade from the code by `make docs`.\n" + "".join(_help_of(houxu, "houxu", None))


def _help_of(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
    # Named here as a real call names them: click remembers a command's help option from its first use.
    context = click.Context(
        command,
        info_name=name,
        parent=parent,
        max_content_width=110,
        terminal_width=110,
        help_option_names=["-h", "--help"],
    )
    yield f"\n## {context.command_path}\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for sub_name in command.list_commands(context):
            sub_command = command.get_command(context, sub_name)
            if sub_command is not None and not sub_command.hidden:
                yield from _help_of(sub_command, sub_name, context)


def configuration_page() -> str:
    """docs/configuration.md: every knob of houxu.toml with its default and why."""
    parts = ["# Configuration: `houxu.toml`", "", "Made from `pipeline/settings.py` by `make docs`."]
    for section, model in _SECTIONS.items():
        title = f"[{section}]" if section else "top level"
        parts += ["", f"## {title}", "", "| knob | default | why |", "|---|---|---|"]
        parts += [
            f"| {name} | `{field.default!r}` | {field.description} |"
            for name, field in model.model_fields.items()
            if field.description
        ]
    return "\n".join(parts) + "\n"


_SECTIONS: dict[str, type[BaseModel]] = {
    "": Settings,
    "import": ImportSettings,
    "status": StatusSettings,
    "crawl": CrawlSettings,
    "recheck": RecheckSettings,
    "images": ImageSettings,
    "retention": RetentionSettings,
    "desk": DeskSettings,
    "oidc": OidcSettings,
    "alerts": AlertSettings,
}

PAGES = {"data-format.md": data_format_page, "cli.md": cli_page, "configuration.md": configuration_page}


def main() -> None:
    """Write the pages."""
    for name, make in PAGES.items():
        (DOCS_DIR / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
