"""The Django admin at /ops/, for operators: people, organisations, clusters, projects and who belongs where."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import NewPersonForm
from accounts.models import Cluster, ClusterMembership, Membership, Organisation, Project, User
from accounts.operations import note_access_changed


class MembershipInline(admin.TabularInline):
    model = Membership
    fk_name = "user"
    autocomplete_fields = ("organisation",)
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

    def user_change_password(self, request, id, form_url=""):
        """Refuse: a person chooses the passphrase through a link that only they get (ASVS 6.4.6)."""
        self.message_user(request, _("A passphrase is not chosen here. The person uses “I cannot sign in”."), "warning")
        return self.response_post_save_change(request, self.get_object(request, id))


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ("name", "country", "sector", "size_band")
    list_filter = ("country", "sector", "size_band")
    search_fields = ("name",)


@admin.register(Cluster)
class ClusterAdmin(admin.ModelAdmin):
    list_display = ("name", "country")
    list_filter = ("country",)
    search_fields = ("name",)


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):
    list_display = ("name", "funder", "grant_number", "start_date", "end_date")
    search_fields = ("name", "funder", "grant_number")


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ("user", "organisation", "role", "start_date", "end_date")
    list_filter = ("role", "organisation")
    list_select_related = ("user", "organisation")
    search_fields = ("user__username", "user__display_name", "organisation__name")
    autocomplete_fields = ("user", "organisation")


@admin.register(ClusterMembership)
class ClusterMembershipAdmin(admin.ModelAdmin):
    list_display = ("organisation", "cluster", "start_date", "end_date")
    list_filter = ("cluster",)
    list_select_related = ("organisation", "cluster")
    search_fields = ("organisation__name", "cluster__name")
    autocomplete_fields = ("organisation", "cluster")
