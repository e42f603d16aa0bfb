"""The statements that fill one city, in order. Parameters: city (uuid), no, counties, projects, findings, inspections.

Everything follows from running numbers: no random source, no clock. Ids are time-ordered like UUIDv7, so that the
indexes grow as they do in real use.
"""

from __future__ import annotations

from bench.plan import AS_OF, DAYS, FINDINGS_PER_INSPECTION, ORGANIZATIONS_PER_COUNTY, ROLES, START

_ZERO_HASH = "repeat('0', 64)"
_BASE = "date '2021-12-01'"

HELPERS = f"""
CREATE FUNCTION pg_temp.uid(kind int, no int, n bigint, day date) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(extract(epoch FROM day)::bigint * 1000 + n % 86400000), 12, '0') || '7'
        || lpad(to_hex(kind), 3, '0') || '8' || lpad(to_hex(no), 3, '0') || lpad(to_hex(n), 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.dice(n bigint, no int, sides int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT ((n * 2654435761 + no * 40503 + sides * 7) % 4294967296 / 65536 % sides)::int $$;
CREATE FUNCTION pg_temp.day_of(i bigint, total bigint) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT date '{START}' + (i * {DAYS} / total)::int $$
"""

_ORG = f"pg_temp.uid(1, %(no)s, c * {ORGANIZATIONS_PER_COUNTY} + ({{}}), {_BASE})"

_SCRATCH = [
    # County c of the city, project p with its organizations by role.
    """CREATE TEMP TABLE w_county ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY unit_order) - 1 AS c, id, code FROM tenancy_jurisdiction WHERE level <> 'CITY'""",
    f"""CREATE TEMP TABLE w_unit ON COMMIT DROP AS
    SELECT p, r, role, w.id AS county, pg_temp.uid(2, %(no)s, p, {_BASE}) AS project,
        pg_temp.uid(3, %(no)s, p * 8 + r, {_BASE}) AS unit,
        CASE role WHEN 'LEGAL_PERSON' THEN {_ORG.format("g %% 6 * 4")}
            WHEN 'CONTRACTOR' THEN {_ORG.format("g %% 6 * 4 + 1 + g %% 2")}
            ELSE {_ORG.format("(g + r) %% 6 * 4 + 3")} END AS organization
    FROM generate_series(0, %(projects)s - 1) p
    JOIN LATERAL (SELECT p %% %(counties)s AS c, p / %(counties)s AS g) k ON true
    JOIN w_county w USING (c)
    CROSS JOIN unnest(array{list(ROLES)!r}) WITH ORDINALITY AS t(role, r)""",
    """CREATE TEMP TABLE w_inspection ON COMMIT DROP AS
    SELECT i, (i * 7919) %% %(projects)s AS p, day, pg_temp.uid(10, %(no)s, i, day) AS id,
        CASE WHEN i %% 4 = 0 THEN 'CITY' ELSE 'COUNTY' END AS level
    FROM generate_series(0, %(inspections)s - 1) i
    CROSS JOIN LATERAL (SELECT pg_temp.day_of(i, %(inspections)s) AS day) d""",
    """CREATE TEMP TABLE w_catalogue ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY code) - 1 AS k, count(*) OVER () AS size, id, kind, severity, text, basis
    FROM inspections_catalogueitem""",
    "ANALYZE w_county",
    "ANALYZE w_unit",
    "ANALYZE w_inspection",
    "ANALYZE w_catalogue",
]

