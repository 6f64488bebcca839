"""Releases in the CMS: put one together, check somebody else's, see what came of it, and the lists of them.

Each POST opens its own transactions: publishing needs one that sees one state of the database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from courses.models import Course, CoursePage, Release
from courses.operations.releasing import ReleaseClosed, ReleaseRefused, SomebodyElseReleased, anchor_course
from courses.queries.releasing import can_release, open_releases
from foundation.access import Access, access
from progress.forms import ReleaseForm, ReviewForm
from progress.operations import releasing as operations
from progress.queries.release_screen import Chosen, Screen, chosen_in, screen_of, screen_of_release
from progress.queries.release_story import facts_of, large_release_progress, regrade_rows, release_with_story
from progress.queries.releases import groups_for, may_publish, publishers_of, said_name, said_time, titles_of
from progress.rules.regrading import Policy
from progress.views.people import SeeOther

CONFLICT = 409
_PRESSES = 5  # of one button, at the same moment
Form = TypeVar("Form", bound=BaseForm)
_OPEN = (Release.State.DRAFT, Release.State.IN_REVIEW, Release.State.SCHEDULED, Release.State.STOPPED)
_SHOWN_TO_CHECK = (Release.State.IN_REVIEW, Release.State.SCHEDULED)


@access(Access.EDITORS)
@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """List the releases of all courses that somebody may publish."""
    return _list(request, None)


@access(Access.EDITORS)
@require_safe
def releases_of(request: HttpRequest, course_key: UUID) -> HttpResponse:
    """List the releases of one course."""
    return _list(request, _own_course(request, course_key))


@access(Access.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, course_key: UUID) -> HttpResponse:
    """Put a release together, see its effect, save it, and have it go out.

    In the query: `release`, one that was saved; `new`, another one beside it; `again`, one about marks already given.
    """
    course = _own_course(request, course_key)
    at = timezone.now()
    if request.method == "POST":
        return _Sent(request, course, at).answer()
    return _draw_screen(request, course, _saved_release(request, course), at)


@access(Access.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def release_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one release: to check and agree to while it waits, with what came of it once it is out."""
    try:
        shown = release_with_story(public_id)
    except Release.DoesNotExist as error:
        raise Http404 from error
    if not may_publish(request.user, shown.course):
        raise Http404
    if request.method == "POST":
        return _answer_review(request, shown)
    if shown.state in {Release.State.DRAFT, Release.State.STOPPED}:
        return SeeOther(_screen_url(shown))
    if shown.state in _SHOWN_TO_CHECK:
        return _draw_review(request, shown, ReviewForm(initial={"stamp": operations.stamp_of(shown)}))
    return _draw_released(request, shown)


# They open transactions of their own: `courses.cms_transactions` leaves them alone.
release.posts_are_atomic = True  # type: ignore[attr-defined]
release_page.posts_are_atomic = True  # type: ignore[attr-defined]


def _list(request: HttpRequest, course: Course | None) -> HttpResponse:
    text = request.GET.get("p", "1")
    page = int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 7 and int(text) else 1
    groups, has_earlier = groups_for(_person(request), course=course, page=page)
    course_title = titles_of([course.key]).get(course.key, "") if course else ""
    context = {
        "groups": groups,
        "course_title": course_title,
        "new_url": reverse("progress_release", args=[course.key]) if course else "",
        "older_url": f"?p={page + 1}" if has_earlier else "",
        "title": _("Releases"),
        "breadcrumbs_items": _way(course, _("Releases")) if course else _way(None, _("Releases")),
    }
    return render(request, "progress/cms/releases.html", context)


def _own_course(request: HttpRequest, course_key: UUID) -> Course:
    """Return a course that this person may publish.

    One that was never published gets its anchor here, which shows nowhere: a release needs it to hang on.

    :raises Http404: if there is none.
    :raises PermissionDenied: if it is not theirs to publish.
    """
    known = Course.objects.select_related("current_edition__made_by").filter(key=course_key)
    course = known.first()
    if course is None:
        page = CoursePage.objects.filter(translation_key=course_key).order_by("pk").first()
        if page is None:
            raise Http404
        if not can_release(request.user, page):
            raise PermissionDenied
        anchor_course(course_page=page, at=timezone.now())
        course = known.get()
    if not may_publish(request.user, course):
        raise PermissionDenied
    return course


