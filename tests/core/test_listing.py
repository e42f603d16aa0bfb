"""The list machine, on the calendar: a table that belongs to no city."""

import datetime as dt
from io import BytesIO

import django_filters
import openpyxl
import pytest
from django.db.models.expressions import OrderBy
from django.http import QueryDict

from core.components import chip
from core.listing import Column, Kind, ListSpec
from core.models import CalendarDay
from core.widgets import DayRangeWidget

AT = dt.datetime(2023, 10, 9, 2, 0, tzinfo=dt.UTC)
FIRST = dt.date(2030, 1, 1)
KINDS = [("WORKDAY", "工作日"), ("REST", "休息日")]


class DayFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="类型", choices=KINDS, empty_label="全部")
    kinds = django_filters.MultipleChoiceFilter(label="多类", field_name="kind", choices=KINDS)
    date = django_filters.DateFromToRangeFilter(label="日期", widget=DayRangeWidget())
    is_workday = django_filters.BooleanFilter(label="上班")

    class Meta:
        model = CalendarDay
        fields: list[str] = []


DAYS: ListSpec[CalendarDay] = ListSpec(
    title="日历",
    columns=(
        Column("date", "日期", kind=Kind.DATE, sort=("date",), link=lambda d: f"/day/{d.date}/"),
        Column("name", "名称", sort=("name",), note=lambda d: d.source_doc),
        Column("kind", "类型", render=lambda d: chip("ok", d.kind), sort=("kind",)),
        Column("workday_no", "序号", kind=Kind.INTEGER, unit="天", sort=("workday_no",)),
        Column("secret", "内部", value=lambda d: d.pk, is_shown=False, is_exported=False),
    ),
    default_sort="date",
    filterset=DayFilter,
    search=("name__icontains",),
    search_latin=("source_doc__contains",),
    page_sizes=(2, 5),
    row_css=lambda d: "" if d.is_workday else "row-muted",
)


@pytest.fixture
def days(db):
    CalendarDay.objects.filter(date__gte=FIRST).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(
            date=FIRST + dt.timedelta(days=i),
            is_workday=i != 2,
            workday_no=90_000 + i,
            kind="WORKDAY" if i != 2 else "REST",
            name=["元旦（节）", "春节", "<b>粗</b>", "=1+1", "100%"][i],
            source_doc=["yd", "cj", "", "gs", "bfb"][i],
        )
        for i in range(5)
    )
    return CalendarDay.objects.filter(date__gte=FIRST)


def build(days, query="", spec=DAYS):
    return spec.build(QueryDict(query), days)


def numbers(listing):
    return [day.date.day for day in listing.objects]


def test_first_page_holds_the_smallest_page_size_in_the_default_order(days):
    listing = build(days)

    assert numbers(listing) == [1, 2]
    assert (listing.total, listing.page, listing.page_count) == (5, 1, 3)
    assert (listing.first_index, listing.last_index) == (1, 2)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("2", [3, 4]),
        ("3", [5]),
        ("99", [5]),
        ("0", [1, 2]),
        ("-1", [1, 2]),
        ("二", [1, 2]),
        ("9" * 40, [1, 2]),
    ],
)
def test_a_page_that_does_not_exist_becomes_one_that_does(days, page, expected):
    assert numbers(build(days, f"page={page}")) == expected


@pytest.mark.parametrize(("size", "expected"), [("5", 5), ("2", 2), ("1000000", 2), ("x", 2)])
def test_page_size_comes_from_the_list_only(days, size, expected):
    assert build(days, f"size={size}").page_size == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("-date", [5, 4]),
        ("workday_no", [1, 2]),
        pytest.param("is_workday", [1, 2], id="a field that is no column"),
        pytest.param("secret", [1, 2], id="a column without sort"),
        pytest.param("date__year", [1, 2], id="a lookup"),
        pytest.param("--date", [1, 2], id="twice descending"),
        pytest.param("?", [1, 2], id="random"),
    ],
)
def test_sort_is_taken_from_the_columns_only(days, sort, expected):
    assert numbers(build(days, f"sort={sort}")) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("节", [1, 2], id="substring"),
        pytest.param("春 节", [2], id="all terms must match"),
        pytest.param("CJ", [2], id="initials, any case"),
        pytest.param("ｃｊ", [2], id="full-width letters"),
        pytest.param("（节）", [1], id="full-width brackets stay"),
        pytest.param("%", [5], id="a wildcard is a character"),
        pytest.param("\x00节", [1, 2], id="a NUL does not reach the database"),
        pytest.param("无此名", [], id="nothing"),
    ],
)
def test_search_finds_chinese_substrings_and_initials(days, query, expected):
    params = QueryDict(mutable=True)
    params["q"] = query

    listing = DAYS.build(params, days)

    assert numbers(listing) == expected
    assert listing.is_filtered


