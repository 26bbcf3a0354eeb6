// The examples of mock_server/README.md, each under a mock of its own: they
// work, and break no rule.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const top = join(here, '../..');
const mock = join(process.env.ASR_BUILD ?? join(top, 'build'), 'asr-mock');
const dir = mkdtempSync(join(tmpdir(), 'asr-readme-'));
const run = promisify(execFile);

const text = readFileSync(join(top, 'mock_server/README.md'), 'utf8');
const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```\n/gms)]
    .map(([, kind, code]) => ({ kind, code }));
const of = kind => blocks.filter(block => block.kind === kind);

process.on('exit', () => rmSync(dir, { recursive: true }));

for (const name of ['http_proxy', 'https_proxy', 'all_proxy']) {
    delete process.env[name];
    delete process.env[name.toUpperCase()];
}


test('there are examples', () => {
    assert.deepEqual([...new Set(blocks.map(block => block.kind))].sort(),
                     ['js', 'json', 'sh', 'yaml']);
    assert.equal(of('js').length, 2);
});


for (const [i, { code }] of of('sh').entries()) {
    test(`shell ${i + 1}: ${code.split('\n')[0]}`, async () => {
        const { stdout } = await run(mock, ['--', 'sh', '-eux', '-c', code],
                                     { cwd: dir });

        assert.doesNotMatch(stdout, /"error"/);

        if (code.includes('say-hello-world')) {
            assert.match(stdout, /hello world/);
        }
    });
}


// They print what is heard.

for (const { code } of of('js')) {
    test(code.split('\n')[0], async () => {
        const { stdout } = await run(mock,
            ['--', 'node', '--input-type=module', '-e', code],
            { cwd: here });

        assert.match(stdout, /hello world/);
    });
}


for (const [i, { code }] of of('json').entries()) {
    test(`a scenario ${i + 1}`, async () => {
        const file = join(dir, `scenario-${i}.json`);

        writeFileSync(file, code);
        const { stdout } = await run(mock,
            ['--scenario', file, '--', 'sh', '-c',
             'curl -sf $ASR_MOCK_URL/_mock/worlds']);

        for (const key of Object.keys(JSON.parse(code).worlds)) {
            assert.ok(JSON.parse(stdout).worlds.some(w => w.key === key),
                      key);
        }
    });
}


test('the job calls what there is', () => {
    const makefile = readFileSync(join(top, 'Makefile'), 'utf8');
    const [{ code }] = of('yaml');
    const targets = [...code.matchAll(/make -C \S+ (?:-j\d+ )?(\S+)/g)];

    assert.equal(targets.length, 3);

    for (const [, target] of targets) {
        assert.match(makefile, new RegExp(`^${target}:.*`, 'm'));
    }
});
