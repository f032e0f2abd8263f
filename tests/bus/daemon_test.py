#!/usr/bin/env python3
"""What the daemon promises on a real pty with units it did not write, one scenario after the other as a user meets them.

daemon_test.py PROGRAM [NAME…]   runs all scenarios, or those whose names contain one of the words, beside each other:
                                 most of the time is waited for. Ends with 1 when one of them failed.

Times are only asserted with room for a machine that has other things to do; bench/daemon.py measures them.
"""

import concurrent.futures
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
from rig import Rig, eventually  # noqa: E402
from slaves import Bus, Car, Connector, Meter, master_heartbeat, master_linkready, wire  # noqa: E402

PROGRAM = None
SCENARIOS = []
OURS = 0x7777


def scenario(function):
    SCENARIOS.append(function)
    return function


@contextlib.contextmanager
def house(site, units=(), meter=None, plugged=True, **how):
    """A daemon and a bus that end together; what the log and the bus said is shown when something fails."""
    echo = how.pop("echo", False)
    rig = Rig(PROGRAM, site, meter, **how)
    bus = Bus(units, rig.adapter if plugged else None, echo)
    bus.start()
    try:
        yield rig, bus
        expect(not bus.strange, "every frame of the master is known", [frame.hex() for frame in bus.strange[:4]])
    except BaseException as failure:
        seen = ["%8.3f %s" % (heard.at - rig.started, heard.frame.hex(" ")) for heard in list(bus.heard)
                if not heard.is_heartbeat or heard.is_limit][-40:] if rig.process else []
        failure.args = ("%s\n--- log\n%s--- bus\n%s" % (failure, rig.log() if rig.process else "", "\n".join(seen)),)
        raise
    finally:
        rig.close()
        bus.close()


def expect(holds, what, *facts):
    if not holds:
        raise AssertionError(what + "".join("\n    %s" % (fact,) for fact in facts))


def to(bus, unit, since=0.0):
    return [heard for heard in list(bus.heard) if heard.is_heartbeat and heard.receiver == unit.unit and heard.at >= since]


def limits(bus, unit, since=0.0):
    return [heard for heard in to(bus, unit, since) if heard.is_limit]


def keeps_circuit(bus, circuit):
    expect(bus.ledger.most >= 6 and bus.most_drawn > 4, "something was told and drawn", bus.ledger.most, bus.most_drawn)
    expect(bus.ledger.most <= circuit + 0.001, "the units never hold more than the circuit's %s A" % circuit,
           bus.ledger.most, bus.ledger.when)
    expect(bus.most_drawn <= circuit, "the cars never draw more than the circuit's %s A" % circuit, bus.most_drawn)


def plug(bus, *units, **car):
    with bus.lock:
        for unit in units:
            unit.plug_in(Car(**car), time.monotonic())


def draws(unit, amps, seconds=30.0):
    return eventually(lambda: unit.drawn >= amps, seconds)


def two(number, **how):
    return Connector(0x0061 + number, 2, seed=number, **how)


FULL_DAY = ['"wiringMaxAmpsAllTWCs": 32,', '"wiringMaxAmpsPerTWC": "16",', '"minAmpsPerTWC": 6,']


def charge_now(rig, amps, seconds=3600):
    status, body = rig.post("/api/chargeNow", {"chargeNowRate": amps, "chargeNowDuration": seconds})
    expect(status == 200, "Charge Now is taken", status, body)


# --- The sun ---------------------------------------------------------------------------------------------------------------

