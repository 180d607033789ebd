"""A processor on loopback that speaks the OpenDSR shape, with a certificate of its own."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(domain: str, days: int = 30) -> bytes:
    """Self-signed, valid from now for so many days; negative: until yesterday."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, domain)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), critical=False)
        .sign(KEY, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def private_key() -> bytes:
    return KEY.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def signed(body: bytes, domain: str) -> dict[str, str]:
    signature = KEY.sign(body, padding.PKCS1v15(), hashes.SHA256())
    return {
        "X-OpenDSR-Processor-Domain": domain,
        "X-OpenDSR-Signature": base64.b64encode(signature).decode(),
    }


class Processor(ThreadingHTTPServer):
    """Completes each request when it was asked for its status often enough."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: dict[str, dict[str, Any]] = {}
        self.posts = 0
        self.seen: list[str] = []
        self.patience = 1
        self.asked: dict[str, int] = {}
        self.rows: list[dict[str, Any]] = []
        self.answer: Callable[[Handler], bool] = lambda handler: False
        """Something of the test's own instead; True when it answered."""

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_port}/opendsr_requests"

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class Handler(BaseHTTPRequestHandler):
    server: Processor

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append(f"POST {self.path}")
        if self.server.answer(self):
            return
        self.server.posts += 1
        self.server.requests[body["subject_request_id"]] = body
        self.reply(201, {"subject_request_id": body["subject_request_id"], "controller_id": "c"})

    def do_GET(self) -> None:
        self.server.seen.append(f"GET {self.path}")
        if self.server.answer(self):
            return
        number = self.path.rpartition("/")[2]
        if self.path.startswith("/results/"):
            wanted = {
                i["identity_value"] for i in self.server.requests[number]["subject_identities"]
            }
            rows = [row for row in self.server.rows if row["mail"] in wanted]
            self.raw(200, "".join(json.dumps(row) + "\n" for row in rows).encode())
            return
        if number not in self.server.requests:
            self.reply(404, {"error": {"code": 404}})
            return
        self.server.asked[number] = self.server.asked.get(number, 0) + 1
        done = self.server.asked[number] > self.server.patience
        port = self.server.server_port
        self.reply(
            200,
            {
                "controller_id": "c",
                "subject_request_id": number,
                "request_status": "completed" if done else "in_progress",
                "expected_completion_time": "2030-01-01T00:00:00Z",
                "results_url": f"http://localhost:{port}/results/{number}" if done else None,
            },
        )

    def reply(self, code: int, body: dict[str, Any], sign: bool = True) -> None:
        content = json.dumps(body).encode()
        self.raw(code, content, signed(content, "localhost") if sign else {})

    def raw(self, code: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def running(tls: Path | None = None) -> Iterator[Processor]:
    """The server, until the end of the block; with a folder, over TLS as `localhost`."""
    server = Processor()
    if tls is not None:
        (tls / "cert.pem").write_bytes(certificate("localhost"))
        (tls / "key.pem").write_bytes(private_key())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
