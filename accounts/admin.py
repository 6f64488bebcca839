"""The Django admin at /ops/, for operators: people, organisations, clusters, projects and who belongs where."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import ModelForm
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.forms import NewPersonForm
from accounts.models import (
    Cluster,
    ClusterManager,
    ClusterMembership,
    Membership,
    Notification,
    Organisation,
    Project,
    ProjectText,
    User,
)
from accounts.operations import end_what_is_over, note_access_changed
from accounts.operations.clusters import make_managers_of_members
from accounts.operations.organisations import save_organisation
from accounts.queries.emblems import MAX_BYTES, EmblemProblem, NotAnEmblem, read_emblem


class MembershipInline(admin.TabularInline):
    model = Membership
    fk_name = "user"
    autocomplete_fields = ("organisation",)
    readonly_fields = ("told_at",)  # the person agrees, nobody for them
    extra = 0


@admin.register(User)
class PersonAdmin(UserAdmin):
    """People. A passphrase is never shown and never chosen here; an operator switches off, corrects, and gives rights.

    Who is added with an e-mail address chooses a passphrase through “I cannot sign in”; who has none gets the first one
    by word of mouth from whoever edits people in the CMS.
    """

    list_display = ("username", "display_name", "email", "language", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "groups", "language")
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    readonly_fields = ("last_login", "date_joined")
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("username", "display_name", "email", "language")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "shows_edit_links")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_form = NewPersonForm
    add_form_template = None  # Django's is about the passphrase
    add_fieldsets = ((None, {"fields": ("username", "display_name", "email", "language")}),)

    def get_readonly_fields(self, request, obj=None):
        """Keep operators from making themselves, or anybody, all-powerful."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, "is_superuser")

    def save_model(self, request, obj, form, change):
        """Save; another e-mail address is told to the one of before."""
        before = User.objects.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if before is not None:
            note_access_changed(before=before, person=obj, by=request.user, at=timezone.now())

    def save_formset(self, request, form, formset, change):
        """Save memberships; with the last one in an organisation ends what the person shows there."""
        super().save_formset(request, form, formset, change)
        if formset.model is Membership:
            for membership, _fields in formset.changed_objects:
                _end_what_is_over(membership)

    def user_change_password(self, request, id, form_url=""):
        """Refuse: a person chooses the passphrase through a link that only they get (ASVS 6.4.6)."""
        self.message_user(request, _("A passphrase is not chosen here. The person uses “I cannot sign in”."), "warning")
        return self.response_post_save_change(request, self.get_object(request, id))


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    """Organisations. A change of the profile is dated, so that reports of a past period read what was true then."""

    list_display = ("name", "country", "sector", "size_band", "is_public", "shows_people", "approves_joining")
    list_filter = ("country", "sector", "size_band", "shows_people")
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "country", "sector", "size_band", "tools", "is_public")}),
        (_("Who sees people, and who is let in"), {"fields": ("shows_people", "approves_joining")}),
        (_("Reminders"), {"fields": ("reminders_a_week", "quiet_from", "quiet_until")}),
    )

    def save_model(self, request, obj, form, change):
        """Save, with the history of the profile."""
        save_organisation(organisation=obj, at=timezone.now())


class ClusterMembershipInline(admin.TabularInline):
    model = ClusterMembership
    autocomplete_fields = ("organisation",)
    extra = 0


class ClusterManagerInline(admin.TabularInline):
    model = ClusterManager
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Cluster)
class ClusterAdmin(admin.ModelAdmin):
    """Clusters, with their organisations and who manages them, each from a day until a day."""

    list_display = ("name", "country")
    list_filter = ("country",)
    search_fields = ("name",)
    inlines = (ClusterMembershipInline, ClusterManagerInline)
    actions = ("let_managers_bring_people_in",)

    @admin.action(
        description=_("Make who manages these clusters a manager of each of their organisations"),
        permissions=["change"],
    )
    def let_managers_bring_people_in(self, request, queryset):
        at = timezone.now()
        count = sum(make_managers_of_members(cluster=cluster, at=at) for cluster in queryset)
        words = ngettext("%(count)d role was added.", "%(count)d roles were added.", count)
        self.message_user(request, words % {"count": count})


