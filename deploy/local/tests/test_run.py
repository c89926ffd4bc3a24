import smtplib
import time
from pathlib import Path
from typing import Any

import psutil
import pytest


@pytest.fixture(scope="module")
def stack(launcher: Any) -> Any:
    """A running stack, shared by the tests of this module up to the one that stops it."""
    return launcher.run_until_ready()


def program_of(stack: Any, *words: str) -> psutil.Process:
    """Find the stack's program with these words in its command."""
    for child in psutil.Process(stack.pid).children():
        if " ".join(words) in " ".join(child.cmdline()):
            return child
    raise AssertionError(f"no {words} among the programs")


def test_every_api_and_worker_answers(launcher: Any, stack: Any, fetched: Any) -> None:
    assert stack.poll() is None
    for offset in (1, 2, 3, 4, 11, 12, 13, 14):
        fetched(f"http://127.0.0.1:{launcher.port_base + offset}/health/ready")


@pytest.mark.usefixtures("stack")
def test_a_second_run_is_refused(launcher: Any) -> None:
    code, _, errors = launcher.finish("run")

    assert code == 1
    assert errors.startswith("The stack of this clone is running already: stop it")


@pytest.mark.usefixtures("stack")
def test_env_prints_what_a_service_is_given(launcher: Any) -> None:
    code, output, _ = launcher.finish("env", "partners")

    assert code == 0
    assert f"export API_PORT={launcher.port_base + 2}\n" in output
    assert f"@127.0.0.1:{launcher.port_base + 32}/partners" in output


@pytest.mark.usefixtures("stack")
def test_a_mail_is_shown_without_running_what_it_holds(launcher: Any, fetched: Any) -> None:
    page = f"http://127.0.0.1:{launcher.port_base + 21}"
    with smtplib.SMTP("127.0.0.1", launcher.port_base + 25) as client:
        client.sendmail(
            "a@example.org", ["b@example.org"], "Subject: <script>\r\n\r\n<b>Hi</b>\r\n"
        )

    listed = fetched(page)

    assert "&lt;script&gt;" in listed
    assert "<script>" not in listed
    link = listed.split('href="')[1].split('"')[0]
    assert "&lt;b&gt;Hi" in fetched(page + link)


@pytest.mark.parametrize(
    ("words", "offset"), [(("matching", "worker"), 11), (("envol_local.mails_page",), 21)]
)
def test_a_killed_program_comes_back(
    launcher: Any, stack: Any, fetched: Any, words: tuple[str, ...], offset: int
) -> None:
    killed = program_of(stack, *words)
    killed.kill()
    killed.wait(timeout=60)

    path = "/health/ready" if offset == 11 else "/"
    fetched(f"http://127.0.0.1:{launcher.port_base + offset}{path}")

    assert program_of(stack, *words).pid != killed.pid


def test_down_stops_all_of_it(launcher: Any, stack: Any, are_gone: Any) -> None:
    processes = psutil.Process(stack.pid).children(recursive=True)

    code, output, _ = launcher.finish("down")

    assert (code, output) == (0, f"Stopped the stack (process {stack.pid}).\n")
    assert stack.wait(timeout=60) == 0
    assert are_gone(processes)
    assert launcher.finish("down")[1] == "Nothing runs here.\n"


def test_a_second_start_is_quick_and_kill_9_of_the_launcher_leaves_nothing(
    launcher: Any, are_gone: Any
) -> None:
    began = time.monotonic()
    stack = launcher.run_until_ready()
    assert time.monotonic() - began < 20
    processes = psutil.Process(stack.pid).children(recursive=True)
    assert len(processes) >= 14

    stack.kill()
    stack.communicate()

    assert are_gone(processes)


def test_a_service_that_cannot_start_ends_all_and_shows_its_log(launcher: Any) -> None:
    code, _, errors = launcher.finish("run", BROKEN="partners-api")

    assert code == 1
    assert "partners-api ended before it was ready (exit code 3)." in errors
    assert "the settings of this service are wrong" in errors
    assert "partners-api.log" in errors
    assert left_in(launcher.clone) == []


def test_the_demonstration_exits_as_its_check_does(launcher: Any) -> None:
    code, output, _ = launcher.finish("demo", STORY="1")

    assert code == 1
    assert "the story is told at" in output
    assert left_in(launcher.clone) == []


def test_the_history_s_read_models_are_rebuilt_while_it_runs(launcher: Any) -> None:
    code, output, _ = launcher.finish("history")

    assert code == 0
    for service in ("matching", "partners", "notifications", "reporting"):
        assert f"{service}: 1,000 messages, 1 tables, all as before, " in output
    assert left_in(launcher.clone) == []


def test_a_read_model_that_differs_makes_the_history_fail(launcher: Any) -> None:
    code, output, errors = launcher.finish("history", DIFFERENT="partners")

    assert code == 1
    assert "partners: the rebuilt read model is not the live one (exit code 1)." in errors
    assert "contact 3 rows 00ff differs" in errors
    assert "reporting: 1,000 messages, 1 tables, all as before, " in output


@pytest.mark.parametrize("command", ["demo", "history"])
def test_databases_that_disagree_make_it_fail(launcher: Any, command: str) -> None:
    code, output, _ = launcher.finish(command, DISAGREE="1")

    assert code == 1
    assert "compared at partners" in output
    assert left_in(launcher.clone) == []


def test_reconciling_needs_a_stack_or_the_urls_of_its_databases(launcher: Any) -> None:
    code, _, errors = launcher.finish("reconcile")

    assert code == 1
    assert "Nothing runs here: start the stack with `make run`." in errors


def test_reset_deletes_data_and_logs_and_keeps_the_jars(launcher: Any) -> None:
    code, output, _ = launcher.finish("reset")

    assert code == 0
    assert ".local/data, .local/logs, .local/demo" in output
    assert sorted(file.name for file in (launcher.clone / ".local").iterdir()) == [
        "lib",
        "running.json",
    ]


def left_in(clone: Path) -> list[str]:
    """Name the processes that still work in the clone."""
    lines = (
        " ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])
    )
    return [line for line in lines if str(clone) in line]
