"""The one blueprint of approval's pages: approvers', editors' and admins' register their routes on it."""

from flask import Blueprint

approval = Blueprint("approval", __name__)
