#!/usr/bin/env python3
"""Gen 2 wall connectors with their cars on a pty, and a meter on HTTP: the other side of the bus, sharing no code with
the program under test.

Written from the protocol document (spec/twc-protocol.md, sections 1, 2, 3 and 5) with its own bytes, so that a mistake in
the program's codec or in its simulator cannot hide itself. Every frame of a master is kept with the monotonic time of its
arrival, and a ledger adds up what the units may draw by what they were last told or report, as an outsider sees it.

A pty has no bit rate, so the time of the bytes on a 9600 baud line is waited for here.

As a program:  slaves.py LINK [--units N] [--protocol P] [--cars] [--log FILE]   puts units on a pty behind the symlink
LINK until it is ended, and writes one line of JSON for each frame of the master.
"""

import argparse
import heapq
import http.server
import json
import os
import random
import select
import signal
import sys
import threading
import time
import tty

BYTE_TIME = 10 / 9600
READY, CHARGING, ERROR, PLUGGED, WAITING, BUSY, STARTING, TOLD = 0, 1, 2, 3, 4, 5, 8, 9


# --- Bytes (sections 1.2 and 1.3) ---------------------------------------------------------------------------------------

def wire(frame):
    """The frame without its checksum as it travels: summed, escaped and between delimiters."""
    whole = bytes(frame) + bytes([sum(frame[1:]) & 0xFF])
    return b"\xC0" + whole.replace(b"\xDB", b"\xDB\xDD").replace(b"\xC0", b"\xDB\xDC") + b"\xC0"


class Receiver:
    """Bytes in any portions to whole, sound frames without checksum (section 1.5)."""

    def __init__(self):
        self.inside, self.escaped, self.bad, self.frame = False, False, False, bytearray()

    def feed(self, data):
        for byte in data:
            if byte == 0xC0:
                if self.inside and len(self.frame) >= 13:
                    frame, bad = bytes(self.frame), self.bad or self.escaped
                    self.inside = False
                    if not bad and sum(frame[1:-1]) & 0xFF == frame[-1]:
                        yield frame[:-1]
                else:
                    self.inside = True
                self.frame, self.escaped, self.bad = bytearray(), False, False
            elif not self.inside:
                continue
            elif self.escaped:
                self.escaped = False
                if byte in (0xDC, 0xDD):
                    self.frame.append(0xC0 if byte == 0xDC else 0xDB)
                else:
                    self.bad = True
            elif byte == 0xDB:
                self.escaped = True
            else:
                self.frame.append(byte)
                if len(self.frame) > 24:
                    self.inside = False


def u16(value):
    return int(value).to_bytes(2, "big")


def padded(frame, length):
    """With zeros up to a length that counts the checksum."""
    return bytes(frame) + bytes(length - 1 - len(frame))


def master_heartbeat(master, slave, command=0, amps=0.0, length=16):
    return padded(b"\xFB\xE0" + u16(master) + u16(slave) + bytes([command]) + u16(round(amps * 100)), length)


def master_linkready(number, master, sign=0x77):
    return padded((b"\xFC\xE1" if number == 1 else b"\xFB\xE2") + u16(master) + bytes([sign]), 14)


# --- A car and its connector (section 5) --------------------------------------------------------------------------------

class Car:
    """Waits for a limit, ramps, draws a little less than it may."""

    def __init__(self, ceiling=32.0, up=3.0, down=5.0, vin=""):
        self.ceiling, self.up, self.down, self.vin = ceiling, up, down, vin


