"""Addresses of signing in, of the own account, of people and roles."""

from __future__ import annotations

from django.urls import path

from accounts.views import lists, people, session

app_name = "accounts"

urlpatterns = [
    path("login", session.sign_in, name="login"),
    path("logout", session.sign_out, name="logout"),
    path("password", session.change_password, name="change-password"),
    path("role", session.switch_role, name="switch-role"),
    path("text-size", session.switch_text_size, name="switch-text-size"),
    path("views/save", lists.view_save, name="view-save"),
    path("views/forget", lists.view_forget, name="view-forget"),
    path("people/", people.person_list, name="person-list"),
    path("people/new", people.person_new, name="person-new"),
    path("people/<uuid:pk>", people.person_detail, name="person-detail"),
    path("people/<uuid:pk>/password", people.password_reset, name="password-reset"),
    path("people/<uuid:pk>/roles", people.role_grant, name="role-grant"),
    path("roles/<uuid:pk>/end", people.role_end, name="role-end"),
]
