"""The lists of m.weibo.cn: search, timelines, profiles, all behind `/api/container/getIndex` (platforms.md §2.1)."""

from __future__ import annotations

from typing import Any

from crawler.replica.answers import Answer, answer_empty, answer_json, answer_login
from crawler.replica.question import Question
from crawler.replica.render import render_listed_mblog, render_user
from crawler.replica.world import Post
from crawler.weibo.ids import shorten_id

PAGE_POSTS = 10
MAX_SEARCH_PAGES = 50
PINS_FROM_POSTS = 3  # accounts with this many posts keep their oldest one pinned


def answer_search(question: Question) -> Answer:
    """Container 100103: posts with the keyword, newest first."""
    container = dict(part.partition("=")[::2] for part in question.get("containerid").split("&"))
    keyword = container.get("q", "")
    page = question.get_number("page", 1)
    if question.is_guest and page > 1:
        return answer_login()
    found = question.scene.find(keyword) if keyword else []
    shown = found[(page - 1) * PAGE_POSTS : page * PAGE_POSTS] if page <= MAX_SEARCH_PAGES else []
    if not shown:
        return answer_empty()
    cards = [_search_card(question, post, position) for position, post in enumerate(shown)]
    if page == 1:
        cards.insert(0, {"card_type": 11, "card_group": [{"card_type": 42, "desc": f"{keyword} 实时"}]})
    info = {"containerid": question.get("containerid"), "v_p": 42, "show_style": 1, "total": 20, "page": page + 1}
    return answer_json({"ok": 1, "data": {"cardlistInfo": info, "cards": cards, "showAppTips": 0}})


def answer_timeline(question: Question) -> Answer:
    """Container 107603: an account's posts, the pinned one first."""
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


def answer_profile(question: Question) -> Answer:
    """Container 100505: an account."""
    user_id = question.get("containerid")[len("100505") :]
    person = question.scene.people.get(user_id)
    theirs = [post for post in question.scene.posts.values() if post.author.user_id == user_id]
    if person is None or (theirs and all(post.gone == "account_gone" for post in theirs)):
        return answer_json({"ok": 0, "msg": "用户不存在"})
    user = dict(render_user(person), statuses_count=len(question.scene.posts_by(user_id)))
    return answer_json({"ok": 1, "data": {"userInfo": user, "tabsInfo": {"tabs": []}, "showAppTips": 0}})


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
