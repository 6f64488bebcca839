"""Addresses of managers, of assessors and of those who look after certificates."""

from django.urls import path

from cockpit.views import certificates, certificates_bulk, marking, people

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
]
