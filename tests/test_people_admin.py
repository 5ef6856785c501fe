"""Django's own pages for people and roles, as far as ours differ."""

import pytest

from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", ["user", "group"])
@pytest.mark.parametrize("chosen", ["abc", "9" * 30, "-1", "1.5"])
def test_a_choice_that_is_no_key_is_passed_over(client, model, chosen):
    client.force_login(make_user("Administrator"))
    answer = client.post(
        f"/admin/auth/{model}/",
        {"action": "delete_selected", "_selected_action": chosen, "post": "yes"},
        follow=True,
    )
    assert answer.status_code == 200
