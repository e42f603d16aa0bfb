"""Addresses of signing in and of the own account."""

from __future__ import annotations

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("login", views.sign_in, name="login"),
    path("logout", views.sign_out, name="logout"),
    path("password", views.change_password, name="change-password"),
    path("role", views.switch_role, name="switch-role"),
    path("text-size", views.switch_text_size, name="switch-text-size"),
]