_NO_EMBLEM = {
    EmblemProblem.TOO_LARGE: _("The file is larger than 200 kB. Make the picture smaller."),
    EmblemProblem.TOO_MANY_PIXELS: _("The picture has more than 2,000 pixels a side. Make it smaller."),
    EmblemProblem.NO_PICTURE: _("The official file, unchanged. PNG or JPEG, up to 200 kB."),
}


class ProjectForm(ModelForm):
    """A project; its emblem is a picture that pages and certificates can show."""

    def clean_emblem(self):
        """Take a PNG or JPEG as it is: an emblem is not altered."""
        emblem = self.cleaned_data.get("emblem")
        if isinstance(emblem, UploadedFile):
            try:
                read_emblem(emblem.read(MAX_BYTES + 1))
            except NotAnEmblem as error:
                raise ValidationError(_NO_EMBLEM[error.problem]) from error
            emblem.seek(0)
        return emblem


class ProjectTextInline(admin.StackedInline):
    model = ProjectText
    extra = 0


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):
    """Funded projects. What they show of a funder stays off until somebody read the grant agreement."""

    form = ProjectForm
    list_display = ("name", "funder", "grant_number", "start_date", "end_date", "statement")
    search_fields = ("name", "funder", "grant_number")
    filter_horizontal = ("organisations",)
    inlines = (ProjectTextInline,)
    fieldsets = (
        (None, {"fields": ("name", "start_date", "end_date", "organisations")}),
        (
            _("Funding, as the grant agreement names it"),
            {"fields": ("funder", "programme", "grant_number", "work_package", "authority", "content_licence")},
        ),
        (_("What is shown of it"), {"fields": ("statement", "emblem")}),
        (_("List with names"), {"fields": ("names_basis", "names_basis_note", "retention_until")}),
    )


@admin.register(ClusterManager)
class ClusterManagerAdmin(admin.ModelAdmin):
    list_display = ("user", "cluster", "start_date", "end_date")
    list_filter = ("cluster",)
    list_select_related = ("user", "cluster")
    search_fields = ("user__username", "user__display_name", "cluster__name")
    autocomplete_fields = ("user", "cluster")


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ("user", "organisation", "role", "start_date", "end_date")
    list_filter = ("role", "organisation")
    list_select_related = ("user", "organisation")
    search_fields = ("user__username", "user__display_name", "organisation__name")
    autocomplete_fields = ("user", "organisation")
    readonly_fields = ("told_at",)  # as above

    def save_model(self, request, obj, form, change):
        """Save; with the last one in an organisation ends what the person shows there."""
        super().save_model(request, obj, form, change)
        _end_what_is_over(obj)


def _end_what_is_over(membership: Membership) -> None:
    end_what_is_over(person=membership.user, organisation=membership.organisation, at=timezone.now())


@admin.register(ClusterMembership)
class ClusterMembershipAdmin(admin.ModelAdmin):
    list_display = ("organisation", "cluster", "start_date", "end_date")
    list_filter = ("cluster",)
    list_select_related = ("organisation", "cluster")
    search_fields = ("organisation__name", "cluster__name")
    autocomplete_fields = ("organisation", "cluster")


@admin.register(Notification)
class NotificationAdmin(admin.ModelAdmin):
    """Messages that were given up, came back, or perhaps went out: what `/readyz` counts, and why. Only to be read.

    To whom they were written, their senders see; whoever keeps the site running needs the reason, and no name.
    """

    list_display = ("kind", "organisation", "state", "problem", "posted_at", "settled_at")
    list_display_links = None
    list_filter = ("state", "kind")
    list_select_related = ("organisation",)
    ordering = ("-settled_at", "-pk")
    show_full_result_count = False

    def get_queryset(self, request):
        states = (Notification.State.FAILED, Notification.State.BOUNCED, Notification.State.UNSURE)
        return super().get_queryset(request).filter(state__in=states)

    def changelist_view(self, request, extra_context=None):
        """Name the list by what is in it."""
        return super().changelist_view(request, {"title": _("Messages that did not arrive"), **(extra_context or {})})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show none by itself: a row has the address it went to."""
        raise Http404

    def history_view(self, request, object_id, extra_context=None):
        raise Http404

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return request.user.is_active and request.user.is_staff  # who comes in at /ops/

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
