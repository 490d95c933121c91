"""The sandbox network: a separate program that speaks LinkedIn's wire format and imports nothing else of ours."""

from advocacy.networks.sandbox.server import Sandbox, serve_in_thread

__all__ = ["Sandbox", "serve_in_thread"]
