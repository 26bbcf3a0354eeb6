// Every code of GET /_mock/codes, asked for by its name and met as that code:
// by the vendors' SDKs as they come from npm, and, where there is none, by
// fetch as the document's samples use it.  None of them retries by itself.

import assert from 'node:assert/strict';
import { subscribe } from 'node:diagnostics_channel';
import test from 'node:test';
import core from '@alicloud/openapi-core';
import old from '@alicloud/openapi-client';
import pop from '@alicloud/pop-core';
import tea from '@alicloud/tea-util';
import { RuntimeOptions } from '@darabonba/typescript';
import cn from 'tencentcloud-sdk-nodejs-asr';
import intl from 'tencentcloud-sdk-nodejs-intl-en';

import { until } from './gateway.mjs';
import { operation } from './ice.mjs';
import { ends, mock } from './mock.mjs';

const m = await mock();
const { codes } = await m.admin('GET', 'codes');
const of = (api, kind) => codes.filter(c => c.api === api && c.kind === kind);
const sound = name => `${m.url}/_mock/audio/${name}.wav`;
const off = names => Object.fromEntries(names.map(name => [name, 'off']));

const wav = Buffer.from(await (await fetch(`${sound('tone')}?seconds=2`))
    .arrayBuffer());


// Replies to the SDKs, which keep the headers to themselves.

const seen = [];

subscribe('http.client.response.finish', ({ request, response }) => {
    seen.push({ fault: `${request.getHeader('x-mock-fault')}`,
                status: response.statusCode, headers: response.headers });
});


async function caught(promise) {
    try {
        const answer = await promise;
        assert.fail(`not refused: ${JSON.stringify(answer)}`);
    } catch (err) {
        if (err instanceof assert.AssertionError) {
            throw err;
        }

        return err;
    }
}


// A reply is the vendor's: it has no header that a real refusal has not, but
// for those that tell when to come again, and the diagnosis.

const real = {};
const more = /^(retry-after|x-acs-retry-after|x-mock-diagnosis)$/;
const per_connection = /^(connection|keep-alive)$/;


function vendors(api, headers) {
    const names = Object.keys(headers).filter(n => !per_connection.test(n));

    assert.deepEqual(
        names.filter(n => !more.test(n)).sort(),
        real[api].names.filter(n => !more.test(n)).sort());
    assert.equal(headers['content-type'], real[api].type);
}


function is_real(api, headers) {
    real[api] = { type: headers['content-type'],
                  names: Object.keys(headers)
                      .filter(n => !per_connection.test(n)) };
}


// Tencent

const task = { EngineModelType: '16k_en', ChannelNum: 1, ResTextFormat: 0,
               SourceType: 1, Data: wav.toString('base64'),
               DataLen: wav.length };


function tencent_cn(key, fault, options = {}) {
    return new cn.asr.v20190614.Client({
        credential: { secretId: key, secretKey: options.secret ?? key },
        region: '',
        profile: {
            signMethod: options.signMethod, language: 'en-US',
            httpProfile: {
                endpoint: m.host, protocol: 'http://',
                headers: fault ? { 'X-Mock-Fault': fault } : {},
            },
        },
    });
}


function tencent_intl(key, action, fields) {
    const { Client, Models } = intl.asr.v20190614;
    const { ClientProfile, Credential, HttpProfile } = intl.common;
    const client = new Client(new Credential(key, key), '',
        new ClientProfile(undefined, new HttpProfile('http://', m.host)));
    const request = Object.assign(new Models[`${action}Request`](), fields);

    return new Promise((resolve, reject) => {
        client[action](request, (err, answer) => {
            (err ? reject : resolve)(err ?? answer);
        });
    });
}


function is_tencent(err, code) {
    assert.equal(err.code, code, `${err}`);
    assert.match(err.requestId, /^[0-9a-f-]{36}$/);
    assert.ok(err.message);
}


test('tencent: what a real refusal has', async () => {
    const err = await caught(
        tencent_cn('test-t').DescribeTaskStatus({ TaskId: 1 }));

    is_tencent(err, 'FailedOperation.NoSuchTask');
    is_real('tencent', seen.at(-1).headers);

    await m.world('test-t', 'plan', {
        progress: 'once',
        account: { limits: off(['tencent.CreateRecTask',
                                'tencent.DescribeTaskStatus']) } });
    await m.world('test-t2', 'plan', {
        account: { limits: off(['tencent.DescribeTaskStatus']) } });
});


