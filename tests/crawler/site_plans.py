"""What each spider of the other sites is told when it crawls the replica: one file of sources for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from crawler.replica.pc import name_topic

TOPIC = "澜州求助"
SITE_SPIDERS = (
    "feed",
    "weibo_pc_search",
    "weibo_supertopic",
    "weibo_api",
    "mastodon",
    "liuyan",
    "rednet",
    "board",
    "tieba",
)
# Written by hand below: what an operator would write, with the replica's address in place of the sites' own.
_SOURCES = """
[feed]
urls = ["{url}/weibo/keyword/{word}?format={form}", "{url}/weibo/user/2100000007?format={form}"]

[weibo_pc_search]
base_url = "{url}"

[weibo_supertopic]
topics = ["{topic}"]

[weibo_api]
base_url = "{url}"
token_file = "{token_file}"

[mastodon]
tags = ["{url}/tags/{tag}"]

[liuyan]
base_url = "{url}"

[rednet]
base_url = "{url}"

[board]
boards = ["sample_board"]
base_url = "{url}"

[tieba]
threads = [{threads}]
base_url = "{url}"
"""


def write_sources(folder: Path, url: str, ids: Mapping[str, str], form: str = "rss") -> dict[str, str]:
    """The settings by which a crawl of the replica at `url` finds its sources, which are written into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    token_file, path = folder / "token", folder / "sources.toml"
    token_file.write_text("invented-token-for-tests\n", encoding="ascii")
    threads = ", ".join(f'"{url}/p/{ids[symbol]}"' for symbol in ("p003", "p007"))
    text = _SOURCES.format(
        url=url,
        word=quote("求助"),
        form=form,
        topic=name_topic(TOPIC),
        token_file=token_file,
        tag=quote(TOPIC),
        threads=threads,
    )
    path.write_text(text, encoding="utf-8")
    return {"HOUXU_SOURCES": str(path), "HOUXU_KEYWORDS": "求助"}
