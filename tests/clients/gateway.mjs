// A gateway in a child process, and what the tests of all clients share.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import test from 'node:test';

const librivox = '/usr/share/pocketsphinx/test/data/librivox/'
    + 'sense_and_sensibility_01_austen_64kb-';

// The SDKs obey a proxy without being asked to.

for (const name of ['http_proxy', 'https_proxy', 'all_proxy']) {
    delete process.env[name];
    delete process.env[name.toUpperCase()];
}


export function recording(name) {
    return readFileSync(`${librivox}${name}.wav`);
}


// A server on the loopback, for the gateway to fetch from and to call back:
// files by path for GET, and the bytes that each POST is answered with.

export async function listener(files = {}, reply = '{}') {
    const calls = [];
    const server = createServer(async (req, res) => {
        const chunks = [];

        for await (const chunk of req) {
            chunks.push(chunk);
        }

        const file = req.method === 'GET' ? files[req.url] : reply;

        calls.push({ method: req.method, path: req.url,
                     headers: req.headers,
                     body: Buffer.concat(chunks).toString() });
        res.writeHead(file === undefined ? 404 : 200).end(file);
    });

    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.unref();

    const of = path => calls.filter(call => call.path === path);

    return {
        url: path => `http://127.0.0.1:${server.address().port}${path}`,
        of,
        next: path => until(() => of(path)[0]),
    };
}


// webhook: that of the account "demo".

export async function gateway(webhook = '') {
    const script = fileURLToPath(new URL('gateway.pl', import.meta.url));
    const child = spawn('perl', [script, webhook],
                        { stdio: ['pipe', 'pipe', 'inherit'] });
    let out = '';

    child.stdout.setEncoding('utf8');

    while (!out.includes('\n')) {
        const [chunk] = await Promise.race([
            once(child.stdout, 'data'),
            once(child, 'exit').then(() => {
                throw new Error('the gateway did not start');
            }),
        ]);
        out += chunk;
    }

    const info = JSON.parse(out.slice(0, out.indexOf('\n')));
    const account = name => Object.assign(
        {}, ...info.accounts.accounts.find(a => a.name === name).keys);

    out = out.slice(out.indexOf('\n') + 1);
    child.stdout.on('data', chunk => { out += chunk; });

    return {
        port: info.port,
        text: info.text,
        account,
        async stop() {
            child.stdin.end();
            const [code] = await once(child, 'close');
            return { code, out };
        },
    };
}


// The last test of each file.

export function stops(gw) {
    test('the gateway stops with a clean log', async () => {
        const { code, out } = await gw.stop();
        assert.equal(code, 0, out);
        assert.doesNotMatch(out, /^not ok/m);
    });
}


export async function until(what, seconds = 120) {
    const end = Date.now() + seconds * 1000;

    for (;;) {
        const value = await what();

        if (value) {
            return value;
        }

        assert.ok(Date.now() < end, 'out of time');
        await new Promise(done => { setTimeout(done, 100); });
    }
}


// Less than half of the words may be wrong: an edit distance.

export function sounds(text, reference) {
    const words = s => s.toLowerCase().replace(/\[[^\]]*\]|[.,?!]/g, ' ')
        .split(/\s+/).filter(Boolean);
    const r = words(reference);
    const g = words(text);
    let row = g.map((_, i) => i + 1);

    r.forEach((word, i) => {
        const prev = [i, ...row];
        let left = i + 1;

        row = g.map((other, k) => {
            left = Math.min(left + 1, prev[k + 1] + 1,
                            prev[k] + (word === other ? 0 : 1));
            return left;
        });
    });

    const errors = g.length ? row[g.length - 1] : r.length;
    assert.ok(errors / r.length < 0.45, `"${text}" is not "${reference}"`);
}
