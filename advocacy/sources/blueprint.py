"""The one blueprint of the inbox's and the sources' pages."""

from flask import Blueprint

sources = Blueprint("sources", __name__)
