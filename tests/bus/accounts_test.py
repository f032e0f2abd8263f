#!/usr/bin/env python3
"""Energy sources behind somebody's account, and one of the owner's own making: the real program against clouds on loopback.

accounts_test.py PROGRAM   runs all scenarios; ends with 1 when one of them failed.

The kinds are the built-in ones; only the addresses of the clouds lead elsewhere, by a file of the same name in the
configuration's folder, which counts more.
"""

import base64
import contextlib
import hashlib
import json
import os
import socketserver
import sys
import tempfile
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True
from door_test import expect, run_all  # noqa: E402
import sources_test  # noqa: E402
from rig import eventually  # noqa: E402
from slaves import Bus, Car, Connector  # noqa: E402
from sources_test import SITE, Device, certificate, house, reads, says, source  # noqa: E402

KINDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "meters")


def elsewhere(kind, *changes):
    """Lays the built-in kind with other addresses into the folder beside the configuration."""
    with open(os.path.join(KINDS, kind + ".yaml"), encoding="utf-8") as file:
        text = file.read()
    for before, after in changes:
        expect(before in text, "%s has %s" % (kind, before))
        text = text.replace(before, after)
    return lambda rig: write_kind(rig, kind, text)


def write_kind(rig, kind, text):
    folder = os.path.join(rig.folder, "meters")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, kind + ".yaml"), "w", encoding="utf-8") as file:
        file.write(text)


def jwt(number, lasts):
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")  # noqa: E731
    return "%s.%s.%s" % (part({"alg": "ES256"}), part({"exp": int(time.time()) + lasts, "n": number}), "c2ln")


# --- Enphase --------------------------------------------------------------------------------------------------------------

class Enphase:
    """The account's cloud, and the gateway that believes the last token it has handed out."""

    def __init__(self):
        self.tickets, self.believed, self.solar = 0, None, 3210.5

    def cloud(self, handler, body):
        if handler.path == "/login/login.json":
            form = urllib.parse.parse_qs(body)
            if form.get("user[email]") != ["me@example.org"] or form.get("user[password]") != ["h&rd pass"]:
                return says(handler, {"message": "invalid"}, 401)
            return says(handler, {"message": "success", "session_id": "5e55"})
        asked = json.loads(body)
        if asked != {"session_id": "5e55", "serial_num": "122333444455", "username": "me@example.org"}:
            return says(handler, {"error": "no such gateway"}, 400)
        self.tickets += 1
        self.believed = jwt(self.tickets, 365 * 86400)
        return says(handler, (self.believed + "\n").encode())

    def gateway(self, handler, _):
        if handler.headers.get("Authorization") != "Bearer %s" % self.believed:
            return says(handler, b"<html>401</html>", 401)
        if handler.path.startswith("/production.json"):
            return says(handler, {"production": [{"type": "inverters", "activeCount": 9, "wNow": self.solar}],
                                  "consumption": [{"type": "eim", "activeCount": 1, "measurementType": "total-consumption", "wNow": 812.0}]})
        return says(handler, {"meters": {"last_update": int(time.time()), "soc": 61, "storage": {"agg_p_mw": -500000}, "grid": {"agg_p_mw": 1000}}})


def an_enphase_gateway_of_the_original_gets_its_tokens_from_the_owners_account():
    with tempfile.TemporaryDirectory() as folder:
        enphase = Enphase()
        cloud, gateway = Device(enphase.cloud), Device(enphase.gateway, certificate(folder, "envoy"))
        block = ('"sources": { "Enphase": { "enabled": true, "serverIP": "127.0.0.1", "serial": 122333444455, "username": "me@example.org", '
                 '"password": "h&rd pass" } },')
        at = "http://127.0.0.1:%d" % cloud.port
        kind = elsewhere("enphase-iq", ("https://enlighten.enphaseenergy.com", at), ("https://entrez.enphaseenergy.com", at),
                         ("port: 443", "port: %d" % gateway.port), ("every: 15 s", "every: 2 s"), ("least_every: 10 s", "least_every: 1 s"))
        with contextlib.closing(cloud), contextlib.closing(gateway), house(block, prepare=kind) as rig:
            expect(reads(rig, "Enphase", solar=3210.5, load=812), "sun and house are read", source(rig, "Enphase"))
            enphase.believed, enphase.solar = "revoked", 1000
            expect(reads(rig, "Enphase", solar=1000), "a revoked token is replaced by a new one", source(rig, "Enphase"))
            expect(enphase.tickets == 2, "which was fetched once", enphase.tickets)
            rig.end()
            rig.start()
            expect(reads(rig, "Enphase", solar=1000), "a restart goes on", source(rig, "Enphase"))
            expect(enphase.tickets == 2, "with the token that it has", enphase.tickets)
            for secret in ("h&rd", enphase.believed, "5e55"):
                expect(secret not in rig.log(), "no secret is in the log")


