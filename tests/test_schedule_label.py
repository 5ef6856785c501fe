"""What the buttons say for the date that is typed at this moment."""

import pytest

pytestmark = pytest.mark.django_db

LABELS = "/admin/articles/article/schedule-label/"


def test_a_date_ahead_is_said_in_full(client, editor):
    answer = client.get(LABELS, {"date": "2099-06-09", "time": "09:00"}).json()
    assert answer["labels"]["_schedule"].startswith("Schedule for 9 Jun 2099, 09:00")
    assert answer["main"] == "_schedule"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Singapore", "America/Lima"])
@pytest.mark.parametrize("date", ["0001-01-01", "1899-12-30", "9999-12-31"])
def test_a_date_that_the_form_refuses_is_not_promised(client, editor, settings, date, zone):
    settings.TIME_ZONE = zone
    answer = client.get(LABELS, {"date": date, "time": "00:00"})
    assert answer.json() == {"problem": "Enter a date between 1900 and 2200."}


@pytest.mark.parametrize("typed", [{"date": "tomorrow"}, {"date": "2099-06-09", "time": "x"}])
def test_what_is_no_date_is_said(client, editor, typed):
    assert "problem" in client.get(LABELS, typed).json()


def test_nobody_else_is_told(client, reporter):
    assert client.get(LABELS).status_code == 403
