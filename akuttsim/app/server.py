"""The page as a program on this machine: how it is served, and its first page.

The first page needs neither the models of configs nor what computes with numbers, which take
longer to read than all the rest: they are read when it has been sent (`akuttsim.app.draft_pages`).

Every answer in words is in the language of the browser's `?lang=`, kept in a cookie. What is wrong
with a request is told as problems, as the command line tells them; nothing answers with a trace.
"""

from __future__ import annotations

import json
import logging
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import uvicorn
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from akuttsim.app.folder import StaleVersionError, start_state
from akuttsim.app.guard import Door, Guard
from akuttsim.app.page_json import ComparedStudies, StudyState
from akuttsim.errors import InputError, Problem
from akuttsim.report.page_scripts import json_for_script
from akuttsim.texts import LANGUAGES, Lang, Texts, in_words, message, read_texts

if TYPE_CHECKING:
    from akuttsim.app.drafts import CheckedDraft, Drafts
    from akuttsim.records import JsonObject

MOST_CONNECTIONS = 100
"""Connections at once; further ones are refused until some are closed."""


class StudyRunner(Protocol):
    """What runs the studies of drafts, and tells how far they are."""

    def prepare(self, checked: CheckedDraft) -> None:
        """Make ready what a study of a draft will need, without waiting for it."""

    def study(self, checked: CheckedDraft, lang: Lang) -> StudyState:
        """Return how far the study of a draft is, and what it says so far."""

    def start(self, checked: CheckedDraft, replications: int) -> None:
        """Begin the study of a draft, or wait for its turn."""

    def stop(self, draft_id: str) -> None:
        """Stop the study of a draft; what is finished stays."""

    def news(self, draft_id: str) -> int:
        """Return a number that changes whenever there is something new to tell of a draft."""

    def compared(self, checked: list[CheckedDraft], lang: Lang) -> ComparedStudies:
        """Return what the studies of several drafts say, side by side."""

    def replay(self, checked: CheckedDraft, lang: Lang) -> JsonObject:
        """Return the same day in the base and in a draft."""

    def export(self, checked: CheckedDraft, form: str, lang: Lang) -> Path:
        """Return a file of a draft's study to carry away."""

    def write_missing_report(self, folder: Path, name: str) -> None:
        """Write the report of a finished study where it is not there yet."""

    def close(self) -> None:
        """Stop everything, and return when it has stopped."""


@dataclass(frozen=True)
class AppSettings:
    """What is served.

    Attributes:
        folder: The folder of the user's own files; nothing outside it is read or written but what
            is shipped.
        door: What opens the page.
        lang: The language until the browser asks for another.
    """

    folder: Path
    door: Door
    lang: Lang


class Workshop(NamedTuple):
    """What works on drafts, which takes long to read and is made when it is first needed.

    Attributes:
        drafts: The drafts of the folder.
        studies: What runs their studies.
        routes: Returns which of their addresses gives what.
    """

    drafts: Drafts
    studies: StudyRunner
    routes: Callable[[App], list[Route]]


