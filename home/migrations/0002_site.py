"""Languages, home page, indexes and groups that every site has."""

from django.conf import settings
from django.db import migrations

from home.operations import ensure_site


def make_site(apps, schema_editor):
    ensure_site(
        apps,
        languages=tuple(code for code, _name in settings.LANGUAGES),
        default_language=settings.LANGUAGE_CODE,
        host="localhost",
        port=80,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("courses", "0001_initial"),
        ("case_studies", "0001_initial"),
        ("accounts", "0001_initial"),
        ("wagtailcore", "__latest__"),
        ("wagtaildocs", "__latest__"),
        ("wagtailadmin", "__latest__"),
        ("wagtailsearch", "__latest__"),
        ("wagtailredirects", "__latest__"),
        ("wagtail_localize", "__latest__"),
        ("auth", "__latest__"),
    ]

    operations = [migrations.RunPython(make_site, migrations.RunPython.noop)]
