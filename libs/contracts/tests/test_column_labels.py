from contracts.columns import LABELS
from contracts.spelling import name_words


def test_no_label_of_a_column_stands_twice() -> None:
    for column, labels in LABELS.items():
        plain = ["".join(name_words(label)) for label in labels]
        assert len(plain) == len(set(plain)), column