# --- Growatt --------------------------------------------------------------------------------------------------------------

def a_growatt_account_of_the_original_is_entered_once_and_its_inverter_found():
    taken = hashlib.md5(b"sunny-Roof-42").hexdigest()

    def cloud(handler, body):
        if handler.path == "/newTwoLoginAPI.do":
            if urllib.parse.parse_qs(body) != {"userName": ["me"], "password": [taken]}:
                return says(handler, {"back": {"success": False, "msg": "501"}})
            return says(handler, {"back": {"success": True, "user": {"id": 482113}}}, headers=[("Set-Cookie", "JSESSIONID=j1; Path=/")])
        if "JSESSIONID=j1" not in (handler.headers.get("Cookie") or ""):
            return says(handler, b"<html>log in</html>")
        if handler.path == "/PlantListAPI.do?userId=482113":
            return says(handler, {"back": {"data": [{"plantId": "771204"}], "success": True}})
        if handler.path.startswith("/newTwoPlantAPI.do?op=getAllDeviceListTwo&plantId=771204"):
            return says(handler, {"deviceList": [{"deviceSn": "LOG1", "deviceType": "datalog"}, {"deviceSn": "MIX4J3", "deviceType": "mix"}]})
        if urllib.parse.parse_qs(body) != {"mixId": ["MIX4J3"], "plantId": ["771204"]}:
            return says(handler, {"result": 0})
        return says(handler, {"obj": {"ppv": 3.42, "pLocalLoad": 0.96, "pactogrid": 0.31, "pactouser": 0, "chargePower": 2.15, "pdisCharge1": 0, "SOC": "62"}})

    device = Device(cloud)
    block = '"sources": { "Growatt": { "enabled": true, "username": "me", "password": "sunny-Roof-42" } },'
    kind = elsewhere("growatt-cloud", ("https://{server}", "http://{server}:%d" % device.port), ("default: openapi.growatt.com", "default: 127.0.0.1"),
                     ("every: 5 min\n", "every: 2 s\n"), ("a_day: 400", "a_day: 100000"))
    with contextlib.closing(device), house(block, prepare=kind) as rig:
        expect(reads(rig, "Growatt", solar=3420, load=960), "sun and house are read", source(rig, "Growatt"), [one[1:] for one in device.requests])
        expect(eventually(lambda: len(device.asked("/newMixApi.do")) >= 3), "again and again")
        expect(len(device.asked("/newTwoLoginAPI.do")) == 1, "with one log-in", len(device.asked("/newTwoLoginAPI.do")))
        expect("sunny-Roof-42" not in rig.log() and taken not in rig.log(), "the password is in no log")


# --- Tibber ---------------------------------------------------------------------------------------------------------------

