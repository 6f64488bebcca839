import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from certificates import operations, printing
from certificates.models import Certificate, CertificateEvent, HolderName, ShareLink
from certificates.operations.checking import MISSES_ALLOWED
from certificates.operations.events import record_event
from certificates.operations.mailing import mail_from_message
from certificates.rules.numbers import number_from
from certificates.templatetags.certificate_tags import certificate_panel
from courses.queries.serving import lesson_version, outline_of
from courses.rendering import lesson_sections
from courses.rules.addresses import course_address
from progress.operations import save_position
from tests.certificates.builders import NOON, complete, earn
from tests.courses.builders import make_course
from tests.people import make_learner, signed_in
from tests.progress.builders import counted_queries, enrol, lessons_of

pytestmark = pytest.mark.django_db

UNKNOWN = number_from("0" * 15)


@pytest.fixture(autouse=True)
def _no_misses_counted_yet():
    cache.clear()


@pytest.fixture
def course(db):
    return make_course()


@pytest.fixture
def giulia(db):
    return make_learner("giulia", display_name="Giulia")


@pytest.fixture
def certificate(course, giulia):
    return earn(course, learner=giulia)


def _verify(number: str, browser: Client | None = None):
    return (browser or Client()).get("/en/verify/", {"number": number})


def _text(response) -> str:
    html = re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# Verify


def test_the_verify_page_says_valid_first_and_all_that_is_on_the_certificate(certificate):
    response = _verify(certificate.number.lower().replace("-", " "))

    text = _text(response)
    assert response.status_code == 200
    assert re.search(r"<h1>([^<]*)</h1>", response.content.decode()).group(1) == "This certificate is valid"
    for words in (
        "Giulia Ferri",
        "Digital basics",
        "Certificate of participation",
        certificate.number,
        "About 2 hours of learning.",
        "Signs in safely.",
        "2 lessons done. 1 quiz passed.",
        "Online, not supervised, identity not checked.",
        "Course edition 1.",
        "No expiry date.",
        "Not a regulated qualification.",
        "Ada Byron",
        "DEMO",
    ):
        assert words in text


def test_the_address_of_the_page_pasted_into_the_field_is_understood(certificate):
    response = _verify(f"https://learn.example/it/certificates/{certificate.public_id}/")

    assert "This certificate is valid" in _text(response)


def test_unknown_and_malformed_numbers_get_the_same_answer():
    unknown, malformed = _verify(UNKNOWN), _verify("hello")

    assert (unknown.status_code, malformed.status_code) == (404, 404)
    assert unknown.content.decode().replace(UNKNOWN, "?") == malformed.content.decode().replace("hello", "?")
    assert "We have no such certificate" in _text(unknown)


@pytest.mark.parametrize(
    "number", ["\x00", "CT-\x004M8R", "%", "'; drop table", "💥" * 500, "A" * 5000, "<script>alert(1)</script>"]
)
def test_any_text_gets_an_answer_in_words(number):
    response = _verify(number)

    assert response.status_code == 404
    assert "We have no such certificate" in _text(response)
    assert "<script>alert" not in response.content.decode()


def test_without_a_number_the_form_is_shown_and_sets_no_cookie():
    response = Client().get("/en/verify/")

    assert response.status_code == 200
    assert not response.cookies
    assert "Check a certificate" in _text(response)


def test_after_many_unknown_numbers_another_must_wait_but_a_real_one_is_still_answered(certificate):
    for _miss in range(MISSES_ALLOWED):
        assert _verify(UNKNOWN).status_code == 404

    assert [_verify(text).status_code for text in (UNKNOWN, "nonsense")] == [429, 429]
    assert _verify(certificate.number).status_code == 200
    assert _verify(f"http://testserver/en/certificates/{certificate.public_id}/").status_code == 200


def test_unknown_and_malformed_cost_the_same_queries_before_and_after_the_limit():
    def costs(status: int) -> set[int]:
        counts = set()
        for text in (UNKNOWN, "nonsense"):
            with counted_queries() as statements:
                assert _verify(text).status_code == status
            counts.add(len(statements))
        return counts

    _verify(UNKNOWN)  # what is read once a process
    assert len(costs(404)) == 1
    for _miss in range(MISSES_ALLOWED):
        _verify(UNKNOWN)
    assert len(costs(429)) == 1


