"""The daemon as a user starts it: a folder with a configuration, a process, its log and its answers over HTTP."""

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


def door(*tokens):
    """The text of a door.json: an admin whose password nobody here knows, and these tokens with these scopes."""
    unused = "$argon2id$v=19$m=12288,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
    return json.dumps({
        "version": 1, "sessions": [],
        "people": [{"name": "admin", "role": "admin", "argon2id": unused}],
        "tokens": [{"id": "t%d" % number, "name": "rig", "role": scope, "sha256": hashlib.sha256(token.encode()).hexdigest(),
                    "made": 0, "used": None} for number, (token, scope) in enumerate(tokens)]})


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
