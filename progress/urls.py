"""Addresses of learning. What is below /courses/ is answered here to the last: Wagtail's own routing never sees it."""

from django.urls import path

from progress.views import (
    accommodations,
    attempts,
    catalogue,
    checks,
    course,
    enrolments,
    item,
    my_learning,
    one_page,
    paths,
    practice,
    records,
    results,
    submissions,
)

app_name = "progress"

urlpatterns = [
    path("courses/", catalogue.catalogue, name="catalogue"),
    path("courses/<str:slug>/", course.course, name="course"),
    path("courses/<str:slug>/<path:path>", item.item, name="item"),
    path("learning-paths/", paths.learning_paths, name="learning_paths"),
    path("learning-paths/<str:slug>/", paths.learning_path, name="learning_path"),
    path("enrol/<uuid:course_key>/", enrolments.enrol, name="enrol"),
    path("enrolments/<uuid:public_id>/items/<uuid:item_key>/done/", enrolments.lesson_done, name="lesson_done"),
    path("enrolments/<uuid:public_id>/items/<uuid:item_key>/place/", enrolments.position, name="position"),
    path("enrolments/<uuid:public_id>/items/<uuid:item_key>/start/", enrolments.start, name="start_attempt"),
    path("enrolments/<uuid:public_id>/finish/", enrolments.finish, name="finish"),
    path("enrolments/<uuid:public_id>/notices/read/", enrolments.notices_read, name="notices_read"),
    path("enrolments/<uuid:public_id>/why/", records.explain, name="explain"),
    path("enrolments/<uuid:public_id>/changes/", records.changes, name="changes"),
    path("enrolments/<uuid:public_id>/history/", records.history, name="history"),
    path("attempts/<uuid:public_id>/", attempts.attempt, name="attempt"),
    path("attempts/<uuid:public_id>/questions/<int:number>/", attempts.question, name="question"),
    path("attempts/<uuid:public_id>/check/", attempts.check, name="check"),
    path("attempts/<uuid:public_id>/send/", attempts.submit, name="submit"),
    path("attempts/<uuid:public_id>/all/", one_page.all_questions, name="all_questions"),
    path("attempts/<uuid:public_id>/result/", results.result, name="result"),
    path("attempts/<uuid:public_id>/ask-for-check/", checks.ask, name="ask_for_check"),
    path("enrolments/<uuid:public_id>/items/<uuid:item_key>/practice/", practice.practice, name="practice"),
    path("attempts/<uuid:public_id>/marking/", records.marking, name="marking"),
    path("accommodations/", accommodations.accommodations, name="accommodations"),
    path("accommodations/<str:token>/", accommodations.accommodation, name="accommodation"),
    path("enrolments/<uuid:public_id>/items/<uuid:item_key>/work/", submissions.begin, name="begin_submission"),
    path("submissions/<uuid:public_id>/", submissions.submission, name="submission"),
    path("submissions/<uuid:public_id>/save/", submissions.save, name="save_submission"),
    path("submissions/<uuid:public_id>/check/", submissions.check, name="submission_check"),
    path("submissions/<uuid:public_id>/hand-in/", submissions.hand_in_work, name="hand_in"),
    path("submissions/<uuid:public_id>/files/<uuid:file_id>/", submissions.file, name="submitted_file"),
    path("me/", my_learning.my_learning, name="my_learning"),
]
