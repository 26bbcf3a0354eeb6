// conformance/README.md: its commands run, its tables are the program's.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const top = join(here, '../..');
const build = resolve(top, process.env.ASR_BUILD ?? 'build');
const suite = join(build, 'asr-conformance');
const dir = mkdtempSync(join(tmpdir(), 'asr-conformance-readme-'));
const env = { ...process.env, PATH: `${build}:${process.env.PATH}` };
const text = readFileSync(join(top, 'conformance/README.md'), 'utf8');
const run = (file, args) => promisify(execFile)(file, args,
    { cwd: dir, env, maxBuffer: 1 << 26 });

process.on('exit', () => rmSync(dir, { recursive: true }));
delete env.ASR_MOCK_URL;


// Commands, a line each.

const commands = [...text.matchAll(/^    ((?:.*\\\n)*.*)$/gm)]
    .map(([, line]) => line.replaceAll(/\\\n */g, ''))
    .map(line => line.replace(/ +# .*/, ''))
    .filter(line => /^(build\/)?asr-(conformance|mock) /.test(line)
                    && !/\.\.\.$/.test(line))
    .map(line => line.replaceAll('build/asr-', 'asr-'));

const section = title =>
    text.split(/^##+ /m).find(part => part.startsWith(`${title}\n`));

const rows = part => [...part.matchAll(/^\| (`.*?) \|/gm)].map(([, a]) => a);


// That take no endpoint of somebody's, nor all of the mock's cases; of others
// the options are read.

const tried = line => !/https?:\/\/(?!127)|--with|--mock$/.test(line);

test('there are commands', () => {
    assert.ok(commands.filter(tried).length >= 8, commands.join('\n'));
    assert.ok(commands.filter(line => !tried(line)).length >= 5);
});

for (const line of commands) {
    const shell = tried(line) ? line
        : `${line.replace(/ --with \S+/, '')} --version`;

    test(line, () => run('sh', ['-euc', shell]));
}


test('a client, as it is written there', async () => {
    const [, code] = /^```sh\n(.*?)^```$/ms.exec(text);
    const { stdout } = await run('sh', ['-euc', code]);

    assert.match(stdout, /^\d+ passed, 0 failed, \d+ skipped$/m);

    // what is no file is none

    const wrong = code.replace('file=@audio.wav', 'file=audio.wav');

    await assert.rejects(run('sh', ['-euc', `(${wrong}) >&2`]),
                         /client\/u2\/upload\/file .*a file, with its name/s);
});


test('options', async () => {
    const names = part => [...new Set(part.match(/--[a-z][a-z-]+/g))].sort();
    const { stdout } = await run(suite, ['--help']);

    assert.deepEqual(names(rows(section('Options')).join(' ')),
                     names(stdout).filter(name => name !== '--webhooks'));
});


test('scenarios', async () => {
    const { stdout } = await run(suite, ['client', '--list']);
    const listed = stdout.trim().split('\n').map(line => line.split(' ')[0]);
    const [table] = section('Clients').split('What is judged');

    assert.deepEqual(rows(table).map(name => name.replaceAll('`', '')),
                     listed);
});


test('ids, kinds and documents are those there are', async () => {
    const { stdout } = await run(suite, ['--list']);
    const cases = stdout.trim().split('\n').map(line => line.split('\t'));
    const ids = cases.map(([id]) => id);
    const kinds = rows(section('Ids')).join(' ');
    const named = [...text.matchAll(/`((?:tencent|u2|memories|ice)\/[^`]*)`/g)]
        .map(([, id]) => id)
        .filter(id => id !== 'u2/created/1');

    assert.ok(named.length >= 6);

    for (const id of named) {
        assert.ok(ids.some(one => one === id || one.startsWith(`${id}/`)), id);
    }

    for (const kind of new Set(cases.map(one => one[3]))) {
        assert.ok(kinds.includes(`\`${kind}\``), kind);
    }

    for (const api of new Set(ids.map(id => id.split('/')[0]))) {
        const { title, date } = JSON.parse(readFileSync(
            join(top, 'conformance', api, 'document.json'), 'utf8'));

        assert.match(section('What it is'),
                     new RegExp(`^\\| \`${api}\` \\| ${title.split(' ')[0]}.*`
                                + ` \\| ${date} \\|$`, 'm'));
    }
});


test('members of a row are those of its schema', () => {
    const { properties: { operations: { items: { properties } } } } =
        JSON.parse(readFileSync(
            join(top, 'conformance/common/document.schema.json'), 'utf8'));
    const part = section('Documents');

    for (const name of [...Object.keys(properties),
                        ...Object.keys(properties.params.items.properties)]) {
        assert.ok(part.includes(`\`${name}\``), name);
    }
});


test('members of a step are those of its schema', () => {
    const { properties: { cases: { items: { anyOf } } } } =
        JSON.parse(readFileSync(
            join(top, 'conformance/common/case.schema.json'), 'utf8'));
    const part = section('Cases');
    const { items: { properties } } =
        anyOf.find(form => form.properties.steps).properties.steps;

    for (const name of [...Object.keys(properties),
                        ...Object.keys(properties.request.properties),
                        ...Object.keys(properties.expect.properties)]) {
        assert.ok(part.includes(`\`${name}\``), name);
    }
});
