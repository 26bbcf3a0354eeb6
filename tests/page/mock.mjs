// What the page's tests run against: the mock that was built, or, when
// ASR_MOCK_PAGE is "fixture", a stand-in of its shapes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { fixture } from './fixture.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = resolve(root, process.env.ASR_BUILD ?? 'build', 'asr-mock');


// { base, stop() }

export async function mock() {
    if (process.env.ASR_MOCK_PAGE === 'fixture') {
        return fixture();
    }

    const child = spawn(program, ['--port', '0'],
                        { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';

    child.stdout.setEncoding('utf8');

    while (!out.includes('\n')) {
        const [chunk] = await Promise.race([
            once(child.stdout, 'data'),
            once(child, 'exit').then(() => {
                throw new Error('the mock did not start');
            }),
        ]);
        out += chunk;
    }

    const [, base] = /^ready (http:\S+)/m.exec(out);

    child.stdout.resume();

    return {
        base: base.replace(/\/$/, ''),
        async stop() {
            const over = once(child, 'exit');

            child.kill('SIGTERM');
            await over;
        },
    };
}
