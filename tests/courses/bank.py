"""The question bank for tests.

question = add_question("Passwords 1", tags="passwords")
add_quiz(module, "final", questions=[bank_question(question), bank_questions("passwords")])
"""

from typing import Any

from wagtail.models import Locale

from courses.models import BankQuestion
from tests.courses.builders import block_id, quiz_questions, translated_block


def add_question(
    title: str = "Passwords 1", *, tags: str = "", language: str = "en", is_live: bool = True
) -> BankQuestion:
    """Add a question to the bank, one of the three kinds of `quiz_questions` by its name, published unless told not to."""
    block = next(iter(quiz_questions(title, 1)))
    question = BankQuestion(
        title=title, tags=tags, question=[block], live=False, locale=Locale.objects.get(language_code=language)
    )
    question.save()
    if is_live:
        question.save_revision().publish()
    return BankQuestion.objects.get(pk=question.pk)


def change(question: BankQuestion, /, **fields: Any) -> BankQuestion:
    """Change a question of the bank and publish it, as the editor's button does."""
    fresh = BankQuestion.objects.get(pk=question.pk)
    for name, value in fields.items():
        setattr(fresh, name, value)
    fresh.save_revision().publish()
    return BankQuestion.objects.get(pk=question.pk)


def with_right_answer(question: BankQuestion, name: str) -> list[dict[str, Any]]:
    """Return the raw block of a question with one choice, with another answer as the right one."""
    [block] = [dict(entry) for entry in question.question.raw_data]
    right = block_id(question.title, f"question-1/{name}")
    options = [
        {**option, "value": {**option["value"], "correct": option["id"] == right}}
        for option in block["value"]["options"]
    ]
    return [{**block, "value": {**block["value"], "options": options}}]


def translate_question(question: BankQuestion, language: str) -> BankQuestion:
    """Publish a question in another language: its texts begin with the code of it."""
    draft = question.copy_for_translation(Locale.objects.get(language_code=language))
    draft.question = [translated_block(dict(block), language) for block in question.question.raw_data]
    draft.save()
    draft.save_revision().publish()
    return BankQuestion.objects.get(pk=draft.pk)


def bank_question(question: BankQuestion) -> dict[str, Any]:
    """Return the raw block of a quiz that takes a question."""
    return {"type": "bank_question", "id": block_id("bank", str(question.pk)), "value": {"question": question.pk}}


def bank_questions(tag: str) -> dict[str, Any]:
    """Return the raw block of a quiz that takes all questions with a tag."""
    return {"type": "bank_questions", "id": block_id("bank", tag), "value": {"tag": tag}}
