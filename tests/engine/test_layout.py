"""State files: engine.env, ports, locks, logs."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.engine import logs
from calends.engine.layout import Layout
from calends.engine.locks import only_one
from calends.engine.ports import free_ports, is_free, remembered_ports, require_free
from calends.problems import Problem
from calends.settings import Settings


def test_engine_env_is_read_back_by_the_settings_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("CALENDS_")]:
        monkeypatch.delenv(name)
    layout = Layout(tmp_path / "a dir # with = signs, and spaces")
    layout.prepare()
    url = "postgresql+asyncpg://postgres@/calends?host=/a%20dir&port=5432"
    layout.write_env({"CALENDS_DATABASE_URL": url, "CALENDS_VAR": str(layout.var)})
    settings = Settings(_env_file=layout.env_file)
    assert settings.database_url.get_secret_value() == url
    assert settings.var == layout.var
    assert layout.last_env()["CALENDS_DATABASE_URL"] == url


@given(st.sampled_from("'\"\\$`\n\r\0\t\u2028"), st.text(max_size=5))
def test_a_value_that_the_file_cannot_hold_is_refused(character: str, text: str) -> None:
    with pytest.raises(Problem):
        Layout(Path("/tmp")).write_env({"CALENDS_PUBLIC_URL": text + character})


def test_directories_with_secrets_are_closed_even_when_they_were_open(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "var")
    layout.keys.mkdir(parents=True, mode=0o755)
    layout.prepare()
    for directory in (layout.keys, layout.temporal, layout.run, layout.logs):
        assert directory.stat().st_mode & 0o777 == 0o700


def test_a_state_directory_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").touch()
    with pytest.raises(Problem, match="state directory"):
        Layout(tmp_path / "var").prepare()


def test_the_lock_is_refused_while_held_and_free_again_after(tmp_path: Path) -> None:
    file = tmp_path / "engine.lock"
    with only_one(file), pytest.raises(Problem, match=f"pid {os.getpid()}"), only_one(file):
        pass
    with only_one(file):
        pass


def test_ports_are_remembered_and_only_a_taken_one_is_chosen_anew(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = remembered_ports(file, ("grpc", "http"))
    assert remembered_ports(file, ("grpc", "http")) == first
    with socket.create_server(("127.0.0.1", first["grpc"])):
        second = remembered_ports(file, ("grpc", "http"))
    assert second["http"] == first["http"]
    assert second["grpc"] != first["grpc"]


@pytest.mark.parametrize("text", ["", "nonsense", "[1]", '{"grpc": "x"}', '{"grpc": 70000}'])
def test_a_spoilt_port_file_is_written_anew(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ports.json"
    file.write_text(text)
    assert is_free(remembered_ports(file, ("grpc",))["grpc"])


def test_free_ports_differ() -> None:
    assert len(set(free_ports(20))) == 20


def test_a_port_in_use_names_the_setting_to_change() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Problem, match=f"port {port} .* set CALENDS_WEB_PORT"):
            require_free("127.0.0.1", port, "CALENDS_WEB")


def test_a_log_over_its_limit_is_moved_and_its_writer_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "part.log"
    writer = logs.open_log(file)
    try:
        os.write(writer, b"long before\n")
        logs.rotate(file, limit_bytes=5)
        os.write(writer, b"new\n")
    finally:
        os.close(writer)
    assert file.read_text() == "new\n"
    assert (tmp_path / "part.log.1").read_text() == "long before\n"
    assert logs.last_place(file) == f"{file}:1"