def _saved_release(request: HttpRequest, course: Course) -> Release | None:
    """Return the release to go on with: the one that is asked for, else the one that was put together last, if any."""
    if request.GET.get("new") or request.GET.get("again"):
        return None
    asked = request.GET.get("release", "")
    waiting = open_releases(course).select_related("created_by", "changed_by")
    if not asked:
        return waiting.first()
    try:
        return waiting.filter(public_id=UUID(asked)).first()
    except ValueError:
        return None


def _draw_screen(request: HttpRequest, course: Course, saved: Release | None, at: datetime) -> HttpResponse:
    """Show the screen as nobody has touched it, or as it was saved."""
    again = bool(request.GET.get("again"))
    chosen = chosen_in(saved) if saved else Chosen(pages=frozenset() if again else None, looks_back=again)
    screen = screen_of(course, chosen=chosen, at=at)
    due = timezone.localtime(saved.due_at) if saved and saved.due_at else None
    initial = {
        "note": saved.note if saved else "",
        "reason": saved.reason if saved else "",
        "due_date": due.date() if due else None,
        "due_time": due.time() if due else None,
    }
    form = ReleaseForm(initial=initial | _hidden(screen, saved, saved.public_id if saved else uuid4()), at=at)
    return _screen_page(request, screen, form, saved)


def _hidden(screen: Screen, saved: Release | None, public_id: UUID) -> dict[str, Any]:
    """Return what the form carries of the screen it is drawn on."""
    return {
        "release": public_id,
        "stamp": operations.stamp_of(saved) if saved else "",
        "edition": screen.next_number - 1,
        "seen": screen.seen,
        "looks_back": "1" if screen.looks_back else "",
    }


def _screen_page(
    request: HttpRequest, screen: Screen, form: ReleaseForm, saved: Release | None, *, status: int = 200
) -> HttpResponse:
    others = publishers_of(screen.course, without=[_person(request).pk, saved.created_by_id if saved else None])
    names = [person.get_full_name() for person in others[:4]]
    state = saved.state if saved else ""
    context = {
        "desk": screen,
        "form": form,
        "saved": saved,
        "is_team_of_one": not names,
        "others": names,
        "is_in_review": state == Release.State.IN_REVIEW,
        "is_scheduled": state == Release.State.SCHEDULED,
        "is_stopped": state == Release.State.STOPPED,
        "own_url": reverse("progress_release_page", args=[saved.public_id]) if saved else "",
        "due_words": said_time(saved.due_at) if saved and saved.due_at else "",
        "course_url": reverse("courses_list"),
        "title": _("Release: %(title)s") % {"title": screen.course_title},
        "breadcrumbs_items": _way(screen.course, _("Release")),
    }
    if form.errors:
        context["title"] = _("Error: %(title)s") % {"title": context["title"]}
    return render(request, "progress/cms/release.html", context, status=status)


