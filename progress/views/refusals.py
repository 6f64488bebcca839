"""Why a file or a piece of work is not taken, in words that say what to do."""

from django.utils.translation import gettext as _

from progress.rules.files import FileRefused, Refusal, clean_name
from progress.rules.submitting import Lack


def words_of_refusal(refused: FileRefused, name: str) -> str:
    """Return why a file is not taken."""
    values = {"name": clean_name(name), "ending": refused.ending or clean_name(name).rpartition(".")[2].lower()}
    match refused.reason:
        case Refusal.EMPTY:
            return _("%(name)s: there is nothing in this file. Save it anew and choose it again.") % values
        case Refusal.TOO_LARGE:
            return _("%(name)s: larger than 10 MB. Make it smaller, or hand in a part of it.") % values
        case Refusal.HAS_MACROS:
            return _("%(name)s: it holds macros, small programs. Save it without them, or as PDF.") % values
        case Refusal.NOT_WHAT_IT_SAYS:
            return (
                _("%(name)s: the name says %(ending)s, and what is in it is something else. Save it as PDF.") % values
            )
        case Refusal.DAMAGED:
            return _("%(name)s: this file cannot be opened. Save it anew, or as PDF.") % values
        case Refusal.UNKNOWN_KIND:
            return (
                _("%(name)s: files of this kind are not taken. Save it as PDF, or as an office file or a picture.")
                % values
            )


def left_words() -> str:
    """Return what is said to somebody who left the course and goes on with its work."""
    return _("You left this course. Enrol in it again to go on: what you saved of your work is kept.")


def words_of_lack(lack: Lack) -> str:
    """Return what is missing before work can be handed in."""
    match lack:
        case Lack.TEXT:
            return _("There is no text yet. Write it, then hand it in.")
        case Lack.FILE:
            return _("There is no file yet. Add one, then hand it in.")
        case Lack.TEXT_OR_FILE:
            return _("There is nothing in it yet. Write a text or add a file, then hand it in.")
