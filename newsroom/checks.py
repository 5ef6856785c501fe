"""What a production start must not be allowed to do."""

from urllib.parse import urlsplit

SHORTEST_SECRET_KEY = 50


def refusals(
    *,
    secret_key: str,
    allowed_hosts: list[str],
    site_url: str,
    database_engine: str,
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
    address = urlsplit(site_url)
    if not site_url:
        found.append(
            "SITE_URL is missing: set the site's address, for example https://example.org."
        )
    elif address.scheme != "https" or not address.hostname:
        found.append("SITE_URL must start with https:// and name the site's host.")
    if not database_engine:
        found.append("DATABASE_URL cannot be read: set sqlite:///… or postgres://….")
    if not email_set:
        found.append(
            "EMAIL_URL is missing: set smtp+tls://user:password@host:587 or consolemail://."
        )
    return found
