// asr-conformance client: clients that keep to the documents pass, each that
// breaks one rule is found by that rule alone.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync,
         writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';

const here = dirname(fileURLToPath(import.meta.url));
const build = resolve(here, '../..', process.env.ASR_BUILD ?? 'build');
const dir = mkdtempSync(join(tmpdir(), 'asr-client-'));

after(() => rmSync(dir, { recursive: true }));


// Runs a client, the text of a module, in scenarios: exit status, cases by id.

async function judge(name, source, ...scenarios)
{
    const script = join(here, `.${name}-${process.pid}.mjs`);
    const report = join(dir, `${name}.jsonl`);

    writeFileSync(script, source);

    try {
        const args = ['client',
                      ...scenarios.flat().flatMap(s => (/^--|^\d/.test(s)
                          ? [s] : ['--scenario', s])),
                      '--report', `jsonl=${report}`, '--', process.execPath,
                      script];
        const child = spawn(join(build, 'asr-conformance'), args,
                            { stdio: ['ignore', 'pipe', 'pipe'] });
        let out = '';

        child.stdout.on('data', data => { out += data; });
        child.stderr.on('data', data => { out += data; });

        const status = await new Promise(done => child.on('close', done));
        const cases = {};

        for (const line of readFileSync(report, 'utf8').trim().split('\n')) {
            const one = JSON.parse(line);

            if (one.id) {
                cases[one.id] = one;
            }
        }

        return { status, cases, out,
                 failed: Object.keys(cases)
                             .filter(id => cases[id].status === 'FAIL') };
    } finally {
        rmSync(script);
    }
}


const tencent = (options = {}) => `
import sdk from 'tencentcloud-sdk-nodejs-asr';

const url = new URL(process.env.ASR_MOCK_URL);
const client = new sdk.asr.v20190614.Client({
    credential: { secretId: 'test-a', secretKey: 'test-a' },
    profile: { httpProfile: { endpoint: url.host, protocol: 'http://' } },
});
const wait = ms => new Promise(done => { setTimeout(done, ms); });

async function call(action, params)
{
    for ( ;; ) {
        try {
            return await client[action](params);
        } catch (e) {
            if (!/^RequestLimitExceeded/.test(e.code)) {
                throw e;
            }

            await wait(${options.backoff ?? 1200});
        }
    }
}

const { Data } = await call('CreateRecTask', {
    EngineModelType: '16k_en', ChannelNum: 1, ResTextFormat: 0, SourceType: 0,
    Url: \`\${url.origin}/_mock/audio/say-hello-world.wav\`,
    ...${JSON.stringify(options.more ?? {})} });
let task;

do {
    await wait(${options.pause ?? 1100});
    task = await call('DescribeTaskStatus', { TaskId: Data.TaskId });
} while (task.Data.Status < 2);

process.exit(task.Data.Status === 2 ? 0 : 3);
`;


const guarded = (source, status) =>
    `process.on('uncaughtException', () => process.exit(${status}));\n`
    + `process.on('unhandledRejection', () => process.exit(${status}));\n`
    + source.replace(/^import (\w+) from '([^']+)';/m,
                     `const { default: $1 } = await import('$2');`);


// The two that wait longest do so while the others run.

const good = judge('good', tencent(), 'plain', 'slow', 'added', 'refused');
const limits = judge('limits', tencent(), 'limited', 'polls-limited',
                     'task-fails');


test('a value out of its row is found by its parameter', async () => {
    const r = await judge('value',
                          guarded(tencent({ more: { SpeakerNumber: 11 } }), 1),
                          'plain');

    assert.equal(r.status, 1, r.out);
    assert.ok(r.failed.includes('client/tencent/CreateRecTask/SpeakerNumber'),
              r.failed);
    assert.match(r.cases['client/tencent/CreateRecTask/SpeakerNumber']
                     .expected, /0 to 10/);
    assert.ok(r.failed.includes('client/tencent/CreateRecTask/answered'));
});


test('a parameter nobody knows is found', async () => {
    const r = await judge('unknown',
                          guarded(tencent({ more: { Volume: 3 } }), 1),
                          'plain');

    assert.ok(r.failed.includes('client/tencent/CreateRecTask/unknown'),
              r.out);
});


