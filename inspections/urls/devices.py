"""Addresses of the office's pages of the tablets, photos and bundles."""

from __future__ import annotations

from django.urls import path

from inspections.views import bundles, devices, photos

app_name = "devices"

urlpatterns = [
    path("", devices.device_list, name="device-list"),
    path("codes/new", devices.code_new, name="code-new"),
    path("bundle", bundles.bundle_import, name="bundle"),
    path("<uuid:pk>", devices.device_detail, name="device-detail"),
    path("<uuid:pk>/hold", devices.device_hold, name="hold"),
    path("<uuid:pk>/release", devices.device_release, name="release"),
    path("<uuid:pk>/revoke", devices.device_revoke, name="revoke"),
    path("photos/", photos.photo_list, name="photo-list"),
    path("photos/<uuid:pk>/", photos.photo_detail, name="photo"),
    path("photos/<uuid:pk>/<str:copy>", photos.photo_file, name="photo-file"),
]
