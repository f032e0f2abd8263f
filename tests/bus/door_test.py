#!/usr/bin/env python3
"""The door of the real program as its owner meets it: the first start, a forgotten password, and what never leaves it.

door_test.py PROGRAM   runs all scenarios; ends with 1 when one of them failed.
"""

import concurrent.futures
import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
import traceback

sys.dont_write_bytecode = True
from rig import Rig, Stream, eventually  # noqa: E402
from slaves import Bus, Connector  # noqa: E402

PROGRAM = None
SITE = ['"wiringMaxAmpsAllTWCs": 32,', '"wiringMaxAmpsPerTWC": 16,', '"minAmpsPerTWC": 6,']
NOBODY = {}


def expect(holds, what, *facts):
    if not holds:
        raise AssertionError(what + "".join("\n    %s" % (fact,) for fact in facts))


@contextlib.contextmanager
def daemon(**how):
    rig = Rig(PROGRAM, SITE, locked=False, **how)
    try:
        yield rig
    except BaseException as failure:
        failure.args = ("%s\n--- log\n%s" % (failure, rig.log() if rig.process else ""),)
        raise
    finally:
        rig.close()


def code(rig):
    """The set-up code on the console."""
    found = eventually(lambda: re.findall(r"set-up code is (\S+)", rig.log()))
    expect(found, "the console shows a set-up code")
    return found[-1]