def test_a_list_without_search_ignores_a_query(days):
    spec = ListSpec(title="日历", columns=DAYS.columns, default_sort="date")

    listing = build(days, "q=zzz", spec)

    assert (listing.total, listing.is_filtered) == (5, False)


def test_filters_are_said_in_words_with_a_link_that_takes_each_off(days):
    listing = build(days, "kind=REST&date_after=2030-01-02&is_workday=false&q=b&page=2&sort=-date")

    assert [(f.label, f.text, f.remove_url) for f in listing.active_filters] == [
        ("搜索", "b", "?kind=REST&is_workday=false&date_after=2030-01-02&sort=-date"),
        ("类型", "休息日", "?is_workday=false&date_after=2030-01-02&q=b&sort=-date"),
        ("日期", "2030-01-02～", "?kind=REST&is_workday=false&q=b&sort=-date"),
        ("上班", "否", "?kind=REST&date_after=2030-01-02&q=b&sort=-date"),
    ]
    assert listing.clear_url == "?sort=-date"
    assert numbers(listing) == [3]


def test_several_choices_are_one_filter(days):
    listing = build(days, "kinds=REST&kinds=WORKDAY")

    assert [f.text for f in listing.active_filters] == ["休息日、工作日"]
    assert listing.url(page="2") == "?kinds=REST&kinds=WORKDAY&page=2"


def test_unknown_names_are_dropped_from_every_link(days):
    listing = build(days, "evil=1&kind=REST&sort=evil&size=3&next=http://example.invalid/")

    assert listing.url(page="2") == "?kind=REST&page=2"


def test_a_value_that_cannot_be_read_empties_the_list_and_refuses_the_export(days):
    listing = build(days, "date_after=morgen&export=xlsx")

    assert listing.has_errors
    assert listing.total == 0
    response = listing.export_response(at=AT)
    assert (response.status_code, response.content.decode()) == (
        400,
        "筛选条件有误，未导出。请返回列表改正后再试。",
    )


def test_a_choice_that_is_not_offered_is_an_error_not_an_empty_filter(days):
    assert build(days, "kind=EVIL").has_errors


def test_heads_link_to_the_other_direction_of_the_current_sort(days):
    by_default = {head.label: (head.sort_url, head.aria_sort) for head in build(days).headers}
    reversed_ = {head.label: (head.sort_url, head.aria_sort) for head in build(days, "sort=-date").headers}

    assert by_default["日期"] == ("?sort=-date", "ascending")
    assert by_default["名称"] == ("?sort=name", "")
    assert reversed_["日期"] == ("?", "descending")


def test_hidden_columns_are_neither_shown_nor_exported(days):
    listing = build(days)

    assert [head.label for head in listing.headers] == ["日期", "名称", "类型", "序号"]


def test_cells_escape_what_the_record_holds(days):
    cells = build(days, "page=2").lines[0].cells

    assert cells[0].html == '<a href="/day/2030-01-03/">2030-01-03</a>'
    assert cells[1].html == "<b>粗</b>"  # a plain str: the template escapes it
    assert not hasattr(cells[1].html, "__html__")
    assert cells[3].css == "num"
    assert build(days, "page=2").lines[0].css == "row-muted"


def test_a_note_is_escaped_together_with_its_cell(days):
    CalendarDay.objects.filter(date=FIRST).update(source_doc="<i>")

    html = build(days).lines[0].cells[1].html

    assert html == '元旦（节）<span class="cell-note">&lt;i&gt;</span>'


def test_pages_keep_both_ends_and_the_neighbours(days):
    spec = ListSpec(title="日历", columns=DAYS.columns, default_sort="date", page_sizes=(1,))

    links = build(days, "page=5", spec).page_links

    assert [(link.label, link.url, link.is_current) for link in links] == [
        ("1", "?", False),
        ("2", "?page=2", False),
        ("", "", False),
        ("4", "?page=4", False),
        ("5", "?page=5", True),
    ]


