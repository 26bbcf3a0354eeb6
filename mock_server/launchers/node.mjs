// asr-mock for node:test.  $ASR_MOCK is the program, else one of the PATH's.
//     const mock = await asrMock('--seed', '7');
//     after(() => mock.stop());
//     const client = new Client({ endpoint: mock.url, key: 'test-' + name });
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export async function asrMock(...args) {
    const child = spawn(process.env.ASR_MOCK ?? 'asr-mock', args,
                        { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    const [first] = await Promise.race([once(child.stdout, 'data'), ended]);
    const [, url] = /^ready (\S+) pid \d+\n/.exec(first) ?? [];
    if (!url) throw new Error(`asr-mock did not start: ${first}`);
    const kill = () => child.kill();
    process.once('exit', kill);
    return {
        url, port: Number(new URL(url).port),
        async admin(method, path, body) {
            const res = await fetch(`${url}/_mock/${path}`,
                { method, body: body && JSON.stringify(body) });
            const text = await res.text();
            if (!res.ok) throw new Error(`${res.status} ${text}`);
            return text && JSON.parse(text);
        },
        async stop() { kill(); process.off('exit', kill); await ended; },
    };
}
