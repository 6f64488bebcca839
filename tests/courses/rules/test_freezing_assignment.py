from copy import deepcopy

from courses.rules.changes import ChangeKind, ItemForm, changes_of_item
from courses.rules.drafted import Found
from courses.rules.freezing import freeze_assignment, references, search_text
from courses.rules.freezing_assignment import most_points
from foundation.rules.canonical import digest


def level(key, title, points):
    return {"type": "item", "id": key, "value": {"title": title, "description": f"It is {title}.", "points": points}}


def criterion(key, title, *levels):
    return {"type": "criterion", "id": key, "value": {"title": title, "description": "", "levels": list(levels)}}


PLAN = {
    "title": "Action plan",
    "task": '<p>Write a plan. See <a linktype="page" id="7">the lesson</a>.</p>',
    "rubric": [
        criterion("goals", "Goals", level("g0", "missing", 0), level("g4", "convincing", 4)),
        criterion("money", "Money", level("m1", "a guess", 1), level("m3", "worked out", 3)),
    ],
    "minutes": 90,
    "pass_mark": 60,
    "takes_text": True,
    "max_files": 2,
    "needs_second_assessor": False,
    "author": "Ada",
    "licence": "CC BY 4.0",
    "source": "",
    "reviewed_date": None,
}
ITALIAN = {
    **PLAN,
    "title": "Piano d'azione",
    "task": "<p>Scrivi un piano.</p>",
    "pass_mark": 10,
    "rubric": [
        criterion("money", "Denaro", level("m3", "calcolato", 9), level("m1", "una stima", 8)),
        criterion("goals", "Obiettivi", level("g0", "mancanti", 7)),
    ],
}


def frozen(source=PLAN, text=None, language="en"):
    found = Found(pages={7: "lesson-key"})
    return freeze_assignment(source=source, text=text or source, language=language, source_language="en", found=found)


def words_of(form):
    return [(problem.field, problem.words % problem.values) for problem in form.problems]


def item(form, *, required=True, waits=False):
    return ItemForm("plan", required, waits, form.body)


def kinds(old, new, **rules):
    return [(change.kind, change.question) for change in changes_of_item(old, new, **rules)]


def test_a_frozen_assignment_says_all_its_fields_and_has_no_key():
    form = frozen()

    assert form.problems == ()
    assert form.key == {}
    assert form.body == {
        "schema": 1,
        "kind": "assignment",
        "language": "en",
        "title": "Action plan",
        "task_html": '<p>Write a plan. See <a href="/-/pages/lesson-key/">the lesson</a>.</p>',
        "task_language": "en",
        "minutes": 90,
        "pass_mark": 60,
        "takes_text": True,
        "max_files": 2,
        "author": "Ada",
        "licence": "CC BY 4.0",
        "source_html": "",
        "reviewed_date": "",
        "criteria": [
            {
                "id": "goals",
                "title": "Goals",
                "description": "",
                "language": "en",
                "levels": [
                    {"id": "g0", "title": "missing", "description": "It is missing.", "points": 0},
                    {"id": "g4", "title": "convincing", "description": "It is convincing.", "points": 4},
                ],
            },
            {
                "id": "money",
                "title": "Money",
                "description": "",
                "language": "en",
                "levels": [
                    {"id": "m1", "title": "a guess", "description": "It is a guess.", "points": 1},
                    {"id": "m3", "title": "worked out", "description": "It is worked out.", "points": 3},
                ],
            },
        ],
    }
    assert most_points(form.body) == 7


def test_a_second_assessor_is_named_only_where_there_is_one():
    assert frozen({**PLAN, "needs_second_assessor": True}).body["needs_second_assessor"] is True
    assert "needs_second_assessor" not in frozen().body


def test_a_translation_gives_words_by_id_and_never_points_order_or_rules():
    body = frozen(text=ITALIAN, language="it").body

    assert (body["title"], body["task_language"], body["pass_mark"]) == ("Piano d'azione", "it", 60)
    goals, money = body["criteria"]
    assert (money["id"], money["title"], money["language"]) == ("money", "Denaro", "it")
    assert [(entry["title"], entry["points"]) for entry in money["levels"]] == [("una stima", 1), ("calcolato", 3)]
    # One of its levels has no words in Italian: the whole criterion is shown in English and says so.
    assert (goals["title"], goals["language"]) == ("Goals", "en")


