"""What analysts run: `solve`, `verify` and `work-out`, as commands on files."""

import json
import random
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from matching.__main__ import SERVICE

MENTEES = "mentee_id,priority\nm1,1\nm2,0\nm3,1\n"
MENTORS = "mentor_id,capacity\na,1\nb,1\n"
PAIRS = "mentee_id,mentor_id,score\nm1,a,5\nm2,a,9\nm2,b,4\nm3,b,2\nm1,b,1\n"


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def matching(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """`python -m matching …`, in this process: a new one takes a second to begin."""

    def matching(*said: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["matching", *map(str, said)])
        with pytest.raises(SystemExit) as ended:
            SERVICE.main()
        return Done(int(str(ended.value.code)), *capfd.readouterr())

    return matching


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, content in (("mentees", MENTEES), ("mentors", MENTORS), ("pairs", PAIRS)):
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    return tmp_path


@pytest.fixture
def solve(matching: Run) -> Run:
    def solve(folder: Path, *more: str) -> Done:
        given = [f"--{name}={folder / name}.csv" for name in ("mentees", "mentors", "pairs")]
        return matching("solve", *given, *more, "--out", folder / "out")

    return solve


def told(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "out" / "certificate.json").read_text()))


def test_the_best_proposals_are_written_with_their_proof(solve: Run, files: Path) -> None:
    done = solve(files)

    assert done.returncode == 0, done.stderr
    assert (files / "out" / "proposals.csv").read_text() == (
        "mentee_id,mentor_id,score\nm2,a,9\nm3,b,2\n"
    )
    certificate = told(files)
    assert {name: certificate[name] for name in ("matched", "score", "upper_bound")} == {
        "matched": 2,
        "score": 11,
        "upper_bound": 11,
    }
    assert certificate["optimal"] is True
    assert set(certificate["mentor_prices"]) == {"a", "b"}
    assert "2 of 3 mentees" in done.stdout


def test_so_many_with_priority_as_are_asked_for_are_among_them(solve: Run, files: Path) -> None:
    solve(files, "--min-priority", "2")

    assert (told(files)["priority_matched"], told(files)["score"]) == (2, 7)
    assert told(files)["per_priority"] > 0


def test_more_than_there_are_is_said_and_the_most_are_taken(
    solve: Run, matching: Run, files: Path
) -> None:
    done = solve(files, "--min-priority", "3")

    assert done.returncode == 0
    assert (told(files)["priority_matched"], told(files)["priority_shortfall"]) == (2, 1)
    assert "1 fewer than the 3 asked for" in done.stdout
    assert matching("verify", files / "out").returncode == 0


def test_what_was_written_is_verified_wherever_it_lies(
    solve: Run, matching: Run, files: Path, tmp_path: Path
) -> None:
    solve(files, "--min-priority", "1")
    moved = Path(shutil.move(files / "out", tmp_path / "elsewhere"))
    for name in ("mentees", "mentors", "pairs"):
        (files / f"{name}.csv").unlink()

    done = matching("verify", moved)

    assert done.returncode == 0, done.stderr
    assert "no assignment is better" in done.stdout