for (const c of of('tencent', 'error')) {
    test(`tencent ${c.fault}`, async () => {
        const err = await caught(
            tencent_cn('test-t', c.fault).CreateRecTask(task));
        const reply = seen.at(-1);

        is_tencent(err, c.code);
        assert.equal(reply.fault, c.fault);
        assert.equal(reply.status, 200);
        vendors('tencent', reply.headers);

        // but for what the clock and the request have in it
        if (!/SignatureExpire$|engine$/.test(c.fault)) {
            assert.equal(err.message, c.meaning);
        }

        // by a list instead of a header, another SDK, signature and action
        await m.world('test-t2', 'faults', { operation: 'tencent.*', times: 1,
                                             fault: c.fault }, 'POST');
        is_tencent(await caught(tencent_intl(
            'test-t2', 'DescribeTaskStatus', { TaskId: 1 })), c.code);
    });
}


for (const c of of('tencent', 'task')) {
    test(`tencent ${c.fault}: ${c.code}`, async () => {
        const inbox = `inbox/tencent-${c.fault.slice(5)}`;
        const { Data } = await tencent_cn('test-t', c.fault).CreateRecTask({
            ...task, CallbackUrl: `${m.url}/_mock/${inbox}` });
        const answer = await tencent_cn('test-t')
            .DescribeTaskStatus({ TaskId: Data.TaskId });

        assert.equal(answer.Data.StatusStr, 'failed');
        assert.equal(answer.Data.Status, 3);
        assert.equal(answer.Data.ErrorMsg, c.meaning);
        assert.equal(answer.Data.Result, '');

        const form = new URLSearchParams((await received(inbox)).body);
        assert.equal(form.get('code'), c.code);
        assert.equal(form.get('message'), c.meaning);
    });
}


// The one callback that is on its way to it.

async function received(inbox) {
    return until(async () => (await m.admin('GET', inbox)).received[0], 10);
}


test('tencent by names of audio, and by a plan', async () => {
    const by_name = name => tencent_cn('test-t').CreateRecTask({
        ...task, SourceType: 0, Data: undefined, DataLen: undefined,
        Url: sound(name) });
    const end = async ({ Data }) => (await tencent_cn('test-t')
        .DescribeTaskStatus({ TaskId: Data.TaskId })).Data.ErrorMsg;

    for (const code of ['InvalidParameterValue.NoHumanVoice',
                        'FailedOperation.UserHasNoAmount',
                        'RequestLimitExceeded.UinLimitExceeded',
                        'InternalError.FailAccessRedis']) {
        is_tencent(await caught(by_name(`fail-${code}`)), code);
        is_tencent(await caught(by_name(`fail-${code.replace('.', '_')}`)),
                   code);
    }

    for (const name of ['too_long', '10003']) {
        assert.equal(await end(await by_name(`fail-${name}`)),
                     'Audio too long!');
    }

    assert.equal(await end(await by_name('fail-FailedOperation.ErrorDownFile')),
                 'Failed to download audio file!');

    await m.world('test-t', 'plan', { tasks: [{ end: { fail: '10004' } }] },
                  'PATCH');
    assert.equal(await end(await tencent_cn('test-t').CreateRecTask(task)),
                 'Invalid audio file!');
});


// Alibaba's: RPC v1 by one SDK, which has no room for a header beside its own,
// so that a list has the faults; ACS3 by the two others.

const job = { InputFile: sound('say-hello-world'), Title: 'title' };


function ice_pop(key, fault, secret = key) {
    const client = new pop.RPCClient({
        accessKeyId: key, accessKeySecret: secret, endpoint: m.url,
        apiVersion: '2020-11-09' });

    return async (action, params) => {
        if (fault) {
            await m.world(key, 'faults', { operation: 'ice.*', times: 1,
                                           fault }, 'POST');
        }

        return client.request(action, params, { method: 'POST' });
    };
}


function ice(sdk, key, fault, secret = key) {
    const { Config, OpenApiRequest, Params } = sdk.$OpenApiUtil ?? sdk;
    const client = new sdk.default(new Config({
        accessKeyId: key, accessKeySecret: secret, endpoint: m.host,
        protocol: 'http' }));
    const headers = fault ? { 'X-Mock-Fault': fault } : {};

    return async (action, query) => (await client.callApi(
        new Params(operation(action)), new OpenApiRequest({ query, headers }),
        sdk === core ? new RuntimeOptions({}) : new tea.RuntimeOptions({})
    )).body;
}


