"""Stand-ins for the other networks: strict, small servers that speak each one's wire format. No other part of Relais
is imported here but the sandbox network's faults, clock and request log.
"""
