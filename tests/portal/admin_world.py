"""A site with something of every kind that the CMS has an address for: one's own, somebody else's, and learners in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import Group
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    Locale,
    Page,
    Site,
    TaskState,
    Workflow,
    WorkflowState,
)
from wagtail_localize.models import StringSegment, Translation, TranslationSource

from accounts.models import User
from courses.models import ContentReport, Course, CoursePackage
from courses.operations.copying import start_copy
from courses.operations.importing import upload_file
from home.models import SearchSynonyms
from home.operations.sections import give_section
from tests.courses.bank import add_question
from tests.courses.builders import (
    NOON,
    course_page,
    in_language,
    lesson_pages,
    make_course,
    module_pages,
    quiz_pages,
)
from tests.courses.uploads import drawing_bytes, upload_document, upload_picture
from tests.people import (
    make_assessor,
    make_editor,
    make_learner,
    make_manager,
    make_operator,
    make_registrar,
    make_reviewer,
    make_translator,
    make_user,
)
from tests.progress.builders import enrol, quizzes_of, start
from tests.progress.releases import release_edition

LEARNERS_WORDS = ("kanarielernende", "kanarievogelin", "kanariepost")
"""Of a learner: username, the name they are greeted by, their address. No page of the CMS may have one, but for operators."""
FOREIGN = "kanarienfremd"
"""In the title of whatever lies outside the partner's section and is not public."""


@dataclass
class Things:
    """What the addresses may name: pages of one course, files of one folder, and what hangs on them."""

    course: Course
    page: Page
    module: Page
    quiz: Page
    picture: Any
    document: Any
    collection: Collection
    task_state: TaskState
    workflow_state: WorkflowState
    translation: Translation


