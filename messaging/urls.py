"""Addresses of messages and channels."""

from __future__ import annotations

from django.urls import path

from messaging.views import box, channels

app_name = "messaging"

urlpatterns = [
    path("", box.message_list, name="list"),
    path("read-all", box.message_read_all, name="read-all"),
    path("preferences", box.preferences, name="preferences"),
    path("<uuid:pk>/read", box.message_read, name="read"),
    path("dispatches/", channels.dispatch_list, name="dispatch-list"),
    path("dispatches/<uuid:pk>/resend", channels.dispatch_resend, name="dispatch-resend"),
    path("channels/", channels.channel_list, name="channel-list"),
    path("channels/new", channels.channel_new, name="channel-new"),
    path("channels/<uuid:pk>", channels.channel_edit, name="channel-edit"),
    path("channels/<uuid:pk>/test", channels.channel_test, name="channel-test"),
]
