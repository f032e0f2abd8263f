#!/usr/bin/env python3
"""The webhooks of the real program, on a pty and over real sockets: who is called, in what order, and who waits for nobody.

hooks_test.py PROGRAM   runs all scenarios beside each other; ends with 1 when one of them failed.
"""

import concurrent.futures
import contextlib
import http.server
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import traceback

sys.dont_write_bytecode = True
from rig import Rig, eventually  # noqa: E402
from slaves import Bus, Car, Connector  # noqa: E402

PROGRAM = None
SITE = ['"wiringMaxAmpsAllTWCs": 32,', '"wiringMaxAmpsPerTWC": 16,', '"minAmpsPerTWC": 6,']


def expect(holds, what, *facts):
    if not holds:
        raise AssertionError(what + "".join("\n    %s" % (fact,) for fact in facts))


class Listener:
    """A program of the owner's: keeps what it is told."""

    def __init__(self, certificate=None):
        self.calls = []  # (method, path, body as JSON or None, content type)
        listener = self

        class Page(http.server.BaseHTTPRequestHandler):
            def serve(self):
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size)
                listener.calls.append((self.command, self.path, json.loads(body) if body else None,
                                       self.headers.get("Content-Type")))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST = serve

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, args=(0.1,), daemon=True).start()

    def paths(self):
        return [path for _, path, _, _ in list(self.calls)]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def hooks(**addresses):
    """The section "policy": {policy: {occasion: address}} with _ for blanks in names."""
    section = {name.replace("_", " "): each for name, each in addresses.items()}
    return '\n    "policy": { "extend": { "webhooks": %s } },' % json.dumps(section)


@contextlib.contextmanager
def daemon(more, units=(), site=()):
    rig = Rig(PROGRAM, SITE + list(site), more=more)
    bus = Bus(units, rig.adapter, False)
    bus.start()
    try:
        yield rig, bus
    except BaseException as failure:
        failure.args = ("%s\n--- log\n%s" % (failure, rig.log() if rig.process else ""),)
        raise
    finally:
        rig.close()
        bus.close()


def charge_now(rig, seconds=3600):
    status, body = rig.post("/api/chargeNow", {"chargeNowRate": 16, "chargeNowDuration": seconds})
    expect(status == 200, "Charge Now is taken", status, body)


def eight_of_eight_changes_arrive_with_the_exit_before_the_enter():
    listener = Listener()
    at = "http://127.0.0.1:%d" % listener.port
    more = hooks(Track_Green_Energy={"enter": at + "/green/in", "exit": at + "/green/out"},
                 Non_Scheduled_Charging={"enter": at + "/green/in", "exit": at + "/green/out"},
                 Charge_Now={"enter": at + "/now/in", "exit": at + "/now/out"})
    with daemon(more) as (rig, bus):
        rig.start()
        expect(rig.answers(), "it answers")
        expect(eventually(lambda: listener.paths() == ["/green/in"]), "the first policy is entered", listener.paths())
        for change in range(4):
            charge_now(rig)
            expect(eventually(lambda: len(listener.calls) == 4 * change + 3), "both are told", listener.paths())
            rig.post("/api/cancelChargeNow", {})
            expect(eventually(lambda: len(listener.calls) == 4 * change + 5), "both are told", listener.paths())
        expect(listener.paths() == ["/green/in"] + ["/green/out", "/now/in", "/now/out", "/green/in"] * 4, "in order", listener.paths())
        status = rig.get("/api/getStatus")
        for method, path, body, kind in listener.calls:
            expect(method == "POST" and kind == "application/json", "a POST of JSON", method, kind)
            missing = set(status) - set(body) - {"chargeNowAmps", "chargeNowTimeEnd"}
            expect(not missing, "the members of getStatus", missing)
            expect(body["event"] == ("enter" if path.endswith("/in") else "exit"), "its event", path, body)
            expect(body["twc"] is None, "no connector", body)
            if path.startswith("/now"):
                expect(body["policy" if path.endswith("/in") else "previousPolicy"] == "Charge Now", "whose it is", path, body)
        expect("warning: the webhook" not in rig.log(), "nothing failed", rig.log())
        rig.end()
    listener.close()


def a_car_that_begins_and_ends_is_told_with_its_connector():
    listener = Listener()
    at = "http://127.0.0.1:%d" % listener.port
    unit = Connector(0x0061, 2, seed=4)
    with daemon(hooks(Charge_Now={"start": at + "/on", "stop": at + "/off"}), [unit]) as (rig, bus):
        rig.start()
        expect(rig.answers(), "it answers")
        with bus.lock:
            unit.plug_in(Car(), time.monotonic())
        charge_now(rig)
        expect(eventually(lambda: listener.paths() == ["/on"], 60), "the start is told", listener.paths())
        body = listener.calls[0][2]
        expect(body["event"] == "start" and body["twc"] == "0061" and body["policy"] == "Charge Now", "by whom", body)
        with bus.lock:
            unit.unplug(time.monotonic())
        expect(eventually(lambda: listener.paths() == ["/on", "/off"], 60), "the stop is told", listener.paths())
        rig.end()
    listener.close()


