"""Course packages for tests: made, opened, changed and written again.

data = package_of(course)
files = unpacked(data)
files["course.json"]["modules"] = []
upload = packed(files)
"""

import hashlib
import io
import json
import zipfile
from typing import Any

from django.test import TestCase

from accounts.models import User
from courses.models import Course, CoursePackage, CoursePage
from courses.operations.unpacking import JOB, start_import, upload_package
from courses.queries.packaging import package_members, package_tree
from courses.rules.package import Sent, zip_stream
from foundation.models import Job
from foundation.operations import run_job
from tests.courses.builders import NOON, course_page


def package_of(course: Course, *, published: bool = False, at: Any = NOON) -> bytes:
    """Return the package of a course."""
    return package_of_page(course_page(course), published=published, at=at)


def package_of_page(page: CoursePage, *, published: bool = False, at: Any = NOON) -> bytes:
    tree = package_tree(page, published=published)
    assert tree is not None
    sent = Sent()
    members = package_members(tree, sent=sent, at=at, portal="https://portal.example")
    return b"".join(zip_stream(members, at=at, sent=sent))


def opened(data: bytes) -> io.BytesIO:
    """Return bytes as a file."""
    return io.BytesIO(data)


def unpacked(data: bytes) -> dict[str, Any]:
    """Return the files of a package by name: JSON as values, all else as bytes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return {name: json.loads(content) if name.endswith(".json") else content for name, content in files.items()}


def packed(files: dict[str, Any], *, honest: bool = True) -> bytes:
    """Return a package of files; `honest`: with the digests that they have now."""
    contents = {
        name: content if isinstance(content, bytes) else json.dumps(content).encode() for name, content in files.items()
    }
    if honest and isinstance(files.get("package.json"), dict):
        listed = {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in contents.items()
            if name != "package.json"
        }
        contents["package.json"] = json.dumps({**files["package.json"], "files": listed}).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()


def imported(data: bytes, *, by: User, slug: str = "imported", at: Any = NOON) -> CoursePackage:
    """Upload a package, import it to its end as the worker would, and return it as it is then."""
    record = upload_package(by=by, file_name="course.zip", opened=opened(data), at=at)
    start_import(record=record, by=by, slug=slug, collection=None, at=at)
    run_import(record, at=at)
    return CoursePackage.objects.get(pk=record.pk)


def run_import(record: CoursePackage, *, at: Any = NOON) -> None:
    job = Job.objects.get(kind=JOB, key=str(record.public_id))
    with TestCase.captureOnCommitCallbacks(execute=True):
        run_job(job_id=job.pk, clock=lambda: at)
    job.refresh_from_db()
    assert job.finished_at, job.problem