test('ice: what a real refusal has', async () => {
    const id = { JobId: '0'.repeat(32) };

    for (const [api, call] of [['ice v1', ice_pop('test-i')],
                               ['ice', ice(core, 'test-i')]]) {
        const err = await caught(call('GetSmartHandleJob', id));

        assert.equal(err.code, 'ResourceNotFound');
        is_real(api, seen.at(-1).headers);
    }

    await m.world('test-i', 'plan', {
        progress: 'once',
        account: { limits: off(['ice.SubmitASRJob', 'ice.GetSmartHandleJob',
                                'ice.account']) } });
});


for (const c of of('ice', 'error')) {
    test(`ice ${c.fault}`, async () => {
        let err = await caught(ice_pop('test-i', c.fault)('SubmitASRJob', job));

        assert.equal(err.code, c.code, `${err}`);
        assert.equal(err.entry.response.statusCode, c.status);
        assert.deepEqual(Object.keys(err.data).sort(),
                         ['Code', 'HostId', 'Message', 'RequestId']);
        assert.match(err.data.RequestId, /^[0-9A-F-]{36}$/);
        assert.equal(err.data.HostId, m.host);
        vendors('ice v1', err.entry.response.headers);

        // the kinds of signature, and of what is not found, have their own
        if (!/^SignatureDoesNotMatch|^ResourceNotFound$/.test(c.fault)) {
            assert.equal(err.data.Message, c.meaning);
        }

        for (const sdk of [core, old]) {
            const before = seen.length;

            err = await caught(ice(sdk, 'test-i', c.fault)('SubmitASRJob',
                                                           job));
            assert.equal(seen.length, before + 1);
            assert.equal(err.code, c.code, `${err}`);
            assert.equal(err.statusCode ?? err.data.statusCode, c.status);
            assert.equal(seen.at(-1).status, c.status);
            vendors('ice', seen.at(-1).headers);
        }
    });
}


for (const c of of('ice', 'task')) {
    test(`ice ${c.fault}: ${c.code}`, async () => {
        const { JobId } = await ice_pop('test-i', c.fault)('SubmitASRJob', job);

        for (const call of [ice_pop('test-i'), ice(core, 'test-i'),
                            ice(old, 'test-i')]) {
            const answer = await call('GetSmartHandleJob', { JobId });

            assert.equal(answer.State, 'Failed');
            assert.equal(answer.ErrorCode, c.code);
            assert.equal(answer.ErrorMessage, c.meaning);
            assert.equal(answer.Output, undefined);
        }
    });
}


test('ice by names of audio, and by a plan', async () => {
    const call = ice(core, 'test-i');
    const submit = name => call('SubmitASRJob', { InputFile: sound(name) });
    const end = async ({ JobId }) =>
        (await call('GetSmartHandleJob', { JobId })).ErrorCode;

    for (const code of ['Throttling.User', 'Forbidden.RAM',
                        'OperationDenied.Suspended', 'ServiceUnavailable']) {
        assert.equal((await caught(submit(`fail-${code}`))).code, code);
    }

    for (const code of ['InvalidMaterial.NotFound',
                        'InvalidParameter.ResourceContentBad',
                        'SpeechTranslationNoValidVocal']) {
        assert.equal(await end(await submit(`fail-${code}`)), code);
    }

    assert.equal(await end(await submit('fail-too_long')),
                 'InvalidParameter.ResourceContentBad');

    await m.world('test-i', 'plan', { tasks: [
        { end: { fail: 'SpeechTranslationNoValidVocal' } }] }, 'PATCH');
    assert.equal(await end(await submit('tone')),
                 'SpeechTranslationNoValidVocal');
});


// U2 and memories.ai have no SDK.

async function api(base, path, key, { json, fault, form } = {}) {
    const headers = { Authorization: key };
    const init = { headers };

    if (json) {
        init.method = 'POST';
        init.body = JSON.stringify(json);
        headers['Content-Type'] = 'application/json';

    } else if (form) {
        init.method = 'POST';
        init.body = form;
    }

    if (fault) {
        headers['X-Mock-Fault'] = fault;
    }

    const res = await fetch(m.url + base + path, init);

    return { status: res.status, headers: Object.fromEntries(res.headers),
             body: await res.json() };
}


