"""The bookmark that proposes the page one is on."""

import json

from flask import url_for

from config.settings import get_settings


def bookmarklet_href() -> str:
    """What the bookmark runs on the page it is pressed on: it opens Relais with the page's address, its title and the
    selected words. No percent sign stands in it, since browsers decode those before they run it.
    """
    place = json.dumps(f"{get_settings().public_url}{url_for('content.propose')}").replace("%", "\\u0025")
    script = (
        f"(()=>{{const e=encodeURIComponent,d=document;"
        f'window.open({place}+"?url="+e(location.href)+"&title="+e(d.title)+"&text="+e(String(getSelection()).slice(0,500)),'
        f'"relais","width=600,height=760,noopener")}})()'
    )
    return f"javascript:{script}"