def post(rig, path, content, headers=None, source="127.0.0.1"):
    """Status, headers and body."""
    connection = http.client.HTTPConnection("127.0.0.1", rig.port, timeout=30, source_address=(source, 0))
    try:
        connection.request("POST", path, body=json.dumps(content), headers=headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def set_up(rig, password):
    eventually(lambda: rig.ask("/api/v1/me", headers=NOBODY)[0] == 200)
    status, headers, body = post(rig, "/api/v1/setup", {"code": code(rig), "password": password})
    expect(status == 200, "the code sets the password", status, body)
    return {"Cookie": headers["Set-Cookie"].split(";")[0], "X-Twcmanager": "1", "Origin": "http://127.0.0.1:%d" % rig.port}


def log_in(rig, password, source="127.0.0.1"):
    return post(rig, "/api/v1/login", {"password": password}, source=source)[0]


def guess(rig, number):
    """One wrong password, from one of sixty addresses; tried again while the controller is busy with others."""
    for _ in range(200):
        status = log_in(rig, "guess %d" % number, "127.0.0.%d" % (2 + number % 60))
        if status != 503:
            return status
        time.sleep(0.02)
    return 503


def a_first_start_shows_a_code_and_the_code_works_once():
    with daemon() as rig:
        rig.start()
        shown = code(rig)
        expect(eventually(lambda: rig.ask("/", headers=NOBODY)[0] == 200), "the page is served")
        for path in ("/api/v1/snapshot", "/api/getStatus", "/api/getSlaveTWCs", "/plain", "/api/v1/tokens"):
            expect(rig.ask(path, headers=NOBODY)[0] == 401, "nothing of the house is told", path)
        expect(rig.ask("/api/chargeNow", "POST", "{}", headers=NOBODY)[0] == 401, "nobody charges")
        cookie = set_up(rig, "correct horse")
        expect(rig.ask("/api/v1/snapshot", headers=cookie)[0] == 200, "the session counts")
        expect(post(rig, "/api/v1/setup", {"code": shown, "password": "another one"})[0] == 409, "the code is used up")
        mode = os.stat(os.path.join(rig.folder, "door.json")).st_mode & 0o777
        expect(mode == 0o600, "door.json is for its owner", oct(mode))
        expect(rig.end() == 0, "it ends")
        said = len(rig.log())
        rig.start()
        expect(eventually(lambda: rig.ask("/api/v1/snapshot", headers=cookie)[0] == 200), "the session survives a restart")
        expect("set-up code" not in rig.log()[said:], "there is no other code")
        expect(log_in(rig, "correct horse") == 200 and log_in(rig, "wrong") == 401, "the password survives a restart")


def a_crash_after_setting_up_forgets_nothing():
    with daemon() as rig:
        rig.start()
        cookie = set_up(rig, "correct horse")
        status, _, body = post(rig, "/api/v1/tokens", {"name": "script", "scope": "view"}, cookie)
        expect(status == 200, "a token is made", body)
        rig.end(9)
        rig.start()
        token = {"Authorization": "Bearer " + json.loads(body)["token"]}
        expect(eventually(lambda: rig.ask("/api/getStatus", headers=token)[0] == 200), "what was acknowledged is there")


def a_forgotten_password_is_set_anew_while_it_runs():
    with daemon() as rig:
        rig.start()
        cookie = set_up(rig, "correct horse")
        command = [PROGRAM, "password", "--config", os.path.join(rig.folder, "config.json")]
        short = subprocess.run(command, input=b"short\n", capture_output=True, timeout=30)
        expect(short.returncode == 1 and b"8 to 256" in short.stderr, "a short one is refused", short)
        done = subprocess.run(command, input=b"forgotten no more\n", capture_output=True, timeout=30)
        expect(done.returncode == 0 and b"forgotten" not in done.stdout, "a new one is taken and not shown", done)
        expect(eventually(lambda: rig.ask("/api/v1/snapshot", headers=cookie)[0] == 401), "nobody stays logged in")
        expect(log_in(rig, "correct horse") == 401 and log_in(rig, "forgotten no more") == 200, "the new one counts")


def guessing_from_many_addresses_is_slow_and_the_heartbeat_does_not_notice():
    unit = Connector(0x0061, 2, seed=1)
    with daemon() as rig:
        bus = Bus([unit], rig.adapter)
        bus.start()
        try:
            rig.start()
            cookie = set_up(rig, "correct horse")
            expect(eventually(lambda: len([one for one in list(bus.heard) if one.is_heartbeat]) > 3), "the bus runs")

            def gap(since):
                times = [one.at for one in list(bus.heard) if one.is_heartbeat and one.at >= since]
                return max(b - a for a, b in zip(times, times[1:]))
            begin = time.monotonic()
            time.sleep(8)
            quiet, begin = gap(begin), time.monotonic()
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(lambda number: guess(rig, number), range(160)))
            time.sleep(max(0.0, begin + 8 - time.monotonic()))
            busy = gap(begin)
            judged = answers.count(401)
            expect(set(answers) <= {401, 429}, "every guess is answered", set(answers))
            expect(20 < judged <= 34, "few guesses are judged", judged)
            expect(busy < 3.0 and unit.openings == 0, "the heartbeat goes on", quiet, busy)
            print("        longest pause between heartbeats: %.3f s quiet, %.3f s with %d guesses judged of 160" % (quiet, busy, judged))
            expect(rig.ask("/api/v1/snapshot", headers=cookie)[0] == 200, "who is inside stays inside")
        finally:
            bus.close()


