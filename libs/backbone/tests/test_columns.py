"""Columns are recognised by what people call them, and none is dropped in silence."""

from typing import ClassVar

import pytest
from httpx import AsyncClient

from backbone.files.fields import DayIfAny, Text
from backbone.files.reading import UnreadableFile
from backbone.imports.columns import columns_of, described, require_all
from backbone.imports.registry import Row
from backbone.testing.fixtures import ImportFile


class PersonRow(Row):
    key: ClassVar[tuple[str, ...]] = ("given_name",)

    given_name: Text
    family_name: Text
    email: str = ""
    birth_date: DayIfAny = None
    amount: str = ""


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("given_name", "given_name"),
        ("Given Name", "given_name"),
        ("given-name", "given_name"),
        ("Prénom", "given_name"),
        ("PRENOM", "given_name"),
        (" prénom * ", "given_name"),
        ("Pre\N{COMBINING ACUTE ACCENT}nom", "given_name"),
        ("First name", "given_name"),
        ("Nom de famille", "family_name"),
        ("Nom\nde\N{NO-BREAK SPACE}famille", "family_name"),
        ("NOM", "family_name"),
        ("Email", "email"),
        ("E-mail", "email"),
        ("e_mail", "email"),
        ("Courriel", "email"),
        ("Date de naissance", "birth_date"),
        ("Née le", "birth_date"),
        ("Date of birth", "birth_date"),
        ("Montant (€)", "amount"),
    ],
)
def test_a_column_is_recognised_by_its_labels(name: str, field: str) -> None:
    columns = columns_of([name], PersonRow)

    assert (columns.fields, dict(columns.unknown)) == ([field], {})


def test_two_columns_that_mean_the_same_are_refused_with_both_names() -> None:
    with pytest.raises(UnreadableFile, match=r"“E-mail” and “Courriel” both mean email\."):
        columns_of(["Prénom", "E-mail", "Nom", "Courriel"], PersonRow)


def test_a_column_that_stands_twice_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="“email” and “email” both mean email"):
        columns_of(["email", "email"], PersonRow)


def test_missing_columns_are_named_in_both_languages_with_what_looks_alike() -> None:
    columns = columns_of(["Prénon", "E-mail", "Pointure"], PersonRow)

    assert dict(columns.unknown) == {"Prénon": "given_name", "Pointure": None}
    with pytest.raises(UnreadableFile) as refused:
        require_all(columns, PersonRow)
    assert str(refused.value) == (
        "The first line lacks the columns given_name (Prénom), family_name (Nom de famille)."
        " Is “Prénon” meant to be given_name? Rename it."
        f" It must name: {described(PersonRow)}."
    )


def test_a_column_without_a_name_is_no_unknown_column() -> None:
    assert dict(columns_of(["Prénom", "", " "], PersonRow).unknown) == {}


@pytest.mark.parametrize("added", [["ligne", "motif"], ["line", "reason"]])
def test_the_last_columns_of_a_file_of_rejected_rows_say_nothing(added: list[str]) -> None:
    columns = columns_of(["Prénom", "Nom", *added], PersonRow)

    assert (columns.fields[-2:], dict(columns.unknown)) == ([None, None], {})
    assert dict(columns_of([*added, "Nom"], PersonRow).unknown).keys() == set(added)


async def test_an_unknown_column_is_named_and_the_file_is_taken(
    client: AsyncClient, import_file: ImportFile
) -> None:
    done = await import_file(client, "notebooks", "TITRE;Couleur;words\nN1;bleu;2\n")

    assert (done["created"], done["unknown_columns"]) == (1, ["Couleur"]), done["faults"]
