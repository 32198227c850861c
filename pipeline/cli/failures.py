"""Errors become one line and an exit code here, and nowhere else."""

from __future__ import annotations

import errno
import sqlite3

import click

from pipeline.errors import UserError
from pipeline.store.database import is_busy, is_disk_full

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Partial(Exception):  # noqa: N818 it says how a command ended, it is no error
    """The work is done but for something that was refused or rejected; the command exits with 1."""


def as_exit_code(command: click.Command) -> int:  # noqa: PLR0911 one return for each way to end
    """Run a command; 0 done, 1 partial, 2 the caller's mistake. A bug goes on up and crashes loudly."""
    try:
        command.main(standalone_mode=False)
    except Partial as partial:
        return _say(str(partial), 1)
    except UserError as error:
        return _say(f"错误 / error: {error}", 2)
    except click.Abort:
        return _say("已中断；再运行一次会接着做 / interrupted; run it again to go on", 1)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, sqlite3.Error) and is_busy(error):
            return _say(
                "另一个程序正在写这个数据库，等它结束再运行；没有改动 / another program is writing to the database;"
                f" run it again when that has ended, nothing was changed ({error})",
                2,
            )
        if not _is_full(error):
            raise
        return _say(
            "磁盘已满：已提交的都在，没有写一半的；腾出空间后再运行一次"
            f" / disk full: what was committed is kept, nothing is half-written; free some space, run again ({error})",
            1,
        )
    return 0


def _say(line: str, code: int) -> int:
    click.echo(line, err=True)
    return code


def _is_full(error: OSError | sqlite3.Error) -> bool:
    if isinstance(error, OSError):
        return error.errno in _FULL
    return is_disk_full(error)