@scenario
def the_rounded_hours_of_the_sun_are_kept_in_the_settings_beside_all_other_keys():
    rig = Rig(PROGRAM, FULL_DAY)
    file = os.path.join(rig.folder, "settings.json")

    def settings():
        with open(file, encoding="utf-8") as text:
            return json.load(text)
    try:
        with open(file, "w", encoding="utf-8") as out:
            json.dump({"homeLat": "0.05", "homeLon": 0, "sunrise": 3, "mine": "kept"}, out)
        rig.start()
        # At the equator the sun rises at 5:45 to 6:15 by its own clock, whatever the clock here is.
        expect(eventually(lambda: settings().get("sunset") is not None and settings()["sunrise"] != 3), "they are written", settings())
        now = settings()
        expect(all(0 <= now[key] <= 24 for key in ("sunrise", "sunset")) and now["mine"] == "kept" and now["homeLat"] == "0.05",
               "as whole hours, beside the rest", now)
        if time.timezone == 0 and not time.daylight:
            expect((now["sunrise"], now["sunset"]) == (6, 18), "the hours of the equator", now)
    finally:
        rig.close()


# --- Limits -------------------------------------------------------------------------------------------------------------

@scenario
def three_units_of_both_protocols_link_and_their_cars_start_in_the_same_second():
    units = [Connector(0xC0DB, 2, seed=1), Connector(0x0061, 1, seed=2), Connector(0x1234, 2, seed=3)]
    site = ['"wiringMaxAmpsAllTWCs": 22,', '"wiringMaxAmpsPerTWC": 16,', '"minAmpsPerTWC": 6,']
    with house(site, units) as (rig, bus):
        rig.start()
        for unit in units:
            expect(eventually(lambda: to(bus, unit)), "unit %04X hears a heartbeat" % unit.unit)
        linked = eventually(lambda: {"C0DB", "0061", "1234"} <= (rig.get("/api/getSlaveTWCs") or {}).keys())
        expect(linked, "all three are known over HTTP", rig.get("/api/getSlaveTWCs"))
        expect([rig.get("/api/getSlaveTWCs")[key]["version"] for key in ("C0DB", "0061", "1234")] == [2, 1, 2],
               "the protocol is told by the announcement's length")
        begin = time.monotonic()
        time.sleep(10)
        for unit in units:
            count = len(to(bus, unit, begin))
            expect(7 <= count <= 12, "each unit hears a heartbeat a second", "%04X: %d in 10 s" % (unit.unit, count))
            expect({len(heard.frame) + 1 for heard in to(bus, unit)} == {unit.length}, "in its protocol's own length")
        charge_now(rig, 22)
        plugged = time.monotonic()
        plug(bus, *units, vin="5YJSA1E27HF000337")
        for unit in units:
            expect(draws(unit, 5.0), "the car at %04X charges" % unit.unit, rig.get("/api/getSlaveTWCs"))
        time.sleep(8)
        keeps_circuit(bus, 22)
        for unit in units:
            first = limits(bus, unit, plugged)[:2]
            wanted = [5, 9] if unit.protocol == 2 else [5, 5]
            expect([heard.command for heard in limits(bus, unit, plugged)][:len(first)] == wanted[:len(first)] and first,
                   "a car of protocol 2 is started with 05, then 09", unit.unit, [h.frame.hex(" ") for h in first])
            expect(all(heard.amps == int(heard.amps) for heard in limits(bus, unit)), "limits are whole amps")
            expect(unit.closings == 1 and unit.openings == 0, "relays switch once", unit.closings, unit.openings)
        shown = rig.get("/api/getSlaveTWCs")["C0DB"]
        expect(shown["voltsPhaseA"] == 230 and shown["lifetimekWh"] == 1234, "the unit's meter is read", shown)
        expect(eventually(lambda: rig.get("/api/getSlaveTWCs")["C0DB"]["currentVIN"] == "5YJSA1E27HF000337"),
               "the car's VIN is read", rig.get("/api/getSlaveTWCs"))


@scenario
def one_joins_late_when_the_circuit_is_given_out():
    units = [two(1), two(2)]
    with house(['"wiringMaxAmpsAllTWCs": 32,', '"wiringMaxAmpsPerTWC": 16,'], units) as (rig, bus):
        rig.start("run")
        expect(rig.answers(), "HTTP answers")
        charge_now(rig, 32)
        plug(bus, *units)
        for unit in units:
            expect(draws(unit, 15.0, 60), "both take the whole circuit", unit.limit)
        late = two(3)
        bus.add(late)
        expect(eventually(lambda: to(bus, late)), "the late one hears a heartbeat")
        plug(bus, late)
        expect(draws(late, 5.0, 45), "the late one gets its share", rig.get("/api/getSlaveTWCs"))
        time.sleep(3)
        keeps_circuit(bus, 32)
        expect(all(unit.openings == 0 for unit in units), "nobody was interrupted")


