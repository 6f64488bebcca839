"""The editor of a bank question says whom a change would touch."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from wagtail import hooks

from courses.models import BankQuestion
from progress.queries.bank import words_on_attempts


@hooks.register("before_edit_snippet")
def say_who_is_touched(request: HttpRequest, instance: Any) -> None:
    if request.method == "GET" and isinstance(instance, BankQuestion):
        words = words_on_attempts(instance.translation_key)
        if words:
            messages.warning(request, words)
