"""asr-mock for pytest.  $ASR_MOCK is the program, else one of the PATH's.

In conftest.py: pytest_plugins = ["asr_mock_pytest"]; in a test, asr_mock.url
is where to go and asr_mock.key a key, and so a world, of this test alone."""
import itertools, json, os, subprocess, urllib.request
import pytest

number = itertools.count(1)
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

class AsrMock:
    def __init__(self, url):
        self.url, self.key = url, f"test-{os.getpid()}-{next(number)}"

    def admin(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.url}/_mock/{path}"
        request = urllib.request.Request(url, data, method=method)
        return json.loads(direct.open(request).read() or "null")

@pytest.fixture(scope="session")
def asr_mock_url():
    program = os.environ.get("ASR_MOCK", "asr-mock")
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as mock:
        yield mock.stdout.readline().split()[1]  # ready URL pid N
        mock.terminate()

@pytest.fixture
def asr_mock(asr_mock_url):
    return AsrMock(asr_mock_url)
