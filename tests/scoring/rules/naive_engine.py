"""A second engine for scoring.md, written apart from the product: dictionaries, one long walk, no classes.

It reads the YAML by PyYAML's BaseLoader (every scalar a string) and turns numbers into fractions itself, so a
mistake in the product's reader, its data classes or its arithmetic cannot be shared.
"""

from fractions import Fraction

import yaml


def naive_score(rubric_text, facts):  # noqa: C901 -- one long walk, unlike the product on purpose
    tree = yaml.load(rubric_text, Loader=yaml.BaseLoader)

    def num(name):
        return Fraction(facts[name]) if name in facts else Fraction(0)

    def events(rule):
        total = Fraction(0)
        for line in rule["deduct"]:
            total = total + num(line["event"]) * Fraction(line["pts"])
        return total

    def at_most(value, rule):
        return min(value, Fraction(rule["cap"])) if "cap" in rule else value

    items = []
    for category in tree["categories"]:
        for item in category["items"]:
            rule, top = item["rule"], Fraction(item["max"])
            empty = {"na": None, "zero": Fraction(0), "full": top, None: None}[rule.get("when_empty")]
            kind = rule["type"]
            if kind == "checklist":
                points = sum(
                    (Fraction(x["pts"]) for x in rule["each"] if facts.get(x["key"]) is True), Fraction(0)
                )
            elif kind == "boolean":
                points = top if facts.get(rule["key"]) is True else Fraction(0)
            elif kind == "tier":
                points = None
                if rule["input"] not in facts and "when_empty" in rule:
                    points = empty
                else:
                    for bound, pts in reversed(rule["tiers"]):
                        if num(rule["input"]) >= Fraction(bound):
                            points = Fraction(pts)
            elif kind == "lateness":
                for bound, pts in reversed(rule["tiers"]):
                    submitted = rule["input"] in facts
                    if bound == "null" or (submitted and num(rule["input"]) <= Fraction(bound)):
                        points = Fraction(pts)
            elif kind == "ratio":
                text = rule["denominator"]
                below = Fraction(text) if text[0].isdigit() else num(text)
                if below == 0:
                    points = empty
                else:
                    zero, full = Fraction(rule["zero_at"]), Fraction(rule["full_at"])
                    part = (num(rule["numerator"]) / below - zero) / (full - zero)
                    points = top * (0 if part < 0 else 1 if part > 1 else part)
            elif kind == "per_event":
                by = num(rule["scale"]) if "scale" in rule else Fraction(1)
                if by == 0:
                    points = empty
                else:
                    points = top - at_most(events(rule) / by, rule)
                    points = points if points > 0 else Fraction(0)
            elif kind == "linear":
                (x1, y1), (x2, y2) = ([Fraction(v) for v in rule[end]] for end in ("from", "to"))
                if rule["input"] not in facts:
                    points = empty
                else:
                    x = sorted([x1, num(rule["input"]), x2])[1]
                    points = y1 + (y2 - y1) * (x - x1) / (x2 - x1)
            if points is not None and "extra" in item:
                points = points - at_most(events(item["extra"]), item["extra"])
                points = points if points > 0 else Fraction(0)
            items.append((item["id"], points, top))

    earned = sum((p for _, p, _ in items if p is not None), Fraction(0))
    available = sum((t for _, p, t in items if p is not None), Fraction(0))
    minimum = Fraction(tree["meta"]["not_applicable_policy"]["min_available_points"])
    hit = [line for line in tree.get("red_lines", []) if facts.get(line["id"]) is True]
    result = {
        "items": items,
        "earned": earned,
        "available": available,
        "status": "scored" if available > 0 and available >= minimum else "insufficient",
        "red_lines": [line["id"] for line in hit],
        "raw": None,
        "adjusted": None,
        "final": None,
        "grade": None,
        "interview": False,
        "unqualified": any(line["effect"].get("unqualified") == "true" for line in hit),
    }
    if available == 0:
        return result

    adjustments = tree.get("adjustments", {})
    bonus = sum((Fraction(b["pts"]) * num(b["id"]) for b in adjustments["bonus"]["items"]), Fraction(0))
    penalty = sum((Fraction(p["pts"]) * num(p["id"]) for p in adjustments["penalty"]["items"]), Fraction(0))
    raw = 100 * earned / available
    adjusted = raw + min(bonus, Fraction(adjustments["bonus"]["cap"])) - penalty
    adjusted = sorted([Fraction(0), adjusted, Fraction(100)])[1]
    capped = adjusted
    for line in hit:
        if "cap" in line["effect"]:
            capped = min(capped, Fraction(line["effect"]["cap"]))
    tenths = (capped * 20 + 1) // 2  # half up: floor(10x + 1/2)
    final = Fraction(tenths, 10)
    grades = tree["grades"]
    place = [final >= Fraction(grade["min"]) for grade in grades].index(True)
    for line in hit:
        if "grade" in line["effect"]:
            forced = [grade["code"] for grade in grades].index(line["effect"]["grade"])
            place = forced if forced > place else place
    result["raw"], result["adjusted"], result["final"] = raw, adjusted, final
    result["grade"] = grades[place]["code"]
    result["interview"] = final < Fraction(tree["config"]["interview_threshold"])
    if final < Fraction(tree["config"]["unqualified_threshold"]):
        result["unqualified"] = True
    return result
