"""Run the service: REDIS_URL says where Redis is, PORT where to listen."""

from __future__ import annotations

import logging
import os
import signal
import threading

from .redis_manager import connect_redis
from .service import Service
from .web import server


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with connect_redis(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"), cancel=stop) as manager:
        service = Service(manager)
        web = server(service, int(os.environ.get("PORT", "8080")))
        threading.Thread(target=web.serve_forever, daemon=True).start()
        with service.listen():
            stop.wait()
        web.shutdown()
        web.server_close()


if __name__ == "__main__":
    main()
