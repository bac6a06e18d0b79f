"""An image registry on loopback that serves one image under every name. Usage: registry.py ARCHIVE PORT

ARCHIVE is the output of "docker save". Prints "ready". Exits when its standard input closes.
"""

import hashlib
import json
import os
import sys
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TYPE = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar"


class Image:
    """The manifest and the blobs of an archive."""

    def __init__(self, archive):
        self.blobs = {}
        with tarfile.open(archive) as tar:
            saved = json.load(tar.extractfile("manifest.json"))[0]
            config = self.add(CONFIG_TYPE, tar.extractfile(saved["Config"]).read())
            layers = [self.add(LAYER_TYPE, tar.extractfile(layer).read()) for layer in saved["Layers"]]
        manifest = {"schemaVersion": 2, "mediaType": TYPE, "config": config, "layers": layers}
        self.digest = self.add(TYPE, json.dumps(manifest).encode())["digest"]

    def add(self, media_type, data):
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        self.blobs[digest] = data
        return {"mediaType": media_type, "size": len(data), "digest": digest}


class Handler(BaseHTTPRequestHandler):
    image = None

    def do_HEAD(self):
        path = self.path.split("?")[0]
        is_manifest = "/manifests/" in path
        digest = self.image.digest if is_manifest else path.rsplit("/", 1)[1]
        data = b"{}" if path == "/v2/" else self.image.blobs.get(digest)
        self.send_response(404 if data is None else 200)
        self.send_header("Content-Type", TYPE if is_manifest else "application/octet-stream")
        self.send_header("Content-Length", str(len(data or b"")))
        self.send_header("Docker-Content-Digest", digest)
        self.end_headers()
        if data and self.command == "GET":
            self.wfile.write(data)

    do_GET = do_HEAD

    def log_message(self, *_):
        pass


def main():
    archive, port = sys.argv[1:]
    Handler.image = Image(archive)
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
