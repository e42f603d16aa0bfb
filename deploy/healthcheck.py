"""Container health: the web process answers /healthz. Standard library only."""

from __future__ import annotations

import http.client
import os
import sys

PORT = 8000


def main() -> int:
    """0 when the process lives; Django accepts only the host names that it was given."""
    host = os.environ.get("ANLAN_ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=4)
    try:
        link.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return 0 if link.getresponse().status == http.HTTPStatus.OK else 1
    except (OSError, http.client.HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())