function file(name, purpose) {
    const form = new FormData();

    if (purpose) {
        form.append('purpose', purpose);
    }

    form.append('file', new Blob([wav], { type: 'audio/wav' }), name);

    return form;
}


// U2

const u2 = (path, options) => api('/v1', path, 'Bearer test-u', options);


function u2_create(from, fault) {
    return u2('/audio/asr/tasks', {
        json: { model: 'u2-asr', format: 'wav', ...from }, fault });
}


function is_u2({ status, headers, body }, c) {
    assert.equal(status, c.status, JSON.stringify(body));
    assert.deepEqual(body, { base_resp: { status_code: Number(c.code),
                                          status_msg: c.meaning } });
    vendors(status === 401 ? 'u2 401' : 'u2', headers);
}


test('u2: what a real refusal has', async () => {
    const answer = await u2('/audio/asr/tasks/1');

    assert.equal(answer.body.base_resp.status_code, 100002);
    is_real('u2', answer.headers);

    const other = await api('/v1', '/audio/asr/tasks/1', 'Bearer nobody');

    assert.equal(other.status, 401);
    is_real('u2 401', other.headers);

    await m.world('test-u', 'plan', {
        progress: 'once',
        account: { limits: off(['u2.create', 'u2.query', 'u2.upload']) } });
});


for (const c of of('u2', 'error')) {
    test(`u2 ${c.fault}`, async () => {
        is_u2(await u2_create({ file_url: sound('tone') }, c.fault), c);
    });
}


async function u2_end(answer) {
    assert.equal(answer.status, 200, JSON.stringify(answer.body));

    const { status, body } = await u2(
        `/audio/asr/tasks/${answer.body.task_id}`);

    assert.equal(status, 200);
    assert.equal(body.status, 'Failed');

    return body.base_resp;
}


for (const c of of('u2', 'task')) {
    test(`u2 ${c.fault}: ${c.code}`, async () => {
        const resp = await u2_end(await u2_create({ file_url: sound('tone') },
                                                  c.fault));

        assert.equal(resp.status_code, Number(c.code));
        assert.equal(resp.status_msg, c.meaning);
    });
}


test('u2 by names of audio, and by a plan', async () => {
    for (const code of ['100104', '100501', '100003', '100999-503']) {
        const [c] = of('u2', 'error')
            .filter(e => e.fault === code.replace('-', '/'));

        is_u2(await u2_create({ file_url: sound(`fail-${code}`) }), c);
    }

    for (const name of ['200004', 'too_long']) {
        const { body } = await u2('/files/upload', {
            form: file(`fail-${name}.wav`, 'a2t_async_input') });

        for (const from of [{ file_url: sound(`fail-${name}`) },
                            { file_id: body.file.file_id }]) {
            assert.equal((await u2_end(await u2_create(from))).status_code,
                         200004);
        }
    }

    await m.world('test-u', 'plan', { tasks: [{ end: { fail: '200005' } }] },
                  'PATCH');
    assert.equal((await u2_end(await u2_create({ file_url: sound('tone') })))
        .status_code, 200005);
});


// memories.ai

const memories = (path, options) =>
    api('/serve/api/v2', path, 'test-m', options);


async function upload(name) {
    const { body } = await memories('/upload', { form: file(name) });

    assert.equal(body.code, '0000', JSON.stringify(body));

    return body.data.asset_id;
}


function generate(how, asset_id, inbox, fault) {
    const json = { asset_id };

    if (inbox) {
        json.callback_url = `${m.url}/_mock/${inbox}`;
    }

    return memories(`/transcriptions/${how}-generate-audio`, { json, fault });
}


// Of the integers the code is the status; the strings are strings.

function memories_code(c) {
    return c.code === `${c.status}` ? c.status : c.code;
}


function is_memories({ status, headers, body }, c) {
    assert.equal(status, c.status, JSON.stringify(body));
    assert.strictEqual(body.code, memories_code(c));
    assert.equal(body.msg, c.meaning);
    assert.deepEqual(body, { code: body.code, msg: body.msg, data: body.data,
                             success: false, failed: true });
    vendors(status === 401 ? 'memories 401' : 'memories', headers);
}


let asset;

