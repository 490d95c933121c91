"""Why an account could not be connected, where a network says it clearly enough to tell the person what to do."""

from flask_babel import gettext as _


def find_sentence(reason: str, label: str) -> str | None:
    """The sentence for a machine word; None where a plain "it did not work" is all there is to say."""
    known = {
        "own_password": _(
            "This is your own password. Make an app password in your settings at %(network)s and enter that one.",
            network=label,
        ),
        "taken_down": _("%(network)s has suspended this account.", network=label),
        "deactivated": _("This account is switched off at %(network)s. Switch it on there first.", network=label),
        "no_consent_there": _("The server of this account has no page for this. Connect with an app password instead."),
        "throttled": _(
            "%(network)s asks us to wait. Nothing was connected; please try again in a few minutes.", network=label
        ),
        "no_page": _(
            "%(network)s: we found none that you may post on. Tick one on the network’s own page, or ask who looks"
            " after it to let you create content there.",
            network=label,
        ),
        "private_account": _(
            "%(network)s takes posts by other programs for professional accounts alone, and this is a private one."
            " Nothing was connected.",
            network=label,
        ),
    }
    return known.get(reason)
