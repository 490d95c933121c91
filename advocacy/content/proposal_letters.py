"""What people are told about their proposals: a mail at each decision, and sentences to decline kindly with."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from advocacy import mail_tasks
from advocacy.content.models import Proposal, ProposalState
from advocacy.i18n import speaking
from advocacy.jobs import nudge
from advocacy.mail import post_mail
from advocacy.people.models import Person
from config.settings import get_settings

KIND_SENTENCES: Final[dict[str, Any]] = {
    "later": _l("Not this time: this comes out later, and it is too early to speak of it. Please keep the idea."),
    "covered": _l("Not this time: we have just spoken of this. Your next find is welcome."),
    "inside": _l("Not this time: this one is better kept among ourselves. Thank you for thinking of it."),
    "elsewhere": _l("Not this time: it is a little far from what we speak of here. Thank you for sharing it with us."),
}
"""Ready answers, each translated into the language of who proposed."""

_SAID: Final[dict[str, tuple[Any, Any]]] = {
    ProposalState.ACCEPTED.value: (
        _l("Your proposal was accepted"),
        _l("Good news: “%(title)s” becomes a post. Thank you for finding it."),
    ),
    ProposalState.RETURNED.value: (
        _l("A question about your proposal"),
        _l("“%(title)s” needs a little more from you. Change it and send it again whenever it suits you."),
    ),
    ProposalState.DECLINED.value: (
        _l("About your proposal"),
        _l("Thank you for proposing “%(title)s”. It will not be published."),
    ),
    ProposalState.MERGED.value: (
        _l("Your proposal met another one"),
        _l("Somebody had the same idea as you: “%(title)s” stands with what is there already. Thank you all the same."),
    ),
}


def kind_sentence(proposal: Proposal, name: str) -> str:
    """A ready answer in the language of who proposed. Raises KeyError for one that there is not."""
    with speaking(proposal.person.language):
        return str(KIND_SENTENCES[name])


def tell_person(proposal: Proposal, editor: Person) -> None:
    """Write to who proposed what `editor` decided, in their language; not about what they decided themselves, nor to
    a closed account.
    """
    person = proposal.person
    if editor.id == person.id or not person.is_active:
        return
    subject, sentence = _SAID[proposal.state]
    with speaking(person.language):
        facts = {
            "name": person.name,
            "sentence": sentence % {"title": proposal.title},
            "note": proposal.note,
            "who": editor.name,
            "page": f"{get_settings().public_url}/proposals#p{proposal.id}",
        }
        post_mail(person.email, person.language, "proposal_decided", str(subject), **facts)
    nudge(mail_tasks.send_due)
