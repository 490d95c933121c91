"""What an editor types about sources: addresses, rules, a list of feeds."""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from advocacy.content.aims import Aim, Choices
from advocacy.content.models import Topic
from advocacy.forms import SentForm
from advocacy.i18n import LANGUAGE_NAMES
from advocacy.markup import clean_line, safe_http_url
from advocacy.people.models import Organisation, Person
from advocacy.sources.feeds import NamedFeed
from advocacy.sources.kinds import address_of
from advocacy.sources.models import Rule, RuleAction, Source
from advocacy.sources.reading import LONGEST_URL
from advocacy.sources.reasons import said
from advocacy.sources.rules import RuleDraft


class SourcesForm(SentForm):
    """A form whose token the application checks, for one of the bodies where `actor` is editor."""

    class Meta:
        csrf = False

    body = SelectField(_l("For"), [validators.InputRequired()], coerce=int)

    def __init__(self, actor: Person, bodies: Sequence[Organisation], **options: Any) -> None:
        super().__init__(**options)
        self.body.choices = [SelectChoice(body.id, body.name) for body in bodies]
        if self.body.data is None and bodies:
            self.body.data = min(bodies, key=lambda one: (len(one.lineage), one.id != actor.organisation_id, one.id)).id


class AddressForm(SourcesForm):
    """An address, and the body that it is for."""

    url = StringField(
        _l("Address"),
        [
            validators.InputRequired(_l("Paste an address first.")),
            validators.Length(max=LONGEST_URL, message=_l("This address is too long.")),
        ],
        render_kw={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"},
    )

    def validate_url(self, field: Any) -> None:
        """Only a web address, in its settled spelling from here on; a bare host is taken as https."""
        typed = self.named((field.data or "").strip())
        address = safe_http_url(typed if ":" in typed else f"https://{typed}")
        if address is None or len(address) > LONGEST_URL:
            raise validators.ValidationError(said("malformed"))
        field.data = address

    def named(self, typed: str) -> str:
        """The address that is meant by what was typed."""
        return typed


class FeedForm(AddressForm):
    """The address of a feed, a channel, an account, or of a page that names feeds; then the one chosen of these."""

    feed = RadioField(_l("Which of its feeds"), [validators.Optional()], validate_choice=False)

    def named(self, typed: str) -> str:
        """A channel or an account may be typed by its name."""
        return address_of(typed) or typed

    def offer(self, feeds: Sequence[NamedFeed]) -> None:
        """Have one of these be chosen."""
        named = {one.url: f"{one.title} ({one.url})" if one.title else one.url for one in feeds}
        self.feed.choices = [SelectChoice(url, label) for url, label in named.items()]
        self.feed.data = feeds[0].url

    def validate_feed(self, field: Any) -> None:
        """Only a web address: it is read as safely as any other."""
        if field.data and (safe_http_url(field.data) is None or len(field.data) > LONGEST_URL):
            raise validators.ValidationError(said("malformed"))


class PageForm(AddressForm):
    """The address of a page to make a post of."""


class OpmlForm(SourcesForm):
    """A list of feeds."""

    document = FileField(
        _l("OPML file"),
        [FileRequired(_l("Choose a file first."))],
        description=_l("1 MB and 500 feeds at most."),
        render_kw={"accept": ".opml,.xml,text/x-opml,application/xml,text/xml"},
    )


_LONGEST_LINE: Final = 1000


def one_line(text: str | None) -> str:
    """What was typed, on one line."""
    return clean_line((text or "")[:_LONGEST_LINE], _LONGEST_LINE)


def _ticks(label: Any) -> SelectMultipleField:
    """Several of a list, as checkboxes."""
    several = widgets.ListWidget(prefix_label=False)
    return SelectMultipleField(label, coerce=int, widget=several, option_widget=widgets.CheckboxInput())


def _languages(none: str) -> list[SelectChoice]:
    return [SelectChoice("", none), *(SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items())]


class RuleForm(SourcesForm):
    """A rule: its conditions, then what it does. Lengths are judged by the service."""

    name = StringField(
        _l("Name of the rule"), [validators.InputRequired(_l("Give the rule a name."))], filters=[one_line]
    )
    source = SelectField(_l("Source"), [validators.Optional()])
    language = SelectField(_l("Language of the item"), [validators.Optional()])
    keywords = TextAreaField(
        _l("Keywords"),
        description=_l("One a line. One of them in the title or the summary is enough; whole words, accents aside."),
        render_kw={"rows": 4},
    )
    action = RadioField(_l("Then"), [validators.InputRequired()], default=RuleAction.SUGGEST.value)
    topics = _ticks(_l("Suggest these topics"))
    bodies = _ticks(_l("Suggest these organisations, with all below them"))
    groups = _ticks(_l("Suggest these groups"))
    set_language = SelectField(_l("Set the language"), [validators.Optional()])
    may_be_off = BooleanField(
        _l("Organisations below may switch it off"),
        description=_l(
            "A rule for any source holds for the sources of all organisations below as well, after their own rules."
        ),
    )

    def offer(self, sources: Sequence[Source], topics: Sequence[Topic], choices: Choices, language: str) -> None:
        """Set what there is to choose from."""
        named = [SelectChoice(str(one.id), f"{one.title or one.url} ({one.organisation.name})") for one in sources]
        self.source.choices = [SelectChoice("", str(_l("Any source of the organisation"))), *named]
        self.language.choices, self.set_language.choices = _languages(_("Any")), _languages(_("As it is"))
        self.action.choices = [
            SelectChoice(RuleAction.SUGGEST.value, _("Leave it in the inbox, with suggestions")),
            SelectChoice(RuleAction.DRAFT.value, _("Make a draft of it at once, in my name")),
            SelectChoice(RuleAction.DISMISS.value, _("Let it go")),
        ]
        self.topics.choices = [SelectChoice(topic.id, topic.name_in(language)) for topic in topics]
        self.bodies.choices = [SelectChoice(body.id, body.name) for body in choices.organisations]
        self.groups.choices = [SelectChoice(group.id, group.name) for group in choices.groups]

    def fill(self, rule: Rule) -> None:
        """Show a rule as it is kept."""
        self.body.data, self.name.data = rule.organisation_id, rule.name
        self.source.data = str(rule.source_id) if rule.source_id else ""
        self.language.data, self.set_language.data = rule.language or "", rule.set_language or ""
        self.may_be_off.data = rule.may_be_off
        self.keywords.data, self.action.data = "\n".join(rule.keywords), rule.action
        for field, ids in (
            (self.topics, rule.topic_ids),
            (self.bodies, rule.organisation_ids),
            (self.groups, rule.group_ids),
        ):
            # What is gone, or not open to who edits now, is no choice of theirs.
            open_to_me = {choice.value for choice in field.choices or () if isinstance(choice, SelectChoice)}
            field.data = [one for one in ids if one in open_to_me]

    def typed(self) -> RuleDraft:
        """The rule as it was typed, each keyword once."""
        lines = (one_line(line) for line in (self.keywords.data or "").splitlines())
        return RuleDraft(
            name=self.name.data or "",
            source_id=int(self.source.data) if self.source.data else None,
            language=self.language.data or None,
            keywords=tuple(dict.fromkeys(filter(None, lines))),
            action=RuleAction(self.action.data),
            set_language=self.set_language.data or None,
            topic_ids=frozenset(self.topics.data or ()),
            aim=Aim(frozenset(self.bodies.data or ()), frozenset(self.groups.data or ())),
            may_be_off=bool(self.may_be_off.data),
        )
