/* One fact found on site: the rows that carry it (one for each unit), what it still lacks, how severe it is proposed to be. */

const SHARED = ["catalogue_code", "kind", "severity", "severity_reason", "text", "part", "basis", "position", "checklist_code"];

export class Fact {
  /** @param {any} open @param {string} key "" while nothing is written @param {string} code the checklist item it comes from @param {(key: string) => void} born */
  constructor(open, key, code, born) {
    this.record = open.record;
    this.key = key;
    this.code = code;
    this.born = born;
  }

  /** The first keystroke makes the row. */
  begin() {
    if (!this.key) {
      this.key = this.record.add("findings", { ...(this.code ? { checklist_code: this.code } : { text: "" }) });
      this.born(this.key);
    }
    return this.key;
  }

  /** @returns {any[]} the rows of this fact, its own one among them */
  rows() {
    const rows = this.record.rows("findings");
    const own = rows.find((/** @type {any} */ row) => row.id === this.key);
    if (!own || !own.same_fact) return own ? [own] : [];
    return rows.filter((/** @type {any} */ row) => row.same_fact === own.same_fact);
  }

  /** @param {string} leaf @returns {any} */
  get(leaf) {
    return this.key ? this.record.get(`findings/${this.key}/${leaf}`) : undefined;
  }

  /** Write a leaf for every unit. @param {string} leaf @param {any} value */
  set(leaf, value) {
    this.begin();
    for (const row of this.rows()) this.record.set(`findings/${row.id}/${leaf}`, value);
  }

  /** @returns {string[]} */
  units() {
    return this.rows().map((row) => row.unit_id).filter(Boolean);
  }

  /** Add a unit or take it away; several units make sibling findings. @param {any} unit @param {boolean} on */
  choose(unit, on) {
    this.begin();
    const rows = this.rows();
    const having = rows.find((row) => row.unit_id === unit.id);
    if (on && !having) {
      const free = rows.find((row) => !row.unit_id);
      if (free) this.assign(free.id, unit);
      else this.join(rows[0], unit);
    } else if (!on && having) {
      this.drop(having, rows);
    }
  }

  /** @param {string} row @param {any} unit null for none */
  assign(row, unit) {
    this.record.set(`findings/${row}/unit_id`, unit ? unit.id : "");
    this.record.set(`findings/${row}/organization_id`, unit ? unit.organization_id || "" : "");
  }

  /** The tie is the identifier of the first finding, as inspections/rules/siblings.py ties them. @param {any} first @param {any} unit */
  join(first, unit) {
    const tie = first.same_fact || first.id;
    if (!first.same_fact) this.record.set(`findings/${first.id}/same_fact`, tie);
    const leaves = Object.fromEntries(SHARED.map((leaf) => [leaf, first[leaf]]).filter(([, value]) => value !== undefined && value !== null));
    this.record.add("findings", { ...leaves, unit_id: unit.id, organization_id: unit.organization_id || "", same_fact: tie });
  }

  /** @param {any} row @param {any[]} rows */
  drop(row, rows) {
    if (row.id !== this.key) {
      this.record.remove("findings", row.id);
      return;
    }
    // The first row keeps the photos: it takes over the unit of a sibling.
    const heir = rows.find((one) => one.id !== this.key && one.unit_id);
    this.assign(this.key, heir ? { id: heir.unit_id, organization_id: heir.organization_id } : null);
    if (heir) this.record.remove("findings", heir.id);
  }

  remove() {
    for (const row of this.rows()) this.record.remove("findings", row.id);
  }

  /** What it cannot be sent without: the control and its sentence. @returns {[string, string][]} */
  lacking() {
    return /** @type {[string, string][]} */ ([
      !(this.get("text") || "").trim() && ["text", "请写问题描述。"],
      !this.units().length && ["units", "请选责任单位。"],
      !this.get("severity") && ["severity", "请选严重程度。"],
    ].filter(Boolean));
  }

  /** What may follow before the inspection ends. */
  owed() {
    return [!this.get("kind") && "问题类型", !(this.get("basis") || "").trim() && "依据"].filter(Boolean).join("、");
  }

  /** What is proposed for each unit: severity, reason, earlier findings. The gravest first. @param {(finding: any) => any} propose @returns {any[]} */
  proposals(propose) {
    const code = this.get("catalogue_code");
    if (!code) return [];
    const given = this.rows().map((row) => propose({ catalogue_code: code, unit_id: row.unit_id, organization_id: row.organization_id }));
    return given.filter((one) => one.severity).sort((one, other) => other.repeats.length - one.repeats.length);
  }

  /** Whether a path belongs to this fact: its rows, their photos, the answer it comes from. @param {string} path @param {any[]} photos of the inspection */
  owns(path, photos) {
    const [group, key] = path.split("/");
    const keys = new Set(this.rows().map((row) => row.id));
    if (group === "findings") return keys.has(key) || Boolean(this.record.get(`findings/${key}/removed`));
    if (group === "photos") return keys.has(this.record.get(`photos/${key}/finding`)) || photos.some((one) => one.id === key && keys.has(one.finding));
    return group === "answers" && Boolean(this.code) && key === this.code;
  }
}
