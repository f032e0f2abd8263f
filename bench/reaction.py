#!/usr/bin/env python3
"""How long it takes from the last byte of a meter's answer to the lower current on the bus, at every moment of a second.

reaction.py PROGRAM [--units N] [--samples N]

A limit at the grid sinks step by step while cars charge; the meter answers after a random part of a second, so that readings come at any
moment between heartbeats. Times are taken where a frame arrives (tests/bus/slaves.py, a process of its own).
"""

import argparse
import contextlib
import os
import random
import socketserver
import statistics
import sys
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "bus"))
import accounts_test  # noqa: E402
import daemon  # noqa: E402
from rig import Rig, eventually  # noqa: E402

GRID, VOLTS_OF_ALL = 60, 3 * 230


class House(socketserver.ThreadingTCPServer):
    """Tells its load, late."""

    daemon_threads = True

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            while self.rfile.readline():
                while self.rfile.readline() not in (b"\r\n", b""):
                    pass
                time.sleep(random.uniform(0, 0.9))
                load = self.server.load
                text = b'{"roof":{"kilowatts":0},"house":%d}' % load
                with contextlib.suppress(OSError):
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))
                    self.server.served.append((time.monotonic(), load))

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.load, self.served = 0, []
        threading.Thread(target=self.serve_forever, daemon=True).start()


def told(units):
    """Amperes, of all connectors together."""
    return sum({unit: amps for _, unit, amps, _ in units.told()}.values())


def measure(program, count, samples):
    """Delays to the first and to the last connector that is told less, in ms."""
    first, last = [], []
    most = 16 if count > 1 else 32
    with contextlib.ExitStack() as stack:
        house = stack.enter_context(House())
        stack.callback(house.shutdown)
        more = '\n    "meters": { "house": { "type": "garden-box", "role": "house", "pollInterval": 1, "options": { "host": "127.0.0.1", "port": %d } } },' % house.server_address[1]
        site = ['"wiringMaxAmpsAllTWCs": %d,' % (most * count), '"wiringMaxAmpsPerTWC": %d,' % most, '"minAmpsPerTWC": 6,',
                '"maxAmpsAllowedFromGrid": %d,' % GRID]
        rig = stack.enter_context(contextlib.closing(Rig(program, site, more=more)))
        accounts_test.write_kind(rig, "garden-box", accounts_test.OWN)
        units = daemon.Units(rig, 0.3, count)
        stack.callback(units.close)
        rig.start()
        rig.answers()
        rig.post("/api/chargeNow", {"chargeNowRate": most * count, "chargeNowDuration": 86400})
        greatest = most * count
        while len(first) < samples:
            house.load = VOLTS_OF_ALL * (GRID - greatest)
            if not eventually(lambda: told(units) >= greatest - count, 600):
                sys.exit("the cars do not charge:\n" + rig.log())
            for limit in range(greatest - 3 * count, 6 * count, -count):
                house.load, begin = VOLTS_OF_ALL * (GRID - limit), time.monotonic()
                time.sleep(random.uniform(4, 5))
                read = [at for at, load in house.served if load == house.load and at >= begin]
                lower = [at for at, _, amps, before in units.told(begin) if amps < before]
                if not read or not lower:
                    sys.exit("nothing was lowered to %d A" % limit)
                first.append(1000 * (lower[0] - read[0]))
                last.append(1000 * (lower[-1] - read[0]))
    return first, last


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("program")
    options.add_argument("--units", type=int, choices=(1, 2, 3))
    options.add_argument("--samples", type=int, default=100)
    chosen = options.parse_args()
    for count in [chosen.units] if chosen.units else (1, 3):
        for what, delays in zip(("first", "last"), measure(os.path.abspath(chosen.program), count, chosen.samples)):
            print("%d units, reading to the %s lower current: median %.0f ms, %.0f %% within 50 ms, p99 %.0f ms, at most %.0f ms, %d times" % (
                count, what, statistics.median(delays), 100 * sum(each <= 50 for each in delays) / len(delays),
                daemon.percentile(delays, 0.99), max(delays), len(delays)), flush=True)


if __name__ == "__main__":
    main()
