"""What every site has from its first migration: languages, the root of the tree, groups with their rights."""

from typing import Any

# Rights in the CMS by group. Page rights hold for the whole tree; sections come with partner editors.
PAGE_RIGHTS = {
    "Editors": ("add_page", "change_page", "publish_page", "lock_page", "bulk_delete_page"),
    "Reviewers": ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"),
    "Operators": ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"),
}
# Triples of app, model and codename.
COMMON_RIGHTS = (("wagtailadmin", "admin", "access_admin"), ("wagtail_localize", "translation", "submit_translation"))
# Rights over the question bank: those over pages, of a model that is none.
BANK_RIGHTS = {
    "Editors": ("add", "change", "delete", "view", "publish", "lock"),
    "Reviewers": ("add", "change", "delete", "view", "publish", "lock", "unlock"),
    "Operators": ("add", "change", "delete", "view", "publish", "lock", "unlock"),
}
OPERATOR_MODELS = (
    *(("accounts", name) for name in ("user", "organisation", "cluster", "clustermembership", "project", "membership")),
    ("accounts", "issuer"),
    ("progress", "accommodation"),
    ("progress", "courseassessor"),
)
FILE_RIGHTS = (
    ("courses", "picture", ("add_picture", "change_picture", "choose_image")),
    ("wagtaildocs", "document", ("add_document", "change_document", "choose_document")),
)
OTHER_GROUPS = ("Managers", "Assessors", "Registrars")
# Who approves pages in the review that the whole tree has from the start: the second person of a change (decision 0020).
REVIEW_GROUPS = ("Reviewers", "Operators")
# Who looks issued certificates up and asks for changes of them, or agrees to what another asked (decision 0023).
REGISTER_GROUPS = ("Operators", "Registrars")


def ensure_site(apps: Any, *, languages: tuple[str, ...], default_language: str, host: str, port: int) -> None:
    """Make what is missing of locales, home page, site record, indexes and groups. Safe to repeat.

    `apps` is a migration's registry or `django.apps.apps`: the migration and the tests, which flush what migrations
    made, call the same function.
    """
    _ensure_locales(apps, languages)
    home = _ensure_home(apps, default_language, host, port)
    _ensure_index(apps, home, "courses", "CourseIndexPage", title="Courses", slug="courses")
    _ensure_index(apps, home, "case_studies", "CaseStudyIndexPage", title="Case studies", slug="case-studies")
    _ensure_groups(apps)


def _ensure_locales(apps: Any, languages: tuple[str, ...]) -> None:
    locale_model = apps.get_model("wagtailcore", "Locale")
    for code in languages:
        locale_model.objects.get_or_create(language_code=code)


def _content_type(apps: Any, app_label: str, model: str) -> Any:
    return apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app_label, model=model)[0]


def _ensure_home(apps: Any, default_language: str, host: str, port: int) -> Any:
    """Return the home page of the default language; make it, with the tree's root, where it is missing."""
    page_model = apps.get_model("wagtailcore", "Page")
    home_model = apps.get_model("home", "HomePage")
    site_model = apps.get_model("wagtailcore", "Site")
    locale = apps.get_model("wagtailcore", "Locale").objects.get(language_code=default_language)
    home = home_model.objects.filter(locale=locale, depth=2).first()
    if home is None:
        page_model.objects.filter(depth=2, slug="home", content_type__model="page").delete()
        root = page_model.objects.filter(depth=1).first()
        if root is None:
            root = page_model.objects.create(
                title="Root",
                slug="root",
                path="0001",
                depth=1,
                numchild=0,
                url_path="/",
                locale=locale,
                content_type=_content_type(apps, "wagtailcore", "page"),
            )
        home = _add_child(
            apps,
            root,
            "home",
            "HomePage",
            title="Common Thread",
            draft_title="Common Thread",
            slug="home",
            locale=locale,
        )
    if not site_model.objects.filter(is_default_site=True).exists():
        site_model.objects.create(hostname=host, port=port, root_page_id=home.pk, is_default_site=True)
    return home


