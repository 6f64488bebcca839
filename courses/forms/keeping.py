"""A new page that its editor saves by hand while the CMS keeps it by itself: one page, as the hand left it."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import Page

JUST_NOW = timedelta(seconds=15)
_BY_ITSELF = "kept-by-itself"


def mark_what_the_cms_sends(request: HttpRequest) -> None:
    """Have a form know that no hand sent it: the CMS sends the same fields by itself, and reads JSON."""
    if request.method == "POST" and not request.accepts("text/html"):
        sent = request.POST.copy()
        sent[_BY_ITSELF] = "on"
        request.POST = sent  # type: ignore[assignment]  # Django's own middlewares may replace it, too


class KeptOnce:
    """Puts the form that was sent by hand in the place of the draft kept a moment ago. Before any other form class.

    The CMS keeps a new page by itself half a second after something was typed. Who presses Save draft or Publish while
    that is under way sends the form once more to where new pages are made: the draft kept a moment ago would stay beside
    the page, or rather its address would be taken. It is the same page, so the later form takes its place.
    """

    just_kept: Page | None = None

    def clean(self) -> dict[str, Any]:
        form: Any = self
        slug = form.cleaned_data.get("slug")
        # Never for what the CMS sends by itself: it may come late, and would take away the draft that somebody saved.
        is_new = form.instance.pk is None and _BY_ITSELF not in form.data
        self.just_kept = self._just_kept(slug) if slug and is_new else None
        cleaned: dict[str, Any] = super().clean()  # type: ignore[misc]  # of the form class this stands before
        if self.just_kept is not None and "slug" in form.errors:
            del form._errors["slug"]
            cleaned["slug"] = slug
        return cleaned

    def save(self, commit: bool = True) -> Page:
        form: Any = self
        if self.just_kept is not None:
            self.just_kept.delete(user=form.for_user)
            form.parent_page.refresh_from_db(fields=["numchild"])
        page: Page = super().save(commit=commit)  # type: ignore[misc]
        return page

    def _just_kept(self, slug: str) -> Page | None:
        """Return the draft that this person's browser kept of this very page a moment ago. Cost: 2 queries."""
        form: Any = self
        if form.parent_page is None or form.for_user is None:
            return None
        found: Page | None = (
            type(form.instance)
            .objects.child_of(form.parent_page)
            .filter(
                slug=slug,
                title=form.cleaned_data.get("title"),
                owner=form.for_user,
                live=False,
                first_published_at=None,
                latest_revision_created_at__gt=timezone.now() - JUST_NOW,
            )
            .first()
        )
        return found if found is not None and found.revisions.count() == 1 else None
