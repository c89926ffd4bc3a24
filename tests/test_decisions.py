"""Decision records have one format, and the index lists them all."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "docs/decisions"
RECORDS = sorted(FOLDER.glob("0*.md"))
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives"]
LONGEST_TITLE = 8  # words


def title_of(record: Path) -> str:
    return record.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_a_record_has_a_short_title_a_status_with_its_date_and_all_sections(record: Path) -> None:
    text = record.read_text(encoding="utf-8")

    assert len(title_of(record).split()) <= LONGEST_TITLE
    assert re.match(
        r"# .+\n\nStatus: (accepted|replaced)\b.* Date: \d{4}-\d{2}-\d{2}\..*\n\n", text
    ), text[:200]
    assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == SECTIONS


def test_the_index_lists_every_record_by_number_with_its_title() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")

    listed = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \| \w+ \|$", index, re.MULTILINE)

    assert listed == [(each.name[:4], each.name, title_of(each)) for each in RECORDS]
