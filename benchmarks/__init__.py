"""How fast Relais is, each figure beside a limit of the same machine in the same minute: `make bench`."""
