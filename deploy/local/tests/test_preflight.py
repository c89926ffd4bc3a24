import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from envol_local.errors import Trouble
from envol_local.ports import usual_ports


@pytest.fixture
def path_without(tmp_path: Path) -> Any:
    """Make a PATH on which one program is missing."""

    def path(missing: str) -> str:
        for name in {"java", "mvn"} - {missing}:
            program = shutil.which(name)
            assert program, f"{name} is needed for this test"
            (tmp_path / name).symlink_to(program)
        return str(tmp_path)

    return path


def refusal(launcher: Any, **env: str) -> str:
    """Give the one sentence with which `run` refuses to start."""
    code, output, errors = launcher.finish("run", **env)
    assert code == 1
    assert output == ""
    assert errors.count("\n") == 1
    return str(errors)


def test_a_missing_java_is_one_sentence(launcher: Any, path_without: Any) -> None:
    assert "install Java 17 or newer" in refusal(launcher, PATH=path_without("java"))


def test_a_missing_maven_is_one_sentence(launcher: Any, path_without: Any) -> None:
    assert "Maven is missing: install it" in refusal(launcher, PATH=path_without("mvn"))


def test_an_old_java_is_one_sentence(launcher: Any, path_without: Any) -> None:
    path = path_without("java")
    java = Path(path, "java")
    java.write_text("""#!/bin/sh\necho 'openjdk version "11.0.2"' >&2\n""", encoding="utf-8")
    java.chmod(0o755)

    assert "Java 11 is too old: install Java 17" in refusal(launcher, PATH=path)


def test_too_little_disk_is_one_sentence(launcher: Any) -> None:
    assert "make room and start again" in refusal(launcher, ENVOL_DISK_GB="10000000")


def test_a_busy_port_is_one_sentence(launcher: Any) -> None:
    with socket.create_server(("127.0.0.1", launcher.port_base + 1)):
        said = refusal(launcher)

    assert f"Port {launcher.port_base + 1} (matching-api) is in use: stop what" in said


@pytest.mark.parametrize("base", ["high", "80", "65500"])
def test_a_port_base_that_makes_no_sense_is_refused(base: str) -> None:
    with pytest.raises(Trouble, match="set it to a number"):
        usual_ports({"ENVOL_PORT_BASE": base})
