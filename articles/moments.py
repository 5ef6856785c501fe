"""
How the newsroom says when something happens: by the clock of the site, with its zone and the time
by UTC, so that colleagues anywhere read the same.
"""

from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.forms import SplitDateTimeField
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

# Zones for which the time zone database has only a number, with what people there say.
ABBREVIATIONS = {
    "America/Argentina/Buenos_Aires": "ART",
    "America/Bogota": "COT",
    "America/Lima": "PET",
    "America/Sao_Paulo": "BRT",
    "Asia/Bangkok": "ICT",
    "Asia/Dhaka": "BST",
    "Asia/Dubai": "GST",
    "Asia/Ho_Chi_Minh": "ICT",
    "Asia/Kathmandu": "NPT",
    "Asia/Kuala_Lumpur": "MYT",
    "Asia/Riyadh": "AST",
    "Asia/Singapore": "SGT",
    "Asia/Yangon": "MMT",
}
CLOCKS_CHANGE = _(
    "By the site’s clock this time does not exist or comes twice, because the clocks are changed: "
    "choose another time."
)


def zone_name(moment: datetime) -> str:
    """What the site's time zone is called at ``moment``: “SGT”, “CEST”, or else “UTC+05:45”."""
    local = moment.astimezone(timezone.get_default_timezone())
    name = ABBREVIATIONS.get(timezone.get_default_timezone_name()) or local.tzname() or ""
    offset = f"{local:%z}"
    return name if name[:1].isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"


def in_full(moment: datetime) -> str:
    """Such as “24 Nov 2026, 09:00 SGT (01:00 UTC)”, with the day by UTC where it is another."""
    local = moment.astimezone(timezone.get_default_timezone())
    at_utc = moment.astimezone(UTC)
    day, hour = date_format(local, "j M Y"), time_format(local.time(), "H:i")
    text = f"{day}, {hour} {zone_name(moment)}"
    if local.utcoffset() == timedelta():
        return text
    hour = time_format(at_utc.time(), "H:i")
    if at_utc.date() != local.date():
        hour = f"{date_format(at_utc, 'j M')}, {hour}"
    return f"{text} ({hour} UTC)"


def how_far(moment: datetime) -> str:
    """How long until ``moment`` or since, in its largest unit: “in 3 days”, “2 hours ago”."""
    seconds = round((moment - timezone.now()).total_seconds())
    size = abs(seconds)
    if size < 60:
        return gettext("in less than a minute") if seconds > 0 else gettext("just now")
    if size < 3600:
        count = size // 60
        ahead = ngettext("in %(count)d minute", "in %(count)d minutes", count)
        behind = ngettext("%(count)d minute ago", "%(count)d minutes ago", count)
    elif size < 2 * 86400:
        count = size // 3600
        ahead = ngettext("in %(count)d hour", "in %(count)d hours", count)
        behind = ngettext("%(count)d hour ago", "%(count)d hours ago", count)
    else:
        count = size // 86400
        ahead = ngettext("in %(count)d day", "in %(count)d days", count)
        behind = ngettext("%(count)d day ago", "%(count)d days ago", count)
    return (ahead if seconds > 0 else behind) % {"count": count}


class MomentField(SplitDateTimeField):
    """A date and a time by the site's clock, with a sentence of ours for what no clock shows."""

    def compress(self, data_list: list | None) -> datetime | None:
        try:
            return super().compress(data_list)
        except ValidationError as error:
            if error.code == "ambiguous_timezone":
                raise ValidationError(CLOCKS_CHANGE, code=error.code) from error
            raise
