#!/usr/bin/env python3
"""What the daemon costs and how punctual it is: three protocol 2 connectors that charge, on a pty, and a meter on HTTP.

daemon.py PROGRAM [--seconds N] [--starts N] [--steps N]

The units are a process of their own (tests/bus/slaves.py), so times are taken where a frame arrives: what the machine's
other work adds is in them. Processor time, context switches and bytes come from /proc and are those of all threads.
"""

import argparse
import contextlib
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "bus"))
from rig import TOKEN, Rig, eventually  # noqa: E402
from slaves import Meter  # noqa: E402

SHOWN = b"Authorization: Bearer %s\r\n" % TOKEN.encode()
STAIRS = ("24000", "20000", "16500", "13500")  # W: each leaves the three cars less, none is to stop
SITE = ['"wiringMaxAmpsAllTWCs": 48,', '"wiringMaxAmpsPerTWC": 16,', '"minAmpsPerTWC": 6,']
ALL_DAY = "40000"  # W: three cars at 16 A on three phases, and some left


class Units:
    """tests/bus/slaves.py and what it wrote."""

    def __init__(self, rig, delay, count=3):
        self.file = os.path.join(rig.folder, "bus")
        self.process = subprocess.Popen([sys.executable, "-B", os.path.join(HERE, "..", "tests", "bus", "slaves.py"), rig.adapter,
                                         "--units", str(count), "--protocol", "2", "--cars", "--delay", str(delay), "--log", self.file])
        eventually(lambda: os.path.exists(rig.adapter) and os.path.exists(self.file))

    def lines(self):
        with open(self.file, encoding="ascii") as log:
            for line in log.read().splitlines():
                with contextlib.suppress(ValueError):
                    yield json.loads(line)

    def heartbeats(self, since=0.0):
        """(time, unit, command, amps)"""
        for line in self.lines():
            frame = line.get("frame", "")
            if frame.startswith("fbe0") and line["t"] >= since:
                yield line["t"], int(frame[8:12], 16), int(frame[12:14], 16), int(frame[14:18], 16) / 100

    def told(self, since=0.0):
        """(time, unit, amps, amps before) of every limit"""
        last = {}
        for at, unit, command, amps in self.heartbeats():
            if command in (5, 9):
                if at >= since:
                    yield at, unit, amps, last.get(unit, amps)
                last[unit] = amps

    def close(self):
        self.process.terminate()
        self.process.wait()


class Sleeper:
    """A process that does nothing but wake up three times a second: what it is late is the machine's doing."""

    SOURCE = """
import sys, time
due = time.monotonic()
while True:
    due += 1 / 3
    time.sleep(max(0, due - time.monotonic()))
    print(time.monotonic() - due, flush=True)
"""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, "-c", self.SOURCE], stdout=subprocess.PIPE, encoding="ascii")

    def end(self):
        self.process.terminate()
        return [float(line) for line in self.process.communicate()[0].splitlines()]


class Cost:
    """Counters of a process; subtract two to get what happened between."""

    def __init__(self, pid):
        self.at, self.processor, self.switches = time.monotonic(), 0.0, 0
        for task in os.listdir("/proc/%d/task" % pid):
            base = "/proc/%d/task/%s/" % (pid, task)
            with open(base + "schedstat", encoding="ascii") as text:
                self.processor += int(text.read().split()[0]) / 1e9
            with open(base + "status", encoding="ascii") as text:
                self.switches += sum(int(line.split()[1]) for line in text if "ctxt_switches" in line)
        with open("/proc/%d/io" % pid, encoding="ascii") as text:
            counters = dict(line.split(": ") for line in text.read().splitlines())
        self.written, self.to_disk = int(counters["wchar"]), int(counters["write_bytes"])


