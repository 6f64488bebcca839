"""Bytes that never change, under addresses that name them by SHA-256: kept by browsers for a year."""

import re
from collections.abc import Iterator
from typing import BinaryIO, cast
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.http.response import HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.models import FrozenFile
from courses.operations.pictures import frozen_storage, sized_picture
from courses.rules.pictures import PICTURE_TYPES
from foundation.access import Access, access

FOR_EVER = "public, max-age=31536000, immutable"
SHOWN_IN_PLACE = ("video/", "text/vtt")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
_CHUNK = 256 * 1024  # bytes


@access(Access.EVERYONE)
@require_safe
def picture(request: HttpRequest, sha256: str, width: str, extension: str) -> HttpResponseBase:
    """Answer a frozen picture in one of the sizes that pages offer."""
    etag = f'"{sha256}-{width}"'
    if request.headers.get("If-None-Match") == etag:
        return _for_ever(HttpResponseNotModified(), etag)
    file = get_object_or_404(FrozenFile, sha256=sha256, width__isnull=False)
    try:
        data = sized_picture(file=file, width=int(width), extension=extension)
    except FileNotFoundError as error:
        raise Http404 from error
    _keep_as_it_is(request)
    return _for_ever(HttpResponse(data, content_type=PICTURE_TYPES[extension]), etag)


@access(Access.EVERYONE)
@require_safe
def download(request: HttpRequest, sha256: str, name: str) -> HttpResponseBase:
    """Answer a frozen file, or the part of it that a video player asks for."""
    etag = f'"{sha256}"'
    if request.headers.get("If-None-Match") == etag:
        return _for_ever(HttpResponseNotModified(), etag)
    file = get_object_or_404(FrozenFile, sha256=sha256, width__isnull=True)
    try:
        opened = cast(BinaryIO, frozen_storage().open(file.storage_name, "rb"))
    except FileNotFoundError as error:
        raise Http404 from error
    _keep_as_it_is(request)
    part = _part_asked_for(request.headers.get("Range", ""), file.byte_count)
    response: HttpResponseBase
    if part is None:
        response = FileResponse(opened, content_type=file.content_type)
        response["Content-Length"] = str(file.byte_count)
    elif part[0] >= file.byte_count:
        opened.close()
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{file.byte_count}"
    else:
        first, last = part
        response = StreamingHttpResponse(_read_part(opened, first, last), status=206, content_type=file.content_type)
        response["Content-Range"] = f"bytes {first}-{last}/{file.byte_count}"
        response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    if not file.content_type.startswith(SHOWN_IN_PLACE):
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return _for_ever(response, etag)


def _for_ever(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["Cache-Control"] = FOR_EVER
    response["ETag"] = etag
    return response


def _keep_as_it_is(request: HttpRequest) -> None:
    # Pictures and videos are packed already: the compressing middleware would only burn CPU, and take the length away
    # that a video player needs.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)


def _part_asked_for(header: str, byte_count: int) -> tuple[int, int] | None:
    """Return the first and last byte of a single range, or None for the whole file."""
    asked = _RANGE.match(header.strip())
    if asked is None or not (asked[1] or asked[2]):
        return None
    if not asked[1]:  # the last so many bytes
        return max(0, byte_count - int(asked[2])), byte_count - 1
    first = int(asked[1])
    last = min(int(asked[2]), byte_count - 1) if asked[2] else byte_count - 1
    return None if last < first < byte_count else (first, last)


def _read_part(opened: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with opened:
        opened.seek(first)
        left = last - first + 1
        while left > 0:
            chunk = opened.read(min(_CHUNK, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk
