"""Whether the key at hand is the one that this database's digests were made with."""

from __future__ import annotations

from pipeline.errors import UserError
from pipeline.privacy import Key
from pipeline.store.database import Store

_CHECKED_KIND = "houxu"
_CHECKED_VALUE = "key check"


def require_same_key(store: Store, key: Key) -> None:
    """Compare the key with the one first used; on the first use note its digest.

    Raises:
        UserError: another key. With it no phone would equal its earlier self, and every post would come in twice.
    """
    own = key.hmac_of(_CHECKED_KIND, _CHECKED_VALUE)
    row = store.conn.execute("SELECT value FROM state WHERE name = 'key_check'").fetchone()
    if row is None:
        with store.writing() as conn:
            conn.execute("INSERT INTO state (name, value) VALUES ('key_check', ?)", (own,))
    elif row[0] != own:
        raise UserError(
            f"{store.path}: 密钥不是建库时的那一把，请把原来的 houxu.key 放回 var 目录"
            " / the key is not the one this database was made with; put the old houxu.key back"
        )
