"""Every knob, read once at the edge from `houxu.toml`; each with its default, its unit and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.datafiles import read_toml
from pipeline.errors import UserError
from pipeline.places import VAR_DIR


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


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
    recheck_limit: Annotated[int, Field(ge=0, description="requests of a night's re-check at the most")] = 2500
    recheck_days: Annotated[float, Field(gt=0, description="a case quiet for longer is not re-checked")] = 14.0
    daily_budget: Annotated[
        int, Field(ge=1, description="requests to one host on one day (Beijing's) at most; what is left over is a hole")
    ] = 5000
    backfill_days: Annotated[
        float, Field(gt=0, description="how far back at the most a night reaches to fill the hole of an earlier one")
    ] = 14.0
    evidence: Annotated[bool, Field(description="keep every answer as WARC beside the spool")] = True
    sources: Annotated[
        str, Field(description="the file of the other spiders' sources, from the var folder on; docs/spiders.md")
    ] = "sources.toml"
    pictures: Annotated[
        int, Field(ge=0, description="pictures of posts that a spider fetches in a night at the most; 0: none")
    ] = 500
    visitor_session: Annotated[
        bool, Field(description="take the cookie that the site gives to any visitor; the operator's decision")
    ] = False
    queue_url: Annotated[
        str, Field(description="a Redis (redis://…) that re-checking crawlers share; empty: this one works alone")
    ] = ""
    processes: Annotated[
        int, Field(ge=1, description="crawlers that re-check at once; more than one needs queue_url")
    ] = 1
    spiders: Annotated[tuple[str, ...], Field(description="run in this order; docs/spiders.md lists them")] = (
        "weibo_search",
        "weibo_recheck",
    )


class ImageSettings(_Section):
    """Which pictures are taken, and how they are read. The limits bind before anything is decoded."""

    max_bytes: Annotated[int, Field(ge=10_000, description="a larger picture file is refused unread")] = 20_000_000
    max_pixels: Annotated[int, Field(ge=10_000, description="width times height; more is refused by the header")] = (
        60_000_000
    )
    max_side: Annotated[int, Field(ge=100, description="pixels; a longer side is refused by the header")] = 30_000
    decode_seconds: Annotated[float, Field(gt=0, description="a picture that takes longer is refused")] = 10.0
    decode_memory_mb: Annotated[
        int,
        Field(ge=256, description="address space of the process that decodes; a picture that needs more is refused"),
    ] = 1_536
    reading_width: Annotated[
        int, Field(ge=320, le=1_440, description="pixels; pictures are scaled to it before reading (measured best)")
    ] = 720


class RecheckSettings(_Section):
    """How often a case is looked at again."""

    base_hours: Annotated[
        float, Field(ge=0, description="a case that spreads is due this long after the last look: every night")
    ] = 20.0
    growth: Annotated[
        float, Field(ge=0, description="a quiet case is due after this many times as long as it has been quiet")
    ] = 0.5
    budget_share: Annotated[
        float, Field(gt=0, le=1, description="part of what is left of the day that discovery leaves to the re-check")
    ] = 0.5
    looks_at_all: Annotated[
        bool, Field(description="ask for post and comments even where the author's page shows that nothing changed")
    ] = False


class RetentionSettings(_Section):
    """How long raw text stays."""

    spool_days: Annotated[
        float, Field(gt=0, description="raw text, spool and evidence alike, is deleted after this many days (A3.8)")
    ] = 90.0


class DeskSettings(_Section):
    """The web desk and its API."""

    session_hours: Annotated[float, Field(gt=0, description="a log-in lasts so long")] = 12.0
    login_attempts: Annotated[
        int, Field(ge=1, description="wrong passwords from one address or for one name within 15 minutes")
    ] = 8
    claim_minutes: Annotated[float, Field(gt=0, description="a claimed item is free again after this")] = 30.0
    max_questions: Annotated[int, Field(ge=1, description="links or screenshots in one question at the most")] = 50
    second_review: Annotated[
        tuple[str, ...],
        Field(description="acts that a second person must confirm, such as merge, split, move, verdict, top, featured"),
    ] = ()
    api_requests_a_minute: Annotated[int, Field(ge=1, description="of one token; more get 429")] = 120
    hosts: Annotated[
        tuple[str, ...], Field(description="names that the desk answers to besides localhost, as in the address bar")
    ] = ()
    reviewer: Annotated[str, Field(min_length=1, description="who signs ClaimReview and answer cards")] = "后续 houxu"
    public_url: Annotated[
        str, Field(description="where case pages stand publicly, for ClaimReview; empty: they are not public")
    ] = ""
    access_log_days: Annotated[
        float,
        Field(gt=0, description="who logged in from where is forgotten after so many days; reveals stay in the trail"),
    ] = 365.0
    is_https: Annotated[
        bool, Field(description="a proxy in front speaks HTTPS: cookies are sent over nothing else")
    ] = False


class OidcSettings(_Section):
    """Logging in to the desk through an OpenID Connect provider; off while `issuer` is empty."""

    issuer: Annotated[str, Field(description="the provider's address, as its tokens name it; empty: off")] = ""
    client_id: Annotated[str, Field(description="what the provider calls this desk")] = "houxu"
    client_secret_file: Annotated[
        str, Field(description="a file (mode 0600) with the client secret; empty: a public client with PKCE")
    ] = ""
    name_claim: Annotated[
        str, Field(description="the claim that is the account's name; it must not be for users to choose")
    ] = "email"
    new_role: Annotated[
        Literal["", "viewer", "checker"],
        Field(description="the role of whoever comes first; empty: only accounts that houxu desk user add made"),
    ] = ""
    label: Annotated[str, Field(description="what the button says; empty: the desk's own words")] = ""


class AlertSettings(_Section):
    """Who is told after a night: a case became stale and still spreads; an update on a watched case."""

    webhooks: Annotated[
        tuple[str, ...], Field(description="addresses that get signed JSON (docs/desk-connections.md)")
    ] = ()
    apprise: Annotated[tuple[str, ...], Field(description="Apprise addresses, such as mailto:// or tgram://")] = ()
    private_addresses: Annotated[
        bool, Field(description="alerts may go to loopback and private networks; otherwise they are refused there")
    ] = False
    copies_a_day: Annotated[
        int, Field(ge=1, description="copies after the answer within 24 hours from which a case counts as spreading")
    ] = 1
    attempts: Annotated[int, Field(ge=1, le=10, description="tries for each alert and address in one run")] = 3
    timeout_seconds: Annotated[float, Field(gt=0, description="an address that answers later has failed")] = 10.0


class Settings(_Section):
    """The whole configuration; one frozen object that stages receive as a parameter."""

    var_dir: Annotated[str, Field(description="spool, key and evidence; relative to the database's folder")] = VAR_DIR
    workers: Annotated[int, Field(ge=0, description="processes that read text; 0 means one a core")] = 0
    intake: Annotated[ImportSettings, Field(alias="import")] = ImportSettings.model_construct()
    status: StatusSettings = StatusSettings.model_construct()
    crawl: CrawlSettings = CrawlSettings.model_construct()
    recheck: RecheckSettings = RecheckSettings.model_construct()
    retention: RetentionSettings = RetentionSettings.model_construct()
    desk: DeskSettings = DeskSettings.model_construct()
    oidc: OidcSettings = OidcSettings.model_construct()
    alerts: AlertSettings = AlertSettings.model_construct()
    images: ImageSettings = ImageSettings.model_construct()


# What pydantic calls a mistake, in words of a configuration file; docs/configuration.md lists every knob.
_REASONS = {
    "extra_forbidden": "没有这个配置项 / no such setting; docs/configuration.md",
    "tuple_type": "应是列表，如 […] / expected a list",
    "string_type": "应是文字 / expected a text",
    "bool_type": "应是 true 或 false / expected true or false",
    "bool_parsing": "应是 true 或 false / expected true or false",
    "int_type": "应是整数 / expected a whole number",
    "int_parsing": "应是整数 / expected a whole number",
    "int_from_float": "应是整数 / expected a whole number",
    "float_type": "应是数字 / expected a number",
    "float_parsing": "应是数字 / expected a number",
    "model_type": "应是一节，如 [crawl] / expected a section",
}


def load_settings(path: Path | None) -> Settings:
    """Settings from a TOML file; all defaults where there is none.

    Raises:
        UserError: the file is missing, is not TOML, or has an unknown or ill-typed knob.
    """
    if path is None:
        return Settings.model_construct()
    if not path.is_file():
        raise UserError(f"{path}: 没有这个配置文件 / no such configuration file")
    try:
        return Settings.model_validate(read_toml(path))
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: 不是 UTF-8 编码 / not UTF-8: byte {error.start + 1}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        found = "" if first["type"] == "extra_forbidden" else f" = {first['input']!r:.60}"
        reason = _REASONS.get(first["type"]) or f"这个值不行 / {first['msg']}"
        raise UserError(f"{path}: [{where}]{found}：{reason}") from error
