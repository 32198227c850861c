"""Opens the one SQLite file: migrations, WAL, foreign keys, and a clear word when the file is not ours."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.errors import UserError

SCHEMA_VERSION = 11
# The functions of pipeline/store/migrate.py, by name: what a database of this version may have seen.
KNOWN_MIGRATIONS = frozenset(
    {
        "create_base_tables",
        "add_search_and_clocks",
        "add_pictures",
        "add_desk",
        "add_recheck_schedule",
        "add_night_indexes",
        "add_boards",
        "add_recheck_spiders",
        "add_late_copies",
        "add_joining",
        "read_pins_first",
    }
)
_BUSY_SECONDS = 30
_READER_CACHE_KIB = 200_000
_DISK_FULL = {"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_TRUNCATE"}


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All of it or nothing, whatever ends it: an error, a stop by Ctrl+C."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield conn
        conn.execute("COMMIT")
    finally:
        # On a full disk SQLite has rolled back by itself.
        if conn.in_transaction:
            conn.execute("ROLLBACK")


class SqliteFile:
    """A connection to a file of ours."""

    def __init__(self, conn: sqlite3.Connection, path: Path) -> None:
        self.conn = conn
        self.path = path

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or nothing."""
        with transaction(self.conn) as conn:
            yield conn

    def close(self) -> None:
        """Close the file; a write-ahead log is folded in by the last one out."""
        self.conn.close()


class Store(SqliteFile):
    """A connection to the store. Readers work while a night writes: the file is in WAL mode."""


def open_store(path: Path) -> Store:
    """Open the store for writing; make it or bring it up to date first.

    Raises:
        UserError: not a SQLite file, not houxu's, from a newer houxu, or not writable.
    """
    with _naming(path):
        conn = _connect(f"file:{_escape(path)}?mode=rwc")
        _check_version(conn, path)
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute(f"PRAGMA cache_size = {-_writer_cache_kib()}")
        if _version(conn) < SCHEMA_VERSION:
            _migrate(conn)
        _fill_from_data(conn)
    return Store(conn, path)


def read_store(path: Path) -> Store:
    """Open an existing store for reading only.

    Raises:
        UserError: there is no such file, or it is not a store that this houxu reads.
    """
    require_store(path)
    with _naming(path):
        conn = _connect(f"file:{_escape(path)}?mode=ro")
        _check_version(conn, path)
        if _version(conn) < SCHEMA_VERSION:
            raise UserError(
                f"{path}: 不是 houxu 的数据库，或版本太旧，先运行 houxu process / not a houxu database, or too old"
            )
    return Store(conn, path)


def require_store(path: Path) -> None:
    """To be asked before anything is made beside a database, so that a typing error makes nothing.

    Raises:
        UserError: there is no such file.
    """
    if not path.is_file():
        raise UserError(
            f"{path}: 没有这个数据库，先运行 houxu import 或 houxu nightly"
            " / no such database; houxu import, nightly and demo make one"
        )


def bound_cache(store: Store, megabytes: int) -> None:
    """Let a connection that stays open hold no more of the file in memory than that."""
    store.conn.execute(f"PRAGMA cache_size = {-1024 * megabytes}")


def begin_log_anew(store: Store) -> None:
    """Fold the write-ahead log into the file, once no statement reads it: otherwise it grows for as long as workers
    read, which may be hours."""
    store.conn.execute("PRAGMA wal_checkpoint(RESTART)")


def is_current(store: Store) -> bool:
    """Whether a store that was opened a while ago still has the version that this houxu reads."""
    return _version(store.conn) == SCHEMA_VERSION


def is_disk_full(error: sqlite3.Error) -> bool:
    """Whether SQLite could not write for want of space."""
    return getattr(error, "sqlite_errorname", "") in _DISK_FULL


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another program held the file for longer than we wait."""
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def copy_store(store: Store, target: Path) -> None:
    """Copy the whole store, page by page, while others may use it."""
    copy = sqlite3.connect(target)
    try:
        store.conn.backup(copy)
    finally:
        copy.close()


def _escape(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if is_disk_full(error):
            raise
        raise UserError(f"{path}: 打不开这个数据库 / cannot open this database: {error}") from error


def _connect(uri: str) -> sqlite3.Connection:
    # Transactions are ours to begin and end: a stage commits whole steps, never single rows.
    # A connection may be handed from thread to thread, one at a time: SQLite itself is built for that.
    conn = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    conn.row_factory = sqlite3.Row
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA synchronous = NORMAL")
    # Deleted words must not linger in free pages; some builds of SQLite leave this off.
    conn.execute("PRAGMA secure_delete = ON")
    conn.execute(f"PRAGMA cache_size = {-_READER_CACHE_KIB}")
    conn.execute("PRAGMA temp_store = MEMORY")
    return conn


def _writer_cache_kib() -> int:
    """How much of the file a writer may hold. A night walks all over it: what does not fit is read again and again,
    from a disk where the system keeps few pages of its own (a million posts: 27 GB read for a file of 4)."""
    memory_kib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1024
    return max(_READER_CACHE_KIB, memory_kib // 8)


def _version(conn: sqlite3.Connection) -> int:
    return int(conn.execute("PRAGMA user_version").fetchone()[0])


def _check_version(conn: sqlite3.Connection, path: Path) -> None:
    version = _version(conn)
    if version > SCHEMA_VERSION:
        raise UserError(
            f"{path}: 数据库版本 {version} 比本程序支持的 {SCHEMA_VERSION} 新，请升级 houxu"
            f" / database version {version} is newer than this houxu reads ({SCHEMA_VERSION}); upgrade houxu"
        )
    tables = {row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    unknown = _applied_migrations(conn, tables) - KNOWN_MIGRATIONS
    if unknown:
        raise UserError(
            f"{path}: 数据库来自更新的 houxu（{', '.join(sorted(unknown))}），请升级"
            " / this database was made by a newer houxu; upgrade"
        )
    if version == 0 and tables - {"_sqlite_migrations"} and "observations" not in tables:
        raise UserError(f"{path}: 这是别的程序的数据库 / this SQLite file belongs to another program")


def _applied_migrations(conn: sqlite3.Connection, tables: set[str]) -> set[str]:
    if "_sqlite_migrations" not in tables:
        return set()
    return {row[0] for row in conn.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'houxu'")}


def _migrate(conn: sqlite3.Connection) -> None:
    # Imported here: sqlite-utils imports pandas where it is installed, which costs a look-up half a second.
    from pipeline.store.migrate import bring_up_to_date

    # sqlite-utils commits by itself, which is what a migration wants; the version goes last, so that a
    # migration cut short is taken up again.
    bring_up_to_date(conn)
    conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _fill_from_data(conn: sqlite3.Connection) -> None:
    """Tables that hold nothing but a data file: what columns mean, which words of offices the clocks count."""
    described = [
        (row["table"], row["column"], row["description_zh"], row["description"])
        for _, row in read_table(DATA_DIR / "columns.tsv")
    ]
    _hold(conn, "column_descriptions", "table_name, column_name, description_zh, description", described)
    words = [(row["stage"], row["word"]) for _, row in read_table(DATA_DIR / "office_words.tsv")]
    _hold(conn, "office_words", "stage, word", words)


def _hold(conn: sqlite3.Connection, table: str, columns: str, rows: Sequence[tuple[str, ...]]) -> None:
    known = conn.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 our own names, above
    if sorted(tuple(row) for row in known) == sorted(rows):
        return
    marks = ", ".join("?" for _ in rows[0])
    with transaction(conn):
        conn.execute(f"DELETE FROM {table}")  # noqa: S608 as above
        conn.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 as above
