"""What records forget of a person who is erased: their words, answers and files. What was done, and its marks, stay."""

from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.models import User
from progress.models import (
    Accommodation,
    Attempt,
    EnrolmentShare,
    HandMarkComment,
    JudgementComment,
    MarkingTask,
    ReadingPosition,
    Response,
    Submission,
    SubmittedFile,
)
from progress.models.assignments import submission_storage


def forget_person(person: User, at: datetime, _keeps_certificates: bool) -> None:
    """Forget answers, texts, files, comments and accommodations of a person. Cost: 13 queries.

    Answers of attempts that were sent are deleted: their marks stand by themselves, as every check knows. Those of a
    running one are emptied, so that it can end like any other.
    """
    sent = Response.objects.filter(attempt__enrolment__learner=person).exclude(attempt__state=Attempt.State.OPEN)
    sent.delete()
    Response.objects.filter(attempt__enrolment__learner=person).update(options=[], text="")
    JudgementComment.objects.filter(judgement__submission__enrolment__learner=person).delete()
    HandMarkComment.objects.filter(hand_mark__attempt__enrolment__learner=person).delete()
    MarkingTask.objects.filter(enrolment__learner=person).update(words="", answer="")
    Submission.objects.filter(enrolment__learner=person).update(text="")
    files = SubmittedFile.objects.filter(submission__enrolment__learner=person)
    stored = set(files.exclude(file="").values_list("file", flat=True))
    files.update(name="", file="")
    for name in stored - set(SubmittedFile.objects.filter(file__in=stored).values_list("file", flat=True)):
        transaction.on_commit(partial(submission_storage().delete, name))
    Accommodation.objects.filter(person=person).delete()
    ReadingPosition.objects.filter(enrolment__learner=person).delete()
    EnrolmentShare.objects.filter(enrolment__learner=person, ended_at=None).update(ended_at=at)