@scenario
def every_tenth_answer_is_damaged():
    units = [two(1, ), two(2), Connector(0x2222, 1, seed=4)]
    for unit in units:
        unit.spoil = 0.1
    with house(['"wiringMaxAmpsAllTWCs": 20,', '"wiringMaxAmpsPerTWC": 20,'], units) as (rig, bus):
        rig.start()
        expect(rig.answers(), "HTTP answers")
        charge_now(rig, 20)
        time.sleep(2)
        plug(bus, units[0])
        expect(draws(units[0], 15.0, 50), "one takes what there is", units[0].limit)
        plug(bus, *units[1:])
        for unit in units:
            expect(draws(unit, 5.0, 50), "all get a share", unit.unit, unit.limit)
        keeps_circuit(bus, 20)


# --- The sun ------------------------------------------------------------------------------------------------------------

@scenario
def the_sun_goes_and_then_the_meter_is_silent():
    meter, unit = Meter("0", "8000"), two(1)
    with contextlib.closing(meter), house(FULL_DAY + ['"startStopDelay": 2,'], [unit], meter) as (rig, bus):
        plug(bus, unit)
        rig.start()
        expect(draws(unit, 10.0, 60), "the car follows the sun", rig.get("/api/getStatus"))  # 8 kW are 11 A on three phases
        meter.set(sun="0")
        step = time.monotonic()
        lower = eventually(lambda: [heard for heard in limits(bus, unit, step) if heard.amps < 10.0], 20)
        expect(lower, "less is on the bus when the sun is gone")
        read = [at for at, path, text in meter.served if path == "/sun" and text == b"0" and at >= step]
        expect(lower[0].at - read[0] < 3.0, "at once after the reading", lower[0].at - read[0])
        meter.set(sun="8000")
        expect(eventually(lambda: limits(bus, unit) and limits(bus, unit)[-1].amps >= 10.0, 60), "more when it is back")
        last = meter.served[-1][0]
        meter.hangs.set()
        expect(eventually(lambda: limits(bus, unit)[-1].amps <= 6.0 or "silence" in rig.log(), 40),
               "a silent meter leads to the safe current", limits(bus, unit)[-1].amps)
        since = time.monotonic() - last
        expect(8.0 < since < 30.0, "after its greatest age", since)
        expect(rig.says("does not answer"), "the silence is said")
        keeps_circuit(bus, 32)


@scenario
def what_the_meter_says_is_no_number():
    meter, unit = Meter("500", "9000"), Connector(0x4711, 1, seed=1)
    with contextlib.closing(meter), house(FULL_DAY + ['"startStopDelay": 2,'], [unit], meter) as (rig, bus):
        plug(bus, unit)
        rig.start()
        expect(draws(unit, 8.0, 60), "the car follows the sun")
        absurd = ["NaN", "-inf", "1e300", "", "<html>sorry</html>", "9" * 400, b"\xff\xfe\x00", b"7" * 20_000_000]
        for value in absurd:
            meter.set(sun=value)
            served = len(meter.served)
            expect(eventually(lambda: len(meter.served) >= served + 2, 20), "it is asked again")
            expect(rig.runs(), "it lives on", value[:20])
        expect(eventually(lambda: limits(bus, unit)[-1].amps == 0.0 and unit.drawn == 0.0), "the safe current holds",
               limits(bus, unit)[-1].amps)
        meter.set(sun="9000 W")
        expect(draws(unit, 8.0, 40), "a number with its unit is one again", rig.get("/api/getStatus"))
        with open("/proc/%d/status" % rig.process.pid, encoding="ascii") as status:
            peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        expect(peak < 40_000, "20 MB are not taken into memory", peak)


# --- People and restarts ------------------------------------------------------------------------------------------------

