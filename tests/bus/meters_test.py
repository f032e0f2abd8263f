#!/usr/bin/env python3
"""Energy sources of the real program that are no web servers: Modbus devices, a real broker, a smart meter on a line, datagrams.

meters_test.py PROGRAM   runs all scenarios; ends with 1 when one of them failed.
"""

import contextlib
import json
import os
import pty
import shutil
import socket
import socketserver
import struct
import subprocess
import sys
import tempfile
import threading
import time
import tty

sys.dont_write_bytecode = True
import sources_test  # noqa: E402
from door_test import expect, run_all  # noqa: E402
from rig import eventually, free_port  # noqa: E402
from sources_test import house, reads, source  # noqa: E402


# --- Modbus ---------------------------------------------------------------------------------------------------------------

class Registers:
    """A Modbus TCP device: words by address; what is missing is refused with exception 2."""

    def __init__(self, words, port=0):
        device = self
        self.words, self.requests, self.clients = words, [], set()

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                device.clients.add(self.request)
                with contextlib.suppress(OSError):
                    while True:
                        head = self.request.recv(12, socket.MSG_WAITALL)
                        if len(head) < 12:
                            return
                        number, _, _, unit, function, address, count = struct.unpack(">HHHBBHH", head)
                        device.requests.append((unit, function, address, count))
                        words = [device.words.get(address + place) for place in range(count)]
                        if None in words:
                            body = struct.pack(">BBB", unit, function | 0x80, 2)
                        else:
                            body = struct.pack(">BBB%dH" % count, unit, function, 2 * count, *words)
                        self.request.sendall(struct.pack(">HHH", number, 0, len(body)) + body)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads = True, True

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        for client in self.clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            client.close()


def victron(**other):
    """The sample of the specification (§5.22)."""
    words = {808: 1210, 809: 1195, 810: 1202, 811: 0, 812: 0, 813: 0, 817: 640, 818: 1820, 819: 233, 820: 0xFDF8, 821: 0x0270, 822: 0xFC37,
             842: 0, 843: 88, 850: 0}
    words.update({int(place[1:]): word for place, word in other.items()})
    return words


def a_victron_of_the_original_is_read_by_modbus_and_again_after_it_was_away():
    device = Registers(victron())
    block = '"sources": { "Victron": { "enabled": true, "serverIP": "127.0.0.1", "serverPort": %d, "unitID": 100 } },' % device.port
    with house(block) as rig:
        # The original counts what the sun yields and what the house consumes; the page shows all that it tells.
        expect(reads(rig, "Victron", solar=3607, load=2693, grid=-865, soc=88), "the sample is read", source(rig, "Victron"))
        expect(all(one[:2] == (100, 4) for one in device.requests), "of unit 100, function 4", device.requests[-1])
        device.words = victron(r843=41)
        expect(reads(rig, "Victron", soc=41), "another number is read", source(rig, "Victron"))
        device.close()
        expect(eventually(lambda: source(rig, "Victron")["state"] != "well"), "its absence is told", source(rig, "Victron"))
        expect("127.0.0.1:%d" % device.port in source(rig, "Victron")["trouble"], "with its address", source(rig, "Victron"))
        again = Registers(victron(r843=42), device.port)
        with contextlib.closing(again):
            expect(reads(rig, "Victron", soc=42), "it is read again", source(rig, "Victron"))


def registers_that_a_device_has_not_cost_only_their_own_numbers():
    words = victron()
    del words[822]
    device = Registers(words)
    block = '"meters": { "gx": { "type": "victron", "role": "house", "pollInterval": 2, "options": { "host": "127.0.0.1", "port": %d } } },' % device.port
    with contextlib.closing(device), house(block) as rig:
        expect(reads(rig, "gx", solar=3607, load=2693, grid=104, soc=88), "two phases are a grid", source(rig, "gx"))
        # What was refused is known, and not asked for again.
        asked = len(device.requests)
        expect(eventually(lambda: len(device.requests) > asked + 4), "it is asked on")
        expect(not any(address <= 822 < address + count for _, _, address, count in device.requests[asked + 4:]), "but not for what it has not",
               device.requests[asked:])


# --- MQTT -----------------------------------------------------------------------------------------------------------------

