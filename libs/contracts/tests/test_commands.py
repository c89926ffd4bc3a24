"""`python -m contracts`, on a copy of the library and a repository of its own."""

import json
import subprocess
from pathlib import Path
from shutil import copytree

import pytest

from contracts.__main__ import LIBRARY, main
from contracts.publishing import baseline

SCHEMA = "schemas/mentee-paired.v1.json"
EXAMPLE = "examples/mentee-paired.v1.json"


@pytest.fixture(autouse=True)
def outside_of_any_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook's variables would lead the repositories of these tests to the real one."""
    for name in baseline.HOOK_VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """What is published, in the folder of a repository that has no commit yet."""
    folder = tmp_path / "libs" / "contracts"
    for part in ("schemas", "examples"):
        copytree(LIBRARY / part, folder / part)
    for file in ("pyproject.toml", "asyncapi.json"):
        (folder / file).write_bytes((LIBRARY / file).read_bytes())
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


def git(folder: Path, *arguments: str) -> None:
    nobody = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    unsigned = ("-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", folder, *nobody, *unsigned, *arguments], check=True)


def commit(library: Path) -> None:
    git(library, "add", ".")
    git(library, "commit", "--quiet", "--allow-empty", "--no-verify", "--message=Publish")


def publish_a_field_that_the_code_lacks(library: Path) -> None:
    """Since the code of a test is what it is, the past is what differs."""
    schema = json.loads((library / SCHEMA).read_text())
    schema["properties"]["room"] = {"type": "integer"}
    (library / SCHEMA).write_text(json.dumps(schema))


def run(library: Path, *arguments: str) -> int:
    return main(["--library", str(library), *arguments])


def test_the_generated_files_are_up_to_date() -> None:
    assert main(["schemas", "--check"]) == 0, "Run `python -m contracts schemas`."


def test_a_stale_file_is_named_with_what_to_run(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_a_field_that_the_code_lacks(library)

    assert run(library, "schemas", "--check") == 1
    assert capsys.readouterr().err == (
        f"{SCHEMA} is stale: run `python -m contracts schemas` and commit what it writes.\n"
    )


@pytest.mark.parametrize("file", [SCHEMA, "asyncapi.json"])
def test_a_missing_file_is_stale(library: Path, file: str) -> None:
    (library / file).unlink()

    assert run(library, "schemas", "--check") == 1


def test_the_schema_of_a_message_that_is_gone_is_stale(library: Path) -> None:
    (library / "schemas" / "gone.v1.json").write_text("{}")

    assert run(library, "schemas", "--check") == 1


def test_generating_brings_everything_up_to_date(library: Path) -> None:
    (library / SCHEMA).unlink()
    (library / "asyncapi.json").write_text("{}")
    (library / "schemas" / "gone.v1.json").write_text("{}")

    assert run(library, "schemas") == 0
    assert run(library, "schemas", "--check") == 0


def test_the_first_commit_has_nothing_to_break(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(library, "compatible") == 0
    assert "Nothing is published yet" in capsys.readouterr().out


def test_a_commit_that_published_nothing_has_nothing_to_break(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(library, "commit", "--quiet", "--allow-empty", "--no-verify", "--message=Begin")

    assert run(library, "compatible") == 0
    assert "Nothing is published yet" in capsys.readouterr().out


def test_a_break_is_found_before_it_is_committed(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_a_field_that_the_code_lacks(library)
    commit(library)

    assert run(library, "compatible") == 1
    assert capsys.readouterr().err == (
        f"{SCHEMA}, field room: it was removed, and old readers or messages have it; "
        "publish a v2 next to it.\n"
    )


def test_a_break_is_found_after_it_was_committed(library: Path) -> None:
    publish_a_field_that_the_code_lacks(library)
    commit(library)
    run(library, "schemas")
    commit(library)

    assert run(library, "compatible") == 1


def test_what_a_branch_has_not_yet_brought_to_main_may_be_taken_back(library: Path) -> None:
    commit(library)
    git(library, "switch", "--quiet", "--create", "idea")
    publish_a_field_that_the_code_lacks(library)
    commit(library)

    assert run(library, "compatible") == 0
    assert run(library, "compatible", "--against", "HEAD") == 1


def test_a_branch_is_held_to_what_main_was_when_it_left(library: Path) -> None:
    publish_a_field_that_the_code_lacks(library)
    commit(library)
    git(library, "switch", "--quiet", "--create", "idea")
    run(library, "schemas")
    commit(library)
    commit(library)
    commit(library)

    assert run(library, "compatible") == 1


def test_a_removed_or_changed_example_is_a_break(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(library)
    (library / EXAMPLE).unlink()
    (library / "examples" / "contact-logged.v1.json").write_text("{}")

    assert run(library, "compatible") == 1
    told = capsys.readouterr().err
    assert f"{EXAMPLE}: the example was removed; restore it." in told
    assert "contact-logged.v1.json: the example was changed" in told


def test_a_folder_can_stand_for_what_was_published(library: Path) -> None:
    assert run(library, "compatible", "--against-folder", str(library)) == 0

    publish_a_field_that_the_code_lacks(library)

    assert run(library, "compatible", "--against-folder", str(library)) == 1


def test_an_unknown_commit_is_refused(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(library, "compatible", "--against", "nowhere") == 1
    assert "Git knows no commit 'nowhere' here" in capsys.readouterr().err


def test_without_a_repository_the_check_says_so_and_fails(tmp_path: Path) -> None:
    with pytest.raises(baseline.NoSuchRevision, match="Git finds no repository here"):
        baseline.published_revisions(tmp_path)


def test_a_hook_of_git_does_not_lead_the_check_astray(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_a_field_that_the_code_lacks(library)
    commit(library)
    monkeypatch.setenv("GIT_DIR", "elsewhere")

    assert run(library, "compatible") == 1


def test_a_folder_that_is_not_the_library_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "schemas") == 1
    assert "is not the library's folder" in capsys.readouterr().err
