"""The picture in the shape of each network, as the composer shows it and as an editor may cut it by hand."""

from dataclasses import dataclass
from typing import Final

from flask_babel import format_decimal
from flask_babel import gettext as _

from advocacy.content.captions import CaptionNetwork, caption_networks
from advocacy.content.crop_form import WHOLE, CropForm
from advocacy.content.crops import Ratio, most_zoom, picture_size, shape_of
from advocacy.content.forms import ComposerForm
from advocacy.content.models import Post

_MIDDLE: Final = 50


@dataclass(frozen=True, slots=True)
class Frame:
    """A network's shape, in words too. `field` names its part of the form, `most` is how close one may go in per cent,
    `smallest` how many pixels across the network shows; `small`: the picture has fewer from the start.
    """

    field: str
    label: str
    ratio: Ratio
    shape: str
    form: CropForm
    most: int
    smallest: int
    small: bool


def offer_crops(form: ComposerForm, post: Post | None) -> None:
    """Have the form hold the crop of every network that is offered, as typed or else as kept with the post."""
    kept = post.crops or {} if post is not None else {}
    sent = {entry.form.network.data for entry in form.crops.entries}
    middle = form.focus or (_MIDDLE, _MIDDLE)
    for name in caption_networks():
        if name in sent:
            continue
        own = name in kept and not sent
        x, y, zoom = kept[name] if own else (*middle, WHOLE)
        form.crops.append_entry({"network": name, "own": own, "x": x, "y": y, "zoom": zoom})


def forget_crops(form: ComposerForm) -> None:
    """Another picture is another crop."""
    for entry in form.crops.entries:
        entry.form.own.data = False


def typed_crops(form: ComposerForm) -> dict[str, list[int]] | None:
    """What was cut by hand: per cent from the left, from the top, and how close, by network; None where nothing was."""
    known = caption_networks()
    rows = [entry.form for entry in form.crops.entries if entry.form.network.data in known]
    return {str(row.network.data): _numbers(row) for row in rows if row.own.data} or None


def crops_fit(form: ComposerForm) -> bool:
    """Whether no crop goes so close that a network would blow it up; where one does, it is said beside it."""
    wrong = False
    for frame in frames_of(form):
        zoom = frame.form.zoom
        if frame.form.own.data and zoom.data is not None and zoom.data > frame.most:
            zoom.errors = [*zoom.errors, _too_close(frame)]
            wrong = True
    return not wrong


def frames_of(form: ComposerForm) -> list[Frame]:
    """The frames of the networks that are offered; none without a picture."""
    size = picture_size(form.image.data) if form.image.data else None
    networks = caption_networks()
    if size is None:
        return []
    found = []
    for place, entry in enumerate(form.crops.entries):
        network = networks.get(entry.form.network.data or "")
        if network is not None:
            found.append(_frame(f"crops-{place}", entry.form, network, size, has_link=bool(form.link.data)))
    return found


def _frame(field: str, form: CropForm, network: CaptionNetwork, size: tuple[int, int], *, has_link: bool) -> Frame:
    ratio = shape_of(network.card if has_link else network.alone)
    most = most_zoom(size, ratio.value, network.smallest)
    shape = f"{ratio.label}, {format_decimal(ratio.width)} : {format_decimal(ratio.height)}"
    return Frame(field, network.label, ratio, shape, form, most or WHOLE, network.smallest, most is None)


def _too_close(frame: Frame) -> str:
    told = {"network": frame.label, "most": frame.most, "pixels": frame.smallest}
    return str(
        _(
            "Closer than %(most)s %% leaves %(network)s fewer than %(pixels)s pixels across: it would be blurred.",
            **told,
        )
    )


def _numbers(row: CropForm) -> list[int]:
    given = ((row.x.data, _MIDDLE), (row.y.data, _MIDDLE), (row.zoom.data, WHOLE))
    return [usual if value is None else value for value, usual in given]