@scenario
def charge_now_and_the_car_survive_a_restart_and_parting_leaves_the_minimum():
    unit, old = two(1), Connector(0x3333, 1, seed=9)
    fuse = '\n    "circuits": { "main fuse": { "maxAmps": 40 } },'
    with house(FULL_DAY, [unit, old], more=fuse) as (rig, bus):
        with open(os.path.join(rig.folder, "settings.json"), "w", encoding="utf-8") as settings:
            json.dump({"chargeNowAmps": 0, "homeLat": 12.5, "someText": "kept"}, settings)
        plug(bus, unit, old)
        rig.start()
        expect(rig.answers(), "HTTP answers")
        status, body = rig.post("/api/chargeNow", {"chargeNowRate": 33, "chargeNowDuration": 60})
        expect(status == 400 and b"error" in body, "more than the circuit is refused", status, body)
        for wrong in ("", "{", "[1]", '{"chargeNowRate": "abc", "chargeNowDuration": 60}', '{"chargeNowRate": 10}',
                      '{"chargeNowRate": -1, "chargeNowDuration": 60}', '{"chargeNowRate": null, "chargeNowDuration": 9}'):
            status, body = rig.post("/api/chargeNow", wrong)
            expect(status == 400, "a wrong body is refused", wrong, status, body)
        charge_now(rig, 24)
        for each in (unit, old):
            expect(draws(each, 8.0, 40), "the car charges", each.limit)
        order = json.dumps({"amps": 30, "seconds": 3600, "reason": "dimmed by the grid operator"})
        expect(rig.ask("/api/v1/circuits/main%20fuse/limit", "PUT", order)[0] == 200, "an order is taken")
        asked = time.monotonic()
        expect(rig.end(signal.SIGTERM) == 0, "SIGTERM ends with 0")
        for each in (unit, old):
            expect(limits(bus, each, asked) and limits(bus, each, asked)[-1].amps <= 6.0 and each.limit <= 6.0,
                   "the last limit is at most the minimum", each.limit)
        with open(os.path.join(rig.folder, "settings.json"), encoding="utf-8") as settings:
            kept = json.load(settings)
        expect(kept.get("someText") == "kept" and kept.get("homeLat") == 12.5, "other settings are kept", kept)
        for each in kept["connectors"].values():
            expect(each["carPlugged"] and each["charging"] and each["relayOperations"] == 1 and each["sessionkWh"] > 0,
                   "what the car has borne is kept", kept)
        with open(os.path.join(rig.folder, "config.json"), encoding="utf-8") as configuration:
            expect(configuration.read() == rig.configuration, "the configuration is not written")
        time.sleep(1)
        rig.start()
        expect(rig.answers(), "HTTP answers again")
        expect(rig.get("/api/getStatus").get("chargeNowAmps") == 24, "Charge Now survives", rig.get("/api/getStatus"))
        for each in (unit, old):
            expect(draws(each, 8.0, 50), "back at its current", each.limit, rig.get("/api/getSlaveTWCs"))
        rig.process.kill()  # a crash
        rig.process.wait()
        rig.start()
        expect(rig.answers(), "HTTP answers once more")
        circuit = rig.get("/api/v1/snapshot")["circuits"][0]
        expect((circuit["amps"], circuit["external"]) == (30, "dimmed by the grid operator"), "the order survives", circuit)
        expect(eventually(lambda: to(bus, unit, rig.started) and to(bus, old, rig.started), 20), "and again")
        time.sleep(3)
        for each in (unit, old):
            expect(each.openings == 0, "no restart interrupted the car", each.unit, each.openings)
            expect(each.drawn > 4.0, "it draws on", each.drawn)
        for each in rig.get("/api/v1/snapshot")["connectors"]:
            expect((each["silences"], each["relay_operations"]) == (0, 1), "nothing was spent by restarts", each)
        status, body = rig.post("/api/cancelChargeNow", "")
        expect(status == 200, "Charge Now is cancelled", status, body)
        expect("chargeNowTimeEnd" not in rig.get("/api/getStatus"), "and is over")
        keeps_circuit(bus, 32)


