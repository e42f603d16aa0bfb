"""The search of the top bar."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Empty
from reports.selectors.search import clean_query, search


@requires(Capability.PROJECT_VIEW)
@require_safe
def search_page(request: ScopedRequest) -> HttpResponse:
    """Hits by kind; an exact number stands first."""
    result = search(clean_query(request.GET.get("q", "")), request.assignment)
    hint = "换一个词试试：工程或单位名称的一部分、拼音首字母（如 fcq）、问题编号、通知书编号、文号。"
    empty = Empty(f"没有找到“{result.query}”" if result.query else "请输入要找的内容", hint)
    return render(request, "reports/search.html", {"result": result, "empty": empty})
