"""The compose topology: valid, pinned, closed. Its scripts are run in test_deploy.py."""

from __future__ import annotations

import re
import subprocess
import sys
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from calends.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "worker", "worker-crm", "starter", "web")
ONE_SHOT = ("databases", "temporal-schema", "temporal-namespace", "migrate")
WRITES_ITS_CONFIGURATION = "temporal-ui"

every_service = pytest.mark.parametrize("name", SERVICES)


# The file


def checked(file: Path) -> int:
    """The exit code of the schema check, which reads the schema from its own package."""
    tool = Path(sys.executable).with_name("check-jsonschema")
    command: list[str | Path] = [tool, "--builtin-schema", "vendor.compose-spec", file]
    return subprocess.run(command, capture_output=True, timeout=60).returncode


def test_the_file_is_valid_by_the_compose_schema() -> None:
    assert checked(ROOT / "docker-compose.yml") == 0


def test_the_schema_check_can_fail(tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text("services: {web: {imagine: x}}\n", encoding="utf-8")
    assert checked(wrong) == 1


@every_service
def test_an_image_is_pinned_and_never_the_retired_auto_setup(name: str) -> None:
    image = SERVICES[name]["image"]
    assert re.search(r":v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$", image)
    assert "auto-setup" not in image


def test_temporal_is_of_the_versions_that_were_tried() -> None:
    images = {service["image"] for service in SERVICES.values()}
    assert {i for i in images if i.startswith("temporalio/")} == {
        "temporalio/server:1.32.0",
        "temporalio/admin-tools:1.32.0",
        "temporalio/ui:2.54.1",
    }


@every_service
def test_nothing_but_mail_and_pages_is_published_and_only_on_this_machine(name: str) -> None:
    published = {"starter": "8025", "web": "8080", "temporal-ui": "8233"}
    for port in SERVICES[name].get("ports", []):
        host, outer, _ = port.rsplit(":", 2)
        assert outer == published[name]
        assert host in ("127.0.0.1", "${CALENDS_MAIL_ADDRESS:-127.0.0.1}")


def test_the_servers_are_on_the_inner_network_alone() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "temporal", "databases", "temporal-schema", "temporal-namespace"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]


def test_temporals_own_page_comes_only_with_the_debug_profile() -> None:
    assert SERVICES["temporal-ui"]["profiles"] == ["debug"]


