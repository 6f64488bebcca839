"""The groups of the CMS with their rights, and the review before publishing (decision 0029, docs/editors/rights.md)."""

from typing import Any

# Rights over pages by group, for the whole tree. Translators have theirs on the home pages of the languages that are
# translated into, partner editors on their section (`home.operations.sections`).
PAGE_RIGHTS = {
    "Editors": ("add_page", "change_page", "publish_page", "lock_page", "bulk_delete_page"),
    "Reviewers": ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"),
    "Operators": ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"),
}
TRANSLATORS = "Translators"
TRANSLATORS_RIGHTS = ("change_page",)
# Triples of app, model and codename.
ENTERS_CMS = ("wagtailadmin", "admin", "access_admin")
COMMON_RIGHTS = (ENTERS_CMS, ("wagtail_localize", "translation", "submit_translation"))
# Rights over the question bank: those over pages, of a model that is none.
BANK_RIGHTS = {
    "Editors": ("add", "change", "delete", "view", "publish", "lock"),
    "Reviewers": ("add", "change", "delete", "view", "publish", "lock", "unlock"),
    "Operators": ("add", "change", "delete", "view", "publish", "lock", "unlock"),
}
OPERATOR_MODELS = (
    *(("accounts", name) for name in ("user", "organisation", "cluster", "clustermembership", "project", "membership")),
    *(("accounts", name) for name in ("issuer", "clustermanager", "projecttext")),
    ("progress", "accommodation"),
    ("progress", "courseassessor"),
    ("courses", "qualityrulesetting"),
)
# Of Wagtail's own picture model: its rights hold for whatever model a site has in its place.
FILE_RIGHTS = (
    ("wagtailimages", "image", ("add_image", "change_image", "choose_image")),
    ("wagtaildocs", "document", ("add_document", "change_document", "choose_document")),
)
CHOOSING_RIGHTS = (("wagtailimages", "image", ("choose_image",)), ("wagtaildocs", "document", ("choose_document",)))
OTHER_GROUPS = ("Managers", "Assessors", "Registrars")
# The review that the whole tree has, and who approves in it: the second person of a change (decision 0020).
REVIEW = "Review before publishing"
REVIEW_TASK = "Read by a reviewer"
REVIEW_GROUPS = ("Reviewers", "Operators")
WAGTAILS_OWN_REVIEW = "Moderators approval"
# Who writes the synonyms of the site search.
SYNONYM_GROUPS = ("Editors", "Reviewers", "Operators")
# Who looks issued certificates up and asks for changes of them, or agrees to what another asked (decision 0023).
REGISTER_GROUPS = ("Operators", "Registrars")


def ensure_groups(apps: Any) -> None:
    """Make what is missing of groups, their rights and the review. Safe to repeat."""
    group_model = apps.get_model("auth", "Group")
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    collection = root_collection(apps)
    group_model.objects.filter(name="Moderators").delete()  # Wagtail's own name for reviewers
    for name in OTHER_GROUPS:
        group_model.objects.get_or_create(name=name)
    for name, codenames in PAGE_RIGHTS.items():
        group, _new = group_model.objects.get_or_create(name=name)
        for right in COMMON_RIGHTS:
            group.permissions.add(permission(apps, *right))
        give_page_rights(apps, group, root, codenames)
        for verb in BANK_RIGHTS[name]:
            group.permissions.add(permission(apps, "courses", "bankquestion", f"{verb}_bankquestion"))
        give_file_rights(apps, group, collection, FILE_RIGHTS)
    for name in REGISTER_GROUPS:
        group_model.objects.get(name=name).permissions.add(
            permission(apps, "certificates", "certificate", "change_certificate")
        )
    operators = group_model.objects.get(name="Operators")
    for app_label, model in OPERATOR_MODELS:
        for verb in ("view", "add", "change", "delete"):
            operators.permissions.add(permission(apps, app_label, model, f"{verb}_{model}"))
    for verb in ("view", "add", "change", "delete"):
        operators.permissions.add(permission(apps, "wagtailredirects", "redirect", f"{verb}_redirect"))
    operators.permissions.add(permission(apps, "wagtailcore", "site", "change_site"))
    _drop_idle_rights(apps)
    ensure_translators(apps)
    give_synonym_rights(apps)
    _ensure_review(apps, root)


