"""Worker processes end with their parent, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

PARENT = """
import time
from pipeline.workers import pool_of

def main():
    with pool_of(2) as pool:
        list(pool.map(time.sleep, [0.2, 0.2]))
        print(*pool._processes, flush=True)
        time.sleep(600)

if __name__ == "__main__":
    main()
"""


def test_workers_of_a_killed_night_are_gone(tmp_path: Path) -> None:
    """Each killed night would leave hundreds of megabytes of processes behind that wait for work for ever."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        assert workers
        parent.send_signal(signal.SIGKILL)
        try:
            # The workers hold the pipe too: it ends when the last of them has.
            parent.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            for pid in workers:
                os.kill(pid, signal.SIGKILL)
            raise