class World:
    """Everything, made once for a test. `own` is the partner's section, `foreign` the rest."""

    def __init__(self) -> None:
        self.operator = make_operator()
        self.learner = make_learner(
            LEARNERS_WORDS[0], display_name=LEARNERS_WORDS[1].capitalize(), email=f"{LEARNERS_WORDS[2]}@learn.example"
        )
        self.root_collection = Collection.get_first_root_node()
        self.own = self._things("own", self.root_collection.add_child(name="Files of the partner"), draft="A draft")
        self.foreign = self._things("foreign", self.root_collection, draft=f"{FOREIGN} draft")
        self.italian = self._in_italian(self.own)
        self.partners = give_section(name="Partner", page=course_page(self.own.course))
        self.partners.collection_permissions.update(collection=self.own.collection)
        Collection.objects.get(name="Partner").delete()
        self.people = self._people()
        self.bank = add_question(f"{FOREIGN} question")
        self.bank_draft = self.bank.save_revision()
        self.attempt = start(enrol(self.foreign.course, self.learner), quizzes_of(self.foreign.course)[0])
        self.release = release_edition(self.foreign.course)
        gift = b"Was it?{T}"
        self.imported, _guessed = upload_file(by=self.operator, file_name="q.gift", data=gift, form=None, at=NOON)
        self.package = CoursePackage.objects.create(
            made_by=self.operator, made_at=NOON, file_name="course.zip", byte_count=1
        )
        copied = course_page(self.foreign.course)
        copy = start_copy(page=copied, titles={"en": "A copy"}, slug="a-copy", user=self.operator, at=NOON)
        self.copy_key = copy.key
        self.synonyms = SearchSynonyms.objects.create(language="en", words="wombat, bear")
        self.redirect = Redirect.objects.create(old_path="/old", redirect_link="/en/")
        self.reports = {things.course.pk: self._report(things) for things in (self.own, self.foreign)}

    def _report(self, things: Things) -> ContentReport:
        """Return what a reader says of a page, with its words only where it is outside of the section."""
        return ContentReport.objects.create(
            page=things.page,
            page_key=things.page.translation_key,
            language="en",
            title=things.page.title,
            path="/en/",
            kind="wrong",
            text=f"Wrong: {things.page.title}",
            created_at=NOON,
        )

    def _people(self) -> dict[str, User | None]:
        partner = make_user("partner", role="partner")
        partner.groups.add(self.partners)
        return {
            "visitor": None,
            "learner": make_learner("another-learner"),
            "manager": make_manager(),
            "assessor": make_assessor(),
            "registrar": make_registrar(),
            "editor": make_editor(),
            "reviewer": make_reviewer(),
            "translator": make_translator(),
            "partner": partner,
            "operator": self.operator,
        }

    def _things(self, name: str, collection: Collection, *, draft: str) -> Things:
        course = make_course(slug=name, title=f"The {name} course", languages=("it",))
        page = lesson_pages(course)[0]
        page.title = draft
        page.live = False
        page.save(clean=False)
        page.save_revision(user=self.operator)
        # Another page in review: a page of which a task waits is open to its reviewers whatever their other rights are.
        quiz = quiz_pages(course)[0]
        quiz.save_revision(user=self.operator)
        workflow_state = Workflow.objects.get(name="Review before publishing").start(quiz, self.operator)
        source, _new = TranslationSource.update_or_create_from_instance(quiz)
        things = Things(
            course=course,
            page=Page.objects.get(pk=page.pk).specific,
            module=module_pages(course)[0],
            quiz=quiz,
            picture=upload_picture(
                drawing_bytes(), name=f"{name}.png", title=f"{draft} picture", collection=collection
            ),
            document=upload_document(name=f"{name}.txt"),
            collection=collection,
            task_state=workflow_state.current_task_state,
            workflow_state=workflow_state,
            translation=Translation.objects.create(source=source, target_locale=Locale.objects.get(language_code="it")),
        )
        things.document.title, things.document.collection = f"{draft} document", collection
        things.document.save()
        return things

    def _in_italian(self, things: Things) -> Things:
        page, quiz = in_language(things.page, "it"), in_language(things.quiz, "it")
        page.save_revision(user=self.operator)
        page = type(page).objects.get(pk=page.pk)
        return replace(things, page=page, quiz=quiz, module=page.get_parent())

    leads_elsewhere = frozenset(
        {
            *("login/", "case-studies/", "courses/", "pages/ID/revisions/", "pages/"),
            *("bulk/*", "pages/ID/unpublish/", "pages/ID/convert_alias/", "localize/page/ID/convert_to_alias/"),
        }
    )
    """Lines of the table whose addresses only redirect, or have nothing to do for a page as these are."""

    def own_of(self, group: str) -> Things:
        """Return what is a group's own: of translators the translations, of all others the partner's section."""
        return self.italian if group == "translator" else self.own

    def foreign_to(self, group: str) -> Things:
        return self.own if group == "translator" else self.foreign

    def compared(self, address: Any, things: Things) -> str:
        """Return the address of two drafts side by side: the only ones whose route is a regular expression."""
        if "bankquestion" in address.route:
            return f"/cms/snippets/courses/bankquestion/history/{self.bank.pk}/revisions/compare/earliest...latest/"
        if "revisions/compare" in address.route:
            return f"/cms/pages/{things.page.pk}/revisions/compare/earliest...latest/"
        return str(address.path)

    def values(self, route: str, things: Things, person: User | None) -> "Iterator[str]":
        """Yield what the places of an address stand for, in their order.

        :raises KeyError: for a place that nothing is known for; say here what it is.
        """
        for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", route):
            yield str(self._value(route, kind, name, things, person))

    def _value(self, route: str, kind: str, name: str, things: Things, person: User | None) -> Any:
        in_bank = "bankquestion" in route
        page = things.page
        if route.startswith("cms/courses/<int:page_id>"):
            page = things.module.get_parent()
        elif route.endswith("/try/") or "pages/workflow/" in route:
            page = things.quiz
        known: dict[str, Any] = {
            **dict.fromkeys(("page_id", "page_to_move_id", "page_pk"), page.pk),
            "parent_page_id": things.module.pk,
            "destination_id": things.module.pk,
            "revision_id": self.bank_draft.pk if in_bank else page.latest_revision_id,
            "task_state_id": things.task_state.pk,
            "workflow_state_id": things.workflow_state.pk,
            "task_id": things.task_state.task_id,
            "action_name": "publish" if "api/" in route else "approve",
            "image_id": things.picture.pk,
            **dict.fromkeys(("document_id", "doc_id"), things.document.pk),
            "uploaded_file_id": 987654,
            "filter_spec": "width-10",
            "restriction_id": 987654,
            "collection_id": things.collection.pk,
            "workflow_pk": things.workflow_state.workflow_id,
            "translation_id": things.translation.pk,
            "translation_source_id": things.translation.source_id,
            "string_segment_id": StringSegment.objects.filter(source=things.translation.source).values_list(
                "pk", flat=True
            )[0],
            "overridable_segment_id": 987654,
            "redirect_id": self.redirect.pk,
            "course_key": things.course.key,
            "item_key": things.quiz.translation_key,
            "key": self.copy_key,
            "number": self.partners.pk,
            "slug": "drafts",
            "session_id": 987654,
            "object_id": page.pk,
            "action": "delete",
            "app_label": "wagtailcore",
            "model_name": "page",
            "app_name": "courses",
            "content_type_app_name": "courses",
            "content_type_model_name": "lessonpage",
            "mode": "key",
            "uidb64": "x",
            "token": "x",
        }
        if name == "public_id":
            return {
                "releases": self.release,
                "attempts": self.attempt,
                "questions": self.imported,
                "reports": self.reports[things.course.pk],
                "courses": self.package,
            }[route.split("/")[1]].public_id
        if name == "pk":
            return self._row(route, things)
        if in_bank or "localize" in route:
            known |= {"app_label": "courses", "model_name": "bankquestion"}
        if "tasks/add" in route:
            known |= {"model_name": "groupapprovaltask"}
        if "settings/" in route:
            known |= {"model_name": "lessonpage"}
        return known[name]

    def _row(self, route: str, things: Things) -> Any:
        if "bankquestion" in route or "localize/api" in route or "submit/snippet" in route:
            return self.bank.pk
        rows: dict[str, Any] = {
            "snippets/home/searchsynonyms": self.synonyms,
            "snippets/choose/home/searchsynonyms": self.synonyms,
            "api/main/^pages": things.page,
            "api/main/^documents": things.document,
            "api/main/^images": things.picture,
            "images/chooser": things.picture,
            "documents/chooser": things.document,
            "collections": things.collection,
            "workflows/tasks": GroupApprovalTask.objects.get(name="Read by a reviewer"),
            "workflows": Workflow.objects.get(name="Review before publishing"),
            "locales": Locale.objects.get(language_code="it"),
            "sites": Site.objects.get(),
            "users": self.learner,
            "groups": Group.objects.get(name="Editors"),
            "settings": things.page,
        }
        places = [name for name in rows if route.removeprefix("cms/").startswith(name)]
        if not places:
            raise KeyError(f"Say what <pk> is at {route}")
        return rows[places[0]].pk
