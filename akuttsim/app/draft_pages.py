"""Pages and answers about drafts and their studies: which address gives what.

Read after the first page has been sent (`akuttsim.app.server`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from akuttsim.app import drafts as steps
from akuttsim.app.draft_state import answer_estimates, draft_state, map_state, reach_state
from akuttsim.app.drafts import CheckedDraft, DraftStep
from akuttsim.app.folder import (
    RESULTS_FOLDER,
    organisation_of_file,
    organisation_of_results,
    start_state,
)
from akuttsim.app.form import bad_value
from akuttsim.app.guard import REPORT_POLICY
from akuttsim.app.page_json import StudyState
from akuttsim.app.server import (
    App,
    Asked,
    Handler,
    file_inside,
    language_of,
    page,
    problems_of,
    route,
)
from akuttsim.errors import InputError
from akuttsim.texts import Lang, message

POLL_S = 0.1
"""How often a page that listens is looked after."""

HEARTBEAT_S = 15.0
"""After so long without news a comment is sent, so that a broken connection is noticed."""


def _question_page(asked: Asked) -> Response:
    checked = asked.draft()
    if not asked.app.settings.door.read_only:
        asked.app.workshop.studies.prepare(checked)
    study = asked.app.workshop.studies.study(checked, asked.lang)
    context = {
        "state": draft_state(checked, asked.lang),
        "study": study,
        "is_saved": asked.app.workshop.drafts.is_saved(checked),
    }
    return page(asked.app, asked.request, asked.lang, "question.html.j2", context)


def _replay_page(asked: Asked) -> Response:
    state = draft_state(asked.draft(), asked.lang)
    return page(asked.app, asked.request, asked.lang, "replay.html.j2", {"state": state})


def _compare_page(asked: Asked) -> Response:
    known = start_state(asked.app.settings.folder, asked.lang)["drafts"]
    context = {"drafts": known, "ids": [each for each in asked.query("of").split(",") if each]}
    return page(asked.app, asked.request, asked.lang, "compare.html.j2", context)


RESULT_FILES = (".html", ".csv", ".png", ".svg", ".pdf", ".xlsx")


def _results_file(asked: Asked) -> Response:
    folder = asked.app.settings.folder.resolve() / RESULTS_FOLDER
    name = str(asked.request.path_params["name"])
    study, _, file = name.partition("/")
    if (folder / study).resolve().parent == folder:
        asked.app.workshop.studies.write_missing_report(folder / study, file)
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
    checked = asked.app.workshop.drafts.begin(organisation)
    return JSONResponse(draft_state(checked, asked.lang), HTTPStatus.CREATED)


MOST_LETTERS = 60
"""The longest name of a new district; further letters are left out."""


def new_district(folder: Path, name: str) -> str:
    """Write a small district that works, to fill in, and return its organisation's file.

    Args:
        folder: The folder of the user's own files.
        name: What the district is to be called.

    Raises:
        InputError: A name that is none, or something of that name is there already.
    """
    from akuttsim.regionbuilder.region_folder import write_skeleton  # slow to load, seldom needed

    return Path(write_skeleton(name[:MOST_LETTERS], folder).organisation).name


def _draft(asked: Asked) -> Response:
    return JSONResponse(draft_state(asked.draft(), asked.lang))


def _stepped(asked: Asked, step: DraftStep) -> Response:
    version = asked.body.get("version")
    checked = asked.app.workshop.drafts.change(asked.draft_id, version, step)
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
    files = asked.app.workshop.drafts.save(asked.draft_id, **fields)
    checked = asked.draft()
    again = asked.app.workshop.studies.study(checked, asked.lang)["state"] == "stale"
    if again:
        asked.app.workshop.studies.start(checked, checked.draft.replications)  # by its new name
    results = f"{RESULTS_FOLDER}/{asked.draft_id}"
    command = f"akuttsim sweep {files[1]} --out {results} --resume"
    folder = asked.app.settings.folder
    told = {"files": list(files), "folder": str(folder), "command": command, "again": again}
    return JSONResponse(told)


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
    is_first = asked.app.workshop.studies.study(checked, asked.lang)["state"] == "none"
    return _started(asked, checked, max(wanted, 0 if is_first else checked.draft.replications))


def _more(asked: Asked) -> Response:
    checked = asked.draft()
    wanted = checked.draft.replications + _replications(asked, steps.REPLICATIONS, 1)
    return _started(asked, checked, min(wanted, steps.MOST_RUNS))


def _started(asked: Asked, checked: CheckedDraft, replications: int) -> Response:
    if checked.problems:
        raise InputError(checked.problems)
    asked.app.workshop.studies.start(checked, replications)
    study = asked.app.workshop.studies.study(asked.draft(), asked.lang)
    return JSONResponse(study, HTTPStatus.ACCEPTED)


def _stop(asked: Asked) -> Response:
    checked = asked.draft()
    asked.app.workshop.studies.stop(checked.draft.id)
    return JSONResponse(asked.app.workshop.studies.study(checked, asked.lang))


def _events(app: App) -> Route:
    """Return the route on which a page hears how far its study is."""

    async def answer(request: Request) -> Response:
        lang = language_of(request, app.settings.lang)
        draft_id = str(request.path_params["id"])
        try:
            await run_in_threadpool(app.workshop.drafts.get, draft_id)
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
        news = app.workshop.studies.news(draft_id)
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
    return app.workshop.studies.study(app.workshop.drafts.get(draft_id), lang)


def _compare(asked: Asked) -> Response:
    ids = list(dict.fromkeys(each for each in asked.query("of").split(",") if each))
    if not 1 <= len(ids) <= MOST_COMPARED:
        what = message("whatif.wrong.number", low=1, high=MOST_COMPARED)
        raise bad_value("of", what)
    checked = [asked.app.workshop.drafts.get(each) for each in ids]
    return JSONResponse(asked.app.workshop.studies.compared(checked, asked.lang))


MOST_COMPARED = 4


def _replay(asked: Asked) -> Response:
    return JSONResponse(asked.app.workshop.studies.replay(asked.draft(), asked.lang))


def _export(asked: Asked) -> Response:
    checked = asked.draft()
    path = asked.app.workshop.studies.export(checked, asked.query("as"), asked.lang)
    return FileResponse(path, filename=f"{checked.draft.name}{path.suffix}")


def draft_routes(app: App) -> list[Route]:
    """Return which address of a draft gives what."""
    draft = "/api/drafts/{id}"
    gets: dict[str, Handler] = {
        "/q/{id}": _question_page,
        "/q/{id}/replay": _replay_page,
        "/compare": _compare_page,
        "/results/{name:path}": _results_file,
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
        *(route(app, path, handler) for path, handler in gets.items()),
        *(route(app, path, handler, "POST") for path, handler in posts.items()),
        route(app, draft, _rename, "PATCH"),
        route(app, change, _give_reason, "PATCH"),
        route(app, change, _take_back, "DELETE"),
        _events(app),
    ]
