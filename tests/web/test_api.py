"""What programs read, held against its description."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from annotator import export
from annotator.filter import Filter
from annotator.project import Project
from annotator.store import documents
from annotator.web.permissions import WHO, Who
from tests.conftest import ARTICLE

SignIn = Callable[[FlaskClient, str], None]
NO_CLAIM = MultiDict({"action": "no_claim"})


@pytest.fixture(autouse=True)
def answered(article: Project) -> None:
    """Ana and Ben each decided about a few sentences, Ana about one more."""
    for name, ids in {"Ana": ("s1", "s2", "s3"), "Ben": ("s1", "s2")}.items():
        person = article.person(name)
        for n, id in enumerate(ids):
            form = NO_CLAIM if (name, id) != ("Ben", "s2") else CLAIM
            article.record(ARTICLE, id, person, form, seen=None, token=f"{name}{n}")


CLAIM = MultiDict(
    {"action": "save", "claim": "new", "speaker": "russia", "stance": "ru", "attribution": "indirect"}
)

Ask = Callable[..., TestResponse]


@pytest.fixture
def ask(app: Flask, article: Project) -> Ask:
    """A program of somebody: no cookie, no page, only the token."""
    made: dict[str, str] = {}

    def ask(name: str, address: str, **more: Any) -> TestResponse:
        if name not in made:
            made[name] = article.add_token("a script", article.person(name))[1]
        headers = {"Authorization": f"Bearer {made[name]}"}
        return app.test_client(use_cookies=False).open(address, headers=headers, **more)

    return ask


# ------------------------------------------------------------------ the description


@pytest.fixture
def described(app: Flask) -> dict[str, Any]:
    answer = app.test_client().get("/api/v1/openapi.json")
    found: dict[str, Any] = answer.json
    return found


def valid(described: dict[str, Any], schema: dict[str, Any], body: Any) -> None:
    """Against a schema inside the description, which refers to the record's own schema beside it."""
    base = "http://localhost/api/v1/openapi.json"
    beside = Resource.from_contents(export.schema())
    whole = Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema", **described})
    registry: Registry[Any] = Registry().with_resources(
        [(base, whole), ("http://localhost/api/v1/claims-jsonl-1.json", beside)]
    )
    pointed = orjson.loads(orjson.dumps(schema).replace(b'"#/', f'"{base}#/'.encode()))
    Draft202012Validator(pointed, registry=registry).validate(body)


def template(rule: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)


