"""Values in a file for spreadsheets."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_text(value: object) -> object:
    """Return a value of a CSV cell that a spreadsheet shows and never runs. Numbers stay numbers.

    What somebody typed may begin with a sign that a spreadsheet takes for a formula (OWASP, "CSV Injection"): an
    apostrophe before it says that it is text.

    >>> as_text("=1+1"), as_text(-3), as_text("  @x")
    ("'=1+1", -3, "'  @x")
    """
    if isinstance(value, str) and (value.startswith(_BEGINS_A_FORMULA) or value.lstrip().startswith(_BEGINS_A_FORMULA)):
        return f"'{value}"
    return value
