"""Addresses of the case studies, below /<language>/: before Wagtail's, because a story answers in every language."""

from django.urls import path

from case_studies import views

app_name = "case_studies"
urlpatterns = [
    path("case-studies/", views.index, name="index"),
    path("case-studies/feed.atom", views.feed, name="feed"),
    path("case-studies/<slug:slug>/", views.case, name="case"),
    path("case-studies/<slug:slug>/try-it/", views.try_it, name="try_it"),
    path("case-studies/<slug:slug>/share.png", views.share_picture, name="share_picture"),
]
