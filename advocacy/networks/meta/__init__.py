"""What Threads, Facebook and Instagram have in common: errors, usage, containers, grants, insights."""
