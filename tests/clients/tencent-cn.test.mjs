// tencentcloud-sdk-nodejs-asr as it comes from npm: TC3 by POST and by GET.

import assert from 'node:assert/strict';
import test from 'node:test';
import sdk from 'tencentcloud-sdk-nodejs-asr';

import { gateway, listener, recording, sounds, stops, until }
    from './gateway.mjs';

const files = await listener({ '/speech.wav': recording('0880') },
                             '{"code":0,"message":"success"}');
const gw = await gateway();


function client(options = {}) {
    const key = { ...gw.account(options.account ?? 'demo'), ...options.key };

    return new sdk.asr.v20190614.Client({
        credential: { secretId: key.secret_id, secretKey: key.secret_key,
                      token: options.token },
        region: options.region ?? '',
        profile: {
            signMethod: options.signMethod ?? 'TC3-HMAC-SHA256',
            language: options.language,
            httpProfile: {
                endpoint: `127.0.0.1:${gw.port}`,
                protocol: 'http://',
                reqMethod: options.reqMethod ?? 'POST',
                reqTimeout: 30,
            },
        },
    });
}


function task(extra = {}) {
    const data = recording('0880');

    return {
        EngineModelType: '16k_en', ChannelNum: 1, ResTextFormat: 2,
        SourceType: 1, Data: data.toString('base64'), DataLen: data.length,
        ...extra,
    };
}


async function transcript(c, id) {
    const answer = await until(async () => {
        const a = await c.DescribeTaskStatus({ TaskId: id });
        return a.Data.Status >= 2 ? a : null;
    });

    assert.equal(answer.Data.StatusStr, 'success', answer.Data.ErrorMsg);
    assert.equal(answer.Data.TaskId, id);
    assert.match(answer.RequestId, /^[0-9a-f-]{36}$/);
    sounds(answer.Data.Result, gw.text);

    return answer.Data;
}


async function refused(code, call) {
    await assert.rejects(call, err => {
        assert.equal(err.code, code, `${err}`);
        assert.ok(err.message.length > 0);
        assert.match(err.requestId, /^[0-9a-f-]{36}$/);
        return true;
    });
}


for (const signMethod of ['TC3-HMAC-SHA256', 'HmacSHA256', 'HmacSHA1']) {
    test(`${signMethod} by POST: a task to its transcript`, async () => {
        const c = client({ signMethod });
        const answer = await c.CreateRecTask(task());
        const data = await transcript(c, answer.Data.TaskId);

        assert.ok(Number.isSafeInteger(answer.Data.TaskId));
        assert.ok(data.ResultDetail[0].Words.length > 0);
    });
}


for (const signMethod of ['TC3-HMAC-SHA256', 'HmacSHA256', 'HmacSHA1']) {
    test(`${signMethod} by GET: a query`, async () => {
        const { Data } = await client().CreateRecTask(task());

        await transcript(client({ signMethod, reqMethod: 'GET' }),
                         Data.TaskId);
    });
}


// Document 001 has a task by Url, and what is sent to its CallbackUrl.

function by_url(path, callback, extra = {}) {
    return {
        EngineModelType: '16k_en', ChannelNum: 1, ResTextFormat: 1,
        SourceType: 0, Url: files.url(path),
        CallbackUrl: files.url(callback), ...extra,
    };
}


test('by Url, told to CallbackUrl', async () => {
    const c = client();
    const { Data } = await c.CreateRecTask(
        by_url('/speech.wav', '/done?of=mine'));
    const call = await files.next('/done?of=mine');
    const form = new URLSearchParams(call.body);
    const answer = await transcript(c, Data.TaskId);

    assert.equal(call.method, 'POST');
    assert.equal(call.headers['content-type'],
                 'application/x-www-form-urlencoded');
    assert.equal(form.get('code'), '0');
    assert.equal(form.get('requestId'), `${Data.TaskId}`);
    assert.equal(form.get('appid'), '1300000001');
    assert.ok(Math.abs(Number(form.get('audioTime')) - 3) < 0.2,
              form.get('audioTime'));
    assert.equal(form.get('text'), answer.Result);
    assert.deepEqual(JSON.parse(form.get('resultDetail')),
                     answer.ResultDetail);
    sounds(form.get('text'), gw.text);
    assert.equal(files.of('/speech.wav').length, 1);
    assert.equal(files.of('/done?of=mine').length, 1);
});


test('by a Url with nothing behind, told to CallbackUrl', async () => {
    const c = client();
    const { Data } = await c.CreateRecTask(by_url('/gone.wav', '/failed'));
    const form = new URLSearchParams((await files.next('/failed')).body);
    const answer = await c.DescribeTaskStatus({ TaskId: Data.TaskId });

    assert.equal(form.get('requestId'), `${Data.TaskId}`);
    assert.notEqual(Number(form.get('code')), 0);
    assert.ok(form.get('message'));
    assert.equal(answer.Data.StatusStr, 'failed');
    assert.equal(answer.Data.ErrorMsg, form.get('message'));
});


test('an SDK with region and language', async () => {
    const c = client({ region: 'ap-shanghai', language: 'zh-CN' });
    const { Data } = await c.CreateRecTask(task());

    await transcript(c, Data.TaskId);
});


test('many at once', async () => {
    const c = client();
    const answers = await Promise.all(
        Array.from({ length: 10 }, () => c.CreateRecTask(task())));
    const ids = new Set(answers.map(a => a.Data.TaskId));

    assert.equal(ids.size, 10);
    await Promise.all([...ids].map(id => transcript(c, id)));
});


for (const reqMethod of ['POST', 'GET']) {
    for (const signMethod of ['TC3-HMAC-SHA256', 'HmacSHA256']) {
        test(`errors by ${signMethod} ${reqMethod}`, async () => {
            const how = { reqMethod, signMethod };
            const id = { TaskId: 1 };

            await refused('AuthFailure.SecretIdNotFound', () =>
                client({ ...how, key: { secret_id: 'AKIDnobody' } })
                    .DescribeTaskStatus(id));
            await refused('AuthFailure.SignatureFailure', () =>
                client({ ...how, key: { secret_key: 'wrong' } })
                    .DescribeTaskStatus(id));
            await refused('AuthFailure.TokenFailure', () =>
                client({ ...how, token: 'nonsense' })
                    .DescribeTaskStatus(id));
            await refused('FailedOperation.NoSuchTask', () =>
                client(how).DescribeTaskStatus({ TaskId: 999999 }));
            await refused('MissingParameter', () =>
                client(how).DescribeTaskStatus({}));
            await refused('UnknownParameter', () =>
                client(how).DescribeTaskStatus({ ...id, Nonsense: 1 }));
        });
    }
}


test('errors of a task', async () => {
    const c = client();

    await refused('MissingParameter', () => c.CreateRecTask({}));
    await refused('InvalidParameterValue', () =>
        c.CreateRecTask(task({ EngineModelType: '17k' })));
    await refused('InvalidParameter', () =>
        c.CreateRecTask(task({ ChannelNum: '1' })));
    await refused('InvalidParameterValue', () =>
        c.CreateRecTask(task({ Data: 'not base64!' })));
    await refused('InvalidAction', () => c.request('Nonsense', {}));
});


test('over the rate', async () => {
    const c = client({ account: 'few' });

    await c.CreateRecTask(task());
    await refused('RequestLimitExceeded.UinLimitExceeded', () =>
        c.CreateRecTask(task()));
});


stops(gw);
