"""Addresses of the year plan, tasks, month plans, trainings, profiles, self-checks and meetings."""

from __future__ import annotations

from django.urls import path

from guidance.views import assignments, bodies, campaigns, meetings, month_plans, plans, tasks, trainings

app_name = "guidance"

_MONTH = "month-plans/<slug:code>/<month:month>"

urlpatterns = [
    path("", plans.plan_list, name="plan-list"),
    path("plans/new", plans.plan_new, name="plan-new"),
    path("plans/<uuid:pk>", plans.plan_detail, name="plan-detail"),
    path("plans/<uuid:pk>/edit", plans.plan_edit, name="plan-edit"),
    path("plans/<uuid:pk>/tasks/new", tasks.plan_task_add, name="plan-task-add"),
    path("task-texts/<uuid:pk>/edit", tasks.task_edit, name="task-edit"),
    path("task-texts/<uuid:pk>/discard", tasks.task_discard, name="task-discard"),
    path("tasks/", assignments.assignment_list, name="assignment-list"),
    path("tasks/<uuid:pk>", assignments.assignment_detail, name="assignment-detail"),
    path("tasks/<uuid:pk>/answer", assignments.assignment_answer, name="assignment-answer"),
    path("tasks/<uuid:pk>/accept", assignments.assignment_accept, name="assignment-accept"),
    path("tasks/<uuid:pk>/return", assignments.assignment_return, name="assignment-return"),
    path("tasks/<uuid:pk>/evidence", assignments.evidence_add, name="evidence-add"),
    path("tasks/evidence/<uuid:pk>", assignments.evidence_file, name="evidence-file"),
    path("month-plans/", month_plans.month_plan_list, name="month-plan-list"),
    path(_MONTH, month_plans.month_plan, name="month-plan"),
    path(f"{_MONTH}/edit", month_plans.month_plan_edit, name="month-plan-edit"),
    path(f"{_MONTH}/publish", month_plans.month_plan_publish, name="month-plan-publish"),
    path(f"{_MONTH}/change", month_plans.month_plan_change, name="month-plan-change"),
    path("trainings/", trainings.training_list, name="training-list"),
    path("trainings/new", trainings.training_new, name="training-new"),
    path("trainings/<uuid:pk>", trainings.training_detail, name="training-detail"),
    path("trainings/<uuid:pk>/edit", trainings.training_edit, name="training-edit"),
    path("trainings/<uuid:pk>/files", trainings.training_file_add, name="training-file-add"),
    path("bodies/", bodies.body_list, name="body-list"),
    path("bodies/open", bodies.body_open, name="body-open"),
    path("bodies/<uuid:pk>", bodies.body_detail, name="body-detail"),
    path("bodies/<uuid:pk>/edit", bodies.body_edit, name="body-edit"),
    path("bodies/<uuid:pk>/submit", bodies.body_submit, name="body-submit"),
    path("bodies/<uuid:pk>/confirm", bodies.body_confirm, name="body-confirm"),
    path("bodies/<uuid:pk>/return", bodies.body_return, name="body-return"),
    path("campaigns/", campaigns.campaign_list, name="campaign-list"),
    path("campaigns/new", campaigns.campaign_new, name="campaign-new"),
    path("campaigns/<uuid:pk>", campaigns.campaign_detail, name="campaign-detail"),
    path("campaigns/<uuid:pk>/print", campaigns.campaign_print, name="campaign-print"),
    path("campaigns/<uuid:pk>/edit", campaigns.campaign_edit, name="campaign-edit"),
    path("campaigns/<uuid:pk>/launch", campaigns.campaign_launch, name="campaign-launch"),
    path("campaigns/<uuid:pk>/remind", campaigns.campaign_remind, name="campaign-remind"),
    path("campaigns/<uuid:pk>/close", campaigns.campaign_close, name="campaign-close"),
    path("meetings/", meetings.meeting_list, name="meeting-list"),
    path("meetings/new", meetings.meeting_new, name="meeting-new"),
    path("meetings/<uuid:pk>", meetings.meeting_detail, name="meeting-detail"),
    path("meetings/<uuid:pk>/edit", meetings.meeting_edit, name="meeting-edit"),
    path("meetings/<uuid:pk>/issue", meetings.meeting_issue, name="meeting-issue"),
    path("meetings/<uuid:pk>/tasks/new", tasks.meeting_task_add, name="meeting-task-add"),
    path("meetings/<uuid:pk>/files", meetings.meeting_file_add, name="meeting-file-add"),
    path("meetings/files/<uuid:pk>", meetings.meeting_file, name="meeting-file"),
]
