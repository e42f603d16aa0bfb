"""Tasks of plans, campaigns and meetings, and what each assignee made of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from guidance.enums import BUREAU_OWNERS, AssignmentState, Audience, TaskSource
from guidance.models.campaign import Campaign
from guidance.models.meeting import Meeting
from guidance.models.year_plan import YearPlan
from guidance.querysets import AssignmentManager, TaskManager
from projects.enums import ProjectCategory
from projects.models import Organization, Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class Task(TenantModel):
    """What, who, by when, with which evidence. `county_codes` only for chosen counties, `owner_role` for the bureau,
    `category` (blank = all) for projects.
    """

    source = models.CharField("来源", max_length=10, choices=TaskSource.choices)
    plan = TenantForeignKey(
        YearPlan, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="年度要点"
    )
    campaign = TenantForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="举一反三"
    )
    meeting = TenantForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="会议"
    )
    number = models.PositiveSmallIntegerField("序号")
    title = models.CharField("任务", max_length=100)
    content = models.TextField("具体要求")
    evidence = models.CharField("佐证材料要求", max_length=200, blank=True)
    audience = models.CharField("责任对象", max_length=20, choices=Audience.choices)
    county_codes = models.JSONField("指定县（市、区）", default=list, blank=True)
    owner_role = models.CharField("市局责任角色", max_length=30, choices=BUREAU_OWNERS, blank=True)
    category = models.CharField("工程类别", max_length=30, choices=ProjectCategory.choices, blank=True)
    due_on = models.DateField("完成期限")

    objects: ClassVar[TaskManager[Task]] = TaskManager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "plan", "campaign", "meeting", "number"],
                name="guidance_one_task_per_number",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(
                    source=TaskSource.PLAN,
                    plan__isnull=False,
                    campaign__isnull=True,
                    meeting__isnull=True,
                )
                | Q(
                    source=TaskSource.CAMPAIGN,
                    plan__isnull=True,
                    campaign__isnull=False,
                    meeting__isnull=True,
                )
                | Q(
                    source=TaskSource.MEETING,
                    plan__isnull=True,
                    campaign__isnull=True,
                    meeting__isnull=False,
                ),
                name="guidance_task_of_one_source",
            ),
            models.CheckConstraint(
                condition=(Q(audience=Audience.BUREAU) & ~Q(owner_role=""))
                | (~Q(audience=Audience.BUREAU) & Q(owner_role="")),
                name="guidance_bureau_task_has_a_role",
            ),
            models.CheckConstraint(
                condition=Q(audience=Audience.CHOSEN_COUNTIES) | Q(county_codes=[]),
                name="guidance_counties_only_where_chosen",
            ),
            models.CheckConstraint(
                condition=Q(audience=Audience.PROJECTS) | Q(category=""),
                name="guidance_category_only_for_projects",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TaskAssignment(TenantModel):
    """One task for one county, unit, project or role of the bureau, with the answer in force.

    `organization` or `project` is set where a legal person must act; its county may answer for it. For the bureau the
    jurisdiction is the city. Late is computed, never stored.
    """

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="task_assignments", verbose_name="县区"
    )
    task = TenantForeignKey(Task, models.PROTECT, related_name="assignments", verbose_name="任务")
    organization = TenantForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="task_assignments",
        verbose_name="项目法人",
    )
    project = TenantForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="task_assignments", verbose_name="工程"
    )
    due_on = models.DateField("完成期限")
    assigned_on = models.DateField("下达日期")
    state = models.CharField(
        "状态", max_length=10, choices=AssignmentState.choices, default=AssignmentState.OPEN
    )
    answer = models.TextField("办理情况", blank=True)
    problem_count = models.PositiveIntegerField("自查发现问题（处）", null=True, blank=True)
    measures = models.TextField("整改措施", blank=True)
    first_answered_at = models.DateTimeField("首次提交时间", null=True, blank=True)
    answered_at = models.DateTimeField("提交时间", null=True, blank=True)
    answered_by = models.UUIDField("提交人编号", null=True, blank=True)
    answered_by_name = models.CharField("提交人", max_length=60, blank=True)
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    decided_by = models.UUIDField("确认人编号", null=True, blank=True)
    decided_by_name = models.CharField("确认人", max_length=60, blank=True)
    return_reason = models.CharField("退回原因", max_length=300, blank=True)

    objects: ClassVar[AssignmentManager[TaskAssignment]] = AssignmentManager()

    class Meta:
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "task", "jurisdiction", "organization", "project"],
                name="guidance_assigned_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state=AssignmentState.OPEN, answered_at__isnull=True)
                | (~Q(state=AssignmentState.OPEN) & Q(answered_at__isnull=False) & ~Q(answer="")),
                name="guidance_answered_assignment_has_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[AssignmentState.OPEN, AssignmentState.ANSWERED])
                | Q(decided_at__isnull=False),
                name="guidance_decided_assignment_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=AssignmentState.RETURNED) | ~Q(return_reason=""),
                name="guidance_returned_assignment_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(answered_by__isnull=True)
                | ~Q(state=AssignmentState.ACCEPTED)
                | ~Q(decided_by=F("answered_by")),
                name="guidance_nobody_accepts_the_own_answer",
            ),
            models.CheckConstraint(
                condition=Q(problem_count__isnull=True) | Q(problem_count=0) | ~Q(measures=""),
                name="guidance_found_problems_have_measures",
            ),
            models.CheckConstraint(
                condition=Q(project__isnull=True) | Q(organization__isnull=False),
                name="guidance_project_assignment_has_its_legal_person",
            ),
        ]
        indexes = [
            models.Index(fields=["city", "jurisdiction", "state"], name="guidance_assigned_waiting"),
            models.Index(fields=["city", "due_on"], name="guidance_assigned_due"),
        ]

    def __str__(self) -> str:
        return self.task.title


class TaskEvidence(TenantModel):
    """A file that proves an answer, named by its SHA-256."""

    ORGANIZATION_PATH = "assignment__organization__uscc"

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    assignment = TenantForeignKey(
        TaskAssignment, models.PROTECT, related_name="evidence", verbose_name="任务"
    )
    title = models.CharField("名称", max_length=120)
    sha256 = models.CharField("SHA-256 摘要", max_length=64)
    byte_count = models.PositiveIntegerField("大小（字节）")
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by_name = models.CharField("上传人", max_length=60)

    class Meta:
        ordering = ["uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "assignment", "sha256"], name="guidance_evidence_attached_once"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="guidance_evidence_hash"
            ),
        ]

    def __str__(self) -> str:
        return self.title