class Connector:
    """One unit: what it answers, what it accepts, its relay and its watchdog."""

    def __init__(self, unit, protocol=2, sign=None, hardware=32.0, seed=0, watchdog=25.0):
        self.dice = random.Random(seed * 65537 + unit)
        self.unit, self.protocol, self.hardware = unit, protocol, hardware
        self.sign = self.dice.randrange(1, 256) if sign is None else sign
        self.watchdog = watchdog
        self.length = 16 if protocol == 2 else 14
        self.car, self.state, self.limit, self.drawn = None, READY, 0.0, 0.0
        self.relay, self.openings, self.closings = False, 0, 0
        self.cuts = 0                # starvations of this plug-in
        self.needs_new_limit = True  # after a plug-in and after a starvation (5.4, 5.6)
        self.since = 0.0             # of the state
        self.echo_until = 0.0        # 05 or 09 is shown instead of the state
        self.heard = None            # the last heartbeat for us
        self.energy = 1234.0 * 3.6e6
        self.mute = False            # faults the tests switch on
        self.spoil = 0.0             # the part of the answers that is damaged

    # The car's side

    def plug_in(self, car, now):
        self.car, self.cuts, self.needs_new_limit = car, 0, True
        self.enter(PLUGGED, now)
        self.limit = 0.0

    def unplug(self, now):
        self.car, self.limit, self.drawn = None, 0.0, 0.0
        self.open_relay()
        self.enter(READY, now)

    def enter(self, state, now):
        self.state, self.since = state, now

    def open_relay(self):
        if self.relay:
            self.relay, self.openings = False, self.openings + 1

    def close_relay(self):
        if not self.relay:
            self.relay, self.closings = True, self.closings + 1

    def live(self, now, span):
        if self.heard is not None and now - self.heard > self.watchdog and self.relay:
            self.open_relay()
            self.cuts += 1
            self.needs_new_limit = True
            self.enter(STARTING, now)
        if self.car is not None:
            if self.state == PLUGGED and self.needs_new_limit and now - self.since > 1.0:
                self.enter(WAITING, now)
            if not self.needs_new_limit and not self.relay and self.limit >= 5.0 and now - self.since > 1.0:
                self.close_relay()
                self.enter(STARTING, now)
            elif self.relay and self.state == STARTING and now - self.since > 2.0:
                self.enter(CHARGING, now)
        wish = 0.0
        if self.relay:
            wish = 1.3 if self.state == STARTING else max(0.0, min(self.car.ceiling, self.limit - 0.8))
        if self.drawn < wish:
            self.drawn = min(wish, self.drawn + (self.car.up if self.relay else 0.0) * span)
        elif self.relay:
            self.drawn = max(wish, self.drawn - self.car.down * span)
        else:
            self.drawn = 0.0
        self.energy += self.drawn * 3 * 230.0 * span

    # The bus's side

    def take(self, command, amps, now):
        """A limit (section 5.2)."""
        if self.protocol == 1:
            if command not in (0x05, 0x08):
                return
            self.limit, self.echo_until = amps, now + 1.0
        else:
            if self.car is None or command not in (0x05, 0x08, 0x09):
                return
            if command == 0x05 and self.state == CHARGING:
                return
            self.limit = max(amps, 6.0) if self.state == CHARGING else amps
            if command == 0x09:
                self.echo_until = now + self.dice.uniform(2, 12)
        if self.car is not None:
            if self.protocol == 1 and amps < 5.0 and self.relay:
                self.open_relay()
                self.enter(PLUGGED, now)
            elif amps >= 5.0 and (self.needs_new_limit or not self.relay):
                if self.needs_new_limit:
                    self.since = now
                self.needs_new_limit = False

    def heartbeat(self, frame, now):
        self.heard = now
        command, amps = frame[6], int.from_bytes(frame[7:9], "big") / 100
        shown = self.limit  # mirrored from the next heartbeat on
        if command in (0x05, 0x08, 0x09):
            self.take(command, amps, now)
        state = self.state
        if now < self.echo_until:
            state = TOLD if self.protocol == 2 else BUSY
        return padded(b"\xFD\xE0" + u16(self.unit) + frame[2:4] + bytes([state]) + u16(round(shown * 100)) +
                      u16(round(self.drawn * 100)), self.length), shown

    def linkready(self):
        return padded(b"\xFD\xE2" + u16(self.unit) + bytes([self.sign]) + u16(round(self.hardware * 100)), self.length)

    def query(self, opcode):
        """What a unit of firmware 4.5.3 says when asked (sections 2.6 to 2.8); a protocol 1 unit says nothing."""
        if self.protocol == 1:
            return None
        me = u16(self.unit)
        vin = (self.car.vin if self.car else "").encode().ljust(17, b"\0")
        if opcode == 0xEB:
            phase = bytes([round(self.drawn * 2)] * 3)
            return padded(b"\xFD\xEB" + me + int(self.energy / 3.6e6).to_bytes(4, "big") + u16(230) + u16(231) + u16(229) + phase, 20)
        if opcode == 0xEC:
            return padded(b"\xFD\xEC" + me + bytes([4, 5, 3, 2]), 16)
        if opcode == 0xED:
            return padded(b"\xFD\xED" + me + b"A18F%07d" % self.unit, 20)
        if opcode == 0xB4:
            plug = 0 if self.car is None else 1 if self.relay else 3
            return padded(b"\xFD\xB4" + me + bytes([plug]), 16)
        parts = {0xEE: vin[0:7], 0xEF: vin[7:14], 0xF1: vin[14:17]}
        return padded(b"\xFD" + bytes([opcode]) + me + parts[opcode], 20) if opcode in parts else None


