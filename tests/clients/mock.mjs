// A mock in a child process.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test from 'node:test';

const top = fileURLToPath(new URL('../..', import.meta.url));
const program = `${process.env.ASR_BUILD ?? `${top}build`}/asr-mock`;


export async function mock(...options) {
    const child = spawn(program, options,
                        { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    const kill = () => child.kill();
    let out = '';

    process.once('exit', kill);
    child.stdout.setEncoding('utf8');

    while (!out.includes('\n')) {
        const [chunk] = await Promise.race([
            once(child.stdout, 'data'),
            ended.then(() => { throw new Error('the mock did not start'); }),
        ]);
        out += chunk;
    }

    const [, url] = /^ready (http:\S+) pid \d+\n/.exec(out);

    async function admin(method, path, json) {
        const res = await fetch(`${url}/_mock/${path}`,
                                { method, body: json && JSON.stringify(json) });
        const text = await res.text();

        assert.ok(res.ok, `${method} ${path}: ${res.status} ${text}`);

        return text && JSON.parse(text);
    }

    return {
        url,
        host: new URL(url).host,
        admin,
        world: (key, part, json, method = 'PUT') =>
            admin(json ? method : 'GET', `worlds/${key}/${part}`, json),
        async stop() {
            process.off('exit', kill);
            kill();
            return (await ended)[0];
        },
    };
}


// The last test of each file.

export function ends(m) {
    test('the mock ends with 0', async () => {
        assert.equal(await m.stop(), 0);
    });
}
