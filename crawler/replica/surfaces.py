"""The pages of m.weibo.cn, each a function from a scene and a question to an answer (platforms.md §2)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crawler.replica.answers import Answer, answer_empty, answer_error_page, answer_html, answer_json, answer_login
from crawler.replica.markup import write_html
from crawler.replica.render import (
    GONE_SENTENCES,
    count_comments,
    render_comment,
    render_comment_thread,
    render_listed_mblog,
    render_mblog,
    render_user,
)
from crawler.replica.world import Post, Scene
from crawler.weibo.ids import lengthen_id, shorten_id

PAGE_POSTS = 10
PAGE_COMMENTS = 20
MAX_SEARCH_PAGES = 50
PINS_FROM_POSTS = 3  # accounts with this many posts keep their oldest one pinned

# One grey pixel; what a picture shows is a later issue's business.
TINY_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6368000000820081e51b2b730000000049454e44ae426082"
)

ROBOTS_TXT = b"User-agent: *\nDisallow: /login\nDisallow: /settings\n"


@dataclass(frozen=True, slots=True)
class Question:
    """One request: the parameters of its query, the scene it is asked in, and what the asker may see."""

    scene: Scene
    parameters: dict[str, str]
    access: str
    host_url: str

    def get(self, name: str, default: str = "") -> str:
        """A parameter, or the default where it is absent."""
        return self.parameters.get(name, default)

    def get_number(self, name: str, default: int) -> int:
        """A parameter as a number, or the default where it is none."""
        value = self.get(name)
        return int(value) if value.isdecimal() else default

    @property
    def is_guest(self) -> bool:
        """Whether only first pages are to be had."""
        return self.access == "visitor"


def find_endpoint(path: str, parameters: dict[str, str]) -> str | None:
    """The endpoint of a path, as walls name it; None where there is no page."""
    if path == "/api/container/getIndex":
        container = parameters.get("containerid", "")
        return next((name for prefix, name in _CONTAINERS if container.startswith(prefix)), None)
    return next((name for prefix, name in _PATHS if path == prefix or path.startswith(f"{prefix}/")), None)


def answer_question(endpoint: str, path: str, question: Question) -> Answer:
    """The answer of an endpoint."""
    if question.access == "none" and endpoint not in ("robots", "config", "picture"):
        return Answer(b"", 432)  # no visitor cookie (§5.3)
    if endpoint == "detail":
        return _answer_detail(question, path.rsplit("/", 1)[-1])
    return _ENDPOINTS[endpoint](question)


def _answer_search(question: Question) -> Answer:
    container = dict(part.partition("=")[::2] for part in question.get("containerid").split("&"))
    keyword = container.get("q", "")
    page = question.get_number("page", 1)
    if question.is_guest and page > 1:
        return answer_login()
    found = [post for post in _newest_first(question.scene) if keyword and _matches(question.scene, post, keyword)]
    shown = found[(page - 1) * PAGE_POSTS : page * PAGE_POSTS] if page <= MAX_SEARCH_PAGES else []
    if not shown:
        return answer_empty()
    cards = [_search_card(question, post, position) for position, post in enumerate(shown)]
    if page == 1:
        cards.insert(0, {"card_type": 11, "card_group": [{"card_type": 42, "desc": f"{keyword} 实时"}]})
    info = {"containerid": question.get("containerid"), "v_p": 42, "show_style": 1, "total": 20, "page": page + 1}
    return answer_json({"ok": 1, "data": {"cardlistInfo": info, "cards": cards, "showAppTips": 0}})


def _answer_timeline(question: Question) -> Answer:
    user_id = question.get("containerid")[len("107603") :]
    since_id = question.get("since_id")
    if question.is_guest and since_id:
        return answer_login()
    posts = question.scene.posts_by(user_id)
    if not posts:
        return answer_empty()
    pinned = posts.pop() if len(posts) >= PINS_FROM_POSTS else None
    rest = [post for post in posts if not since_id or int(post.native_id) <= int(since_id)]
    shown, following = rest[:PAGE_POSTS], rest[PAGE_POSTS:]
    cards = [_timeline_card(question, post, "proweibo_") for post in shown]
    if pinned and not since_id:
        cards.insert(0, _timeline_card(question, pinned, "proweibotop_"))
    info: dict[str, Any] = {"containerid": f"107603{user_id}", "v_p": 42, "show_style": 1, "total": 20}
    if following:
        info["since_id"] = int(following[0].native_id)
    return answer_json({"ok": 1, "data": {"cardlistInfo": info, "cards": cards, "showAppTips": 0}})


def _answer_profile(question: Question) -> Answer:
    user_id = question.get("containerid")[len("100505") :]
    person = question.scene.people.get(user_id)
    theirs = [post for post in question.scene.posts.values() if post.author.user_id == user_id]
    if person is None or (theirs and all(post.gone == "account_gone" for post in theirs)):
        return answer_json({"ok": 0, "msg": "用户不存在"})
    user = dict(render_user(person), statuses_count=len(question.scene.posts_by(user_id)))
    return answer_json({"ok": 1, "data": {"userInfo": user, "tabsInfo": {"tabs": []}, "showAppTips": 0}})


def _answer_show(question: Question) -> Answer:
    post = _find(question, question.get("id"))
    if post is None or post.gone in ("deleted_by_author", "removed_by_platform", "account_gone"):
        return answer_json({"ok": 0, "errno": "20101", "msg": "该微博不存在"})
    if post.gone:
        return answer_json({"ok": 0, "error_code": 20112, "message": "暂无查看权限"})
    return answer_json({"ok": 1, "data": render_mblog(question.scene, post, question.host_url)})


def _answer_extend(question: Question) -> Answer:
    post = _find(question, question.get("id"))
    if post is None or post.gone:
        return answer_error_page("微博不存在或暂无查看权限!")
    counts = {"reposts_count": post.shown.reposts, "comments_count": count_comments(question.scene, post)}
    return answer_json({"ok": 1, "data": {"ok": 1, "longTextContent": write_html(post.text), **counts}})


def _answer_detail(question: Question, key: str) -> Answer:
    post = _find(question, key)
    if post is None:
        return answer_error_page("微博不存在或暂无查看权限!")
    if post.gone:
        return answer_error_page(GONE_SENTENCES[post.gone])
    status = dict(render_mblog(question.scene, post, question.host_url), reads=0, status_title=post.text[:12], ok=1)
    data = json.dumps({"hotScheme": "", "callWeibo": False, "status": status, "call": 1}, indent=4)
    return answer_html(
        "<!DOCTYPE html><html><head><title>微博</title></head><body><div id='app'></div><script>\n"
        "    var config = { env: 'prod', version: '2.12.6', login: [][0], st: '4dcd8f', uid: '',"
        " pageConfig: [null][0] || {}, preferQuickapp: '0', wm: '' }\n"
        f"    var $render_data = [{data}][0] || {{}};\n"
        "    var __wb_performance_data = {v:'v8',m:'mainsite',pwa:1,sw:0};\n</script></body></html>"
    )


def _answer_comments(question: Question) -> Answer:
    post = _find(question, question.get("id"))
    if post is None or post.gone:
        return answer_json({"ok": 0})
    comments = question.scene.comments_on(post.native_id)
    top = [comment for comment in comments if comment.thread is None]
    offset = question.get_number("max_id", 0)
    if question.is_guest and offset:
        return answer_login()
    shown = top[offset : offset + PAGE_COMMENTS]
    following = 0 if question.is_guest or offset + PAGE_COMMENTS >= len(top) else offset + PAGE_COMMENTS
    replies = {top_one.native_id: [one for one in comments if one.thread == top_one.native_id] for top_one in shown}
    data = {
        "data": [render_comment_thread(question.scene, one, replies[one.native_id]) for one in shown],
        "total_number": count_comments(question.scene, post),
        "status": {"comment_manage_info": {"comment_permission_type": -1}},
        "max_id": following,
        "max": 1 + len(top) // PAGE_COMMENTS,
        "max_id_type": 1 if following else 0,
    }
    return answer_json({"ok": 1, "data": data})


def _answer_children(question: Question) -> Answer:
    root = question.scene.comments.get(question.get("cid"))
    if root is None or question.scene.posts[root.post_id].gone:
        return answer_json({"ok": 0})
    replies = [one for one in question.scene.comments_on(root.post_id) if one.thread == root.native_id]
    return answer_json(
        {
            "ok": 1,
            "data": [render_comment(question.scene, reply) for reply in replies[:PAGE_COMMENTS]],
            "rootComment": [render_comment(question.scene, root)],
            "total_number": len(replies),
            "max_id": 0,
            "max_id_type": 0,
            "max": 1,
        }
    )


def _answer_config(_question: Question) -> Answer:
    return answer_json({"ok": 1, "data": {"login": False, "st": "4dcd8f", "uid": ""}})


def _answer_robots(_question: Question) -> Answer:
    return Answer(ROBOTS_TXT, content_type="text/plain")


def _answer_picture(_question: Question) -> Answer:
    return Answer(TINY_PNG, content_type="image/png")


def _find(question: Question, key: str) -> Post | None:
    decimal = key if key.isdecimal() and len(key) == 16 else lengthen_id(key) if key.isalnum() and key.isascii() else ""
    return question.scene.posts.get(decimal)


def _newest_first(scene: Scene) -> list[Post]:
    visible = (post for post in scene.posts.values() if post.gone is None)
    return sorted(visible, key=lambda post: int(post.native_id), reverse=True)


def _matches(scene: Scene, post: Post, keyword: str) -> bool:
    # That a repost is found by the words of what it carries is unverified (grade U in platforms.md's terms).
    if keyword in post.text:
        return True
    carried = scene.posts.get(post.repost_of or "")
    return carried is not None and carried.gone is None and keyword in carried.text


def _search_card(question: Question, post: Post, position: int) -> dict[str, Any]:
    card = {
        "card_type": "9" if position == 1 else 9,
        "itemid": f"seqid:1|type:61|{post.native_id}",
        "scheme": f"https://m.weibo.cn/status/{shorten_id(post.native_id)}",
        "mblog": render_listed_mblog(question.scene, post, question.host_url),
    }
    return {"card_type": 11, "show_type": 1, "card_group": [card]} if position == 2 else card


def _timeline_card(question: Question, post: Post, prefix: str) -> dict[str, Any]:
    mblog = render_listed_mblog(question.scene, post, question.host_url)
    if prefix == "proweibotop_":
        mblog.update({"isTop": 1, "mblogtype": 2, "title": {"text": "置顶", "base_color": 1}})
    return {
        "card_type": 9,
        "profile_type_id": f"{prefix}{post.native_id}",
        "itemid": f"107603{post.author.user_id}_-_{post.native_id}",
        "scheme": f"https://m.weibo.cn/status/{shorten_id(post.native_id)}",
        "mblog": mblog,
    }


_CONTAINERS = (("100103", "search"), ("107603", "timeline"), ("100505", "profile"))

_PATHS = (
    ("/statuses/show", "show"),
    ("/api/statuses/show", "show"),
    ("/statuses/extend", "extend"),
    ("/detail", "detail"),
    ("/status", "detail"),
    ("/comments/hotflow", "comments"),
    ("/comments/hotFlowChild", "children"),
    ("/api/config", "config"),
    ("/robots.txt", "robots"),
    ("/pics", "picture"),
)

_ENDPOINTS: dict[str, Callable[[Question], Answer]] = {
    "search": _answer_search,
    "timeline": _answer_timeline,
    "profile": _answer_profile,
    "show": _answer_show,
    "extend": _answer_extend,
    "comments": _answer_comments,
    "children": _answer_children,
    "config": _answer_config,
    "robots": _answer_robots,
    "picture": _answer_picture,
}
