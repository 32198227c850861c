"""Where an installation keeps its files: everything but the database lies in the var folder beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.settings import Settings

VAR_DIR = "var"
"""The var folder where no configuration names another."""

# Lies in the folder of a demo, and says that it may be thrown away with all that is in it.
DEMO_MARKER = ".houxu-demo"


@dataclass(frozen=True, slots=True)
class Places:
    """Paths of one installation."""

    db_path: Path
    var_dir: Path

    @property
    def spool_dir(self) -> Path:
        """`var/spool`: a folder a run with its raw observations."""
        return self.var_dir / "spool"

    @property
    def key_path(self) -> Path:
        """The secret of the keyed digests."""
        return self.var_dir / "houxu.key"

    @property
    def lock_path(self) -> Path:
        """Held by whoever writes the database."""
        return self.var_dir / f"{self.db_path.name}.lock"

    @property
    def manners_path(self) -> Path:
        """What the crawler remembers of hosts: budgets and cool-downs."""
        return self.var_dir / "manners.json"

    @property
    def session_path(self) -> Path:
        """The visitor's cookie, where the operator has turned one on."""
        return self.var_dir / "session.json"

    @property
    def metrics_path(self) -> Path:
        """The last night in Prometheus' text format."""
        return self.var_dir / "metrics.prom"

    @property
    def images_dir(self) -> Path:
        """`var/images`: pictures of posts, each once."""
        return self.var_dir / "images"

    @property
    def desk_path(self) -> Path:
        """The desk's own file, apart from the analysts'."""
        return self.var_dir / "desk.db"

    @property
    def reports_dir(self) -> Path:
        """The nightly report pages."""
        return self.var_dir / "reports"


def places_of(db_path: Path, settings: Settings) -> Places:
    """The paths that go with a database. A demo's database has a folder of its own, whatever the settings say: a
    command on it must not look for its raw text in the folder of another installation.
    """
    return places_at(db_path, settings.var_dir)


def places_at(db_path: Path, var_dir: str = VAR_DIR) -> Places:
    """`places_of` where only the var folder is known, relative to the database's."""
    own = demo_dir_of(db_path)
    return Places(db_path, own if (own / DEMO_MARKER).exists() else db_path.absolute().parent / var_dir)


def demo_dir_of(db_path: Path) -> Path:
    """Where a demo keeps what goes with its database."""
    return db_path.absolute().with_name(f"{db_path.name}.var")
