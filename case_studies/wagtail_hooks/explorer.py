"""The columns of the list of case studies in the CMS."""

from wagtail import hooks

from case_studies.models import CaseStudyIndexPage, CaseStudyPage
from courses.views.explorer import LANGUAGES, REVIEW_BY, ListedPages, columns


@hooks.register("register_admin_viewset")
def list_of_case_studies() -> ListedPages:
    return ListedPages(model=CaseStudyPage, parent_models=[CaseStudyIndexPage], columns=columns(LANGUAGES, REVIEW_BY))