def ensure_translators(apps: Any) -> None:
    """Let translators write below the home page of every language but the one the site begins in. Safe to repeat.

    The English tree, where pages begin, is closed to them by this alone; a page that began in another language is kept
    from them where it is changed (`home.wagtail_hooks.translators`).
    """
    group, _new = apps.get_model("auth", "Group").objects.get_or_create(name=TRANSLATORS)
    for right in COMMON_RIGHTS:
        group.permissions.add(permission(apps, *right))
    give_file_rights(apps, group, root_collection(apps), CHOOSING_RIGHTS)
    site = (
        apps.get_model("wagtailcore", "Site").objects.filter(is_default_site=True).select_related("root_page").first()
    )
    homes = apps.get_model("home", "HomePage").objects.filter(depth=2)
    for home in homes.exclude(locale_id=site.root_page.locale_id) if site else ():
        give_page_rights(apps, group, home, TRANSLATORS_RIGHTS)


def give_page_rights(apps: Any, group: Any, page: Any, codenames: tuple[str, ...]) -> None:
    """Give a group rights over a page and all below it. Safe to repeat."""
    rights = apps.get_model("wagtailcore", "GroupPagePermission").objects
    for codename in codenames:
        right = permission(apps, "wagtailcore", "page", codename)
        rights.get_or_create(group=group, page_id=page.pk, permission=right)


def give_file_rights(apps: Any, group: Any, collection: Any, rights: Any) -> None:
    """Give a group rights over the pictures and documents of a collection and those below it. Safe to repeat."""
    file_right = apps.get_model("wagtailcore", "GroupCollectionPermission")
    for app_label, model, codenames in rights:
        for codename in codenames:
            file_right.objects.get_or_create(
                group=group, collection_id=collection.pk, permission=permission(apps, app_label, model, codename)
            )


def permission(apps: Any, app_label: str, model: str, codename: str) -> Any:
    """Return Django's permission of this name, made where it is missing: migrations run before Django makes them."""
    name = f"Can {codename.replace('_', ' ')}"
    return apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type(apps, app_label, model), codename=codename, defaults={"name": name}
    )[0]


def content_type(apps: Any, app_label: str, model: str) -> Any:
    return apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app_label, model=model)[0]


def give_synonym_rights(apps: Any) -> None:
    """Let those who write pages also say which words mean the same to people who search. Safe to repeat."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=SYNONYM_GROUPS):
        for verb in ("view", "add", "change", "delete"):
            group.permissions.add(permission(apps, "home", "searchsynonyms", f"{verb}_searchsynonyms"))


def _drop_idle_rights(apps: Any) -> None:
    """Take away rights over pictures that nothing asks for: they were given over this site's model of pictures."""
    rights = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    rights.filter(permission__content_type__app_label="courses").delete()


def root_collection(apps: Any) -> Any:
    collections = apps.get_model("wagtailcore", "Collection").objects
    return collections.filter(depth=1).first() or collections.create(name="Root", path="0001", depth=1, numchild=0)


def _ensure_review(apps: Any, root: Any) -> None:
    """Give the whole tree its review, with one task for reviewers; what Wagtail made at first becomes it.

    A site whose root has another review keeps that one.
    """
    groups = apps.get_model("auth", "Group").objects.filter(name__in=REVIEW_GROUPS)
    tasks = apps.get_model("wagtailcore", "GroupApprovalTask").objects
    workflows = apps.get_model("wagtailcore", "Workflow").objects
    steps = apps.get_model("wagtailcore", "WorkflowTask").objects
    of_pages = apps.get_model("wagtailcore", "WorkflowPage").objects
    tasks.filter(name=WAGTAILS_OWN_REVIEW).update(name=REVIEW_TASK)
    workflows.filter(name=WAGTAILS_OWN_REVIEW).update(name=REVIEW)
    # Groups that are gone took a task's only approvers with them; a review that nobody can approve would never end.
    for task in tasks.filter(groups=None):
        task.groups.set(groups)
    if of_pages.filter(page_id=root.pk).exists():
        return
    workflow, _new = workflows.get_or_create(name=REVIEW, defaults={"active": True})
    if not steps.filter(workflow=workflow).exists():
        task = tasks.filter(name=REVIEW_TASK).first()
        if task is None:
            task = tasks.create(
                name=REVIEW_TASK, active=True, content_type=content_type(apps, "wagtailcore", "groupapprovaltask")
            )
            task.groups.set(groups)
        steps.create(workflow=workflow, task_id=task.pk, sort_order=0)
    of_pages.create(workflow=workflow, page_id=root.pk)
