"""Writes what makes the studio of a programme alive, in the order in which each part needs the one before."""

from advocacy.content.events import ProposalAccepted
from advocacy.demo import approvals, brand, campaigns, cascade, editions, proposals, sorting
from advocacy.demo.brand import Asset
from advocacy.demo.desk import Desk


def write_studio(desk: Desk, assets: dict[str, Asset]) -> list[ProposalAccepted]:
    """Add all of it to the session; proposals that were accepted are returned, for their points.

    What is approved is a post as it is in the end, and its first version holds the same: these two come last.
    """
    campaigns.write_campaigns(desk)
    campaigns.write_assignments(desk)
    accepted = proposals.write_proposals(desk)
    editions.write_editions(desk)
    sorting.write_rules(desk)
    brand.write_pages(desk, assets)
    cascade.write_offer(desk)
    approvals.write_rules(desk)
    approvals.write_approvals(desk)
    editions.write_first_editions(desk)
    return accepted
