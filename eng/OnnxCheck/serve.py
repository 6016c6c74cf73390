"""serve.py FOLDER ORT RUNNER BROWSER [ARGUMENT...]: runs the cases of eng/check-onnx in a browser, from a server on this machine.

Ends with 0 when all ran, with 2 when the browser has no such runner.
"""
import http.server
import pathlib
import subprocess
import sys
import tempfile
import threading

folder, ort, runner, *browser = sys.argv[1:]
outcomes = []
ended = threading.Event()


class Handler(http.server.SimpleHTTPRequestHandler):
    def translate_path(self, path):
        name = pathlib.PurePosixPath(path.partition("?")[0]).name
        if path.startswith("/ort/"):
            return str(pathlib.Path(ort, name))
        return str(pathlib.Path(folder, name) if name else pathlib.Path(__file__).with_name("index.html"))

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/outcome":
            outcomes.append(body.decode())
            ended.set()
        else:
            pathlib.Path(self.translate_path(self.path)).write_bytes(body)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, tempfile.TemporaryDirectory() as profile:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    process = subprocess.Popen(
        [*browser, f"--user-data-dir={profile}", f"http://127.0.0.1:{server.server_port}/?{runner}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ended.wait(timeout=600)
    process.terminate()
    process.wait()
    server.shutdown()

outcome = outcomes[0] if outcomes else "failed: the page did not answer within ten minutes"
print(outcome)
sys.exit(0 if outcome.startswith("ran") else 2 if outcome.startswith("none") else 1)