_REGISTER = [
    """INSERT INTO projects_participatingunit SELECT unit, %(city)s, county, project, NULL, organization, role,
        '', '', date '2021-06-01', NULL FROM w_unit""",
    """INSERT INTO projects_supervisionregistration SELECT pg_temp.uid(4, %(no)s, p, date '2021-12-01'), %(city)s, county,
        project, 'ZJ-' || p, date '2021-12-10', date '2021-12-15', date '2021-12-20', date '2021-12-22', '监督员甲'
        FROM w_unit WHERE r = 1 AND p %% 20 > 0""",
    """INSERT INTO projects_lifelongcommitment (id, city_id, jurisdiction_id, project_id, unit_id, person_name,
        post, signed_on, replaced_on, responsibility, certificate_number, phone, id_number_sealed, id_number_masked,
        id_number_digest)
    SELECT pg_temp.uid(5, %(no)s, p * 8 + r, date '2021-12-01'), %(city)s,
        county, project, unit, '责任人甲', '项目负责人', date '2021-12-12', NULL, '', '', '',
        '', '', '' FROM w_unit WHERE r < 5""",
    """INSERT INTO projects_supervisionbody (id, city_id, jurisdiction_id, year, institution_document,
        full_time_supervisors, funding_document, funding_wan_yuan, confirmed_on, duties, equipment, contact_name,
        contact_phone, submitted_by_name, confirmed_by_name)
    SELECT pg_temp.uid(6, %(no)s, c * 10 + y - 2022, date '2021-12-01'), %(city)s,
        id, y, '设立文件', 3, '批复文件', 20, make_date(y, 1, 10), '', '', '', '', '', ''
        FROM w_county, generate_series(2022, 2026) y""",
    """INSERT INTO projects_training (id, city_id, jurisdiction_id, number, held_on, topic, attendee_count, place, lecturer,
        attendees, summary)
    SELECT pg_temp.uid(7, %(no)s, c * 100 + m, date '2021-12-01'), %(city)s, id,
        'PX-' || c || '-' || m,
        ({start}::date + make_interval(months => m * 6))::date + 40, '质量管理规定宣贯', 40, '', '', '[]', ''
        FROM w_county, generate_series(0, 9) m""",
]

_RETURNS = [
    """INSERT INTO projects_monthlyreturn (id, city_id, jurisdiction_id, month, state, first_submitted_at, accepted_at,
        filler_name, reviewer_name, accepter_name, is_nil, nil_statement, nil_signed_on, phone, review_note)
    SELECT pg_temp.uid(20, %(no)s, c * 100 + m, first), %(city)s, id, first,
        'ACCEPTED', first + interval '1 month' + interval '26 hours', first + interval '1 month' + interval '50 hours',
        '填报人甲', '审核人乙', '受理人丙', false, '', NULL, '', ''
        FROM w_county, generate_series(0, 59) m
        CROSS JOIN LATERAL (SELECT ({start}::date + make_interval(months => m))::date AS first) d""",
    """INSERT INTO projects_returnversion (id, city_id, jurisdiction_id, monthly_return_id, number, submitted_at, header)
    SELECT pg_temp.uid(21, %(no)s, row_number() OVER (ORDER BY id), month), city_id,
        jurisdiction_id, id, 1, first_submitted_at, '{{}}' FROM projects_monthlyreturn""",
    """INSERT INTO projects_returnline (id, city_id, jurisdiction_id, version_id, project_id, award_price_wan_yuan,
        approved_duration_days, unit_count, key_person_count, key_work_count, registration_number, progress_percent,
        invested_wan_yuan, status, works_ahead, decrease_reason, note)
    SELECT pg_temp.uid(22, %(no)s, row_number() OVER (ORDER BY v.id, u.p), m.month),
        %(city)s, u.county, v.id, u.project, 1200, 540, 5, 8, 12, CASE WHEN u.p %% 20 > 0 THEN 'ZJ-' || u.p ELSE '' END,
        55, 800, 'UNDER_WAY', '', '', ''
        FROM projects_monthlyreturn m JOIN projects_returnversion v ON v.monthly_return_id = m.id
        JOIN w_unit u ON u.county = m.jurisdiction_id AND u.r = 1 WHERE m.month >= date '2026-01-01'""",
    """INSERT INTO inspections_monthplan (id, city_id, jurisdiction_id, month, published_on, inspection_count,
        test_batch_count)
    SELECT pg_temp.uid(23, %(no)s, c * 100 + m, first), %(city)s, id, first, first - 3,
        4, 2 FROM w_county, generate_series(0, 59) m
        CROSS JOIN LATERAL (SELECT ({start}::date + make_interval(months => m))::date AS first) d""",
    """INSERT INTO projects_attendance SELECT pg_temp.uid(24, %(no)s, (p * 8 + r) * 4 + m, first), %(city)s, county, unit,
        first, 80 + p %% 20, false FROM w_unit, generate_series(0, 2) m
        CROSS JOIN LATERAL (SELECT (date '2026-10-01' + make_interval(months => m))::date AS first) d WHERE r IN (2, 3)""",
]

