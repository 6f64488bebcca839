"""Settings are safe when unset: without PORTAL_MODE the portal is a real site and refuses to start half set up."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

WHOLE = {
    "PORTAL_SECRET_KEY": "k" * 50,
    "PORTAL_HOSTS": "learn.example",
    "PORTAL_BASE_URL": "https://learn.example",
}
SHOWN = "import portal.settings as s; print(s.PORTAL_MODE, s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT)"


PROXIES = "import portal.settings as s; print(s.ALLAUTH_TRUSTED_PROXY_COUNT, s.SECURE_PROXY_SSL_HEADER is not None)"
ADDRESS = "import portal.settings as s; print(s.PORTAL_BASE_URL)"


def load(tmp_path, environment: dict[str, str], shown: str = SHOWN) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own, with nothing but this environment."""
    whole = {"PATH": os.environ["PATH"], "PORTAL_VAR": str(tmp_path), **environment}
    return subprocess.run(
        [sys.executable, "-c", shown], cwd=settings.BASE_DIR, env=whole, capture_output=True, text=True, check=False
    )


def test_without_a_mode_the_portal_is_a_real_site(tmp_path):
    assert load(tmp_path, WHOLE).stdout.split() == ["production", "False", "True", "True", "True"]


@pytest.mark.parametrize(
    "change",
    [
        {"PORTAL_SECRET_KEY": ""},
        {"PORTAL_SECRET_KEY": "short"},
        {"PORTAL_HOSTS": ""},
        {"PORTAL_HOSTS": "*"},
        {"PORTAL_BASE_URL": ""},
        {"PORTAL_BASE_URL": "http://learn.example"},
        {"PORTAL_LOG_WITNESS_URL": "http://witness.example"},
        {"PORTAL_MODE": "debug"},
        {"PORTAL_KEYS_DIR": str(settings.BASE_DIR / "keys")},
    ],
    ids=[
        "no secret",
        "a short secret",
        "no hosts",
        "any host",
        "no address",
        "plain http",
        "a witness over plain http",
        "no such mode",
        "keys beside the code",
    ],
)
def test_a_real_site_refuses_to_start(tmp_path, change):
    answer = load(tmp_path, WHOLE | change)

    assert answer.returncode == 1
    assert "ImproperlyConfigured" in answer.stderr


def test_the_demo_is_never_in_debug_mode_and_makes_a_secret_of_its_own(tmp_path):
    assert load(tmp_path, {"PORTAL_MODE": "demo"}).stdout.split() == ["demo", "False", "False", "False", "False"]
    assert len((tmp_path / "secret-key").read_text()) == 80


def test_a_demo_that_runs_is_addressed_where_it_runs(tmp_path):
    (tmp_path / "run.lock").write_text("http://127.0.0.1:8310/")

    assert load(tmp_path, {"PORTAL_MODE": "demo"}, ADDRESS).stdout == "http://127.0.0.1:8310\n"
    assert load(tmp_path, {"PORTAL_MODE": "demo", "PORT": "8311"}, ADDRESS).stdout == "http://127.0.0.1:8311\n"


def test_a_demo_that_does_not_run_is_addressed_at_the_usual_port(tmp_path):
    (tmp_path / "run.lock").write_text("")

    assert load(tmp_path, {"PORTAL_MODE": "demo"}, ADDRESS).stdout == "http://127.0.0.1:8000\n"


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({}, ["0", "False"]),
        ({"PORTAL_PROXY_COUNT": "2"}, ["0", "False"]),
        ({"PORTAL_BEHIND_PROXY": "1"}, ["1", "True"]),
        ({"PORTAL_BEHIND_PROXY": "1", "PORTAL_PROXY_COUNT": "2"}, ["2", "True"]),
    ],
    ids=["no proxy", "a number alone", "one proxy", "two proxies"],
)
def test_headers_of_a_proxy_are_believed_only_where_there_is_one(tmp_path, environment, shown):
    assert load(tmp_path, WHOLE | environment, PROXIES).stdout.split() == shown
