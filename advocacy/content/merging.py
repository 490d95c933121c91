"""Two editors, one post: what each of them changed since the version both began from, and one draft of the two.

Pure: nothing is read or written here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from advocacy.content.aims import Aim
from advocacy.content.drafts import PostDraft, WordingDraft
from advocacy.content.versions import Snapshot, value_of

MINE, THEIRS, BASE, BOTH = "mine", "theirs", "base", "both"
_LISTS: Final = frozenset({"wordings", "topic_ids", "aim"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not the same in both. `clash`: both changed it; else only one of them did, and `usual` is that
    one. `base` is what it was, where that is known (`choices` holds "base" then).
    """

    name: str
    base: Any
    theirs: Any
    mine: Any
    clash: bool
    usual: str
    choices: tuple[str, ...]


def draft_of(snapshot: Snapshot) -> PostDraft:
    """A snapshot as an editor's form would have typed it."""
    values: dict[str, Any] = {}
    for one in fields(PostDraft):
        if one.name in snapshot and one.name not in _LISTS:
            values[one.name] = value_of(one.name, snapshot[one.name])
    values["topic_ids"] = frozenset(snapshot["topic_ids"])
    values["aim"] = Aim(frozenset(snapshot["organisation_ids"]), frozenset(snapshot["group_ids"]))
    values["wordings"] = tuple(
        WordingDraft(one["text"], one["language"], one["network"]) for one in snapshot["wordings"]
    )
    if (x := snapshot.get("focus_x")) is not None and (y := snapshot.get("focus_y")) is not None:
        values["focus"] = (x, y)
    if not values["image"]:
        values["image_alt"] = ""
    return PostDraft(**values)


def differences(base: PostDraft | None, theirs: PostDraft, mine: PostDraft, *, live: bool = False) -> list[Difference]:
    """The fields in which `mine` is not `theirs`, with what `base` was; `live` posts have no moment to choose."""
    found = []
    for one in fields(PostDraft):
        name = one.name
        if live and name == "publish_at":
            continue
        ours, other = getattr(mine, name), getattr(theirs, name)
        was = getattr(base, name) if base is not None else None
        if _same(ours, other):
            continue
        only_theirs = base is not None and _same(ours, was)
        only_mine = base is not None and _same(other, was)
        clash = not (only_theirs or only_mine)
        choices = [MINE, THEIRS]
        if clash and base is not None:
            choices += [BOTH] if name in _LISTS else []
            choices.append(BASE)
        usual = THEIRS if only_theirs else BOTH if BOTH in choices else MINE
        found.append(Difference(name, was, other, ours, clash, usual, tuple(choices)))
    return found


def merged(mine: PostDraft, found: list[Difference], chosen: Mapping[str, str]) -> PostDraft:
    """`mine` with what was chosen for each difference: the usual where nothing, or nothing that there is, was."""
    values: dict[str, Any] = {}
    for one in found:
        choice = chosen.get(one.name, one.usual)
        choice = choice if choice in one.choices else one.usual
        values[one.name] = _joined(one) if choice == BOTH else getattr(one, choice)
    return replace(mine, **values)


def _joined(one: Difference) -> Any:
    """What both added, without what either took away."""
    if one.name == "aim":
        sides = (one.base, one.theirs, one.mine)
        bodies, groups = [side.organisation_ids for side in sides], [side.group_ids for side in sides]
        return Aim(_three(*bodies), _three(*groups))
    if one.name == "topic_ids":
        return _three(one.base, one.theirs, one.mine)
    kept = _three(frozenset(one.base), frozenset(one.theirs), frozenset(one.mine))
    ordered = [*one.theirs, *(wording for wording in one.mine if wording not in one.theirs)]
    return tuple(wording for wording in ordered if wording in kept)


def _three(base: frozenset[Any], theirs: frozenset[Any], mine: frozenset[Any]) -> frozenset[Any]:
    return (theirs - (base - mine)) | (mine - base)


def _same(one: Any, other: Any) -> bool:
    """Forms know minutes, rows microseconds."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)
    return bool(one == other)