@dataclass
class _Sent:
    """A form of the screen that came in."""

    request: HttpRequest
    course: Course
    at: datetime

    def answer(self) -> HttpResponse:
        """Do what was pressed; or show the screen again, with all that was chosen and what stands in the way."""
        form = ReleaseForm(self.request.POST, at=self.at)
        form.is_valid()
        public_id = form.cleaned_data.get("release") or uuid4()
        known = Release.objects.select_related("created_by", "changed_by", "released_by").filter(public_id=public_id)
        saved = known.filter(course=self.course).first()
        if saved is not None and self._is_own_and_over(saved):
            return _again(saved)  # a second press, or the back button
        act = self.request.POST.get("do", "show")
        if act == "discard":
            return self._discard(saved)
        chosen = form.chosen
        screen = screen_of(self.course, chosen=chosen, at=self.at)
        news = [*self._news_of(saved, form), *screen.since, *_undecided(screen, self.request.POST)]
        if saved is not None and saved.state == _WAITING_AFTER.get(act) and _is_same(saved, form, screen):
            return _again(saved)
        is_over = saved is not None and saved.state not in _OPEN
        if is_over or known.exclude(course=self.course).exists():  # or it is the id of another course's release
            saved, public_id = None, uuid4()
        if act in _ACTS and not news and not form.errors:
            try:
                return _ACTS[act](self, form, screen, public_id)
            except ReleaseRefused as refused:
                _say(form, refused)
                saved = known.filter(course=self.course).first()
        elif act == "show":
            form.errors.clear()
        quicker = known.filter(course=self.course).first()
        if quicker is not None and self._is_own_and_over(quicker):
            return _again(quicker)  # pressed twice at once, and the other press was quicker
        again = _renewed(self.request, form, screen, saved, public_id, self.at)
        return _screen_page(
            self.request, _with_news(screen, news), again, saved, status=CONFLICT if news or form.errors else 200
        )

    def _is_own_and_over(self, saved: Release) -> bool:
        return saved.state not in _OPEN and self.request.user.pk in {saved.released_by_id, saved.changed_by_id}

    def put_together(self, form: ReleaseForm, screen: Screen, public_id: UUID) -> Release:
        """Save what was chosen."""
        marks: dict[UUID | str, Policy] = {mark.key: mark.policy for mark in screen.marks}
        return operations.put_together(
            course=self.course,
            user=_person(self.request),
            public_id=public_id,
            revisions=[(draft.page, draft.revision) for draft in screen.taken],
            policies=marks,
            bind_all=[bind.key for bind in screen.binds if not bind.is_default],
            completes=form.completes and bool(screen.completes_count),
            note=form.cleaned_data["note"],
            reason=form.cleaned_data["reason"],
            due_at=form.cleaned_data["due_at"],
            at=self.at,
        )

    def save(self, form: ReleaseForm, screen: Screen, public_id: UUID) -> HttpResponse:
        saved = self.put_together(form, screen, public_id)
        messages.success(self.request, _("Saved. Nothing is public yet."))
        return SeeOther(_screen_url(saved))

    def publish(self, form: ReleaseForm, screen: Screen, public_id: UUID) -> HttpResponse:
        _need_fit(screen)
        saved = self.put_together(form, screen, public_id)
        for presses_left in range(_PRESSES - 1, -1, -1):
            looked_at = saved.changed_at
            try:
                operations.release_course(release=saved, user=_person(self.request), at=self.at)
                break
            except SomebodyElseReleased:  # or this person, who pressed twice: the same choice, saved a moment later
                saved.refresh_from_db()
                is_own = saved.changed_by_id == self.request.user.pk and _is_same(saved, form, screen)
                if not presses_left or saved.changed_at == looked_at or not is_own:
                    raise
        return _again(saved)

    def schedule(self, form: ReleaseForm, screen: Screen, public_id: UUID) -> HttpResponse:
        if form.cleaned_data["due_at"] is None:
            form.add_error("due_date", _("Say on which day and at what time."))
            raise ReleaseRefused([])
        _need_fit(screen)
        saved = self.put_together(form, screen, public_id)
        operations.release_at(release=saved, user=_person(self.request), due_at=form.cleaned_data["due_at"], at=self.at)
        return SeeOther(reverse("progress_release_page", args=[saved.public_id]))

    def ask(self, form: ReleaseForm, screen: Screen, public_id: UUID) -> HttpResponse:
        _need_fit(screen)
        saved = self.put_together(form, screen, public_id)
        operations.ask_second_person(
            release=saved, user=_person(self.request), due_at=form.cleaned_data["due_at"], at=self.at
        )
        messages.success(self.request, _("Asked. It goes out when somebody else agrees."))
        return SeeOther(reverse("progress_release_page", args=[saved.public_id]))

    def delay(self, form: ReleaseForm, screen: Screen, public_id: UUID) -> HttpResponse:
        _need_fit(screen)
        saved = self.put_together(form, screen, public_id)
        operations.release_after_delay(
            release=saved, user=_person(self.request), due_at=form.cleaned_data["due_at"], at=self.at
        )
        return SeeOther(reverse("progress_release_page", args=[saved.public_id]))

    def _discard(self, saved: Release | None) -> HttpResponse:
        if saved is not None:
            try:
                operations.give_up(release=saved, user=_person(self.request), at=self.at)
            except ReleaseClosed as closed:
                messages.warning(self.request, " ".join(closed.words))
                return SeeOther(reverse("progress_release_page", args=[saved.public_id]))
        messages.success(self.request, _("Discarded. All drafts stay as they are."))
        return SeeOther(reverse("progress_releases_of", args=[self.course.key]))

    def _news_of(self, saved: Release | None, form: ReleaseForm) -> list[str]:
        """Return what became of the release itself since the screen was drawn, by somebody else."""
        if saved is None or self.request.POST.get("do") == "show":
            return []
        if saved.state == Release.State.RELEASED:
            values = {"person": said_name(saved.released_by), "time": said_time(saved.released_at or self.at)}
            return [_("%(person)s released it, %(time)s. What you chose is now a release of its own.") % values]
        if saved.state == Release.State.DISCARDED:
            return [_("Somebody discarded it. What you chose is now a release of its own.")]
        is_own = saved.changed_by_id == self.request.user.pk
        if not is_own and form.cleaned_data.get("stamp") != operations.stamp_of(saved):
            values = {"person": said_name(saved.changed_by), "time": said_time(saved.changed_at or saved.created_at)}
            return [_("%(person)s saved this release, %(time)s. What you save now replaces that.") % values]
        return []