test('impatience is found', async () => {
    const r = await judge('polls', tencent({ pause: 10 }), 'slow');

    assert.deepEqual(r.failed, ['client/tencent/manners/polls-pace'], r.out);
});


test('so is no pause after a limit', async () => {
    const r = await judge('backoff', tencent({ backoff: 1 }), 'limited');

    assert.deepEqual(r.failed, ['client/tencent/manners/backs-off'], r.out);
});


test('and an error that is not noticed', async () => {
    const r = await judge('blind', guarded(tencent(), 0), 'plain', 'refused');

    assert.deepEqual(r.failed, ['client/tencent/scenario/refused'], r.out);
});


test('a client that never ends is ended', async () => {
    const r = await judge('endless', `
        await fetch(process.env.ASR_MOCK_URL + '/v1/files',
                    { headers: { Authorization: 'Bearer test-a' } });
        setInterval(() => {}, 1000);`, ['plain', '--timeout', '2']);

    assert.deepEqual(r.failed, ['client/u2/scenario/plain'], r.out);
    assert.match(r.cases['client/u2/scenario/plain'].got, /had not ended/);
});


test('the signatures of the other SDKs are computed anew', async () => {
    const ice = (load, call) => `
        import { createRequire } from 'node:module';
        const require = createRequire(import.meta.url);
        const url = new URL(process.env.ASR_MOCK_URL);
        ${load}
        await ${call};`;
    const pop = await judge('pop', ice(`
        const { default: pop } = await import('@alicloud/pop-core');
        const client = new pop.RPCClient({ accessKeyId: 'test-a',
            accessKeySecret: 'test-a', endpoint: url.origin,
            apiVersion: '2020-11-09' });`,
        `client.request('SubmitASRJob', { InputFile:
            url.origin + '/_mock/audio/say-hello-world.wav',
            Title: "it's (a) *title*! \\u6d4b" }, { method: 'POST' })`),
        'plain');

    assert.deepEqual(pop.failed, [], pop.out);
    assert.equal(pop.cases['client/ice/SubmitASRJob/signature'].status,
                 'PASS');

    const intl = await judge('intl', `
        import sdk from 'tencentcloud-sdk-nodejs-intl-en';
        const { Credential, ClientProfile, HttpProfile } = sdk.common;
        const url = new URL(process.env.ASR_MOCK_URL);
        const http = new HttpProfile();
        http.endpoint = url.host;
        http.protocol = 'http://';
        const profile = new ClientProfile();
        profile.httpProfile = http;
        const client = new sdk.asr.v20190614.Client(
            new Credential('test-a', 'test-a'), '', profile);
        const request = new sdk.asr.v20190614.Models.CreateRecTaskRequest();
        request.from_json_string(JSON.stringify({ EngineModelType: '16k_en',
            ChannelNum: 1, ResTextFormat: 0, SourceType: 0,
            Url: url.origin + '/_mock/audio/say-hello-world.wav' }));
        await new Promise((done, fail) => client.CreateRecTask(request,
            e => (e ? fail(e) : done())));`, 'plain');

    assert.deepEqual(intl.failed, [], intl.out);
    assert.equal(intl.cases['client/tencent/CreateRecTask/signature'].status,
                 'PASS');
});


test('a wrong signature is found though nothing says so', async () => {
    const r = await judge('signature', `
        const url = new URL(process.env.ASR_MOCK_URL);
        await fetch(url.origin + '/', { method: 'POST', body: '{"TaskId": 1}',
            headers: { 'Content-Type': 'application/json',
                'X-TC-Action': 'DescribeTaskStatus',
                'X-TC-Version': '2019-06-14',
                'X-TC-Timestamp': String(Math.floor(Date.now() / 1000) - 600),
                Authorization: 'TC3-HMAC-SHA256 Credential=test-a/2026-01-01/'
                    + 'asr/tc3_request, SignedHeaders=content-type;host, '
                    + 'Signature=' + '0'.repeat(64) } });`, 'plain');

    assert.ok(r.failed.includes('client/tencent/DescribeTaskStatus/signature'),
              r.out);
    assert.ok(r.failed.includes('client/tencent/DescribeTaskStatus/time'));
});