def a_canary_is_found_nowhere():
    """Secrets of every kind are planted; whatever the program says, answers or records is searched for them."""
    canary = "CANARY%d"
    more = """
    "meters": { "mains": { "role": "grid", "url": "http://%s:%s@127.0.0.1:%d", "powerItem": "power?apikey=%s" } },
    "sources": { "HASS": { "enabled": true, "longLivedToken": "%s" }, "SolarEdge": { "apiKey": "%s" } },
    "encryption_key": "%s", "passwort": "%s",
""" % tuple([canary % 1, canary % 2, socket_port(), *(canary % number for number in (3, 6, 7, 8, 9))])
    with daemon(more=more) as rig:
        rig.configuration = rig.configuration.replace('"control": {', '"control": { "MQTT": { "enabled": true, "password": "%s", "apiKey": "%s" },' % (canary % 4, canary % 5))
        rig.configuration = rig.configuration.replace('"someOlderKey": [1, 2,],', '"teslaApiClientSecret": "%s", "defaultVoltagee": "%s",' % (canary % 10, canary % 11))
        path = os.path.join(rig.folder, "config.json")
        with open(path, "w", encoding="utf-8") as out:
            out.write(rig.configuration)
        with open(os.path.join(rig.folder, "settings.json"), "w", encoding="utf-8") as out:
            json.dump({"carApiBearerToken": canary % 12, "carApiRefreshToken": canary % 13}, out)
        seen = {}
        for words in (["check"], ["check", "--json"]):
            done = subprocess.run([PROGRAM, *words, "--config", path], capture_output=True, timeout=30)
            seen[" ".join(words)] = done.stdout + done.stderr
        rig.start()
        cookie = set_up(rig, canary % 14)
        status, _, body = post(rig, "/api/v1/tokens", {"name": "script", "scope": "admin"}, cookie)
        expect(status == 200, "a token is made", body)
        token = json.loads(body)["token"]
        post(rig, "/api/v1/login", {"name": canary % 15, "password": canary % 16})
        post(rig, "/api/v1/people", {"name": "x", "role": "view", "password": canary % 17}, cookie)
        rig.ask("/api/getStatus?token=" + canary % 18, headers={"Authorization": "Bearer twc_" + canary % 19})
        time.sleep(7)  # the meter is asked, in vain
        admin = {"Authorization": "Bearer " + token}
        for address in ("/api/v1/snapshot", "/api/getStatus", "/api/getSlaveTWCs", "/api/v1/tokens", "/api/v1/people", "/api/v1/me",
                        "/plain", "/", "/api/getConfig"):
            seen[address] = rig.ask(address, headers=admin)[1]
        expect(rig.end() == 0, "it ends")
        seen["log"] = rig.log().encode()
        for folder, _, names in os.walk(rig.folder):
            for name in names:
                if name not in ("config.json", "settings.json", "log") and not name.startswith("settings.json"):
                    with open(os.path.join(folder, name), "rb") as content:
                        seen[os.path.join(folder, name)] = content.read()
        expect(any("recorder" in name for name in seen), "there is a recording", list(seen))
        secrets = [b"CANARY", token.encode(), cookie["Cookie"].split("=", 1)[1].encode()]
        for name, content in seen.items():
            for secret in secrets:
                at = content.find(secret)
                expect(at < 0, "%s holds a secret" % name, content[max(0, at - 80):at + 40])


def over_the_socket(path, request="GET /api/v1/me HTTP/1.0\r\n\r\n"):
    with socket.socket(socket.AF_UNIX) as one:
        one.settimeout(10)
        one.connect(path)
        one.sendall(request.encode())
        answer = b""
        while True:
            more = one.recv(65536)
            if not more:
                return json.loads(answer.split(b"\r\n\r\n", 1)[1])
            answer += more


def the_local_socket_lets_in_its_owner_with_and_without_a_page():
    with daemon() as rig:
        path = os.path.join(rig.folder, "twcmanager.sock")
        rig.start()
        expect(eventually(lambda: os.path.exists(path)), "there is a socket")
        expect(os.stat(path).st_mode & 0o777 == 0o600, "it is the owner's alone", oct(os.stat(path).st_mode))
        me = over_the_socket(path)
        expect((me["name"], me["role"], me["by"]) == ("this machine", "admin", "socket"), "who comes by it is an admin", me)
        made = over_the_socket(path, "POST /api/v1/tokens HTTP/1.0\r\nContent-Length: 34\r\n\r\n" + '{"name": "script", "scope": "view"}'[:34])
        expect(made.get("status") == 400, "half a body is refused, not taken", made)
        made = over_the_socket(path, "POST /api/v1/tokens HTTP/1.0\r\nContent-Length: 35\r\n\r\n" + '{"name": "script", "scope": "view"}')
        expect(rig.ask("/api/getStatus", headers={"Authorization": "Bearer " + made["token"]})[0] == 200, "it may make tokens", made)
        rig.end(9)
        expect(os.path.exists(path), "a crash leaves the file behind")
        rig.configuration = rig.configuration.replace('"HTTP": { "enabled": true', '"HTTP": { "enabled": false')
        with open(os.path.join(rig.folder, "config.json"), "w", encoding="utf-8") as out:
            out.write(rig.configuration)
        said = len(rig.log())
        rig.start()

        def answers():
            with contextlib.suppress(OSError):
                return over_the_socket(path)
        expect(eventually(answers), "the next one replaces it, also without a page")
        expect(rig.ask("/api/v1/me", headers=NOBODY)[0] == 0, "there is no page")
        expect("set-up code" not in rig.log()[said:], "nobody is asked to set up what is not there")
        expect(rig.end() == 0 and not os.path.exists(path), "the file is gone at the end")