_ACTS: Mapping[str, Callable[[_Sent, ReleaseForm, Screen, UUID], HttpResponse]] = {
    "save": _Sent.save,
    "release": _Sent.publish,
    "schedule": _Sent.schedule,
    "ask": _Sent.ask,
    "delay": _Sent.delay,
}


_WAITING_AFTER = {
    "ask": Release.State.IN_REVIEW,
    "schedule": Release.State.SCHEDULED,
    "delay": Release.State.SCHEDULED,
}
"""The state in which a release waits after an act: pressed again with the same choice, nobody is asked twice."""


def _is_same(saved: Release, form: ReleaseForm, screen: Screen) -> bool:
    """Return whether a form asks for what was saved already."""
    held = chosen_in(saved)
    marks = {mark.key: mark.policy for mark in screen.marks if not mark.is_default}
    binds = frozenset(bind.key for bind in screen.binds if not bind.is_default)
    words = (form.cleaned_data.get("note"), form.cleaned_data.get("reason"))
    return (held.seen, held.policies, held.bind_all, (saved.note, saved.reason)) == (
        {draft.page.pk: draft.token for draft in screen.taken}, marks, binds, words
    )  # fmt: skip


def _need_fit(screen: Screen) -> None:
    """Refuse a release with drafts that cannot be published.

    :raises ReleaseRefused: with each problem.
    """
    problems = [
        _("“%(title)s” cannot be published yet: %(problem)s") % {"title": draft.title, "problem": words}
        for draft in screen.taken
        for _field, words in draft.problems
    ]
    if problems:
        raise ReleaseRefused(problems)


def _undecided(screen: Screen, sent: Any) -> list[str]:
    """Return what there is to decide that the screen of the form did not ask."""
    return [
        _("There is something to decide: %(question)s") % {"question": decision.question}
        for decision in screen.decisions
        if decision.name not in sent
    ]


def _say(form: ReleaseForm, refused: ReleaseRefused) -> None:
    name = "reason" if isinstance(refused, operations.NeedsReason) else None
    for words in refused.words:
        form.add_error(name, words)


def _with_news(screen: Screen, news: list[str]) -> Screen:
    return replace(screen, since=news)


def _renewed(
    request: HttpRequest, form: ReleaseForm, screen: Screen, saved: Release | None, public_id: UUID, at: datetime
) -> ReleaseForm:
    """Return the form as it was filled in, with what it carries of the screen renewed, and its errors."""
    data = request.POST.copy()
    for name, value in _hidden(screen, saved, public_id).items():
        data[name] = str(value)
    return _with_errors_of(form, ReleaseForm(data, at=at))


def _with_errors_of(old: BaseForm, new: Form) -> Form:
    """Return a form with the errors of another instead of its own."""
    new.errors.clear()
    for name, errors in old.errors.as_data().items():
        for error in errors:
            new.add_error(None if name == NON_FIELD_ERRORS else name, error)
    return new


def _screen_url(saved: Release) -> str:
    return f"{reverse('progress_release', args=[saved.course.key])}?release={saved.public_id}"


def _answer_review(request: HttpRequest, shown: Release) -> HttpResponse:
    """Agree to a release, send it back, or stop it."""
    at, user = timezone.now(), _person(request)
    act = request.POST.get("do", "")
    form = ReviewForm(request.POST)
    if act not in {"agree", "back", "stop"} or (act != "stop" and not form.is_valid()):
        return _draw_review(request, shown, form, status=CONFLICT) if shown.state in _SHOWN_TO_CHECK else _again(shown)
    try:
        if act == "stop":
            operations.give_up(release=shown, user=user, at=at)
            messages.success(request, _("Stopped. All drafts stay as they are."))
            return SeeOther(reverse("progress_releases_of", args=[shown.course.key]))
        stamp = form.cleaned_data["stamp"]
        if act == "back":
            operations.send_back(release=shown, user=user, stamp=stamp, words=form.cleaned_data["words"], at=at)
            messages.success(request, _("Sent back, with your words."))
            return SeeOther(reverse("progress_releases_of", args=[shown.course.key]))
        operations.agree(release=shown, user=user, stamp=stamp, at=at)
    except ReleaseRefused as refused:
        shown = release_with_story(shown.public_id)
        if shown.state not in _SHOWN_TO_CHECK:
            messages.warning(request, " ".join(refused.words))
            return _again(shown)
        for words in refused.words:
            form.add_error("words" if isinstance(refused, operations.NeedsReason) else None, words)
        return _draw_review(request, shown, form, status=CONFLICT)
    return _again(shown)


