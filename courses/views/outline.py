"""The outline of a course in the CMS: what is in it, what is added by its title, what is moved.

`courses.cms_transactions` has each POST in one transaction that holds the lock of the tree.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from accounts.models import User
from courses.forms.outline import AddForm, MoveForm
from courses.models import CoursePage
from courses.operations.adding import add_drafts
from courses.operations.moving import AddressTaken, MovedMeanwhile, PageGone, Spot, move_in_course
from courses.queries.course_outline import (
    CourseOutline,
    Step,
    course_outline,
    destinations,
    may_see_outline,
    source_page,
)
from foundation.access import Access, access

CONFLICT, UNPROCESSABLE = 409, 422
_BUTTONS = {"up": -1, "down": 1}


@access(Access.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def outline(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show the outline of a course; on POST add pages to it, or move one.

    In the query: `move`, the number of a step whose way elsewhere is asked for; `moved` and `by`, what was moved last and
    by which button; `added` and `in`, how many drafts were made and where.
    """
    page = source_page(page_id)
    if page is None or not may_see_outline(page, request.user):
        raise Http404
    if page.pk != page_id:
        return redirect("courses_outline", page.pk)
    if request.method != "POST":
        return _draw(request, page)
    if "where" in request.POST:
        return _add(request, page)
    return _move(request, page)


def _add(request: HttpRequest, page: CoursePage) -> HttpResponse:
    """Make drafts of titles, or say what keeps them from it, with what was typed."""
    number = _number(request.POST["where"])
    parent = Page.objects.filter(pk=number, path__startswith=page.path, depth__in=(page.depth, page.depth + 1)).first()
    if parent is None:
        form = AddForm({**request.POST.dict(), "kind": "module"}, where=page.pk, is_module=True)
        form.is_valid()
        gone = _("The module these should go to is gone. What you typed is kept at the end of this page.")
        return _draw(request, page, form=form, problem=gone, status=CONFLICT)
    form = AddForm(request.POST, where=parent.pk, is_module=parent.pk == page.pk)
    if not form.is_valid():
        return _draw(request, page, form=form, status=UNPROCESSABLE)
    titles = form.cleaned_data["titles"]
    kind, person = form.cleaned_data["kind"], _person(request)
    add_drafts(parent=parent, kind=kind, titles=titles, user=person, at=timezone.now())
    return redirect(f"{reverse('courses_outline', args=[page.pk])}?added={len(titles)}&in={parent.pk}")


def _move(request: HttpRequest, page: CoursePage) -> HttpResponse:
    """Move a module or a step by one place, or to where the form says."""
    button = next((name for name in _BUTTONS if name in request.POST), "")
    number, parent, place = _spot(request.POST.get(button or "spot", ""))
    to = Spot(parent, place + _BUTTONS.get(button, 0))
    if not button:
        form = MoveForm(request.POST)
        if not form.is_valid():
            return _draw(request, page, problem=_("Choose a module, and a place in it as a number from 1."), status=422)
        to = Spot(form.cleaned_data["to"], form.cleaned_data["place"] or 9999)
        if to.parent != parent and not _is_below(page, to.parent) and Page.objects.filter(pk=to.parent).exists():
            # To another course: what that means to learners is said first.
            return redirect("wagtailadmin_pages:move_confirm", number, to.parent)
    try:
        move_in_course(course_page=page, number=number, seen=Spot(parent, place), to=to, user=_person(request))
    except PageGone:
        words = _(
            "What you wanted to move, or the module it should go to, is gone from this course. Nothing was moved."
        )
        return _draw(request, page, problem=words, status=CONFLICT)
    except MovedMeanwhile as moved:
        words = _(
            "“%(title)s” was moved meanwhile: it is at place %(place)s in “%(parent)s” now. Nothing was moved just now. "
            "Look at where it is, then move it again."
        ) % {"title": moved.title, "place": moved.place, "parent": moved.parent_title}
        return _draw(request, page, problem=words, status=CONFLICT)
    except AddressTaken as taken:
        words = _(
            "“%(parent)s” has a step with the address “%(slug)s” already. Change the address of one of the two, then move."
        ) % {"parent": taken.parent_title, "slug": taken.slug}
        return _draw(request, page, problem=words, status=CONFLICT)
    return redirect(f"{reverse('courses_outline', args=[page.pk])}?moved={number}&by={button or 'move'}")


def _draw(
    request: HttpRequest, page: CoursePage, *, form: AddForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    shown = course_outline(page, user=request.user)
    moved = shown.find(_number(request.GET.get("moved", "")))
    asked = shown.find(_number(request.GET.get("move", "")))
    sent_to = form.where if form else _number(request.GET.get("in", ""))
    context: dict[str, Any] = {
        "outline": shown,
        "page": page,
        "problem": problem,
        "form": form if form and form.errors else None,
        "said": _said(shown, moved, request),
        "moved": moved,
        "by": _focused(moved, request.GET.get("by", "")),
        "asked": asked if asked and asked.may_move and asked.kind != "module" else None,
        "modules": [
            {"module": module, "form": _add_form(module.row.number, form) if module.may_add else None}
            for module in shown.modules
        ],
        "module_form": _add_form(page.pk, form, is_module=True) if shown.may_add else None,
        "sent_to": sent_to,
        "breadcrumbs_items": [
            {"url": reverse("courses_list"), "label": _("Courses")},
            {"url": reverse("wagtailadmin_explore", args=[page.pk]), "label": page.draft_title},
            {"url": "", "label": _("Outline")},
        ],
    }
    if context["asked"]:
        context["destinations"] = destinations(page, user=request.user)
    return render(request, "courses/cms/outline.html", context, status=status)


def _add_form(number: int, sent: AddForm | None, *, is_module: bool = False) -> AddForm:
    return sent if sent is not None and sent.where == number else AddForm(where=number, is_module=is_module)


def _said(shown: CourseOutline, moved: Step | None, request: HttpRequest) -> str:
    """Return what was just done, in words for everybody and for screen readers."""
    if moved is not None:
        values = {"title": moved.title, "place": moved.place, "count": moved.count}
        return _("“%(title)s” moved to place %(place)s of %(count)s.") % values
    count = _number(request.GET.get("added", ""))
    if 0 < count < 100:
        return ngettext("%(count)s draft was added.", "%(count)s drafts were added.", count) % {"count": count}
    return ""


def _focused(moved: Step | None, by: str) -> str:
    """Return which button of a moved row has the focus: the one that was pressed, or what is left of it at an end."""
    if moved is None:
        return ""
    if by == "up" and moved.place == 1:
        return "down"
    if by == "down" and moved.place == moved.count:
        return "up"
    return by if by in _BUTTONS else "title"


def _is_below(page: CoursePage, number: int) -> bool:
    return Page.objects.filter(pk=number, path__startswith=page.path).exists()


def _spot(text: str) -> tuple[int, int, int]:
    """Return page, parent and place, as a button says where it was seen: 0 for what it does not say."""
    parts = [_number(part) for part in text.split("-")]
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (0, 0, 0)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
