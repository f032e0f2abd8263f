#!/usr/bin/env python3
"""What the web server bears while it is the master of three connectors on a pty: requests a second on one processor, and
connections that are held.

web.py PROGRAM [--seconds N] [--connections N] [--idle N] [--listeners N] [--first]

The daemon is put on one processor, this process and the units on the others. A latency is from the last byte of a request
to the last of its answer, as this process sees it, so what it waits for itself is in it.
"""

import argparse
import base64
import os
import select
import signal
import socket
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import daemon  # noqa: E402
from daemon import SHOWN, SITE, ALL_DAY, Cost, Sleeper, Units, amps_drawn, intervals, memory, percentile, row  # noqa: E402
from rig import Rig, eventually  # noqa: E402
from slaves import Meter  # noqa: E402

REQUEST = b"GET /api/getStatus HTTP/1.1\r\nHost: localhost\r\n" + SHOWN + b"\r\n"


def connect(port):
    one = socket.create_connection(("127.0.0.1", port), 10)
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return one


def whole(answer):
    """Whether head and body are there; the length is looked for once per answer."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    at = answer.find(b"Content-Length: ")
    return len(answer) >= end + 4 + int(answer[at + 16:answer.find(b"\r", at)])


def drive(port, connections, seconds, rate=None):
    """Answers' latencies in s and the time it took; `rate` a second over all, else as many as go."""
    poll, socks, sent, got = select.epoll(), {}, {}, {}
    for _ in range(connections):
        one = connect(port)
        one.setblocking(False)
        socks[one.fileno()], got[one.fileno()] = one, b""
        poll.register(one.fileno(), select.EPOLLIN)
    latencies, begin = [], time.perf_counter()
    end, asked, idle = begin + seconds, 0, list(socks)
    while True:
        now = time.perf_counter()
        if now >= end:
            break
        due = len(idle) if rate is None else min(len(idle), int((now - begin) * rate) - asked)
        for _ in range(due):
            fd = idle.pop()
            sent[fd] = time.perf_counter()
            socks[fd].send(REQUEST)
            asked += 1
        for fd, _ in poll.poll(0.0002 if rate else 1.0):
            got[fd] += socks[fd].recv(65536)
            if not got[fd]:
                sys.exit("the server hung up")
            if whole(got[fd]):
                latencies.append(time.perf_counter() - sent[fd])
                if not got[fd].startswith(b"HTTP/1.1 200"):
                    sys.exit("refused: %r" % got[fd][:200])
                got[fd] = b""
                idle.append(fd)
    took = time.perf_counter() - begin
    for one in socks.values():
        one.close()
    return latencies, took


def requests(rig, units, options):
    sleeper, begin = Sleeper(), time.monotonic()
    before = Cost(rig.process.pid)
    latencies, took = drive(rig.port, options.connections, options.seconds)
    after = Cost(rig.process.pid)
    late, end = sleeper.end(), time.monotonic()
    each = (after.processor - before.processor) / len(latencies)
    row("getStatus, %d connections, as many as go" % options.connections,
        "%.0f a second, median %.2f ms, p99 %.2f ms, %.0f µs of processor each" % (
            len(latencies) / took, 1000 * percentile(latencies, 0.5), 1000 * percentile(latencies, 0.99), 1e6 * each),
        "5,000 a second", len(latencies) / took >= 5000)
    intervals(units, begin, end, "as many requests as go", late)
    sleeper, begin = Sleeper(), time.monotonic()
    latencies, took = drive(rig.port, options.connections, options.seconds, 5000)
    late, end = sleeper.end(), time.monotonic()
    p99 = 1000 * percentile(latencies, 0.99)
    row("getStatus at 5,000 a second", "%.0f answered a second, median %.2f ms, p99 %.2f ms" % (
        len(latencies) / took, 1000 * percentile(latencies, 0.5), p99), "p99 2 ms", p99 <= 2 and len(latencies) / took >= 4950)
    intervals(units, begin, end, "5,000 requests a second", late)