// What is left of a run: files below its TMPDIR, processes by their ids.

const alive = pid => {
    try {
        return process.kill(pid, 0);
    } catch {
        return false;
    }
};

async function left(name, command)
{
    const tmp = mkdtempSync(join(dir, `${name}-`));
    const mock = join(tmp, 'mock');
    const pids = join(dir, `${name}.pids`);
    const env = { ...process.env, TMPDIR: tmp, PIDS: pids };

    writeFileSync(pids, '');
    writeFileSync(mock, `#!/bin/sh\necho $$ >> ${pids}\n`
                        + `exec ${join(build, 'asr-mock')} "$@"\n`,
                  { mode: 0o755 });

    const child = spawn(join(build, 'asr-conformance'),
                        ['client', '--mock', mock, '--scenario', 'plain',
                         '--scenario', 'slow', '--', ...command],
                        { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';

    child.stdout.on('data', data => { out += data; });
    child.stderr.on('data', data => { out += data; });

    const status = await new Promise(done => child.on('close', done));
    const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number);

    return { status, out, started, alive: started.filter(alive),
             files: readdirSync(tmp).filter(file => file !== 'mock') };
}


test('what is no command is a fault of the set-up', async () => {
    const r = await left('none', ['./no-such-client']);

    assert.equal(r.status, 2, r.out);
    assert.match(r.out, /no-such-client: No such file/);
    assert.equal(r.started.length, 1);
    assert.deepEqual(r.alive, []);
    assert.deepEqual(r.files, []);
});


test('a status of 127 is the command\'s own', async () => {
    const r = await left('own', ['sh', '-c', 'curl -s -H "Authorization: '
        + 'Bearer test-a" $ASR_MOCK_URL/v1/files > $PIDS.out; exit 127']);

    assert.equal(r.status, 1, r.out);
    assert.match(r.out, /exit status 127/);
});


for (const signal of ['INT', 'TERM', 'HUP']) {
    test(`SIG${signal} ends all of it`, async () => {
        const r = await left(signal, ['sh', '-c', 'curl -s -H '
            + '"Authorization: Bearer test-a" $ASR_MOCK_URL/v1/files '
            + `> $PIDS.out; echo $$ >> $PIDS; kill -${signal} $PPID; `
            + 'exec sleep 600']);

        assert.equal(r.status, 2, r.out);
        assert.match(r.out, /interrupted, 0 of 2 scenarios were run/);
        assert.match(r.out, /[1-9]\d* passed, 0 failed/);
        assert.equal(r.started.length, 2);
        assert.deepEqual(r.alive, []);
        assert.deepEqual(r.files, []);
    });
}


test('a key whose secret is not known says nothing', async () => {
    const r = await judge('key', `
        const url = new URL(process.env.ASR_MOCK_URL);
        await fetch(url.origin + '/', { method: 'POST', body: '{"TaskId": 1}',
            headers: { 'Content-Type': 'application/json',
                'X-TC-Action': 'DescribeTaskStatus',
                'X-TC-Version': '2019-06-14',
                'X-TC-Timestamp': String(Math.floor(Date.now() / 1000)),
                Authorization: 'TC3-HMAC-SHA256 Credential=AKIDreal/2026-01-01'
                    + '/asr/tc3_request, SignedHeaders=content-type;host, '
                    + 'Signature=' + '0'.repeat(64) } });`, 'plain');
    const one = r.cases['client/tencent/DescribeTaskStatus/signature'];

    assert.equal(one.status, 'NA', r.out);
    assert.match(one.alert, /its secret is not known/);
});


test('a client of the SDK passes every scenario it is given', async () => {
    const r = await good;

    assert.deepEqual(r.failed, [], r.out);
    assert.equal(r.status, 0);
    assert.equal(r.cases['client/tencent/CreateRecTask/signature'].status,
                 'PASS');
    assert.equal(r.cases['client/tencent/CreateRecTask/Data'].status, 'NA');
});


test('... with limits and failures, too', async () => {
    const r = await limits;

    assert.deepEqual(r.failed, [], r.out);
    assert.equal(r.status, 0);
    assert.equal(r.cases['client/tencent/manners/backs-off'].status, 'PASS');
});
