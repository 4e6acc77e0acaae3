"""The door through which the web server comes in."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
application = get_wsgi_application()
# The code of all pages is read now, a second of work, and not while the first person waits.
resolve("/")
