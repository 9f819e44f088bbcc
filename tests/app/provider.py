"""A tiny OpenID Connect provider: it signs everybody in as it is told to, once for each code."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

KEY = RSAKey.generate_key(2048, {"kid": "provider"})


@dataclass
class Provider:
    """What it answers; `claims` go into the ID token beside those that the flow asks for."""

    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, address: str) -> str:
        """What a person who signs in at this address is sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self.codes)}-{time.monotonic_ns()}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def redeem(self, sent: dict[str, str], proof: str) -> tuple[int, dict[str, Any]]:
        """An ID token for a code that was not used yet, when the verifier is that of its challenge."""
        asked = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        basic = f"Basic {base64.b64encode(b'pages:hush%2F').decode()}"
        whole = asked and asked["code_challenge"] == challenge and asked["redirect_uri"] == sent["redirect_uri"]
        if not whole or proof != basic or sent["grant_type"] != "authorization_code":
            return 400, {"error": "invalid_grant"}
        claims = {"iss": self.issuer, "aud": "pages", "sub": "ada", "exp": int(time.time()) + 60,
                  "nonce": asked["nonce"], "roles": ["planner"]}  # fmt: skip
        return 200, {"id_token": jwt.encode({"alg": "RS256", "kid": "provider"}, claims | self.claims, KEY)}

    def described(self) -> dict[str, str]:
        """What it says of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
        }


@contextmanager
def providing() -> Iterator[Provider]:
    """A provider on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys = KeySet([KEY]).as_dict(private=False)
            self._say(200, provider.described() if self.path.endswith("openid-configuration") else keys)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._say(*provider.redeem(dict(parse_qsl(body)), self.headers.get("Authorization", "")))

        def _say(self, status: int, told: object) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider = Provider(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield provider
        server.shutdown()
