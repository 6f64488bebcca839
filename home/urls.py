"""Addresses of the home app, below /<language>/."""

from django.urls import path, re_path

from home.views import own_data, searching
from home.views import public as views

app_name = "home"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", searching.search, name="search"),
    path("me/data/", own_data.my_data, name="my_data"),
    path("me/data/my-data.json", own_data.my_data_file, name="my_data_file"),
    # Linked from the foot of every page, so they answer in every language.
    re_path(r"^(?P<slug>about|privacy|accessibility)/$", views.standard_page, name="page"),
]
