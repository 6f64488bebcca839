"""The form of a course package, and what is asked of one that somebody sends. The format: docs/course-package.md."""

from courses.rules.package.archive import Archive
from courses.rules.package.file_kinds import DOCUMENTS, PICTURES, fits
from courses.rules.package.form import (
    COURSE,
    FORMAT,
    MEDIA,
    MOST_BYTES,
    MOST_DOCUMENT,
    MOST_NOTES,
    MOST_PICTURE,
    MOST_PIXELS,
    PACKAGE,
    VERSION,
    PackageProblem,
    PackageUnreadable,
    free_address,
    gettext_noop,
    is_language,
    is_slug,
    item_name,
    module_name,
    page_file,
)
from courses.rules.package.links import page_links, relinked
from courses.rules.package.outline import Medium, PackageOutline, PageOutline, is_file_name, read_outline, uuid_of
from courses.rules.package.strict_json import read_json
from courses.rules.package.zip_stream import Sent, zip_stream

__all__ = [
    "COURSE",
    "DOCUMENTS",
    "FORMAT",
    "MEDIA",
    "MOST_BYTES",
    "MOST_DOCUMENT",
    "MOST_NOTES",
    "MOST_PICTURE",
    "MOST_PIXELS",
    "PACKAGE",
    "PICTURES",
    "VERSION",
    "Archive",
    "Medium",
    "PackageOutline",
    "PackageProblem",
    "PackageUnreadable",
    "PageOutline",
    "Sent",
    "fits",
    "free_address",
    "gettext_noop",
    "is_file_name",
    "is_language",
    "is_slug",
    "item_name",
    "module_name",
    "page_file",
    "page_links",
    "read_json",
    "read_outline",
    "relinked",
    "uuid_of",
    "zip_stream",
]
