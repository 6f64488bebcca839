"""An operator turns rules of quality to warnings, or back."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from courses.models import QualityRuleSetting
from courses.queries.quality import warned_rules
from courses.rules.quality import RULES_BY_KEY


@transaction.atomic
def set_warned_rules(*, keys: Collection[str], user: User, at: datetime) -> list[QualityRuleSetting]:
    """Have these rules only warn and all others block; return what was changed.

    Rules that cannot be turned to warnings, and names of none, are left aside.
    """
    wanted = {key for key in keys if key in RULES_BY_KEY and RULES_BY_KEY[key].can_warn}
    changed = []
    for key in sorted(wanted ^ warned_rules()):
        setting, _new = QualityRuleSetting.objects.update_or_create(
            rule=key, defaults={"only_warns": key in wanted, "changed_by": user, "changed_at": at}
        )
        changed.append(setting)
    return changed
