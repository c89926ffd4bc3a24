"""Each column of each kind of file has a French label, and no label means two columns."""

from contracts.columns import LABELS
from contracts.spelling import name_words
from partners.commands.imports import imports


def test_each_column_of_each_kind_has_a_french_label() -> None:
    columns = {column for kind in imports.kinds.values() for column in kind.row.model_fields}

    assert columns <= LABELS.keys()


def test_no_label_means_two_columns_of_a_kind() -> None:
    for kind in imports.kinds.values():
        meaning = dict[str, str]()
        for column in kind.row.model_fields:
            for label in (column, *LABELS[column]):
                plain = "".join(name_words(label))
                assert meaning.setdefault(plain, column) == column, (kind.name, label)