def test_describes_every_address_and_method(app: Flask, described: dict[str, Any]) -> None:
    ours = {
        (template(rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    written = {
        (path, method)
        for path, item in described["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert written == ours


def test_names_views_as_the_description_does(app: Flask, described: dict[str, Any]) -> None:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            operation = described["paths"][template(rule.rule)]["get"]
            assert f"api.{operation['operationId']}" == rule.endpoint
            open_to_all = operation.get("security") == []
            assert WHO[rule.endpoint] is (Who.ANYONE if open_to_all else Who.TOKEN)


def test_is_valid_openapi_as_far_as_it_refers(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    for pointer in set(re.findall(r'"#/([^"]+)"', orjson.dumps(described).decode())):
        found: Any = described
        for part in pointer.split("/"):
            found = found[part]
        assert found
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in described["paths"].items():
        yield path.format(doc_id=ARTICLE, format_id="csv"), item["get"]


def parameters(described: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    names = (one["$ref"].rpartition("/")[2] for one in operation.get("parameters", ()))
    return {described["components"]["parameters"][name]["name"] for name in names}


def test_answers_as_described(ask: Ask, described: dict[str, Any]) -> None:
    for address, operation in operations(described):
        answer = ask("Cleo", address)
        assert answer.status_code == 200, (address, answer.text)
        content = operation["responses"]["200"]["content"]
        if "application/json" in content:
            assert answer.mimetype == "application/json"
            valid(described, content["application/json"]["schema"], answer.json)


EVERY = {
    "after": "no", "limit": "5", "round": "1", "document": ARTICLE, "person": "Ana", "layer": "votes",
    "status": "claims", "label": "stance:ru", "own_voice": "0",
}  # fmt: skip


def test_takes_the_parameters_described_and_no_others(ask: Ask, described: dict[str, Any]) -> None:
    for address, operation in operations(described):
        known = parameters(described, operation)
        for name, value in EVERY.items():
            refused = "is not asked for here" in ask("Cleo", f"{address}?{name}={value}").text
            assert refused == (name not in known and operation.get("security") != []), (address, name)


def test_tells_every_problem_as_described(ask: Ask, app: Flask, described: dict[str, Any]) -> None:
    stranger = app.test_client().get("/api/v1/documents")
    for answer, status in (
        (stranger, 401),
        (ask("Ana", "/api/v1/agreement"), 403),
        (ask("Ana", "/api/v1/documents/none"), 404),
        (ask("Ana", "/api/v1/answers?document=none"), 404),
        (ask("Ana", "/api/v1/nothing"), 404),
        (ask("Ana", "/api/v1/documents", method="POST"), 405),
        (ask("Ana", "/api/v1/documents?after=none"), 409),
        (ask("Ana", "/api/v1/documents?limit=0"), 422),
        (ask("Ana", "/api/v1/documents?limit=000000001" + "0" * 30), 422),
        (ask("Cleo", "/api/v1/answers?status=odd"), 422),
    ):
        assert answer.status_code == status, answer.text
        assert answer.mimetype == "application/problem+json"
        valid(described, {"$ref": "#/components/schemas/Problem"}, answer.json)
        assert answer.json["status"] == status
        assert answer.json["detail"].endswith((".", "TOKEN", "GET."))
        assert "Set-Cookie" not in answer.headers


# ------------------------------------------------------------------ what it gives


def whole(ask: Ask, name: str, address: str) -> list[dict[str, Any]]:
    """Every item, page after page."""
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        page = ask(name, following).json
        assert len(page["items"]) <= 2
        found += page["items"]
        following = page["next"]
    return found


def test_gives_everything_page_by_page(ask: Ask, article: Project) -> None:
    sentences = whole(ask, "Ana", f"/api/v1/documents/{ARTICLE}/sentences?limit=2")
    assert [(one["id"], one["text"]) for one in sentences] == [
        (one.id, one.text) for one in article.sentences(ARTICLE)
    ]
    assert whole(ask, "Cleo", "/api/v1/answers?limit=2") == list(article.records_of(Filter()))


def test_looks_only_at_the_documents_of_a_page(
    ask: Ask, article: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are: programs ask for the list again and again."""
    for number in range(6):
        text = f"Title {number}\n\nThe council of town {number} met."
        article.import_file(f"{number}.txt", text.encode(), lang="en")
    listed = [one.document.id for one in article.documents(article.person("Cleo"))]
    assert len(listed) == 7
    assert [one["id"] for one in whole(ask, "Cleo", "/api/v1/documents?limit=2")] == listed
    monkeypatch.setattr(documents, "all", lambda _: pytest.fail("All of them are read."))
    page = ask("Cleo", f"/api/v1/documents?limit=2&after={listed[2]}").json
    assert [one["id"] for one in page["items"]] == listed[3:5]


@pytest.mark.parametrize("layer", ["votes", "final", "both"])
def test_gives_final_answers_after_the_others(ask: Ask, article: Project, layer: str) -> None:
    article.settle_unanimous(article.person("Cleo"))
    found = whole(ask, "Cleo", f"/api/v1/answers?limit=2&layer={layer}")
    assert found == list(article.records_of(Filter(layer=layer)))
    assert found


def test_gives_the_records_with_a_claim_asked_for(ask: Ask) -> None:
    found = ask("Cleo", "/api/v1/answers?label=stance:ru").json["items"]
    assert [one["record_id"] for one in found] == [f"{ARTICLE}/s2/Ben"]


def test_gives_annotators_only_their_own_answers(ask: Ask) -> None:
    for query in ("", "?person=Ben", "?person=Ben&person=Ana&layer=both"):
        found = ask("Ana", f"/api/v1/answers{query}").json["items"]
        assert {one["annotator"] for one in found} == {"Ana"}
    lines = ask("Ana", "/api/v1/exports/claims-jsonl?person=Ben").data.splitlines()
    assert {orjson.loads(line)["annotator"] for line in lines} == {"Ana"}


def test_gives_the_same_files_as_the_page(ask: Ask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    for id in ("claims-jsonl", "csv"):
        answer = ask("Cleo", f"/api/v1/exports/{id}?person=Ana")
        page = client.get(f"/export/files/{id}?person=Ana", follow_redirects=True)
        assert (answer.data, answer.content_type) == (page.data, page.content_type)
    assert ask("Cleo", "/api/v1/exports/no-such").status_code == 404


def test_gives_the_figures_of_the_page(ask: Ask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    assert ask("Cleo", "/api/v1/agreement").json == client.get("/agreement.json").json


def test_shows_annotators_agreement_once_they_finished(ask: Ask, article: Project) -> None:
    assert ask("Ana", f"/api/v1/agreement?document={ARTICLE}").status_code == 403
    ana = article.person("Ana")
    for n, id in enumerate(one.id for one in article.sentences(ARTICLE) if one.kind == "body"):
        seen = article.desk(ARTICLE, ana).annotations.get(id)
        article.record(ARTICLE, id, ana, NO_CLAIM, seen=seen.id if seen else None, token=f"all{n}")
    article.finish(ARTICLE, ana)
    assert ask("Ana", "/api/v1/agreement").json["documents"] == [ARTICLE]
    assert "oneself" not in ask("Ana", "/api/v1/agreement").json


def test_hides_documents_given_to_others(ask: Ask, article: Project) -> None:
    article.make_round("First", 1, people=["Ben"], spread=True)
    assert ask("Ana", "/api/v1/documents").json["items"] == []
    for path in (f"/api/v1/documents/{ARTICLE}", f"/api/v1/documents/{ARTICLE}/sentences"):
        assert ask("Ana", path).status_code == 404
    assert len(ask("Ben", "/api/v1/documents").json["items"]) == 1


# ------------------------------------------------------------------ who comes in


def test_needs_a_token_and_nothing_else(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "Cleo")
    answer = client.get("/api/v1/documents")  # signed in as a lead: no cookie counts
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "Set-Cookie" not in answer.headers


def test_opens_no_page_with_a_token(ask: Ask) -> None:
    for path in ("/", "/export", "/team", "/account/tokens"):
        assert ask("Cleo", path).location.startswith("/sign-in")


def test_sends_nothing_to_other_sites(ask: Ask) -> None:
    answer = ask("Cleo", "/api/v1/documents")
    assert not [name for name in dict(answer.headers) if name.lower().startswith("access-control")]
    assert answer.headers["Cache-Control"] == "no-store"


def test_refuses_a_token_withdrawn_expired_or_of_a_removed_person(ask: Ask, article: Project) -> None:
    for name in ("Ana", "Ben", "Cleo"):
        assert ask(name, "/api/v1/documents").status_code == 200
    ana, ben, _ = article.tokens()
    article.withdraw_token(ana.id)
    article.remove_person("Ben")
    article.add_person("Ben")  # back, but his programs are not
    article.db.execute("update tokens set expires = '2020-01-01T00:00:00.000Z' where person = 'Cleo'")
    for name in ("Ana", "Ben", "Cleo"):
        assert ask(name, "/api/v1/documents").status_code == 401


def test_follows_the_role_of_its_person(ask: Ask, article: Project) -> None:
    assert {one["annotator"] for one in ask("Ana", "/api/v1/answers").json["items"]} == {"Ana"}
    article.change_role("Ana", article.person("Cleo").role)
    assert {one["annotator"] for one in ask("Ana", "/api/v1/answers").json["items"]} == {"Ana", "Ben"}


@pytest.mark.parametrize("header", ["Bearer qawl_wrong", "Bearer ", "Basic QW5hOnNlY3JldC1hbmE=", "odd"])
def test_refuses_what_is_no_token(app: Flask, header: str) -> None:
    answer = app.test_client().get("/api/v1/documents", headers={"Authorization": header})
    assert answer.status_code == 401


def test_makes_guessers_behind_a_proxy_wait_one_by_one(app: Flask) -> None:
    def guess(address: str) -> int:
        headers = {"Authorization": "Bearer qawl_wrong", "X-Forwarded-For": address}
        return app.test_client().get("/api/v1/documents", headers=headers).status_code

    assert [guess("192.0.2.1") for _ in range(6)] == [401] * 5 + [429]
    assert guess("192.0.2.2") == 401


def test_makes_whoever_guesses_wait_and_nobody_else(app: Flask, ask: Ask) -> None:
    client = app.test_client()
    wrong = [client.get("/api/v1/documents", headers={"Authorization": f"Bearer qawl_{n}"}) for n in range(8)]
    assert [answer.status_code for answer in wrong] == [401] * 5 + [429] * 3
    assert int(wrong[-1].headers["Retry-After"]) > 0
    assert ask("Ana", "/api/v1/documents").status_code == 200
    signed_in = client.post(
        "/sign-in", data={"name": "Ana", "password": "secret-ana"}, headers={"Origin": "http://localhost"}
    )
    assert signed_in.status_code == 303