@pytest.mark.parametrize("query", ["", "q=节", "page=99", "kind=WORKDAY&sort=-name&size=5"])
def test_a_page_costs_two_queries_whatever_it_shows(days, query, django_assert_num_queries):
    with django_assert_num_queries(2):
        listing = build(days, query)
        assert listing.total
        assert listing.lines
        assert listing.page_links
        assert listing.active_filters is not None


def test_an_empty_list_costs_one_query(days, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert build(days, "q=无此名").lines == []


def test_export_holds_the_filtered_rows_in_order_and_says_what_was_asked(days):
    listing = build(days, "kind=WORKDAY&sort=-date&page=2&export=xlsx")
    assert listing.is_export

    response = listing.export_response(at=AT)

    assert response["Content-Disposition"].endswith("filename*=UTF-8''%E6%97%A5%E5%8E%86_2023-10-09.xlsx")
    book = openpyxl.load_workbook(BytesIO(response.content))
    sheet, notes = book["日历"], book["说明"]
    assert [cell.value for cell in sheet[1]] == ["日期", "名称", "类型", "序号（天）"]
    assert [str(row[0].value)[:10] for row in sheet.iter_rows(min_row=2)] == [
        "2030-01-05",
        "2030-01-04",
        "2030-01-02",
        "2030-01-01",
    ]
    assert [row[1].data_type for row in sheet.iter_rows(min_row=2)] == ["s"] * 4
    assert [(row[0].value, row[1].value) for row in notes.iter_rows()] == [
        ("列表", "日历"),
        ("导出时间", "2023-10-09 10:00"),
        ("符合条件", "4 条"),
        ("本文件", "4 条"),
        ("筛选：类型", "工作日"),
    ]


def test_a_capped_export_says_so(days):
    spec = ListSpec(title="日历", columns=DAYS.columns, default_sort="date", export_rows=3)
    listing = build(days, "", spec)

    book = openpyxl.load_workbook(BytesIO(listing.export_xlsx(at=AT)))

    assert listing.is_export_capped
    assert book["日历"].max_row == 4
    notes = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
    assert notes["注意"] == "超过每次 3 条的上限，只导出了前 3 条；请缩小筛选范围后分次导出。"


def test_a_list_that_may_not_be_exported_ignores_the_wish(days):
    spec = ListSpec(title="日历", columns=DAYS.columns, default_sort="date", is_exportable=False)
    listing = build(days, "export=xlsx", spec)

    assert (listing.is_export, listing.export_url) == (False, "")


def test_empty_values_stand_last_in_both_directions():
    spec: ListSpec[CalendarDay] = ListSpec(
        title="日历",
        columns=(
            Column("name", "名称", sort=("name",), nullable=True),
            Column("date", "日期", sort=("date",)),
        ),
        default_sort="name",
    )

    for query in ("", "sort=-name"):
        first = spec.build(QueryDict(query), CalendarDay.objects.none()).queryset.query.order_by[0]
        assert isinstance(first, OrderBy)
        assert first.nulls_last is True


@pytest.mark.parametrize("default_sort", ["secret", "nothing"])
def test_a_list_declared_wrongly_fails_when_it_is_declared(default_sort):
    with pytest.raises(ValueError, match="default_sort"):
        ListSpec(title="日历", columns=DAYS.columns, default_sort=default_sort)


def test_two_columns_may_not_share_a_key():
    with pytest.raises(ValueError, match="duplicate"):
        ListSpec(title="日历", columns=(*DAYS.columns, DAYS.columns[0]), default_sort="date")


def test_chosen_columns_keep_the_first_one_and_travel_in_every_link(days):
    listing = build(days, "col=workday_no&col=name&sort=name")

    assert [head.label for head in listing.headers] == ["日期", "名称", "序号"]
    assert "col=date&col=name&col=workday_no" in listing.url(page="2")
    assert listing.default_columns_url == "?sort=name"
    assert ("col", "name") in listing.hidden_params
    assert all(name != "col" for name, _ in listing.kept_params)
    book = openpyxl.load_workbook(BytesIO(listing.export_xlsx(at=AT)))
    assert [cell.value for cell in book["日历"][1]] == ["日期", "名称", "序号（天）"]


def test_unknown_columns_are_no_choice(days):
    listing = build(days, "col=nothing&col=date")

    assert listing.chosen_columns == []
    assert [choice.key for choice in listing.column_choices] == ["date", "name", "kind", "workday_no"]
