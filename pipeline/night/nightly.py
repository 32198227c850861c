"""`houxu nightly` as a table of contents. Each step is entered in the ledger when done; a killed night resumes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from pipeline.evidence.closing import close_runs
from pipeline.images.intake import picture_intake
from pipeline.images.keeping import PictureFolder
from pipeline.intake.ingest import ImportCounts, Intake
from pipeline.intake.parse import Parser
from pipeline.night.budget import Budget, read_asked
from pipeline.night.crawl import (
    RECHECK,
    CrawlOrder,
    files_of,
    has_targets,
    read_found,
    read_ledgers,
    run_spider,
    write_known,
    write_targets,
)
from pipeline.night.crediting import credited
from pipeline.night.metrics import NightFigures, render_metrics, replace_file
from pipeline.night.rechecking import choose_orders, read_answers, remember_answers
from pipeline.night.retention import drop_old_spool, drop_unnamed_pictures
from pipeline.night.steps import StepDone
from pipeline.night.windows import Reach, find_holes
from pipeline.places import Places
from pipeline.process import process, read_pictures
from pipeline.report.page import render_report
from pipeline.scheduling.target import target_of
from pipeline.scheduling.watchers import find_watcher
from pipeline.settings import Settings
from pipeline.store.database import Store
from pipeline.store.keycheck import key_of, require_same_key
from pipeline.store.nights import finished_run_ids, past_sources, read_standing
from pipeline.store.observations import Written
from pipeline.store.runs import (
    RunSource,
    finish_step,
    finished_steps,
    finishing,
    new_run_id,
    read_sources,
    start_run,
    started_at,
    unfinished_run,
    write_source,
)
from pipeline.store.schedule import count_outcomes, read_known_long, write_orders
from pipeline.times import from_text

Say = Callable[[StepDone], None]
_SEARCH = "weibo_search"


@dataclass(frozen=True, slots=True)
class NightResult:
    """How a night ended: its counts by step, its holes in words, and where its report lies."""

    run_id: str
    counts: Mapping[str, Mapping[str, int]]
    holes: tuple[str, ...]
    report_path: Path


@dataclass(frozen=True, slots=True)
class Night:
    """One night over one store. `fixed_now` is set where the world has its own clock (tests, demo)."""

    store: Store
    places: Places
    settings: Settings
    now: datetime
    fixed_now: datetime | None
    say: Say

    def run(self) -> NightResult:
        """Crawl, read, link, report. A night that was cut short is taken up where it was."""
        run_id = unfinished_run(self.store, "nightly", None) or new_run_id(self.store, "nightly", self.now)
        start_run(self.store, run_id, "nightly", self.now)
        night = replace(self, now=from_text(started_at(self.store, run_id)))
        return night.go(run_id)

    def go(self, run_id: str) -> NightResult:
        """The steps of a night that is entered in the ledger."""
        for spider in self.settings.crawl.spiders:
            self._step(run_id, f"crawl {spider}", partial(self._crawl, run_id, spider))
            self._step(run_id, f"read {spider}", partial(self._read, run_id, spider))
            self._step(run_id, f"pictures after {spider}", self._read_pictures)
            # Linked at once, so that the re-check knows the cases of this very night.
            self._step(run_id, f"link after {spider}", self._link)
        self._step(run_id, "retention", partial(self._retention, run_id))
        self._step(run_id, "evidence", partial(self._close_files, run_id))
        holes = self._holes(run_id)
        outcome, finished_at = "partial" if holes else "done", self._read_clock()
        with finishing(self.store, run_id, finished_at, outcome, "；".join(holes) or None):
            report_path = self._report(run_id)
            self._write_metrics(run_id, outcome, finished_at)
        return NightResult(run_id, finished_steps(self.store, run_id), holes, report_path)

    def _step(self, run_id: str, name: str, work: Callable[[], Mapping[str, int]]) -> None:
        if name in finished_steps(self.store, run_id):
            return
        counts = work()
        done = StepDone(run_id, name, self._read_clock(), counts)
        finish_step(self.store, run_id, name, done.at, done.counts)
        self.say(done)

    def _read_clock(self) -> datetime:
        # A night takes hours: what it ends with did not happen when it began.
        return self.fixed_now or max(self.now, datetime.now(UTC).replace(microsecond=0))

    def _order(self, run_id: str, spider: str) -> CrawlOrder:
        crawl = self.settings.crawl
        share = self.settings.recheck.budget_share
        is_reserved = spider == _SEARCH and RECHECK in crawl.spiders
        asked = read_asked(self.places.manners_path, crawl.base_url, self._read_clock())
        budget = Budget(crawl.daily_budget, asked, share if is_reserved else 0.0)
        # Where hosts are those of the operator's sources, what they have had today is not known here: a share of a day.
        to_look_again = budget.left if spider == RECHECK else round(crawl.daily_budget * share)
        return CrawlOrder(
            run_id=run_id,
            run_dir=self.places.spool_dir / run_id,
            settings=crawl,
            started_at=self.now,
            fixed_now=self.fixed_now,
            manners_path=self.places.manners_path,
            session_path=self.places.session_path,
            daily_budget=budget.limit,
            recheck_budget=min(crawl.recheck_limit, to_look_again),
            window_starts=self._window_starts(spider),
        )

    def _window_starts(self, spider: str) -> Mapping[str, datetime]:
        """From when on a spider's queries are asked where that is further back than usual: a night had a hole."""
        crawl = self.settings.crawl
        reach = Reach(timedelta(hours=crawl.window_hours), timedelta(days=crawl.backfill_days))
        return find_holes(past_sources(self.store, spider, self.now), reach, self.now)

    def _crawl(self, run_id: str, spider: str) -> Mapping[str, int]:
        order, watcher = self._order(run_id, spider), find_watcher(spider)
        if watcher is not None and not has_targets(order, spider):
            orders = choose_orders(self.store, self.settings, watcher, order.recheck_budget, self.now)
            write_orders(self.store, run_id, spider, orders)
            write_targets(order, spider, [target_of(one) for one in orders])
        write_known(order, read_known_long(self.store, self.now - timedelta(days=self.settings.crawl.recheck_days)))
        exit_code = run_spider(order, spider)
        sources = read_ledgers(order.run_dir, spider, exit_code)
        remember_answers(self.store, run_id, spider, read_answers(files_of(order.run_dir, spider, "answers.jsonl")))
        for source in sources:
            write_source(self.store, run_id, source)
        counts = {
            "requested": sum(one.requested for one in sources),
            "seen": sum(one.seen for one in sources),
            "refused": sum(one.refused for one in sources),
        }
        return counts | ({"left": count_outcomes(self.store, run_id, spider)["left"]} if watcher else {})

    def _read(self, run_id: str, spider: str) -> Mapping[str, int]:
        paths = files_of(self.places.spool_dir / run_id, spider, "jsonl.gz")
        counts = ImportCounts()
        written: list[Written] = []
        if paths:
            key = key_of(self.store, self.places.key_path)
            require_same_key(self.store, key)
            with picture_intake(self.store, self.places, self.settings.images) as pictures:
                intake = Intake(
                    store=self.store,
                    run_id=run_id,
                    key=key,
                    # A spider's clock may run past the night's beginning: it crawls for hours.
                    parser=Parser(self.settings.intake, self.now + timedelta(days=2)),
                    spool_path=None,
                    workers=self.settings.workers,
                    pictures=pictures,
                    told=written.append,
                )
                intake.take(paths, counts, lambda _: None)
        for one in credited(self._sources(run_id, spider), self._found(run_id, spider), written):
            write_source(self.store, run_id, one)
        return {
            "lines": counts.lines,
            "new": counts.new_posts,
            "changed": counts.changed_posts,
            "rejected": counts.rejected,
        }

    def _sources(self, run_id: str, spider: str) -> list[RunSource]:
        return [one for one in read_sources(self.store, run_id) if one.source == spider]

    def _found(self, run_id: str, spider: str) -> Mapping[str, frozenset[str]]:
        return read_found(self.places.spool_dir / run_id, spider)

    def _link(self) -> Mapping[str, int]:
        return process(self.store, self.places, self.settings, self.now, lambda _: None).as_dict()

    def _read_pictures(self) -> Mapping[str, int]:
        return read_pictures(self.store, self.places, self.settings)

    def _retention(self, run_id: str) -> Mapping[str, int]:
        days, spool_dir = self.settings.retention.spool_days, self.places.spool_dir
        pictures = PictureFolder(self.places.images_dir).drop_older(self.now - timedelta(days=days))
        pictures += drop_unnamed_pictures(spool_dir, run_id)
        return {"dropped": drop_old_spool(spool_dir, self.now, days), "pictures": pictures}

    def _close_files(self, run_id: str) -> Mapping[str, int]:
        # With it whatever ended since the last night: imports.
        run_ids = {run_id, *finished_run_ids(self.store)}
        return {"files": close_runs(self.places.spool_dir, run_ids, self._read_clock())}

    def _write_metrics(self, run_id: str, outcome: str, finished_at: datetime) -> None:
        figures = NightFigures(
            started_at=self.now,
            finished_at=finished_at,
            outcome=outcome,
            sources=read_sources(self.store, run_id),
            standing=read_standing(self.store),
            orders=count_outcomes(self.store, run_id),
        )
        replace_file(self.places.metrics_path, render_metrics(figures))

    def _report(self, run_id: str) -> Path:
        self.places.reports_dir.mkdir(parents=True, exist_ok=True)
        path = self.places.reports_dir / f"{run_id}.html"
        path.write_text(render_report(self.store, self.now, run_id), encoding="utf-8")
        return path

    def _holes(self, run_id: str) -> tuple[str, ...]:
        holes = [
            f"{one.source}「{one.query}」不完整：{one.note or '没有翻到已知的过去'}（被拒 {one.refused}）"
            for one in read_sources(self.store, run_id)
            if (not one.complete or one.refused) and one.query != "*"
        ]
        holes += [
            f"{one.source}：{one.note}" for one in read_sources(self.store, run_id) if one.query == "*" and one.note
        ]
        rejected = sum(step.get("rejected", 0) for step in finished_steps(self.store, run_id).values())
        if rejected:
            holes.append(f"{rejected} 行没有收下，原因在 rejects 表")
        return tuple(holes)
