"""Which test process gets which test: one after another, but whole files where what their tests share is dear."""

from xdist.scheduler.loadscope import LoadScopeScheduling

TOGETHER = (
    "tests/e2e/test_loop.py",
    "tests/e2e/test_studio_journey.py",
    "tests/demo/test_plan.py",
    "tests/test_translations.py",
)


class Scheduling(LoadScopeScheduling):
    """Hands out single tests in their order; the files of `TOGETHER` go first, each to one process."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid
