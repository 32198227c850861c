"""An installation in a folder of its own, driven through the command line without starting a process."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pipeline.cli import houxu
from pipeline.cli.failures import as_exit_code
from tests.process.dumps import Tables, read_tables

NOW = "2024-07-12T02:00:00+08:00"
AUTHOR = "u1"
PLEA = (
    "#澜州求助# 求助！我父亲桂大山，七十三岁，住澜州市望溪区，尿毒症，每周一三五要透析，小区封控之后"
    "已经四天没有做上了。昨晚开始喘不上气，腿肿得一按一个坑，社区电话打了三十多遍没人接。联系电话 13900001234，求扩散"
)
THANKS = "谢谢大家，我父亲今天上午已经在望溪区医院做上透析了，问题解决了，不用再转了"
OTHER_PLEA = (
    "#沱阳暴雨求助# 柳堰县石板村西头老粮站二楼，困着两位老人和一个四岁的孩子，水已经淹到一楼屋顶，"
    "从昨天下午就没有吃的，手机快没电了，请救援队派船来接人！联系人小沈 15200007788"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        """The last line that reached the terminal."""
        return (self.out + self.err).strip().splitlines()[-1]


def observed(native_id: str, text: str | None = None, at: str = "07-08T22:00", **more: object) -> dict[str, Any]:
    """An import line as a value: a sighting of a forum post in July 2024, Beijing time, seen when it was posted."""
    moment = f"2024-{at}:00+08:00"
    line = {"platform": "weibo", "id": native_id, "author_id": AUTHOR, "posted_at": moment, "observed_at": moment}
    if text is not None:
        line["text"] = text
    return line | more


def seen_again(line: dict[str, Any], at: str, **more: object) -> dict[str, Any]:
    """The same post at a later sighting; what is named has changed."""
    return line | {"observed_at": f"2024-{at}:00+08:00"} | more


def deleted(line: dict[str, Any], at: str) -> dict[str, Any]:
    """The tombstone that a later sighting met where the post was."""
    return {
        "platform": line["platform"],
        "id": line["id"],
        "observed_at": f"2024-{at}:00+08:00",
        "availability": "deleted_by_author",
    }


@dataclass(frozen=True, slots=True)
class Home:
    """A database `houxu.db` with its var folder."""

    folder: Path

    @property
    def db(self) -> Path:
        """The database."""
        return self.folder / "houxu.db"

    @property
    def spool(self) -> Path:
        """Where raw text lies."""
        return self.folder / "var" / "spool"

    def run(self, *arguments: object, stdin: bytes = b"") -> Said:
        """Run a command on this database."""
        return run_houxu(*arguments, "--db", self.db, stdin=stdin)

    def write(self, name: str, lines: Iterable[dict[str, Any] | bytes | str]) -> Path:
        """A file of import lines; `.gz` in the name packs it."""
        data = b"".join(_line(line) + b"\n" for line in lines)
        path = self.folder / name
        path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
        return path

    def take(self, *lines: dict[str, Any] | bytes | str) -> Said:
        """Import lines from a new file."""
        path = self.write(f"in-{len(list(self.folder.glob('in-*')))}.jsonl", lines)
        return self.run("import", path, "--now", NOW)

    def settle(self, *lines: dict[str, Any] | bytes | str, now: str = NOW) -> None:
        """Import lines and process them, both to the end."""
        if lines or not self.db.exists():
            assert self.take(*lines).code == 0
        said = self.run("process", "--now", now)
        assert said.code == 0, said.err

    def rows(self, query: str, *parameters: object) -> list[dict[str, Any]]:
        """Rows of a query as plain values."""
        with reading(self.db) as conn:
            return [dict(row) for row in conn.execute(query, parameters)]

    def row(self, query: str, *parameters: object) -> dict[str, Any]:
        """The only row of a query."""
        (only,) = self.rows(query, *parameters)
        return only

    def values(self, query: str, *parameters: object) -> list[Any]:
        """The first column of a query."""
        return [next(iter(row.values())) for row in self.rows(query, *parameters)]

    def reasons(self) -> list[str]:
        """Why lines were rejected."""
        return self.values("SELECT reason FROM rejects ORDER BY file, line")

    def tables(self, *without: str) -> Tables:
        """Everything in the database but the named tables."""
        return read_tables(self.db, without)

    def everything(self) -> dict[str, bytes]:
        """Every file of the installation, byte by byte."""
        return {str(path): path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file()}

    def raw_bytes(self) -> bytes:
        """What somebody reads who opens the database files with a plain editor."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("houxu.db*")))

    def spooled(self) -> bytes:
        """The raw lines in the spool, unpacked."""
        return b"".join(gzip.decompress(path.read_bytes()) for path in sorted(self.spool.rglob("*.gz")))


def run_houxu(*arguments: object, stdin: bytes = b"") -> Said:
    """Run `houxu` with arguments in this process."""
    out, err = io.StringIO(), io.StringIO()
    given = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    argv = ["houxu", *(str(one) for one in arguments)]
    with patch.object(sys, "argv", argv), patch.object(sys, "stdin", given), redirect_stdout(out), redirect_stderr(err):
        code = as_exit_code(houxu)
    return Said(code, out.getvalue(), err.getvalue())


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A plain reader's connection, as an analyst would open it."""
    conn = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    conn.row_factory = sqlite3.Row
    try:
        yield conn
    finally:
        conn.close()


def members_of(home: Home, post_id: str) -> Sequence[str]:
    """The posts of the case that a post belongs to."""
    return home.values(
        "SELECT post_id FROM case_posts WHERE case_id = (SELECT case_id FROM case_posts WHERE post_id = ?"
        " AND role <> 'round_up') ORDER BY post_id",
        post_id,
    )


def _line(line: dict[str, Any] | bytes | str) -> bytes:
    if isinstance(line, bytes):
        return line
    return (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)).encode()
