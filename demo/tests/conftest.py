from pathlib import Path

import pytest

from demo.history.generate import csv_files
from demo.history.generate.generator import generate_history
from demo.history.ledger import Ledger


@pytest.fixture(scope="session")
def small() -> Ledger:
    """A twentieth of the history: every rule holds in it too."""
    return Ledger(generate_history(0.05))


@pytest.fixture(scope="session")
def whole() -> Ledger:
    return Ledger(generate_history())


@pytest.fixture(scope="session")
def folder(small: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small history's files."""
    written = tmp_path_factory.mktemp("history")
    csv_files.write_files(small.history, written)
    return written
