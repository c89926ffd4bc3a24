"""Parting a batch by type: whatever the batch, each key keeps its order."""

from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st
from notebook import NotebookLost, NoteTornOut, NoteWritten

from backbone.messaging.handlers import groups
from contracts import Message

KEYS = [uuid4() for _ in range(4)]


def message(kind: int, key: UUID) -> Message:
    if kind == 0:
        return NoteWritten(notebook_id=key)
    if kind == 1:
        return NoteTornOut(notebook_id=key, note_id=key)
    return NotebookLost(notebook_id=key)


BATCHES = st.lists(st.builds(message, st.integers(0, 2), st.sampled_from(KEYS)), max_size=40)


def of_key(messages: Sequence[Message], key: UUID) -> list[int]:
    return [id(message) for message in messages if message.key == str(key)]


@given(BATCHES)
def test_each_key_keeps_its_order_and_nothing_is_left_out(batch: list[Message]) -> None:
    parted = groups(batch)

    flat = [message for group in parted for message in group]
    assert len(flat) == len(batch)
    for key in KEYS:
        assert of_key(flat, key) == of_key(batch, key)


@given(BATCHES)
def test_a_group_is_of_one_type(batch: list[Message]) -> None:
    for group in groups(batch):
        assert len({message.type for message in group}) == 1


@given(BATCHES)
def test_there_are_no_more_groups_than_the_busiest_keys_need(batch: list[Message]) -> None:
    """A key that changes its type n times needs n + 1 groups; keys of like lives share theirs."""
    needed = 0
    for key in KEYS:
        kinds = [message.type for message in batch if message.key == str(key)]
        changes = sum(a != b for a, b in pairwise(kinds))
        needed += changes + bool(kinds)
    assert len(groups(batch)) <= needed


def test_many_keys_with_the_same_life_share_few_groups() -> None:
    batch = [message(kind, key) for key in (uuid4() for _ in range(100)) for kind in (0, 1, 0)]

    assert [len(group) for group in groups(batch)] == [100, 100, 100]