def test_a_translation_without_a_task_shows_that_of_the_source():
    body = frozen(text={**ITALIAN, "task": ""}, language="it").body

    assert (body["language"], body["task_language"]) == ("it", "en")
    assert body["task_html"].startswith("<p>Write a plan.")


def test_what_cannot_be_judged_is_refused_in_words():
    alike = criterion("c", "Goals", level("a", "one", 2), level("b", "two", 2))
    few = criterion("d", "", level("a", "one", 2))
    unnamed = criterion("e", "Money", level("a", "", 0), level("a", "two", -1))
    refused = frozen({**PLAN, "rubric": [alike, few, unnamed]})

    assert words_of(refused) == [
        ("rubric", "All levels of criterion 1 are worth the same: nobody could do better or worse in it."),
        ("rubric", "Criterion 2 of the rubric has no name."),
        ("rubric", "Criterion 2 needs at least two levels."),
        ("rubric", "Two levels of criterion 3 have the same inner name, or one has none."),
        ("rubric", "A level of criterion 3 has no name."),
        ("rubric", "A level of criterion 3 is worth less than 0 points."),
    ]
    assert words_of(frozen({**PLAN, "rubric": [], "takes_text": False, "max_files": 0, "task": ""})) == [
        ("rubric", "An assignment needs a rubric with at least one criterion."),
        ("takes_text", "Nothing could be handed in. Let people write a text here, or hand in a file."),
        ("task", "An assignment needs a task."),
    ]


def test_two_criteria_of_one_inner_name_are_refused():
    twice = [PLAN["rubric"][0], PLAN["rubric"][0]]
    assert words_of(frozen({**PLAN, "rubric": twice})) == [
        ("rubric", "Two blocks have the same inner name. Delete one and add it anew.")
    ]


def test_the_same_draft_freezes_to_the_same_digest_whatever_is_left_out():
    bare = {
        name: value for name, value in PLAN.items() if name not in {"source", "reviewed_date", "needs_second_assessor"}
    }
    assert digest(frozen(bare).body) == digest(frozen().body)


def test_links_in_the_task_are_looked_up_and_its_words_are_in_no_index():
    assert references(PLAN).pages == {7}
    assert search_text(frozen().body) == ""


def test_what_changes_of_a_rubric_is_told_criterion_by_criterion():
    changed = deepcopy(PLAN)
    changed |= {"task": "<p>Write a longer plan.</p>", "takes_text": False, "max_files": 4, "pass_mark": 70}
    changed["needs_second_assessor"] = True
    changed["rubric"] = [
        criterion("new", "People", level("p0", "none", 0), level("p1", "some", 1)),
        criterion("goals", "Aims", level("g4", "convincing", 5), level("g0", "absent", 0), level("g2", "half", 2)),
    ]

    assert kinds(item(frozen()), item(frozen(changed), waits=True)) == [
        (ChangeKind.PASS_MARK, ""),
        (ChangeKind.WAITS, ""),
        (ChangeKind.TASK, ""),
        (ChangeKind.TAKES_NO_TEXT, ""),
        (ChangeKind.FILES, ""),
        (ChangeKind.SECOND_ASSESSOR, ""),
        (ChangeKind.CRITERION_NEW, "new"),
        (ChangeKind.CRITERION_TEXT, "goals"),
        (ChangeKind.LEVEL_POINTS, "goals"),
        (ChangeKind.LEVEL_TEXT, "goals"),
        (ChangeKind.LEVEL_NEW, "goals"),
        (ChangeKind.LEVELS_REORDERED, "goals"),
        (ChangeKind.CRITERION_REMOVED, "money"),
    ]


def test_of_a_translation_only_words_change():
    before, after = frozen(text=ITALIAN, language="it"), deepcopy(ITALIAN)
    after["rubric"][0]["value"]["title"] = "Soldi"
    after["task"] = "<p>Scrivi un piano più lungo.</p>"

    assert kinds(item(before), item(frozen(text=after, language="it")), is_source=False) == [
        (ChangeKind.TASK, ""),
        (ChangeKind.CRITERION_TEXT, "money"),
    ]


def test_nothing_changes_when_it_is_frozen_again():
    assert kinds(item(frozen()), item(frozen(deepcopy(PLAN)))) == []
    assert kinds(None, item(frozen())) == [(ChangeKind.ASSIGNMENT_NEW, "")]
