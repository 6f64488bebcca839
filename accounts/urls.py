"""Account pages below /<lang>/account/. allauth's names, so that its own redirects find them; what we do not use is left out."""

from django.urls import include, path, re_path

from accounts import views

_own = [
    path("settings/", views.settings_page, name="settings"),
    path("messages/", views.messages_page, name="messages"),
]
urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("logout/", views.sign_out, name="account_logout"),
    path("signup/", views.sign_up, name="account_signup"),
    path("inactive/", views.inactive, name="account_inactive"),
    path("email/", views.address, name="account_email"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", views.confirm_address, name="account_confirm_email"),
    path("password/change/", views.change_passphrase, name="account_change_password"),
    path("password/set/", views.set_passphrase, name="account_set_password"),
    path("password/reset/", views.ask_new_passphrase, name="account_reset_password"),
    path("password/reset/done/", views.ask_new_passphrase_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.choose_passphrase,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.choose_passphrase_done, name="account_reset_password_from_key_done"),
    path("", include((_own, "accounts"))),
]
