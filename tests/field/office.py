"""The server as the tablet sees it, in memory: the HTTP contract of docs/field-protocol.md and nothing else.

What the engine does with an answer is tested against this; that the product gives these answers is tested elsewhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

CHUNK = 256 * 1024
CHECK = "0b0e6a52-6f4e-4c5c-9c0e-3d5a86d40001"
FIRM = "0b0e6a52-6f4e-4c5c-9c0e-3d5a86d40002"
PEOPLE = {
    "wang": {"id": "0b0e6a52-6f4e-4c5c-9c0e-3d5a86d40011", "name": "王质监", "role": "BUREAU_SUPERVISOR"},
    "li": {"id": "0b0e6a52-6f4e-4c5c-9c0e-3d5a86d40012", "name": "李监督", "role": "BUREAU_SUPERVISOR"},
}
PASSWORD = "Right-Password-1"

Answer = tuple[int, Any]


def sha256(content: bytes) -> str:
    """Lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


@dataclass
class Office:
    """What the server knows. `log`: every request with its answer. `faults`: asked first; an answer wins over the rule.

    `refused`: photos whose original is not taken, and why.
    """

    user: str = ""
    csrf: str = "token-0"
    device: dict[str, str] = field(default_factory=lambda: {"state": "UNKNOWN"})
    log: list[tuple[str, str, int]] = field(default_factory=list)
    faults: list[Callable[[str, str, bytes], Answer | None]] = field(default_factory=list)
    submissions: dict[str, dict[str, Any]] = field(default_factory=dict)
    chunks: dict[tuple[str, str], dict[int, bytes]] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    seq: int = 0
    etag: str = ""

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Status and JSON; `path` stands below /api/v1/ and may carry a query."""
        status, content = self._judge(method, path, headers, body)
        self.log.append((method, path.split("?")[0], status))
        return status, content

    def count(self, method: str, prefix: str) -> int:
        """Requests so far."""
        return sum(one == method and path.startswith(prefix) for one, path, _ in self.log)

    def file(self, photo: str, copy: str) -> bytes:
        """The bytes that have arrived."""
        parts = self.chunks.get((photo, copy), {})
        return b"".join(parts[index] for index in sorted(parts))

    def _judge(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        for fault in list(self.faults):
            said = fault(method, path, body)
            if said is not None:
                return said
        if method == "GET" and path == "session":
            return 200, self.session()
        if method != "GET" and headers.get("x-csrftoken") != self.csrf:
            return 403, {"detail": "CSRF Failed"}
        if path == "session/login":
            return self._login(json.loads(body))
        if path == "session/logout":
            self.user = ""
            return 200, {}
        if not self.user:
            return 401, {"message": "请先登录。"}
        if path != "devices/enrol" and self.device["state"] in ("HELD", "REVOKED"):
            return 403, {"code": self.device["state"].lower(), "message": self.device["reason"]}
        return self._work(method, path, headers, body)

    def session(self) -> dict[str, Any]:
        """GET session."""
        return {
            "product": "anlan",
            "user": PEOPLE[self.user] if self.user else None,
            "csrf": self.csrf,
            "server_time": dt.datetime.now(dt.UTC).isoformat(),
            "time_token": "signed-time",
            "device": self.device,
            "min_schema": 1,
            "app_version": "",
        }

    def _login(self, form: dict[str, str]) -> Answer:
        if form["username"] not in PEOPLE or form["password"] != PASSWORD:
            return 400, {"message": "用户名或密码不对。"}
        self.user = form["username"]
        self.csrf = f"token-{uuid.uuid4()}"
        return 200, self.session()

    def _work(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if path == "devices/enrol":
            self.device = {"state": "ACTIVE"}
            name = f"{json.loads(body)['name']}（绵阳）"
            return 201, {"device_id": str(uuid.uuid4()), "name": name, "token": "device-token-canary"}
        if path == "devices/state":
            self.reports.append(json.loads(body))
            return 200, {"state": self.device["state"]}
        if path.startswith("package"):
            return 200, self.package()
        if found := re.fullmatch(r"inspections/([\w-]+)/record\?since=\d+", path):
            return 200, self._record()
        if (found := re.fullmatch(r"submissions/([\w-]+)", path)) and method == "PUT":
            return self._submit(found[1], body)
        if found := re.fullmatch(r"receipts/([\w-]+)", path):
            there = self.submissions.get(found[1])
            return (200, {"receipt": self._receipt(found[1])}) if there else (404, {})
        if (found := re.fullmatch(r"photos/([\w-]+)", path)) and method == "GET":
            state, reason = (
                ("refused", self.refused[found[1]]) if found[1] in self.refused else ("missing", "")
            )
            return 200, {"copies": {"original": {"state": state, "reason": reason}}}
        if (found := re.fullmatch(r"photos/([\w-]+)/(original|stamped)/(\d+)", path)) and method == "PUT":
            return self._chunk(found[1], found[2], int(found[3]), headers, body)
        return 404, {"message": "没有这个地址。"}

    def package(self) -> dict[str, Any]:
        """GET package: one inspection, one checklist, a catalogue of three entries."""
        today = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=8)).date().isoformat()
        item = {"role": "施工", "category": "混凝土", "kind": "工程实体", "basis": "办法第八条"}
        return {
            "version": "p1",
            "generated_at": today,
            "today": today,
            "inspections": [self._inspection(today)],
            "checklists": [{"id": "list-1", "title": "清单", "items": [{"code": "A1", "text": "质量体系"}]}],
            "catalogues": [
                {
                    "id": "cat-1",
                    "items": [
                        {
                            **item,
                            "code": "SG-01",
                            "text": "混凝土蜂窝麻面",
                            "initials": "hntfwmm",
                            "severity": "GENERAL",
                        },
                        {
                            **item,
                            "code": "SG-02",
                            "text": "钢筋保护层不足",
                            "initials": "gjbhcbz",
                            "severity": "SERIOUS",
                        },
                        {
                            **item,
                            "code": "JL-07",
                            "text": "旁站记录缺失",
                            "initials": "pzjlqs",
                            "severity": "GRAVE",
                        },
                    ],
                }
            ],
            "people": [{"id": "p", "name": "王质监"}],
        }

    def _inspection(self, today: str) -> dict[str, Any]:
        earlier = {"number": "WT-7", "found_on": f"{int(today[:4]) - 1}-12-31", "catalogue_code": "SG-01"}
        return {
            "id": CHECK,
            "number": "J-1",
            "title": "秘密水库检查",
            "kind": "ROUTINE",
            "date": today,
            "state": "NOTIFIED",
            "project": {"id": "pr", "name": "秘密水库扩建"},
            "team": [],
            "units": [{"id": "u1", "organization_id": FIRM, "name": "某施工", "role": "施工"}],
            "checklist_id": "list-1",
            "catalogue_id": "cat-1",
            "record_seq": self.seq,
            "values": [{"path": path, **kept} for path, kept in self.values.items()],
            "photos": [],
            "previous_findings": [{**earlier, "organization_id": FIRM, "severity": "GENERAL"}],
        }

    def _record(self) -> dict[str, Any]:
        values = [{"path": path, **kept} for path, kept in self.values.items()]
        return {"record_seq": self.seq, "state": "NOTIFIED", "values": values, "conflicts": self.conflicts}

    def write(self, path: str, value: Any) -> str:
        """Somebody else's change."""
        operation = str(uuid.uuid4())
        self.seq += 1
        self.values[path] = {"value": value, "operation": operation}
        return operation

    def _submit(self, key: str, body: bytes) -> Answer:
        known = self.submissions.get(key)
        if known and known["body"] != body:
            return 409, {
                "code": "differs",
                "stored": {"sha256": sha256(known["body"])},
                "sent_sha256": sha256(body),
            }
        sent = json.loads(body)
        if not known:
            self.submissions[key] = {
                "body": body,
                "manifest": sent["photos"],
                "number": f"HZ-{len(self.submissions) + 1}",
            }
            for operation in sent["operations"]:
                self._apply(operation)
        answer = {"receipt": self._receipt(key), "record_seq": self.seq, "conflicts": self.conflicts}
        return (202 if known else 201), answer

    def _apply(self, operation: dict[str, Any]) -> None:
        self.seq += 1
        path, value = operation["path"], operation["value"]
        kept = self.values.get(path)
        if kept and kept["operation"] != operation["base"] and kept["value"] != value:
            other = {"id": operation["id"], "value": value}
            self.conflicts.append({"id": str(uuid.uuid4()), "path": path, "kept": kept, "other": other})
        else:
            self.values[path] = {"value": value, "operation": operation["id"]}

    def _receipt(self, key: str) -> dict[str, Any]:
        kept = self.submissions[key]
        files = [self._file(one, copy) for one in kept["manifest"] for copy in ("original", "stamped")]
        return {
            "number": kept["number"],
            "submission": key,
            "sha256": sha256(kept["body"]),
            "received_at": "2026-11-23T00:00:00Z",
            "files": files,
            "complete": all(one["state"] == "stored" for one in files),
            "signature": "s",
        }

    def _file(self, photo: dict[str, Any], copy: str) -> dict[str, Any]:
        told = photo if copy == "original" else photo["stamped"]
        count = -(-told["byte_count"] // CHUNK)
        there = self.chunks.get((photo["id"], copy), {})
        missing = [index for index in range(count) if index not in there]
        whole = not missing and sha256(self.file(photo["id"], copy)) == told["sha256"]
        state = "stored" if whole else "missing"
        if copy == "original" and photo["id"] in self.refused:
            state, missing = "refused", []
        return {
            "id": photo["id"],
            "copy": copy,
            "sha256": told["sha256"],
            "state": state,
            "chunks_missing": missing,
            "reason": self.refused.get(photo["id"], ""),
        }

    def _chunk(self, photo: str, copy: str, index: int, headers: dict[str, str], body: bytes) -> Answer:
        if photo in self.refused:
            return 422, {"code": "refused", "message": "照片已拒收。", "fields": []}
        if sha256(body) != headers["x-chunk-sha256"]:
            return 422, {"message": "摘要不符。"}
        span = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", headers["content-range"])
        assert span, headers["content-range"]
        assert int(span[1]) == index * CHUNK, "a chunk stands where its number says"
        assert int(span[2]) == index * CHUNK + len(body) - 1, "its last byte too"
        parts = self.chunks.setdefault((photo, copy), {})
        is_new = index not in parts
        parts[index] = body
        return (201 if is_new else 202), {"state": "receiving", "chunks_missing": [], "complete": False}
