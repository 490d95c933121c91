"""What a question to the assistant came to, for the composer that waits for it."""

from uuid import uuid4

from flask import render_template
from flask_login import current_user

from advocacy.assistant import service as assistant
from advocacy.content import service
from advocacy.content.assisting import Desk, here
from advocacy.content.blueprint import content
from advocacy.people import service as people
from advocacy.people.models import Role
from advocacy.web import id_argument, signed_in


@content.get("/studio/assistant/<int:request_id>")
@signed_in
def suggestions(request_id: int) -> str:
    """The part of the composer that holds the suggestions of one question."""
    endpoint = assistant.get_assistant()
    people.require_anywhere(current_user, Role.EDITOR)
    found = assistant.get_request(current_user, request_id)
    post_id = id_argument("post")
    if post_id:
        service.get_editable(current_user, post_id)
    desk = Desk(endpoint.host, uuid4(), {found.id: found}, frozenset(), here(post_id))
    return render_template("assistant/answer_of_composer.html", found=found, assistant=desk, post_id=post_id)
