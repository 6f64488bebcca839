"""Addresses of the case studies, below /<language>/: before Wagtail's, because a story answers in every language."""

from django.urls import path

from case_studies import views

app_name = "case_studies"
urlpatterns = [
    path("case-studies/", views.index, name="index"),
    path("case-studies/<slug:slug>/", views.case, name="case"),
]
