"""Addresses of certificates, below /<language>/."""

from django.urls import path

from certificates.views import achievements, badges, elm, file_check, files, holder, renewing, verify, wallet

app_name = "certificates"

urlpatterns = [
    path("verify/", verify.verify, name="verify"),
    path("verify/file/", file_check.check_file, name="check_file"),
    path("achievements/<str:key>/", achievements.achievement, name="achievement"),
    path("certificates/<str:public_id>.pdf", files.pdf, name="pdf"),
    path("certificates/<str:public_id>/badge.json", badges.badge, name="badge"),
    path("certificates/<str:public_id>/elm.json", elm.elm, name="elm"),
    path("certificates/<str:public_id>/", verify.show, name="show"),
    path("certificates/<str:public_id>/share/", holder.share, name="share"),
    path("certificates/<str:public_id>/share/<int:number>/end/", holder.end_share, name="end_share"),
    path("certificates/<str:public_id>/name/", holder.show_name, name="show_name"),
    path("certificates/<str:public_id>/renew/", renewing.renew, name="renew"),
    path("enrolments/<uuid:public_id>/name/", holder.name, name="name"),
    path("me/certificates/", wallet.mine, name="mine"),
    path("me/certificates/all.json", wallet.everything, name="everything"),
]
