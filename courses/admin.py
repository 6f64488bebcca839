"""What operators set at /ops/ about courses: which rules of quality only warn."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from courses.models import QualityRuleSetting
from courses.operations.quality import set_warned_rules
from courses.queries.quality import warned_rules
from courses.rules.quality import RULES


@admin.register(QualityRuleSetting)
class QualityRuleAdmin(admin.ModelAdmin):
    """All rules on one page, each with what it asks; a rule without a row blocks. Rows are not shown one by one."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        may_change = self.has_change_permission(request)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            return self._set(request)
        warned = warned_rules()
        rows = [
            {
                "key": rule.key,
                "name": _(rule.name),
                "asks": _(rule.asks),
                "mend": _(rule.mend),
                "can_warn": rule.can_warn,
                "only_warns": rule.key in warned,
            }
            for rule in RULES
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Rules of quality"),
            "rows": rows,
            "may_change": may_change,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "courses/ops/quality_rules.html", context)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead to the page of all rules: there is nothing else to see of one."""
        return HttpResponseRedirect("../../")

    def _set(self, request: HttpRequest) -> HttpResponse:
        assert isinstance(request.user, User)
        wanted = {rule.key for rule in RULES if rule.can_warn and request.POST.get(rule.key) == "warns"}
        changed = set_warned_rules(keys=wanted, user=request.user, at=timezone.now())
        for setting in changed:
            self.log_change(request, setting, f"{setting.rule}: {'warns' if setting.only_warns else 'blocks'}")
        words = ngettext("%(count)s rule was changed.", "%(count)s rules were changed.", len(changed))
        messages.success(request, words % {"count": len(changed)})
        return HttpResponseRedirect(request.path)
