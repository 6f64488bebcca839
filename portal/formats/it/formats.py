"""Italian: 4 settembre 2026, 10:42. Django's "it" writes 04 and names the day of the week."""

DATE_FORMAT = "j E Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j E Y, H:i"
MONTH_DAY_FORMAT = "j E"
