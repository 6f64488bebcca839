"""All addresses (DESIGN.md section 5). Wagtail's catch-all is last and never reached below /<lang>/courses/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from accounts.views import stop_messages, to_sign_in
from certificates.views import badges, files, log
from cockpit.views import api
from courses.cms_transactions import atomic_posts
from courses.views import reports
from foundation.access import Access, access
from home.views.doors import doors_closed
from portal import views
from portal.sitemaps import SITEMAPS

admin.site.site_header = admin.site.site_title = settings.PORTAL_SITE_NAME
admin.site.index_title = _("For operators")

urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", access(Access.EVERYONE)(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
    path("", include("courses.urls")),
    path(".well-known/did.json", badges.did, name="did"),
    path("issuers/<slug:key>/did.json", badges.did, name="did_of_issuer"),
    path("issuers/logos/<str:sha256>", files.logo, name="issuer_logo"),
    path("credentials/status/<int:number>", badges.status_list, name="status_list"),
    path("credentials/log/head", log.latest, name="log_head"),
    path("credentials/log/<str:day>", log.of_day, name="log_head_of_day"),
    path("api/v1/report/", api.report, name="api_report"),
    path("media/<path:path>", views.cms_media, name="cms_media"),
    # Learners read frozen copies (`courses.views.download`); the CMS's own documents are for editors.
    path("documents/", include(decorate_urlpatterns(wagtaildocs_urls.urlpatterns, require_admin_access))),
    # Their own sign-in pages would be a second door, where guessing need not wait.
    path("cms/login/", to_sign_in),
    path("ops/login/", to_sign_in),
    path("cms/", include(doors_closed(atomic_posts(wagtailadmin_urls)))),
    path("ops/", admin.site.urls),
]

urlpatterns += i18n_patterns(
    path("report/", reports.report, name="report"),
    path("report/thanks/", reports.thanks, name="report_thanks"),
    path("account/", include("accounts.urls")),
    path("mail/stop/<str:token>/", stop_messages, name="mail_stop"),
    path("", include("certificates.urls")),
    path("", include("cockpit.urls")),
    path("", include("home.urls")),
    path("", include("case_studies.urls")),
    path("", include("progress.urls")),
    path("", include(wagtail_urls)),
)

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