_INSPECTIONS = [
    """INSERT INTO inspections_inspection (id, city_id, jurisdiction_id, project_id, draw_id, number, kind,
        organizer_level, mode, state, inspected_on, approval_number, notice_number, counterparty_signed,
        refusal_witness, opinion, title, concerns_firms, cap_exception, cap_exception_reason, void_reason,
        record_seq, concluded_by_name, reviewed_by_name)
    SELECT w.id, %(city)s, u.county, u.project, NULL, 'JC-' || lpad(w.i::text, 6, '0'),
        CASE WHEN w.level = 'CITY' THEN 'JOINT_PATROL' ELSE 'ROUTINE' END, w.level, 'ONSITE', 'COMPLETED', w.day,
        'SP-' || w.i, 'TZ-' || w.i, true, '', '', '', true, '', '', '', 0, '', ''
        FROM w_inspection w JOIN w_unit u ON u.p = w.p AND u.r = 1""",
    """INSERT INTO inspections_inspectionofficer (id, city_id, jurisdiction_id, inspection_id, name, role,
        enforcement_id, id_valid_until, is_leader)
    SELECT pg_temp.uid(12, %(no)s, w.i * 2 + o, w.day), %(city)s, u.county, w.id,
        '检查员' || chr(19968 + (w.i * 2 + o)::int %% 40), 'OFFICER', 'ZF-' || (w.i * 2 + o) %% 40, date '2030-12-31', o = 0
        FROM w_inspection w JOIN w_unit u ON u.p = w.p AND u.r = 1, generate_series(0, 1) o""",
    """INSERT INTO inspections_inspectionaspect (id, city_id, jurisdiction_id, inspection_id, aspect, is_checked, reason)
    SELECT pg_temp.uid(13, %(no)s, w.i * 4 + a, w.day), %(city)s, u.county, w.id,
        (array['LIFELONG_LIABILITY','SYSTEM_SETUP','SYSTEM_EXECUTION','MATERIALS','PROCEDURES','DRAWINGS',
        'MANDATORY_STANDARDS','TESTING','ACCEPTANCE','CONTRACT','FILING'])[(w.i + a * 3) %% 11 + 1], true, ''
        FROM w_inspection w JOIN w_unit u ON u.p = w.p AND u.r = 1, generate_series(0, 2) a""",
]

_FINDINGS = [
    """INSERT INTO inspections_finding (id, city_id, jurisdiction_id, project_id, inspection_id, unit_id, organization_id,
        catalogue_item_id, number, kind, severity, text, part, basis, found_on, found_by_level, state, original_due_on,
        due_on, replied_on, closed_on, withdrawn_reason, is_self_reported, is_false_rectification, same_fact,
        proposed_severity, severity_reason, recorded_by_name, confirmed_by_name)
    SELECT pg_temp.uid(11, %(no)s, n, w.day), %(city)s, u.county, u.project, w.id, u.unit, u.organization, k.id,
        'WT-' || lpad(n::text, 6, '0'), k.kind, k.severity, k.text || '（第' || n %% 37 + 1 || '处）', '部位' || n %% 50,
        k.basis, w.day, w.level, state, w.day + 20, w.day + 20,
        CASE WHEN state IN ('CLOSED', 'REPLIED', 'RECHECKING') THEN w.day + 4 + late END,
        CASE WHEN state = 'CLOSED' THEN w.day + 6 + late END,
        CASE WHEN state = 'WITHDRAWN' THEN '核实后不成立' ELSE '' END, n %% 50 = 0, false, NULL, '', '', '', ''
    FROM generate_series(0, %(findings)s - 1) n
    JOIN w_inspection w ON w.i = n / {per}
    CROSS JOIN LATERAL (SELECT pg_temp.dice(n, %(no)s, 1000) AS d, pg_temp.dice(n, %(no)s, 18) AS late,
        date '{as_of}' - w.day AS age) x
    JOIN w_unit u ON u.p = w.p AND u.r = CASE WHEN n %% 10 = 0 THEN 1 WHEN n %% 10 < 7 THEN 2 ELSE 3 END
    JOIN w_catalogue k ON k.k = (n * 31 + %(no)s) %% k.size
    CROSS JOIN LATERAL (SELECT CASE
        WHEN age > 60 THEN CASE WHEN d < 955 THEN 'CLOSED' WHEN d < 965 THEN 'WITHDRAWN' WHEN d < 975 THEN 'REPLIED'
            WHEN d < 985 THEN 'RECTIFYING' ELSE 'NOTIFIED' END
        WHEN age > 20 THEN CASE WHEN d < 500 THEN 'CLOSED' WHEN d < 700 THEN 'REPLIED' WHEN d < 850 THEN 'RECHECKING'
            WHEN d < 950 THEN 'RECTIFYING' ELSE 'NOTIFIED' END
        ELSE CASE WHEN d < 100 THEN 'CLOSED' WHEN d < 400 THEN 'REPLIED' WHEN d < 700 THEN 'RECTIFYING'
            WHEN d < 900 THEN 'NOTIFIED' WHEN d < 980 THEN 'CONFIRMED' ELSE 'DRAFT' END END AS state) s""",
    f"""INSERT INTO inspections_evidence (id, city_id, jurisdiction_id, finding_id, inspection_id, number, kind, title,
        sha256, taken_at, byte_count)
    SELECT pg_temp.uid(14, %(no)s, row_number() OVER (ORDER BY number), found_on), city_id,
        jurisdiction_id, id, NULL, 'ZZ-' || number, 'PHOTO', '现场照片', {_ZERO_HASH},
        found_on + time '10:00' AT TIME ZONE 'UTC',
        200000 FROM inspections_finding WHERE right(number, 1) IN ('0', '5')""",
]