def test_the_order_of_the_lines_changes_nothing(solve: Run, files: Path) -> None:
    solve(files)
    before = {path.name: path.read_bytes() for path in (files / "out").glob("*.*")}
    for name in ("mentees", "mentors", "pairs"):
        path = files / f"{name}.csv"
        header, *lines = path.read_text().splitlines()
        random.Random(1).shuffle(lines)  # noqa: S311
        path.write_text("\r\n".join([header, *lines]) + "\r\n", encoding="utf-8-sig")

    solve(files)

    assert {path.name: path.read_bytes() for path in (files / "out").glob("*.*")} == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("matched", 3),
        ("score", 12),
        ("upper_bound", 10),
        ("priority_matched", 0),
        ("min_priority", 1),
        ("priority_shortfall", 1),
        ("optimal", False),
        ("per_pair", -1),
        ("mentor_prices", {"a": 0, "b": 0}),
        ("cover", {"mentees": [], "mentors": []}),
    ],
)
def test_a_certificate_that_was_changed_is_not_believed(
    solve: Run, matching: Run, files: Path, name: str, value: object
) -> None:
    solve(files)
    changed = told(files) | {name: value}
    (files / "out" / "certificate.json").write_text(json.dumps(changed))

    done = matching("verify", files / "out")

    assert done.returncode == 1, done.stdout
    assert "not proved" in done.stderr


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["m1,a,5", "m3,b,2"], "add up"),
        (["m2,a,9"], "pairs are formed"),
        (["m2,a,8", "m3,b,2"], "their score is 9"),
        (["m2,a,9", "m3,a,2"], "no pair"),
        (["m2,a,9", "m2,b,4"], "two mentors"),
        (["m1,a,5", "m2,a,9"], "more mentees than places"),
    ],
)
def test_proposals_that_were_changed_are_not_believed(
    solve: Run, matching: Run, files: Path, lines: list[str], says: str
) -> None:
    solve(files)
    changed = "\n".join(["mentee_id,mentor_id,score", *lines]) + "\n"
    (files / "out" / "proposals.csv").write_text(changed)

    done = matching("verify", files / "out")

    assert done.returncode == 1
    assert says in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("mentees", "mentee_id\nm1\n", "mentees.csv, line 1, column priority: it is missing"),
        ("mentees", "mentee_id,priority\nm1,yes\n", "line 2, column priority: 'yes' is neither"),
        ("mentees", "mentee_id,priority\nm1,1\nm1,0\n", "line 3, column mentee_id: m1 stands"),
        ("mentees", "mentee_id,priority\n,1\n", "line 2, column mentee_id: it is empty"),
        ("mentees", "", "mentees.csv, line 1, column mentee_id: it is missing"),
        ("mentees", "mentee_id,priority\n", "nobody in it"),
        ("mentors", "mentor_id,capacity\na,-1\n", "line 2, column capacity: -1 is not between"),
        ("mentors", "mentor_id,capacity\na,1.5\n", "column capacity: '1.5' is no whole number"),
        ("pairs", PAIRS + "m1,a,7\n", "line 7, column mentor_id: this pair stands above"),
        ("pairs", PAIRS + "m9,a,7\n", "line 7, column mentee_id: 'm9' is in no line"),
        ("pairs", PAIRS + "m3,z,7\n", "line 7, column mentor_id: 'z' is in no line"),
        ("pairs", PAIRS + "m3,a,high\n", "line 7, column score: 'high' is no whole number"),
        ("pairs", PAIRS + "m3,a\n", "line 7: it has 2 cells"),
        ("pairs", PAIRS + "m3,a,1e6\n", "line 7, column score"),
        ("pairs", PAIRS + f"m3,a,{10**17}\n", "too large"),
    ],
)
def test_a_wrong_file_is_named_by_line_and_column_and_nothing_is_written(
    solve: Run, files: Path, name: str, content: str, says: str
) -> None:
    (files / f"{name}.csv").write_text(content)

    done = solve(files)

    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert not (files / "out").exists()


def test_all_that_is_wrong_is_told_at_once(solve: Run, files: Path) -> None:
    (files / "pairs.csv").write_text(PAIRS + "m9,a,7\nm3,z,7\nm3,a,x\n")

    done = solve(files)

    assert done.stderr.count("pairs.csv, line") == 3


def test_a_file_that_is_not_utf_8_is_said_to_be_so(solve: Run, files: Path) -> None:
    (files / "mentees.csv").write_bytes("mentee_id,priority\nhélène,1\n".encode("latin-1"))

    done = solve(files)

    assert done.returncode == 2
    assert "mentees.csv is not UTF-8" in done.stderr


def test_what_was_there_before_stays_when_a_file_is_wrong(solve: Run, files: Path) -> None:
    solve(files)
    before = told(files)
    (files / "pairs.csv").write_text(PAIRS + "m9,a,7\n")

    assert solve(files).returncode == 2

    assert told(files) == before


def test_a_folder_without_a_certificate_cannot_be_verified(matching: Run, tmp_path: Path) -> None:
    done = matching("verify", tmp_path)

    assert done.returncode == 2
    assert "certificate.json cannot be read" in done.stderr


def test_a_round_is_not_worked_out_from_what_are_no_inputs() -> None:
    command = [sys.executable, "-m", "matching", "work-out"]

    done = run(
        command, input=b'{"on": "2013-09-10", "mentees": 3}', capture_output=True, check=False
    )

    assert done.returncode == 2
    assert b"These are no inputs" in done.stderr


def test_it_needs_neither_an_environment_nor_a_database(files: Path) -> None:
    given = [f"--{name}={files / name}.csv" for name in ("mentees", "mentors", "pairs")]
    command = [sys.executable, "-m", "matching", "solve", *given, "--out", str(files / "out")]

    done = run(command, env={}, capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