def test_behind_a_proxy_one_visitors_wrong_numbers_are_not_counted_against_another(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def ask(visitor: str) -> int:
        # What a visitor writes into the header itself stands before what our proxy adds.
        header = f"192.0.2.1, {visitor}"
        return Client().get("/en/verify/", {"number": UNKNOWN}, headers={"x-forwarded-for": header}).status_code

    for _miss in range(MISSES_ALLOWED):
        ask("203.0.113.9")

    assert (ask("203.0.113.9"), ask("198.51.100.7")) == (429, 404)


def test_numbers_that_exist_are_never_counted(certificate):
    for _hit in range(MISSES_ALLOWED + 1):
        assert _verify(certificate.number).status_code == 200


def test_checking_goes_on_when_the_cache_is_away(certificate, monkeypatch):
    def refuse(*arguments, **named):
        raise ConnectionError

    for verb in ("get", "add", "incr"):
        monkeypatch.setattr(f"foundation.operations.limiting.cache.{verb}", refuse, raising=False)

    assert _verify(certificate.number).status_code == 200
    assert _verify(UNKNOWN).status_code == 404


def test_verify_costs_two_queries_and_four_for_somebody_signed_in(certificate, giulia):
    with counted_queries() as statements:
        _verify(certificate.number)
    assert len(statements) == 2

    browser = signed_in(giulia)
    with counted_queries() as statements:
        _verify(certificate.number, browser)
    assert len(statements) == 4


def test_pages_of_certificates_are_kept_out_of_search_engines_and_caches(certificate):
    for response in (_verify(certificate.number), Client().get(f"/en/certificates/{certificate.public_id}/")):
        assert response["X-Robots-Tag"] == "noindex"
        assert "no-store" in response["Cache-Control"]
        assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_a_withdrawn_certificate_says_so_first_and_shows_no_name(certificate):
    CertificateEvent.objects.create(
        certificate=certificate, kind="revoked", payload_sha256=certificate.payload_sha256, happened_at=NOON
    )

    text = _text(_verify(certificate.number))

    assert "This certificate was withdrawn on" in text
    assert "Name not shown any more" in text
    assert "Giulia" not in text


def test_a_certificate_that_was_changed_is_not_vouched_for(certificate):
    Certificate.objects.update(payload=certificate.payload | {"holder": {"name": "Somebody Else"}})

    text = _text(_verify(certificate.number))

    assert "This certificate cannot be confirmed" in text
    assert "Somebody Else" not in text


def test_the_page_in_italian_has_its_own_language_and_marks_english_words(certificate):
    response = Client().get(f"/it/certificates/{certificate.public_id}/")

    assert response.status_code == 200
    assert 'lang="en">Digital basics</b>' in response.content.decode()


# A certificate's own page


def test_a_visitor_sees_the_certificate_and_nothing_of_the_holder_s_tools(certificate):
    text = _text(Client().get(f"/en/certificates/{certificate.public_id}/"))

    assert "This certificate is valid" in text
    assert "This is your certificate" not in text
    assert "Open the PDF" not in text


def test_the_holder_sees_the_tools_in_at_most_eight_queries(certificate, giulia):
    browser = signed_in(giulia)
    browser.get(f"/en/certificates/{certificate.public_id}/")

    with counted_queries() as statements:
        text = _text(browser.get(f"/en/certificates/{certificate.public_id}/"))

    assert "This is your certificate" in text
    assert len(statements) <= 8


@pytest.mark.parametrize("public_id", ["0" * 32, "x", "0123456789abcdef0123456789abcdeg"])
def test_an_unknown_address_is_not_found(public_id):
    assert Client().get(f"/en/certificates/{public_id}/").status_code == 404
    assert Client().get(f"/en/certificates/{public_id}.pdf").status_code == 404


def test_the_holder_hides_the_name_and_shows_it_again(certificate, giulia):
    browser = signed_in(giulia)

    browser.post(f"/en/certificates/{certificate.public_id}/name/", {"shown": "file"})
    assert "Giulia Ferri" not in _text(_verify(certificate.number))
    assert "The holder does not show the name here" in _text(_verify(certificate.number))
    assert "Giulia Ferri" in _text(browser.get(f"/en/certificates/{certificate.public_id}/"))

    browser.post(f"/en/certificates/{certificate.public_id}/name/", {"shown": "full"})
    assert "Giulia Ferri" in _text(_verify(certificate.number))


def test_what_only_the_holder_may_do_is_absent_for_others(certificate):
    stranger = signed_in(make_learner())

    for part in ("share/", "share/1/end/", "name/"):
        assert stranger.post(f"/en/certificates/{certificate.public_id}/{part}").status_code == 404
        assert stranger.get(f"/en/certificates/{certificate.public_id}/{part}").status_code == 404
    assert not ShareLink.objects.exists()


# Files


needs_pango = pytest.mark.skipif(not printing.can_print(), reason="Pango is not installed")


@needs_pango
def test_the_pdf_opens_for_the_holder_and_for_who_has_a_share_link_and_is_absent_for_others(certificate, giulia):
    address = f"/en/certificates/{certificate.public_id}.pdf"
    link = operations.create_share_link(certificate=certificate, at=NOON)

    own = signed_in(giulia).get(address)
    shared = Client().get(address, {"share": link.token})

    assert own.status_code == shared.status_code == 200
    assert own.content == shared.content
    assert own.content.startswith(b"%PDF")
    assert own["Content-Type"] == "application/pdf"
    assert own["Content-Disposition"] == f'inline; filename="{certificate.number}-en.pdf"'
    assert "no-store" in own["Cache-Control"]
    for token in ("", "x", "\x00", "a" * 43):
        assert Client().get(address, {"share": token}).status_code == 404
    assert signed_in(make_learner()).get(address).status_code == 404


def test_a_page_opened_by_a_share_link_leads_to_the_pdf(certificate):
    link = operations.create_share_link(certificate=certificate, at=NOON)

    html = Client().get(f"/en/certificates/{certificate.public_id}/", {"share": link.token}).content.decode()

    if printing.can_print():
        assert f'href="/en/certificates/{certificate.public_id}.pdf?share={link.token}"' in html


def test_without_printer_pages_say_so_in_words(certificate, giulia, monkeypatch):
    monkeypatch.setattr(printing, "can_print", lambda: False)
    monkeypatch.setattr("certificates.views.parts.can_print", lambda: False)
    browser = signed_in(giulia)

    file = browser.get(f"/en/certificates/{certificate.public_id}.pdf")

    assert file.status_code == 503
    assert "There is no PDF on this machine" in _text(file)
    assert "The PDF is not available on this machine" in _text(
        browser.get(f"/en/certificates/{certificate.public_id}/")
    )


def test_a_pdf_that_takes_long_is_waited_for(certificate, giulia, monkeypatch):
    def take_long(*arguments, **named):
        raise printing.NotPrinted

    monkeypatch.setattr("certificates.views.files.document_of", take_long)

    response = signed_in(giulia).get(f"/en/certificates/{certificate.public_id}.pdf")

    assert (response.status_code, response["Refresh"], response["Retry-After"]) == (503, "5", "5")
    assert "Your PDF is being made" in _text(response)


def test_a_share_link_is_made_once_by_a_form_sent_twice_and_ended(certificate, giulia):
    browser = signed_in(giulia)
    page = browser.get(f"/en/certificates/{certificate.public_id}/").content.decode()
    number = re.search(r'name="number" value="(\d+)"', page).group(1)

    for _click in range(2):
        response = browser.post(f"/en/certificates/{certificate.public_id}/share/", {"number": number})
        assert response.status_code == 303
    link = ShareLink.objects.get()
    assert link.token in browser.get(f"/en/certificates/{certificate.public_id}/").content.decode()

    browser.post(f"/en/certificates/{certificate.public_id}/share/1/end/")
    assert link.token not in browser.get(f"/en/certificates/{certificate.public_id}/").content.decode()


@pytest.mark.parametrize("number", ["", "x", "-1", "0", "99999999999999999999", "²"])
def test_a_forged_number_of_a_share_link_makes_the_next_one(certificate, giulia, number):
    signed_in(giulia).post(f"/en/certificates/{certificate.public_id}/share/", {"number": number})

    assert ShareLink.objects.get().number == 1


# The name


def test_the_name_is_asked_for_and_confirmed_and_the_certificate_is_there(
    course, giulia, django_capture_on_commit_callbacks
):
    enrolment = complete(course, giulia)
    browser = signed_in(giulia)
    address = f"/en/enrolments/{enrolment.public_id}/name/"

    # Not the name she is greeted by: one press on it would certify it for good.
    assert 'value="Giulia"' not in browser.get(address).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        response = browser.post(address, {"name": "Giulia Ferri"})

    certificate = Certificate.objects.get()
    assert response.status_code == 303
    assert certificate.payload["holder"]["name"] == "Giulia Ferri"


def test_what_others_see_of_the_name_is_asked_for_with_the_name(course, giulia, django_capture_on_commit_callbacks):
    enrolment = complete(course, giulia)
    address = f"/en/enrolments/{enrolment.public_id}/name/"
    browser = signed_in(giulia)
    assert "What others see of your name" in _text(browser.get(address))

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(address, {"name": "Giulia Ferri", "visibility": "initials"})

    certificate = Certificate.objects.get()
    assert certificate.name_visibility == "initials"
    assert "Giulia" not in _text(_verify(certificate.number))


def test_after_the_issue_the_name_page_leads_to_the_certificate(certificate, giulia):
    address = f"/en/enrolments/{certificate.enrolment.public_id}/name/"
    browser = signed_in(giulia)

    for response in (browser.get(address), browser.post(address, {"name": "Somebody Else"})):
        assert response.status_code == 303
        assert response["Location"] == f"/en/certificates/{certificate.public_id}/"
    assert HolderName.objects.get().name == "Giulia Ferri"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Write the name that should stand on the certificate."),
        ("a" * 121, "The name is too long: a certificate has room for 120 characters."),
        ("Giulia 🎉", "Take out emoji and other signs."),
        ("12", "A name has letters."),
    ],
)
def test_a_name_that_cannot_stand_is_refused_in_words_and_kept_in_the_field(course, giulia, name, words):
    enrolment = complete(course, giulia)

    response = signed_in(giulia).post(f"/en/enrolments/{enrolment.public_id}/name/", {"name": name})

    assert response.status_code == 422
    assert _text(response).count(words) == 2  # on top, and at the field
    assert f'value="{name}"' in response.content.decode() or not name
    assert not HolderName.objects.exists()


