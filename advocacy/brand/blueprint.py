"""The one blueprint of the brand space: readers' and editors' pages register their routes on it."""

from flask import Blueprint

brand = Blueprint("brand", __name__)
