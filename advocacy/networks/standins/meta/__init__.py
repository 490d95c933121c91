"""The ground of the stand-ins for Threads, Facebook and Instagram: errors, tokens, usage headers, containers."""
