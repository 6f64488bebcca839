"""Whether the identifier of an organisation can be one of its kind: its form, and its check digits where it has some.

VAT: form of each member state as in the Commission's VIES; check digits for the five states whose rule is short.
EORI: Commission Delegated Regulation (EU) 2015/2446, annex B (at most 17 characters, country first).
LEI: ISO 17442-1, with the check of ISO 7064 MOD 97-10.
"""

import re
from collections.abc import Callable

VAT, EORI, LEI = "vat", "eori", "lei"
_SEPARATORS = re.compile(r"[\s.\-/]")
_VAT_FORMS = {
    "AT": r"U\d{8}",
    "BE": r"[01]\d{9}",
    "BG": r"\d{9,10}",
    "CY": r"\d{8}[A-Z]",
    "CZ": r"\d{8,10}",
    "DE": r"\d{9}",
    "DK": r"\d{8}",
    "EE": r"\d{9}",
    "EL": r"\d{9}",
    "ES": r"[A-Z0-9]\d{7}[A-Z0-9]",
    "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}",
    "HR": r"\d{11}",
    "HU": r"\d{8}",
    "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}",
    "IT": r"\d{11}",
    "LT": r"\d{9}|\d{12}",
    "LU": r"\d{8}",
    "LV": r"\d{11}",
    "MT": r"\d{8}",
    "NL": r"[A-Z0-9+*]{10}\d{2}",
    "PL": r"\d{10}",
    "PT": r"\d{9}",
    "RO": r"\d{2,10}",
    "SE": r"\d{10}01",
    "SI": r"\d{8}",
    "SK": r"\d{10}",
    "XI": r"\d{9}|\d{12}|GD\d{3}|HA\d{3}",
}


def written_plainly(kind: str, value: str) -> str:
    """Return an identifier without the spaces and points people put into it, where its kind has none of its own."""
    return _SEPARATORS.sub("", value).upper() if kind in {VAT, EORI, LEI} else value.strip()


def can_be(kind: str, value: str) -> bool:
    """Return whether `value`, written plainly, can be an identifier of this kind. Numbers of registers have any form."""
    match kind:
        case "vat":
            return _is_vat(value)
        case "eori":
            return re.fullmatch(r"[A-Z]{2}[A-Z0-9]{1,15}", value) is not None
        case "lei":
            return re.fullmatch(r"[A-Z0-9]{18}\d{2}", value) is not None and _remainder_97(value) == 1
    return any(character.isalnum() for character in value)


def _is_vat(value: str) -> bool:
    country, rest = value[:2], value[2:]
    form, check = _VAT_FORMS.get(country), _CHECKS.get(country)
    return form is not None and re.fullmatch(form, rest, re.ASCII) is not None and (check is None or check(rest))


def _remainder_97(value: str) -> int:
    return int("".join(str(int(character, 36)) for character in value)) % 97


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _mod_11_10(digits: str) -> bool:
    """ISO 7064 MOD 11,10."""
    rest = 5
    for digit in digits:
        rest = ((rest or 10) * 2 % 11 + int(digit)) % 10
    return rest == 1


def _weighted_ro(digits: str) -> bool:
    body = digits[:-1].rjust(9, "0")
    total = sum(int(digit) * weight for digit, weight in zip(body, (7, 5, 3, 2, 1, 7, 5, 3, 2), strict=True))
    return total * 10 % 11 % 10 == int(digits[-1])


_CHECKS: dict[str, Callable[[str], bool]] = {
    "BE": lambda digits: 97 - int(digits[:8]) % 97 == int(digits[8:]),
    "DE": _mod_11_10,
    "IT": _luhn,
    "RO": _weighted_ro,
    "SE": lambda digits: _luhn(digits[:10]),
}
