"""Plays ``vllm serve MODEL …``: answers /health after a while, has a worker, may die.

Told how by FAKE_VLLM: JSON with ``late`` (seconds until it answers), ``dies`` (lines that it
prints before it ends at the start), ``falls`` (seconds after which it ends), ``deaf`` (it ignores
SIGTERM), ``notes`` (file for its process ids and arguments).
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

told = json.loads(os.environ.get("FAKE_VLLM", "{}"))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


if told.get("deaf"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
note = {"pid": os.getpid(), "worker": worker.pid, "argv": sys.argv[1:]}
Path(told["notes"]).write_text(json.dumps(note))
for line in told.get("dies", ()):
    print(line, flush=True)
if "dies" in told:
    sys.exit(1)
time.sleep(told.get("late", 0))
port = int(sys.argv[sys.argv.index("--port") + 1])
server = HTTPServer(("127.0.0.1", port), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
time.sleep(told.get("falls", 120))
print("RuntimeError: CPU Generator does not use offset", flush=True)
os._exit(3)