class App:
    """The page with all that it needs.

    Attributes:
        settings: What is served.
    """

    def __init__(self, settings: AppSettings, open_workshop: Callable[[], Workshop]) -> None:
        """Take what is served, and how what works on drafts is made."""
        self.settings = settings
        self._open_workshop = open_workshop
        self._lock = threading.Lock()
        self._rest: Starlette | None = None

    @cached_property
    def workshop(self) -> Workshop:
        """Return what works on drafts."""
        return self._open_workshop()

    def rest(self) -> Starlette:
        """Return the pages of drafts, made when they are first asked for."""
        with self._lock:
            if self._rest is None:
                self._rest = Starlette(routes=self.workshop.routes(self))
            return self._rest

    async def answer_rest(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is asked of drafts."""
        rest = self._rest
        if rest is None:
            rest = await run_in_threadpool(self.rest)
        await rest(scope, receive, send)


def create_app(settings: AppSettings, open_workshop: Callable[[], Workshop]) -> ASGIApp:
    """Return the page as an ASGI application behind its guard.

    Args:
        settings: What is served.
        open_workshop: Makes what works on drafts.
    """
    app = App(settings, open_workshop)
    gets: dict[str, Handler] = {
        "/": _start_page,
        "/new": _new_district_page,
        "/static/{name:path}": _static,
        "/api/start": lambda asked: JSONResponse(_start_state(asked)),
    }
    routes = [route(app, path, handler) for path, handler in gets.items()]
    return Guard(Starlette(routes=[*routes, Mount("/", app.answer_rest)]), settings.door)


def listen(port: int) -> socket.socket:
    """Return a socket of this machine alone.

    Args:
        port: The port; 0 for one that is free.

    Raises:
        InputError: The port is in use.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":  # there it would let another program listen too
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen(MOST_CONNECTIONS)  # the browser may come before the page is ready
    except OSError as error:
        listening.close()
        what = message("whatif.wrong.port", reason=error.strerror)
        raise InputError([Problem("", 0, f"--port {port}", what)]) from None
    return listening


def config_of(app: ASGIApp) -> uvicorn.Config:
    """Return how the page is served: few connections, no proxies, nothing but HTTP."""
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        http="h11",
        loop="asyncio",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=32_768,
    )


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serve the page until it is stopped.

    Args:
        app: The page.
        listening: The socket that it is served on.
    """
    server = uvicorn.Server(config_of(app))
    logging.getLogger("uvicorn.error").addFilter(_is_no_farewell)
    server.run(sockets=[listening])


def _is_no_farewell(record: logging.LogRecord) -> bool:
    """Tell whether a line is worth telling: not that pages still listened when it was stopped."""
    return "graceful shutdown exceeded" not in record.getMessage()


# --- requests -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A request as handlers see it.

    Attributes:
        app: The page.
        request: The request.
        lang: The language to answer in.
        body: What was sent with it, as an object.
    """

    app: App
    request: Request
    lang: Lang
    body: Mapping[str, Any]

    @property
    def draft_id(self) -> str:
        """Return the draft in the address."""
        return str(self.request.path_params["id"])

    def draft(self) -> CheckedDraft:
        """Return the draft in the address. Raises InputError where there is none."""
        return self.app.workshop.drafts.get(self.draft_id)

    def query(self, name: str, default: str = "") -> str:
        """Return what stands behind the question mark under a name."""
        return str(self.request.query_params.get(name, default))[:200]


Handler = Callable[[Asked], Response]


def route(app: App, path: str, handler: Handler, method: str = "GET") -> Route:
    """Return a route whose handler works in a thread of its own, and whose errors are told."""
    is_page = not path.startswith("/api/")

    async def answer(request: Request) -> Response:
        lang = language_of(request, app.settings.lang)
        try:
            asked = Asked(app, request, lang, _body_of(await request.body()))
            response = await run_in_threadpool(handler, asked)
        except Exception as error:
            status, problems = problems_of(error, lang)
            response = _refused(app, request, lang, (status, problems), is_page)
        if request.query_params.get("lang") in LANGUAGES:
            response.set_cookie("akuttsim-lang", lang, samesite="strict", path="/")
        return response

    return Route(path, answer, methods=[method])


def language_of(request: Request, default: Lang) -> Lang:
    """Return the language that a browser has asked for, or the default."""
    asked = request.query_params.get("lang") or request.cookies.get("akuttsim-lang")
    return next((lang for lang in LANGUAGES if lang == asked), default)


def _body_of(body: bytes) -> Mapping[str, Any]:
    """Return what was sent as an object. Raises InputError for anything else."""
    if not body:
        return {}
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise InputError([Problem("", 0, "", message("whatif.wrong.fields"))])
    return content


NOT_FOUND = ("whatif.wrong.no_draft", "whatif.wrong.no_change", "whatif.wrong.no_results")


