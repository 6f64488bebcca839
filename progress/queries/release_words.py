"""What a release does, in words: the policies with their figures, whom a step binds, and all of it in short."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from progress.queries.impact import Impact
from progress.rules.regrading import Policy

POLICY_LABELS = {
    Policy.KEEP: gettext_lazy("Keep all marks as they are"),
    Policy.ACCEPT_BOTH: gettext_lazy("Count both answers as right"),
    Policy.NEVER_LOWER: gettext_lazy("Use the new key, but never lower"),
    Policy.DROP: gettext_lazy("Drop the changed questions for everybody"),
    Policy.EVEN_IF_LOWER: gettext_lazy("Use the new key even where it lowers"),
    Policy.AS_FIRST_MARKED: gettext_lazy("Go back to the first marking"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question of the screen. `short`: what it comes to, among all that a release does.

    `needs`: what else it takes; `second`: somebody else has to agree.
    """

    value: str
    label: str
    words: str
    short: str
    needs: str = ""
    second: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A question with its answers, and which one is chosen. `name` is that of the form's field.

    `is_old`: it is about marks of an earlier key, not about what this release changes.
    """

    name: str
    key: str
    title: str
    question: str
    choices: Sequence[Choice]
    chosen: str
    attempts_url: str = ""
    attempts_words: str = ""
    is_old: bool = False

    @property
    def choice(self) -> Choice:
        """The answer that is chosen."""
        return next(choice for choice in self.choices if choice.value == self.chosen)

    @property
    def policy(self) -> Policy:
        """The answer as a policy, of a question about marks."""
        return Policy(self.chosen)

    @property
    def is_default(self) -> bool:
        """Whether nothing but the usual answer is chosen."""
        return self.chosen == self.choices[0].value


def policy_choice(policy: Policy, impact: Impact, *, second: bool, is_old: bool = False) -> Choice:
    """Return a policy with what it would do now. `second`: it needs a reason and a second person."""
    label = str(POLICY_LABELS[policy])
    if policy is Policy.KEEP:
        words = _("Nothing changes. Usual choice.") if is_old else keep_words()
        short = _("marks stay as they are.")
    else:
        words = impact_words(policy, impact)
        short = f"{label[:1].lower()}{label[1:]}. {words}"
    return Choice(
        value=policy.value,
        label=label,
        words=words,
        short=short,
        needs=_("Needs a reason and a second person to agree.") if second else "",
        second=second,
    )


def keep_words() -> str:
    """Return what the usual choice does."""
    return _("No result changes. New attempts use the new key. Usual choice.")


def impact_words(policy: Policy, impact: Impact) -> str:
    """Return what a policy would do to the results there are, as sentences with figures."""
    if not impact.rise and not impact.fall:
        said = [_("No result that was given changes.")]
    else:
        said = [*([_rise(impact)] if impact.rise else []), _fall(impact) if impact.fall else _("Nobody falls.")]
    if impact.completes:
        said.append(
            ngettext(
                "%(count)s person has the course complete by it.",
                "%(count)s people have the course complete by it.",
                impact.completes,
            )
            % {"count": impact.completes}
        )
    if impact.without_answers:
        said.append(
            ngettext(
                "The answers of %(count)s attempt were erased: it stays as it is.",
                "The answers of %(count)s attempts were erased: they stay as they are.",
                impact.without_answers,
            )
            % {"count": impact.without_answers}
        )
    return " ".join(said)


def _rise(impact: Impact) -> str:
    rise = ngettext("%(count)s result rises", "%(count)s results rise", impact.rise) % {"count": impact.rise}
    if not impact.pass_now:
        return _("%(rise)s; nobody passes who did not.") % {"rise": rise}
    passing = ngettext("%(count)s of them then passes", "%(count)s of them then pass", impact.pass_now) % {
        "count": impact.pass_now
    }
    return _("%(rise)s; %(passing)s.") % {"rise": rise, "passing": passing}


def _fall(impact: Impact) -> str:
    fall = ngettext("%(count)s result falls", "%(count)s results fall", impact.fall) % {"count": impact.fall}
    if not impact.pass_no_more:
        return _("%(fall)s; who passed still passes.") % {"fall": fall}
    losing = ngettext("%(count)s would no longer pass", "%(count)s would no longer pass", impact.pass_no_more) % {
        "count": impact.pass_no_more
    }
    return _("%(fall)s; %(losing)s. What was done stays done.") % {"fall": fall, "losing": losing}


def in_a_row(words: Iterable[str]) -> str:
    """Return words as a list in a sentence: one, two and three."""
    return get_text_list(list(words), _("and"))
