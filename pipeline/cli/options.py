"""Options that all commands share, and what they turn into: places, settings, the key, the moment."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import UserError
from pipeline.places import Places, places_at, places_of
from pipeline.times import parse_time

if TYPE_CHECKING:
    from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Installation:
    """Where a command works and with which settings."""

    places: Places
    settings: Settings


def at_home(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --db and --config; it receives an `Installation` as its first argument."""

    @_home_options
    @functools.wraps(command)
    def wrapped(db: Path, config: Path | None, **options: Any) -> Any:
        from pipeline.settings import load_settings

        settings = load_settings(_config_beside(db, config))
        return command(Installation(places_of(db, settings), settings), **options)

    return wrapped


def at_places(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --db and --config; it receives `Places` and the path of its configuration (None: there is none).

    For a command that must start at once: without a configuration nothing is loaded that reads one.
    """

    @_home_options
    @functools.wraps(command)
    def wrapped(db: Path, config: Path | None, **options: Any) -> Any:
        config_path = _config_beside(db, config)
        if config_path is None:
            return command(places_at(db), None, **options)
        from pipeline.settings import load_settings

        return command(places_of(db, load_settings(config_path)), config_path, **options)

    return wrapped


def _home_options(command: Callable[..., Any]) -> Callable[..., Any]:
    db = click.option(
        "--db",
        type=click.Path(dir_okay=False, path_type=Path),
        default=Path("houxu.db"),
        show_default=True,
        help="数据库文件 / the SQLite file",
    )
    config = click.option(
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        default=None,
        help="配置文件，默认用数据库旁的 houxu.toml / configuration; default: houxu.toml beside the database, if there",
    )
    return db(config(command))


def _config_beside(db: Path, config: Path | None) -> Path | None:
    beside = db.absolute().parent / "houxu.toml"
    return config or (beside if beside.is_file() else None)


def now_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --now; it receives an aware UTC `now`."""

    @click.option("--now", metavar="ISO8601", default=None, help="当作现在的时刻，默认系统时钟 / taken for now")
    @functools.wraps(command)
    def wrapped(*args: Any, now: str | None, **options: Any) -> Any:
        return command(*args, now=moment_of(now), **options)

    return wrapped


def moment_of(text: str | None) -> datetime:
    """An aware UTC time from --now, or the clock's.

    Raises:
        UserError: not ISO 8601 with an offset.
    """
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return parse_time(text).replace(microsecond=0)
    except ValueError as error:
        raise UserError(f"--now {text}: 不是带时区的 ISO 8601 时间 / not ISO 8601 with an offset: {error}") from error


json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")


def progress_printer(unit: str) -> Callable[[int], None]:
    """A progress line on a terminal, silence otherwise."""
    if not sys.stderr.isatty():
        return lambda _: None

    def show(done: int) -> None:
        click.echo(f"\r{done:>10,} {unit}", err=True, nl=False)

    return show
