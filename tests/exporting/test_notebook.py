"""The notebook runs from top to bottom on three nights of the sample world, and its answers are those of SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.manual import DOCS_DIR
from tests.process.home import reading

NOTEBOOK = DOCS_DIR / "notebooks" / "questions.ipynb"

pytestmark = [
    pytest.mark.slow,
    # Of jupyter and zmq, not ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]


def test_the_notebook_answers_its_four_questions(golden_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first thing that an analyst opens would end in red, or contradict the tables."""
    nbformat = pytest.importorskip("nbformat", reason="the extra `analyst` is not installed")
    nbclient = pytest.importorskip("nbclient", reason="the extra `analyst` is not installed")
    monkeypatch.setenv("HOUXU_DB", str(golden_db))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    needs, *_, spreaders = [text for cell in notebook.cells for text in _shown(cell)]
    with reading(golden_db) as conn:
        cases = conn.execute("SELECT COUNT(*) FROM cases").fetchone()[0]
        posts = conn.execute(
            "SELECT COUNT(DISTINCT post_id) FROM case_posts WHERE role IN ('origin', 'repost', 'copy', 'screenshot')"
        ).fetchone()[0]
        most = conn.execute(
            "SELECT MAX(n) FROM (SELECT SUM(is_late) AS n FROM case_posts cp JOIN posts p USING (post_id)"
            " WHERE is_stale = 1 AND role <> 'origin' GROUP BY p.author_id)"
        ).fetchone()[0]
    numbers = dict(line.rsplit(maxsplit=1) for line in needs.splitlines()[:3])
    assert (int(numbers["posts"]), int(numbers["needs"])) == (posts, cases)
    assert int(spreaders.splitlines()[2].split()[2]) == most


def test_the_notebook_is_kept_without_results() -> None:
    """Figures of somebody's own store would be published with the project."""
    import json

    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert [cell["outputs"] for cell in cells if cell["cell_type"] == "code" and cell["outputs"]] == []


def _shown(cell: Any) -> list[str]:
    return [str(output["data"]["text/plain"]) for output in cell.get("outputs", ()) if "data" in output]
