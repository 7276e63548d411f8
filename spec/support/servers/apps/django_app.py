"""The token endpoint of django-oauth-toolkit, in a Django project of one file."""

import json
import logging
import os
import sys

import django
from django.conf import settings as django_settings


def settings():
    with open(sys.argv[1], encoding="utf-8") as file:
        return json.load(file)


SETTINGS = settings()

django_settings.configure(
    SECRET_KEY="nothing of worth",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(SETTINGS["folder"], "db")}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider"],
    OAUTH2_PROVIDER={
        "ACCESS_TOKEN_EXPIRE_SECONDS": SETTINGS["lifetimeSeconds"],
        "SCOPES": {"read": "reading"},
        "DEFAULT_SCOPES": ["read"],
    },
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402

urlpatterns = [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]


def register_clients():
    for client in settings()["clients"]:
        application = Application.objects.filter(client_id=client["id"]).first() or Application(
            client_id=client["id"],
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        )
        application.client_secret = client["secret"]
        application.save()


class Handler(WSGIRequestHandler):
    def log_message(self, format, *args):
        pass


application = get_wsgi_application()
known = None


def with_current_clients(environ, start_response):
    """Secrets may change while the server runs."""
    global known
    current = settings()["clients"]
    if current != known:
        register_clients()
        known = current
    return application(environ, start_response)


logging.disable(logging.CRITICAL)
call_command("migrate", verbosity=0)
server = ThreadedWSGIServer(("127.0.0.1", SETTINGS["port"]), Handler)
server.set_app(with_current_clients)
server.serve_forever()