def _again(shown: Release) -> HttpResponse:
    return SeeOther(reverse("progress_release_page", args=[shown.public_id]))


def _draw_review(request: HttpRequest, shown: Release, form: ReviewForm, *, status: int = 200) -> HttpResponse:
    screen = screen_of_release(shown, at=timezone.now())
    user = _person(request)
    is_own = user.pk in {shown.created_by_id, shown.changed_by_id}
    waits = shown.state == Release.State.IN_REVIEW
    if form.is_bound:  # what is drawn now is what an answer is about
        data = request.POST.copy()
        data["stamp"] = operations.stamp_of(shown)
        form = _with_errors_of(form, ReviewForm(data))
    why_not = ""
    if waits and is_own:
        names = [person.get_full_name() for person in operations.others(shown)[:4]]
        why_not = _("You put this release together or changed it last. Somebody else has to agree: %(names)s.") % {
            "names": ", ".join(names) or _("nobody may yet")
        }
    context = {
        "desk": screen,
        "release": shown,
        "form": form,
        "facts": facts_of(shown),
        "may_agree": waits and not is_own,
        "why_not": why_not,
        "due_words": said_time(shown.due_at) if shown.due_at else "",
        "change_url": _screen_url(shown),
        "heading": _("Check: release of “%(title)s”") % {"title": screen.course_title}
        if waits
        else _("Release of “%(title)s”") % {"title": screen.course_title},
        "lead": _lead(shown, is_own=is_own),
        "progress": large_release_progress(shown),
        "title": _("Release: %(title)s") % {"title": screen.course_title},
        "breadcrumbs_items": _way(shown.course, str(shown.get_state_display())),
    }
    return render(request, "progress/cms/review.html", context, status=status)


def _lead(shown: Release, *, is_own: bool) -> str:
    if shown.state == Release.State.SCHEDULED:
        return _("It is ready and goes out by itself. Until then it can be changed or stopped.")
    if is_own:
        return _("It waits for a second person. This is what they see.")
    return _("%(person)s asks you to look at this. Nothing is public yet, and nothing happens unless you agree.") % {
        "person": said_name(shown.changed_by or shown.created_by)
    }


def _draw_released(request: HttpRequest, shown: Release) -> HttpResponse:
    title = titles_of([shown.course.key]).get(shown.course.key, "")
    number = shown.edition.number if shown.edition else None
    is_out = shown.state == Release.State.RELEASED
    if not is_out:
        heading = _("A discarded release of “%(title)s”") % {"title": title}
    elif number is None:
        heading = _("Release of “%(title)s”, without a new edition") % {"title": title}
    else:
        heading = _("Edition %(number)s of “%(title)s” is public") % {"title": title, "number": number}
    regrades = regrade_rows(shown)
    context = {
        "release": shown,
        "heading": heading,
        "lead": _("What was decided, and what came of it.") if is_out else _("Nothing came of it: all drafts stayed."),
        "facts": facts_of(shown),
        "drafts": list(shown.drafts.order_by("pk").values_list("title", flat=True)),
        "regrades": regrades if is_out else [],
        "again_url": f"{reverse('progress_release', args=[shown.course.key])}?again=1" if is_out else "",
        "list_url": reverse("progress_releases_of", args=[shown.course.key]),
        "title": heading,
        "breadcrumbs_items": _way(shown.course, str(shown.get_state_display())),
    }
    return render(request, "progress/cms/released.html", context)


def _way(course: Course | None, here: str) -> list[dict[str, str]]:
    """Return the way to a page, for the head of the CMS."""
    way = [{"url": reverse("courses_list"), "label": _("Courses")}]
    if course is not None:
        title = titles_of([course.key]).get(course.key, "")
        way.append({"url": reverse("progress_releases_of", args=[course.key]), "label": title})
    return [*way, {"url": "", "label": here}]


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the CMS asks everybody to sign in
    return request.user
