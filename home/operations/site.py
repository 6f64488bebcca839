"""What every site has from its first migration: languages, the root of the tree, groups with their rights."""

from typing import Any

from home.operations.groups import content_type, ensure_groups


def ensure_site(apps: Any, *, languages: tuple[str, ...], default_language: str, host: str, port: int) -> None:
    """Make what is missing of locales, home page, site record, indexes and groups. Safe to repeat.

    `apps` is a migration's registry or `django.apps.apps`: the migration and the tests, which flush what migrations
    made, call the same function.
    """
    _ensure_locales(apps, languages)
    home = _ensure_home(apps, default_language, host, port)
    _ensure_index(apps, home, "courses", "CourseIndexPage", title="Courses", slug="courses")
    _ensure_index(apps, home, "case_studies", "CaseStudyIndexPage", title="Case studies", slug="case-studies")
    ensure_groups(apps)


def _ensure_locales(apps: Any, languages: tuple[str, ...]) -> None:
    locale_model = apps.get_model("wagtailcore", "Locale")
    for code in languages:
        locale_model.objects.get_or_create(language_code=code)


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
                content_type=content_type(apps, "wagtailcore", "page"),
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
        content_type=content_type(apps, app_label, model.lower()),
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
