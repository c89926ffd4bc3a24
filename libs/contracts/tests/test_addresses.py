import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.addresses import EmailAddress

ADDRESSES = TypeAdapter(EmailAddress)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Amina@Example.ORG", "Amina@example.org"),
        ("amina+envol@example.org", "amina+envol@example.org"),
        ("o'neill@example.org", "o'neill@example.org"),
        ("amina@éducation-exemple.fr", "amina@éducation-exemple.fr"),
        ("amina@xn--ducation-exemple-9pb.fr", "amina@éducation-exemple.fr"),
        ("amina@xn--ducation-exemple-9mb.fr", "amina@ducation-exempâle.fr"),
    ],
)
def test_an_address_is_kept_as_people_read_it(typed: str, stored: str) -> None:
    assert ADDRESSES.validate_python(typed) == stored


def test_an_accent_before_the_at_is_refused_with_the_reason() -> None:
    with pytest.raises(ValidationError, match="no accents before the @: give another address"):
        ADDRESSES.validate_python("jérôme@exemple.fr")
