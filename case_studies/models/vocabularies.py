"""Closed lists of case studies (CONTENT.md sections 2 and 3). Sector and size are those of organisations in `accounts`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegionType(models.TextChoices):
    CITY = "city", _("City")
    TOWN = "town", _("Town")
    RURAL = "rural", _("Countryside")
    MIXED = "mixed", _("Town and countryside")


class ToolCategory(models.TextChoices):
    """What a tool is for; the words of the story itself say what it is."""

    STOCK = "stock", _("Stock and labels")
    INSTRUCTIONS = "instructions", _("Work instructions")
    BOOKING = "booking", _("Booking and reminders")
    ORDERING = "ordering", _("Orders and deliveries")
    PLANNING = "planning", _("Planning of visits and shifts")
    SELLING = "selling", _("Selling online")
    ENERGY = "energy", _("Energy, water, waste")
    DATA = "data", _("Forms, figures, dashboards")
    COMMUNICATION = "communication", _("Messages and meetings")
    MONEY = "money", _("Accounts and invoices")
    TEXT = "text", _("Texts, pictures, translation")
    OTHER = "other", _("Other")


class LicenceType(models.TextChoices):
    OPEN_SOURCE = "open-source", _("Open source")
    FREE = "free", _("Free of charge")
    DONATED = "donated", _("Donated")
    PAID = "paid", _("Paid")
    MIXED = "mixed", _("Open source and paid")


class CostBand(models.TextChoices):
    """Cost of the first year, in euro: devices, programs, paid help. Staff hours are counted apart."""

    ZERO = "zero", _("Nothing")
    UNDER_500 = "under-500", _("Under 500 EUR")
    TO_2000 = "500-2000", _("500 to 2,000 EUR")
    TO_10000 = "2000-10000", _("2,000 to 10,000 EUR")
    OVER_10000 = "over-10000", _("Over 10,000 EUR")


class SetupTime(models.TextChoices):
    """From the decision to daily use."""

    HOURS = "hours", _("Hours")
    DAYS = "days", _("Days")
    WEEKS = "weeks", _("Weeks")
    MONTHS = "months", _("Months")


class Consent(models.TextChoices):
    """What allows us to publish. Only an invented organisation needs none."""

    NONE_NEEDED = "none-needed", _("None needed: the organisation is invented")
    WRITTEN = "written", _("Given in writing")
    TOLD_BY_LEARNER = "told", _("Given by the person who told it, on this portal")


class Country(models.TextChoices):
    """Countries of the EU, the EEA, Switzerland, the United Kingdom and candidates (ISO 3166-1; XK is in common use)."""

    AL = "AL", _("Albania")
    AT = "AT", _("Austria")
    BA = "BA", _("Bosnia and Herzegovina")
    BE = "BE", _("Belgium")
    BG = "BG", _("Bulgaria")
    CH = "CH", _("Switzerland")
    CY = "CY", _("Cyprus")
    CZ = "CZ", _("Czechia")
    DE = "DE", _("Germany")
    DK = "DK", _("Denmark")
    EE = "EE", _("Estonia")
    ES = "ES", _("Spain")
    FI = "FI", _("Finland")
    FR = "FR", _("France")
    GB = "GB", _("United Kingdom")
    GE = "GE", _("Georgia")
    GR = "GR", _("Greece")
    HR = "HR", _("Croatia")
    HU = "HU", _("Hungary")
    IE = "IE", _("Ireland")
    IS = "IS", _("Iceland")
    IT = "IT", _("Italy")
    LI = "LI", _("Liechtenstein")
    LT = "LT", _("Lithuania")
    LU = "LU", _("Luxembourg")
    LV = "LV", _("Latvia")
    MD = "MD", _("Moldova")
    ME = "ME", _("Montenegro")
    MK = "MK", _("North Macedonia")
    MT = "MT", _("Malta")
    NL = "NL", _("Netherlands")
    NO = "NO", _("Norway")
    PL = "PL", _("Poland")
    PT = "PT", _("Portugal")
    RO = "RO", _("Romania")
    RS = "RS", _("Serbia")
    SE = "SE", _("Sweden")
    SI = "SI", _("Slovenia")
    SK = "SK", _("Slovakia")
    TR = "TR", _("Türkiye")
    UA = "UA", _("Ukraine")
    XK = "XK", _("Kosovo")
