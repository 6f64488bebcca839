"""The CMS keeps new pages by itself: their forms are told so (`courses.forms.keeping`)."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

from courses.forms.keeping import mark_what_the_cms_sends


@hooks.register("before_create_page")
def mark_new_page(request: HttpRequest, _parent: Page, _model: type[Page]) -> None:
    mark_what_the_cms_sends(request)
