"""The WSGI application: what a production server loads as ``newsroom.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

from newsroom.charset import utf8_addresses

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

application = utf8_addresses(get_wsgi_application())
