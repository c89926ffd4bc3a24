"""An OpenID Connect issuer with one key, which it publishes where an API looks for it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

AUDIENCE = "envol"
HOUR = 3_600


@dataclass(frozen=True)
class Issuer:
    """Where the issuer is, and the key it signs with."""

    url: str
    key: RSAKey

    def token(self, role: str) -> str:
        """Return a token with that role, valid for an hour."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": AUDIENCE, "sub": "claire", "iat": now, "exp": now + HOUR}
        header = {"alg": "RS256", "kid": "bench"}
        return jwt.encode(header, claims | {"roles": [role]}, self.key)


@contextmanager
def issuer() -> Iterator[Issuer]:
    """Serve an issuer on this machine for the length of a block."""
    key = RSAKey.generate_key(2048, {"kid": "bench"}, private=True)
    documents: dict[str, object] = {"/keys": KeySet([key]).as_dict(private=False)}

    class Published(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = json.dumps(documents[self.path]).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Published) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        documents["/.well-known/openid-configuration"] = {"jwks_uri": f"{url}/keys"}
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield Issuer(url, key)
        finally:
            server.shutdown()
            serving.join()
