"""Addresses of certificates, below /<language>/."""

from django.urls import path

from certificates.views import pages as views

app_name = "certificates"

urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("certificates/<str:public_id>.pdf", views.pdf, name="pdf"),
    path("certificates/<str:public_id>/", views.show, name="show"),
    path("certificates/<str:public_id>/share/", views.share, name="share"),
    path("certificates/<str:public_id>/share/<int:number>/end/", views.end_share, name="end_share"),
    path("certificates/<str:public_id>/name/", views.show_name, name="show_name"),
    path("enrolments/<uuid:public_id>/name/", views.name, name="name"),
    path("me/certificates/", views.mine, name="mine"),
]