def memory(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as text:
        fields = dict(line.split(":", 1) for line in text)
    return int(fields["VmRSS"].split()[0]) / 1024, int(fields["VmHWM"].split()[0]) / 1024


def hammer(port, rate, stop, counts):
    """So many requests a second, each on a connection of its own as scripts do it."""
    due = time.monotonic()
    while not stop.is_set():
        due += 1 / rate
        begin = time.monotonic()
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as one:
                one.sendall(b"GET /api/getStatus HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + SHOWN + b"\r\n")
                while one.recv(65536):
                    pass
            counts.append(time.monotonic() - begin)
        except OSError:
            counts.append(None)
        stop.wait(max(0.0, due - time.monotonic()))


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


ROWS = []


def row(what, value, promise="", kept=None):
    ROWS.append((what, value, promise, "" if kept is None else "kept" if kept else "MISSED"))
    print("  %s: %s" % (what, value), file=sys.stderr, flush=True)


def intervals(units, begin, end, when, late):
    beats = {}
    for at, unit, *_ in units.heartbeats(begin):
        if at < end:
            beats.setdefault(unit, []).append(at)
    off, worst = [], 0.0
    for unit in sorted(beats):
        gaps = [b - a for a, b in zip(beats[unit], beats[unit][1:])]
        off += [abs(gap - 1) for gap in gaps]
        worst = max([worst, *gaps])
    part = 1000 * percentile(off, 0.99)
    row("heartbeat interval, " + when, "±%.1f ms at p99, longest %.3f s, %d of them; a mere sleeper woke %.1f ms late at p99, %.1f at most"
        % (part, worst, len(off), 1000 * percentile(late, 0.99), 1000 * max(late)), "±5 ms, 1.1 s", part <= 5 and worst <= 1.1)


def bus_fd(pid):
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc/%d/fd" % pid):
            with contextlib.suppress(OSError):
                if os.readlink("/proc/%d/fd/%s" % (pid, name)).startswith("/dev/pts/"):
                    return True
    return False


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as one:
            one.sendall(b"GET /api/getStatus HTTP/1.0\r\n" + SHOWN + b"\r\n")
            return one.recv(12).endswith(b"200")
    except OSError:
        return False


def starts(program, count):
    opened, http, first, spoiled = [], [], [], 0
    for _ in range(count):
        with contextlib.closing(Rig(program, SITE)) as rig:
            units = Units(rig, 6.0)
            try:
                rig.start()
                seen = {}
                while len(seen) < 2 and time.monotonic() - rig.started < 10:
                    if "port" not in seen and bus_fd(rig.process.pid):
                        seen["port"] = time.monotonic() - rig.started
                    if "http" not in seen and answers(rig.port):
                        seen["http"] = time.monotonic() - rig.started
                    time.sleep(0.001)
                opened.append(seen.get("port", 10.0))
                http.append(seen.get("http", 10.0))
                eventually(lambda: len({unit for _, unit, *_ in units.heartbeats()}) == 3, 60)
                announced, heard = {}, {}
                for line in units.lines():
                    if line.get("whole"):
                        announced.setdefault(line["announced"], line["t"])
                    spoiled += line.get("whole") is False
                for at, unit, *_ in units.heartbeats():
                    heard.setdefault(unit, at)
                first += [heard[unit] - announced[unit] if unit in heard else 60.0 for unit in announced]
                rig.end()
            finally:
                units.close()

    def times(what, values, promise, more=""):
        row(what, "median %.0f ms, at most %.0f ms, %d times%s" % (1000 * statistics.median(values), 1000 * max(values), len(values), more),
            "%d ms" % promise, max(values) * 1000 <= promise)
    times("exec to port open", opened, 50)
    times("exec to HTTP answering", http, 100)
    times("announcement to first heartbeat", first, 300, ", and %d lost because two units spoke at once" % spoiled)


def amps_drawn(rig):
    units = rig.get("/api/getSlaveTWCs")
    return float(units["total"]["reportedAmpsActual"]) if units else 0.0


def steady(program, seconds, steps):
    meter = Meter("0", ALL_DAY)
    rig = Rig(program, SITE, meter)
    units = Units(rig, 0.3)
    try:
        rig.start()
        if not eventually(lambda: amps_drawn(rig) > 44, 240):
            sys.exit("the cars do not charge:\n" + rig.log())
        time.sleep(15)  # the last relays and queries of a plug-in are over
        pid = rig.process.pid

        before = Cost(pid)
        time.sleep(seconds)
        after = Cost(pid)
        minutes = (after.at - before.at) / 60
        used = (after.processor - before.processor) / minutes
        row("processor, three connectors charging", "%.4f s a minute" % used, "0.02 s", used <= 0.02)
        woken = (after.switches - before.switches) / minutes / 60
        row("wake-ups (context switches of all threads)", "%.1f a second" % woken, "15", woken <= 15)
        row("written", "%.0f bytes a minute, bus and HTTP included; %.0f to disk" % (
            (after.written - before.written) / minutes, (after.to_disk - before.to_disk) / minutes))
        resident, peak = memory(pid)
        row("resident memory", "%.1f MiB, %.1f at most" % (resident, peak), "12 MiB", resident <= 12)
        sleeper, begin = Sleeper(), time.monotonic()   # not while processor time is measured
        time.sleep(seconds)
        intervals(units, begin, time.monotonic(), "idle", sleeper.end())

        sleeper = Sleeper()
        stop, counts = threading.Event(), []
        threads = [threading.Thread(target=hammer, args=(rig.port, 50, stop, counts)) for _ in range(4)]
        begin = Cost(pid)
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        stop.set()
        for thread in threads:
            thread.join()
        end, late = Cost(pid), sleeper.end()
        good = [count for count in counts if count is not None]
        row("HTTP under load", "%.0f answers a second, %.1f ms median, %.1f ms p99, %d failed, %.1f ms of processor each" % (
            len(good) / (end.at - begin.at), 1000 * statistics.median(good), 1000 * percentile(good, 0.99), len(counts) - len(good),
            1000 * (end.processor - begin.processor) / len(counts)))
        intervals(units, begin.at, end.at, "HTTP at 200 a second", late)

        delays = []
        for index in range(steps):
            if index % len(STAIRS) == 0:
                meter.set(sun=ALL_DAY)
                eventually(lambda: amps_drawn(rig) > 44, 240)
            time.sleep(12 + index * 0.37)  # orders to a unit are spaced; the reading comes at any moment of a round
            step = time.monotonic()
            meter.set(sun=STAIRS[index % len(STAIRS)])
            lower = eventually(lambda: [at for at, _, amps, before in units.told(step) if amps < before], 30)
            read = [at for at, path, text in meter.served if path == "/sun" and at >= step]
            delays.append(lower[0] - read[0] if lower and read else 30.0)
        row("reading to lower current on the bus", "median %.2f s, at most %.2f s, %d times" % (
            statistics.median(delays), max(delays), len(delays)), "1.1 s", max(delays) <= 1.1)

        meter.hangs.set()
        sleeper, begin = Sleeper(), time.monotonic()
        time.sleep(seconds)
        intervals(units, begin, time.monotonic(), "meter hanging", sleeper.end())
        rig.end(signal.SIGTERM)
    finally:
        rig.close()
        units.close()
        meter.close()


def show():
    print("\nload of the machine %s on %d processors" % (" ".join("%.1f" % load for load in os.getloadavg()), os.cpu_count()))
    width = [max(len(each[column]) for each in ROWS) for column in range(3)]
    for what, value, promise, verdict in ROWS:
        print("%-*s  %-*s  %-*s  %s" % (width[0], what, width[1], value, width[2], promise, verdict))


def main():
    options = argparse.ArgumentParser(description="cost and punctuality of the daemon")
    options.add_argument("program")
    options.add_argument("--seconds", type=int, default=60, help="of each phase")
    options.add_argument("--starts", type=int, default=10)
    options.add_argument("--steps", type=int, default=12, help="times that the sun becomes less")
    chosen = options.parse_args()
    program = os.path.abspath(chosen.program)
    starts(program, chosen.starts)
    steady(program, chosen.seconds, chosen.steps)
    show()


if __name__ == "__main__":
    main()