@scenario
def http_is_abused_while_cars_charge():
    unit = two(1)
    with house(FULL_DAY, [unit]) as (rig, bus):
        plug(bus, unit)
        rig.start()
        expect(rig.answers(), "HTTP answers")
        charge_now(rig, 16)
        expect(draws(unit, 10.0, 40), "the car charges")
        begin = time.monotonic()
        idle = [socket.create_connection(("127.0.0.1", rig.port)) for _ in range(200)]
        for number, each in enumerate(idle):
            with contextlib.suppress(OSError):
                each.sendall((b"", b"GET /api/getStatus HTT", b"\x00\x01\x02\r\n\r\n", b"POST /api/chargeNow HTTP/1.1\r\nContent-Length: 90\r\n\r\n{")[number % 4])
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", rig.port)) as huge:
            huge.settimeout(5)
            huge.sendall(b"POST /api/chargeNow HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n" + b"x" * 2_000_000)
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", rig.port)) as huge:
            huge.settimeout(5)
            huge.sendall(b"GET /" + b"a" * 1_000_000)
        time.sleep(5)
        for each in idle:
            each.close()
        expect(rig.runs(), "it lives")
        expect(eventually(lambda: rig.ask("/api/getStatus")[0] == 200), "it answers")
        gaps = [b.at - a.at for a, b in zip(to(bus, unit, begin), to(bus, unit, begin)[1:])]
        expect(max(gaps) < 3.0 and unit.openings == 0, "the bus does not notice", max(gaps))


# --- The line -----------------------------------------------------------------------------------------------------------

@scenario
def the_adapter_appears_after_the_start_goes_and_returns():
    unit = two(1)
    with house(FULL_DAY, [unit], plugged=False) as (rig, bus):
        rig.start()
        expect(rig.answers(), "HTTP answers without an adapter")
        expect(rig.says(rig.adapter), "the missing adapter is said")
        time.sleep(1)
        bus.plug(rig.adapter)
        expect(eventually(lambda: to(bus, unit)), "the unit hears a heartbeat once the adapter is there")
        charge_now(rig, 12)
        plug(bus, unit)
        expect(draws(unit, 10.0, 40), "the car charges")
        bus.pull()
        pulled = time.monotonic()
        expect(rig.says("adapter is gone"), "the lost adapter is said")
        time.sleep(3)
        expect(rig.runs(), "it lives")
        bus.put_back()
        expect(eventually(lambda: to(bus, unit, pulled), 40), "the unit hears heartbeats again")
        time.sleep(2)
        expect(unit.openings == 0 and unit.drawn > 10.0, "the car did not notice", unit.openings, unit.drawn)
        keeps_circuit(bus, 32)


@scenario
def echo_and_garbage_are_borne():
    unit, dice = two(1), random.Random(7)
    with house(FULL_DAY, [unit], echo=True) as (rig, bus):
        rig.start()
        expect(eventually(lambda: to(bus, unit)), "the unit hears a heartbeat")
        charge_now(rig, 14)
        plug(bus, unit)
        expect(draws(unit, 12.0, 40), "the car charges over a line with echo")
        expect("second master" not in rig.log(), "its own echo is no second master")
        begin = time.monotonic()
        while time.monotonic() - begin < 8:
            bus.inject(bytes(dice.randrange(256) for _ in range(dice.randrange(1, 60))))
            bus.inject(b"\xC0" * dice.randrange(4) + b"\xDB" * dice.randrange(3))
            time.sleep(0.13)
        beats = to(bus, unit, begin)
        expect(rig.runs() and len(beats) >= 5, "heartbeats go on", len(beats))
        expect(unit.openings == 0 and unit.drawn > 10.0, "the car charges on", unit.drawn)
        keeps_circuit(bus, 32)


