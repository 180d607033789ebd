"""`calends up` as a user meets it: a real child process, real servers, real signals."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from calends.engine.layout import Layout
from tests.engine.service import Service, ordinary_account, own_directory, until


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    everything = "migrate worker starter web"
    with own_directory() as home, Service(home, stand_ins=everything) as made:
        made.start()
        yield made


def test_every_part_says_that_it_is_up_in_order_and_the_last_line_has_the_addresses(
    running: Service,
) -> None:
    names = [line.split(":")[0] for line in running.lines if "s)" in line]
    assert names == ["postgres", "temporal", "migrate", "worker", "starter", "web"]
    assert f":{running.environment['CALENDS_WEB_PORT']}" in running.lines[-1]
    assert f":{running.environment['CALENDS_LISTEN_PORT']}" in running.lines[-1]


def test_engine_env_is_closed_to_others_and_names_the_company_file(running: Service) -> None:
    layout = Layout(running.var)
    assert layout.env_file.stat().st_mode & 0o777 == 0o600
    assert layout.last_env()["CALENDS_COMPANY_FILE"] == running.environment["CALENDS_COMPANY_FILE"]


def test_a_part_leads_a_session_of_its_own(running: Service) -> None:
    for process in running.parts().values():
        assert os.getsid(process.pid) == process.pid


def test_no_server_listens_beyond_this_machine(running: Service) -> None:
    for process in running.parts().values():
        for connection in process.net_connections("inet"):
            if connection.status == "LISTEN":
                assert connection.laddr.ip in ("127.0.0.1", "::1"), process.name()


def test_a_second_engine_on_the_same_state_is_refused_with_the_pid_of_the_first(
    running: Service,
) -> None:
    second = Service(running.home)
    second.launch()
    assert second.ended() == 2
    assert running.process is not None
    assert len(second.errors) == 1
    assert f"pid {running.process.pid}" in second.errors[0]


def test_ctrl_c_stops_everything_with_exit_0_and_the_state_goes_on(service: Service) -> None:
    service.start()
    before = service.parts()
    address = Layout(service.var).last_env()["CALENDS_TEMPORAL_ADDRESS"]
    assert service.stop(signal.SIGINT) == 0
    assert service.lines[-1] == "stopped"
    assert not any(process.is_running() for process in before.values())
    service.start()
    assert Layout(service.var).last_env()["CALENDS_TEMPORAL_ADDRESS"] == address
    assert service.stop() == 0


def test_a_signal_during_the_start_stops_what_runs_already(service: Service) -> None:
    service.launch()
    until(lambda: service.said("postgres: up"))
    assert service.stop() == 0
    assert service.parts() == {}


def test_a_web_port_in_use_is_one_line_with_the_setting_and_nothing_is_started(
    service: Service,
) -> None:
    with socket.create_server(("127.0.0.1", int(service.environment["CALENDS_WEB_PORT"]))):
        service.launch()
        assert service.ended() == 2
    assert len(service.errors) == 1
    assert "set CALENDS_WEB_PORT to a free one" in service.errors[0]
    assert not (service.var / "postgres").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CALENDS_COMPANY_FILE", "/nowhere/company.yml"),
        ("CALENDS_WEB_PORT", "not-a-port"),
        ("CALENDS_DATABASE_URL", "postgresql+asyncpg://elsewhere/register"),
        ("CALENDS_VAR", "/dev/null/var"),
        ("CALENDS_WEB_HOST", "no.such.host.invalid"),
    ],
)
def test_a_wrong_setting_is_one_line_and_exit_2(service: Service, name: str, value: str) -> None:
    service.environment[name] = value
    service.launch()
    assert service.ended() == 2
    assert len(service.errors) == 1, service.errors
    assert service.errors[0].startswith("calends: ")


def test_the_company_file_of_the_last_start_is_remembered(service: Service) -> None:
    layout = Layout(service.var)
    layout.prepare()
    gone = str(service.home / "gone.yml")
    layout.write_env({"CALENDS_COMPANY_FILE": gone})
    del service.environment["CALENDS_COMPANY_FILE"]
    service.launch()
    assert service.ended() == 2
    assert gone in service.errors[0]


def test_an_ordinary_user_runs_it_in_a_directory_of_his_own(home: Path) -> None:
    with Service(home, account=ordinary_account(home)) as made:
        made.start()
        assert made.process is not None
        owner = psutil.Process(made.process.pid).username()
        assert owner != "root"
        assert {process.username() for process in made.parts().values()} == {owner}
        assert made.stop() == 0
