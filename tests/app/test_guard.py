"""Attacks on the page: nobody gets in, nothing outside the folder is told, it stays on its feet."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from akuttsim.app.guard import MOST_BYTES
from akuttsim.app.server import MOST_CONNECTIONS
from tests.app.open_page import Page, open_page

SECRET = "nothing of the page's business"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.html").write_text(SECRET)
    folder = tmp_path_factory.mktemp("folder")
    (folder / "private.html").write_text(SECRET)
    study = folder / "results" / "what-if-1"
    study.mkdir(parents=True)
    (study / "report.html").write_text("<script>1</script>")
    (study / "runs.parquet").write_text(SECRET)
    (study / "link.html").symlink_to(outside / "secret.html")
    (folder / "results" / "elsewhere").symlink_to(outside)
    with open_page(folder) as opened:
        yield opened


def test_only_the_token_opens_the_page_and_only_its_cookie_keeps_it_open(page: Page):
    none = {"Cookie": ""}
    assert page.ask("GET", "/api/start", headers=none)[0] == 403
    assert page.ask("GET", "/?token=" + "x" * 43, headers=none)[0] == 403
    assert page.ask("GET", f"/api/start?token={page.door.token}", headers=none)[0] == 403
    wrong = {"Cookie": f"{page.door.cookie}={'x' * 43}"}
    assert page.ask("GET", "/api/start", headers=wrong)[0] == 403
    status, _, told = page.ask("GET", f"/?token={page.door.token}", headers=none)
    assert (status, told["location"]) == (303, "/")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {
        part.strip() for part in told["set-cookie"].split(";")
    }
    assert page.ask("GET", "/api/start")[0] == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "[::1]:1", ""])
def test_a_foreign_host_is_refused_as_in_dns_rebinding(page: Page, host: str):
    assert page.ask("GET", "/api/start", headers={"Host": host})[0] in (400, 421)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_post_from_another_page_is_refused(page: Page, headers: dict[str, str], status: int):
    body = {"organisation": "namdal-today"}
    assert page.ask("POST", "/api/drafts", body, headers)[0] == status
    assert page.ask("GET", "/api/start")[1]["drafts"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/results/../private.html",
        "/results/%2e%2e/private.html",
        "/results/..%2fprivate.html",
        "/results/what-if-1/../../private.html",
        "/results/what-if-1/%2e%2e/%2e%2e/private.html",
        "/results/what-if-1/link.html",
        "/results/elsewhere/secret.html",
        "/results/what-if-1/runs.parquet",
        "/results//etc/passwd",
        "/results/what-if-1",
        "/results/what-if-1/report.html%00.png",
        "/static/../server.py",
        "/static/..%2fserver.py",
        "/static/map/..%2f..%2fcontext.py",
        "/api/drafts/..%2f..%2fprivate",
        "/api/drafts/what-if-1%2f..",
        "/api/drafts/what-if-99999999999",
        "/q/%2e%2e",
    ],
)
def test_no_address_leads_out_of_the_folder(page: Page, path: str):
    status, text, _ = page.ask("GET", path)
    assert status == 404 and SECRET not in str(text)


def test_a_report_may_run_its_own_scripts_and_ask_nothing_of_the_page(page: Page):
    status, _, told = page.ask("GET", "/results/what-if-1/report.html")
    policy = told["content-security-policy"]
    assert status == 200 and "sandbox" in policy and "connect-src" not in policy
    assert "allow-same-origin" not in policy and "default-src 'none'" in policy
    own = page.ask("GET", "/api/start")[2]
    assert "unsafe" not in own["content-security-policy"]
    assert own["x-content-type-options"] == "nosniff" and own["cache-control"] == "no-store"


@pytest.mark.parametrize("file", ["../private.html", "/etc/passwd", "x/../../private.html", "a\0b"])
def test_no_draft_begins_from_a_file_outside_the_folder(page: Page, file: str):
    for kind in ("file", "results", "organisation"):
        status, told, _ = page.ask("POST", "/api/drafts", {kind: file})
        assert status in (404, 422) and told["problems"][0]["what"]


def test_bodies_are_small_and_objects(page: Page):
    announced = {"Content-Length": str(100_000_000)}
    assert page.ask("POST", "/api/drafts", headers=announced, raw=b"{")[0] == 413
    assert page.ask("POST", "/api/drafts", headers={"Content-Length": "-1"}, raw=b"")[0] == 400
    for raw in (b"[1]", b"{", b"\xff", b"[" * 100_000):
        assert page.ask("POST", "/api/drafts", raw=raw)[0] == 422


def test_a_body_in_pieces_ends_where_it_is_too_long(page: Page):
    head = (
        f"POST /api/drafts HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nCookie: {page.cookie}\r\n"
        f"Origin: http://127.0.0.1:{page.port}\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    sent, piece = 0, b"x" * 100_000
    with socket.create_connection(("127.0.0.1", page.port), timeout=20) as stream:
        stream.sendall(head.encode())
        try:
            while sent < 100 * MOST_BYTES:
                stream.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
                sent += len(piece)
        except OSError:
            pass  # the page has hung up
        else:
            pytest.fail("a hundred times too much was read")
    assert sent < 20 * MOST_BYTES
    assert page.ask("GET", "/api/start")[0] == 200


def test_two_hundred_connections_are_too_many_and_leave_the_page_on_its_feet(page: Page):
    idle = [socket.create_connection(("127.0.0.1", page.port), timeout=20) for _ in range(200)]
    time.sleep(0.3)
    answers = set()
    for each in idle[-5:]:
        each.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\n\r\n".encode())
        answers.add(each.recv(100)[9:12])
    assert answers == {b"503"} and len(idle) > MOST_CONNECTIONS
    for each in idle:
        each.close()
    time.sleep(0.3)
    assert page.ask("GET", "/api/start")[0] == 200


def test_a_page_for_showing_changes_nothing(tmp_path: Path):
    with open_page(tmp_path, read_only=True) as page:
        assert page.ask("POST", "/api/drafts", {"organisation": "namdal-today"})[0] == 403
        assert page.ask("GET", "/api/start")[1]["read_only"] is True
    assert list(tmp_path.iterdir()) == []