def test_the_name_page_of_somebody_else_is_absent_and_a_visitor_signs_in_first(course):
    enrolment = complete(course)
    address = f"/en/enrolments/{enrolment.public_id}/name/"

    assert signed_in(make_learner()).get(address).status_code == 404
    assert Client().get(address)["Location"].startswith("/en/account/login/?next=")


def test_a_course_without_certificate_asks_for_no_name(giulia):
    enrolment = complete(make_course(has_certificate=False), giulia)

    response = signed_in(giulia).post(f"/en/enrolments/{enrolment.public_id}/name/", {"name": "Giulia Ferri"})

    assert response["Location"] == "/en/courses/digital-basics/"
    assert not HolderName.objects.exists()


# My certificates


def test_my_certificates_at_one_and_at_three_cost_the_same(course, giulia):
    browser = signed_in(giulia)
    earn(course, learner=giulia)
    browser.get("/en/me/certificates/")
    with counted_queries() as one:
        assert "Digital basics" in _text(browser.get("/en/me/certificates/"))

    for slug in ("second", "third"):
        earn(make_course(slug=slug, title=f"The {slug} course"), learner=giulia)
    browser.get("/en/me/certificates/")
    with counted_queries() as three:
        assert "The third course" in _text(browser.get("/en/me/certificates/"))

    assert len(one) == len(three) <= 8


