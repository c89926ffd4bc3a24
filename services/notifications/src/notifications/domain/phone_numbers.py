"""Phone numbers in the form that the SMS centre expects."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from contracts.territories import phone_region_of

TAKES_SMS = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
FICTION = "+3363998"
"""Mobile numbers that the French numbering plan reserves for fiction; our examples use them."""


class UnusableNumber(ValueError):
    """A number to which no SMS can be sent; the error states why, without the number."""


def to_e164(phone: str, department: str) -> str:
    """Return `phone` in E.164, such as +33639980001; raise `UnusableNumber`.

    It is read as dialled in `department`: 0692… is a mobile in La Réunion, and invalid in Paris.
    """
    try:
        number = phonenumbers.parse(phone, phone_region_of(department))
    except NumberParseException as error:
        raise UnusableNumber("The phone number cannot be read.") from error
    formatted = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if not formatted.startswith(FICTION):
        _check(number)
    return formatted


def _check(number: PhoneNumber) -> None:
    if not phonenumbers.is_valid_number(number):
        raise UnusableNumber("The phone number does not exist in the department's numbering plan.")
    if phonenumbers.number_type(number) not in TAKES_SMS:
        raise UnusableNumber("The phone number is not a mobile's.")
