"""Every knob, read once at the edge from `houxu.toml`; each with its default, its unit and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.datafiles import read_toml
from pipeline.errors import UserError


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ImportSettings(_Section):
    """What is accepted from a file."""

    max_text_characters: Annotated[int, Field(ge=1000, description="a longer text is rejected: no post is a book")] = (
        100_000
    )
    max_line_bytes: Annotated[int, Field(ge=10_000, description="a longer line is rejected unread")] = 4_000_000
    earliest_year: Annotated[int, Field(description="an earlier posted_at is a broken clock (Weibo began in 2009)")] = (
        2006
    )
    future_slack_hours: Annotated[float, Field(ge=0, description="how far a clock may run ahead of ours")] = 24.0
    format: Annotated[str, Field(description="how files are read where --format says nothing")] = "auto"
    map: Annotated[str, Field(description="a column map for plain tables where --map says nothing")] = ""
    extra_platforms: Annotated[tuple[str, ...], Field(description="platforms accepted besides data/platforms.tsv")] = ()


class StatusSettings(_Section):
    """When words change a status."""

    deletion_gap_hours: Annotated[
        float, Field(ge=0, description="two sightings of a deletion must lie this far apart (A3.3)")
    ] = 3.0
    deletion_means_withdrawn: Annotated[
        bool, Field(description="the author's own deletion, seen twice, gives withdrawn")
    ] = True
    confidence_bar: Annotated[
        float, Field(ge=0, le=1, description="below it the status stays and the case asks for review")
    ] = 0.7
    relevance_bar: Annotated[
        float, Field(ge=0, le=1, description="below it an author's words are not taken to be about the case")
    ] = 0.5
    author_window_days: Annotated[
        float, Field(gt=0, description="an author's posts later than this after the plea are not read for it")
    ] = 30.0


class CrawlSettings(_Section):
    """What a night asks for."""

    base_url: Annotated[str, Field(description="the mobile site; tests and the demo point it to the replica")] = (
        "https://m.weibo.cn"
    )
    keywords: Annotated[tuple[str, ...], Field(description="what weibo_search looks for")] = ()
    contact: Annotated[str, Field(description="a mail address or page in the user agent: whom to call")] = ""
    delay_seconds: Annotated[float, Field(ge=0, description="between two requests to one host")] = 10.0
    window_hours: Annotated[float, Field(gt=0, description="how far back a search must page to be complete")] = 48.0
    recheck_limit: Annotated[int, Field(ge=0, description="posts re-checked in a night at the most")] = 500
    recheck_days: Annotated[float, Field(gt=0, description="a case quiet for longer is not re-checked")] = 14.0
    daily_budget: Annotated[
        int, Field(ge=1, description="requests to one host on one day (Beijing's) at most; what is left over is a hole")
    ] = 5000
    backfill_days: Annotated[
        float, Field(gt=0, description="how far back at the most a night reaches to fill the hole of an earlier one")
    ] = 14.0
    evidence: Annotated[bool, Field(description="keep every answer as WARC beside the spool")] = True
    spiders: Annotated[tuple[str, ...], Field(description="run in this order")] = ("weibo_search", "weibo_recheck")


class RetentionSettings(_Section):
    """How long raw text stays."""

    spool_days: Annotated[
        float, Field(gt=0, description="raw text, spool and evidence alike, is deleted after this many days (A3.8)")
    ] = 90.0


class Settings(_Section):
    """The whole configuration; one frozen object that stages receive as a parameter."""

    var_dir: Annotated[str, Field(description="spool, key and evidence; relative to the database's folder")] = "var"
    workers: Annotated[int, Field(ge=0, description="processes that read text; 0 means one a core")] = 0
    intake: Annotated[ImportSettings, Field(alias="import")] = ImportSettings()
    status: StatusSettings = StatusSettings()
    crawl: CrawlSettings = CrawlSettings()
    retention: RetentionSettings = RetentionSettings()


def load_settings(path: Path | None) -> Settings:
    """Settings from a TOML file; all defaults where there is none.

    Raises:
        UserError: the file is missing, is not TOML, or has an unknown or ill-typed knob.
    """
    if path is None:
        return Settings()
    if not path.is_file():
        raise UserError(f"{path}: 没有这个配置文件 / no such configuration file")
    try:
        return Settings.model_validate(read_toml(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(f"{path}: [{where}] {first['msg']}") from error
