"""Repeat an Anlan draw from its exported file: python3 replay_draw.py FILE.json (docs/draw.md; no other code needed)."""

import hashlib
import hmac
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any


# fmt: off
def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
def below(stream: list[Any], bound: int) -> int:
    while True:
        block = hashlib.sha256(stream[0] + stream[1].to_bytes(8, "big")).digest()
        stream[1], number = stream[1] + 1, int.from_bytes(block[:8], "big")
        if number < 2**64 - 2**64 % bound:
            return number % bound

def draw(frozen: Any, seed: bytes) -> list[dict[str, Any]]:
    rule, home = frozen["rule"], {o["id"]: o["county"] for o in frozen["officers"]}
    drawn, load = list[dict[str, Any]](), Counter[str]()
    for stratum in frozen["strata"]:
        left = [c for c in frozen["candidates"] if c["stratum"] == stratum["key"] and not c["excluded"]]
        stream = [seed + f"objects/{stratum['key']}".encode() + b"\x00", 0]
        for _ in range(min(stratum["quota"], len(left))):
            ticket, place = below(stream, sum(c["weight"] for c in left)), 0
            while ticket >= left[place]["weight"]:
                ticket, place = ticket - left[place]["weight"], place + 1
            one, team = left.pop(place), list[str]()
            tied = {r["officer"] for r in frozen["recusals"] if r["object"] == one["id"]}
            order = [o["id"] for o in frozen["officers"] if o["valid_until"] >= frozen["day"] and o["id"] not in tied]
            order = [o for o in order if not (rule["cross"] and home[o] == one["county"])] if rule["team_size"] else []
            officers = [seed + f"officers/{one['id']}".encode() + b"\x00", 0]
            for last in range(len(order) - 1, 0, -1):
                other = below(officers, last + 1)
                order[last], order[other] = order[other], order[last]
            order.sort(key=lambda o: load[o])
            for o in order:
                if len(team) < rule["team_size"] and not (rule["cross"] and home[o] in {home[t] for t in team}):
                    team.append(o)
            load.update(team)
            line = {"position": len(drawn) + 1, "object": one["id"], "stratum": stratum["key"]}
            drawn.append({**line, "team": team, "order": order})
    return drawn

file = json.loads(Path(sys.argv[1]).read_bytes())
frozen, record = json.loads(file["frozen_text"]), json.loads(file["record_text"])
secrets = [w["secret"].encode() for w in record["witnesses"]]
key = b"".join(len(s).to_bytes(4, "big") + s for s in secrets)
seed = hmac.new(key, record["commitment"].encode(), hashlib.sha256).digest()
promised = [sha(f"anlan-draw-secret\n{frozen['number']}\n{w['position']}\n{w['secret']}") for w in record["witnesses"]]
checks = {"commitment": (sha(file["frozen_text"]), record["commitment"]), "seed": (seed.hex(), record["seed"]),
          "secrets": (promised, [w["secret_sha256"] for w in record["witnesses"]]),
          "record": (sha(file["record_text"]), file["record_sha256"]), "result": (draw(frozen, seed), record["result"])}
for name, (ours, theirs) in checks.items():
    sys.stdout.write(f"{name}: {'agrees' if ours == theirs else f'DIFFERS, computed {ours}, recorded {theirs}'}\n")
sys.exit(any(ours != theirs for ours, theirs in checks.values()))
