"""Several projects under one server, and one below the path of a shared site: nothing goes astray."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from werkzeug.test import Client

from annotator import serve
from annotator.model import Invalid, Missing, Problem, Unavailable
from annotator.project import Damaged, Project, demo_codebook
from annotator.web import several
from tests.conftest import ARTICLE, password
from tests.store import at_work
from tests.store.test_copies import damage

LOCAL = {"HTTP_ORIGIN": "http://localhost"}


@pytest.fixture
def two(article_file: Path, empty_file: Path, tmp_path: Path) -> list[Path]:
    found = [tmp_path / "Idlib.db", tmp_path / "Second one.db"]
    for made, path in zip((article_file, empty_file), found, strict=True):
        shutil.copy(made, path)
    with Project.open(found[1]) as project, project.db.conn:
        project.db.execute("update settings set value = 'another' || value where name = 'secret'")
    return found


@pytest.fixture
def client(two: list[Path]) -> Client:
    return Client(several.application(two))


def sign_in(client: Client, place: str, name: str) -> str:
    data = {"name": name, "password": password(name)}
    answer = client.post(f"{place}/sign-in", data=data, environ_base=LOCAL)
    assert answer.status_code == 303, answer.text
    return answer.headers["Set-Cookie"]


def addresses(page: str) -> Iterator[str]:
    """Everything a page leads to or loads on this site."""
    yield from re.findall(r'(?:href|src|action|hx-get|hx-post|data-[\w-]+)="(/[^"]*)"', page)


def test_names_the_projects_and_nothing_in_them(client: Client) -> None:
    page = client.get("/", environ_base=LOCAL)
    assert page.status_code == 200
    assert 'href="/idlib/"' in page.text
    assert 'href="/second-one/"' in page.text
    assert not [name for name in ("Ana", "Cleo", ARTICLE) if name in page.text]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    "path", ["/", "/documents/" + ARTICLE, "/codebook", "/search", "/team", "/export", "/account", "/nowhere"]
)
def test_keeps_every_address_below_the_path(client: Client, path: str) -> None:
    sign_in(client, "/idlib", "Cleo")
    page = client.get(f"/idlib{path}", environ_base=LOCAL, follow_redirects=True)
    found = set(addresses(page.text))
    assert found
    assert {address for address in found if not address.startswith("/idlib/")} == set()
    assert page.status_code == (404 if path == "/nowhere" else 200)


def test_brings_back_who_signs_in_where_they_wanted_to_go(client: Client) -> None:
    door = client.get("/idlib/codebook?version=1", environ_base=LOCAL)
    assert door.headers["Location"] == "/idlib/sign-in?next=/idlib/codebook?version%3D1"
    data = {"name": "Ana", "password": password("Ana"), "next": "/idlib/codebook"}
    answer = client.post("/idlib/sign-in", data=data, environ_base=LOCAL)
    assert answer.headers["Location"] == "/idlib/codebook"


def test_signs_in_to_one_project_only(client: Client) -> None:
    cookie = sign_in(client, "/idlib", "Ana")
    assert re.search(r"; Path=/idlib(;|$)", cookie)
    assert client.get("/idlib/", environ_base=LOCAL).status_code == 200
    assert client.get("/second-one/", environ_base=LOCAL).status_code == 303
    stolen = cookie.partition(";")[0]
    other = Client(client.application, use_cookies=False)
    assert other.get("/idlib/", headers={"Cookie": stolen}, environ_base=LOCAL).status_code == 200
    assert other.get("/second-one/", headers={"Cookie": stolen}, environ_base=LOCAL).status_code == 303


def test_counts_wrong_passwords_apart(client: Client) -> None:
    for _ in range(7):
        data = {"name": "Nobody", "password": ""}
        wrong = client.post("/idlib/sign-in", data=data, environ_base=LOCAL)
    assert wrong.status_code == 429
    assert client.post("/second-one/sign-in", data=data, environ_base=LOCAL).status_code == 422


def test_is_well_as_long_as_each_project_is(client: Client, two: list[Path]) -> None:
    here, elsewhere = ({**LOCAL, "REMOTE_ADDR": address} for address in ("127.0.0.1", "192.0.2.7"))
    said = client.get("/healthz", environ_base=here)
    assert said.text.startswith("ok\n")
    assert "/idlib schema: " in said.text
    assert client.get("/healthz", environ_base=elsewhere).text == "ok\n"
    two[1].unlink()
    fresh = Client(client.application)
    for probe in (app.extensions["health"] for app in client.application.mounts.values()):  # type: ignore[attr-defined]
        probe._found = None
    assert fresh.get("/healthz", environ_base=elsewhere).status_code == 503


def test_leads_to_the_others_when_one_is_broken(client: Client, two: list[Path]) -> None:
    two[0].unlink()
    page = client.get("/", environ_base=LOCAL)
    assert 'href="/idlib/"' in page.text
    assert 'href="/second-one/"' in page.text
    assert client.get("/idlib/sign-in", environ_base=LOCAL).status_code in (404, 503)
    assert client.get("/second-one/sign-in", environ_base=LOCAL).status_code == 200


def test_answers_only_to_its_own_name(client: Client) -> None:
    strange = {"Host": "rebound.example"}
    assert [client.get(path, headers=strange).status_code for path in ("/", "/idlib/")] == [400, 400]


# ------------------------------------------------------------------ one that cannot be served


@pytest.fixture
def folder(two: list[Path], tmp_path: Path) -> Path:
    """One project is damaged, and there is a copy of it; another file is none at all."""
    with Project.open(two[0]) as project:
        project.make_copy()
        project.gather()
    damage(two[0])
    (tmp_path / "strange.db").write_text("a shopping list")
    return tmp_path


def unserved(*paths: Path) -> dict[Path, Problem]:
    return serve.unserved(paths, "127.0.0.1", tell=lambda said: None)


def test_finds_out_which_file_in_a_folder_cannot_be_served(folder: Path, two: list[Path]) -> None:
    found = unserved(folder)
    assert set(found) == {two[0], folder / "strange.db"}
    (copy,) = (folder / "Idlib.db.backups").iterdir()
    assert str(found[two[0]]).endswith(f"Go back to it with: qawl restore {two[0]} {copy}")
    assert "not a Qawl project" in str(found[folder / "strange.db"])


def test_refuses_a_file_that_is_asked_for_by_its_name(folder: Path, two: list[Path]) -> None:
    for asked in ([two[0]], two, [two[0], folder]):
        with pytest.raises(Damaged, match="qawl restore"):
            unserved(*asked)
    two[1].unlink()
    with pytest.raises(Unavailable, match=r"(?s)Idlib.*strange"):
        unserved(folder)


def test_leaves_out_a_project_that_anybody_could_get_into(tmp_path: Path, two: list[Path]) -> None:
    """Only that one: it was just made beside those of others."""
    Project.create(tmp_path / "new.db", demo_codebook()).close()
    found = serve.unserved([tmp_path], "0.0.0.0", tell=lambda said: None)
    assert set(found) == {tmp_path / "new.db"}


def test_serves_the_others_and_says_which_one_is_not(folder: Path) -> None:
    client = Client(several.application([folder], unserved=unserved(folder)))
    sign_in(client, "/second-one", "Cleo")
    here, elsewhere = ({**LOCAL, "REMOTE_ADDR": address} for address in ("127.0.0.1", "192.0.2.7"))
    for path, status in (("/", 200), ("/idlib/", 503), ("/idlib/documents/x", 503), ("/idlib", 503)):
        page = client.get(path, environ_base=elsewhere)
        assert page.status_code == status
        assert "Idlib is not served just now." in page.text
        assert 'href="/second-one/"' in page.text
        assert "qawl restore" not in page.text, "nobody else has to know what is wrong"
        assert str(folder) not in page.text
        assert "qawl restore" in client.get(path, environ_base=here).text
    assert client.get("/idlibs", environ_base=here).status_code == 404
    well = client.get("/healthz", environ_base=here)
    assert well.status_code == 503
    assert "/idlib why: The project file" in well.text
    assert "/second-one status: ok" in well.text


def test_starts_where_one_file_in_a_folder_is_damaged(folder: Path, two: list[Path]) -> None:
    with at_work.serving(folder) as server:
        with urlopen(server.address) as page:
            assert "Idlib is not served just now." in page.read().decode()
        with urlopen(f"{server.address}/second-one/sign-in") as page:
            assert page.status == 200
        server.log.seek(0)
        told = server.log.read().splitlines()
    assert [line.partition(" is not served. ")[0] for line in told if " is not served. " in line] == [
        str(two[0]),
        str(folder / "strange.db"),
    ]
    (line, _) = (json.loads(line) for line in told if "not_served" in line)
    assert (line["level"], line["project"], line["error"]) == ("error", "idlib", "Damaged")


# ------------------------------------------------------------------ below a path of a shared site


@pytest.fixture
def below(two: list[Path]) -> Client:
    return Client(several.application(two[:1], address="https://uni.example/qawl/"))


BY_PROXY = {"Host": "uni.example", "Sec-Fetch-Site": "same-origin"}


def test_lives_below_the_path_that_a_proxy_serves_it_at(below: Client) -> None:
    form = {"name": "Cleo", "password": password("Cleo")}
    cookie = below.post("/qawl/sign-in", data=form, headers=BY_PROXY).headers["Set-Cookie"]
    assert cookie.startswith("__Secure-qawl-")
    assert "; Path=/qawl" in cookie
    headers = BY_PROXY | {"Cookie": cookie.partition(";")[0]}
    page = below.get("/qawl/team", headers=headers)
    assert page.status_code == 200
    assert {one for one in addresses(page.text) if not one.startswith("/qawl/")} == set()
    form = {"name": "Eve", "role": "annotator", "days": "7"}
    assert below.post("/qawl/team/invitations", data=form, headers=headers).status_code == 303
    link = below.get("/qawl/team", headers=headers).text
    assert "https://uni.example/qawl/invitations/" in link
    assert "/qawl/qawl/" not in link


def test_leads_from_the_root_to_the_path(below: Client) -> None:
    assert below.get("/", environ_base=LOCAL).headers["Location"] == "/qawl/"
    assert below.get("/healthz", environ_base=LOCAL).status_code == 200
    assert below.get("/sign-in", environ_base=LOCAL).status_code == 404


def test_has_several_projects_below_a_path(two: list[Path]) -> None:
    client = Client(several.application(two, address="https://uni.example/qawl/"))
    page = client.get("/qawl/", headers=BY_PROXY)
    assert 'href="/qawl/idlib/"' in page.text
    assert {one for one in addresses(page.text) if not one.startswith("/qawl/")} == set()
    assert client.get("/qawl/idlib/sign-in", headers=BY_PROXY).status_code == 200


# ------------------------------------------------------------------ names


def test_finds_every_project_in_a_folder(two: list[Path], tmp_path: Path) -> None:
    assert several.project_files([tmp_path]) == sorted(two)
    assert several.project_files(two) == two
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(Missing, match="no project file in the folder"):
        several.project_files([empty])


def test_serves_no_copy_and_no_damaged_file_that_lies_in_the_folder(two: list[Path], tmp_path: Path) -> None:
    for left in ("", ".by-hand", ".before-restore", ".damaged"):
        shutil.copy(two[0], tmp_path / f"{two[0].stem}.2026-11-22T09-00-00Z{left}.db")
    assert several.project_files([tmp_path]) == sorted(two)


def test_serves_a_folder_with_one_project_like_one_with_more(two: list[Path], tmp_path: Path) -> None:
    two[1].rename(tmp_path / "Idlib.before-12.db")  # as an upgrade leaves it
    client = Client(several.application([tmp_path]))
    assert 'href="/idlib/"' in client.get("/", headers={"Host": "localhost"}).text
    assert list(client.application.mounts) == ["/idlib"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "names", [["a.db", "other/a.db"], ["a b.db", "A-B.db"], ["healthz.db"], ["é.db", "e\u0301.db"]]
)
def test_refuses_two_projects_at_one_path(names: list[str]) -> None:
    with pytest.raises(Invalid, match="Rename one"):
        several.named([Path(name) for name in names])


def test_gives_a_name_in_another_script_the_same_path_on_every_system() -> None:
    """macOS hands out names in pieces, other systems whole."""
    composed, apart = Path("مشروع آب.db"), Path("مشروع ا\u0653ب.db")
    assert list(several.named([composed])) == list(several.named([apart]))