@scenario
def a_second_master_is_met_with_silence():
    unit = two(1)
    with house(FULL_DAY, [unit]) as (rig, bus):
        rig.start()
        expect(eventually(lambda: to(bus, unit)), "the unit hears a heartbeat")
        for _ in range(5):
            bus.inject(wire(master_linkready(1, 0x4B4B)))
            time.sleep(0.2)
            bus.inject(wire(master_heartbeat(0x4B4B, unit.unit)))
            time.sleep(0.2)
        expect(rig.says("second master (4B4B)"), "the second master is said with its id")
        expect(rig.says("rotary switch"), "with the remedy")
        quiet = time.monotonic()
        time.sleep(5)
        expect(not [heard for heard in bus.heard if heard.at >= quiet], "nothing is sent")
        expect(rig.runs(), "it lives")


@scenario
def a_second_master_that_was_there_first_is_not_disturbed():
    with house(FULL_DAY, []) as (rig, bus):
        rig.start()
        begin = time.monotonic()
        while time.monotonic() - begin < 6:
            bus.inject(wire(master_heartbeat(0x4B4B, 0x0101)))
            time.sleep(0.5)
        expect(rig.says("second master (4B4B)"), "the second master is said")
        expect(not bus.heard, "nothing was ever sent", [heard.frame.hex() for heard in bus.heard[:3]])


@scenario
def a_unit_with_our_id_is_asked_to_choose_another():
    unit = Connector(OURS, 2, seed=5)
    with house(FULL_DAY, [unit]) as (rig, bus):
        rig.start()
        expect(rig.says("controller's id 7777"), "it is said")
        asked = eventually(lambda: [heard for heard in list(bus.heard) if heard.frame[:2] == b"\xFC\xE1"])
        expect(asked, "it is sent linkreadies")
        expect(not [heard for heard in bus.heard if heard.is_heartbeat and heard.receiver == OURS], "and no heartbeat")
        expect(unit.unit != OURS and eventually(lambda: to(bus, unit)), "by its new id it is served", unit.unit)


@scenario
def a_fourth_unit_is_left_alone():
    units = [two(number) for number in range(4)]
    with house(FULL_DAY, units) as (rig, bus):
        rig.start()
        expect(rig.says("is a fourth one", 40), "it is said")
        time.sleep(2)
        served = [unit for unit in units if to(bus, unit)]
        expect(len(served) == 3, "three are served", len(served))


@scenario
def listening_only_never_writes():
    unit = two(1)
    with house(FULL_DAY + ['"fakeMaster": 2,'], [unit]) as (rig, bus):
        rig.start()
        expect(rig.answers(), "HTTP answers")
        for second in range(8):
            bus.inject(wire(master_linkready(2, 0x4B4B)) if second == 3 else wire(master_heartbeat(0x4B4B, unit.unit)))
            bus.inject(wire(master_heartbeat(0x4B4B, OURS)))
            time.sleep(0.5)
        expect(rig.end() == 0, "SIGTERM ends with 0")
        expect(bus.bytes_in == 0, "not a byte left", bus.bytes_in)


@scenario
def as_a_slave_it_answers_a_real_master():
    with house(FULL_DAY + ['"fakeMaster": 0,'], []) as (rig, bus):
        rig.start()
        ready = eventually(lambda: [heard for heard in list(bus.to_us) if heard.frame[:2] == b"\xFD\xE2"], 25)
        expect(ready, "it announces itself", rig.log())
        own = int.from_bytes(ready[0].frame[2:4], "big")
        bus.inject(wire(master_heartbeat(0x4B4B, own)))
        answers = lambda: [heard.frame for heard in list(bus.to_us) if heard.frame[:2] == b"\xFD\xE0"]  # noqa: E731
        expect(eventually(answers), "it answers a heartbeat")
        for _ in range(3):
            bus.inject(wire(master_heartbeat(0x4B4B, own, 9, 10.0)))
            time.sleep(0.4)
        last = eventually(lambda: answers()[-1][7:9] == b"\x03\xE8")
        expect(last, "it mirrors the limit", answers()[-1].hex(" "))
        expect(answers()[-1][2:6] == ready[0].frame[2:4] + b"\x4B\x4B", "from itself to the master")
        others = len(answers())
        bus.inject(wire(master_heartbeat(0x4B4B, 0x0001)))
        time.sleep(0.5)
        expect(len(answers()) == others, "it is silent about others")