def without_clocks(value):
    """What does not change merely because time passes."""
    if isinstance(value, list):
        return [without_clocks(each) for each in value]
    if isinstance(value, dict):
        clocks = ("time", "version", "age", "in_state", "since_heard", "charging_for", "remaining", "frames", "answers", "session_energy")
        return {name: without_clocks(each) for name, each in value.items() if name not in clocks}
    return value


def the_stream_tells_what_the_snapshot_says_and_ends_with_the_right_to_hear_it():
    with daemon() as rig:
        rig.start()
        cookie = set_up(rig, "correct horse")
        made = {}
        for name in ("kept", "revoked"):
            status, _, body = post(rig, "/api/v1/tokens", {"name": name, "scope": "view"}, cookie)
            expect(status == 200, "a token is made", body)
            made[name] = json.loads(body)
        bearer = {name: {"Authorization": "Bearer " + made[name]["token"]} for name in made}
        own = {"Cookie": cookie["Cookie"], "Host": "127.0.0.1:%d" % rig.port, "Origin": cookie["Origin"]}
        for status, what in ((401, {}), (401, {"Authorization": "Bearer twc_nobody"}), (401, {"Cookie": cookie["Cookie"]}),
                             (403, {**own, "Origin": "http://evil.example"}), (403, {**bearer["kept"], "Origin": "http://evil.example"})):
            expect(Stream(rig.port, what).status == status, "it is refused", status, what)
        expect(rig.ask("/api/v1/stream", headers=bearer["kept"])[0] == 426, "it is no page")
        kept, revoked, page = Stream(rig.port, bearer["kept"]), Stream(rig.port, bearer["revoked"]), Stream(rig.port, own)
        for stream in (kept, revoked, page):
            expect(stream.status == 101 and stream.hear(), "it is there", stream.status)
        expect(rig.ask("/api/v1/mode", "PUT", json.dumps({"mode": "now"}), cookie)[0] == 200, "something is changed")
        expect(eventually(lambda: kept.hear() and kept.known["mode"] == "now", 5), "the change is told", kept.messages)
        late = Stream(rig.port, bearer["kept"])
        for _ in range(3):
            expect(kept.hear() and late.hear(), "it goes on")
        told = json.loads(rig.ask("/api/v1/snapshot", headers=cookie)[1])
        for stream in (kept, late):
            expect(without_clocks(stream.known) == without_clocks(told), "it is what the snapshot says", stream.known, told)
        deleted = rig.ask("/api/v1/tokens/" + made["revoked"]["id"], "DELETE", "{}", cookie)
        expect(deleted[0] == 200, "the token is revoked", deleted)
        begin = time.monotonic()
        while revoked.hear():
            expect(time.monotonic() < begin + 4, "a revoked token hears no more")
        expect(revoked.close_code == 1008, "and is told why", revoked.close_code)
        expect(post(rig, "/api/v1/logout", {}, cookie)[0] == 200, "the person leaves")
        begin = time.monotonic()
        while page.hear():
            expect(time.monotonic() < begin + 4, "who has left hears no more")
        expect(kept.hear() and kept.hear(), "the others do")
        expect(rig.end() == 0, "it ends while somebody listens")


