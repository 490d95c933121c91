"""The door: signing in and out, invitations, forgotten passwords, and the language of visitors."""

import time
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from advocacy.db import db
from advocacy.errors import BadRequest, Invalid, RelaisError, TooMany
from advocacy.i18n import LANGUAGES, forget_choice
from advocacy.limits import limiter
from advocacy.people import service
from advocacy.people.forms import AcceptForm, ForgotForm, PlainForm, ResetForm, SignInForm, refuse
from advocacy.people.models import Person
from advocacy.people.sections import SECTIONS, forms_of, save
from advocacy.web import open_to_all, safe_next, signed_in
from config.settings import get_settings

people = Blueprint("people", __name__)
Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
EVEN_SECONDS: Final = 0.25
"""Asking for a link takes this long whether or not anybody has the address."""


def place() -> str:
    """Where the visitor sits on the network."""
    return request.remote_addr or ""


def enter(person: Person, *, stay: bool) -> None:
    """Begin a session of the person's own: nothing of the one before is kept but the language picked."""
    language = session.get("language")
    session.clear()
    if language in LANGUAGES:
        session["language"] = language
    login_user(person, remember=stay)
    if not stay:
        session["_remember"] = "clear"


def _leave() -> None:
    language = session.get("language")
    logout_user()
    forgotten = session.get("_remember")
    session.clear()
    session.update({name: kept for name, kept in (("language", language), ("_remember", forgotten)) if kept})


def _onward(person: Person) -> Response:
    if person.welcomed_at is None:
        return redirect(url_for("home.welcome", step=1))
    return redirect(safe_next(request.args.get("next")))


@people.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("600 per minute", methods=["POST"])
@open_to_all
def sign_in() -> Page:
    """The entrance."""
    if request.method == "GET" and current_user.is_authenticated:
        return _onward(current_user)
    form = SignInForm()
    if not form.validate_on_submit():
        return _entrance(form, 422 if form.is_submitted() else 200)
    try:
        person = service.sign_in(form.email.data or "", form.password.data or "", place())
    except (Invalid, TooMany) as error:
        db.session.rollback()
        refuse(error, form)
        return _entrance(form, int(error.status), error)
    db.session.commit()
    enter(person, stay=bool(form.stay.data))
    return _onward(person)


def _entrance(form: SignInForm, status: int, error: RelaisError | None = None) -> Page:
    settings = get_settings()
    page = render_template(
        "people/sign_in.html", form=form, days=settings.session_days, programme=settings.organisation_name
    )
    wait = error.facts.get("retry_after") if error else None
    return page, status, {"Retry-After": str(wait)} if wait else {}


@people.post("/sign-out")
@open_to_all
def sign_out() -> Response:
    """Leave this device."""
    _leave()
    return redirect(url_for("people.sign_in"))


@people.post("/sign-out/everywhere")
@signed_in
def sign_out_everywhere() -> Response:
    """Leave every device."""
    service.end_sessions(current_user)
    db.session.commit()
    _leave()
    flash(_("You are signed out on every device."), "good")
    return redirect(url_for("people.sign_in"))


@people.route("/forgot", methods=["GET", "POST"])
@limiter.limit("60 per minute", methods=["POST"])
@open_to_all
def forgot() -> Page:
    """Have a link mailed. The answer is the same for every address, and takes as long."""
    form = ForgotForm()
    if not form.validate_on_submit():
        return render_template("people/forgot.html", form=form, sent=False), 422 if form.is_submitted() else 200
    began = time.monotonic()
    service.send_link(form.email.data or "")
    db.session.commit()
    time.sleep(max(0.0, EVEN_SECONDS - (time.monotonic() - began)))
    return render_template("people/forgot.html", form=form, sent=True)


@people.route("/reset/<token>", methods=["GET", "POST"])
@limiter.limit("60 per minute", methods=["POST"])
@open_to_all
def reset(token: str) -> Page:
    """Choose a new password."""
    form = ResetForm()
    try:
        if form.validate_on_submit():
            person = service.reset(token, form.password.data or "")
            return _come_in(person, _("Your password is changed. Every other device was signed out."))
        service.open_link(token, service.Purpose.RESET)
    except service.DeadLink:
        return _dead_link()
    except Invalid as error:
        db.session.rollback()
        refuse(error, form)
    return _page("people/reset.html", form)


@people.route("/invitation/<token>", methods=["GET", "POST"])
@limiter.limit("60 per minute", methods=["POST"])
@open_to_all
def accept(token: str) -> Page:
    """Come in for the first time."""
    form = AcceptForm()
    try:
        invited = service.open_link(token, service.Purpose.INVITATION)
        facts = {"programme": invited.organisation.name, "email": invited.email}
        if form.validate_on_submit():
            person = service.accept(token, form.name.data or "", form.password.data or "")
            return _come_in(person, _("Welcome. Your account is ready."))
    except service.DeadLink:
        return _dead_link()
    except Invalid as error:
        db.session.rollback()
        refuse(error, form)
    if not form.is_submitted():
        form.name.data = invited.name
    return _page("people/accept.html", form, **facts)


def _come_in(person: Person, sentence: str) -> Response:
    db.session.commit()
    enter(person, stay=False)
    flash(sentence, "good")
    return _onward(person)


def _page(template: str, form: PlainForm, **facts: str) -> Page:
    return render_template(template, form=form, **facts), 422 if form.is_submitted() else 200


def _dead_link() -> Page:
    db.session.rollback()
    return render_template("people/dead_link.html"), 410


@people.post("/language")
@open_to_all
def language() -> Response:
    """Speak another language from now on, on this device and, for somebody signed in, everywhere."""
    wanted = request.form.get("language", "")
    if wanted not in LANGUAGES:
        raise Invalid(_("Please choose one of these."))
    session["language"] = wanted
    if current_user.is_authenticated:
        service.speak(current_user, wanted)
        db.session.commit()
    return redirect(safe_next(request.form.get("next")))


@people.route("/settings", methods=["GET", "POST"])
@limiter.limit("60 per minute", methods=["POST"])
@signed_in
def settings() -> Page:
    """Who I am here: each section is a form of its own."""
    person: Person = current_user._get_current_object()
    section = request.form.get("section") if request.method == "POST" else None
    if section not in (*SECTIONS, None):
        raise BadRequest
    forms = forms_of(person, section)
    if section and forms[section].validate():
        try:
            return _saved(section, save(section, forms[section], person, place()), person)
        except (Invalid, TooMany) as error:
            db.session.rollback()
            refuse(error, forms[section])
    page = render_template("people/settings.html", forms=forms, wrong=section)
    return page, 422 if section else 200


def _saved(section: str, sentence: str, person: Person) -> Response:
    db.session.commit()
    forget_choice()
    if section == "access":
        enter(person, stay="remember_token" in request.cookies)
    flash(sentence, "good")
    return redirect(url_for("people.settings", _anchor=section))
