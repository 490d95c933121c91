"""The course of a launch: checks, engines, migrations, sandbox, demo, web, worker, beat; watching; the way back."""

import http.client
import signal
import time
from collections.abc import Mapping

from advocacy.engines import Engines, FolderLock
from advocacy.engines.processes import kill_group, last_words, stop_process
from advocacy.launch import commands
from advocacy.launch.checks import check_database, check_folder, check_port, check_redis
from advocacy.launch.children import Child, begin
from advocacy.launch.falls import Falls
from advocacy.launch.interruptions import Interruptions
from advocacy.launch.place import Place, Refused, environment, own_network
from advocacy.launch.screen import say, show_welcome, step

_TICK = 0.2
_READY_WITHIN = 120.0


class Course:
    """One launch, from its checks to its end."""

    def __init__(self, place: Place, given: Mapping[str, str], interruptions: Interruptions) -> None:
        """Prepare; nothing is started or written."""
        self.place = place
        self.given = given
        self.interruptions = interruptions
        self.demo = not own_network(given)
        self.engines = Engines(place.var, postgres=not given.get("DATABASE_URL"), valkey=not given.get("REDIS_URL"))
        self.environment: dict[str, str] = {}
        # In the order in which they stop.
        self.children = [commands.web(place), commands.beat(place), commands.worker(place)]
        self.children += [commands.sandbox(place), commands.standins(place)] if self.demo else []
        self._running: list[Child] = []
        self._falls = {name: Falls() for name in self.engines.names}
        self._lock = FolderLock(place.var / "run" / "launch.lock")

    def run(self) -> None:
        """Launch and watch. Ends by an exception only: Interrupted, Refused or EngineFailed."""
        self._check()
        self._start_engines()
        with step("Bringing the database up to date"):
            self._do("migrate", commands.MIGRATE, "The database could not be brought up to date")
        by_name = {child.name: child for child in self.children}
        if self.demo:
            with step("Starting the sandbox network"):
                self._start(by_name["sandbox"])
                self._start(by_name["standins"])
                self._await(self.place.sandbox_port, "/", by_name["sandbox"])
            with step("Preparing the demo (the first time takes a while)"):
                self._do("seed", commands.SEED, "The demo could not be prepared")
        else:
            say("Networks of your own are set up: no sandbox network, and no demo is prepared.")
        with step("Starting the web server, the worker and its clock"):
            for name in ("web", "worker", "beat"):
                self._start(by_name[name])
            self._await(self.place.port, "/readyz", by_name["web"])
            if self.demo:
                self._await(max(self.place.standins.values()), "/", by_name["standins"])
        show_welcome(self.place, self.demo)
        while True:
            self.interruptions.pause(_TICK)
            self._tend()

    def stop(self) -> None:
        """Stop everything that runs, in order; a second Ctrl-C makes it immediate. No process of ours is left."""
        if self._running or self.engines.started:
            say("Stopping …")
        for child in self.children:
            if child in self._running:
                child.stop(self.place.var / "run", self.interruptions.impatient)
        self._running.clear()
        self.engines.stop(self.interruptions.impatient)
        self._lock.release()

    def _check(self) -> None:
        check_folder(self.place.var)
        if not self._lock.take():
            raise Refused(
                f"Another Relais runs with {self.place.var}: stop it, or set RELAIS_VAR and RELAIS_PORT for another."
            )
        for child in self.children:
            child.stop_stale(self.place.var / "run")
        check_port(self.place.port, "the web server")
        if self.demo:
            check_port(self.place.sandbox_port, "the sandbox network")
            for name, port in self.place.standins.items():
                check_port(port, f"the stand-in of {name.capitalize()}")
        if url := self.given.get("DATABASE_URL"):
            check_database(url)
        if url := self.given.get("REDIS_URL"):
            check_redis(url)

    def _start_engines(self) -> None:
        urls: dict[str, str] = {}
        if names := " and ".join(self.engines.names):
            with step(f"Starting {names}"):
                self.engines.start()
        if self.engines.postgres:
            urls["DATABASE_URL"] = self.engines.database_url
        if self.engines.valkey:
            urls["REDIS_URL"] = self.engines.redis_url
        self.environment = environment(self.place, self.given, urls)

    def _do(self, name: str, command: list[str], failure: str) -> None:
        """Run a command to its end. Raises Refused with `failure` and its last words."""
        log = self.place.log(name)
        start = log.stat().st_size if log.exists() else 0
        process = begin(command, self.environment, self.place.root, log)
        try:
            while process.poll() is None:
                self.interruptions.pause(0.05)
        finally:
            if process.poll() is None:
                stop_process(process, [(signal.SIGTERM, 5.0)], self.interruptions.impatient)
            kill_group(process.pid)
        if process.returncode != 0:
            raise Refused(f"{failure} ({last_words(log, since=start)}): see {log}.")

    def _start(self, child: Child) -> None:
        if child not in self._running:
            self._running.append(child)
        child.start(self.environment, self.place.root, self.place.log(child.name), self.place.var / "run")

    def _await(self, port: int, path: str, child: Child) -> None:
        """Wait until the page answers 200 (or a redirect), tending the rest meanwhile. Raises Refused."""
        deadline = time.monotonic() + _READY_WITHIN
        log = self.place.log(child.name)
        while (answer := _status(port, path)) not in {200, 302}:
            self.interruptions.pause(_TICK)
            self._tend(quiet=True)
            if child.failures >= 3:
                raise Refused(f"The {child.name} does not start ({child.last_words(log)}): see {log}.")
            if time.monotonic() > deadline:
                said = f"it answers {answer}" if answer else "it does not answer"
                raise Refused(
                    f"The {child.name} was not ready after {_READY_WITHIN:.0f} seconds, {said}: see {log.parent}."
                )

    def _tend(self, quiet: bool = False) -> None:
        """Restart what died, each after its delay; the first death of an engine has none. Raises EngineFailed,
        Refused."""
        for engine in self.engines.dead():
            falls = self._falls[engine.name]
            if falls.note():
                if falls.hopeless:
                    raise Refused(f"{engine.name} keeps ending: see {engine.log}.")
                wait = f" in {falls.delay:.0f} s" if falls.delay else ""
                say(f"{engine.name} ended: starting it again{wait}.")
            if falls.due:
                engine.restart()
                falls.mended()
        for child in self._running:
            if (how := child.died()) and not quiet:
                log = self.place.log(child.name)
                say(f"The {child.name} ended ({how}): starting it again in {child.delay:.0f} s; see {log}.")
            if child.due:
                self._start(child)


def _status(port: int, path: str) -> int | None:
    """The status that a page of ours answers, or None without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