def socket_port():
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def old_programs_speak_to_the_page_they_know():
    with daemon() as rig:
        text = rig.configuration.replace('"HTTP": { ', '"HTTP": { "legacyOpen": ["127.0.0.2"], ')
        with open(os.path.join(rig.folder, "config.json"), "w", encoding="utf-8") as out:
            out.write(text)
        bus = Bus([Connector(0x0061, 2, seed=1)], rig.adapter)
        bus.start()
        try:
            rig.start()
            cookie = set_up(rig, "correct horse")

            def say(text, source="127.0.0.2"):
                with socket.create_connection(("127.0.0.1", rig.port), 10, source_address=(source, 0)) as one:
                    one.sendall(text.encode())
                    return b"".join(iter(lambda: one.recv(65536), b"")).decode()

            def settings():
                try:
                    with open(os.path.join(rig.folder, "settings.json"), encoding="utf-8") as stored:
                        return json.load(stored)
                except FileNotFoundError:
                    return {}
            wish = "GET /index.php?&nonScheduledAmpsMax=%d&submit=Save HTTP/1.0\r\nHost: localhost\r\n%s\r\n"
            said = say(wish % (10, ""))
            expect(said.startswith("HTTP/1.0 200 ") and "Power available for all TWCs: " in said, "openWB sets a current", said)
            expect(settings().get("nonScheduledAmpsMax") == 10, "it is stored", settings())
            form = "submit=1&nonScheduledAmpsMax=12"
            said = say("POST /index.php HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s" % (len(form), form))
            expect(said.startswith("HTTP/1.0 200 ") and settings()["nonScheduledAmpsMax"] == 12, "openHAB posts a form", said)
            expect(eventually(lambda: "TWC 0061: " in say("GET /index.php HTTP/1.0\r\nHost: localhost\r\n\r\n")), "the connector is on it")
            browser = "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n"
            session = "Cookie: %s\r\nX-Twcmanager: 1\r\nOrigin: http://localhost\r\n" % cookie["Cookie"]
            for headers, source, status in ((browser, "127.0.0.2", 403), (session, "127.0.0.2", 401), (session, "127.0.0.1", 401), ("", "127.0.0.1", 401),
                                            ("Sec-Fetch-Site: cross-site\r\n", "127.0.0.2", 403)):
                said = say(wish % (6, headers), source)
                expect(" %d " % status in said[:14], "a browser changes nothing", headers, source, said)
            expect(" 400 " in say(wish % (99, ""))[:14] and settings()["nonScheduledAmpsMax"] == 12, "what cannot be is refused")
        finally:
            bus.close()


SCENARIOS = [old_programs_speak_to_the_page_they_know, the_stream_tells_what_the_snapshot_says_and_ends_with_the_right_to_hear_it, the_local_socket_lets_in_its_owner_with_and_without_a_page, a_first_start_shows_a_code_and_the_code_works_once, a_crash_after_setting_up_forgets_nothing,
             a_forgotten_password_is_set_anew_while_it_runs,
             guessing_from_many_addresses_is_slow_and_the_heartbeat_does_not_notice, a_canary_is_found_nowhere]


def run_all(scenarios):
    failed = 0
    for scenario in scenarios:
        try:
            scenario()
            print("ok      " + scenario.__name__.replace("_", " "), flush=True)
        except Exception:  # noqa: BLE001 - whatever it was belongs into the report
            failed += 1
            print("FAILED  %s\n%s" % (scenario.__name__.replace("_", " "), traceback.format_exc()), flush=True)
    print("%d passed, %d failed" % (len(scenarios) - failed, failed))
    sys.exit(1 if failed else 0)


def main():
    global PROGRAM
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit(__doc__)
    PROGRAM = os.path.abspath(sys.argv[1])
    run_all(SCENARIOS)


if __name__ == "__main__":
    main()
