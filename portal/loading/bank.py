"""Puts the questions of the bank into the CMS, published, unless an editor changed them since."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from wagtail.models import Locale

from courses.models import BankQuestion
from portal.loading.bank_reading import BankText
from portal.loading.blocks import RawBlock
from portal.loading.ledger import Ledger

Resolve = Callable[[RawBlock, str, str], RawBlock]
"""Takes a block, the name of a course and a language; returns it with row numbers in the place of names."""


class BankLoader:
    """Loads the bank when the first quiz needs it: lessons that its questions name come before their quiz."""

    def __init__(self, texts: Iterable[BankText], *, resolve: Resolve, ledger: Ledger) -> None:
        self._texts = list(texts)
        self._resolve = resolve
        self._ledger = ledger
        self._is_loaded = False

    def load(self) -> None:
        """Make or update every question in every language, once in a run."""
        if self._is_loaded:
            return
        self._is_loaded = True
        if self._texts:
            self._ledger.say(f"{len(self._texts)} questions of the bank")
        for text in self._texts:
            for language in text.blocks:
                self._put(text, language)
        for source in self._ledger.gone("question-bank/"):
            self._ledger.say(f"{source}: this text is gone; what was made from it stays. Take it down in the CMS.")

    def number_of(self, key: Any) -> int | None:
        """Return the row number of a question in the language it was made in, or None where an editor deleted it."""
        row = BankQuestion.objects.filter(translation_key=key).order_by("pk").only("pk").first()
        return None if row is None else int(row.pk)

    def _put(self, text: BankText, language: str) -> None:
        source, sha256 = text.source(language), text.sha256(language)
        locale = Locale.objects.get(language_code=language)
        known = self._ledger.find(source)
        question = BankQuestion.objects.filter(translation_key=text.key, locale=locale).first()
        if known is not None and question is None:
            self._ledger.say(f"{source}: the question was deleted in the CMS; it stays away.")
            return
        if known is not None and known.sha256 == sha256:
            return
        if question is not None and (known is None or known.state != question_state(question)):
            self._ledger.say(f"{source}: the question was changed in the CMS since it was loaded; it stays as it is.")
            return
        if question is None:
            question = BankQuestion(translation_key=text.key, locale=locale, live=False)
        question.title, question.tags = text.title, text.tags
        question.question = json.dumps([self._resolve(text.blocks[language], text.course, language)])
        question.full_clean()
        if question.pk is None:
            question.save()
        question.save_revision().publish()
        question.refresh_from_db()
        self._ledger.record(source, question, sha256=sha256, state=question_state(question))


def question_state(question: BankQuestion) -> str:
    """Return how a question stands: it differs when somebody saved a draft, published it or took it down."""
    return f"{question.latest_revision_id} {'live' if question.live else 'not live'}"