class Stream:
    """A server of the sub-protocol graphql-transport-ws; each connection is kept as what it was told."""

    def __init__(self, token):
        stream = self
        self.told, self.connections, self.power, self.closed = [], 0, 0, False

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                with contextlib.suppress(OSError, ValueError):
                    stream.serve(self, token)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler, bind_and_activate=True)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def serve(self, peer, token):
        self.connections += 1
        head = {}
        peer.rfile.readline()
        for line in iter(peer.rfile.readline, b"\r\n"):
            name, _, value = line.decode().partition(":")
            head[name.lower()] = value.strip()
        accept = base64.b64encode(hashlib.sha1((head["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        peer.wfile.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n"
                          "Sec-WebSocket-Protocol: %s\r\n\r\n" % (accept, head["sec-websocket-protocol"])).encode())
        first = self.hear(peer)
        if first.get("payload") != {"token": token}:
            return self.put(peer, 8, (4403).to_bytes(2, "big"))
        self.say(peer, {"type": "connection_ack"})
        self.told.append((head, self.hear(peer)))
        while not self.closed:
            moment = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
            self.say(peer, {"id": "1", "type": "next", "payload": {"data": {"liveMeasurement": {
                "timestamp": moment, "power": max(0, self.power), "powerProduction": max(0, -self.power) or None, "currentL1": 3.4}}}})
            time.sleep(0.5)

    def hear(self, peer):
        kind, size = peer.rfile.read(2)
        size &= 127
        if size == 126:
            size = int.from_bytes(peer.rfile.read(2), "big")
        mask = peer.rfile.read(4)
        text = bytes(byte ^ mask[i % 4] for i, byte in enumerate(peer.rfile.read(size)))
        return json.loads(text) if kind & 15 == 1 else {}

    def say(self, peer, value):
        self.put(peer, 1, json.dumps(value).encode())

    @staticmethod
    def put(peer, kind, body):
        size = bytes([len(body)]) if len(body) < 126 else bytes([126]) + len(body).to_bytes(2, "big")
        peer.wfile.write(bytes([0x80 | kind]) + size + body)
        peer.wfile.flush()

    def close(self):
        if not self.closed:
            self.closed = True
            self.server.shutdown()
            self.server.server_close()


def a_tibber_pulse_is_found_by_its_account_and_listened_to():
    stream = Stream("t0ken")
    ports = [stream.port]
    homes = [{"id": "h0"}, {"id": "h1"}]

    def account(handler, body):
        expect("websocketSubscriptionUrl" in json.loads(body)["query"], "it asks where", body)
        if handler.headers.get("Authorization") != "Bearer t0ken":
            return says(handler, {"errors": [{"message": "invalid token"}]})
        return says(handler, {"data": {"viewer": {"websocketSubscriptionUrl": "ws://127.0.0.1:%d/v1-beta/gql" % ports[0], "homes": homes}}})

    stream.power = -1877
    cloud = Device(account)
    block = '"meters": { "pulse": { "type": "tibber-pulse", "role": "grid", "pollInterval": 1, "options": { "token": "%s", "home": 1 } } },'
    kind = elsewhere("tibber-pulse", ("https://api.tibber.com", "http://127.0.0.1:%d" % cloud.port), ("patience: 1 min", "patience: 5 s"))
    with contextlib.closing(cloud), contextlib.closing(stream):
        with house(block % "t0ken", prepare=kind) as rig:
            expect(reads(rig, "pulse", grid=-1877), "what it sends is read", source(rig, "pulse"))
            stream.power = 412
            expect(reads(rig, "pulse", grid=412), "and followed", source(rig, "pulse"))
            head, asked = stream.told[0]
            expect(head["sec-websocket-protocol"] == "graphql-transport-ws" and "twcmanager" in head["user-agent"], "as it likes to be greeted", head)
            expect(asked["type"] == "subscribe" and 'homeId: "h1"' in asked["payload"]["query"], "of the second home", asked)
            other = Stream("t0ken")
            with contextlib.closing(other):
                other.power, ports[0] = 77, other.port
                stream.close()
                expect(reads(rig, "pulse", 90, grid=77), "where it has moved to it is found again", source(rig, "pulse"))
                expect(other.connections == 1, "with one connection", other.connections)
            expect("t0ken" not in rig.log(), "the token is in no log")
        before = stream.connections
        with house(block % "wr0ng", prepare=kind) as rig:
            expect(eventually(lambda: "look whether the token is right" in (source(rig, "pulse")["trouble"] or "")), "a wrong token is said", source(rig, "pulse"))
            expect(stream.connections == before, "and nobody is called with it")


# --- One's own ------------------------------------------------------------------------------------------------------------

OWN = """# The box in the garden.
meter: garden-box
title: The box in the garden
over: http
options:
  host: required
  port: 80
every: 1 s
asks:
  now: { get: "http://{host}:{port}/now" }
gives:
  solar: { at: /roof/kilowatts, unit: kW }
  load: /house
proof:
  - now: '{"roof":{"kilowatts":4.2},"house":310}'
    means: { solar: 4200 W, load: 310 W }
  - now: '{"error":"asleep"}'
    means: {}
"""


def a_kind_that_an_owner_wrote_charges_his_car():
    device = Device(lambda handler, _: says(handler, {"roof": {"kilowatts": 8.0}, "house": 300}))
    block = '"meters": { "garden": { "type": "garden-box", "role": "house", "options": { "host": "127.0.0.1", "port": %d } } },' % device.port
    unit = Connector(0x0061, 2, seed=1)
    with contextlib.closing(device), house(block, SITE + ['"startStopDelay": 2,'], lambda rig: write_kind(rig, "garden-box", OWN)) as rig:
        bus = Bus([unit], rig.adapter, False)
        bus.start()
        try:
            with bus.lock:
                unit.plug_in(Car(), time.monotonic())
            expect(eventually(lambda: unit.drawn >= 9.0, 60), "the car follows the sun", unit.drawn, rig.get("/api/v1/meters"))
            expect(bus.most_drawn <= 16, "within its limit", bus.most_drawn)
        finally:
            bus.close()


SCENARIOS = [an_enphase_gateway_of_the_original_gets_its_tokens_from_the_owners_account,
             a_growatt_account_of_the_original_is_entered_once_and_its_inverter_found,
             a_tibber_pulse_is_found_by_its_account_and_listened_to, a_kind_that_an_owner_wrote_charges_his_car]


if __name__ == "__main__":
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit(__doc__)
    sources_test.PROGRAM = os.path.abspath(sys.argv[1])
    run_all(SCENARIOS)
