"""People on the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.model import Forbidden, Role
from annotator.project import Project


def run(project: Project, command: str, *words: str, status: int = 0) -> Result:
    answer = CliRunner().invoke(main, ["people", command, str(project.path), *words])
    assert answer.exit_code == status, answer.output
    return answer


def token(answer: Result) -> str:
    return answer.output.strip().rpartition("/")[2]


def test_prints_a_link_to_join_with(project: Project) -> None:
    answer = run(project, "invite", "Zoe", "--lead", "--days", "1", "--address", "https://qawl.example/")
    assert answer.output.startswith("https://qawl.example/invitations/")
    assert "Zoe\tlink 1\tjoins as lead" in run(project, "list").output
    assert project.accept(token(answer), "", "secret-zoe").role is Role.LEAD
    assert "link" not in run(project, "list").output


def test_prints_a_link_to_a_new_password(project: Project) -> None:
    answer = run(project, "reset", "Ana")
    assert answer.output.startswith("http://127.0.0.1:8000/invitations/")
    assert project.accept(token(answer), "", "secret-new").name == "Ana"


def test_withdraws_a_link(project: Project) -> None:
    made = token(run(project, "invite"))
    run(project, "withdraw", "1")
    with pytest.raises(Forbidden):
        project.invitation(made)
    assert "no longer open" in run(project, "withdraw", "1", status=1).output


def test_changes_roles_and_signs_out(project: Project) -> None:
    stamp = project.session_stamp("Ana")
    run(project, "sign-out", "Ana")
    assert project.session_stamp("Ana") != stamp
    run(project, "role", "Ana", "lead")
    assert project.person("Ana").leads
    run(project, "role", "Cleo", "annotator")
    assert "only lead" in run(project, "role", "Ana", "annotator", status=1).output


@pytest.mark.parametrize("words", [("reset", "Nobody"), ("sign-out", "Dan"), ("role", "Nobody", "lead")])
def test_knows_whom_it_is_about(project: Project, words: tuple[str, ...]) -> None:
    assert "nobody named" in run(project, words[0], *words[1:], status=1).output


def test_needs_the_address_of_a_server(project: Project) -> None:
    assert "no address" in run(project, "invite", "--address", "qawl.example", status=1).output
    assert project.invitations() == []


def test_leaves_no_link_behind_that_it_did_not_print(project: Project) -> None:
    run(project, "invite", "Ana", status=1)
    assert project.invitations() == []
