#!/usr/bin/env python3
"""Energy sources of the real program, against devices that log in, sign their own certificate, pack, drip and lie.

sources_test.py PROGRAM   runs all scenarios; ends with 1 when one of them failed.
"""

import contextlib
import gzip
import http.server
import json
import os
import ssl
import stat
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True
from door_test import expect, run_all  # noqa: E402
from rig import ADMIN, Rig, eventually, let_in_an_admin  # noqa: E402

SITE = ['"wiringMaxAmpsAllTWCs": 32,', '"wiringMaxAmpsPerTWC": 16,', '"minAmpsPerTWC": 6,']
PROGRAM = None


class Device:
    """A device on loopback: `answer(request)` says what it answers; every request is kept."""

    def __init__(self, answer, certificate=None):
        device = self
        self.requests, self.answer = [], answer

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length).decode()
                device.requests.append((time.monotonic(), self.command, self.path, dict(self.headers), body))
                with contextlib.suppress(OSError):
                    device.answer(self, body)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                pass  # a client that does not like our certificate

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate + ".crt", certificate + ".key")
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            self.context = context
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def asked(self, path):
        return [one for one in self.requests if one[2].startswith(path)]


def says(handler, body, status=200, headers=()):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in headers:
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def certificate(folder, name):
    path = os.path.join(folder, name)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                    "-subj", "/CN=%s" % name, "-keyout", path + ".key", "-out", path + ".crt"], check=True, capture_output=True)
    return path


@contextlib.contextmanager
def house(more, site=SITE, prepare=None):
    """Started, after `prepare(rig)` has laid beside the configuration what it needs."""
    rig = Rig(PROGRAM, site, more="\n    " + more)
    try:
        if prepare:
            prepare(rig)
        yield rig.start()
    except BaseException as failure:
        failure.args = ("%s\n--- log\n%s" % (failure, rig.log()),)
        raise
    finally:
        rig.close()


def source(rig, name):
    answer = rig.get("/api/v1/meters")
    found = [one for one in answer["sources"] if one["name"] == name] if answer else []
    return found[0] if found else {"state": "absent", "amounts": {}, "trouble": None, "faults": 0}


def reads(rig, name, seconds=40, **amounts):
    return eventually(lambda: all(source(rig, name)["amounts"].get(what) == number for what, number in amounts.items()), seconds)


# --- Who logs in ----------------------------------------------------------------------------------------------------------

class Powerwall:
    """A gateway: log in, a cookie, and answers for those who have it."""

    def __init__(self):
        self.cookie, self.solar, self.password, self.state = "c1", 4325.75, "hunter2s3cret", "SystemGridConnected"

    def __call__(self, handler, body):
        path = handler.path
        if path == "/api/login/Basic":
            if json.loads(body)["password"] != self.password:
                return says(handler, {"error": "bad credentials"}, 401)
            return says(handler, {"token": "t"}, headers=[("Set-Cookie", "AuthCookie=%s; Path=/" % self.cookie), ("Set-Cookie", "UserRecord=u; Path=/")])
        if "AuthCookie=%s" % self.cookie not in (handler.headers.get("Cookie") or ""):
            return says(handler, {"code": 403}, 403)
        if path == "/api/meters/aggregates":
            return says(handler, {"site": {"instant_power": -1873.5}, "battery": {"instant_power": -40}, "load": {"instant_power": 2411.25},
                                  "solar": {"instant_power": self.solar}})
        if path == "/api/system_status/soe":
            return says(handler, {"percentage": 47.2})
        if path == "/api/system_status/grid_status":
            return says(handler, {"grid_status": self.state, "grid_services_active": False})
        return says(handler, {"real_mode": "self_consumption", "backup_reserve_percent": 24})


def powerwall_block(port, password="hunter2s3cret"):
    return '"sources": { "Powerwall2": { "enabled": true, "serverIP": "127.0.0.1", "serverPort": "%d", "password": "%s" } },' % (port, password)


