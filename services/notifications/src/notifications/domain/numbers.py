"""Phone numbers, as people write them and as the SMS centre wants them."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from contracts.territories import phone_region_of

TAKES_SMS = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
FICTION = "+3363998"
"""The mobile numbers that the French numbering plan keeps for films, and for our examples."""


class UnusableNumber(ValueError):  # noqa: N818
    """No SMS can be sent to this number; the message says why, without the number."""


def e164(phone: str, department: str) -> str:
    """Write a number internationally, such as +33639980001, read as it is dialled where they live.

    Overseas departments have plans of their own: 0692… is a mobile in La Réunion, nothing in Paris.
    """
    try:
        number = phonenumbers.parse(phone, phone_region_of(department))
    except NumberParseException as unreadable:
        raise UnusableNumber("The phone number cannot be read.") from unreadable
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if not written.startswith(FICTION):
        _check(number)
    return written


def _check(number: PhoneNumber) -> None:
    if not phonenumbers.is_valid_number(number):
        raise UnusableNumber("The phone number does not exist in the department's numbering plan.")
    if phonenumbers.number_type(number) not in TAKES_SMS:
        raise UnusableNumber("The phone number is not a mobile's.")
