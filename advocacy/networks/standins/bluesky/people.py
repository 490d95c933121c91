"""Who is who: handles, DIDs, their documents, as the resolver, the directory and handles' own servers tell them."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask, Response, abort, jsonify, request

from advocacy.networks.standins.bluesky.words import asked, refuse
from advocacy.networks.standins.standin import Doors, add_doors
from advocacy.networks.standins.state import Member

if TYPE_CHECKING:
    from advocacy.networks.standins.bluesky import Bluesky

_SIGNS = "abcdefghijklmnopqrstuvwxyz234567"


def new_did(number: int) -> str:
    """A did:plc of that number."""
    return "did:plc:" + "".join(_SIGNS[number >> 5 * place & 31] for place in reversed(range(24)))


def find(standin: "Bluesky", name: str) -> Member | None:
    """The member of a DID or handle."""
    known = standin.state.members
    lower = name.lower()
    return known.get(name) or next((each for each in known.values() if each.handle == lower), None)


def document(standin: "Bluesky", member: Member) -> dict[str, Any]:
    """A member's DID document; facts may say otherwise: `claims` (another handle), `pds` (another server)."""
    return {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": member.id,
        "alsoKnownAs": [f"at://{member.facts.get('claims', member.handle)}"],
        "verificationMethod": [],
        "service": [
            {
                "id": "#atproto_pds",
                "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": member.facts.get("pds", standin.url),
            }
        ],
    }


class People:
    """The addresses that tell who somebody is."""

    def __init__(self, standin: "Bluesky", app: Flask) -> None:
        self.standin = standin
        doors: Doors = {
            ("GET", "/xrpc/com.atproto.identity.resolveHandle"): self.resolve,
            ("GET", "/plc/<did>"): self.directory,
            ("GET", "/hosts/<handle>/.well-known/atproto-did"): self.well_known,
            ("GET", "/.well-known/did.json"): self.web,
        }
        add_doors(app, doors)

    def resolve(self) -> Response:
        """The resolver; it does not know members with the fact `unresolved`."""
        [handle] = asked("handle")
        member = find(self.standin, handle)
        if member is None or handle.startswith("did:") or member.facts.get("unresolved"):
            raise refuse(400, "InvalidRequest", "Unable to resolve handle")
        return jsonify(did=member.id)

    def directory(self, did: str) -> Response:
        """The directory of did:plc."""
        member = self.standin.state.members.get(did)
        if member is None:
            answer = jsonify(message=f"DID not registered: {did}")
            answer.status_code = 404
            return answer
        answer = jsonify(document(self.standin, member))
        answer.content_type = "application/did+ld+json; charset=utf-8"
        return answer

    def well_known(self, handle: str) -> Response:
        """A handle's own server; only members with the fact `own_server` have one."""
        member = find(self.standin, handle)
        if member is None or not member.facts.get("own_server"):
            abort(404)
        return Response(f"{member.id}\n", content_type="text/plain")

    def web(self) -> Response:
        """The document of a did:web on this very host."""
        member = self.standin.state.members.get(f"did:web:{quote(request.host, safe='')}")
        if member is None:
            abort(404)
        return jsonify(document(self.standin, member))
