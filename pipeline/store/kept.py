"""What was read from texts that are gone."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.status.model import Reading
from pipeline.store.database import Store
from pipeline.store.purge import FORGOTTEN_QUOTE


def load_kept(store: Store, post_ids: Sequence[str]) -> dict[str, Reading]:
    """Readings of purged texts, by observation id; their quote says that the words are gone."""
    rows = store.conn.execute(
        "SELECT observation_id, kind, rule, confidence FROM kept_readings"
        " WHERE post_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(post_ids)),),
    )
    return {row[0]: Reading(row[1], row[3], FORGOTTEN_QUOTE, row[2], ()) for row in rows}
