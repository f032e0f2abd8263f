#!/usr/bin/env python3
"""What bash completes behind `twcmanager`, asked of a real bash, with a daemon that is only a socket.

completion_test.py PROGRAM COMPLETION   ends with 1 when something else was offered than expected.
"""

import http.server
import json
import os
import socketserver
import subprocess
import sys
import tempfile
import threading

SNAPSHOT = {"connectors": [{"id": "4A7C"}, {"id": "0C93"}], "circuits": [{"name": "main fuse"}, {"name": "garage"}]}
POLICIES = {"policies": [{"name": "Charge Now"}, {"name": "Full"}]}

ASK = r'''
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
_twcmanager
printf '%s\n' "${COMPREPLY[@]}"
'''


class Daemon(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

    class RequestHandlerClass(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            answers = {"/api/v1/snapshot": SNAPSHOT, "/api/v1/policy": POLICIES}
            body = json.dumps(answers.get(self.path)).encode()
            self.send_response(200 if self.path in answers else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def address_string(self):
            return "local"

        def log_message(self, *_):
            pass

    def __init__(self, path):
        super().__init__(path, self.RequestHandlerClass)


def main():
    program, completion = (os.path.abspath(each) for each in sys.argv[1:3])

    def completed(*words):
        shell = subprocess.run(["bash", "-uc", ASK, "bash", completion, program, *words], capture_output=True, text=True, check=False)
        if shell.stderr:
            print(shell.stderr)
        return shell.stdout.split("\n")[:-1] if shell.stdout != "\n" else []

    with tempfile.TemporaryDirectory(prefix="twc-complete-") as folder:
        path = os.path.join(folder, "twcmanager.sock")
        here = ["ctl", "--socket", path]
        daemon = Daemon(path)
        threading.Thread(target=daemon.serve_forever, args=(0.1,), daemon=True).start()
        cases = [
            (["ct"], ["ctl"]),
            (["ctl", "s"], ["status", "schedule"]),
            (["ctl", "c"], ["charge-now", "cancel"]),
            (here + ["mode", ""], ["off", "pv", "minpv", "now", "auto"]),
            (here + ["mode", "m"], ["minpv"]),
            (here + ["why", ""], ["4A7C", "0C93"]),
            (here + ["why", "0"], ["0C93"]),
            (here + ["mode", "pv", "--connector", "4"], ["4A7C"]),
            (here + ["limit", ""], ["main\\ fuse", "garage"]),
            (here + ["limit", '"ma'], ['"main fuse"']),
            (here + ["limit", "garage", ""], ["none"]),
            (here + ["limit", "garage", "--w"], ["--watts"]),
            (here + ["target", "--conn"], ["--connector"]),
            (here + ["charge-now", "16", "2"], ["2h", "24h"]),
            (here + ["policy", ""], ["auto", "Charge\\ Now", "Full"]),
            (here + ["policy", "Full", "1"], ["1h"]),
            (here + ["schedule", ""], ["windows", "set", "clear"]),
            (here + ["schedule", "set", ""], ["daily", "mon-fri", "sat-sun"]),
            (here + ["schedule", "clear", "a"], ["all"]),
            (here + ["schedule", "set", "daily", "--l"], ["--late"]),
            (["ctl", "--socket", folder + "/nobody", "why", ""], []),
            (["check", "--k"], ["--keys"]),
            (["meters", ""], ["list", "show", "prove", "test"]),
            (["meters", "show", "solarl"], ["solarlog", "solarlog-modbus", "solarlog-without"]),
            (["meters", "list", "--c"], ["--config"]),
            (["prices", "show", "aw"], ["awattar"]),
            (["forecasts", "prove", "solc"], ["solcast"]),
        ]
        failed = 0
        for words, expected in cases:
            offered = completed(*words)
            shown = " ".join(word.replace(folder, "…") for word in words)
            print("%s  %s → %s" % ("ok    " if offered == expected else "FAILED", shown, offered))
            if offered != expected:
                failed += 1
                print("        expected %s" % expected)
        daemon.shutdown()
        daemon.server_close()
    print("%d passed, %d failed" % (len(cases) - failed, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
