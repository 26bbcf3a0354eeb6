// tencentcloud-sdk-nodejs-intl-en as it comes from npm.  This one signs v1
// HmacSHA256 and posts a form unless it is told otherwise.

import assert from 'node:assert/strict';
import test from 'node:test';
import sdk from 'tencentcloud-sdk-nodejs-intl-en';

import { gateway, recording, sounds, stops, until } from './gateway.mjs';

const { Client, Models } = sdk.asr.v20190614;
const { ClientProfile, Credential, HttpProfile } = sdk.common;
const gw = await gateway();


function client(options = {}) {
    const key = { ...gw.account(options.account ?? 'demo'), ...options.key };
    const http = new HttpProfile('http://', `127.0.0.1:${gw.port}`,
                                 options.reqMethod);

    return new Client(new Credential(key.secret_id, key.secret_key),
                      options.region,
                      new ClientProfile(options.signMethod, http));
}


function call(c, action, fields) {
    const request = new Models[`${action}Request`]();

    Object.assign(request, fields);

    return new Promise((resolve, reject) => {
        c[action](request, (err, answer) => {
            if (err) {
                reject(err);
            } else {
                resolve(answer);
            }
        });
    });
}


function task(extra = {}) {
    return {
        EngineModelType: '16k_en', ChannelNum: 1, ResTextFormat: 0,
        SourceType: 1, Data: recording('0880').toString('base64'), ...extra,
    };
}


async function transcript(c, id) {
    const answer = await until(async () => {
        const a = await call(c, 'DescribeTaskStatus', { TaskId: id });
        return a.Data.Status >= 2 ? a : null;
    });

    assert.equal(answer.Data.StatusStr, 'success', answer.Data.ErrorMsg);
    sounds(answer.Data.Result, gw.text);
}


async function refused(code, promise) {
    await assert.rejects(promise, err => {
        assert.equal(err.code, code, `${err}`);
        assert.ok(err.message.length > 0);
        assert.match(err.requestId, /^[0-9a-f-]{36}$/);
        return true;
    });
}


test('by default (v1): a task to its transcript', async () => {
    const c = client();
    const { Data } = await call(c, 'CreateRecTask', task());

    await transcript(c, Data.TaskId);
});


for (const signMethod of ['HmacSHA1', 'HmacSHA256', 'TC3-HMAC-SHA256']) {
    for (const region of [undefined, 'ap-singapore']) {
        test(`${signMethod}, region ${region}: a task`, async () => {
            const c = client({ signMethod, region });
            const { Data } = await call(c, 'CreateRecTask', task());

            await transcript(c, Data.TaskId);
        });
    }
}


test('by GET: a query', async () => {
    const { Data } = await call(client(), 'CreateRecTask', task());

    await transcript(client({ reqMethod: 'GET' }), Data.TaskId);
});


test('errors', async () => {
    const id = { TaskId: 1 };

    await refused('AuthFailure.SecretIdNotFound', call(
        client({ key: { secret_id: 'AKIDnobody' } }),
        'DescribeTaskStatus', id));
    await refused('AuthFailure.SignatureFailure', call(
        client({ key: { secret_key: 'wrong' } }), 'DescribeTaskStatus', id));
    await refused('FailedOperation.NoSuchTask', call(
        client(), 'DescribeTaskStatus', { TaskId: 999999 }));
    await refused('MissingParameter', call(client(), 'CreateRecTask', {}));
    await refused('InvalidParameterValue', call(
        client(), 'CreateRecTask', task({ EngineModelType: '17k' })));
    await refused('InvalidParameter', call(
        client(), 'CreateRecTask', task({ ChannelNum: 'one' })));
});


test('a recording of more than 1 MB is not for v1', async () => {
    const data = Buffer.alloc(1024 * 1024).toString('base64');

    await refused('AuthFailure.SignatureFailure', call(
        client(), 'CreateRecTask', task({ Data: data })));

    const c = client({ signMethod: 'TC3-HMAC-SHA256' });
    const answer = await call(c, 'CreateRecTask', task({ Data: data }));
    assert.ok(answer.Data.TaskId > 0);
});


test('over the rate', async () => {
    const c = client({ account: 'few' });

    await call(c, 'CreateRecTask', task());
    await refused('RequestLimitExceeded.UinLimitExceeded',
                  call(c, 'CreateRecTask', task()));
});


stops(gw);
