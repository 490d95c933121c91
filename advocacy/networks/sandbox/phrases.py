"""The words of the pages, in the two languages of the sandbox."""

from datetime import datetime

from flask import g, request

LANGUAGES = ("en", "fr")

PHRASES: dict[str, tuple[str, str]] = {
    "not_linkedin": ("Sandbox network – not LinkedIn", "Réseau d’essai – ce n’est pas LinkedIn"),
    "not_linkedin_why": (
        "Everything here stays on this machine. Nobody reads it but invented readers.",
        "Tout ceci reste sur cette machine. Seuls des lecteurs inventés le lisent.",
    ),
    "skip": ("Skip to content", "Aller au contenu"),
    "feed": ("Posts", "Publications"),
    "no_posts": ("Nothing has been posted yet.", "Rien n’a encore été publié."),
    "older": ("Older posts", "Publications plus anciennes"),
    "all_posts": ("All posts", "Toutes les publications"),
    "posts_of": ("Posts by %s", "Publications de %s"),
    "followers": ("%s followers", "%s abonnés"),
    "post_by": ("Post by %s", "Publication de %s"),
    "reshared": ("Reshare of an earlier post", "Repartage d’une publication"),
    "cut": (
        "The text was cut here: a reserved character was not escaped.",
        "Le texte a été coupé ici : un caractère réservé n’était pas échappé.",
    ),
    "impressions": ("Impressions", "Impressions"),
    "members_reached": ("Members reached", "Membres touchés"),
    "reactions": ("Reactions", "Réactions"),
    "comments": ("Comments", "Commentaires"),
    "reshares": ("Reshares", "Repartages"),
    "link_clicks": ("Clicks", "Clics"),
    "figures": ("Figures so far", "Chiffres à ce jour"),
    "permalink": ("Permalink", "Lien permanent"),
    "picture": ("Picture of the post", "Image de la publication"),
    "video": ("Video", "Vidéo"),
    "document": ("Document", "Document"),
    "missing": ("This page does not exist", "Cette page n’existe pas"),
    "missing_why": (
        "The post may have been deleted, or the address has a mistake in it.",
        "La publication a peut-être été supprimée, ou l’adresse contient une erreur.",
    ),
    "consent": ("%s asks for access", "%s demande un accès"),
    "consent_why": (
        "If you allow it, the application may do the following in your name:",
        "Si vous l’autorisez, l’application pourra, en votre nom :",
    ),
    "openid": ("know who you are", "savoir qui vous êtes"),
    "profile": ("read your name", "lire votre nom"),
    "email": ("read your e-mail address", "lire votre adresse e-mail"),
    "w_member_social": (
        "create, change and delete posts of yours",
        "créer, modifier et supprimer des publications à votre nom",
    ),
    "r_basicprofile": ("know your name", "connaître votre nom"),
    "r_member_postAnalytics": ("read the figures of your posts", "lire les chiffres de vos publications"),
    "r_member_profileAnalytics": ("read how many followers you have", "lire le nombre de vos abonnés"),
    "who": ("Who are you?", "Qui êtes-vous ?"),
    "member": ("Member", "Membre"),
    "nobody": ("— nobody from the list —", "— personne de la liste —"),
    "new_name": ("Or the name of a new member", "Ou le nom d’un nouveau membre"),
    "new_name_hint": ("If you type a name, it counts.", "Si vous saisissez un nom, c’est lui qui compte."),
    "name": ("Name of a new member", "Nom d’un nouveau membre"),
    "allow": ("Allow", "Autoriser"),
    "cancel": ("Cancel", "Annuler"),
    "goes_to": ("Then you go back to %s.", "Vous revenez ensuite à %s."),
    "who_first": (
        "Nothing was allowed. Choose a member or type a name.",
        "Rien n’a été autorisé. Choisissez un membre ou saisissez un nom.",
    ),
    "form_expired": (
        "Nothing was allowed: the page had been open for too long. Please press again.",
        "Rien n’a été autorisé : la page était ouverte depuis trop longtemps. Merci d’appuyer à nouveau.",
    ),
    "unsafe": ("This request cannot be answered", "Cette demande ne peut pas aboutir"),
    "unsafe_client_id": ("The client_id is not known here.", "Le client_id n’est pas connu ici."),
    "unsafe_redirect_uri": (
        "The redirect_uri does not match a registered address.",
        "Le redirect_uri ne correspond à aucune adresse enregistrée.",
    ),
    "unsafe_state": ("The state parameter is missing.", "Le paramètre state manque."),
}


def language() -> str:
    """The language of the page: what the browser prefers of the two, English otherwise."""
    if "language" not in g:
        g.language = request.accept_languages.best_match(LANGUAGES, default="en")
    return str(g.language)


def phrase(key: str, *values: object) -> str:
    """A sentence in the language of the page. Raises KeyError for an unknown key."""
    found = PHRASES[key][LANGUAGES.index(language())]
    return found % values if values else found


def moment(at: datetime) -> str:
    """A moment in UTC, in the order of day and month that the language has."""
    return at.strftime("%d/%m/%Y, %H:%M UTC" if language() == "fr" else "%d %b %Y, %H:%M UTC")


def number(value: int) -> str:
    """A whole number with the thousands set apart as the language does."""
    return f"{value:,}".replace(",", "\u202f" if language() == "fr" else ",")