@every_service
def test_a_service_has_no_rights_that_it_does_not_need(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["read_only"] is (name != WRITES_ITS_CONFIGURATION)
    assert "/tmp" in service["tmpfs"]


@every_service
def test_a_service_depends_on_services_that_exist_in_a_state_that_they_reach(name: str) -> None:
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        assert needed in SERVICES
        if needed in ONE_SHOT:
            assert how == {"condition": "service_completed_successfully"}
        else:
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in SERVICES[needed]


def needs(name: str) -> set[str]:
    direct = set(SERVICES[name].get("depends_on", {}))
    return direct.union(*(needs(other) for other in direct))


def test_everything_is_set_up_before_our_processes_start() -> None:
    everything = {"postgres", "databases", "temporal-schema", "temporal", "temporal-namespace"}
    for name in ("worker", "worker-crm", "starter", "web"):
        assert needs(name) == everything | {"migrate"}
    assert needs("temporal-namespace") == everything - {"temporal-namespace"}


@every_service
def test_a_process_that_stays_has_a_health_check_and_one_that_ends_may_be_repeated(
    name: str,
) -> None:
    if name in ONE_SHOT:
        assert SERVICES[name]["restart"] == "on-failure:6"
        assert "healthcheck" not in SERVICES[name]
    else:
        assert SERVICES[name]["restart"] == "unless-stopped"
        assert name == "temporal-ui" or "healthcheck" in SERVICES[name]


@every_service
def test_what_is_mounted_from_here_exists(name: str) -> None:
    for volume in SERVICES[name].get("volumes", []):
        source = re.sub(r"^\$\{\w+:-(.*?)\}", r"\1", volume).split(":")[0]
        if source.startswith("."):
            assert (ROOT / source).exists(), source
            assert volume.endswith(":ro")
        else:
            assert source in COMPOSE["volumes"]


@every_service
def test_a_script_that_is_run_is_mounted(name: str) -> None:
    mounted = {volume.split(":")[1] for volume in SERVICES[name].get("volumes", [])}
    for part in SERVICES[name].get("command", []):
        if str(part).startswith("/deploy/"):
            assert part in mounted
    environment = SERVICES[name].get("environment", {})
    for value in environment.values():
        if str(value).startswith("/deploy/"):
            assert value in mounted


@every_service
def test_secrets_are_files_and_no_password_stands_in_the_environment(name: str) -> None:
    for secret in SERVICES[name].get("secrets", []):
        assert (secret if isinstance(secret, str) else secret["source"]) in COMPOSE["secrets"]
    for key in SERVICES[name].get("environment", {}):
        assert not re.search(r"PASSWORD$|PWD$|DATABASE_URL$|TOKEN$|SECRET$", key)


@pytest.mark.parametrize("name", OURS)
def test_our_environment_is_made_of_settings_that_exist(name: str) -> None:
    known = {f"CALENDS_{field.upper()}" for field in Settings.model_fields}
    assert set(SERVICES[name]["environment"]) <= known | {"TMPDIR"}
    targets = {secret["target"] for secret in SERVICES[name]["secrets"]}
    assert targets <= known | {"systems.env", "mailboxes.env"}
    assert "CALENDS_DATABASE_URL" in targets


@pytest.mark.parametrize("name", OURS)
def test_our_processes_run_what_the_project_has(name: str) -> None:
    command = SERVICES[name]["command"]
    assert command[0] == "python"
    target = command[2].replace(".", "/") if command[1] == "-m" else command[1]
    assert (ROOT / target).exists()


def test_the_proxy_before_the_pages_is_believed_and_nobody_else_is() -> None:
    """Requests over the published port come from the gateway of the network that has one."""
    (outside,) = COMPOSE["networks"]["outside"]["ipam"]["config"]
    told = re.fullmatch(
        r"\$\{CALENDS_WEB_PROXIES:-(.*)\}", SERVICES["web"]["environment"]["CALENDS_WEB_PROXIES"]
    )
    assert told is not None
    assert told[1] == outside["gateway"]
    assert ip_address(told[1]) in ip_network(outside["subnet"])


async def seen_from(client: str, forwarded: str) -> str:
    """The address of a visitor, as the pages see it behind uvicorn."""
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])

    gateway = COMPOSE["networks"]["outside"]["ipam"]["config"][0]["gateway"]
    headers = [(b"x-forwarded-for", forwarded.encode())]
    scope: Any = {"type": "http", "client": (client, 1), "headers": headers, "scheme": "http"}
    await ProxyHeadersMiddleware(app, gateway)(scope, None, None)  # type: ignore[arg-type]
    return seen[0]


async def test_a_visitor_behind_the_proxy_has_their_own_address_and_can_claim_no_other() -> None:
    """Limits count by address: who could choose theirs would have none."""
    assert await seen_from("172.30.86.1", "203.0.113.9") == "203.0.113.9"
    assert await seen_from("172.30.86.1", "198.51.100.1, 203.0.113.9") == "203.0.113.9"
    assert await seen_from("172.30.86.7", "198.51.100.1") == "172.30.86.7"


def test_what_a_worker_puts_aside_lies_on_a_volume_that_its_user_may_write() -> None:
    for name in ("worker", "worker-crm"):
        scratch = SERVICES[name]["environment"]["TMPDIR"]
        assert f"scratch:{scratch}" in SERVICES[name]["volumes"]
        assert any("install -d -o calends" in line and scratch in line for line in image_lines())


def test_only_who_needs_a_secret_has_it() -> None:
    has = {name: {secret["target"] for secret in SERVICES[name]["secrets"]} for name in OURS}
    register = {"CALENDS_DATABASE_URL"}
    assert has["migrate"] == register
    assert has["worker"] == register | {"CALENDS_SMTP_PASSWORD", "systems.env"}
    assert has["starter"] == register | {"mailboxes.env"}
    assert has["web"] == register | {"CALENDS_SMTP_PASSWORD", "CALENDS_OIDC_CLIENT_SECRET"}


# The image


def image_lines() -> list[str]:
    return [" ".join(line) for line in dockerfile()]


def dockerfile() -> list[list[str]]:
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


def test_the_image_takes_only_what_exists_and_what_the_builder_gets() -> None:
    allowed = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    copied = {
        word
        for line in dockerfile()
        if line[0] == "COPY" and not any(w.startswith("--from") for w in line)
        for word in line[1:-1]
        if not word.startswith("--")
    }
    assert copied == allowed
    for name in copied:
        assert (ROOT / name).exists()


def test_the_image_installs_locked_packages_and_runs_as_nobody_special() -> None:
    lines = [" ".join(line) for line in dockerfile()]
    assert any("--require-hashes --no-deps -r /tmp/production.lock" in line for line in lines)
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    for line in lines:
        if line.startswith("FROM "):
            assert re.match(r"FROM python:\d+\.\d+-slim-\w+( AS \w+)?$", line)
