import pytest
from django.core.cache import cache
from django.utils import translation


@pytest.fixture(autouse=True)
def _no_limits_of_earlier_tests():
    """The limits that django-allauth keeps are counted in the cache, which no test's transaction takes back."""
    cache.clear()


@pytest.fixture(autouse=True)
def _english():
    """A page in another language leaves that language active in the test's thread."""
    with translation.override("en"):
        yield
