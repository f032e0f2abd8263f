#!/usr/bin/env python3
"""Energy sources behind somebody's account or over a WebSocket, and one of the owner's own making: the real program against clouds on loopback.

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
from rig import ADMIN, BEARER, eventually, let_in_an_admin  # noqa: E402
from slaves import Bus, Car, Connector  # noqa: E402
from sources_test import SITE, Device, certificate, house, reads, says, source  # noqa: E402

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def elsewhere(kind, *changes, family="meters"):
    """Lays the built-in kind with other addresses into the folder beside the configuration."""
    with open(os.path.join(TOP, family, kind + ".yaml"), encoding="utf-8") as file:
        text = file.read()
    for before, after in changes:
        expect(before in text, "%s has %s" % (kind, before))
        text = text.replace(before, after)
    return lambda rig: write_kind(rig, kind, text, family)


def write_kind(rig, kind, text, family="meters"):
    folder = os.path.join(rig.folder, family)
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

    def greet(self, peer):
        """Says hello as a WebSocket does; what it was asked for."""
        self.connections += 1
        head = {}
        peer.rfile.readline()
        for line in iter(peer.rfile.readline, b"\r\n"):
            name, _, value = line.decode().partition(":")
            head[name.lower()] = value.strip()
        accept = base64.b64encode(hashlib.sha1((head["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        protocol = "Sec-WebSocket-Protocol: %s\r\n" % head["sec-websocket-protocol"] if "sec-websocket-protocol" in head else ""
        peer.wfile.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n"
                          "%s\r\n" % (accept, protocol)).encode())
        return head

    def serve(self, peer, token):
        head = self.greet(peer)
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


# --- Volkszähler ----------------------------------------------------------------------------------------------------------

class Push(Stream):
    """A middleware that pushes what all its channels say."""

    def serve(self, peer, channels):
        self.greet(peer)
        while not self.closed:
            for uuid, watts in dict(channels).items():
                self.say(peer, {"version": "0.3", "data": {"uuid": uuid, "tuples": [[int(time.time() * 1000), watts, 1]]}})
            time.sleep(0.3)


def a_volkszaehler_pushes_and_the_channels_of_others_are_passed_over():
    channels = {"8ac1-grid": -1122, "9bd2-sun": 3480.5, "0000-else": 77}
    push = Push(channels)
    block = ('"meters": { "vz": { "type": "volkszaehler-push", "role": "house", "pollInterval": 1, "options": { "host": "127.0.0.1", "port": %d, '
             '"grid": "8ac1-grid"%s } } },')
    with contextlib.closing(push):
        with house(block % (push.port, ', "solar": "9bd2-sun"')) as rig:
            expect(reads(rig, "vz", grid=-1122, solar=3480.5), "both channels are read", source(rig, "vz"))
            channels["8ac1-grid"] = 355
            expect(reads(rig, "vz", grid=355, solar=3480.5), "and followed", source(rig, "vz"))
            expect(source(rig, "vz")["state"] == "well" and push.connections == 1, "over one connection", source(rig, "vz"), push.connections)
        with house(block % (push.port, "")) as rig:
            expect(reads(rig, "vz", grid=355), "one channel is enough", source(rig, "vz"))
            expect("solar" not in source(rig, "vz")["amounts"] and source(rig, "vz")["state"] == "well", "without the other", source(rig, "vz"))
        with house(block % (push.port, ', "solar": "unknown"')) as rig:
            expect(reads(rig, "vz", grid=355), "what is there is read", source(rig, "vz"))
            del channels["8ac1-grid"]
            expect(eventually(lambda: "has said nothing" in (source(rig, "vz")["trouble"] or ""), 60), "who falls silent is told of", source(rig, "vz"))


# --- Tokens that hold once ------------------------------------------------------------------------------------------------

class Tokens:
    """A cloud as those of Enphase and Tesla: each refresh token opens one session and is replaced; an older one is refused."""

    def __init__(self, path, known, data, basic=None):
        self.path, self.known, self.data, self.basic = path, known, data, basic
        self.refresh, self.access, self.lasts, self.handed, self.refused, self.unwanted = "r0/+=", None, 86400, 0, 0, 0

    def __call__(self, handler, body):
        if handler.path == self.path:
            form = {name: values[0] for name, values in urllib.parse.parse_qs(body).items()}
            told = handler.headers.get("Authorization")
            if told != self.basic or form != dict(self.known, grant_type="refresh_token", refresh_token=self.refresh):
                self.refused += 1
                return says(handler, {"error": "invalid_grant"}, 400)
            self.handed += 1
            self.refresh, self.access = "r%d/+=" % self.handed, jwt(self.handed, self.lasts)
            return says(handler, {"access_token": self.access, "refresh_token": self.refresh, "expires_in": self.lasts, "token_type": "Bearer"})
        if handler.headers.get("Authorization") != "Bearer %s" % self.access:
            self.unwanted += 1
            return says(handler, {"error": "token expired"}, 401)
        return self.data(handler)


def an_account_whose_refresh_token_holds_once_goes_on_with_the_newest_after_a_restart():
    sun = [3271]

    def summary(handler):
        expect(handler.headers.get("key") == "k3y" and handler.path == "/api/v4/systems/67/summary", "it asks with its key", handler.path)
        return says(handler, {"current_power": sun[0], "battery_charge_w": 0, "battery_discharge_w": 0, "last_report_at": int(time.time())})

    tokens = Tokens("/oauth/token", {}, summary, "Basic " + base64.b64encode(b"program:s3cr&t pass").decode())
    cloud = Device(tokens)
    block = ('"meters": { "roof": { "type": "enphase-cloud", "role": "solar", "pollInterval": 1, "options": { "api_key": "k3y", "client_id": "program", '
             '"client_secret": "s3cr&t pass", "refresh_token": "r0/+=", "system": 67 } } },')
    kind = elsewhere("enphase-cloud", ("https://api.enphaseenergy.com", "http://127.0.0.1:%d" % cloud.port), ("every: 30 min\n", "every: 1 s\n"),
                     ("least_every: 15 min", "least_every: 1 s"), ("a_day: 32", "a_day: 100000"))
    with contextlib.closing(cloud), house(block, prepare=kind) as rig:
        kept = os.path.join(rig.folder, "sources.json")
        expect(reads(rig, "roof", solar=3271), "the sun is read", source(rig, "roof"), cloud.requests)
        tokens.access, sun[0] = "revoked", 1000
        expect(reads(rig, "roof", solar=1000), "access that is refused is renewed", source(rig, "roof"))
        expect(tokens.handed == 2 and tokens.unwanted == 1, "once, with the second token", tokens.handed, tokens.unwanted)
        expect(eventually(lambda: os.path.exists(kept) and json.dumps(tokens.refresh) in open(kept, encoding="utf-8").read()), "the third is kept")
        expect(os.stat(kept).st_mode & 0o777 == 0o600, "for nobody else to read", oct(os.stat(kept).st_mode))
        rig.end()
        sun[0] = 2000
        rig.start()
        expect(reads(rig, "roof", solar=2000), "a restart goes on", source(rig, "roof"))
        expect(tokens.handed == 2, "with the access that it has", tokens.handed)
        rig.end()
        tokens.access, sun[0], tokens.lasts = "revoked", 3000, 5
        rig.start()
        expect(reads(rig, "roof", solar=3000), "where that has ended meanwhile the newest token opens the next session", source(rig, "roof"))
        expect(eventually(lambda: tokens.handed >= 5), "whose short life ends with a renewal", tokens.handed)
        expect(tokens.refused == 0 and tokens.unwanted == 2, "before anybody refuses it", tokens.refused, tokens.unwanted)
        for secret in ("s3cr&t", "s3cr%26t", "r0/", "r1/", "r0%2F", "r1%2F", "k3y", "eyJ"):
            expect(secret not in rig.log(), "no secret is in the log")


def a_battery_behind_teslas_cloud_is_read_and_a_token_that_was_used_is_not_tried_again_and_again():
    site = {"solar_power": 3102, "percentage_charged": 62.0, "battery_power": -2010, "load_power": 812.5, "grid_status": "Active", "grid_power": -279.5}

    def live(handler):
        expect(handler.path == "/api/1/energy_sites/4711/live_status", "it asks for its site", handler.path)
        return says(handler, {"response": dict(site, timestamp=time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()))})

    tokens = Tokens("/oauth2/v3/token", {"client_id": "program"}, live)
    cloud = Device(tokens)
    at = "http://127.0.0.1:%d" % cloud.port
    block = ('"meters": { "wall": { "type": "tesla-energy", "role": "house", "pollInterval": 1, "options": { "site": 4711, "client_id": "program", '
             '"refresh_token": "%s" } } },')
    kind = elsewhere("tesla-energy", ("https://{login}", at), ("https://fleet-api.prd.{region}.vn.cloud.tesla.com", at), ("every: 10 min\n", "every: 1 s\n"),
                     ("least_every: 60 s", "least_every: 1 s"), ("a_day: 1500", "a_day: 100000"),
                     ('  login: { default: auth.tesla.com, help: "who gave the token; with a client\'s secret fleet-auth.prd.vn.cloud.tesla.com" }\n', ""),
                     ('  region: { default: na, help: "na or eu" }\n', ""))
    with contextlib.closing(cloud):
        with house(block % "r0/+=", prepare=kind) as rig:
            expect(reads(rig, "wall", solar=3102, grid=-279.5, load=812.5, battery=-2010, soc=62), "the house is read", source(rig, "wall"))
            site["grid_status"] = "Inactive"
            expect(eventually(lambda: source(rig, "wall")["amounts"].get("online") in (0, False)), "an island is seen", source(rig, "wall"))
            expect(tokens.handed == 1, "with one session", tokens.handed)
        with house(block % "r0/+=", prepare=kind) as rig:
            expect(eventually(lambda: "refuses the log-in (400)" in (source(rig, "wall")["trouble"] or "")), "a token that was used is refused", source(rig, "wall"))
            expect(source(rig, "wall")["state"] == "resting" and tokens.refused == 1, "and not tried again at once", source(rig, "wall"), tokens.refused)


def what_a_price_list_taught_is_kept_beside_what_meters_did():
    handed, hour = [0], 3600

    def cloud(handler, body):
        if handler.path == "/oauth2/token":
            expect(handler.headers.get("Authorization") == "Basic " + base64.b64encode(b"house:s3cret").decode(), "it logs in", handler.headers.get("Authorization"))
            handed[0] += 1
            return says(handler, {"access_token": "acc3ss%d" % handed[0], "expires_in": 3600, "token_type": "Bearer"})
        if handler.headers.get("Authorization") != "Bearer acc3ss%d" % handed[0]:
            return says(handler, {"error": "unauthorized"}, 401)
        begin = int(time.time()) // hour * hour
        return says(handler, {"data": [{"date": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(begin + i * hour)), "grossKwhPrice": 25.5 + i} for i in range(12)]})

    device = Device(cloud)
    at = "http://127.0.0.1:%d" % device.port
    kind = elsewhere("ostrom", ("https://auth.production.ostrom-api.io", at), ("https://production.ostrom-api.io", at), family="prices")
    block = '"prices": { "market": { "type": "ostrom", "options": { "client_id": "house", "client_secret": "s3cret" } } },'

    def price(rig):
        answer = rig.get("/api/v1/prices")
        return answer["prices"][0]["now"] if answer and answer["prices"] else None

    with contextlib.closing(device), house(block, prepare=kind) as rig:
        expect(eventually(lambda: price(rig) is not None), "prices are read", rig.get("/api/v1/prices"))
        kept = os.path.join(rig.folder, "table-sources.json")
        expect(eventually(lambda: os.path.exists(kept) and "acc3ss1" in open(kept, encoding="utf-8").read()), "the token is kept")
        expect(os.stat(kept).st_mode & 0o777 == 0o600, "for nobody else to read", oct(os.stat(kept).st_mode))
        rig.end()
        rig.start()
        expect(eventually(lambda: price(rig) is not None), "a restart knows the prices", rig.get("/api/v1/prices"))
        expect(handed[0] == 1, "without another log-in", handed[0])
        expect("acc3ss" not in rig.log() and "s3cret" not in rig.log(), "no secret is in the log")


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


def a_source_is_tried_before_it_is_written_down_and_the_connectors_go_on():
    device = Device(lambda handler, _: says(handler, {"roof": {"kilowatts": 8.0}, "house": 300}))
    unit = Connector(0x0061, 2, seed=1)

    def prepare(rig):
        write_kind(rig, "garden-box", OWN)
        let_in_an_admin(rig)

    def trial(rig, options, whose=ADMIN):
        return rig.ask("/api/v1/kinds/meters/garden-box/trial", "POST", json.dumps({"options": options}), whose)

    with contextlib.closing(device), house("", SITE, prepare) as rig:
        bus = Bus([unit], rig.adapter, False)
        bus.start()
        try:
            expect(eventually(lambda: unit.heard is not None), "the connector is spoken to")
            status, body = trial(rig, {"host": "127.0.0.1", "port": device.port})
            tried = json.loads(body)
            expect(trial(rig, {"host": "127.0.0.1"}, BEARER)[0] == 403, "not for everybody")
            expect(status == 200 and tried["well"] and tried["amounts"] == {"solar": 8000, "load": 300}, "it is tried", status, body)
            answers = []
            asking = threading.Thread(target=lambda: answers.append(trial(rig, {"host": "nobody.invalid"})))
            asking.start()
            gaps = []
            while asking.is_alive():
                gaps.append(time.monotonic() - unit.heard)
                time.sleep(0.02)
            status, body = answers[0]
            expect(status == 200 and "nobody.invalid" in json.loads(body)["trouble"], "a name that nobody has is said", status, body)
            expect(max(gaps) < 1.5, "while the connector hears a heartbeat each second", max(gaps))
            status, body = trial(rig, {})
            expect(status == 400 and b"host" in body, "what is missing is said", status, body)
        finally:
            bus.close()


SCENARIOS = [an_enphase_gateway_of_the_original_gets_its_tokens_from_the_owners_account,
             a_growatt_account_of_the_original_is_entered_once_and_its_inverter_found,
             a_tibber_pulse_is_found_by_its_account_and_listened_to,
             a_volkszaehler_pushes_and_the_channels_of_others_are_passed_over,
             an_account_whose_refresh_token_holds_once_goes_on_with_the_newest_after_a_restart,
             a_battery_behind_teslas_cloud_is_read_and_a_token_that_was_used_is_not_tried_again_and_again,
             what_a_price_list_taught_is_kept_beside_what_meters_did,
             a_source_is_tried_before_it_is_written_down_and_the_connectors_go_on, a_kind_that_an_owner_wrote_charges_his_car]


if __name__ == "__main__":
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit(__doc__)
    sources_test.PROGRAM = os.path.abspath(sys.argv[1])
    run_all(SCENARIOS)
