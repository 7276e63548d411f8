"""A token endpoint made with Authlib in Flask."""

import json
import logging
import os
import sys

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.jose import JsonWebKey, OctKey
from authlib.oauth2.rfc6749 import ClientCredentialsGrant, ClientMixin
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from flask import Flask
from werkzeug.serving import make_server


def settings():
    """Read again for every request, so that a secret can be changed while the server runs."""
    with open(sys.argv[1], encoding="utf-8") as file:
        return json.load(file)


class Client(ClientMixin):
    def __init__(self, client_id, secret, keys):
        self.client_id = client_id
        self.secret = secret
        self.keys = keys

    def get_client_id(self):
        return self.client_id

    def get_allowed_scope(self, scope):
        return scope

    def check_client_secret(self, client_secret):
        return self.secret == client_secret

    def check_endpoint_auth_method(self, method, endpoint):
        return True

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"


def query_client(client_id):
    for client in settings()["clients"]:
        if client["id"] == client_id:
            return Client(client_id, client["secret"], client.get("keys", []))
    return None


class Assertion(JWTBearerClientAssertion):
    """By its keys, or by its secret where it has none."""

    seen = set()

    def validate_jti(self, claims, jti):
        is_new = jti not in self.seen
        self.seen.add(jti)
        return is_new

    def resolve_client_public_key(self, client, headers):
        if not client.keys:
            return OctKey.import_key(client.secret)
        for key in client.keys:
            if key.get("kid") == headers.get("kid"):
                return JsonWebKey.import_key(key)
        return JsonWebKey.import_key(client.keys[0])


class Grant(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", Assertion.CLIENT_AUTH_METHOD]


# It refuses plain http otherwise; this one listens on the loopback alone.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

app = Flask(__name__)
app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"client_credentials": settings()["lifetimeSeconds"]}
server = AuthorizationServer(app, query_client, lambda token, request: None)
server.register_grant(Grant)
token_url = f"http://127.0.0.1:{settings()['port']}/token"
server.register_client_auth_method(Assertion.CLIENT_AUTH_METHOD, Assertion(token_url))
app.route("/token", methods=["POST"])(lambda: server.create_token_response())

logging.getLogger("werkzeug").setLevel(logging.ERROR)
make_server("127.0.0.1", settings()["port"], app, threaded=True).serve_forever()
