"""The files: their columns and words, their order, and the same bytes on every machine."""

import csv
import hashlib
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from demo.history.generate import csv_files
from demo.history.generate.generator import generate_history
from demo.history.generate.seeded_random import Chance, Spread, Weighted

DAYS = {
    "organisations": "registered_on",
    "memberships": "joined_on",
    "conventions": "signed_on",
    "departments": "opened_on",
    "leads": "heard_on",
    "mentors": "enrolled_on",
    "mentees": "applied_on",
    "pairings": "proposed_on",
    "contacts": "contact_on",
    "outcomes": "found_on",
}
WORDS = {
    ("conventions", "kind"): {"own", "framework"},
    ("leads", "stage"): {"heard_of", "lost"},
    ("mentors", "remote"): {"yes", "no"},
    ("mentees", "priority_neighbourhood"): {"in", "out", "unknown"},
    ("mentees", "language"): {"fr", "en"},
    ("pairings", "end_reason"): {"completed", "early_success", "withdrawn", "lapsed", ""},
    ("pairings", "declined_by"): {"mentee", "mentor", ""},
    ("contacts", "medium"): {"meeting", "phone", "video", "email", "sms"},
    ("outcomes", "fits_qualification"): {"yes", "no", ""},
    ("outcomes", "evidence"): {"declared", "contract_seen", "employer_confirmed"},
}
DIGESTS = """
import sys
from pathlib import Path
from demo.history.generate import csv_files, generator
csv_files.write_files(generator.generate_history(0.02), Path(sys.argv[1]))
"""


def rows(folder: Path, kind: str) -> list[dict[str, str]]:
    with (folder / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("kind", "day"), DAYS.items())
def test_rows_stand_in_the_order_of_their_days(folder: Path, kind: str, day: str) -> None:
    days = [row[day] for row in rows(folder, kind)]

    assert days
    assert days == sorted(days)


@pytest.mark.parametrize(("kind", "column"), WORDS)
def test_words_are_spelled_as_everywhere(folder: Path, kind: str, column: str) -> None:
    assert {row[column] for row in rows(folder, kind)} == WORDS[kind, column]


@pytest.mark.parametrize(
    "kind", ["leads", "mentors", "mentees", "pairings", "contacts", "outcomes"]
)
def test_every_row_has_a_reference_of_its_own(folder: Path, kind: str) -> None:
    references = [row["reference"] for row in rows(folder, kind)]

    assert len(set(references)) == len(references)


def test_the_columns_are_the_fields_of_the_rows(folder: Path) -> None:
    for kind, row in csv_files.KINDS.items():
        header = (folder / f"{kind}.csv").read_text(encoding="utf-8").splitlines()[0]
        assert header == ",".join(column.name for column in fields(row))


def test_it_is_the_same_to_the_byte_whatever_the_order_of_sets(tmp_path: Path) -> None:
    def digest(seed: str) -> str:
        folder = tmp_path / seed
        subprocess.run(
            [sys.executable, "-c", DIGESTS, str(folder)],
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )
        written = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
        return hashlib.sha256(written).hexdigest()

    assert digest("1") == digest("2")


def test_the_smallest_history_has_rows_of_every_kind() -> None:
    smallest = generate_history(0.02)

    assert all(csv_files.rows_of(smallest, kind) for kind in csv_files.KINDS)


def test_a_spread_keeps_to_its_percentiles() -> None:
    drawn = Spread((0, 1), (50, 14), (100, 90)).by_thousandth

    assert len(drawn) == 1000
    assert drawn == sorted(drawn)
    assert (drawn[0], drawn[500]) == (1, 14)
    assert drawn[-1] < 90


def test_what_weighs_nothing_is_never_drawn() -> None:
    chance, weighted = Chance("a test"), Weighted({"never": 0, "seldom": 1, "often": 9})

    drawn = [chance.of(weighted) for _ in range(2000)]

    assert set(drawn) == {"seldom", "often"}
    assert 100 < drawn.count("seldom") < 300


def test_a_sample_is_one_of_each_stretch_in_order() -> None:
    chance = Chance("a sample")

    drawn = chance.sample(range(100), 10)

    assert [each // 10 for each in drawn] == list(range(10))
    assert chance.sample(range(3), 5) == [0, 1, 2]
    assert chance.sample([], 5) == []
