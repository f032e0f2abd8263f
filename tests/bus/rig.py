"""The daemon as a user starts it: a folder with a configuration, a process, its log and its answers over HTTP."""

import base64
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time


TOKEN = "twc_" + "b" * 43
BEARER = {"Authorization": "Bearer " + TOKEN}
ADMIN_TOKEN = "twc_" + "c" * 43
ADMIN = {"Authorization": "Bearer " + ADMIN_TOKEN}   # who is let in by let_in_an_admin()


def door(*tokens):
    """The text of a door.json: an admin whose password nobody here knows, and these tokens with these scopes."""
    unused = "$argon2id$v=19$m=12288,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
    return json.dumps({
        "version": 1, "sessions": [],
        "people": [{"name": "admin", "role": "admin", "argon2id": unused}],
        "tokens": [{"id": "t%d" % number, "name": "rig", "role": scope, "sha256": hashlib.sha256(token.encode()).hexdigest(),
                    "made": 0, "used": None} for number, (token, scope) in enumerate(tokens)]})


def let_in_an_admin(rig):
    with open(os.path.join(rig.folder, "door.json"), "w", encoding="utf-8") as out:
        out.write(door((TOKEN, "operate"), (ADMIN_TOKEN, "admin")))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(holds, seconds=30.0):
    """Whether something comes true; what normally takes moments has half a minute."""
    latest = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > latest:
            return found
        time.sleep(0.02)


class Stream:
    """Somebody who listens to /api/v1/stream; `known` is what the messages lead to. With a `context` it is in TLS."""

    def __init__(self, port, headers=None, context=None):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        lines = {"Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                 "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), **(BEARER if headers is None else headers)}
        self.socket.sendall(("GET /api/v1/stream HTTP/1.1\r\n%s\r\n" % "".join("%s: %s\r\n" % one for one in lines.items())).encode())
        self.bytes = b""
        while b"\r\n\r\n" not in self.bytes and self.more():
            pass
        head, _, self.bytes = self.bytes.partition(b"\r\n\r\n")
        self.status = int(head.split(b" ")[1]) if head else 0
        self.known, self.messages, self.close_code = None, 0, None

    def more(self):
        got = self.socket.recv(65536)
        self.bytes += got
        return got

    def hear(self, seconds=10):
        """Takes one message; False when there is none any more."""
        self.socket.settimeout(seconds)
        while True:
            size, start = (self.bytes[1] if len(self.bytes) > 1 else None), 2
            if size in (126, 127):
                start = 4 if size == 126 else 10
                size = int.from_bytes(self.bytes[2:start], "big") if len(self.bytes) >= start else None
            if size is not None and len(self.bytes) >= start + size:
                break
            if not self.more():
                return False
        kind, text, self.bytes = self.bytes[0] & 15, self.bytes[start:start + size], self.bytes[start + size:]
        if kind == 8:
            self.close_code = int.from_bytes(text[:2], "big")
            return False
        if kind == 1:
            message = json.loads(text)
            self.messages += 1
            if "snapshot" in message:
                self.known = message["snapshot"]
            else:
                self.patch(message["patch"])
        return True

    def patch(self, steps):
        for step in steps:
            *way, last = [name.replace("~1", "/").replace("~0", "~") for name in step["path"].split("/")[1:]]
            place = self.known
            for name in way:
                place = place[int(name)] if isinstance(place, list) else place[name]
            if isinstance(place, list):
                if step["op"] == "add":
                    place.insert(len(place) if last == "-" else int(last), step["value"])
                elif step["op"] == "remove":
                    del place[int(last)]
                else:
                    place[int(last)] = step["value"]
            elif step["op"] == "remove":
                del place[last]
            else:
                place[last] = step["value"]

    def close(self):
        self.socket.close()


class Rig:
    """One daemon in a folder of its own. `site` are lines of the section "config" in the dialect that owners have."""

    def __init__(self, program, site, meter=None, port=None, more="", locked=True):
        self.program = os.path.abspath(program)
        self.folder = tempfile.mkdtemp(prefix="twc-bus-")
        self.adapter = os.path.join(self.folder, "adapter")
        self.port = port or free_port()
        self.process = None
        self.starts = 0
        source = ""
        if meter:
            source = """
    "sources": {
        "URL": {
            "enabled": true,
            "url": "%s",
            "consumptionItem": "house",
            "generationItem": "sun",
        },
    },""" % meter.url
        # Comments of two kinds, trailing commas, a number in quotes and keys that no part of ours knows.
        self.configuration = """# a wall box
{
    // limits
    "config": {
        %s
        "defaultVoltage": "230",
        "numberOfPhases": 3,
        "settingsPath": "%s/",
        "someOlderKey": [1, 2,],
    },
    "interface": {
        "RS485": {
            "enabled": true,
            "port": "%s",   # a link that may appear later
            "baud": 9600,
        },
    },
    "control": { "HTTP": { "enabled": true, "listenPort": "%d" }, },%s%s
}
""" % ("\n        ".join(site), self.folder, self.adapter, self.port, source, more)
        with open(os.path.join(self.folder, "config.json"), "w", encoding="utf-8") as out:
            out.write(self.configuration)
        if locked:
            with open(os.path.join(self.folder, "door.json"), "w", encoding="utf-8") as out:
                out.write(door((TOKEN, "operate")))

    def start(self, *arguments):
        self.starts += 1
        log = open(os.path.join(self.folder, "log"), "ab")
        self.started = time.monotonic()
        self.process = subprocess.Popen([self.program, *arguments, "--config", os.path.join(self.folder, "config.json")],
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)
        log.close()
        return self

    def log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as lines:
            return lines.read()

    def says(self, text, seconds=30.0):
        return eventually(lambda: text in self.log(), seconds)

    def runs(self):
        return self.process is not None and self.process.poll() is None

    def end(self, number=signal.SIGTERM):
        """The exit status; None when it did not end."""
        if self.process is None:
            return None
        self.process.send_signal(number)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            return None

    def ask(self, path, method="GET", body=None, headers=None):
        """Status and body; (0, b"") when nobody answers. With the token of one who may operate, unless `headers` say otherwise."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body=body, headers=BEARER if headers is None else headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def get(self, path):
        status, body = self.ask(path)
        return json.loads(body) if status == 200 else None

    def post(self, path, content):
        return self.ask(path, "POST", content if isinstance(content, (str, bytes)) else json.dumps(content))

    def answers(self):
        return eventually(lambda: self.ask("/api/getStatus")[0] == 200)

    def close(self):
        if self.runs():
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
