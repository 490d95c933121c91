"""The one blueprint of the cascade's pages: those who offer and those who answer register their routes on it."""

from flask import Blueprint

cascade = Blueprint("cascade", __name__)
