"""Lines survive the process, files say when they are finished, and damage stays where it is."""

import resource
import signal
import subprocess
import sys
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from advocacy.tracking.journal import AGENT_LENGTH, Journal, clean_agent, read_line, write_line


@given(st.integers(1, 2**63 - 1), st.integers(1, 2**42 - 1), st.binary(min_size=16, max_size=16), st.text())
def test_what_is_written_is_read(share_id, at_ms, visitor, agent):
    line = write_line(share_id, at_ms, visitor, clean_agent(agent))
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    visit = read_line(line)
    assert (visit.share_id, visit.at_ms, visit.visitor) == (share_id, at_ms, visitor)
    assert isinstance(visit.id, UUID)
    assert len(visit.agent) <= AGENT_LENGTH
    assert all(ord(char) > 31 for char in visit.agent)


@given(st.binary(max_size=200))
def test_damaged_lines_are_none_and_never_an_error(line):
    visit = read_line(line)
    assert visit is None or len(visit.visitor) == 16


def test_files_turn_over_by_size(tmp_path):
    journal = Journal(tmp_path, max_bytes=200)
    for n in range(1, 11):
        assert journal.append(write_line(n, 1_700_000_000_000, b"v" * 16, "browser"))
    journal.close()
    found = [line for path in tmp_path.glob("*.log") for line in path.read_bytes().splitlines()]
    assert len(list(tmp_path.glob("*.log"))) > 1
    assert sorted(read_line(line).share_id for line in found) == list(range(1, 11))
    assert not list(tmp_path.glob("*.new"))


def test_files_turn_over_by_age(tmp_path):
    journal = Journal(tmp_path, max_seconds=0)
    for _ in range(3):
        journal.append(write_line(1, 1_700_000_000_000, b"v" * 16, ""))
    journal.close()
    assert len(list(tmp_path.glob("*.log"))) == 3


def test_a_forked_child_writes_into_a_file_of_its_own(tmp_path):
    program = (
        "import os, sys; from pathlib import Path; from advocacy.tracking.journal import Journal\n"
        "journal = Journal(Path(sys.argv[1])); journal.append(b'parent\\n')\n"
        "if os.fork() == 0:\n    journal.append(b'child\\n'); journal.close(); os._exit(0)\n"
        "os.wait(); journal.append(b'parent\\n'); journal.close()\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", program, str(tmp_path)], check=True, timeout=60)
    assert sorted(path.read_bytes() for path in tmp_path.glob("*.log")) == [b"child\n", b"parent\nparent\n"]


def test_an_acknowledged_line_survives_sigkill(tmp_path):
    program = (
        "import sys; from pathlib import Path; from advocacy.tracking.journal import Journal\n"
        "journal = Journal(Path(sys.argv[1])); n = 0\n"
        "while True:\n    journal.append(b'%d\\n' % n); print(n, flush=True); n += 1\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE)
    told = [process.stdout.readline() for _ in range(500)]
    process.send_signal(signal.SIGKILL)
    told += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    written = next(tmp_path.glob("*.log")).read_bytes().splitlines()
    assert len(written) >= len(told) - (not told[-1].endswith(b"\n"))


def test_a_line_that_was_cut_does_not_take_the_next_one_with_it(tmp_path):
    """A file-size limit cuts a write short, as a full disk does."""
    program = f"""
import resource, signal, sys
from pathlib import Path

from advocacy.tracking.journal import Journal, write_line
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
journal = Journal(Path(sys.argv[1]))
line = write_line(1, 1700000000000, b"v" * 16, "browser")
resource.setrlimit(resource.RLIMIT_FSIZE, (len(line) + 10, {resource.RLIM_INFINITY}))
told = [journal.append(line), journal.append(line), journal.append(line)]
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, {resource.RLIM_INFINITY}))
told.append(journal.append(line))
print(told, journal.lost)
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, capture_output=True, timeout=60)
    assert b"[True, False, False, True] 2" in done.stdout
    whole = [read_line(line) for line in next(tmp_path.glob("*.log")).read_bytes().splitlines()]
    assert [visit is not None for visit in whole] == [True, False, True]


def test_writing_goes_on_from_many_threads(tmp_path):
    import threading

    journal = Journal(tmp_path, max_bytes=5_000)

    def write(start: int) -> None:
        for n in range(start, start + 200):
            journal.append(write_line(n, 1_700_000_000_000, b"v" * 16, "x"))

    threads = [threading.Thread(target=write, args=(1 + 200 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    ids = [read_line(line).share_id for path in tmp_path.glob("*.log") for line in path.read_bytes().splitlines()]
    assert sorted(ids) == list(range(1, 801))
