"""What several forms ask of a text."""


def is_number(text: str) -> bool:
    """Say whether a text is a whole number, in the digits that `int` and the database both read."""
    return text.isascii() and text.isdecimal() and len(text) < 19