def a_powerwall_of_the_original_is_read_over_its_own_certificate_and_logged_in_anew_when_it_wants():
    with tempfile.TemporaryDirectory() as folder:
        gateway = Powerwall()
        device = Device(gateway, certificate(folder, "first"))
        with contextlib.closing(device), house(powerwall_block(device.port), prepare=let_in_an_admin) as rig:
            expect(reads(rig, "Powerwall2", solar=4325.75, load=2411.25), "solar and load are read", source(rig, "Powerwall2"))
            expect(len(device.asked("/api/login")) == 1, "one log-in", len(device.asked("/api/login")))
            kept = os.path.join(rig.folder, "sources.json")
            expect(eventually(lambda: os.path.exists(kept)), "its certificate is kept")
            expect(stat.S_IMODE(os.stat(kept).st_mode) == 0o600, "for nobody else", oct(os.stat(kept).st_mode))
            expect(reads(rig, "Powerwall2", online=1, reserve=20), "so is that the grid is there", source(rig, "Powerwall2"))
            gateway.state = "SystemIslandedActive"
            expect(reads(rig, "Powerwall2", online=0), "and that it is not", source(rig, "Powerwall2"))
            gateway.cookie, gateway.solar = "c2", 1000
            expect(reads(rig, "Powerwall2", solar=1000), "a session that ended is opened anew", source(rig, "Powerwall2"))
            expect(len(device.asked("/api/login")) == 2, "with one log-in", len(device.asked("/api/login")))
            expect("hunter2s3cret" not in rig.log(), "the password is in no log")
            # Somebody else answers with the same address.
            device.context.load_cert_chain(certificate(folder, "second") + ".crt", os.path.join(folder, "second.key"))
            asked = len(device.requests)
            expect(eventually(lambda: "another certificate" in (source(rig, "Powerwall2")["trouble"] or ""), 60), "another certificate is said",
                   source(rig, "Powerwall2"))
            expect(len(device.requests) == asked, "and hears nothing", device.requests[asked:])
            # It was the owner, who has another one now.
            address = "https://127.0.0.1:%d" % device.port
            here = "/api/v1/certificates/" + urllib.parse.quote(address, safe="")
            expect(rig.ask(here, "DELETE")[0] == 403, "not everybody may say so")
            seen = rig.ask("/api/v1/certificates", headers=ADMIN)
            expect([(one["address"], one["sources"]) for one in json.loads(seen[1])["certificates"]] == [(address, ["Powerwall2"])], "it is listed", seen)
            gateway.solar = 2000
            expect(rig.ask(here, "DELETE", headers=ADMIN)[0] == 200, "its certificate is forgotten")
            expect(reads(rig, "Powerwall2", solar=2000), "and the new one is believed", source(rig, "Powerwall2"))


def a_wrong_password_is_not_hammered():
    with tempfile.TemporaryDirectory() as folder:
        device = Device(Powerwall(), certificate(folder, "first"))
        with contextlib.closing(device), house(powerwall_block(device.port, "wr0ng")) as rig:
            expect(eventually(lambda: "refuses the password" in (source(rig, "Powerwall2")["trouble"] or "")), "it is said", source(rig, "Powerwall2"))
            time.sleep(15)
            expect(len(device.asked("/api/login")) == 1, "one try in a quarter of a minute", len(device.asked("/api/login")))
            expect("wr0ng" not in rig.log(), "the password is in no log")


# --- Answers of all kinds -------------------------------------------------------------------------------------------------

