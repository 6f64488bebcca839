"""The site as a whole: settings, addresses, security headers, health, worker.

Knows every app; no app knows it.
"""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
