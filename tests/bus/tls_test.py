#!/usr/bin/env python3
"""TLS of the real program: the certificate it makes, the owner's, and clients that do not behave.

tls_test.py PROGRAM   runs all scenarios; ends with 1 when one of them failed.
"""

import contextlib
import hashlib
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
import warnings

sys.dont_write_bytecode = True
from door_test import code, expect, run_all  # noqa: E402
from rig import Rig, Stream, TOKEN, eventually  # noqa: E402
from slaves import Bus, Connector  # noqa: E402

PROGRAM = None
SITE = ['"wiringMaxAmpsAllTWCs": 32,', '"wiringMaxAmpsPerTWC": 16,', '"minAmpsPerTWC": 6,']
GET = b"GET /api/getStatus HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\n"


@contextlib.contextmanager
def daemon(keys="", locked=True):
    rig = Rig(PROGRAM, SITE, locked=locked)
    rig.configuration = rig.configuration.replace('"HTTP": { "enabled": true', '"HTTP": { "tls": true, %s "enabled": true' % keys.replace("FOLDER", rig.folder))
    with open(os.path.join(rig.folder, "config.json"), "w", encoding="utf-8") as out:
        out.write(rig.configuration)
    try:
        yield rig
    except BaseException as failure:
        failure.args = ("%s\n--- log\n%s" % (failure, rig.log() if rig.process else ""),)
        raise
    finally:
        rig.close()


def trusting(rig, name="tls.crt"):
    return ssl.create_default_context(cafile=os.path.join(rig.folder, name))


def connect(rig, context, name="localhost", resume=None):
    return context.wrap_socket(socket.create_connection(("127.0.0.1", rig.port), 10), server_hostname=name, session=resume)


