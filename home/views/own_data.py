"""What is kept of me, for how long, and all of it to take away."""

import json
from collections.abc import Iterator

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.models import User
from foundation.access import Access, access
from home.queries.own_data import own_data
from progress.views.people import LearnerRequest, signed_in


@access(Access.SIGNED_IN)
@require_safe
@signed_in
def my_data(request: LearnerRequest) -> HttpResponse:
    """Say what is kept and how long, and offer the file."""
    return render(request, "home/own_data.html")


@access(Access.SIGNED_IN)
@require_safe
@signed_in
def my_data_file(request: LearnerRequest) -> StreamingHttpResponse:
    """Hand out everything of the person who asks as JSON, written as it is read."""
    response = StreamingHttpResponse(_json(request.user), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="my-data-{localdate():%Y%m%d}.json"'
    response["Cache-Control"] = "private, no-store"
    return response


def _json(person: User) -> Iterator[str]:
    yield '{"schema": 1'
    for name, rows in own_data(person):
        yield f',\n"{name}": ['
        for number, row in enumerate(rows):
            yield (",\n" if number else "\n") + json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
        yield "]"
    yield "}\n"