class Broker:
    """A real mosquitto with one user."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port
        passwords = os.path.join(folder, "passwords")
        subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "house", "s3cretWord"], check=True, capture_output=True)
        os.chmod(folder, 0o755)
        os.chmod(passwords, 0o644)
        self.config = os.path.join(folder, "mosquitto.conf")
        with open(self.config, "w") as file:
            file.write("listener %d 127.0.0.1\nallow_anonymous false\npassword_file %s\n" % (port, passwords))
        self.start()

    def start(self):
        self.process = subprocess.Popen([shutil.which("mosquitto") or "/usr/sbin/mosquitto", "-c", self.config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        expect(eventually(self.answers), "the broker runs")

    def answers(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def say(self, topic, text, *more):
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.port), "-u", "house", "-P", "s3cretWord", "-t", topic, "-m", text, *more], check=True)

    def close(self):
        self.process.terminate()
        self.process.wait(10)


TELEGRAM = ('{"timestamp":"%s","electricity_currently_delivered":"1.874","electricity_currently_returned":"0.000"}')


def stamp():
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())


def said(rig, broker, name, words, **amounts):
    """Says it until it is read: nobody knows when a subscription begins."""

    def now():
        for topic, text in words.items():
            broker.say(topic, text)
        return all(source(rig, name)["amounts"].get(what) == number for what, number in amounts.items())

    return eventually(now)


def brokers_of_the_original_are_listened_to_with_one_connection_and_again_after_a_restart():
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(folder, free_port())
        login = '"enabled": true, "brokerIP": "127.0.0.1", "brokerPort": %d, "username": "house", "password": "s3cretWord"' % broker.port
        block = ('"sources": { "MQTT": { %s, "topicConsumption": "home/load", "topicGeneration": "home/sun" }, "DSMRreader": { %s } },' % (login, login))
        with contextlib.closing(broker), house(block) as rig:
            expect(said(rig, broker, "MQTT", {"home/load": "812.5", "home/sun": "4210.7"}, load=812.5, solar=4210.7), "plain numbers", source(rig, "MQTT"))
            expect(said(rig, broker, "DSMRreader", {"dsmr/json": TELEGRAM % stamp()}, grid=1874), "a telegram", source(rig, "DSMRreader"))
            broker.close()
            expect(eventually(lambda: source(rig, "MQTT")["state"] == "troubled" and source(rig, "MQTT")["trouble"]), "the broker is missed", source(rig, "MQTT"))
            expect(rig.runs(), "the program lives on")
            broker.start()
            expect(said(rig, broker, "MQTT", {"home/load": "900"}, load=900), "it is heard again", source(rig, "MQTT"))
            expect(said(rig, broker, "DSMRreader", {"dsmr/json": (TELEGRAM % stamp()).replace("1.874", "0.25")}, grid=250), "both are", source(rig, "DSMRreader"))
            expect("s3cretWord" not in rig.log(), "the password is in no log")


def a_broker_that_refuses_the_password_is_said_to():
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(folder, free_port())
        block = ('"sources": { "MQTT": { "enabled": true, "brokerIP": "127.0.0.1", "brokerPort": %d, "username": "house", "password": "wr0ngWord", '
                 '"topicConsumption": "home/load" } },' % broker.port)
        with contextlib.closing(broker), house(block) as rig:
            expect(eventually(lambda: "password" in (source(rig, "MQTT")["trouble"] or "")), "it is said", source(rig, "MQTT"))
            expect("wr0ngWord" not in rig.log(), "without it")


def what_a_broker_has_kept_is_no_reading():
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(folder, free_port())
        broker.say("home/load", "7777", "-r")
        login = '"enabled": true, "brokerIP": "127.0.0.1", "brokerPort": %d, "username": "house", "password": "s3cretWord"' % broker.port
        with contextlib.closing(broker), house('"sources": { "MQTT": { %s, "topicConsumption": "home/load", "topicGeneration": "home/sun" } },' % login) as rig:
            expect(said(rig, broker, "MQTT", {"home/sun": "100"}, solar=100), "the other topic is heard", source(rig, "MQTT"))
            expect("load" not in source(rig, "MQTT")["amounts"], "of old words nothing is believed", source(rig, "MQTT"))
            expect(said(rig, broker, "MQTT", {"home/load": "800"}, load=800), "of new ones all", source(rig, "MQTT"))


# --- Telegrams ------------------------------------------------------------------------------------------------------------

def checksum(text):
    value = 0
    for byte in text:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return value


def telegram(imported, exported):
    body = ("/XMX5LGBBFG1009394887\r\n\r\n1-3:0.2.8(50)\r\n1-0:1.7.0(%06.3f*kW)\r\n1-0:2.7.0(%06.3f*kW)\r\n"
            "1-0:21.7.0(%06.3f*kW)\r\n1-0:22.7.0(%06.3f*kW)\r\n!" % (imported, exported, imported, exported)).encode()
    return body + b"%04X\r\n" % checksum(body)


def a_smart_meter_on_a_line_is_believed_only_with_its_checksum():
    meter, line = pty.openpty()
    tty.setraw(meter)
    tty.setraw(line)
    block = '"sources": { "DSMR": { "enabled": true, "serialPort": "%s", "baudrate": 115200 } },' % os.ttyname(line)
    with house(block) as rig:
        def sent(text, **amounts):
            def now():
                os.write(meter, text)
                time.sleep(0.2)
                return all(source(rig, "DSMR")["amounts"].get(what) == number for what, number in amounts.items())
            return eventually(now)

        expect(sent(telegram(0, 2.365), grid=-2365), "a telegram is read", source(rig, "DSMR"))
        readings = source(rig, "DSMR")["readings"]
        for _ in range(5):
            os.write(meter, telegram(0, 2.365).replace(b"02.365", b"09.365"))
        expect(sent(telegram(0.5, 0), grid=500), "the next one too", source(rig, "DSMR"))
        expect(source(rig, "DSMR")["readings"] > readings and source(rig, "DSMR")["amounts"]["grid"] == 500, "a damaged one is none")
    os.close(meter)
    os.close(line)


def datagram(*blocks):
    body = struct.pack(">HHII", 0x6069, 372, 3012345678, 1000) + b"".join(
        struct.pack(">BBBB", 0, number, kind, 0) + (struct.pack(">I", value) if kind == 4 else struct.pack(">Q", value)) for number, kind, value in blocks)
    return b"SMA\0\x00\x04\x02\xA0\x00\x00\x00\x01" + struct.pack(">HH", len(body), 0x10) + body + b"\0\0\0\0"


def a_meter_of_sma_is_heard_in_the_network():
    block = '"meters": { "sma": { "type": "sma-energy-meter", "role": "grid", "options": { "from": "127.0.0.1", "serial": 3012345678 } } },'
    with house(block) as rig, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as speaker:
        def sent(text, **amounts):
            def now():
                speaker.sendto(text, ("127.0.0.1", 9522))
                time.sleep(0.2)
                return all(source(rig, "sma")["amounts"].get(what) == number for what, number in amounts.items())
            return eventually(now)

        all_phases = [(number, 4, 0) for number in (2, 21, 22, 31, 32)] + [(1, 8, 0), (2, 8, 0)]
        expect(sent(datagram((1, 4, 34125), *all_phases), grid=3412.5), "it is read", source(rig, "sma"))
        speaker.sendto(b"SMA\0\x00\x04\x02\xA0 rubbish", ("127.0.0.1", 9522))
        speaker.sendto(os.urandom(600), ("127.0.0.1", 9522))
        expect(sent(datagram((1, 4, 10), *all_phases), grid=1), "rubbish between costs nothing", source(rig, "sma"))
        expect(rig.runs(), "the program lives on")


# --- Prices ---------------------------------------------------------------------------------------------------------------

def prices_that_a_broker_keeps_are_read_and_followed():
    hour = int(time.time()) // 3600 * 3600
    moment = lambda at: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))  # noqa: E731
    table = lambda *prices: json.dumps({"prices": [  # noqa: E731
        {"start": moment(hour + 3600 * i), "end": moment(hour + 3600 * i + 3600), "value": price} for i, price in enumerate(prices)]})
    shown = lambda rig: [one["price"] for one in (rig.get("/api/v1/prices") or {"prices": [{"slots": []}]})["prices"][0]["slots"]]  # noqa: E731
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(folder, free_port())
        with contextlib.closing(broker):
            broker.say("energy/prices", table(0.31, -0.02), "-r")
            more = ('"prices": { "market": { "type": "mqtt", "options": { "host": "127.0.0.1", "port": %d, "user": "house", "password": "s3cretWord" } } },'
                    % broker.port)
            with house(more) as rig:
                expect(eventually(lambda: shown(rig) == [0.31, -0.02]), "what was published before is read", shown(rig))
                broker.say("energy/prices", table(0.31, 0.5, 0.4), "-r")
                expect(eventually(lambda: shown(rig) == [0.31, 0.5, 0.4]), "and what is published anew", shown(rig))
                broker.say("energy/prices", "unavailable")
                trouble = lambda: (rig.get("/api/v1/prices")["prices"][0]["trouble"] or "")  # noqa: E731
                expect(eventually(lambda: "instead of JSON" in trouble()), "what is none is said", trouble())
                expect(shown(rig) == [0.31, 0.5, 0.4], "and changes nothing", shown(rig))


SCENARIOS = [a_victron_of_the_original_is_read_by_modbus_and_again_after_it_was_away, registers_that_a_device_has_not_cost_only_their_own_numbers,
             brokers_of_the_original_are_listened_to_with_one_connection_and_again_after_a_restart, a_broker_that_refuses_the_password_is_said_to,
             what_a_broker_has_kept_is_no_reading, a_smart_meter_on_a_line_is_believed_only_with_its_checksum, a_meter_of_sma_is_heard_in_the_network,
             prices_that_a_broker_keeps_are_read_and_followed]


if __name__ == "__main__":
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit(__doc__)
    sources_test.PROGRAM = os.path.abspath(sys.argv[1])
    run_all(SCENARIOS)
