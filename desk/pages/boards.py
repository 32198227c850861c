"""Pages for whoever looks around: the public lists, what many people ask, and the search."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from desk.context import Visit, visiting
from desk.templating import page, page_number
from desk.views.boards import show_board, show_questions
from desk.views.found import MOST_COUNTED, show_hits, words_in
from pipeline.store.search import Hits, Page, find_posts

router = APIRouter()
LISTS = ("hot", "featured", "newest", "asked")
HITS_A_PAGE = 30
_LONGEST_QUESTION = 200


@router.get("/boards")
def show_lists(request: Request) -> HTMLResponse:
    """One of the public lists, or the digest of what many people ask."""
    with visiting(request) as visit:
        visit.require("viewer")
        name = request.query_params.get("list", "hot")
        if name == "asked":
            questions, is_late = show_questions(visit)
            return page(visit, "asked.jinja", lists=LISTS, chosen=name, questions=questions, is_late=is_late)
        # Whatever else the address says is read as the first list.
        which = name if name in ("featured", "newest") else "hot"
        shown = show_board(visit, which)  # type: ignore[arg-type]  # one of the three names above
        return page(visit, "boards.jinja", lists=LISTS, chosen=which, shown=shown, is_late=shown.is_late)


@router.get("/search")
def search(request: Request) -> HTMLResponse:
    """Posts that hold all the words."""
    with visiting(request) as visit:
        visit.require("viewer")
        asked = request.query_params.get("q", "").strip()[:_LONGEST_QUESTION]
        number = page_number(visit)
        words = words_in(asked)
        hits = _find(visit, words, number)
        return page(
            visit,
            "search.jinja",
            asked=asked,
            hits=hits,
            found=show_hits(hits.listed, words) if hits else [],
            number=number,
            has_more=hits is not None and len(hits.listed) == HITS_A_PAGE,
            link=lambda number: f"/search?{urlencode({'q': asked, 'page': number})}",
        )


def _find(visit: Visit, words: list[str], number: int) -> Hits | None:
    if not words:
        return None
    return find_posts(visit.store, words, Page(HITS_A_PAGE, (number - 1) * HITS_A_PAGE, MOST_COUNTED))
