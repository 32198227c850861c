"""The pages of one post: as JSON, as HTML, its whole text, its comments (platforms.md §2.3-2.6)."""

from __future__ import annotations

import json

from crawler.replica.answers import Answer, answer_error_page, answer_html, answer_json, answer_login
from crawler.replica.markup import write_html
from crawler.replica.question import Question
from crawler.replica.render import (
    GONE_SENTENCES,
    count_comments,
    render_comment,
    render_comment_thread,
    render_mblog,
)

PAGE_COMMENTS = 20


def answer_show(question: Question) -> Answer:
    """`/statuses/show`: a post, or the code of what it is not."""
    post = question.find_post(question.get("id"))
    if post is None or post.gone in ("deleted_by_author", "removed_by_platform", "account_gone"):
        return answer_json({"ok": 0, "errno": "20101", "msg": "该微博不存在"})
    if post.gone:
        return answer_json({"ok": 0, "error_code": 20112, "message": "暂无查看权限"})
    return answer_json({"ok": 1, "data": render_mblog(question.scene, post, question.host_url)})


def answer_extend(question: Question) -> Answer:
    """`/statuses/extend`: a whole text."""
    post = question.find_post(question.get("id"))
    if post is None or post.gone:
        return answer_error_page("微博不存在或暂无查看权限!")
    counts = {"reposts_count": post.shown.reposts, "comments_count": count_comments(question.scene, post)}
    return answer_json({"ok": 1, "data": {"ok": 1, "longTextContent": write_html(post.text), **counts}})


def answer_detail(question: Question, key: str) -> Answer:
    """`/detail/<id>`: a post inside its page, or the error page."""
    post = question.find_post(key)
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


def answer_comments(question: Question) -> Answer:
    """`/comments/hotflow`: comments with at most two replies each."""
    post = question.find_post(question.get("id"))
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


def answer_children(question: Question) -> Answer:
    """`/comments/hotFlowChild`: the replies to a comment."""
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
