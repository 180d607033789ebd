from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from calends.commands.doctor import CHECKS
from calends.commands.doctor_servers import mail_server
from calends.register.database import Register
from tests.commands.conftest import Calends
from tests.commands.sample import put_case
from tests.mail.test_sending import Server, speaking
from tests.office import Office
from tests.test_faults import FILE


async def levels(calends: Calends) -> dict[str, list[str]]:
    ran = await calends("doctor", "--json")
    assert ran.err == ""
    found: dict[str, list[str]] = {}
    for line in map(json.loads, ran.out.splitlines()):
        found.setdefault(line["check"], []).append(line["level"])
    assert ran.code == (1 if any("error" in said for said in found.values()) else 0)
    return found


async def test_with_nothing_running_every_check_says_what_is_missing(
    calends: Calends, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "MASTER_KEY_FILE", "SIGNING_KEY_FILE", "CRM_URL", "BILLING_URL"):
        monkeypatch.delenv(f"CALENDS_{name}", raising=False)
    monkeypatch.setenv("CALENDS_TEMPORAL_ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("CALENDS_SMTP_PORT", "1")
    found = await levels(calends)
    assert set(found) == {"python", "settings", *CHECKS}
    for check in ("settings", "register", "engine", "mail server", "systems"):
        assert "error" in found[check], check
    for check in ("python", "company file", "datasets", "letters"):
        assert "error" not in found[check], check


async def test_the_doctor_makes_no_key(
    calends: Calends, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("MASTER_KEY_FILE", "SIGNING_KEY_FILE"):
        monkeypatch.setenv(f"CALENDS_{name}", str(tmp_path / name))
    await calends("doctor")
    assert list(tmp_path.iterdir()) == []


async def test_a_key_that_others_may_read_is_an_error(
    calends: Calends, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = tmp_path / "open.key"
    key.write_bytes(b"k" * 32)
    key.chmod(0o644)
    monkeypatch.setenv("CALENDS_MASTER_KEY_FILE", str(key))
    monkeypatch.setenv("CALENDS_SIGNING_KEY_FILE", str(key))
    found = await levels(calends)
    assert (found["master key"], found["signing key"]) == (["error"], ["error"])


async def test_a_register_at_another_migration_is_an_error(
    register: Register, calends: Calends
) -> None:
    from sqlalchemy import text

    assert (await levels(calends))["register"] == ["ok"]
    async with register.session() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        await session.commit()
    assert (await levels(calends))["register"] == ["error"]


async def test_a_lost_master_key_of_sealed_cases_is_an_error(
    register: Register, calends: Calends, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from datetime import UTC, datetime

    from calends.register.models import KeyRow

    monkeypatch.setenv("CALENDS_MASTER_KEY_FILE", str(tmp_path / "gone.key"))
    case = await put_case(register, 1)
    async with register.session() as session:
        session.add(KeyRow(id=case.id, wrapped=b"wrapped", made_at=datetime.now(UTC)))
        await session.commit()
    assert (await levels(calends))["register"] == ["error"]


async def test_a_wrong_company_file_does_not_hide_the_other_checks(
    calends: Calends, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CALENDS_COMPANY_FILE", str(tmp_path / "none.yml"))
    found = await levels(calends)
    assert found["company file"] == ["error"]
    assert found["letters"] == ["ok"]


async def test_in_a_running_office_the_doctor_finds_nothing_wrong(
    office: Office, calends: Calends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALENDS_SMTP_PORT", str(office.house.settings.smtp_port))
    found = await levels(calends)
    wrong = {check for check, said in found.items() if {"error", "warning"} & set(said)}
    assert wrong <= {"systems"}  # the sample's own gaps are for `calends systems check` to judge
    assert found["clock"] == ["ok"]
    assert found["engine"] == ["ok"]


@pytest.mark.parametrize(
    ("script", "offers", "says"),
    [
        ({"AUTH": "535 5.7.8 no"}, ("AUTH PLAIN",), "login"),
        ({"AUTH": "235 welcome"}, ("AUTH PLAIN", "DSN"), "reports what does not arrive"),
        ({"CONNECT": "554 no mail from there"}, (), "sender"),
    ],
    ids=["refused password", "all is well", "takes nothing from us"],
)
async def test_the_doctor_logs_in_to_the_mail_server_and_sends_nothing(
    script: dict[str, str], offers: tuple[str, ...], says: str
) -> None:
    server = Server(offers=offers, script=script)
    async with speaking(server, smtp_user="us", smtp_password=SecretStr("x")) as settings:
        (line,) = await mail_server(settings)
    assert says in line.text
    assert (line.level == "ok") == ("DSN" in offers)
    assert not any(heard.startswith("MAIL") for heard in server.heard)


async def test_a_company_file_changed_since_the_service_started_is_a_warning(
    calends: Calends, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    company = tmp_path / "company.yml"
    company.write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("CALENDS_COMPANY_FILE", str(company))
    started = tmp_path / "var/run/worker.json"
    started.parent.mkdir(parents=True)
    changed = company.stat().st_mtime
    for seconds, said in ((-10, True), (10, False)):
        started.write_text(json.dumps({"started": changed + seconds}), encoding="utf-8")
        ran = await calends("doctor")
        assert (f"{company} changed after the service started" in ran.out) is said
