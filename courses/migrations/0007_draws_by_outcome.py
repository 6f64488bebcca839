"""The outcome of a draw is chosen from a list."""

import wagtail.fields
from django.db import migrations

import courses.blocks.kinds.selects


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0006_question_kinds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="quizpage",
            name="draws",
            field=wagtail.fields.StreamField(
                [("draw", 4)],
                blank=True,
                block_lookup={
                    0: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 5, "label": "How many", "max_value": 200, "min_value": 1},
                    ),
                    1: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [
                                ("all", "all questions that are left"),
                                ("tag", "questions with a tag"),
                                ("outcome", "questions that assess an outcome"),
                            ],
                            "label": "From",
                        },
                    ),
                    2: (
                        "courses.blocks.base.PlainNameBlock",
                        (),
                        {
                            "help_text": "One of the tags of the questions above.",
                            "label": "Tag",
                            "max_length": 60,
                            "required": False,
                        },
                    ),
                    3: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": courses.blocks.kinds.selects.outcome_choices,
                            "label": "Outcome",
                            "required": False,
                        },
                    ),
                    4: ("wagtail.blocks.StructBlock", [[("count", 0), ("by", 1), ("tag", 2), ("outcome", 3)]], {}),
                },
                help_text="Without a draw every question is asked. With draws only drawn ones are.",
                verbose_name="draws",
            ),
        ),
    ]
