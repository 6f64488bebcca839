"""A report can be about a step of a course where both have the longest address there is. Code that runs meanwhile writes
shorter ones."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0018_words_of_the_site_search")]

    operations = [
        migrations.AlterField(
            model_name="contentreport",
            name="path",
            field=models.CharField(
                help_text="Address within the site: two words of 255 letters at most.", max_length=700
            ),
        ),
    ]