def ask(rig, method="GET", path="/api/getStatus", body=None, headers=None):
    connection = None
    try:
        connection = http.client.HTTPSConnection("localhost", rig.port, timeout=10, context=trusting(rig))
        connection.request(method, path, body=body, headers={"Authorization": "Bearer " + TOKEN} if headers is None else headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    except OSError:  # the certificate is not there yet, or nobody answers
        return 0, {}, b""
    finally:
        if connection:
            connection.close()


def closes(one, seconds):
    one.settimeout(seconds)
    try:
        while one.recv(65536):
            pass
        return True
    except socket.timeout:
        return False
    except OSError:
        return True


def fingerprint(rig):
    with open(os.path.join(rig.folder, "tls.crt"), encoding="ascii") as text:
        der = ssl.PEM_cert_to_DER_cert(text.read())
    return ":".join("%02X" % byte for byte in hashlib.sha256(der).digest())


def a_first_start_makes_a_certificate_that_is_kept():
    with daemon(locked=False) as rig:
        rig.start()
        expect(eventually(lambda: "the page is at https://127.0.0.1" in rig.log()), "the page is opened")
        said = re.findall(r"fingerprint of the certificate is ([0-9A-F:]+)", rig.log())
        expect(said == [fingerprint(rig)], "the fingerprint is said", said)
        expect(os.stat(os.path.join(rig.folder, "tls.key")).st_mode & 0o777 == 0o600, "the key is its owner's alone")
        for name in ("localhost", "127.0.0.1", socket.gethostname()):
            with connect(rig, trusting(rig), name) as one:
                expect(one.version() == "TLSv1.3", "it is the newest", one.version())
        old = ssl.create_default_context(cafile=os.path.join(rig.folder, "tls.crt"))
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with connect(rig, old) as one:
            expect("ECDHE" in one.cipher()[0] and ("GCM" in one.cipher()[0] or "CHACHA" in one.cipher()[0]), "a good cipher", one.cipher())
        older = ssl._create_unverified_context()  # noqa: S323 - the point is what the server refuses
        with warnings.catch_warnings(action="ignore") if sys.version_info >= (3, 11) else contextlib.nullcontext():
            older.minimum_version, older.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        older.set_ciphers("ALL:@SECLEVEL=0")
        try:
            connect(rig, older).close()
            expect(False, "TLS 1.1 is refused")
        except (ssl.SSLError, ConnectionError):
            pass
        status, headers, body = ask(rig, "POST", "/api/v1/setup", json.dumps({"code": code(rig), "password": "correct horse"}), {})
        expect(status == 200, "the code is taken", status, body)
        cookie = headers["Set-Cookie"]
        expect(cookie.startswith("__Host-twcmanager_session=") and cookie.endswith("; HttpOnly; SameSite=Strict; Secure"), "the cookie is for TLS", cookie)
        expect("Strict-Transport-Security" not in headers, "nothing is promised for other ports")
        expect(ask(rig, path="/api/v1/snapshot", headers={"Cookie": cookie.split(";")[0]})[0] == 200, "it counts")
        before = fingerprint(rig)
        expect(rig.end() == 0, "it ends")
        rig.start()
        expect(eventually(lambda: ask(rig, path="/api/v1/me", headers={})[0] == 200), "it starts again")
        expect(fingerprint(rig) == before, "with the same certificate")


def who_speaks_plain_http_is_told_where_to_go():
    with daemon() as rig:
        rig.start()
        expect(eventually(lambda: ask(rig)[0] == 200), "it answers")
        status, body = rig.ask("/api/v1/me?x=1", headers={})
        expect(status == 307 and b"https://" in body, "a page is redirected", status, body)
        connection = http.client.HTTPConnection("127.0.0.1", rig.port, timeout=10)
        connection.request("GET", "/some?where")
        expect(connection.getresponse().getheader("Location") == "https://127.0.0.1:%d/some?where" % rig.port, "to the same place")
        status, body = rig.ask("/api/chargeNow", "POST", "{}")
        expect(status == 400 and b"https://" in body, "a wish is refused in words", status, body)
        status, body = rig.ask("/", headers={"Host": "evil.example"})
        expect(status == 403, "nobody is sent to another name", status)


def the_stream_is_heard_in_tls_by_who_may():
    with daemon() as rig:
        bus = Bus([Connector(0x0061, 2, seed=1)], rig.adapter)
        bus.start()
        try:
            rig.start()
            expect(eventually(lambda: ask(rig)[0] == 200), "it answers")
            for headers in ({}, {"Authorization": "Bearer twc_" + "x" * 43}):
                nobody = Stream(rig.port, headers, trusting(rig))
                while b"}" not in nobody.bytes and nobody.more():
                    pass
                expect(nobody.status == 401 and b'"status":401' in nobody.bytes, "who is not known hears nothing", nobody.status, nobody.bytes)
                expect(b"snapshot" not in nobody.bytes and b"connectors" not in nobody.bytes, "nor anything of the house", nobody.bytes)
                nobody.close()
            plain = Stream(rig.port)
            expect(plain.status == 307, "without TLS there is none", plain.status)
            plain.close()
            foreign = Stream(rig.port, {"Authorization": "Bearer " + TOKEN, "Origin": "https://evil.example"}, trusting(rig))
            expect(foreign.status == 403, "a page of another site hears nothing", foreign.status)
            foreign.close()
            stream = Stream(rig.port, context=trusting(rig))
            expect(stream.status == 101 and stream.hear(), "who shows a token listens", stream.status)
            expect(stream.messages == 1 and stream.known["program"]["name"] == "twcmanager", "the snapshot comes first", stream.known)
            before = stream.known["time"]
            expect(stream.hear() and stream.messages == 2 and stream.known["time"] > before, "then what changes in it", stream.known["time"])

            def heard():
                return stream.hear() and [one["id"] for one in stream.known["connectors"]] == ["0061"]
            expect(eventually(heard), "a connector that comes is in a patch", stream.known["connectors"])
            status, _, body = ask(rig, "PUT", "/api/v1/mode", json.dumps({"mode": "off"}), {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json"})
            expect(status == 200, "a mode is chosen", status, body)
            expect(eventually(lambda: stream.hear() and stream.known["mode"] == "off"), "and is heard", stream.known["mode"])
            snapshot = json.loads(ask(rig, path="/api/v1/snapshot")[2])
            expect(sorted(stream.known) == sorted(snapshot) and stream.known["program"] == snapshot["program"], "it leads to the snapshot")
            stream.close()
        finally:
            bus.close()


def clients_that_do_not_behave_are_cut_off_and_the_heartbeat_does_not_notice():
    unit = Connector(0x0061, 2, seed=1)
    with daemon() as rig:
        bus = Bus([unit], rig.adapter)
        bus.start()
        try:
            rig.start()
            expect(eventually(lambda: ask(rig)[0] == 200), "it answers")
            expect(eventually(lambda: len([one for one in list(bus.heard) if one.is_heartbeat]) > 3), "the bus runs")
            begin = time.monotonic()
            context = trusting(rig)
            mute = socket.create_connection(("127.0.0.1", rig.port), 10)  # begins a handshake and says no more
            mute.sendall(b"\x16\x03\x01\x02\x00\x01")
            nonsense = socket.create_connection(("127.0.0.1", rig.port), 10)
            nonsense.sendall(b"\x16" + os.urandom(300))
            slow = connect(rig, context)
            slow.sendall(GET[:20])
            large = connect(rig, context)
            large.sendall(GET + b"X: " + b"x" * 9000 + b"\r\n\r\n")
            expect(b" 431 " in large.recv(4096), "a large header is refused")
            heavy = connect(rig, context)
            heavy.sendall(b"POST /api/chargeNow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000\r\n\r\n")
            expect(b" 413 " in heavy.recv(4096), "a large body is refused")
            stop, done = threading.Event(), []

            def flood():
                hasty = ssl._create_unverified_context()  # noqa: S323 - only the handshake counts here
                while not stop.is_set():
                    with contextlib.suppress(OSError):
                        connect(rig, hasty).close()
                        done.append(time.monotonic())
            threads = [threading.Thread(target=flood) for _ in range(8)]
            for thread in threads:
                thread.start()
            one = socket.create_connection(("127.0.0.1", rig.port), 10, source_address=("127.0.0.9", 0))
            asked = time.monotonic()
            with context.wrap_socket(one, server_hostname="localhost") as patient:
                patient.sendall(GET + b"\r\n")
                expect(patient.recv(12) == b"HTTP/1.1 200", "another client gets its turn")
                expect(time.monotonic() - asked < 2, "soon", time.monotonic() - asked)
            expect(nonsense is not None and closes(nonsense, 20), "nonsense is cut off")
            expect(closes(slow, 20) and closes(mute, 20), "who goes on too slowly is cut off")
            stop.set()
            for thread in threads:
                thread.join()
            end = time.monotonic()
            times = [one.at for one in list(bus.heard) if one.is_heartbeat and begin <= one.at <= end]
            worst = max(b - a for a, b in zip(times, times[1:]))
            rate = len(done) / (end - begin)
            print("        longest pause between heartbeats: %.3f s with %.1f handshakes a second" % (worst, rate))
            expect(worst < 2.0 and unit.openings == 0 and 2 < rate <= 22, "the heartbeat goes on", worst, rate)
        finally:
            bus.close()


def own_certificates_are_used_or_explained():
    keys = '"certificate": "FOLDER/own.crt", "privateKey": "FOLDER/own.key",'

    def make(folder, name, *more):
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
                               "-addext", "subjectAltName=DNS:localhost", "-keyout", folder + "/" + name + ".key", "-out", folder + "/" + name + ".crt", *more],
                              capture_output=True, timeout=30)
        expect(made.returncode == 0, "openssl makes a certificate", made.stderr)
    troubles = ((lambda folder: None, "own.crt"),
                (lambda folder: (make(folder, "own", "-days", "9"), os.unlink(folder + "/own.key")), "own.key"),
                (lambda folder: (make(folder, "own", "-days", "9"), make(folder, "other", "-days", "9"), os.replace(folder + "/other.key", folder + "/own.key")),
                 "the private key does not belong to the certificate"))
    for prepare, sentence in troubles:
        with daemon(keys) as rig:
            prepare(rig.folder)
            rig.start()
            expect(rig.says("until then there is no page, and charging goes on", 10), "it is explained", sentence)
            expect(sentence in rig.log() and "control.HTTP.certificate" in rig.log(), "with what is wrong", sentence)
            expect(rig.ask("/api/v1/me")[0] == 0 and "the page is at" not in rig.log(), "there is no page", sentence)
            expect(rig.runs() and os.path.exists(os.path.join(rig.folder, "twcmanager.sock")), "the rest runs")
    with daemon(keys) as rig:
        make(rig.folder, "own", "-days", "9")
        rig.start()
        expect(eventually(lambda: "the page is at https://" in rig.log()), "a good one is used")
        with connect(rig, trusting(rig, "own.crt")) as one:
            expect(one.version() == "TLSv1.3", "and shown")
        expect(not os.path.exists(os.path.join(rig.folder, "tls.crt")), "no other is made")


SCENARIOS = [the_stream_is_heard_in_tls_by_who_may, a_first_start_makes_a_certificate_that_is_kept, who_speaks_plain_http_is_told_where_to_go,
             clients_that_do_not_behave_are_cut_off_and_the_heartbeat_does_not_notice, own_certificates_are_used_or_explained]


if __name__ == "__main__":
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit(__doc__)
    PROGRAM = os.path.abspath(sys.argv[1])
    run_all(SCENARIOS)
