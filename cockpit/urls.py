"""Addresses of managers, of assessors and of those who look after certificates."""

from django.urls import path

from cockpit.views import (
    certificates,
    certificates_bulk,
    impact,
    importing,
    marking,
    people,
    reports,
)

app_name = "cockpit"

urlpatterns = [
    path("cockpit/", people.people, name="people"),
    path("cockpit/marking/", marking.queue, name="queue"),
    path("cockpit/marking/<uuid:public_id>/", marking.task, name="task"),
    path("cockpit/certificates/", certificates.desk, name="certificates"),
    path("cockpit/certificates/cohorts/", certificates_bulk.cohort, name="cohort"),
    path("cockpit/certificates/cohorts/<uuid:public_id>/", certificates_bulk.cohort_issue, name="cohort_issue"),
    path(
        "cockpit/certificates/requests/<uuid:public_id>/", certificates.certificate_request, name="certificate_request"
    ),
    path("cockpit/certificates/<str:public_id>/", certificates.entry, name="certificate"),
    path("cockpit/certificates/<str:public_id>/<slug:act>/", certificates.change, name="certificate_change"),
    path("cockpit/impact/", impact.impact, name="impact"),
    path("cockpit/impact/did-it-help.csv", impact.impact_file, name="impact_file"),
    path("cockpit/import/", importing.start, name="import"),
    path("cockpit/import/people.<str:kind>", importing.template, name="import_template"),
    path("cockpit/import/<uuid:public_id>/", importing.one, name="import_one"),
    path("cockpit/import/<uuid:public_id>/stop/", importing.change, {"act": "stop"}, name="import_stop"),
    path("cockpit/import/<uuid:public_id>/undo/", importing.change, {"act": "undo"}, name="import_undo"),
    path("cockpit/reports/", reports.reports, name="reports"),
    path("cockpit/reports/packs/", reports.pack_list, name="packs"),
    path("cockpit/reports/packs/make/", reports.make_pack, name="make_pack"),
    path("cockpit/reports/packs/<uuid:public_id>/", reports.pack, name="pack"),
    path("cockpit/reports/packs/<uuid:public_id>/evidence.zip", reports.pack_file, name="pack_file"),
    path("cockpit/reports/sheet.xlsx", reports.sheet, name="sheet"),
    path("cockpit/reports/projects/", reports.project_list, name="projects"),
]