def fronius(solar, grid, load):
    return {"Body": {"Data": {"Inverters": {"1": {"DT": 1, "P": solar}},
                              "Site": {"Meter_Location": "grid", "Mode": "meter", "P_Akku": None, "P_Grid": grid, "P_Load": -load, "P_PV": solar}}},
            "Head": {"Status": {"Code": 0, "Reason": "", "UserMessage": ""}, "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())}}


def one_source_may_do_what_it_likes_and_the_other_goes_on():
    good = Device(lambda handler, _: says(handler, {"Consumption_W": 1184, "Production_W": 4720, "GridFeedIn_W": 1310, "Pac_total_W": -2226, "USOC": 46,
                                                    "SystemStatus": "OnGrid", "Timestamp": time.strftime("%Y-%m-%d %H:%M:%S")}))
    odd = Device(lambda handler, _: says(handler, fronius(3000, -1000, 2000)))
    more = """"meters": {
        "sonnen": { "type": "sonnen-v2", "role": "house", "pollInterval": 2, "options": { "host": "127.0.0.1:%d", "token": "abc" } },
        "roof": { "type": "fronius", "role": "solar", "pollInterval": 2, "options": { "host": "127.0.0.1", "port": %d } },
    },""" % (good.port, odd.port)

    def packed(handler, _):
        says(handler, gzip.compress(json.dumps(fronius(1111, -1, 1)).encode()), headers=[("Content-Encoding", "gzip")])

    def chunked(handler, _):
        text = json.dumps(fronius(2222, -1, 1)).encode()
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(text), text))

    def elsewhere(handler, _):
        if "moved" in handler.path:
            return says(handler, fronius(3333, -1, 1))
        return says(handler, b"", 302, [("Location", "http://127.0.0.1:%d/moved" % odd.port)])

    def drip(handler, _):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(200):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)

    def cut(handler, _):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"Body\": {")

    with contextlib.closing(good), contextlib.closing(odd), house(more) as rig:
        expect(reads(rig, "roof", solar=3000), "the roof is read", source(rig, "roof"))
        expect(reads(rig, "sonnen", solar=4720, load=1184, grid=-1310, battery=-2226, soc=46), "the battery is read", source(rig, "sonnen"))
        for answer, solar in ((packed, 1111), (chunked, 2222), (elsewhere, 3333)):
            odd.answer = answer
            expect(reads(rig, "roof", solar=solar), answer.__name__, source(rig, "roof"))
        for answer, words in ((cut, ""), (lambda handler, _: says(handler, b"<!doctype html><html>log in</html>"), "web page"),
                              (lambda handler, _: says(handler, b"x" * 20_000_000), "more than"),
                              (lambda handler, _: says(handler, {"Head": {"Status": {"Code": 3}}}), ""),
                              (lambda handler, _: says(handler, b"", 404), "404")):
            before = source(rig, "roof")["faults"]
            odd.answer = answer
            expect(eventually(lambda: source(rig, "roof")["faults"] > before and words in (source(rig, "roof")["trouble"] or ""), 150), "a fault is told", words, source(rig, "roof"))
            expect(rig.runs(), "it lives on")
        odd.answer = drip
        before, readings = source(rig, "roof")["faults"], source(rig, "sonnen")["readings"]
        expect(eventually(lambda: source(rig, "roof")["faults"] > before, 150), "dripping is too slow", source(rig, "roof"))
        expect(source(rig, "sonnen")["readings"] >= readings + 3, "and nobody waits for it", source(rig, "sonnen"))
        expect(source(rig, "sonnen")["state"] == "well", "the other was well all the time", source(rig, "sonnen"))
        expect(source(rig, "sonnen")["faults"] == 0, "without a fault", source(rig, "sonnen"))
        expect(all(one[3].get("Auth-Token") == "abc" for one in good.requests), "its token goes with each question")


def who_is_asked_too_often_is_left_alone_for_as_long_as_it_says():
    device = Device(lambda handler, _: says(handler, b"", 429, [("Retry-After", "12")]))
    more = '"meters": { "roof": { "type": "fronius", "role": "solar", "pollInterval": 1, "options": { "host": "127.0.0.1", "port": %d } } },' % device.port
    with contextlib.closing(device), house(more) as rig:
        expect(eventually(lambda: source(rig, "roof")["state"] == "resting"), "it rests", source(rig, "roof"))
        expect(eventually(lambda: len(device.requests) >= 2, 40), "it is asked again")
        gap = device.requests[1][0] - device.requests[0][0]
        expect(11.9 < gap < 16, "after twelve seconds", gap)


# --- Files ----------------------------------------------------------------------------------------------------------------

