"""A department with a real server in a folder of its own, and people with devices."""

import hashlib
import http.client
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import threading
import urllib.parse

import fieldbook
from fieldbook import Header, HttpResponse, KeyVaultError, TransportError

BUILT = pathlib.Path(os.environ["FIELDBOOK_BUILT"])
CATALOGUE = pathlib.Path(__file__).parents[3] / "catalogue"
PATIENCE = 60

# What a narrow line carries at most, in bytes of a body.
NARROW = 8 * 1024


class Town:
    """A server with outreach workers. Ends, and its folder goes, when closed."""

    def __init__(self, *people: str):
        self._folder = tempfile.TemporaryDirectory(prefix="fieldbook-")
        self.folder = pathlib.Path(self._folder.name)
        self.admin("init", "--department", "Department")
        for name in people:
            self.admin("user", "add", name, *self.role("OW"))
        self._serve()

    def _serve(self, *options):
        self._server = subprocess.Popen(
            [BUILT / "fieldbook", "--json", "serve", "--data", self.folder / "data"]
            + ["--listen", "127.0.0.1:0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        json.loads(self._server.stdout.readline())

    @staticmethod
    def role(role: str) -> list:
        """A role in the one program here, as the administration's lines take it."""
        return ["--role", role, "--program", "street_outreach"]

    def admin(self, *words: str):
        """Runs one line of administration, and returns what it says."""
        line = [BUILT / "fieldbook", "--json", "admin", "--data", self.folder / "data", *words]
        done = subprocess.run(line, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def invite(self, name: str, *options: str) -> fieldbook.Invitation:
        said = self.admin("invite", name, *options)
        return fieldbook.Invitation(
            url=said["url"], code=said["code"], fingerprint=said["fingerprint"]
        )

    @property
    def backup(self) -> pathlib.Path:
        return self.folder / "backup"

    def restore(self):
        """Puts the backup in the place of the data, and starts the server anew, somewhere else."""
        self._end()
        self.admin("restore", os.fspath(self.backup))
        self._serve()

    def retire(self, record_type: str, field: str, option: str):
        """Retires a field of a type and an option, and starts the server anew, somewhere else."""
        catalogue = self.folder / "catalogue"
        shutil.copytree(CATALOGUE, catalogue, ignore=shutil.ignore_patterns("*.rs"))
        path = catalogue / "types" / f"{record_type}.toml"
        form = path.read_text(encoding="utf-8")
        for before, mark in (f'name = "{field}"\n', "retired = true\n"), (
            f'code = "{option}", ',
            "retired = true, ",
        ):
            assert before in form
            form = form.replace(before, before + mark, 1)
        path.write_text(form, encoding="utf-8")
        self._end()
        self._serve("--catalogue", catalogue)

    def _end(self):
        self._server.terminate()
        try:
            self._server.wait(PATIENCE)
        finally:
            self._server.kill()
            self._server.stdout.close()

    def close(self):
        try:
            self._end()
        finally:
            self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Vault(fieldbook.KeyVault):
    """An app's key store, in memory."""

    def __init__(self):
        self.secrets = {}
        self.does = "works"

    def _check(self):
        if self.does == "refuses":
            raise KeyVaultError.Locked()
        if self.does == "is full":
            raise KeyVaultError.DiskFull()
        if self.does == "throws":
            raise RuntimeError("the key store is on fire")

    def load(self, name):
        self._check()
        return self.secrets.get(name)

    def store(self, name, secret):
        self._check()
        self.secrets[name] = secret

    def delete(self, name):
        self._check()
        self.secrets.pop(name, None)


class Line(fieldbook.Transport):
    """An app's transport, over Python's own HTTPS."""

    def __init__(self):
        self.does = "carries"
        self.sending = threading.Event()

    def send(self, request, reply):
        self.sending.set()
        if self.does == "throws":
            raise RuntimeError("no network stack")
        if self.does == "fails":
            reply.fail(TransportError.NoConnection())
        elif self.does == "rubbish":
            page = b"<html>please log in"
            reply.answer(HttpResponse(status=200, headers=[], body=page))
        elif self.does == "is narrow" and len(request.body) > NARROW:
            reply.answer(HttpResponse(status=413, headers=[], body=b""))
        elif self.does in ("carries", "is narrow"):
            threading.Thread(target=self._carry, args=(request, reply)).start()
        else:
            # Kept, so that nothing is told: a request that never ends.
            self.kept = reply

    def _carry(self, request, reply):
        try:
            reply.answer(carried(request))
        except TransportError as error:
            reply.fail(error)
        except OSError:
            reply.fail(TransportError.NoConnection())


def public_key(certificate: bytes) -> bytes:
    """Returns the SubjectPublicKeyInfo of a certificate (RFC 5280 4.1), both DER."""

    def inside(at):
        length, at = certificate[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(certificate[at : at + size], "big"), at + size
        return at, at + length

    at, _ = inside(0)
    at, _ = inside(at)
    # Version, serial number, algorithm, issuer, validity, subject.
    for _ in range(6):
        _, at = inside(at)
    return certificate[at : inside(at)[1]]


def carried(request) -> HttpResponse:
    """Sends a request over HTTPS, to a server that shows one of the keys to be trusted."""
    address = urllib.parse.urlsplit(request.url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection(address.hostname, address.port, context=context)
    try:
        connection.connect()
        certificate = connection.sock.getpeercert(binary_form=True)
        shown = hashlib.sha256(public_key(certificate)).hexdigest()
        if shown not in [pin.replace(":", "").lower() for pin in request.pins]:
            raise TransportError.Certificate()
        headers = {header.name: header.value for header in request.headers}
        connection.request(request.method, address.path, request.body or None, headers)
        answer = connection.getresponse()
        headers = [Header(name=name, value=value) for name, value in answer.getheaders()]
        return HttpResponse(status=answer.status, headers=headers, body=answer.read())
    finally:
        connection.close()
