"""Whether the key at hand is the one that this database's digests were made with."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import UserError
from pipeline.privacy import Key, load_or_make_key
from pipeline.store.database import Store

_CHECKED_KIND = "houxu"
_CHECKED_VALUE = "key check"


def key_of(store: Store, path: Path) -> Key:
    """The key that this store's digests were made with. Where the store has none yet, the file's, made if need be.

    Raises:
        UserError: the file is missing, or holds another key. With another no phone would equal its earlier self.
    """
    if not path.is_file() and _noted_check(store) is not None:
        raise UserError(
            f"{path}: 密钥不见了，请从备份里放回；没有它，电话对不上以前的"
            " / the key is missing; put it back from your backup, without it no phone equals its earlier self"
        )
    key = load_or_make_key(path)
    if _noted_check(store) is not None:
        require_same_key(store, key)
    return key


def require_same_key(store: Store, key: Key) -> None:
    """Compare the key with the one first used; on the first use note its digest.

    Raises:
        UserError: another key. With it no phone would equal its earlier self, and every post would come in twice.
    """
    own = key.hmac_of(_CHECKED_KIND, _CHECKED_VALUE)
    noted = _noted_check(store)
    if noted is None:
        with store.writing() as conn:
            conn.execute("INSERT INTO state (name, value) VALUES ('key_check', ?)", (own,))
    elif noted != own:
        raise UserError(
            f"{store.path}: 密钥不是建库时的那一把，请把原来的 houxu.key 放回 var 目录"
            " / the key is not the one this database was made with; put the old houxu.key back"
        )


def _noted_check(store: Store) -> str | None:
    row = store.conn.execute("SELECT value FROM state WHERE name = 'key_check'").fetchone()
    return None if row is None else str(row[0])
