"""`python -m advocacy.launch`: what a person needs to try Relais on one machine, started and stopped together."""
