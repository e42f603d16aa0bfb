"""Monthly returns of counties (县级月报) and monthly reports of legal persons."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from projects.enums import DoubtState, ProjectStatus, RemarkKind, ReopeningState, ReportState, ReturnState
from projects.models.organization import Organization
from projects.models.project import Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class MonthlyReturn(TenantModel):
    """One county's return of one month. Timely, late, nil (零报告) and missing are four different facts.

    `first_submitted_at` decides lateness; a nil return is a statement signed by the reviewer, silence is no report.
    """

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="returns", verbose_name="县区")
    month = models.DateField("月份")
    state = models.CharField("状态", max_length=12, choices=ReturnState.choices, default=ReturnState.DRAFT)
    opened_at = models.DateTimeField("开放时间", null=True, blank=True)
    due_on = models.DateField("报送期限", null=True, blank=True)
    handed_over_at = models.DateTimeField("送审时间", null=True, blank=True)
    filler = models.UUIDField("填报人账户", null=True, blank=True)
    reviewer = models.UUIDField("审核人账户", null=True, blank=True)
    accepter = models.UUIDField("受理人账户", null=True, blank=True)
    phone = models.CharField("联系电话", max_length=30, blank=True)
    first_submitted_at = models.DateTimeField("首次报送时间", null=True, blank=True)
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    filler_name = models.CharField("填报人", max_length=60, blank=True)
    reviewer_name = models.CharField("审核人", max_length=60, blank=True)
    accepter_name = models.CharField("受理人", max_length=60, blank=True)
    is_nil = models.BooleanField("零报告", default=False)
    nil_statement = models.TextField("零报告声明", blank=True)
    nil_signed_on = models.DateField("零报告签署日期", null=True, blank=True)
    review_note = models.CharField("审核退回意见", max_length=300, blank=True)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "month"], name="projects_one_return_per_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="projects_return_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(is_nil=False)
                | (~Q(nil_statement="") & Q(nil_signed_on__isnull=False) & ~Q(reviewer_name="")),
                name="projects_nil_return_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(state=ReturnState.DRAFT) | Q(first_submitted_at__isnull=False),
                name="projects_return_submitted_at_unless_draft",
            ),
            models.CheckConstraint(
                condition=Q(filler_name="") | Q(reviewer_name="") | ~Q(filler_name=F("reviewer_name")),
                name="projects_return_filler_is_not_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(accepter_name="")
                | (~Q(accepter_name=F("reviewer_name")) & ~Q(accepter_name=F("filler_name"))),
                name="projects_return_accepter_is_another",
            ),
            models.CheckConstraint(
                condition=Q(filler__isnull=True) | Q(reviewer__isnull=True) | ~Q(filler=F("reviewer")),
                name="projects_return_reviewed_by_another_account",
            ),
            models.CheckConstraint(
                condition=Q(accepter__isnull=True)
                | (
                    (Q(filler__isnull=True) | ~Q(accepter=F("filler")))
                    & (Q(reviewer__isnull=True) | ~Q(accepter=F("reviewer")))
                ),
                name="projects_return_accepted_by_another_account",
            ),
        ]
        indexes = [models.Index(fields=["city", "month"], name="projects_return_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} 月报"


class ReturnReopening(TenantModel):
    """A reasoned request to put named fields right after acceptance; approved by a named person, expires by itself.

    `fields` is a list of `{"project": id or null for the header, "field": name}`. What was accepted or frozen stays as
    it was: the correction is one more version.
    """

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    monthly_return = TenantForeignKey(
        MonthlyReturn, models.PROTECT, related_name="reopenings", verbose_name="月报"
    )
    state = models.CharField(
        "状态", max_length=10, choices=ReopeningState.choices, default=ReopeningState.REQUESTED
    )
    reason = models.CharField("申请理由", max_length=500)
    fields = models.JSONField("申请更正的栏目", default=list)
    requested_at = models.DateTimeField("申请时间")
    requested_by = models.UUIDField("申请人账户")
    requested_by_name = models.CharField("申请人", max_length=60)
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    decided_by = models.UUIDField("审批人账户", null=True, blank=True)
    decided_by_name = models.CharField("审批人", max_length=60, blank=True)
    decision_note = models.CharField("审批意见", max_length=300, blank=True)
    expires_at = models.DateTimeField("到期时间", null=True, blank=True)
    submitted_by = models.UUIDField("补正报送人账户", null=True, blank=True)
    submitted_by_name = models.CharField("补正报送人", max_length=60, blank=True)
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)
    ended_by_name = models.CharField("办结人", max_length=60, blank=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "monthly_return"],
                condition=Q(state__in=["REQUESTED", "APPROVED", "SUBMITTED"]),
                name="projects_one_live_reopening",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="projects_reopening_has_a_reason"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="projects_reopening_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(submitted_by__isnull=True) | ~Q(submitted_by=F("requested_by")),
                name="projects_reopening_submitted_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state=ReopeningState.REQUESTED, decided_at__isnull=True, expires_at__isnull=True)
                | (Q(state=ReopeningState.REFUSED, decided_at__isnull=False) & ~Q(decided_by_name=""))
                | (
                    Q(state__in=["APPROVED", "SUBMITTED", "ACCEPTED", "EXPIRED"], decided_at__isnull=False)
                    & Q(expires_at__gt=F("decided_at"))
                    & ~Q(decided_by_name="")
                ),
                name="projects_reopening_decided_and_limited",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class ReturnVersion(TenantModel):
    """What was submitted, each time; never changed afterwards. The one without `submitted_at` is the draft."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    monthly_return = TenantForeignKey(
        MonthlyReturn, models.CASCADE, related_name="versions", verbose_name="月报"
    )
    number = models.PositiveSmallIntegerField("版本")
    submitted_at = models.DateTimeField("报送时间", null=True, blank=True)
    reopening = TenantForeignKey(
        ReturnReopening,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="versions",
        verbose_name="补正依据",
    )
    header = models.JSONField("表头数据", default=dict)

    class Meta:
        ordering = ["monthly_return", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "monthly_return", "number"], name="projects_one_return_version"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="projects_return_version_from_1"),
            models.UniqueConstraint(
                fields=["city", "monthly_return"],
                condition=Q(submitted_at__isnull=True),
                name="projects_one_draft_per_return",
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.number}版"


