"""A learner tells what they did with a course: six questions, one on each page, a last look with the consent, and after."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from case_studies.models import AppliedStory
from case_studies.operations import (
    AlreadySent,
    NoListOfStories,
    NotSent,
    Unfinished,
    begin_story,
    change_credit,
    save_answer,
    send_story,
    withdraw_story,
)
from case_studies.operations.applied import Agreed
from case_studies.queries.applied import list_for_story
from case_studies.rules.telling import MOST_CHARACTERS, NEEDED, QUESTIONS, answers_that_name, open_questions
from courses.queries import serving
from courses.rules.addresses import course_address
from foundation.access import Access, access
from progress.forms import CreditForm, SendStoryForm, StoryAnswerForm
from progress.models import Enrolment
from progress.queries.stories import MyStory, completed_enrolment, known_of, own_story, stories_of, story_of_course
from progress.views.people import LearnerRequest, SeeOther, signed_in, wants_json

ASKED: Mapping[str, tuple[Any, Any]] = {
    "situation": (
        gettext_lazy("What was difficult before?"),
        gettext_lazy(
            "What took long, went wrong, or did not work. Leave out names of people you work with or support."
        ),
    ),
    "did": (
        gettext_lazy("What did you do?"),
        gettext_lazy("What you tried first, who helped, and how long it took."),
    ),
    "tool": (
        gettext_lazy("What did you use?"),
        gettext_lazy("A program, an app, a list on paper. If it was nothing of that kind, leave it empty."),
    ),
    "changed": (
        gettext_lazy("What changed?"),
        gettext_lazy("If you counted something, write the figure before and the figure after."),
    ),
    "went_wrong": (
        gettext_lazy("What went wrong?"),
        gettext_lazy("Others learn most from this. If nothing did, leave it empty."),
    ),
    "advice": (
        gettext_lazy("What should others try first?"),
        gettext_lazy("Something that half an hour is enough for."),
    ),
}
CONSENT = (
    gettext_lazy("An editor of this portal reads my story and may change its words."),
    gettext_lazy(
        "It may be published here as a case study, in every language of the portal, under the licence CC BY 4.0: others"
        " may use it again and say where it comes from."
    ),
    gettext_lazy("Named: with my name and organisation as I wrote them. Not named: without both."),
    gettext_lazy(
        "I can take it back at any time, before it is published and after. It then goes from the portal, and what I wrote"
        " is erased. What others copied meanwhile is out of the portal's reach."
    ),
)
"""What a learner agrees to, as it is read on the page; it is kept with the story in these words."""
_NO_LIST = gettext_lazy(
    "This portal has no list of case studies at the moment, so your story has no place yet. Your answers are saved: send"
    " it later."
)


@access(Access.SIGNED_IN)
@require_safe
@signed_in
def stories(request: LearnerRequest) -> HttpResponse:
    """List the learner's stories and how each stands."""
    mine = stories_of(request.user, language=get_language())
    return render(request, "progress/stories/list.html", {"mine": mine, "page_language": get_language()})


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def tell(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Say what telling means, and begin. Who began goes on; a course that is not complete has nothing to tell yet."""
    try:
        enrolment = completed_enrolment(request.user, public_id)
    except Enrolment.DoesNotExist as error:
        raise Http404 from error
    begun = story_of_course(enrolment)
    can_begin = begun is None and list_for_story(get_language()) is not None
    if can_begin and request.method == "POST":
        begun = begin_story(learner=request.user, course=enrolment.course, language=get_language(), at=timezone.now())
    if begun is not None:
        return SeeOther(_where(begun))
    outline = serving.outline_of(enrolment.course, get_language())
    context = {
        "outline": outline,
        "course_url": course_address(outline, get_language()),
        "questions": [label for label, _hint in ASKED.values()],
        "can_begin": can_begin,
        "page_language": get_language(),
    }
    return render(request, "progress/stories/begin.html", context)


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def question(request: LearnerRequest, public_id: UUID, number: int) -> HttpResponse:
    """Ask one question of the story, and save the answer: by the button, or by the script while the page stays."""
    mine = _own(request, public_id)
    if not 1 <= number <= len(QUESTIONS):
        raise Http404
    name = QUESTIONS[number - 1]
    if mine.story.sent_at or mine.story.withdrawn_at:
        return _say_sent(request, mine.story)
    if request.method != "POST":
        form = _answer_form(name, initial={"text": request.GET.get("text") or getattr(mine.story, name)})
        return _draw_question(request, mine, number, form)
    form = _answer_form(name, data=request.POST)
    if not form.is_valid():
        if wants_json(request):
            return JsonResponse({"text": " ".join(map(str, form.errors["text"]))}, status=422)
        return _draw_question(request, mine, number, form, status=422)
    at = timezone.now()
    try:
        save_answer(story=mine.story, question=name, text=form.cleaned_data["text"], at=at)
    except AlreadySent:
        return _say_sent(request, mine.story)
    if wants_json(request):
        return JsonResponse({"text": _saved_words(at)})
    if request.POST.get("from") == "check" or number == len(QUESTIONS):
        return SeeOther(reverse("progress:story_check", args=[public_id]))
    return SeeOther(reverse("progress:story_question", args=[public_id, number + 1]))


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Show all answers before they are sent, with what is agreed to; send the story."""
    mine = _own(request, public_id)
    if mine.story.sent_at or mine.story.withdrawn_at:
        return SeeOther(_where(mine.story))
    known = known_of(request.user, on=timezone.localdate())
    if request.method != "POST":
        initial = {name: getattr(known, name) for name in ("name", "organisation", "country", "sector", "size_band")}
        return _draw_check(request, mine, SendStoryForm(initial=initial))
    form = SendStoryForm(request.POST)
    if not form.is_valid():
        return _draw_check(request, mine, form, status=422)
    names = {}
    if form.cleaned_data["credit"] == AppliedStory.Credit.ANONYMOUS and not form.cleaned_data["seen_names"]:
        names = answers_that_name(_answers(mine.story), [known.name, known.organisation, request.user.username])
    if names:
        return _draw_check(request, mine, form, names=names, status=422)
    try:
        sent = send_story(story=mine.story, agreed=_agreed(form), at=timezone.now())
    except Unfinished:
        return _draw_check(request, mine, form, status=422, is_sent_open=True)
    except NoListOfStories:  # it was there when they began
        form.add_error(None, _NO_LIST)
        return _draw_check(request, mine, form, status=422)
    except NotSent:  # taken back in another window
        return SeeOther(reverse("progress:stories"))
    return SeeOther(_where(sent))


@access(Access.OWN)
@require_safe
@signed_in
def story(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Show a story that was sent: how it stands, what happens next, what was said, what can be changed."""
    mine = _own(request, public_id)
    if not mine.story.sent_at and not mine.story.withdrawn_at:
        return SeeOther(reverse("progress:story_check", args=[public_id]))
    context = {
        "mine": mine,
        "story": mine.story,
        "rows": _rows(mine.story),
        "course_url": course_address(mine.outline, get_language()),
        "has_address": bool(request.user.email),
        "page_language": get_language(),
    }
    return render(request, "progress/stories/story.html", context)


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def credit(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Change how the learner is named. It is agreed to anew, as it was before."""
    mine = _own(request, public_id)
    if not mine.story.is_with_editors:
        return SeeOther(_where(mine.story))
    known = known_of(request.user, on=timezone.localdate())
    initial = {
        "name": mine.story.credited_name or known.name,
        "organisation": mine.story.credited_organisation or known.organisation,
    }
    form = CreditForm(request.POST) if request.method == "POST" else CreditForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_credit(story=mine.story, agreed=_agreed(form), at=timezone.now())
        except NotSent:
            return SeeOther(_where(mine.story))
        messages.success(request, _("Changed. It holds from now on, here and for the editors."))
        return SeeOther(_where(mine.story))
    context = {"mine": mine, "story": mine.story, "form": form, "consent": CONSENT, "page_language": get_language()}
    return render(request, "progress/stories/credit.html", context, status=422 if form.is_bound else 200)


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Ask once more, as it cannot be undone; on POST take the story back. Pressed twice, the same."""
    try:
        mine = _own(request, public_id)
    except Http404:
        if request.method == "POST":  # deleted by the first press
            return SeeOther(reverse("progress:stories"))
        raise
    if mine.story.withdrawn_at:
        return SeeOther(_where(mine.story))
    if request.method != "POST":
        return render(
            request,
            "progress/stories/withdraw.html",
            {"mine": mine, "story": mine.story, "page_language": get_language()},
        )
    if withdraw_story(story=mine.story, at=timezone.now()):
        return SeeOther(reverse("progress:story", args=[public_id]))
    messages.success(request, _("Deleted. Nobody has read it."))
    return SeeOther(reverse("progress:stories"))


def _own(request: LearnerRequest, public_id: UUID) -> MyStory:
    """Return a story of the person who asks.

    :raises Http404: if there is none, or it is somebody else's.
    """
    try:
        return own_story(request.user, public_id, language=get_language())
    except AppliedStory.DoesNotExist as error:
        raise Http404 from error


def _where(story: AppliedStory) -> str:
    """Return where a story is gone on with: the first open question, all answers, or how it stands."""
    if story.sent_at or story.withdrawn_at:
        return reverse("progress:story", args=[story.public_id])
    answers = _answers(story)
    first = next((number for number, name in enumerate(QUESTIONS, start=1) if not answers[name].strip()), None)
    if first is None or not open_questions(answers):
        return reverse("progress:story_check", args=[story.public_id])
    return reverse("progress:story_question", args=[story.public_id, first])


def _answers(story: AppliedStory) -> dict[str, str]:
    return {name: getattr(story, name) for name in QUESTIONS}


def _rows(story: AppliedStory) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "name": name,
            "label": ASKED[name][0],
            "text": getattr(story, name),
            "needed": name in NEEDED,
        }
        for number, name in enumerate(QUESTIONS, start=1)
    ]


def _answer_form(name: str, **kwargs: Any) -> StoryAnswerForm:
    label, hint = ASKED[name]
    return StoryAnswerForm(label=label, hint=hint, most=MOST_CHARACTERS[name], is_short=name == "tool", **kwargs)


def _agreed(form: CreditForm) -> Agreed:
    """Return what a valid form agrees to, with the words as they were on the page."""
    values = form.cleaned_data
    chosen = str(dict(AppliedStory.Credit.choices)[values["credit"]])
    words = [chosen, *map(str, CONSENT), str(form.fields["agree"].label)]
    return Agreed(
        credit=values["credit"],
        words="\n".join(words),
        name=values["name"],
        organisation=values["organisation"],
        country=values.get("country", ""),
        sector=values.get("sector", ""),
        size_band=values.get("size_band", ""),
    )


def _saved_words(at: Any) -> str:
    return _("Saved %(time)s") % {"time": time_format(timezone.localtime(at), "TIME_FORMAT")}


def _say_sent(request: LearnerRequest, story: AppliedStory) -> HttpResponse:
    text = _("The story was sent already. It stays as it was sent.")
    if wants_json(request):
        return JsonResponse({"text": text}, status=409)
    messages.info(request, text)
    return SeeOther(reverse("progress:story", args=[story.public_id]))


def _draw_question(
    request: LearnerRequest, mine: MyStory, number: int, form: StoryAnswerForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "mine": mine,
        "story": mine.story,
        "form": form,
        "number": number,
        "count": len(QUESTIONS),
        "needed": QUESTIONS[number - 1] in NEEDED,
        "back_to_check": "check" in (request.GET.get("from"), request.POST.get("from")),
        "page_language": get_language(),
    }
    return render(request, "progress/stories/question.html", context, status=status)


def _draw_check(
    request: LearnerRequest,
    mine: MyStory,
    form: SendStoryForm,
    *,
    names: Mapping[str, str] | None = None,
    is_sent_open: bool = False,
    status: int = 200,
) -> HttpResponse:
    lacking = open_questions(_answers(mine.story))
    rows = _rows(mine.story)
    context = {
        "mine": mine,
        "story": mine.story,
        "form": form,
        "rows": rows,
        "consent": CONSENT,
        "is_open": bool(lacking),
        "lacking": [row for row in rows if row["name"] in lacking] if is_sent_open else [],
        "naming": [{**row, "name": names[row["name"]]} for row in rows if names and row["name"] in names],
        "page_language": get_language(),
    }
    return render(request, "progress/stories/check.html", context, status=status)
