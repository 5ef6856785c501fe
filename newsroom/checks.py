"""What a start must not be allowed to do."""

import re
from email.utils import formataddr, parseaddr
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from django.conf.locale import LANG_INFO
from django.http.request import validate_host

SHORTEST_SECRET_KEY = 50
DATABASES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")
HOST = re.compile(r"\*|\.?[\w-]+(\.[\w-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)
LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{2,8})*", re.IGNORECASE)
SENDER = re.compile(r"[^@\s]+@[^@\s]+")


def sender(name: str, site_url: str) -> str:
    """Whom mail of the site called ``name`` comes from, where no setting says so."""
    try:
        host = urlsplit(site_url).hostname
    except ValueError:  # which is told in the words of ``unusable``
        host = None
    return formataddr((" ".join(name.split()), f"no-reply@{host or 'localhost'}"))


def object_storage(url: str) -> dict[str, str]:
    """The options of the storage at ``url``, ``https://key:secret@host/bucket?region=…``; or {}."""
    try:
        parts = urlsplit(url)
        bucket, port = parts.path.strip("/"), parts.port
    except ValueError:
        return {}
    if not (bucket and "/" not in bucket and parts.hostname and parts.username and parts.password):
        return {}
    region = dict(parse_qsl(parts.query)).get("region", "us-east-1")
    return {
        "endpoint_url": f"{parts.scheme}://{parts.hostname}{f':{port}' if port else ''}",
        "bucket_name": bucket,
        "access_key": unquote(parts.username),
        "secret_key": unquote(parts.password),
        "region_name": region,
    }


def unusable(
    *,
    allowed_hosts: list[str],
    site_url: str,
    database_engine: str,
    redis_url: str,
    s3_url: str,
    time_zone: str,
    language_code: str,
    from_email: str,
) -> list[str]:
    """One sentence for each value with which nothing works, in production or not."""
    found = []
    if wrong := [host for host in allowed_hosts if not HOST.fullmatch(host)]:
        found.append(
            f"ALLOWED_HOSTS takes host names without scheme, port or path, not {', '.join(wrong)}."
        )
    if site_url and not web_address(site_url, "http", "https"):
        found.append("SITE_URL is no web address: set one such as https://example.org.")
    if not database_engine:
        found.append("DATABASE_URL cannot be read: set sqlite:///… or postgres://….")
    elif database_engine not in DATABASES:
        found.append(
            "DATABASE_URL names a database we do not know: set sqlite:///… or postgres://…."
        )
    if redis_url and not web_address(redis_url, "redis", "rediss"):
        found.append("REDIS_URL cannot be read: set redis://host:6379/0.")
    if s3_url and not (web_address(s3_url, "http", "https") and object_storage(s3_url)):
        found.append("S3_URL cannot be read: set https://key:secret@host/bucket.")
    if not is_time_zone(time_zone):
        found.append(f"TIME_ZONE is no time zone: {time_zone}. Set one such as Asia/Singapore.")
    generic, known = language_code.lower().split("-")[0], LANG_INFO
    if not LANGUAGE.fullmatch(language_code) or {generic, language_code.lower()}.isdisjoint(known):
        found.append(f"LANGUAGE_CODE is no language: {language_code}. Set one such as en-gb.")
    if not from_email.isprintable() or not SENDER.fullmatch(parseaddr(from_email)[1]):
        found.append("DEFAULT_FROM_EMAIL is no email address: set Name <name@example.org>.")
    return found


def web_address(text: str, *schemes: str) -> SplitResult | None:
    """The parts of an address with one of ``schemes`` and a host; None where ``text`` is none."""
    try:
        address = urlsplit(text)
        good = address.scheme in schemes and address.hostname and address.port != 0
    except ValueError:
        return None
    return address if good else None


def is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def refusals(
    *,
    secret_key: str,
    allowed_hosts: list[str],
    site_url: str,
    email_set: bool,
) -> list[str]:
    """
    One sentence for each value that is missing or unsafe while ``DEBUG`` is off: what is wrong and
    what to set. An empty list means that the site may start.
    """
    found = []
    if not secret_key:
        found.append("SECRET_KEY is missing: set it to a random text of at least 50 characters.")
    elif len(secret_key) < SHORTEST_SECRET_KEY or len(set(secret_key)) < 5:
        found.append("SECRET_KEY is too easy to guess: set 50 or more random characters.")
    elif secret_key.startswith("django-insecure-"):
        found.append("SECRET_KEY is a development key: set a random text of your own.")
    if not allowed_hosts:
        found.append("ALLOWED_HOSTS is missing: set the site's host names, separated by commas.")
    elif "*" in allowed_hosts:
        found.append("ALLOWED_HOSTS must not be '*': set the site's own host names.")
    address = web_address(site_url, "http", "https")
    if not site_url:
        found.append(
            "SITE_URL is missing: set the site's address, for example https://example.org."
        )
    elif address and address.scheme != "https":
        found.append("SITE_URL must start with https:// and name the site's host.")
    elif address and (site_url.lower() != f"https://{address.netloc}".lower() or address.username):
        found.append("SITE_URL must end after the site's host: no path, query or user.")
    elif address and allowed_hosts and not validate_host(address.hostname, allowed_hosts):
        found.append(f"SITE_URL names a host that ALLOWED_HOSTS lacks: add {address.hostname}.")
    if not email_set:
        found.append(
            "EMAIL_URL is missing: set smtp+tls://user:password@host:587 or consolemail://."
        )
    return found
