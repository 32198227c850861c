"""An import run: the ledger around the intake."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.errors import UserError
from pipeline.images.intake import picture_intake
from pipeline.intake.formats.reading import reader_of
from pipeline.intake.ingest import ImportCounts, Intake
from pipeline.intake.lines import STANDARD_INPUT, name_of
from pipeline.intake.parse import Parser
from pipeline.intake.spool import new_import_file
from pipeline.places import Places
from pipeline.settings import Settings
from pipeline.store.database import Store
from pipeline.store.keycheck import key_of, require_same_key
from pipeline.store.runs import drop_empty_run, finish_run, new_run_id, note_run, start_run, unfinished_run


def import_paths(
    store: Store,
    places: Places,
    settings: Settings,
    paths: Sequence[Path],
    now: datetime,
    progress: Callable[[int], None],
) -> ImportCounts:
    """Import files as one run; a run over the same files that was cut short is taken up again.

    Raises:
        UserError: the key is not the one that the database was made with.
    """
    key = key_of(store, places.key_path)
    require_same_key(store, key)
    about = json.dumps([name_of(path) for path in paths], ensure_ascii=False)
    run_id = unfinished_run(store, "import", about) or new_run_id(store, "import", now)
    start_run(store, run_id, "import", now)
    note_run(store, run_id, about)
    with picture_intake(store, places, settings.images) as pictures:
        intake = Intake(
            store=store,
            run_id=run_id,
            key=key,
            parser=Parser(settings.intake, now),
            spool_path=new_import_file(places.spool_dir / run_id),
            workers=settings.workers,
            read=reader_of(settings.intake.format, settings.intake.map),
            pictures=pictures,
        )
        counts = intake.take(paths, ImportCounts(), progress)
    finish_run(store, run_id, now, "partial" if counts.rejected else "done", about)
    drop_empty_run(store, run_id)
    return counts


def require_files(paths: Sequence[Path]) -> None:
    """To be asked before anything is opened, so that a typing error makes no database.

    Raises:
        UserError: a file is missing or is a folder. A pipe by name is as good as a file.
    """
    for path in paths:
        if path == STANDARD_INPUT:
            continue
        if path.is_dir():
            raise UserError(f"{path}: 是文件夹，请写里面的文件 / a folder; name the files in it")
        if not path.exists():
            raise UserError(f"{path}: 没有这个文件 / no such file")
