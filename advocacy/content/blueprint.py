"""The one blueprint of the posts' pages: the readers' and the editors' register their routes on it."""

from flask import Blueprint

content = Blueprint("content", __name__)
