"""The objects of m.weibo.cn's JSON, made from a scene (platforms.md §1.4, §2.2, §2.6)."""

from __future__ import annotations

from typing import Any

from crawler.replica.markup import is_long, write_cut_html, write_html
from crawler.replica.world import Comment, Person, Post, Scene
from crawler.weibo.ids import shorten_id
from crawler.weibo.times import write_time

INLINE_REPLIES = 2

_VERIFIED_TYPES = {"official": 1, "media": 3}
_HELP = "查看帮助：<a href='http://t.cn/Rfd3rQV' data-hide=''>网页链接</a>"

# The sentence that stands where a post was; the detail page and tombstones say the same (§1.5).
GONE_SENTENCES = {
    "deleted_by_author": "抱歉，此微博已被作者删除。",
    "removed_by_platform": "该微博因被多人投诉，根据《微博社区公约》，已被删除。",
    "hidden_by_author": "抱歉，由于作者设置，你暂时没有这条微博的查看权限哦。",
    "age_limited": "抱歉，作者已设置仅展示半年内微博，此微博已不可见。 ",
    "account_gone": "该账号因用户自行申请关闭，现已无法查看。",
}
_STATES = {"deleted_by_author": 7, "removed_by_platform": 8}


def render_mblog(scene: Scene, post: Post, host_url: str) -> dict[str, Any]:
    """The post with its whole text."""
    value = _base(scene, post, host_url)
    value["text"] = write_html(post.text)
    value["raw_text"] = post.text
    return _with_carried(scene, post, value, host_url)


def render_listed_mblog(scene: Scene, post: Post, host_url: str) -> dict[str, Any]:
    """The post as lists show it: long text cut."""
    value = _base(scene, post, host_url)
    value["text"] = write_cut_html(post.text, post.native_id) if is_long(post.text) else write_html(post.text)
    return _with_carried(scene, post, value, host_url)


def render_comment(scene: Scene, comment: Comment) -> dict[str, Any]:
    """A comment without its replies. Counters are text, as recorded bodies have them."""
    value = {
        "id": int(comment.native_id),
        "rootid": int(comment.thread or comment.native_id),
        "rootidstr": comment.thread or comment.native_id,
        "mid": comment.native_id,
        "floor_number": 0,
        "text": write_html(comment.text),
        "created_at": write_time(comment.said_at),
        "like_count": "0",
        "liked": False,
        "source": f"来自{comment.author.region or '江澜'}",
        "user": render_user(comment.author),
        "comments": False,
        "total_number": 0,
        "reply_count": 0,
    }
    if comment.author.user_id == scene.posts[comment.post_id].author.user_id:
        value["is_mblog_author"] = True
    return value


def render_comment_thread(scene: Scene, comment: Comment, replies: list[Comment]) -> dict[str, Any]:
    """A top comment with at most two of its replies; their ids are text here, a trap of old bodies."""
    shown = [dict(render_comment(scene, reply), id=reply.native_id) for reply in replies[:INLINE_REPLIES]]
    return dict(render_comment(scene, comment), comments=shown or False, total_number=len(replies))


def render_user(person: Person) -> dict[str, Any]:
    """An account; its id is a number and `followers_count` is text."""
    return {
        "id": int(person.user_id),
        "screen_name": person.screen_name,
        "profile_url": f"https://m.weibo.cn/u/{person.user_id}",
        "verified": person.kind in _VERIFIED_TYPES,
        "verified_type": _VERIFIED_TYPES.get(person.kind, -1),
        "verified_reason": person.verified_reason or "",
        "gender": "f",
        "followers_count": "298",
        "followers_count_str": "298",
        "follow_count": 101,
        "following": False,
    }


def count_comments(scene: Scene, post: Post) -> int:
    """Comments as shown under a post."""
    return max(post.shown.comments, len(scene.comments_on(post.native_id)))


def _base(scene: Scene, post: Post, host_url: str) -> dict[str, Any]:
    value: dict[str, Any] = {
        "visible": {"type": 0, "list_id": 0},
        "created_at": write_time(post.posted_at),
        "id": post.native_id,
        "mid": post.native_id,
        "bid": "" if int(post.native_id) % 5 == 0 else shorten_id(post.native_id),
        "can_edit": False,
        "textLength": sum(1 if character.isascii() else 2 for character in post.text),
        "source": "微博网页版",
        "favorited": False,
        "pic_ids": list(post.pictures),
        "pic_num": len(post.pictures),
        "user": render_user(post.author),
        "reposts_count": _number(max(post.shown.reposts, scene.reposts_of(post.native_id))),
        "comments_count": _number(count_comments(scene, post)),
        "attitudes_count": _number(post.shown.likes),
        "isLongText": is_long(post.text),
        "mblogtype": 0,
        "region_name": f"发布于 {post.author.region or '江澜'}",
    }
    if post.edits:
        value["edit_count"] = len(post.edits)
        value["edit_at"] = write_time(post.edits[-1])
    value["edit_config"] = {"edited": bool(post.edits)}
    if post.pictures:
        value["pics"] = _pictures(post, host_url)
    return value


def _with_carried(scene: Scene, post: Post, value: dict[str, Any], host_url: str) -> dict[str, Any]:
    if post.repost_of:
        carried = scene.posts[post.repost_of]
        shown = render_tombstone(carried) if carried.gone else render_listed_mblog(scene, carried, host_url)
        value["retweeted_status"] = shown
    return value


def render_tombstone(post: Post) -> dict[str, Any]:
    """What a repost carries of a post that is gone."""
    availability = str(post.gone)
    value: dict[str, Any] = {
        "visible": {"type": 0, "list_id": 0},
        "created_at": write_time(post.posted_at),
        "id": post.native_id,
        "mid": post.native_id,
        "bid": shorten_id(post.native_id),
        "deleted": "1",
        "text": GONE_SENTENCES[availability] + _HELP,
        "user": None,
    }
    if availability in _STATES:
        value["state"] = _STATES[availability]
    return value


def _pictures(post: Post, host_url: str) -> list[dict[str, Any]] | dict[str, Any]:
    pictures = [
        {
            "pid": name,
            "url": f"{host_url}/pics/{name}.png",
            "size": "orj360",
            "geo": {"width": 360, "height": 480, "croped": False},
            "large": {
                "size": "large",
                "url": f"{host_url}/pics/{name}.png",
                "geo": {"width": "1080", "height": "1440"},
            },
        }
        for name in post.pictures
    ]
    if int(post.native_id) % 3 == 0:  # some bodies hold an object with "0", "1" … instead of a list
        return {str(position): picture for position, picture in enumerate(pictures)}
    return pictures


def _number(count: int) -> int | str:
    return "100万+" if count >= 1_000_000 else count