# --- What may flow, as an outsider adds it up ---------------------------------------------------------------------------

class Ledger:
    """The promise of the circuit: a unit holds the most of what it was told and what it reported, until it was told
    less and has reported less since."""

    def __init__(self):
        self.told, self.older, self.reported = {}, {}, {}
        self.most, self.when = 0.0, None

    def tell(self, unit, amps, now):
        if unit in self.told:
            self.older[unit] = max(self.older.get(unit, 0.0), self.told[unit])
        self.told[unit] = amps
        total = self.total()
        if total > self.most:
            self.most, self.when = total, now

    def report(self, unit, amps):
        self.reported[unit] = amps
        self.older.pop(unit, None)

    def held(self, unit):
        return max(self.told.get(unit, 0.0), self.older.get(unit, 0.0), self.reported.get(unit, 0.0))

    def total(self):
        return sum(self.held(unit) for unit in self.told.keys() | self.reported.keys())


# --- The line -----------------------------------------------------------------------------------------------------------

class Heard:
    """One frame of a master."""

    __slots__ = ("at", "frame")

    def __init__(self, at, frame):
        self.at, self.frame = at, frame

    is_heartbeat = property(lambda self: self.frame[:2] == b"\xFB\xE0")
    is_limit = property(lambda self: self.is_heartbeat and self.frame[6] in (5, 8, 9))
    sender = property(lambda self: int.from_bytes(self.frame[2:4], "big"))
    receiver = property(lambda self: int.from_bytes(self.frame[4:6], "big"))
    command = property(lambda self: self.frame[6])
    amps = property(lambda self: int.from_bytes(self.frame[7:9], "big") / 100)


