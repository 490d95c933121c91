"""Who can sign in to the demo. Everybody in it is invented, and so is the password that they share."""

from typing import Final, NamedTuple

DEMO_PASSWORD: Final = "passer-le-relais"  # noqa: S105 - meant to be read by everybody


class DemoSignIn(NamedTuple):
    """An account of the demo: how to sign in, what the person may do, the language of their pages."""

    email: str
    password: str
    what: str
    language: str


DEMO_SIGN_INS: Final[tuple[DemoSignIn, ...]] = (
    DemoSignIn("ines.b@aubrelle.example", DEMO_PASSWORD, "employee, LinkedIn connected", "French"),
    DemoSignIn("daniel.k@northwick.example", DEMO_PASSWORD, "employee, LinkedIn connected", "English"),
    DemoSignIn("maelle.t@aubrelle.example", DEMO_PASSWORD, "editor", "French"),
    DemoSignIn("priya.s@northwick.example", DEMO_PASSWORD, "editor", "English"),
    DemoSignIn("hugo.p@aubrelle.example", DEMO_PASSWORD, "editor of one body, with an offer to look at", "French"),
    DemoSignIn("aicha.n@aubrelle.example", DEMO_PASSWORD, "admin", "French"),
    DemoSignIn("salome.v@aubrelle.example", DEMO_PASSWORD, "approver, a post waits for a yes", "French"),
    DemoSignIn("tess.g@northwick.example", DEMO_PASSWORD, "approver, a post waits for a yes", "English"),
    DemoSignIn("nadia.f@aubrelle.example", DEMO_PASSWORD, "works council, first visit: the welcome", "French"),
)
DEMO_NAMES: Final[tuple[str, ...]] = ("Inès B.", "Daniel K.", "Maëlle T.", "Priya S.")
"""Who has an account on every network from the start."""