def a_dead_host_delays_nobody_and_no_secret_is_told():
    listener = Listener()
    with socket.socket() as dead:  # takes connections and never answers
        dead.bind(("127.0.0.1", 0))
        dead.listen(16)
        secret = "http://owner:CANARY1@127.0.0.1:%d/api/webhook/CANARY2?key=CANARY3" % dead.getsockname()[1]
        at = "http://127.0.0.1:%d" % listener.port
        more = hooks(Track_Green_Energy={"exit": secret}, Non_Scheduled_Charging={"exit": secret}, Charge_Now={"enter": at + "/in"})
        unit = Connector(0x0061, 2, seed=4)
        with daemon(more, [unit]) as (rig, bus):
            rig.start()
            expect(rig.answers(), "it answers")
            begin = time.monotonic()
            charge_now(rig)
            expect(eventually(lambda: listener.paths() == ["/in"], 4), "told while the other hangs", listener.paths())
            expect(rig.says("could not be called after 3 attempts", 60), "the dead one is told in the end", rig.log())
            took = time.monotonic() - begin
            expect(took > 3 * 5, "after three times five seconds", took)
            beats = [heard for heard in list(bus.heard) if heard.is_heartbeat and heard.receiver == unit.unit and heard.at > begin]
            expect(len(beats) > 0.7 * took, "heartbeats went on", len(beats), took)
            rig.end()
            checked = subprocess.run([PROGRAM, "check", "--config", os.path.join(rig.folder, "config.json")],
                                     capture_output=True, text=True, check=False)
            expect("no longer rules, http://127.0.0.1:%d/… is called (exit, POST)" % dead.getsockname()[1] in checked.stdout,
                   "check says who is called", checked.stdout)
            seen = {"log": rig.log(), "check": checked.stdout + checked.stderr}
            for folder, _, names in os.walk(os.path.join(rig.folder, "recorder")):
                for name in names:
                    with open(os.path.join(folder, name), "rb") as content:
                        seen[name] = content.read().decode("latin-1")
            expect(len(seen) > 2, "there is a recording", list(seen))
            for name, text in seen.items():
                expect("CANARY" not in text, "%s holds a secret" % name)
    listener.close()


def without_a_body_where_get_is_wanted():
    listener = Listener()
    more = hooks(Charge_Now={"enter": "http://127.0.0.1:%d/in?now=1" % listener.port})
    with daemon(more, site=['"webhookMethod": "GET",']) as (rig, bus):
        rig.start()
        expect(rig.answers(), "it answers")
        charge_now(rig)
        expect(eventually(lambda: listener.calls == [("GET", "/in?now=1", None, None)]), "a plain GET", listener.calls)
        rig.end()
    listener.close()


def encrypted_and_only_where_the_certificate_is_trusted():
    with daemon("") as (shelf, _):  # only for its folder
        certificate = [os.path.join(shelf.folder, name) for name in ("cert.pem", "key.pem")]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-out", certificate[0], "-keyout", certificate[1]], check=True, capture_output=True)
        listener = Listener(certificate)
        more = hooks(Charge_Now={"enter": "https://127.0.0.1:%d/in" % listener.port})
        for trusted in (True, False):
            if trusted:
                os.environ["SSL_CERT_FILE"] = certificate[0]
            else:
                os.environ.pop("SSL_CERT_FILE", None)
            with daemon(more) as (rig, bus):
                rig.start()
                expect(rig.answers(), "it answers")
                charge_now(rig)
                if trusted:
                    expect(eventually(lambda: listener.paths() == ["/in"]), "told over TLS", listener.paths(), rig.log())
                    expect(listener.calls[0][2]["policy"] == "Charge Now", "with its body", listener.calls)
                else:
                    expect(rig.says("no certificate", 40), "a stranger is told nothing", rig.log())
                    expect(len(listener.calls) == 1, "and hears nothing", listener.calls)
                expect(rig.end() == 0, "it ends")
        listener.close()


SCENARIOS = [eight_of_eight_changes_arrive_with_the_exit_before_the_enter, a_car_that_begins_and_ends_is_told_with_its_connector,
             a_dead_host_delays_nobody_and_no_secret_is_told, without_a_body_where_get_is_wanted,
             encrypted_and_only_where_the_certificate_is_trusted]


def attempt(scenario):
    try:
        scenario()
        return scenario.__name__, None
    except Exception:  # noqa: BLE001 - whatever it was belongs into the report
        return scenario.__name__, traceback.format_exc()


def main():
    global PROGRAM
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit(__doc__)
    PROGRAM = os.path.abspath(sys.argv[1])
    chosen = [each for each in SCENARIOS if not sys.argv[2:] or any(word in each.__name__ for word in sys.argv[2:])]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(len(chosen) or 1) as pool:
        for name, trouble in pool.map(attempt, chosen):
            failed += trouble is not None
            print("%s  %s%s" % ("ok    " if trouble is None else "FAILED", name.replace("_", " "), "\n" + trouble if trouble else ""), flush=True)
    print("%d passed, %d failed" % (len(chosen) - failed, failed))
    sys.exit(1 if failed or not chosen else 0)


if __name__ == "__main__":
    main()