class Bus(threading.Thread):
    """A pty with units on it. Everything is served by one thread; the tests look at `heard`, `ledger` and the units
    under `lock`."""

    def __init__(self, units=(), link=None, echo=False, watch=None):
        super().__init__(daemon=True)
        self.lock = threading.RLock()
        self.units = list(units)
        self.echo, self.watch = echo, watch
        self.heard, self.ledger = [], Ledger()
        self.announced = lambda at, unit, whole: None
        self.collisions, self.strange = 0, []
        self.most_drawn = 0.0
        self.link_requests = 0
        self.receiver = Receiver()
        self.queue, self.count = [], 0
        self.line_busy_until = 0.0
        self.pieces = 0
        self.bytes_in = 0
        self.to_us = []  # frames of slaves, when the program plays one
        self.ended = False
        self.open_pty()
        if link:
            self.plug(link)

    def open_pty(self):
        self.master, self.slave = os.openpty()
        tty.setraw(self.master)
        tty.setraw(self.slave)
        os.set_blocking(self.master, False)
        self.path = os.ttyname(self.slave)

    def plug(self, link):
        if os.path.lexists(link):
            os.unlink(link)
        os.symlink(self.path, link)
        self.link = link

    def pull(self):
        """The adapter is unplugged: the device goes and its descriptors fail."""
        with self.lock:
            os.unlink(self.link)
            os.close(self.slave)
            os.close(self.master)
            self.master = self.slave = None

    def put_back(self):
        with self.lock:
            self.receiver = Receiver()
            self.open_pty()
            self.plug(self.link)

    def close(self):
        self.ended = True
        self.join()
        for descriptor in (self.master, self.slave):
            if descriptor is not None:
                os.close(descriptor)

    # Time

    def at(self, moment, what):
        with self.lock:
            self.count += 1
            heapq.heappush(self.queue, (moment, self.count, what))

    def run(self):
        last = time.monotonic()
        for index, unit in enumerate(self.units):
            self.begin(unit, last + 0.3 + 0.21 * index)
        while not self.ended:
            with self.lock:
                due = self.queue[0][0] if self.queue else last + 0.1
                master = self.master
            wait = max(0.0, min(0.05, due - time.monotonic()))
            try:
                readable = select.select([master], [], [], wait)[0] if master is not None else time.sleep(wait)
            except (OSError, ValueError):
                readable = None
            now = time.monotonic()
            with self.lock:
                if readable and self.master is not None:
                    self.read(now)
                while self.queue and self.queue[0][0] <= now:
                    heapq.heappop(self.queue)[2](now)
                if now - last >= 0.05:
                    for unit in self.units:
                        unit.live(now, now - last)
                    self.most_drawn = max(self.most_drawn, sum(unit.drawn for unit in self.units))
                    last = now

    def begin(self, unit, moment):
        """Linkreadies every 10 s as long as nothing comes for this unit (section 2.3)."""
        def announce(now):
            if unit not in self.units:
                return
            if unit.heard is None or now - unit.heard >= 10.0:
                if not unit.mute:
                    self.present(unit, now)
                self.at(now + 10.0, announce)
            else:
                self.at(unit.heard + 10.0, announce)
        self.at(moment, announce)

    def present(self, unit, now):
        """A linkready; it counts from its last bit, and only when no other unit spoke into it."""
        self.say(unit.linkready(), now, told=lambda at, whole: self.announced(at, unit.unit, whole))

    def add(self, unit, delay=0.0):
        def arrive(now):
            self.units.append(unit)
            self.begin(unit, now)
        self.at(time.monotonic() + delay, arrive)

    # Bytes

    def read(self, now):
        try:
            data = os.read(self.master, 4096)
        except OSError:
            return
        self.bytes_in += len(data)
        if self.echo:
            self.put(data)
        if now < self.line_busy_until:
            self.collisions += 1
        for frame in self.receiver.feed(data):
            self.hear(frame, now)

    def put(self, data):
        self.pieces += 1
        if self.master is not None:
            try:
                os.write(self.master, data)
            except OSError:
                pass

    def say(self, frame, now, spoil=False, told=None):
        """A frame of ours on the line: it is whole on the other side when its last bit is through. `told` hears when that
        was, and whether no other piece came between."""
        data = bytearray(wire(frame))
        if spoil:
            data[random.randrange(1, len(data) - 1)] ^= 1 << random.randrange(8)
        data += random.choice((b"\xFC", b"\xFC", b"\xFC", b"\xFE", b"\xFF", b""))
        self.line_busy_until = now + len(data) * BYTE_TIME
        half, end = len(data) // 2, self.line_busy_until

        def first(_):
            self.put(bytes(data[:half]))
            self.at(end, lambda _, before=self.pieces: second(self.pieces == before))

        def second(whole):
            self.put(bytes(data[half:]))
            if told:
                told(end, whole)
        self.at(now + half * BYTE_TIME, first)

    def hear(self, frame, now):
        self.heard.append(Heard(now, frame))
        if self.watch:
            self.watch(self.heard[-1])
        kind = frame[:2]
        through = now + (len(frame) + 3) * BYTE_TIME
        if kind == b"\xFB\xE0":
            self.beat(frame, now, through)
        elif kind in (b"\xFC\xE1", b"\xFB\xE2") and any(frame[2:4] == u16(unit.unit) for unit in self.units):
            self.yield_id(frame, now)
        elif kind == b"\xFB\xE2":
            self.link_requests += 1
            if self.link_requests == 2:
                for unit in self.units:
                    self.answer_link_request(unit, now + 0.2 + unit.dice.uniform(0, 0.3))
        elif kind == b"\xFC\xE1":
            self.link_requests = 0
        elif kind[0] == 0xFB and kind[1] in (0xEB, 0xEC, 0xED, 0xEE, 0xEF, 0xF1, 0xB4):
            for unit in self.units:
                answer = unit.query(kind[1]) if int.from_bytes(frame[4:6], "big") == unit.unit else None
                if answer and not unit.mute:
                    self.at(through + unit.dice.uniform(0.005, 0.06), lambda at, answer=answer: self.say(answer, at))
        elif kind[0] == 0xFD:
            self.to_us.append(Heard(now, frame))
        elif kind not in (b"\xFB\x19", b"\xFB\x1A", b"\xFB\x1B", b"\xFC\xB1", b"\xFC\xB2"):
            self.strange.append(frame)

    def yield_id(self, frame, now):
        """A master has the id of a unit: that one chooses another and announces itself (section 2.9)."""
        for unit in self.units:
            if frame[2:4] == u16(unit.unit):
                unit.unit, unit.sign = unit.dice.randrange(1, 0x7000), unit.dice.randrange(1, 256)
                self.at(now + 0.3, lambda at, unit=unit: self.present(unit, at))

    def answer_link_request(self, unit, moment):
        def announce(now):
            if unit.heard is None or now - unit.heard >= 10.0:
                self.present(unit, now)
        for count in range(5):
            self.at(moment + count, announce)

    def beat(self, frame, now, through):
        receiver = int.from_bytes(frame[4:6], "big")
        if frame[6] in (0x05, 0x08, 0x09):
            self.ledger.tell(receiver, int.from_bytes(frame[7:9], "big") / 100, now)
        for unit in self.units:
            if unit.unit != receiver:
                continue
            answer, shown = unit.heartbeat(frame, now)
            if unit.mute:
                continue
            spoil = unit.dice.random() < unit.spoil

            def send(at, unit=unit, answer=answer, spoil=spoil, shown=shown):
                self.say(answer, at, spoil)
                if not spoil:
                    self.ledger.report(unit.unit, shown)
            self.at(through + unit.dice.uniform(0.005, 0.06), send)

    def inject(self, data):
        """Bytes that no unit of ours sends."""
        with self.lock:
            self.put(data)


