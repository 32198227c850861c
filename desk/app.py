"""The desk as an ASGI application: routers, headers, limits, and one page for each way to fail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from desk.acts.background import SettlingThread
from desk.alerts import routes as watching
from desk.api import routes
from desk.cards import api as card_api
from desk.cards import routes as cards
from desk.clockwork import Clockwork
from desk.context import Desk
from desk.failing import add_handlers
from desk.headers import SecurityHeaders
from desk.pages import acts, admin, ask, boards, case, facts, oidc, people, queue, reveal
from desk.people.limits import Limit
from desk.pool import StorePool
from desk.questions import Question, answer_all
from desk.templating import read_templates
from pipeline.places import places_of
from pipeline.settings import Settings
from pipeline.store.database import read_store
from pipeline.store.desk_db import open_desk
from pipeline.store.keycheck import key_of

_STATIC = Path(__file__).parent / "static"
_OWN_NAMES = ("127.0.0.1", "localhost", "[::1]", "testserver")
_LOGIN_WINDOW = timedelta(minutes=15)
_BYTES_BESIDE_PICTURES = 2_000_000
PAGES = (
    ask.router,
    case.router,
    acts.router,
    queue.router,
    boards.router,
    cards.router,
    watching.router,
    facts.router,
    people.router,
    oidc.router,
    reveal.router,
    admin.router,
)


def make_app(store_path: Path, settings: Settings, now: Callable[[], datetime], *, is_loopback: bool = True) -> FastAPI:
    """The desk over one store. `now` is its clock (aware); `is_loopback`: only this machine reaches it.

    Raises:
        UserError: there is no such store.
    """
    places = places_of(store_path, settings)
    with closing(read_store(store_path)) as store:
        key = key_of(store, places.key_path)
    desk = Desk(
        places=places,
        settings=settings,
        key=key,
        now=now,
        is_loopback=is_loopback,
        logins=Limit(settings.desk.login_attempts, _LOGIN_WINDOW),
        clockwork=Clockwork(store_path),
        stores=StorePool(store_path),
        requests=Limit(settings.desk.api_requests_a_minute, timedelta(minutes=1)),
    )
    open_desk(desk.desk_path).close()
    app = FastAPI(
        title="houxu",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        middleware=_middleware(settings),
        lifespan=_lifespan,
    )
    app.state.desk = desk
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
    app.include_router(routes.router, tags=["houxu"])
    app.include_router(card_api.router, tags=["houxu"])
    app.mount("/static", StaticFiles(directory=_STATIC), "static")
    add_handlers(app)
    return app


def _middleware(settings: Settings) -> list[Middleware]:
    most = settings.images.max_bytes * 4 + _BYTES_BESIDE_PICTURES
    return [
        Middleware(SecurityHeaders, is_https=settings.desk.is_https),
        # A page of another site that resolves to this machine (DNS rebinding) has another name in its address.
        Middleware(TrustedHostMiddleware, allowed_hosts=[*_OWN_NAMES, *settings.desk.hosts], www_redirect=False),
        Middleware(RequestBodyLimitMiddleware, max_body_size=most),
    ]


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    # Templates, dictionaries and index are read before the first question, not by it; the clocks are begun.
    read_templates()
    with desk.stores.reading() as store:
        answer_all(desk, store, [Question("text", "求助")])
        desk.clockwork.start(store)
    thread = SettlingThread(desk)
    thread.start()
    try:
        yield
    finally:
        thread.stop()
        desk.stores.close()