def listen(port):
    one = connect(port)
    key = base64.b64encode(os.urandom(16))
    one.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + b"\r\n" + SHOWN + b"\r\n")
    head = b""
    while b"\r\n\r\n" not in head:
        head += one.recv(4096)
    if not head.startswith(b"HTTP/1.1 101"):
        sys.exit("no stream: %r" % head[:200])
    return one


def held(rig, units, options):
    pid = rig.process.pid
    alone, _ = memory(pid)
    idle = [connect(rig.port) for _ in range(options.idle)]
    for one in idle:  # each has asked once, so that it is one that waits for the next request
        one.sendall(REQUEST)
        answer = b""
        while not whole(answer):
            answer += one.recv(65536)
    waiting, _ = memory(pid)
    listeners = [listen(rig.port) for _ in range(options.listeners)]
    poll, heard = select.poll(), 0
    for one in listeners:
        one.setblocking(False)
        poll.register(one.fileno(), select.POLLIN)
    by_fd = {one.fileno(): one for one in listeners}
    sleeper, begin, before = Sleeper(), time.monotonic(), Cost(pid)
    touched = begin
    while time.monotonic() < begin + options.seconds:
        for fd, _ in poll.poll(200):
            heard += len(by_fd[fd].recv(1 << 20))
        if time.monotonic() > touched + 30:  # an idle connection is closed after a minute
            touched = time.monotonic()
            for one in idle:
                one.sendall(REQUEST)
            for one in idle:
                answer = b""
                while not whole(answer):
                    answer += one.recv(65536)
    end, after, late = time.monotonic(), Cost(pid), sleeper.end()
    resident, peak = memory(pid)
    row("%d idle connections and %d listeners" % (len(idle), len(listeners)),
        "%.1f MiB resident, %.1f at most (%.1f alone, %.1f with the idle ones); %.0f bytes a second to each listener" % (
            resident, peak, alone, waiting, heard / len(listeners) / (end - begin)), "32 MiB", peak <= 32)
    row("processor meanwhile", "%.1f %%" % (100 * (after.processor - before.processor) / (end - begin)))
    intervals(units, begin, end, "all of them held", late)
    for one in idle + listeners:
        one.close()


def main():
    parser = argparse.ArgumentParser(description="what the web server bears")
    parser.add_argument("program")
    parser.add_argument("--seconds", type=int, default=30, help="of each phase")
    parser.add_argument("--connections", type=int, default=4, help="that ask at the same time")
    parser.add_argument("--idle", type=int, default=1000)
    parser.add_argument("--listeners", type=int, default=200)
    parser.add_argument("--first", action="store_true", help="(root) before whatever else runs on the machine")
    options = parser.parse_args()
    meter = Meter("0", ALL_DAY)
    rig = Rig(os.path.abspath(options.program), SITE, meter)
    units = Units(rig, 0.3)
    try:
        rig.start()
        if os.cpu_count() > 1:
            os.sched_setaffinity(rig.process.pid, {0})
            for pid in (os.getpid(), units.process.pid):
                os.sched_setaffinity(pid, set(range(1, os.cpu_count())))
        if options.first:
            for pid in (rig.process.pid, units.process.pid, os.getpid()):
                os.sched_setscheduler(pid, os.SCHED_RR, os.sched_param(2 if pid != os.getpid() else 1))
        else:
            os.nice(5)  # a unit that answers late because of us is asked again, which is no fault of the daemon's
        if not eventually(lambda: amps_drawn(rig) > 44, 240):
            sys.exit("the cars do not charge:\n" + rig.log())
        requests(rig, units, options)
        held(rig, units, options)
        rig.end(signal.SIGTERM)
    finally:
        rig.close()
        units.close()
        meter.close()
    daemon.show()


if __name__ == "__main__":
    main()