# --- A meter ------------------------------------------------------------------------------------------------------------

class Meter:
    """GET /house and /sun: a number in watts, or whatever the test sets; it can hang."""

    def __init__(self, house="500", sun="0"):
        self.values = {"/house": house, "/sun": sun}
        self.hangs = threading.Event()
        self.ended = threading.Event()
        self.served = []  # (time, path, text)
        meter = self

        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                while meter.hangs.is_set() and not meter.ended.is_set():
                    time.sleep(0.05)
                value = meter.values.get(self.path)
                if value is None:
                    self.send_error(404)
                    return
                body = value.encode() if isinstance(value, str) else value
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    return
                meter.served.append((time.monotonic(), self.path, body[:64]))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.1,), daemon=True).start()

    def set(self, house=None, sun=None):
        if house is not None:
            self.values["/house"] = house
        if sun is not None:
            self.values["/sun"] = sun

    def close(self):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()


# --- As a program -------------------------------------------------------------------------------------------------------

def main():
    options = argparse.ArgumentParser(description="wall connectors on a pty behind a symlink")
    options.add_argument("link")
    options.add_argument("--units", type=int, default=3, choices=(1, 2, 3))
    options.add_argument("--protocol", type=int, default=2, choices=(1, 2))
    options.add_argument("--cars", action="store_true", help="a car is plugged in at each")
    options.add_argument("--delay", type=float, default=0.3, help="seconds until the units are there")
    options.add_argument("--log", default="-", help="one line of JSON per frame of the master and per announcement")
    chosen = options.parse_args()
    log = sys.stdout if chosen.log == "-" else open(chosen.log, "w", buffering=1, encoding="ascii")

    def watch(heard):
        log.write(json.dumps({"t": round(heard.at, 6), "frame": heard.frame.hex()}) + "\n")
    units = [Connector(0x1001 + 0x11 * index, chosen.protocol, seed=index) for index in range(chosen.units)]
    for unit in units:
        if chosen.cars:
            unit.plug_in(Car(ceiling=31.0, vin="5YJSA1E27HF000337"), time.monotonic())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    bus = Bus([], chosen.link, watch=watch)
    bus.announced = lambda at, unit, whole: log.write(json.dumps({"t": round(at, 6), "announced": unit, "whole": whole}) + "\n")
    bus.start()
    for index, unit in enumerate(units):
        bus.add(unit, chosen.delay + 0.21 * index)
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
