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
    # By name, never "__latest__": a package that brings a new migration would find this one "applied before its dependency".
    dependencies = [
        ("home", "0001_initial"),
        ("courses", "0001_initial"),
        ("case_studies", "0001_initial"),
        ("accounts", "0001_initial"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailsearch", "0010_add_text_fields"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(make_site, migrations.RunPython.noop)]
