"""The page as a program on this machine: which address gives what.

Every answer in words is in the language of the browser's `?lang=`, kept in a cookie. What is wrong
with a request is told as problems, as the command line tells them; nothing answers with a trace.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

import uvicorn
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp

from akuttsim.app import drafts as steps
from akuttsim.app.draft_state import answer_estimates, draft_state, map_state, reach_state
from akuttsim.app.drafts import Bases, CheckedDraft, Drafts, DraftStep, StaleVersionError
from akuttsim.app.folder import (
    new_district,
    organisation_of_file,
    organisation_of_results,
    start_state,
)
from akuttsim.app.form import bad_value
from akuttsim.app.guard import REPORT_POLICY, Door, Guard
from akuttsim.app.page_json import ComparedStudies, StudyState
from akuttsim.errors import InputError, Problem
from akuttsim.records import JsonObject
from akuttsim.report.page_scripts import json_for_script
from akuttsim.texts import LANGUAGES, Lang, Texts, in_words, message, read_texts

MOST_CONNECTIONS = 100
"""Connections at once; further ones are refused until some are closed."""

POLL_S = 0.1
"""How often a page that listens is looked after."""

HEARTBEAT_S = 15.0
"""After so long without news a comment is sent, so that a broken connection is noticed."""


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


@dataclass(frozen=True)
class App:
    """The page with all that it needs.

    Attributes:
        settings: What is served.
        drafts: The drafts of the folder.
        studies: What runs their studies.
    """

    settings: AppSettings
    drafts: Drafts
    studies: StudyRunner


def create_app(settings: AppSettings, drafts: Drafts, studies: StudyRunner) -> ASGIApp:
    """Return the page as an ASGI application behind its guard.

    Args:
        settings: What is served.
        drafts: The drafts of the folder.
        studies: What runs their studies.
    """
    app = App(settings, drafts, studies)
    inner = Starlette(routes=_routes(app))
    return Guard(inner, settings.door)


def bases_and_drafts(folder: Path) -> Drafts:
    """Return the drafts of a folder."""
    return Drafts(folder, Bases(folder))


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
    uvicorn.Server(config_of(app)).run(sockets=[listening])


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
        return self.app.drafts.get(self.draft_id)

    def query(self, name: str, default: str = "") -> str:
        """Return what stands behind the question mark under a name."""
        return str(self.request.query_params.get(name, default))[:200]


Handler = Callable[[Asked], Response]


def _route(app: App, path: str, handler: Handler, method: str = "GET") -> Route:
    """Return a route whose handler works in a thread of its own, and whose errors are told."""
    is_page = not path.startswith("/api/")

    async def answer(request: Request) -> Response:
        lang = _language(request, app.settings.lang)
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


def _language(request: Request, default: Lang) -> Lang:
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
    return _page(app, request, lang, "refused.html.j2", context, status)


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


def _page(
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
    return _page(asked.app, asked.request, asked.lang, "start.html.j2", {"start": state})


def _start_state(asked: Asked) -> JsonObject:
    state = start_state(asked.app.drafts, asked.lang)
    return {**state, "read_only": asked.app.settings.door.read_only}


def _question_page(asked: Asked) -> Response:
    checked = asked.draft()
    if not asked.app.settings.door.read_only:
        asked.app.studies.prepare(checked)
    study = asked.app.studies.study(checked, asked.lang)
    context = {"state": draft_state(checked, asked.lang), "study": study}
    return _page(asked.app, asked.request, asked.lang, "question.html.j2", context)


def _replay_page(asked: Asked) -> Response:
    state = draft_state(asked.draft(), asked.lang)
    return _page(asked.app, asked.request, asked.lang, "replay.html.j2", {"state": state})


def _compare_page(asked: Asked) -> Response:
    known = start_state(asked.app.drafts, asked.lang)["drafts"]
    context = {"drafts": known, "ids": [each for each in asked.query("of").split(",") if each]}
    return _page(asked.app, asked.request, asked.lang, "compare.html.j2", context)


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


RESULT_FILES = (".html", ".csv", ".png", ".svg", ".pdf", ".xlsx")


def _static(asked: Asked) -> Response:
    name = str(asked.request.path_params["name"])
    folder = _STATIC
    if name.startswith("map/"):
        folder, name = _MAP, name.removeprefix("map/")
    path = file_inside(folder, name, tuple(KINDS_OF_FILES))
    kind = KINDS_OF_FILES[path.suffix]
    return FileResponse(path, media_type=kind, headers={"cache-control": "no-cache"})


def _results_file(asked: Asked) -> Response:
    folder = asked.app.settings.folder.resolve() / steps.RESULTS_FOLDER
    name = str(asked.request.path_params["name"])
    study, _, file = name.partition("/")
    if (folder / study).resolve().parent == folder:
        asked.app.studies.write_missing_report(folder / study, file)
    path = file_inside(folder, name, RESULT_FILES)
    return FileResponse(path, headers={"content-security-policy": REPORT_POLICY})


# --- drafts ---------------------------------------------------------------------------------------


def _begin(asked: Asked) -> Response:
    """Begin a draft from a shipped organisation, a file, a study made before, or a new district."""
    body, folder = asked.body, asked.app.settings.folder
    if isinstance(body.get("results"), str):
        organisation = organisation_of_results(folder, body["results"])
    elif isinstance(body.get("file"), str):
        organisation = organisation_of_file(folder, body["file"])
    elif isinstance(body.get("district"), str):
        organisation = new_district(folder, body["district"])
    elif isinstance(body.get("organisation"), str):
        organisation = body["organisation"]
        if "/" in organisation or "\\" in organisation or "." in organisation:
            organisation = organisation_of_file(folder, organisation)
    else:
        raise bad_value("organisation", message("whatif.wrong.fields"))
    checked = asked.app.drafts.begin(organisation)
    return JSONResponse(draft_state(checked, asked.lang), HTTPStatus.CREATED)


def _draft(asked: Asked) -> Response:
    return JSONResponse(draft_state(asked.draft(), asked.lang))


def _stepped(asked: Asked, step: DraftStep) -> Response:
    version = asked.body.get("version")
    checked = asked.app.drafts.change(asked.draft_id, version, step)
    return JSONResponse(draft_state(checked, asked.lang))


def _change(asked: Asked) -> Response:
    return _stepped(asked, steps.with_change(asked.body, asked.draft().base))


def _rename(asked: Asked) -> Response:
    title = steps.plain_text(asked.body.get("title", ""), "title")
    return _stepped(asked, lambda draft: draft.changed(title=title))


def _give_reason(asked: Asked) -> Response:
    change = str(asked.request.path_params["change"])
    return _stepped(asked, steps.with_reason(change, asked.body.get("why", "")))


def _take_back(asked: Asked) -> Response:
    change = str(asked.request.path_params["change"])
    return _stepped(asked, steps.without_change(change, asked.draft().base))


def _undo(asked: Asked) -> Response:
    return _stepped(asked, steps.undone)


def _redo(asked: Asked) -> Response:
    return _stepped(asked, steps.redone)


def _map(asked: Asked) -> Response:
    return JSONResponse(map_state(asked.draft(), asked.lang))


def _reach(asked: Asked) -> Response:
    what, hour = asked.query("what", "care"), asked.query("hour", "mon-20")
    return JSONResponse(reach_state(asked.draft(), what, hour, asked.query("moved")))


def _estimates(asked: Asked) -> Response:
    checked = asked.draft()
    variant = checked.variant.value if checked.variant is not None else None
    return JSONResponse(answer_estimates(checked.base, variant, asked.lang))


def _save(asked: Asked) -> Response:
    fields = {name: steps.plain_text(asked.body.get(name, ""), name)
              for name in ("name", "title", "why")}  # fmt: skip
    files = asked.app.drafts.save(asked.draft_id, **fields)
    checked = asked.draft()
    if asked.app.studies.study(checked, asked.lang)["state"] == "stale":
        asked.app.studies.start(checked, checked.draft.replications)  # by its new name
    results = f"{steps.RESULTS_FOLDER}/{asked.draft_id}"
    command = f"akuttsim sweep {files[1]} --out {results} --resume"
    folder = asked.app.settings.folder
    return JSONResponse({"files": list(files), "folder": str(folder), "command": command})


# --- studies --------------------------------------------------------------------------------------


def _replications(asked: Asked, default: int, at_least: int) -> int:
    number = asked.body.get("replications", default)
    if type(number) is not int or not at_least <= number <= steps.MOST_RUNS:
        what = message("whatif.wrong.number", low=at_least, high=steps.MOST_RUNS)
        raise bad_value("replications", what)
    return number


def _run(asked: Asked) -> Response:
    checked = asked.draft()
    wanted = _replications(asked, checked.draft.replications, 2)
    is_first = asked.app.studies.study(checked, asked.lang)["state"] == "none"
    return _started(asked, checked, max(wanted, 0 if is_first else checked.draft.replications))


def _more(asked: Asked) -> Response:
    checked = asked.draft()
    wanted = checked.draft.replications + _replications(asked, steps.REPLICATIONS, 1)
    return _started(asked, checked, min(wanted, steps.MOST_RUNS))


def _started(asked: Asked, checked: CheckedDraft, replications: int) -> Response:
    if checked.problems:
        raise InputError(checked.problems)
    asked.app.studies.start(checked, replications)
    study = asked.app.studies.study(asked.draft(), asked.lang)
    return JSONResponse(study, HTTPStatus.ACCEPTED)


def _stop(asked: Asked) -> Response:
    checked = asked.draft()
    asked.app.studies.stop(checked.draft.id)
    return JSONResponse(asked.app.studies.study(checked, asked.lang))


def _events(app: App) -> Route:
    """Return the route on which a page hears how far its study is."""

    async def answer(request: Request) -> Response:
        lang = _language(request, app.settings.lang)
        draft_id = str(request.path_params["id"])
        try:
            await run_in_threadpool(app.drafts.get, draft_id)
        except Exception as error:
            status, problems = problems_of(error, lang)
            return JSONResponse({"problems": problems}, status)
        heard = _heard(app, draft_id, lang)
        return StreamingResponse(heard, media_type="text/event-stream")

    return Route("/api/drafts/{id}/events", answer)


async def _heard(app: App, draft_id: str, lang: Lang) -> AsyncIterator[str]:
    """Yield the study at once and whenever there is news, and a comment now and then."""
    seen, quiet_s = -1, 0.0
    while True:
        news = app.studies.news(draft_id)
        if news != seen:
            seen, quiet_s = news, 0.0
            try:
                study = await run_in_threadpool(_study_now, app, draft_id, lang)
            except Exception as error:  # the page asks again, and is told then
                problems_of(error, lang)
                return
            yield f"event: study\ndata: {json.dumps(study, ensure_ascii=False)}\n\n"
        elif quiet_s >= HEARTBEAT_S:
            quiet_s = 0.0
            yield ": still there\n\n"
        await asyncio.sleep(POLL_S)
        quiet_s += POLL_S


def _study_now(app: App, draft_id: str, lang: Lang) -> StudyState:
    return app.studies.study(app.drafts.get(draft_id), lang)


def _compare(asked: Asked) -> Response:
    ids = list(dict.fromkeys(each for each in asked.query("of").split(",") if each))
    if not 1 <= len(ids) <= MOST_COMPARED:
        what = message("whatif.wrong.number", low=1, high=MOST_COMPARED)
        raise bad_value("of", what)
    checked = [asked.app.drafts.get(each) for each in ids]
    return JSONResponse(asked.app.studies.compared(checked, asked.lang))


MOST_COMPARED = 4


def _replay(asked: Asked) -> Response:
    return JSONResponse(asked.app.studies.replay(asked.draft(), asked.lang))


def _export(asked: Asked) -> Response:
    checked = asked.draft()
    path = asked.app.studies.export(checked, asked.query("as"), asked.lang)
    return FileResponse(path, filename=f"{checked.draft.name}{path.suffix}")


def _routes(app: App) -> list[Route]:
    """Return which address gives what."""
    draft = "/api/drafts/{id}"
    gets: dict[str, Handler] = {
        "/": _start_page,
        "/q/{id}": _question_page,
        "/q/{id}/replay": _replay_page,
        "/compare": _compare_page,
        "/results/{name:path}": _results_file,
        "/static/{name:path}": _static,
        "/api/start": lambda asked: JSONResponse(_start_state(asked)),
        "/api/compare": _compare,
        draft: _draft,
        f"{draft}/map": _map,
        f"{draft}/reach": _reach,
        f"{draft}/estimates": _estimates,
        f"{draft}/replay": _replay,
        f"{draft}/export": _export,
    }
    posts: dict[str, Handler] = {
        "/api/drafts": _begin,
        f"{draft}/changes": _change,
        f"{draft}/undo": _undo,
        f"{draft}/redo": _redo,
        f"{draft}/save": _save,
        f"{draft}/run": _run,
        f"{draft}/stop": _stop,
        f"{draft}/more": _more,
    }
    change = f"{draft}/changes/{{change}}"
    return [
        *(_route(app, path, handler) for path, handler in gets.items()),
        *(_route(app, path, handler, "POST") for path, handler in posts.items()),
        _route(app, draft, _rename, "PATCH"),
        _route(app, change, _give_reason, "PATCH"),
        _route(app, change, _take_back, "DELETE"),
        _events(app),
    ]
