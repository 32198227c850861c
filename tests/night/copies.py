"""A second installation with the content of a first."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.process.home import Home


def copy_installation(db: Path, home: Home) -> None:
    """Copy a demo's database and its files to where `home` expects them."""
    for path in db.parent.glob(f"{db.name}*"):
        if path.is_file():
            shutil.copy(path, home.folder / path.name.replace(db.name, "houxu.db"))
    shutil.copytree(db.parent / f"{db.name}.var", home.folder / "var")


def copy_home(home: Home, folder: Path) -> Home:
    """A whole installation once more, to be changed."""
    shutil.copytree(home.folder, folder / "copy")
    return Home(folder / "copy")
