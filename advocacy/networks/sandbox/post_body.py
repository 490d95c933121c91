"""The body of a post, read as strictly as the real network reads it."""

from dataclasses import dataclass
from typing import Any

from advocacy.networks.sandbox import shape
from advocacy.networks.sandbox.errors import wrong_input

LONGEST_COMMENTARY = 3000
LONGEST_ALT_TEXT = 4086
LONGEST_TITLE = 400
ENVELOPE = ("author", "commentary", "visibility", "distribution", "lifecycleState")


@dataclass(frozen=True)
class Draft:
    """A sound body; images are the URNs that stand in it as pictures, attached the video or document with its title."""

    author: str
    commentary: str
    visibility: str
    closed: bool
    source: str | None = None
    title: str | None = None
    description: str | None = None
    thumbnail: str | None = None
    images: tuple[tuple[str, str], ...] = ()
    attached: tuple[tuple[str, str], ...] = ()
    parent: str | None = None

    @property
    def uses(self) -> tuple[str, ...]:
        """Everything that must have been uploaded."""
        return tuple(urn for urn, _words in self.images + self.attached) + ((self.thumbnail,) if self.thumbnail else ())


def read_post(body: dict[str, Any]) -> Draft:
    """Check a body. Raises Refusal that names the first field that is wrong."""
    shape.fields(body, "", ENVELOPE, ("content", "reshareContext", "isReshareDisabledByAuthor"))
    author = shape.urn(body["author"], "author", ("person",))
    commentary = read_commentary(body["commentary"], "commentary")
    visibility = shape.one_of(body["visibility"], "visibility", ("PUBLIC", "CONNECTIONS", "LOGGED_IN"))
    read_distribution(body["distribution"])
    shape.one_of(body["lifecycleState"], "lifecycleState", ("PUBLISHED",))
    closed = shape.boolean(body.get("isReshareDisabledByAuthor", False), "isReshareDisabledByAuthor")
    parts: dict[str, Any] = {}
    if "content" in body:
        parts = read_content(body["content"])
    if "reshareContext" in body:
        if parts:
            raise wrong_input("content", "INVALID_VALUE_FOR_FIELD", "a reshare has no content of its own")
        context = shape.fields(body["reshareContext"], "reshareContext", ("parent",))
        parts["parent"] = shape.urn(context["parent"], "reshareContext/parent", ("share", "ugcPost"))
    if not parts and not commentary.strip():
        raise wrong_input("commentary", "INVALID_VALUE_FOR_FIELD", "a post without content needs a commentary")
    return Draft(author, commentary, visibility, closed, **parts)


def read_commentary(value: Any, path: str) -> str:
    """The commentary as it was sent, in little text; its length counts the backslashes."""
    return shape.text(value, path, longest=LONGEST_COMMENTARY, empty=True)


def read_distribution(value: Any) -> None:
    """The distribution of an organic post."""
    found = shape.fields(
        value, "distribution", ("feedDistribution",), ("targetEntities", "thirdPartyDistributionChannels")
    )
    shape.one_of(found["feedDistribution"], "distribution/feedDistribution", ("MAIN_FEED", "NONE"))
    for name in ("targetEntities", "thirdPartyDistributionChannels"):
        shape.empty_list(found.get(name, []), f"distribution/{name}")


def read_content(value: Any) -> dict[str, Any]:
    """Exactly one of article, media (an image, document or video) and multiImage, as fields of a Draft."""
    found = shape.fields(value, "content", (), ("article", "media", "multiImage"))
    if len(found) != 1:
        raise wrong_input("content", "INVALID_VALUE_FOR_FIELD", "must have exactly one member")
    if "article" in found:
        return read_article(found["article"])
    if "media" in found:
        return read_media(found["media"], "content/media")
    images = shape.fields(found["multiImage"], "content/multiImage", ("images",))["images"]
    if not isinstance(images, list) or not 2 <= len(images) <= 20:
        raise wrong_input("content/multiImage/images", "INVALID_VALUE_FOR_FIELD", "must have 2 to 20 images")
    return {"images": tuple(read_image(each, f"content/multiImage/images/{n}") for n, each in enumerate(images))}


def read_article(value: Any) -> dict[str, Any]:
    """A link with its card: nothing is read from the address itself."""
    path = "content/article"
    found = shape.fields(value, path, ("source", "title"), ("description", "thumbnail"))
    parts: dict[str, Any] = {
        "source": shape.address(found["source"], f"{path}/source"),
        "title": shape.text(found["title"], f"{path}/title"),
    }
    if "description" in found:
        parts["description"] = shape.text(found["description"], f"{path}/description", empty=True)
    if "thumbnail" in found:
        parts["thumbnail"] = shape.urn(found["thumbnail"], f"{path}/thumbnail", ("image",))
    return parts


def read_media(value: Any, path: str) -> dict[str, Any]:
    """An image, or a video or document, which has a title and, here, no alternative text."""
    if not isinstance(value, dict) or shape.kind_of(value.get("id")) not in ("video", "document"):
        return {"images": (read_image(value, path),)}
    wanted = ("id", "title") if shape.kind_of(value["id"]) == "document" else ("id",)
    found = shape.fields(value, path, wanted, ("title",))
    title = shape.text(found.get("title", ""), f"{path}/title", longest=LONGEST_TITLE, empty="title" not in wanted)
    return {"attached": ((shape.urn(found["id"], f"{path}/id", ("video", "document")), title),)}


def read_image(value: Any, path: str) -> tuple[str, str]:
    """The URN of an image and its alternative text."""
    found = shape.fields(value, path, ("id",), ("altText", "title"))
    alt = shape.text(found.get("altText", ""), f"{path}/altText", longest=LONGEST_ALT_TEXT, empty=True)
    shape.text(found.get("title", ""), f"{path}/title", empty=True)
    return shape.urn(found["id"], f"{path}/id", ("image",)), alt
