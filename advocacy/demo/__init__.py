"""The demo: two invented programmes with their people, posts, shares and a running month of what came of them.

Planned in memory from one seed and one moment, so that it is the same each time; then written in one transaction.
"""