class ReturnLine(TenantModel):
    """One project in one version of a return: the fields whose completeness rubric B2 counts."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    version = TenantForeignKey(ReturnVersion, models.CASCADE, related_name="lines", verbose_name="版本")
    project = TenantForeignKey(Project, models.PROTECT, related_name="return_lines", verbose_name="工程")
    award_price_wan_yuan = models.DecimalField(
        "中标价（万元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    approved_duration_days = models.PositiveIntegerField("批复工期（天）", null=True, blank=True)
    unit_count = models.PositiveSmallIntegerField("参建单位数", null=True, blank=True)
    key_person_count = models.PositiveSmallIntegerField("主要管理人员数", null=True, blank=True)
    key_work_count = models.PositiveSmallIntegerField("重要隐蔽、关键部位数", null=True, blank=True)
    registration_number = models.CharField("监督手续编号", max_length=60, blank=True)
    progress_percent = models.DecimalField(
        "形象进度（%）", max_digits=5, decimal_places=2, null=True, blank=True
    )
    invested_wan_yuan = models.DecimalField(
        "完成投资（万元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    status = models.CharField("建设状态", max_length=20, choices=ProjectStatus.choices, blank=True)
    started_on = models.DateField("开工日期", null=True, blank=True)
    planned_finish_on = models.DateField("计划完工日期", null=True, blank=True)
    finished_on = models.DateField("实际完工日期", null=True, blank=True)
    commitments_due = models.PositiveSmallIntegerField("应签承诺书数", null=True, blank=True)
    commitments_signed = models.PositiveSmallIntegerField("已签承诺书数", null=True, blank=True)
    attendance_percent = models.DecimalField(
        "主要管理人员到岗率（%）", max_digits=5, decimal_places=2, null=True, blank=True
    )
    accident_count = models.PositiveSmallIntegerField("质量事故数", null=True, blank=True)
    defect_count = models.PositiveSmallIntegerField("质量缺陷数", null=True, blank=True)
    works_ahead = models.CharField("下月重要隐蔽、关键部位施工", max_length=300, blank=True)
    decrease_reason = models.CharField("进度或投资减少的原因", max_length=200, blank=True)
    note = models.CharField("备注", max_length=300, blank=True)

    class Meta:
        ordering = ["version", "project"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "version", "project"], name="projects_one_line_per_project"
            ),
            models.CheckConstraint(
                condition=Q(progress_percent__isnull=True) | Q(progress_percent__range=(0, 100)),
                name="projects_line_progress_0_to_100",
            ),
            models.CheckConstraint(
                condition=Q(attendance_percent__isnull=True) | Q(attendance_percent__range=(0, 100)),
                name="projects_line_attendance_0_to_100",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.project_id}"


class ReturnComment(TenantModel):
    """What the bureau wants put right in one field of a returned version; answered by the next version.

    Sending back is ONE event of rubric B3 (a `ReturnRemark`), however many fields it names.
    """

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    version = TenantForeignKey(
        ReturnVersion, models.CASCADE, related_name="comments", verbose_name="所退回的版本"
    )
    project = TenantForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="工程"
    )
    field_name = models.CharField("栏目", max_length=60)
    note = models.CharField("意见", max_length=300)
    made_at = models.DateTimeField("提出时间")
    made_by_name = models.CharField("提出人", max_length=60)

    class Meta:
        ordering = ["made_at", "field_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "version", "project", "field_name"],
                nulls_distinct=False,
                name="projects_one_comment_per_field",
            ),
            models.CheckConstraint(condition=~Q(note=""), name="projects_comment_says_something"),
        ]

    def __str__(self) -> str:
        return self.note


class ReturnRemark(TenantModel):
    """The bureau's check of a return: sent back, a wrong field, or a project left out (rubric B3)."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    monthly_return = TenantForeignKey(
        MonthlyReturn, models.PROTECT, related_name="remarks", verbose_name="月报"
    )
    number = models.CharField("记录编号", max_length=40)
    kind = models.CharField("类型", max_length=20, choices=RemarkKind.choices)
    noted_on = models.DateField("记录日期")
    field_name = models.CharField("涉及字段", max_length=60, blank=True)
    project = TenantForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="工程"
    )
    note = models.CharField("说明", max_length=300)

    class Meta:
        ordering = ["noted_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="projects_one_remark_per_number")
        ]

    def __str__(self) -> str:
        return self.note


