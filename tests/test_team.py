"""The files that “Running it for a team” gives to copy, each read by what reads it in earnest."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import crossplane
import pytest

from annotator.cli import main
from annotator.model import Invalid
from annotator.web import logs
from annotator.web.health import FRESH, LEAST, PATIENCE
from tests.readme import README

CHAPTER = re.search(
    r"^## Running it for a team\n(.*?)(?=^## )", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
)
assert CHAPTER
TEXT = CHAPTER[1]
UPLOADS = 200_000_000  # bytes that one import may bring


def block(language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert len(found) == 1, f"one {language} block, please"
    return str(found[0])


def checked_serving(words: list[str]) -> dict[str, object]:
    """What “qawl serve” makes of these words, which it must know."""
    context = main.commands["serve"].make_context("serve", list(words))
    return context.params


# ------------------------------------------------------------------ systemd


def directives(unit: str) -> Iterator[tuple[str, str, str]]:
    section = ""
    for line in filter(None, unit.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
        else:
            key, sign, value = line.partition("=")
            assert sign, line
            yield section, key, value


def test_gives_a_unit_that_systemd_takes(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        pytest.skip("There is no systemd-analyze here to verify the unit with.")
    # Only what it starts, and as whom, is not on this machine.
    unit = block("ini").replace("/opt/qawl/bin/qawl", "/bin/true").replace("User=qawl", "User=root")
    path = tmp_path / "qawl.service"
    path.write_text(unit, encoding="utf-8")
    command = [analyze, "verify", "--man=no", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if str(path) in line or "qawl" in line]
    assert said == []


def test_gives_a_service_for_each_of_several_projects() -> None:
    found = re.search(r"`ExecStart=([^`]*%i[^`]*)`", TEXT)
    assert found
    _, command, *words = shlex.split(found[1])
    filled = [
        word.replace("%i", "first").replace("${PORT}", "8001").replace("${ADDRESS}", "https://a.example")
        for word in words
    ]
    given = checked_serving(filled)
    assert command == "serve"
    assert (given["port"], given["address"]) == (8001, "https://a.example")
    assert {"PORT", "ADDRESS"} == set(re.findall(r"`([A-Z]+)=", TEXT))


def test_takes_rights_away_from_the_service() -> None:
    found = {key: value for section, key, value in directives(block("ini")) if section == "Service"}
    assert found["User"] not in ("root", "")
    assert found["ProtectSystem"] == "strict"
    assert {found[key] for key in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "PrivateDevices")} == {
        "yes"
    }
    assert found["CapabilityBoundingSet"] == ""
    # The one place where it may write is where the project is.
    assert found["WorkingDirectory"] == f"/var/lib/{found['StateDirectory']}"
    program, command, *words = shlex.split(found["ExecStart"])
    assert command == "serve"
    project = checked_serving(words)["projects"][0]  # type: ignore[index]
    assert str(project).startswith(found["WorkingDirectory"] + "/")


# ------------------------------------------------------------------ the container

INSTRUCTIONS = {
    *("FROM", "RUN", "COPY", "USER", "WORKDIR", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "CMD"),
    *("ENTRYPOINT", "ENV", "ARG", "LABEL", "ADD", "SHELL", "ONBUILD"),
}


def instructions() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", "", block("dockerfile"))
    found = [line.partition(" ")[::2] for line in joined.splitlines() if line and not line.startswith("#")]
    assert {name for name, _ in found} <= INSTRUCTIONS
    return found


def test_gives_a_container_file_that_can_be_built() -> None:
    found = instructions()
    names = [name for name, _ in found]
    assert names[0] == "FROM"
    assert names.count("CMD") == names.count("HEALTHCHECK") == 1
    by_name = dict(found)
    assert re.fullmatch(r"python:3\.\d+-slim", by_name["FROM"]), "a version, not whatever is newest"
    assert isinstance(json.loads(by_name["VOLUME"]), list)
    assert json.loads(by_name["VOLUME"]) == [by_name["WORKDIR"]]


def test_runs_the_container_as_nobody_in_particular() -> None:
    names = [name for name, _ in instructions()]
    assert dict(instructions())["USER"] not in ("root", "0")
    assert names.index("RUN") < names.index("USER") < names.index("CMD")
    assert "COPY" not in names[names.index("USER") :]


def test_starts_a_server_in_the_container_and_asks_how_it_is() -> None:
    by_name = dict(instructions())
    program, command, *words = json.loads(by_name["CMD"])
    assert (program, command) == ("qawl", "serve")
    given = checked_serving(words)
    assert given["host"] == "0.0.0.0"
    assert str(given["port"]) == by_name["EXPOSE"]
    options, _, probe = by_name["HEALTHCHECK"].partition(" CMD ")
    python, flag, script = json.loads(probe)
    compile(script, "HEALTHCHECK", "exec")
    assert (python, flag) == ("python", "-c")
    assert f"http://127.0.0.1:{given['port']}/healthz" in script
    timeout = re.search(r"--timeout=(\d+)s", options)
    assert timeout
    assert int(timeout[1]) > PATIENCE


# ------------------------------------------------------------------ proxies


def test_gives_a_configuration_that_nginx_takes(tmp_path: Path) -> None:
    """Parsed by crossplane, which knows nginx's directives and where each may stand."""
    path = tmp_path / "nginx.conf"
    path.write_text("events {}\nhttp {\n" + block("nginx") + "}\n", encoding="utf-8")
    parsed = crossplane.parse(str(path), strict=True)
    assert parsed["errors"] == []
    http = next(one for one in parsed["config"][0]["parsed"] if one["directive"] == "http")
    server = http["block"][0]["block"]
    size = next(one["args"][0] for one in server if one["directive"] == "client_max_body_size")
    assert int(size.removesuffix("m")) * 1_000_000 > UPLOADS
    location = next(one["block"] for one in server if one["directive"] == "location")
    headers = dict(one["args"] for one in location if one["directive"] == "proxy_set_header")
    assert headers["Host"] == "$http_host"
    assert headers["X-Forwarded-For"] == "$remote_addr", "what the sender wrote there must not come through"
    assert next(one["args"] for one in location if one["directive"] == "proxy_pass") == [
        "http://127.0.0.1:8000"
    ]