def problems_of(error: Exception, lang: Lang) -> tuple[int, list[JsonObject]]:
    """Return the status and the problems that tell of an error.

    Args:
        error: What went wrong; an error of the program is written to the terminal with its trace.
        lang: The language of the problems.
    """
    if isinstance(error, InputError):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if isinstance(error, StaleVersionError):
            status = HTTPStatus.CONFLICT
        elif any(getattr(each.what, "key", "") in NOT_FOUND for each in error.problems):
            status = HTTPStatus.NOT_FOUND
        told = [
            {"where": each.file, "key": each.key, "what": in_words(each.what, lang)}
            for each in error.problems
        ]
        return status, told
    if isinstance(error, NotImplementedError):
        return HTTPStatus.NOT_IMPLEMENTED, [_problem("whatif.wrong.not_yet", lang)]
    if isinstance(error, OSError):
        reason = message("whatif.wrong.disk", reason=error.strerror or type(error).__name__)
        return HTTPStatus.INSUFFICIENT_STORAGE, [
            {"where": "", "key": "", "what": in_words(reason, lang)}
        ]
    traceback.print_exception(error, file=sys.stderr)
    return HTTPStatus.INTERNAL_SERVER_ERROR, [_problem("whatif.wrong.program", lang)]


def _problem(key: str, lang: Lang) -> JsonObject:
    return {"where": "", "key": "", "what": in_words(message(key), lang)}


def _refused(
    app: App, request: Request, lang: Lang, told: tuple[int, list[JsonObject]], is_page: bool
) -> Response:
    status, problems = told
    if not is_page:
        return JSONResponse({"problems": problems}, status)
    context = {"status": int(status), "problems": problems}
    return page(app, request, lang, "refused.html.j2", context, status)


# --- pages ----------------------------------------------------------------------------------------

_STATIC = Path(__file__).resolve().parent / "static"
_MAP = Path(__file__).resolve().parents[1] / "report" / "static" / "map"

KINDS_OF_FILES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("akuttsim.app"), PackageLoader("akuttsim.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["json_for_script"] = json_for_script
    return environment


_ENVIRONMENTS: list[Environment] = []


def page(
    app: App,
    request: Request,
    lang: Lang,
    name: str,
    context: Mapping[str, Any],
    status: int = 200,
) -> Response:
    """Return a page in a language."""
    if not _ENVIRONMENTS:
        _ENVIRONMENTS.append(_environment())
    own = read_texts("akuttsim.app", lang)
    words = {
        key.removeprefix("app.js."): text for key, text in own.items() if key.startswith("app.js.")
    }
    shared = {
        "t": Texts(lang, {**read_texts("akuttsim.report", lang), **own}),
        "lang": lang,
        "words": words,
        "read_only": app.settings.door.read_only,
        "path": request.url.path,
    }
    html = _ENVIRONMENTS[0].get_template(name).render({**shared, **context})
    return HTMLResponse(html, status)


def _start_page(asked: Asked) -> Response:
    state = _start_state(asked)
    shown = page(asked.app, asked.request, asked.lang, "start.html.j2", {"start": state})
    shown.background = BackgroundTask(asked.app.rest)  # while it is looked at
    return shown


def _new_district_page(asked: Asked) -> Response:
    context = {"folder": str(asked.app.settings.folder.resolve())}
    return page(asked.app, asked.request, asked.lang, "new_district.html.j2", context)


def _start_state(asked: Asked) -> JsonObject:
    state = start_state(asked.app.settings.folder, asked.lang)
    return {**state, "read_only": asked.app.settings.door.read_only}


def file_inside(folder: Path, name: str, endings: tuple[str, ...]) -> Path:
    """Return a file of a folder. Raises InputError for one that is none, or lies elsewhere.

    Links are followed before it is looked where the file lies; the folder itself is none.
    """
    path = folder / name
    try:
        whole = path.resolve(strict=True)
        is_ours = whole.is_relative_to(folder) and whole.is_file()
    except (OSError, ValueError, RuntimeError):
        is_ours = False
    if not is_ours or path.suffix not in endings:
        raise InputError([Problem("", 0, "", message("whatif.wrong.no_results"))])
    return whole


def _static(asked: Asked) -> Response:
    name = str(asked.request.path_params["name"])
    folder = _STATIC
    if name.startswith("map/"):
        folder, name = _MAP, name.removeprefix("map/")
    path = file_inside(folder, name, tuple(KINDS_OF_FILES))
    kind = KINDS_OF_FILES[path.suffix]
    return FileResponse(path, media_type=kind, headers={"cache-control": "no-cache"})
