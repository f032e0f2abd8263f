#!/usr/bin/env python3
"""What is set while the program runs, on the real program and a real disk: kills, a full disk, and a file that is read again.

settings_test.py PROGRAM   runs all scenarios; ends with 1 when one of them failed.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback

sys.dont_write_bytecode = True
from rig import Rig, eventually  # noqa: E402
from slaves import Bus, Car, Connector  # noqa: E402

PROGRAM = None
KILLS = 200
SITE = ['"wiringMaxAmpsAllTWCs": 32,', '"wiringMaxAmpsPerTWC": 16,', '"minAmpsPerTWC": 6,']
CALM = '\n    "flightRecorder": { "enabled": false },'


def expect(holds, what, *facts):
    if not holds:
        raise AssertionError(what + "".join("\n    %s" % (fact,) for fact in facts))


@contextlib.contextmanager
def daemon(**how):
    rig = Rig(PROGRAM, SITE, **how)
    try:
        yield rig
    except BaseException as failure:
        failure.args = ("%s\n--- log\n%s" % (failure, rig.log()[-4000:] if os.path.exists(rig.folder + "/log") else ""),)
        raise
    finally:
        rig.close()


def stored(rig):
    with open(os.path.join(rig.folder, "settings.json"), encoding="utf-8") as text:
        return json.load(text)


def killed_in_the_middle_of_saving_nothing_acknowledged_is_lost_and_the_file_is_whole():
    dice = random.Random(4)
    acknowledged, asked = {}, {}
    saved = 0
    with daemon(more=CALM) as rig:
        for kill in range(KILLS):
            rig.start()
            expect(rig.answers(), "it starts again", kill)
            ending = threading.Event()

            def set_things(key):
                nonlocal saved
                number = 0
                while not ending.is_set():
                    number += 1
                    value = "%d-%d" % (kill, number)
                    asked[key] = value
                    if rig.post("/api/setSetting", {"setting": key, "value": value})[0] != 204:
                        return
                    acknowledged[key] = value
                    saved += 1

            writers = [threading.Thread(target=set_things, args=("script%d" % each,)) for each in range(3)]
            for writer in writers:
                writer.start()
            time.sleep(dice.uniform(0.005, 0.08))
            rig.process.kill()
            rig.process.wait()
            ending.set()
            for writer in writers:
                writer.join()
            if not acknowledged:
                continue
            file = stored(rig)
            for key, value in acknowledged.items():
                expect(file.get(key) in (value, asked[key]), "an acknowledged setting is there", kill, key, value, asked[key], file.get(key))
                acknowledged[key] = file[key]
            left = [name for name in os.listdir(rig.folder) if name.startswith("settings.json")]
            expect(len(left) <= 4, "nothing piles up", left)
        expect(saved > KILLS, "there was something to lose", saved)


def a_full_disk_keeps_the_old_file_says_so_and_writes_when_there_is_room():
    own = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    with daemon(more=CALM) as rig:
        kept = rig.folder + "-kept"
        shutil.copytree(rig.folder, kept)
        try:
            script = "mount -t tmpfs -o size=256k tmpfs '%s' && cp -a '%s/.' '%s' && cd '%s' && exec '%s' --config '%s/config.json' 2>'%s/log'" % (
                rig.folder, kept, rig.folder, rig.folder, rig.program, rig.folder, kept)
            rig.process = subprocess.Popen([*own, "sh", "-c", script], stdin=subprocess.DEVNULL)
            expect(rig.answers(), "it starts on a disk of its own")
            disk = "/proc/%d/root%s" % (rig.process.pid, rig.folder)
            expect(rig.post("/api/setSetting", {"setting": "nonScheduledAmpsMax", "value": 7})[0] == 204, "there is room at first")
            with open(disk + "/fill", "wb", buffering=0) as fill:
                with contextlib.suppress(OSError):
                    while True:
                        fill.write(b"x" * 1024)
                with contextlib.suppress(OSError):
                    while True:
                        fill.write(b"x")
            status, body = rig.post("/api/setSetting", {"setting": "nonScheduledAmpsMax", "value": "8"})
            expect(status == 507, "a full disk is said", status, body)
            expect(b"in effect" in body, "and what holds", body)
            status, body = rig.post("/api/setSetting", {"setting": "myScript", "value": "x" * 3000})
            expect(status == 507, "again", status, body)
            with open(disk + "/settings.json", encoding="utf-8") as text:
                expect(json.load(text)["nonScheduledAmpsMax"] == 7, "the old file is whole")
            with open(kept + "/log", encoding="utf-8") as log:
                expect("No space left" in log.read(), "the log says so, too")
            os.remove(disk + "/fill")

            def new():
                with open(disk + "/settings.json", encoding="utf-8") as text:
                    return json.load(text).get("nonScheduledAmpsMax") == 8
            expect(eventually(new, 70), "it is written when there is room")
            expect(rig.post("/api/saveSettings", {})[0] == 204, "and everything is stored")
        finally:
            shutil.rmtree(kept, ignore_errors=True)


def a_hang_up_reads_the_file_again_and_the_bus_does_not_notice():
    unit = Connector(0x0061, 2, seed=1)
    rig = Rig(PROGRAM, SITE)
    bus = Bus([unit], rig.adapter)
    bus.start()
    path = os.path.join(rig.folder, "config.json")
    try:
        rig.start()
        expect(rig.answers(), "it starts")
        with bus.lock:
            unit.plug_in(Car(), time.monotonic())
        expect(rig.post("/api/chargeNow", {"chargeNowRate": 16, "chargeNowDuration": 3600})[0] == 200, "Charge Now is taken")
        expect(eventually(lambda: unit.drawn >= 15, 60), "the car charges", unit.drawn)
        before = len(bus.heard)
        text = rig.configuration
        for changed, circuit in ((text.replace('"wiringMaxAmpsPerTWC": 16', '"wiringMaxAmpsPerTWC": 10'), 32), ("{ not a file", 32), (text, 32)):
            with open(path, "w", encoding="utf-8") as out:
                out.write(changed)
            said = rig.log().count("read again")
            rig.process.send_signal(signal.SIGHUP)
            expect(eventually(lambda: rig.log().count("read again") > said), "it says what it did")
            expect(rig.get("/api/v1/snapshot")["limits"]["circuit"] == circuit, "the circuit is what it was")
            expect(eventually(lambda: unit.drawn <= 10.5, 20) if changed is not text else eventually(lambda: unit.drawn > 14, 60),
                   "the car follows", unit.drawn, changed[:20])
        expect("is not used" in rig.log(), "the broken file is refused")
        beats = [heard.at for heard in list(bus.heard)[before:] if heard.is_heartbeat and heard.receiver == unit.unit]
        worst = max(b - a for a, b in zip(beats, beats[1:]))
        expect(worst < 2.5, "heartbeats go on", worst)
    except BaseException as failure:
        failure.args = ("%s\n--- log\n%s" % (failure, rig.log()),)
        raise
    finally:
        rig.close()
        bus.close()


def main():
    global PROGRAM
    PROGRAM = sys.argv[1]
    failed = 0
    scenarios = [a_full_disk_keeps_the_old_file_says_so_and_writes_when_there_is_room,
                 a_hang_up_reads_the_file_again_and_the_bus_does_not_notice,
                 killed_in_the_middle_of_saving_nothing_acknowledged_is_lost_and_the_file_is_whole]
    for scenario in scenarios:
        begun = time.monotonic()
        try:
            scenario()
            print("ok    %5.1f s  %s" % (time.monotonic() - begun, scenario.__name__.replace("_", " ")), flush=True)
        except BaseException:
            failed += 1
            print("FAIL  %s\n%s" % (scenario.__name__.replace("_", " "), traceback.format_exc()), flush=True)
    print("%d of %d scenarios passed" % (len(scenarios) - failed, len(scenarios)))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
