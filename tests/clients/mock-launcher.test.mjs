// mock_server/launchers, each by what it is for.

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync,
         writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { asrMock } from '../../mock_server/launchers/node.mjs';

const top = fileURLToPath(new URL('../..', import.meta.url));
const launchers = join(top, 'mock_server/launchers');
const dir = mkdtempSync(join(tmpdir(), 'asr-launchers-'));
const run = promisify(execFile);

process.env.ASR_MOCK = join(process.env.ASR_BUILD ?? join(top, 'build'),
                            'asr-mock');
process.env.TMPDIR = dir;
process.on('exit', () => rmSync(dir, { recursive: true }));


function has(tool, ask) {
    try {
        execFileSync(tool, [ask], { stdio: 'ignore' });
        return true;
    } catch {
        return false;
    }
}


// A folder for what a tool is to work on; the mocks' own are beside it.

function work(name) {
    return mkdtempSync(join(dir, `${name}-`));
}


function left() {
    return readdirSync(dir).filter(name => name.startsWith('asr-mock-'));
}


function refused(port) {
    return new Promise(done => {
        const socket = createConnection(port, '127.0.0.1');

        socket.on('error', () => done(true));
        socket.on('connect', () => { socket.destroy(); done(false); });
    });
}


test('none has more than thirty lines', () => {
    const names = readdirSync(launchers);

    assert.deepEqual(names.filter(name => /\.\w+$/.test(name)).sort(),
                     ['AsrMock.java', 'asr_mock_pytest.py', 'asrmock.go',
                      'node.mjs']);

    for (const name of names.filter(n => /\.\w+$/.test(n))) {
        const text = readFileSync(join(launchers, name), 'utf8');
        assert.ok(text.trimEnd().split('\n').length <= 30, name);
    }
});


test('node', async () => {
    const mock = await asrMock('--seed', '7');

    assert.equal(mock.url, `http://127.0.0.1:${mock.port}`);
    assert.equal((await mock.admin('GET', 'health')).status, 'ok');
    await assert.rejects(mock.admin('GET', 'nothing'), /^Error: 404 /);

    await mock.stop();
    assert.ok(await refused(mock.port));
    assert.deepEqual(left(), []);

    await assert.rejects(asrMock('--nonsense'), /did not start/);
});


test('node: a test that forgets it does not hang', async () => {
    const script = join(work('node'), 'forgets.mjs');

    writeFileSync(script, `
        import { asrMock } from ${JSON.stringify(join(launchers, 'node.mjs'))};
        const mock = await asrMock();
        console.log(mock.port);
        process.exit(0);
    `);

    const { stdout } = await run('node', [script]);

    while (!await refused(Number(stdout))) {
        await new Promise(done => { setTimeout(done, 10); });
    }
});


test('pytest', async () => {
    const cwd = work('pytest');

    cpSync(join(launchers, 'asr_mock_pytest.py'),
           join(cwd, 'asr_mock_pytest.py'));
    writeFileSync(join(cwd, 'conftest.py'),
                  'pytest_plugins = ["asr_mock_pytest"]\n');
    writeFileSync(join(cwd, 'test_mock.py'), `
keys = []

def test_one(asr_mock):
    assert asr_mock.admin("GET", "health")["status"] == "ok"
    keys.append(asr_mock.key)

def test_two(asr_mock):
    assert asr_mock.key.startswith("test-")
    assert asr_mock.key not in keys
    print("URL", asr_mock.url)
`);

    const { stdout } = await run('/usr/bin/python3',
                                 ['-m', 'pytest', '-s', '-p',
                                  'no:cacheprovider'], { cwd });

    assert.match(stdout, /2 passed/);
    assert.ok(await refused(Number(/URL http:.*:(\d+)/.exec(stdout)[1])));
    assert.deepEqual(left(), []);
});


if (has('javac', '--version')) {
    test('Java', async () => {
        const cwd = work('java');

        writeFileSync(join(cwd, 'Main.java'), `
public final class Main {
    public static void main(String[] args) throws Exception {
        try (AsrMock mock = new AsrMock("--seed", "7")) {
            System.out.println(mock.admin("GET", "health", ""));
            System.out.println(mock.url);
        }
    }
}
`);
        await run('javac', ['-Xlint:all', '-Werror', '-d', cwd,
                            join(launchers, 'AsrMock.java'),
                            join(cwd, 'Main.java')]);

        const { stdout } = await run('java', ['-cp', cwd, 'Main']);
        const [health, url] = stdout.split('\n');

        assert.equal(JSON.parse(health).status, 'ok');
        assert.ok(await refused(Number(new URL(url).port)));
        assert.deepEqual(left(), []);
    });
}


if (has('go', 'version')) {
    test('Go', async () => {
        const cwd = work('go');
        const env = { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off',
                      GOCACHE: join(cwd, 'cache'), GOPATH: join(cwd, 'path') };

        cpSync(join(launchers, 'asrmock.go'), join(cwd, 'asrmock.go'));
        writeFileSync(join(cwd, 'go.mod'), 'module asrmock\n\ngo 1.18\n');
        writeFileSync(join(cwd, 'asrmock_test.go'), `package asrmock

import (
    "fmt"
    "net/http"
    "testing"
)

func TestMock(t *testing.T) {
    url := Start(t, "--seed", "7")
    res, err := http.Get(url + "/_mock/health")
    if err != nil || res.StatusCode != 200 {
        t.Fatal(err, res)
    }
    fmt.Println("URL", url)
}
`);

        const { stdout } = await run('go', ['test', '-v', './...'],
                                     { cwd, env });

        assert.match(stdout, /^ok /m);
        assert.ok(await refused(Number(/URL http:.*:(\d+)/.exec(stdout)[1])));
        assert.deepEqual(left(), []);
    });
}