def test_my_certificates_shows_what_waits_for_a_name_and_nothing_of_others(course, giulia):
    earn(course)
    complete(course, giulia)

    text = _text(signed_in(giulia).get("/en/me/certificates/"))

    assert "Your certificate waits for your name." in text
    assert "Certificate of participation" not in text


def test_my_certificates_at_one_and_at_three_courses_without_certificate_cost_the_same(giulia):
    browser = signed_in(giulia)
    complete(make_course(has_certificate=False), giulia)
    browser.get("/en/me/certificates/")
    with counted_queries() as one:
        assert "No certificate yet" in _text(browser.get("/en/me/certificates/"))

    for slug in ("second", "third"):
        complete(make_course(slug=slug, title=slug, has_certificate=False), giulia)
    browser.get("/en/me/certificates/")
    with counted_queries() as three:
        assert "No certificate yet" in _text(browser.get("/en/me/certificates/"))

    assert len(one) == len(three) <= 8


def test_my_certificates_without_any_says_what_to_do(giulia):
    assert "No certificate yet" in _text(signed_in(giulia).get("/en/me/certificates/"))


# The panel on course pages


def _panel(enrolment):
    with counted_queries() as statements:
        shown = certificate_panel({}, enrolment)
    for name in ("enrolment", "language", "offers_participation", "offers_achievement"):
        shown.pop(name, None)
    return shown, len(statements)


def test_the_panel_tells_each_state_and_costs_little(course, giulia):
    enrolment = enrol(course, giulia)
    assert _panel(enrolment) == ({"is_to_earn": True}, 0)

    complete(course, giulia)
    enrolment = type(enrolment).objects.with_course().get()
    assert _panel(enrolment) == ({"waits_for_name": True}, 2)

    operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=NOON)
    assert _panel(enrolment) == ({"is_being_issued": True}, 2)

    operations.issue_due_certificates(enrolment=enrolment, at=NOON)
    shown, cost = _panel(enrolment)
    assert (shown["certificate"], cost) == (Certificate.objects.get(), 1)


