"""Addresses of the JSON interface, with the guard of each. docs/field-protocol.md says what they mean."""

from __future__ import annotations

from django.urls import path

from accounts.roles import Capability
from inspections.api import devices, package, photos, schema, session, submissions
from inspections.api.guards import api_public, api_requires, api_signed_in, field_requires

app_name = "api"

_field = field_requires(Capability.FIELD_USE)
_inspector = field_requires(Capability.INSPECTION_RECORD)

urlpatterns = [
    path("session", api_public(session.SessionView.as_view()), name="session"),
    path("session/login", api_public(session.LoginView.as_view()), name="login"),
    path("session/logout", api_signed_in(session.LogoutView.as_view()), name="logout"),
    path("devices/enrol", api_requires(Capability.FIELD_USE)(devices.EnrolView.as_view()), name="enrol"),
    path("devices/state", _field(devices.DeviceStateView.as_view()), name="device-state"),
    path("package", _field(package.PackageView.as_view()), name="package"),
    path("inspections/<uuid:pk>/record", _field(package.RecordView.as_view()), name="record"),
    path("submissions/<uuid:pk>", _field(submissions.SubmissionView.as_view()), name="submission"),
    path("receipts/<uuid:pk>", _field(submissions.ReceiptView.as_view()), name="receipt"),
    path("conflicts/<uuid:pk>/settle", _inspector(submissions.SettleView.as_view()), name="settle"),
    path("photos/<uuid:pk>", _field(photos.PhotoView.as_view()), name="photo"),
    path("photos/<uuid:pk>/<str:copy>/<int:position>", _field(photos.ChunkView.as_view()), name="chunk"),
    path("schema/", api_requires(Capability.FIELD_USE)(schema.SchemaView.as_view()), name="schema"),
]