_NOTICES = [
    """INSERT INTO enforcement_rectificationnotice
    SELECT pg_temp.uid(30, %(no)s, w.i, w.day), %(city)s, u.county, u.project, u.organization, NULL,
        '测水质监整〔' || extract(year FROM w.day) || '〕' || w.i || '号', 'QUALITY', w.level,
        CASE WHEN date '{as_of}' - w.day > 60 AND pg_temp.dice(w.i, 3, 100) < 97 THEN 'CLOSED'
            WHEN w.i %% 2 = 0 THEN 'REPLIED' ELSE 'SERVED' END, w.day + 1, w.day + 2, w.day + 20,
        CASE WHEN date '{as_of}' - w.day > 60 AND pg_temp.dice(w.i, 3, 100) < 97 THEN w.day + 28 END
    FROM w_inspection w JOIN w_unit u ON u.p = w.p AND u.r = 1 WHERE w.i %% 3 = 0""",
    """INSERT INTO enforcement_noticefinding
    SELECT pg_temp.uid(31, %(no)s, row_number() OVER (ORDER BY f.number), f.found_on),
        %(city)s, f.jurisdiction_id, pg_temp.uid(30, %(no)s, w.i, w.day), f.id, '限期整改'
    FROM inspections_finding f JOIN w_inspection w ON w.id = f.inspection_id
    WHERE w.i %% 3 = 0 AND f.state NOT IN ('DRAFT', 'WITHDRAWN')""",
    """INSERT INTO enforcement_rectificationreply SELECT pg_temp.uid(32, %(no)s, row_number() OVER (ORDER BY f.number),
        f.replied_on), %(city)s, f.jurisdiction_id, f.id, f.replied_on, '管理不到位', '已整改', '责任人甲'
    FROM inspections_finding f JOIN w_inspection w ON w.id = f.inspection_id
    WHERE w.i %% 3 = 0 AND f.replied_on IS NOT NULL""",
    """INSERT INTO enforcement_recheck SELECT pg_temp.uid(33, %(no)s, row_number() OVER (ORDER BY number), closed_on),
        %(city)s, jurisdiction_id, id, closed_on, true, true, '监督员甲', ''
    FROM inspections_finding WHERE state = 'CLOSED' AND right(number, 1) IN ('1', '4', '7')""",
    """INSERT INTO inspections_dutyinspection (id, city_id, jurisdiction_id, number, inspected_on, concluded_on, leader_name,
        summary, state, members, concluded_by_name)
    SELECT pg_temp.uid(34, %(no)s, c * 100 + m, day), %(city)s, id,
        'LZ-' || c || '-' || m, day, day + 3, '检查组长甲', '', 'CONCLUDED', '', '' FROM w_county, generate_series(0, 9) m
        CROSS JOIN LATERAL
        (SELECT ({start}::date + make_interval(months => m * 6 + c::int %% 6))::date + 9 AS day) d""",
    """INSERT INTO inspections_dutyinspectionitem (id, city_id, jurisdiction_id, duty_inspection_id, section, name,
        max_points, points, fact)
    SELECT pg_temp.uid(35, %(no)s, row_number() OVER (ORDER BY id), inspected_on),
        city_id, jurisdiction_id, id, '一', '监督履职', 100, 88, '计划未按期印发' FROM inspections_dutyinspection""",
]


def _filled(statement: str) -> str:
    """The constants of the plan; psycopg's own parameters stay."""
    return (
        statement.replace("{start}", f"'{START}'")
        .replace("{as_of}", str(AS_OF))
        .replace("{per}", str(FINDINGS_PER_INSPECTION))
        .replace("'{{}}'", "'{}'")
    )


STATEMENTS = [
    _filled(statement)
    for statement in (*_SCRATCH, *_REGISTER, *_RETURNS, *_INSPECTIONS, *_FINDINGS, *_NOTICES)
]