class LegalPersonReport(TenantModel):
    """重点监管对象项目法人质量管理月报: a row exists for each report that is due (rubric B4)."""

    ORGANIZATION_PATH = "legal_person__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    legal_person = TenantForeignKey(
        Organization, models.PROTECT, related_name="quality_reports", verbose_name="项目法人"
    )
    month = models.DateField("月份")
    due_on = models.DateField("应报日期")
    submitted_on = models.DateField("报送日期", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=ReportState.choices, default=ReportState.DUE)
    content = models.JSONField("月报内容", default=dict)
    filler_name = models.CharField("填报人", max_length=60, blank=True)
    is_filed_by_county = models.BooleanField("由县级代报", default=False)
    assessment = models.JSONField("评价表", default=dict)
    score = models.DecimalField("评价得分（分）", max_digits=4, decimal_places=1, null=True, blank=True)
    assessed_on = models.DateField("评价日期", null=True, blank=True)
    assessed_by_name = models.CharField("评价人", max_length=60, blank=True)
    assessment_note = models.CharField("评价说明", max_length=500, blank=True)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "legal_person", "month"],
                name="projects_one_legal_person_report",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="projects_legal_person_report_month_is_first_day"
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(0, 100)),
                name="projects_legal_person_report_score_0_to_100",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.ASSESSED)
                | (Q(score__isnull=False, assessed_on__isnull=False) & ~Q(assessed_by_name="")),
                name="projects_legal_person_report_assessed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["city", "month"], name="projects_lp_report_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} 项目法人月报"


class DataDoubt(TenantModel):
    """数据疑点: a cross-field check that found something (handbook §7.5). The county explains, the bureau judges.

    `subject` names the record that the check points at, so the same doubt is found once a month; a doubt judged
    to be an error becomes a `ReturnRemark` of the month's return (rubric B3).
    """

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="doubts", verbose_name="县区")
    project = TenantForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="doubts", verbose_name="工程"
    )
    month = models.DateField("月份")
    check_code = models.CharField("检查项", max_length=40)
    subject = models.CharField("对象", max_length=120)
    sentence = models.CharField("疑点", max_length=500)
    field_name = models.CharField("涉及栏目", max_length=60, blank=True)
    state = models.CharField("状态", max_length=10, choices=DoubtState.choices, default=DoubtState.OPEN)
    found_at = models.DateTimeField("发现时间")
    explanation = models.CharField("县级说明", max_length=500, blank=True)
    explained_at = models.DateTimeField("说明时间", null=True, blank=True)
    explained_by_name = models.CharField("说明人", max_length=60, blank=True)
    corrected_at = models.DateTimeField("更正时间", null=True, blank=True)
    judged_at = models.DateTimeField("认定时间", null=True, blank=True)
    judged_by_name = models.CharField("认定人", max_length=60, blank=True)
    judgement = models.CharField("认定意见", max_length=300, blank=True)
    remark = TenantForeignKey(
        ReturnRemark, models.PROTECT, null=True, blank=True, related_name="doubts", verbose_name="审核记录"
    )

    class Meta:
        ordering = ["-month", "jurisdiction", "check_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "month", "check_code", "subject"], name="projects_one_doubt_per_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="projects_doubt_month_is_first_day"),
            models.CheckConstraint(
                condition=~Q(state=DoubtState.EXPLAINED)
                | (Q(explained_at__isnull=False) & ~Q(explanation="") & ~Q(explained_by_name="")),
                name="projects_doubt_explained_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["CLEARED", "ERROR"])
                | (Q(judged_at__isnull=False) & ~Q(judged_by_name="")),
                name="projects_doubt_judged_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=DoubtState.CORRECTED, corrected_at__isnull=False)
                | (~Q(state=DoubtState.CORRECTED) & Q(corrected_at__isnull=True)),
                name="projects_doubt_corrected_at_with_corrected",
            ),
            models.CheckConstraint(
                condition=~Q(state=DoubtState.ERROR) | Q(remark__isnull=False),
                name="projects_doubt_error_is_a_remark",
            ),
        ]
        indexes = [models.Index(fields=["city", "state"], name="projects_doubt_state")]

    def __str__(self) -> str:
        return self.sentence