def test_gives_a_configuration_that_caddy_takes(tmp_path: Path) -> None:
    text = block("caddy")
    caddy = shutil.which("caddy")
    if caddy:
        path = tmp_path / "Caddyfile"
        path.write_text(text, encoding="utf-8")
        subprocess.run([caddy, "validate", "--adapter", "caddyfile", "--config", str(path)], check=True)
    depth = 0
    for line in text.splitlines():
        assert line == "\t" * (depth - line.strip().startswith("}")) + line.strip(), "as “caddy fmt” has it"
        depth += line.endswith(" {") - (line.strip() == "}")
    assert depth == 0
    size = re.search(r"max_size (\d+)MB", text)
    assert size
    assert int(size[1]) * 1_000_000 > UPLOADS
    assert "reverse_proxy 127.0.0.1:8000 {" in text


# ------------------------------------------------------------------ what it says of the server


@pytest.mark.parametrize("given", ["proxy", "172.18.0", "172.18.0.0/16"])
def test_believes_no_proxy_that_is_no_address(given: str) -> None:
    """A name or a network would silently not be believed: everybody would seem to come from the proxy."""
    with pytest.raises(Invalid, match="is no IP address"):
        checked_serving(["first.db", "--proxy", given])
    assert checked_serving(["first.db", "--proxy", "172.18.0.2", "--proxy", "::1"])["proxies"]


def test_names_every_option_of_the_server_that_a_team_needs() -> None:
    serve = main.commands["serve"]
    flags = {flag for one in serve.params if isinstance(one, click.Option) for flag in one.opts}
    named = set(re.findall(r"--[a-z-]+", TEXT))
    assert {"--address", "--proxy", "--log", "--log-level"} <= named & flags


def test_tells_the_figures_of_the_probe_and_the_events_of_the_log() -> None:
    words = " ".join(TEXT.split())
    assert f"at most every {FRESH:.0f} seconds" in words
    assert f"within {PATIENCE:.0f} seconds" in words
    assert f"less than {LEAST // 1_000_000} MB" in words
    told = set(re.findall(r"`(\w+)`", TEXT))
    assert {"time", "level", "event", "id", "method", "route", "status", "person", "from"} <= told
    doors = {f"{door}_{how}" for door in logs.DOORS.values() for how in ("failed", "slowed")}
    others = {"request", "start", "stop", "upgrade", "error", "refused", "other_site_refused", "token_failed"}
    others |= {*logs.NAMED.values()}
    events = re.search(r"Events are(.*?)and others", TEXT, re.DOTALL)
    assert events
    assert set(re.findall(r"`(\w+)`", events[1])) <= {*logs.ACTS.values(), *doors, *others}