# --- What an owner may get wrong ----------------------------------------------------------------------------------------

@scenario
def a_wrong_port_is_said_and_tried_again():
    with house(FULL_DAY, [], plugged=False) as (rig, bus):
        with open(rig.adapter, "w", encoding="ascii") as no_tty:
            no_tty.write("no serial port")
        rig.start()
        expect(rig.says(rig.adapter), "the port is named")
        expect(rig.answers(), "HTTP answers")
        shown = rig.get("/api/v1/snapshot")
        expect(rig.adapter in rig.log() and shown is not None, "the error is shown", shown)
        unit = two(1)
        os.unlink(rig.adapter)
        bus.plug(rig.adapter)
        bus.add(unit)
        expect(eventually(lambda: to(bus, unit)), "it is tried again")


@scenario
def a_busy_http_port_does_not_stop_the_bus():
    unit = two(1)
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen(1)
        with house(FULL_DAY, [unit], port=busy.getsockname()[1]) as (rig, bus):
            rig.start()
            expect(rig.says(str(rig.port)), "the busy port is named")
            expect(eventually(lambda: len(to(bus, unit)) > 3), "the bus runs")
            busy.close()
            expect(eventually(lambda: rig.ask("/api/getStatus")[0] == 200, 60), "it is tried again")


@scenario
def limits_that_are_missing_or_contradict_each_other():
    def status(arguments, site):
        folder = tempfile.mkdtemp(prefix="twc-bus-")
        try:
            file = os.path.join(folder, "config.json")
            with open(file, "w", encoding="utf-8") as out:
                out.write('{"config": {%s "settingsPath": "%s"}, "interface": {"RS485": {"port": "%s/no"}}, '
                          '"control": {"HTTP": {"enabled": false}}}' % (site, folder, folder))
            process = subprocess.Popen([PROGRAM, *arguments, "--config", file], stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
            try:
                text = process.communicate(timeout=3)[0]
                return process.returncode, text.decode()
            except subprocess.TimeoutExpired:
                process.terminate()
                return "runs", process.communicate(timeout=30)[0].decode()
        finally:
            shutil.rmtree(folder)
    for wrong in ("", '"wiringMaxAmpsAllTWCs": "much",', '"wiringMaxAmpsAllTWCs": null,', '"wiringMaxAmpsAllTWCs": [32],'):
        code, text = status(["run"], wrong)
        expect(code == 1 and "wiringMaxAmpsAllTWCs" in text, "without a circuit limit it ends with 1", wrong, code, text)
    contradiction = '"wiringMaxAmpsAllTWCs": 10, "minAmpsPerTWC": 12,'
    code, text = status(["check"], contradiction)
    expect(code == 1 and "minAmpsPerTWC" in text, "check names a contradiction and ends with 1", code, text)
    code, text = status(["run"], contradiction)
    expect(code == "runs" and "minAmpsPerTWC" in text, "run clamps it, says so and runs", code, text)


def attempt(function):
    begin = time.monotonic()
    try:
        function()
        return function.__name__, time.monotonic() - begin, None
    except Exception:  # noqa: BLE001 - whatever it was belongs into the report
        return function.__name__, time.monotonic() - begin, traceback.format_exc()


def main():
    global PROGRAM
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit(__doc__)
    PROGRAM = os.path.abspath(sys.argv[1])
    words = sys.argv[2:]
    chosen = [each for each in SCENARIOS if not words or any(word in each.__name__ for word in words)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        for name, seconds, trouble in pool.map(attempt, chosen):
            print("%s %5.1f s  %s" % ("ok    " if trouble is None else "FAILED", seconds, name.replace("_", " ")), flush=True)
            if trouble:
                failed += 1
                print(trouble, flush=True)
    print("%d passed, %d failed" % (len(chosen) - failed, failed))
    sys.exit(1 if failed or not chosen else 0)


if __name__ == "__main__":
    main()