def a_scenario_of_the_original_is_played_from_its_files():
    with tempfile.TemporaryDirectory() as folder:
        file, step = os.path.join(folder, "a cloud.json"), os.path.join(folder, "step")
        scenario = {"metadata": {"id": "cloud"}, "initial_conditions": {"slaves": [], "ems": {"generation_watts": 5000, "consumption_watts": 1000}},
                    "timeline": [{"step": 0, "label": "sun"}, {"step": 1, "ems": {"generation_watts": 800}}, {"step": 2, "ems": {"consumption_watts": 3000}}]}

        def goes_to(text):
            with open(step + ".new", "w") as new:
                new.write(text)
            os.replace(step + ".new", step)

        more = '"sources": { "ScenarioEMS": { "enabled": true, "scenarioFile": "%s", "stepFile": "%s" } },' % (file, step)
        with house(more) as rig:
            expect(eventually(lambda: "There is no file %s." % file in (source(rig, "ScenarioEMS")["trouble"] or "")), "a missing scenario is said",
                   source(rig, "ScenarioEMS"))
            with open(file, "w") as new:
                json.dump(scenario, new)
            expect(reads(rig, "ScenarioEMS", solar=5000, load=1000), "it begins at its beginning", source(rig, "ScenarioEMS"))
            goes_to("0\n")
            goes_to("1\n")
            expect(reads(rig, "ScenarioEMS", solar=800, load=1000), "a step changes what it names", source(rig, "ScenarioEMS"))
            site = lambda: (rig.get("/api/v1/site") or {}).get("site") or rig.get("/api/v1/site") or {}  # noqa: E731
            expect(eventually(lambda: site().get("generation") == 800 and site().get("consumption") == 1000), "and the house follows", site())
            goes_to("2")
            expect(reads(rig, "ScenarioEMS", solar=800, load=3000), "the rest stays", source(rig, "ScenarioEMS"))
            goes_to("soon")
            expect(eventually(lambda: "not a whole number" in (source(rig, "ScenarioEMS")["trouble"] or "")), "what is no step is said", source(rig, "ScenarioEMS"))
            os.remove(step)
            expect(reads(rig, "ScenarioEMS", solar=5000, load=1000), "and back at its beginning", source(rig, "ScenarioEMS"))
            expect(not rig.get("/api/v1/meters")["meters"][0]["estimated"], "a scenario is no estimate")


# --- Prices and forecasts -------------------------------------------------------------------------------------------------

def prices(rig):
    answer = rig.get("/api/v1/prices")
    return answer["prices"] if answer else []


def prices_are_read_shown_and_known_after_a_restart():
    hour = int(time.time()) // 3600 * 3600
    moment = lambda at: time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(at))  # noqa: E731
    today = [{"start": moment(hour), "end": moment(hour + 3600), "value": 0.1}, {"start": moment(hour + 3600), "end": moment(hour + 7200), "value": -0.02}]
    device = Device(lambda handler, _: says(handler, {"state": "0.1", "attributes": {"currency": "SEK", "raw_today": today, "raw_tomorrow": []}}))
    more = """"prices": {
        "market": { "type": "home-assistant", "tax": 25, "charges": 0.5, "options": { "host": "127.0.0.1", "port": %d, "token": "s3cret", "entity": "sensor.nordpool" } },
        "tariff": { "price": { "00:00": 0.3 }, "currency": "EUR" },
    },""" % device.port
    rig = Rig(PROGRAM, SITE, more="\n    " + more)
    try:
        with contextlib.closing(device):
            rig.start()
            expect(eventually(lambda: len(prices(rig)) == 2 and len(prices(rig)[0]["slots"]) == 2), "two hours are read", prices(rig))
            market, tariff = prices(rig)
            expect(market["currency"] == "SEK" and market["state"] == "well", "in their currency", market)
            expect([round(one["price"], 5) for one in market["slots"]] == [0.625, 0.475], "with tax and charges", market["slots"])
            expect(market["now"] in (0.625, 0.475), "one of them holds now", market["now"])
            expect(tariff["now"] == 0.3 and tariff["kind"] == "fixed", "a fixed tariff needs nobody", tariff)
            expect(device.requests[0][3].get("Authorization") == "Bearer s3cret", "its token goes with the question")
            kept = os.path.join(rig.folder, "tables.json")
            expect(eventually(lambda: os.path.exists(kept)), "they are kept")
            with open(kept) as file:
                expect("s3cret" not in file.read() and "s3cret" not in rig.log(), "the token is neither kept nor logged")
        asked = len(device.requests)
        rig.end()
        rig.start()
        expect(eventually(lambda: prices(rig) and len(prices(rig)[0]["slots"]) == 2, 10), "a restart knows them at once", prices(rig))
        expect(len(device.requests) == asked, "and asks nobody")
    except BaseException as failure:
        failure.args = ("%s\n--- log\n%s" % (failure, rig.log()),)
        raise
    finally:
        rig.close()


SCENARIOS = [a_scenario_of_the_original_is_played_from_its_files, a_powerwall_of_the_original_is_read_over_its_own_certificate_and_logged_in_anew_when_it_wants, a_wrong_password_is_not_hammered,
             one_source_may_do_what_it_likes_and_the_other_goes_on, who_is_asked_too_often_is_left_alone_for_as_long_as_it_says, prices_are_read_shown_and_known_after_a_restart]


if __name__ == "__main__":
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit(__doc__)
    PROGRAM = os.path.abspath(sys.argv[1])
    run_all(SCENARIOS)