def test_on_the_page_of_a_complete_course_the_certificate_comes_before_the_steps(certificate, course, giulia):
    page = signed_in(giulia).get(course_address(outline_of(course, "en"), "en")).content.decode()

    assert page.count("You have the certificate") == 1
    assert page.index("You have the certificate") < page.index('id="steps"')


def test_my_learning_says_shortly_that_a_certificate_was_withdrawn(certificate, giulia):
    browser = signed_in(giulia)
    assert "Your certificate was withdrawn" not in _text(browser.get("/en/me/"))

    record_event(certificate=certificate, kind="revoked", at=NOON, reason="misuse")

    page = browser.get("/en/me/")
    assert _text(page).count("Your certificate was withdrawn") == 1
    assert "It was misused" not in _text(page)
    assert f'href="/en/certificates/{certificate.public_id}/"' in page.content.decode()


def test_on_its_own_page_what_the_holder_decided_is_said_at_its_place(certificate, giulia):
    browser = signed_in(giulia)
    start = f"/en/certificates/{certificate.public_id}/"
    for what, sent, place, words in (
        ("share", {"number": "1", "days": "7"}, "share", "Link 1 is made."),
        ("share/1/end", {}, "share", "Link 1 does not open anything any more."),
        ("name", {"shown": "file"}, "name", "Saved. What others see of your name:"),
    ):
        answer = browser.post(f"{start}{what}/", sent)
        page = browser.get(answer["Location"]).content.decode()
        assert answer["Location"] == f"{start}#{place}"
        assert page.count(words) == 1
        assert 0 < page.index(words) - page.index(f'id="{place}" tabindex="-1"') < 400


def test_my_learning_says_which_certificate_is_there_and_which_waits_for_the_name(giulia):
    learner, client = make_learner("mina"), Client()
    client.force_login(learner)
    issued = earn(make_course(slug="one", title="One"), learner=learner)
    waiting = complete(make_course(slug="two", title="Two"), learner)
    text = client.get("/en/me/").content.decode()
    assert text.count(f"/en/certificates/{issued.public_id}/") == 1
    assert text.count(f"/en/enrolments/{waiting.public_id}/name/") == 1
    assert text.count("Confirm your name") == 1
    assert f"/en/enrolments/{issued.enrolment.public_id}/name/" not in text


def test_my_learning_costs_the_same_with_one_complete_course_and_with_ten(giulia):
    learner, client = make_learner("mina"), Client()
    client.force_login(learner)
    begun = make_course(slug="begun", title="Begun")
    enrolment, lesson = enrol(begun, learner), lessons_of(begun)[0]
    costs = []
    for size in (1, 10):
        for number in range(size):
            has_certificate = number % 3 != 2
            complete(make_course(slug=f"c{size}-{number}", title="C", has_certificate=has_certificate), learner)
        complete(make_course(slug=f"none-{size}", title="None", has_certificate=False), learner)
        section = lesson_sections(lesson_version(lesson.version).body)[0][0]
        at = NOON.replace(year=2030)
        save_position(enrolment=enrolment, item_key=lesson.key, section=section, at=at)
        client.get("/en/me/")
        with counted_queries() as queries:
            assert "You stopped at" in client.get("/en/me/").content.decode()
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 11, costs  # one asks for certificates to be warned of, one who waits to agree


def test_the_panel_is_empty_where_no_certificate_is_offered(giulia):
    course = make_course(has_certificate=False)
    assert _panel(enrol(course, giulia)) == ({}, 0)

    complete(course, giulia)
    enrolment = type(enrol(course, giulia)).objects.with_course().get()
    assert _panel(enrolment)[0] == {}


# Mail


def test_the_holder_is_told_by_mail_with_the_address(course):
    certificate = earn(course, learner=make_learner("anna", email="anna@example.org"))

    mail_from_message({"certificate": certificate.pk}, at=NOON)

    (message,) = mail.outbox
    html = message.alternatives[0][0]
    assert message.to == ["anna@example.org"]
    assert message.subject == "Your certificate is ready"
    for body in (message.body, html):
        assert certificate.number in body
        assert certificate.payload["address"].replace("{language}", "en") in body
        assert "Digital basics" in body
        assert reverse("certificates:mine") in body


def test_somebody_who_took_the_address_away_gets_no_mail(course):
    learner = make_learner(email="anna@example.org")
    certificate = earn(course, learner=learner)
    learner.email = ""
    learner.save()

    mail_from_message({"certificate": certificate.pk}, at=NOON)

    assert mail.outbox == []
