"""Addresses of the home app, below /<language>/."""

from django.urls import path, re_path

from home.views import public as views
from home.views import searching

app_name = "home"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", searching.search, name="search"),
    # Linked from the foot of every page, so they answer in every language.
    re_path(r"^(?P<slug>about|privacy|accessibility)/$", views.standard_page, name="page"),
]
