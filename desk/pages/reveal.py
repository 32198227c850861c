"""Raw words, phones and addresses included: for editors, with a reason that is kept."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from desk.context import Visit, visiting
from desk.forms import Form, field
from desk.templating import page
from pipeline.errors import UserError
from pipeline.images.keeping import PictureFolder
from pipeline.locking import hold_lock
from pipeline.revealing import raw_texts
from pipeline.store.audit import Act, write_act
from pipeline.store.database import open_store
from pipeline.store.desk_case import pictures_of
from pipeline.store.desk_log import Access, write_access
from pipeline.store.observations import load_posts
from pipeline.times import to_text
from pipeline.understand import mask_words

router = APIRouter()
_LEAST_REASON = 4
# Formats that browsers show, and none that carries script.
_SHOWN_KINDS = frozenset({"png", "jpeg", "webp", "gif", "avif"})


@router.get("/posts/{post_id}/reveal")
def ask_reason(request: Request, post_id: str) -> HTMLResponse:
    """The form that asks why."""
    with visiting(request) as visit:
        visit.require("editor")
        return page(visit, "reveal.jinja", post_id=post_id, texts=None, pictures=())


@router.post("/posts/{post_id}/reveal")
def reveal(request: Request, post_id: str, form: Form) -> HTMLResponse:
    """The raw texts of a post, once who, when and why is written down."""
    with visiting(request) as visit:
        visitor = visit.require("editor")
        reason = mask_words(field(form, "reason"))
        if len(reason) < _LEAST_REASON:
            raise UserError("请写明理由 / say why")
        if post_id not in load_posts(visit.store, [post_id]):
            raise UserError(f"{post_id}: 没有这个帖子 / no such post")
        write_access(visit.people, Access(visit.now, visitor.name, "reveal", post_id, reason))
        _note_in_trail(visit, Act("reveal", post_id, visitor.name, to_text(visit.now), reason))
        texts = raw_texts(visit.store, visit.desk.places, post_id)
        pictures = list(_raw_pictures(visit, post_id))
        return page(visit, "reveal.jinja", post_id=post_id, texts=texts, pictures=pictures)


def _raw_pictures(visit: Visit, post_id: str) -> Iterator[str]:
    """The post's pictures as data addresses: they have no address of their own that could be passed on."""
    folder = PictureFolder(visit.desk.places.images_dir)
    for picture in pictures_of(visit.store, [post_id]):
        data = folder.read(picture.image_id)
        if data is not None and picture.kind in _SHOWN_KINDS:
            yield f"data:image/{picture.kind};base64,{b64encode(data).decode()}"


def _note_in_trail(visit: Visit, act: Act) -> None:
    """The store's own trail has it as well; without the writer's lock nothing is shown."""
    places = visit.desk.places
    with hold_lock(places.lock_path, "reveal"), closing(open_store(places.db_path)) as store:
        write_act(store, act)
