"""What the history of a course in the CMS says about a release."""

from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter

from courses.operations.releasing import LOG_ACTION


@hooks.register("register_log_actions")
def log_of_releases(actions: LogActionRegistry) -> None:
    @actions.register_action(LOG_ACTION)
    class ReleaseLog(LogFormatter):
        label = _("Release")

        def format_message(self, log_entry: Any) -> str:
            count = log_entry.data.get("drafts", 0)
            if not count:
                return gettext("Released without drafts")
            drafts = ngettext("%(count)s draft", "%(count)s drafts", count) % {"count": count}
            return gettext("Released %(drafts)s as edition %(edition)s") % {
                "drafts": drafts,
                "edition": log_entry.data.get("edition", ""),
            }
