from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from demo.history.load import loader

DAY = date(2015, 7, 23)


class EnvolClient:
    """Has taken every file, and says how far its workers are two beats late."""

    def __init__(self, taken_in: list[int], sent: Iterable[dict[str, Any]] = ()) -> None:
        self.taken_in, self.sent = taken_in, list(sent)

    def pages(self, _: str, path: str, **__: Any) -> Iterator[dict[str, Any]]:
        yield from [{"covered": True}] if path == "/covered-organisations" else self.sent

    def upload(self, _: str, kind: str, *__: Any, **___: Any) -> dict[str, Any]:
        return {"id": kind}

    def get(self, _: str, path: str, **__: Any) -> dict[str, Any]:
        kind = path.rpartition("/")[2]
        return {"kind": kind, "state": "done", "taken": 1, "rows": 1, "wrong": 0}

    def health(self, _: str) -> dict[str, Any]:
        taken_in = self.taken_in.pop(0) if len(self.taken_in) > 1 else self.taken_in[0]
        return {"lag": 0, "backlog": 0, "taken_in": taken_in}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind in loader.FILES:
        (tmp_path / f"{kind}.csv").write_text("reference\n")
    return tmp_path


def test_a_worker_that_says_it_has_no_lag_is_not_believed_before_it_took_all_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "POLL_SECONDS", 0)
    envol: Any = EnvolClient([3, 3, 7, 10])

    *_, last = loader.load(envol, folder, covered={DAY: 1}, expected={"reporting": 10})

    assert last.applied == {"reporting": 10}


def test_a_load_that_stands_still_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "POLL_SECONDS", 0)
    monkeypatch.setattr(loader, "STALL_SECONDS", 0.05)
    envol: Any = EnvolClient([3])

    with pytest.raises(loader.LoadStalled, match="No progress"):
        list(loader.load(envol, folder, covered={DAY: 1}, expected={"reporting": 10}))


def test_corrections_are_made_before_what_they_lead_to_is_awaited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loader, "POLL_SECONDS", 0)
    envol: Any = EnvolClient([3, 12])

    steps = list(loader.correct(envol, iter([(1, 2), (2, 2)]), expected={"reporting": 12}))

    assert steps[-1].rows == {"corrections": (2, 2)}
    assert steps[-1].applied == {"reporting": 12}


def test_conventions_that_ended_since_do_not_keep_a_load_from_going_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "POLL_SECONDS", 0)
    monkeypatch.setattr(loader, "STALL_SECONDS", 0.05)
    digest = sha256((folder / "mentors.csv").read_bytes()).hexdigest()
    sent = {"kind": "mentors", "digest": digest, "wrong": 0, "id": "mentors"}
    envol: Any = EnvolClient([10], sent=[sent])

    *_, last = loader.load(envol, folder, covered={DAY: 7}, expected={"reporting": 10})

    assert last.is_complete