test('memories: what a real refusal has', async () => {
    const answer = await memories(`/task/${'0'.repeat(32)}`);

    assert.equal(answer.body.msg, 'Task not found');
    is_real('memories', answer.headers);

    const other = await api('/serve/api/v2', '/task/1', 'nobody');

    assert.equal(other.status, 401);
    is_real('memories 401', other.headers);

    await m.world('test-m', 'plan', {
        progress: 'once',
        account: { limits: off(['memories.transcriptions',
                                'memories.upload']) } });
    asset = await upload('speech.wav');
});


for (const c of of('memories', 'error')) {
    test(`memories ${c.fault}`, async () => {
        const answer = await generate('async', asset, 'inbox/never', c.fault);

        is_memories(answer, c);

        // a task that goes on is told of
        if (c.status === 504) {
            assert.match(answer.body.data.task_id, /^[0-9a-f]{32}$/);
        } else {
            assert.equal(answer.body.data, null);
        }
    });
}


for (const c of of('memories', 'task')) {
    test(`memories ${c.fault}: ${c.code}`, async () => {
        const inbox = `inbox/memories-${c.fault.slice(5)}`;
        const { body } = await generate('async', asset, inbox, c.fault);
        const query = await memories(`/task/${body.data.task_id}`);
        const call = JSON.parse((await received(inbox)).body);

        assert.equal(query.body.data.status, 'failed');
        assert.equal(call.task_id, body.data.task_id);
        assert.equal(call.code, c.code);
        assert.equal(call.data.success, false);
        assert.ok(call.data.msg.endsWith(c.meaning), call.data.msg);

        const answer = await generate('sync', asset, null, c.fault);
        assert.equal(answer.status, c.status);
        assert.equal(answer.body.code, c.code);
        assert.ok(answer.body.msg.endsWith(c.meaning), answer.body.msg);
        vendors('memories', answer.headers);
    });
}


test('memories by names of audio, and by a plan', async () => {
    for (const [name, status, msg] of [['too_long', 400, 'longer than 5 hours'],
                                       ['no_model', 500, 'no model']]) {
        const answer = await generate('sync', await upload(`fail-${name}.wav`));

        assert.equal(answer.status, status);
        assert.match(answer.body.msg, new RegExp(msg));
    }

    await m.world('test-m', 'plan', { tasks: [{ end: { fail: 'corrupt' } }] },
                  'PATCH');
    assert.match((await generate('sync', asset)).body.msg, /damaged/);
});


// All together

test('the list has all, each name once', () => {
    for (const name of ['u2', 'tencent', 'memories', 'ice']) {
        for (const kind of ['error', 'task']) {
            const faults = of(name, kind).map(c => c.fault);

            assert.ok(faults.length > 10, `${name} ${kind}`);
            assert.equal(new Set(faults).size, faults.length);
        }
    }
});


// The signature doctor

function diagnosis(headers) {
    return headers['x-mock-diagnosis'] ?? '';
}


for (const [what, key, secret, rule] of [
    ['a space after the secret', 'test-d', 'test-d ', 'S-secret-blank'],
    ['a line break after the secret', 'test-d', 'test-d\n',
     'S-secret-newline'],
    ['quotes around the secret', 'test-d', '"test-d"', 'S-secret-quoted'],
    ['"undefined" as the secret', 'test-d', 'undefined', 'S-secret-unset'],
    ['a secret in capitals', 'test-d', 'TEST-D', 'S-secret-case'],
    ['a secret without its end', 'test-d', 'test-', 'S-secret-cut'],
    ['a secret in base64', 'test-d', 'dGVzdC1k', 'S-secret-base64'],
]) {
    for (const signMethod of ['TC3-HMAC-SHA256', 'HmacSHA256', 'HmacSHA1']) {
        test(`doctor: ${what}, ${signMethod}`, async () => {
            const client = tencent_cn(key, null, { secret, signMethod });

            is_tencent(await caught(client.DescribeTaskStatus({ TaskId: 1 })),
                       'AuthFailure.SignatureFailure');
            assert.match(diagnosis(seen.at(-1).headers),
                         new RegExp(`^${rule}\\b`));
        });
    }

    test(`doctor: ${what}, ice`, async () => {
        for (const call of [ice_pop(key, null, secret),
                            ice(core, key, null, secret),
                            ice(old, key, null, secret)]) {
            const err = await caught(call('ListSmartJobs', {}));

            assert.equal(err.code, 'SignatureDoesNotMatch');
            assert.match(diagnosis(seen.at(-1).headers),
                         new RegExp(`^${rule}\\b`));
        }
    });
}


ends(m);
