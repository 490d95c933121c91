"""Brand space, campaigns and topics in a real browser: nothing that axe objects to, in both languages, on both widths."""

import pytest

from advocacy.clock import utcnow
from advocacy.content.models import Campaign
from advocacy.db import db
from advocacy.people.models import Role
from tests.browsing import look

TEXT = """# Plain

### Deep

Say **you**, [like this](https://a.example).

> Short.

| Say | Rather than a very long phrase that goes on and on | And a third |
|---|---|---|
| you | one_very_long_word_without_any_space_in_it_at_all_whatsoever | x |

```
code that is longer than a telephone is wide, so that it has to be scrolled from one side to the other
```
"""


@pytest.fixture
def campaign(app, root):
    with app.app_context():
        row = Campaign(
            root_id=root.id,
            organisation_id=root.id,
            name="Light heart",
            aim="Walk more.",
            slug="light-heart",
            hashtag="#LightHeart",
            starts_on=utcnow().date(),
            target_kind="people",
            target_number=8,
        )
        db.session.add(row)
        db.session.commit()
        return row.id


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_are_accessible(site, open_page, world, root, write, campaign, language):
    number = write(title_fr="Le ton", body_fr=TEXT, title_en="Tone", body_en=TEXT, shareable=True)
    write(section="positions", title_fr="Énergie", body_fr="Moins.")
    topic = world.topic(root, "Health", "Santé")
    post = world.post(root, "On foot", campaign_id=campaign)
    editor = world.person(root, Role.EDITOR, language=language)
    page = open_page(editor, "/brand")
    for path in (
        "/brand",
        "/brand?q=energie",
        f"/brand/{number}",
        "/studio/brand",
        f"/studio/brand/{number}",
        f"/studio/brand/{number}/history",
        "/studio/campaigns",
        f"/studio/campaigns/{campaign}",
        f"/campaigns/{campaign}",
        "/topics",
        f"/studio/topics/{topic.id}",
    ):
        page.goto(site + path)
        look(page)
    page.goto(f"{site}/posts/{post.id}/share")
    page.locator("[data-append]").click()
    page.locator("[data-append]").click()
    assert page.locator("textarea[name=text]").input_value().split().count("#LightHeart") == 1
