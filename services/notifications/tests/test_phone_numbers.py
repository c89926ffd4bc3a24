import pytest

from notifications.domain.phone_numbers import UnusableNumber, to_e164


@pytest.mark.parametrize(
    ("phone", "department", "written"),
    [
        ("06 39 98 00 01", "93", "+33639980001"),
        ("+33 6 39 98 00 01", "974", "+33639980001"),
        ("0692 12 34 56", "974", "+262692123456"),
        ("0639.01.23.45", "976", "+262639012345"),
        ("0690 12 34 56", "971", "+590690123456"),
        ("0694 12 34 56", "973", "+594694123456"),
    ],
)
def test_a_number_is_read_as_it_is_dialled_where_they_live(
    phone: str, department: str, written: str
) -> None:
    assert to_e164(phone, department) == written


@pytest.mark.parametrize(
    ("phone", "department", "reason"),
    [
        ("0692 12 34 56", "75", "does not exist in the department's numbering plan"),
        ("01 44 55 66 77", "75", "is not a mobile's"),
        ("call me", "75", "cannot be read"),
        ("12", "75", "does not exist"),
    ],
)
def test_an_unusable_number_says_why_and_not_what(phone: str, department: str, reason: str) -> None:
    with pytest.raises(UnusableNumber, match=reason) as unusable:
        to_e164(phone, department)
    assert phone not in str(unusable.value)
