"""Which networks are on stage, and which of them a test is about."""

import importlib
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from advocacy.networks.base import Capabilities, Kind, Settling
from config.settings import Settings
from tests.networks.contract.stage import Stage

FOLDER = Path(__file__).parent / "stages"
T = TypeVar("T", bound=Callable[..., None])


@dataclass(frozen=True)
class Network:
    """A network as its stage module describes it; `address` is set where a real server is to be asked."""

    module: ModuleType
    address: str = ""

    @property
    def id(self) -> str:
        """As in the names of the tests."""
        name = self.module.__name__.rpartition(".")[2]
        return f"{name}-real" if self.address else name

    @property
    def capabilities(self) -> Capabilities:
        """What the adapter says it can do."""
        found: Capabilities = self.module.CAPABILITIES
        return found

    def says(self, name: str, otherwise: Any = None) -> Any:
        """A constant of the module."""
        return getattr(self.module, name, otherwise)

    def serve(self) -> AbstractContextManager[Any]:
        """Run the stand-in."""
        running: AbstractContextManager[Any] = self.module.serve()
        return running

    def stage(self, make_settings: Callable[..., Settings], url: str) -> Stage:
        """The stage at an address."""
        make = self.module.real_stage if self.address else self.module.stage
        made: Stage = make(make_settings, url)
        return made


def on_stage() -> list[Network]:
    """Every network with a module; and once more for each real server that the environment names."""
    found = []
    for path in sorted(FOLDER.glob("[a-z]*.py")):
        module = importlib.import_module(f"tests.networks.contract.stages.{path.stem}")
        found.append(Network(module))
        address = os.environ.get(f"RELAIS_REAL_{path.stem.upper()}_URL", "")
        if address and hasattr(module, "real_stage"):
            found.append(Network(module, address.rstrip("/")))
    return found


NETWORKS = on_stage()
Need = Callable[[Network], bool]


def needs(*wanted: Need) -> Callable[[T], T]:
    """The test is about the networks for which all of this is true."""

    def marked(test: T) -> T:
        test.wanted = wanted  # type: ignore[attr-defined]
        return test

    return marked


def broken(network: Network) -> bool:
    """It can be broken on purpose, and looked into."""
    return not network.address


def does(act: str) -> Need:
    """It has a call for this."""
    return lambda network: act in network.module.CALLS


def lacks(act: str) -> Need:
    """It has no call for this."""
    return lambda network: act not in network.module.CALLS


def takes(kind: Kind) -> Need:
    """It offers this kind of post."""
    return lambda network: kind in network.capabilities.kinds


def settles(*how: Settling) -> Need:
    """This is how an unknown outcome becomes known."""
    return lambda network: network.capabilities.settling in how


def has(name: str) -> Need:
    """Its module says so."""
    return lambda network: bool(network.says(name))


def can(capability: str) -> Need:
    """Its capabilities say so."""
    return lambda network: bool(getattr(network.capabilities, capability))
