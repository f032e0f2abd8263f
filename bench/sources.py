#!/usr/bin/env python3
"""What thirty energy sources cost that are asked once a second, each a server of its own on loopback, against none.

sources.py PROGRAM [--seconds N]

Processor time and switches are those of all threads, from /proc.
"""

import argparse
import contextlib
import os
import socketserver
import sys
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "bus"))
import accounts_test  # noqa: E402
from rig import Rig  # noqa: E402

ANSWER = b'{"roof":{"kilowatts":0.1},"house":300}'


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    answers = 0

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            while self.rfile.readline():
                while self.rfile.readline() not in (b"\r\n", b""):
                    pass
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(ANSWER), ANSWER))
                Server.answers += 1

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def cost(pid):
    """Seconds of processor, KiB, threads, switches."""
    with open("/proc/%d/stat" % pid) as file:
        fields = file.read().rsplit(")", 1)[1].split()
    switches, tasks = 0, os.listdir("/proc/%d/task" % pid)
    for task in tasks:
        with open("/proc/%d/task/%s/status" % (pid, task)) as file:
            lines = dict(line.split(":", 1) for line in file.read().splitlines())
        switches += int(lines["voluntary_ctxt_switches"])
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(lines["VmRSS"].split()[0]), len(tasks), switches


def measure(program, number, seconds):
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(Server()) for _ in range(number)]
        for server in servers:
            stack.callback(server.shutdown)
        entries = ", ".join('"roof %d": { "type": "garden-box", "role": "solar", "pollInterval": 1, "options": { "host": "127.0.0.1", "port": %d } }'
                            % (index, server.server_address[1]) for index, server in enumerate(servers))
        rig = stack.enter_context(contextlib.closing(Rig(program, accounts_test.SITE, more='\n    "meters": { %s },' % entries)))
        accounts_test.write_kind(rig, "garden-box", accounts_test.OWN)
        rig.start()
        rig.answers()
        time.sleep(8)
        before, answers, began = cost(rig.process.pid), Server.answers, time.monotonic()
        time.sleep(seconds)
        after, lasted = cost(rig.process.pid), time.monotonic() - began
        print("%2d sources: %4.1f answers/s, %.2f %% of a core, %.2f MiB, %d threads, %.0f wake-ups/s" % (
            number, (Server.answers - answers) / lasted, 100 * (after[0] - before[0]) / lasted, after[1] / 1024, after[2],
            (after[3] - before[3]) / lasted), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=30)
    asked = parser.parse_args()
    for number in (0, 30):
        measure(os.path.abspath(asked.program), number, asked.seconds)


if __name__ == "__main__":
    main()
