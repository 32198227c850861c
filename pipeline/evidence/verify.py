"""`houxu verify`: does the chain hold, and is every file what the manifest says?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.evidence.closing import name_in, run_files_of
from pipeline.evidence.manifest import (
    BEGINNING,
    BrokenLineError,
    Entry,
    digest_file,
    manifest_of,
    parse_link,
    whole_manifest_lines,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as the manifest says: `where` is a file or `manifest.jsonl:LINE`."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the evidence stands. `sound` files are as they were closed or lawfully rewritten, `dropped` ones went at the
    end of their time, `unlisted` ones belong to runs that no night has closed yet."""

    lines: int
    sound: int
    rewritten: int
    dropped: int
    unlisted: int
    last_hash: str
    problems: tuple[Problem, ...]


def verify_spool(spool_dir: Path, expected_hash: str | None) -> Verdict:
    """Check the chain and every file. `expected_hash` is one that the chain must still contain, noted elsewhere."""
    entries, hashes, problems = _read_chain(manifest_of(spool_dir))
    if expected_hash and expected_hash not in hashes:
        problems.append(
            Problem(manifest_of(spool_dir).name, f"没有这个哈希，清单被截短或换过 / {expected_hash} is missing")
        )
    outcomes: Counter[str] = Counter()
    for entry in entries.values():
        found = _check_file(spool_dir, entry)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            outcomes[found] += 1
    folders = [folder for folder in spool_dir.glob("*") if folder.is_dir()]
    unlisted = [file for folder in folders for file in run_files_of(folder) if name_in(spool_dir, file) not in entries]
    return Verdict(
        lines=len(hashes),
        sound=outcomes["closed"] + outcomes["rewritten"],
        rewritten=outcomes["rewritten"],
        dropped=outcomes["dropped"],
        unlisted=len(unlisted),
        last_hash=hashes[-1] if hashes else BEGINNING,
        problems=tuple(problems),
    )


def _read_chain(path: Path) -> tuple[dict[str, Entry], list[str], list[Problem]]:
    latest: dict[str, Entry] = {}
    hashes: list[str] = []
    problems: list[Problem] = []
    previous = BEGINNING
    for number, line in enumerate(whole_manifest_lines(path), 1):
        try:
            link = parse_link(line)
        except BrokenLineError as error:
            problems.append(Problem(f"{path.name}:{number}", str(error)))
            previous = ""
            continue
        if previous and link.previous != previous:
            problems.append(Problem(f"{path.name}:{number}", "与上一行接不上 / does not follow on the line before"))
        previous = link.hash
        hashes.append(link.hash)
        latest[link.entry.file] = link.entry
    return latest, hashes, problems


def _check_file(spool_dir: Path, entry: Entry) -> Problem | str:
    path = spool_dir / entry.file
    if entry.event == "dropped":
        back = Problem(entry.file, "按保留期已删除，却又出现 / was removed at the end of its time, and is back")
        return back if path.exists() else entry.event
    if not path.is_file():
        return Problem(entry.file, "不见了，清单里没有删除记录 / missing, and no line says why")
    size, digest = digest_file(path)
    if (size, digest) == (entry.bytes, entry.sha256):
        return entry.event
    if digest == entry.old_sha256:
        return Problem(
            entry.file, "删除文字时被中断；再运行 houxu process / its rewriting was cut short; run houxu process"
        )
    return Problem(entry.file, "内容变了 / CHANGED since it was closed")