def _add_child(apps: Any, parent: Any, app_label: str, model: str, **fields: Any) -> Any:
    """Add a page row below a parent without Wagtail's page classes, which a migration's registry does not have."""
    page_model = apps.get_model("wagtailcore", "Page")
    parent = page_model.objects.get(pk=parent.pk)
    last = page_model.objects.filter(depth=parent.depth + 1, path__startswith=parent.path).order_by("path").last()
    step = int(last.path[-4:], 36) + 1 if last else 1
    child = apps.get_model(app_label, model).objects.create(
        path=f"{parent.path}{_base36(step)}",
        depth=parent.depth + 1,
        numchild=0,
        url_path=f"{parent.url_path}{fields['slug']}/",
        content_type=_content_type(apps, app_label, model.lower()),
        live=True,
        **fields,
    )
    # Counted, not added up: the page that Wagtail's own migration put below the root was deleted without its parent.
    child_count = page_model.objects.filter(depth=parent.depth + 1, path__startswith=parent.path).count()
    page_model.objects.filter(pk=parent.pk).update(numchild=child_count)
    return child


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rest] + digits
    return digits.rjust(4, "0")


def _ensure_index(apps: Any, home: Any, app_label: str, model: str, *, title: str, slug: str) -> None:
    if not apps.get_model(app_label, model).objects.exists():
        _add_child(apps, home, app_label, model, title=title, draft_title=title, slug=slug, locale_id=home.locale_id)


def _permission(apps: Any, app_label: str, model: str, codename: str) -> Any:
    content_type = _content_type(apps, app_label, model)
    name = f"Can {codename.replace('_', ' ')}"
    return apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": name}
    )[0]


def _ensure_groups(apps: Any) -> None:
    group_model = apps.get_model("auth", "Group")
    page_right = apps.get_model("wagtailcore", "GroupPagePermission")
    file_right = apps.get_model("wagtailcore", "GroupCollectionPermission")
    collection_model = apps.get_model("wagtailcore", "Collection")
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    collection = collection_model.objects.filter(depth=1).first() or collection_model.objects.create(
        name="Root", path="0001", depth=1, numchild=0
    )
    group_model.objects.filter(name="Moderators").delete()  # Wagtail's own name for reviewers
    for name in OTHER_GROUPS:
        group_model.objects.get_or_create(name=name)
    for name, codenames in PAGE_RIGHTS.items():
        group, _new = group_model.objects.get_or_create(name=name)
        for right in COMMON_RIGHTS:
            group.permissions.add(_permission(apps, *right))
        for codename in codenames:
            page_right.objects.get_or_create(
                group=group, page=root, permission=_permission(apps, "wagtailcore", "page", codename)
            )
        for verb in BANK_RIGHTS[name]:
            group.permissions.add(_permission(apps, "courses", "bankquestion", f"{verb}_bankquestion"))
        for app_label, model, rights in FILE_RIGHTS:
            for codename in rights:
                file_right.objects.get_or_create(
                    group=group, collection=collection, permission=_permission(apps, app_label, model, codename)
                )
    # Its own group went with the name above; a review that nobody can approve would never end.
    for task in apps.get_model("wagtailcore", "GroupApprovalTask").objects.filter(groups=None):
        task.groups.set(group_model.objects.filter(name__in=REVIEW_GROUPS))
    for name in REGISTER_GROUPS:
        group_model.objects.get(name=name).permissions.add(
            _permission(apps, "certificates", "certificate", "change_certificate")
        )
    operators = group_model.objects.get(name="Operators")
    for app_label, model in OPERATOR_MODELS:
        for verb in ("view", "add", "change", "delete"):
            operators.permissions.add(_permission(apps, app_label, model, f"{verb}_{model}"))
    for verb in ("view", "add", "change", "delete"):
        operators.permissions.add(_permission(apps, "wagtailredirects", "redirect", f"{verb}_redirect"))
    operators.permissions.add(_permission(apps, "wagtailcore", "site", "change_site"))
