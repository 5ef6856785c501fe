"""The WSGI application: what a production server loads as ``newsroom.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

from newsroom.charset import utf8_addresses

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

django = get_wsgi_application()

from newsroom.page_cache import with_page_cache  # noqa: E402  (which needs the settings)

application = with_page_cache(utf8_addresses(django))
