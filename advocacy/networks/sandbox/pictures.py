"""A drawn picture for each member: their initials on a colour of their own."""

from hashlib import sha256
from io import BytesIO

from flask import Blueprint, Response, abort
from PIL import Image, ImageDraw, ImageFont

from advocacy.networks.sandbox.members import find_member
from advocacy.networks.sandbox.network import here

SIDE = 200

blueprint = Blueprint("pictures", __name__)


@blueprint.get("/members/<sub>/picture.png")
def picture(sub: str) -> Response:
    """A square PNG."""
    member = find_member(here(), sub) or abort(404)
    tint = sha256(sub.encode()).digest()
    image = Image.new("RGB", (SIDE, SIDE), (40 + tint[0] % 70, 40 + tint[1] % 70, 60 + tint[2] % 80))
    initials = "".join(word[0] for word in member["name"].split()[:2]).upper()
    font = ImageFont.load_default(size=88)
    ImageDraw.Draw(image).text((SIDE / 2, SIDE / 2), initials, fill="white", font=font, anchor="mm")
    content = BytesIO()
    image.save(content, "PNG")
    return Response(content.getvalue(), mimetype="image/png", headers={"Cache-Control": "public, max-age=86400"})
