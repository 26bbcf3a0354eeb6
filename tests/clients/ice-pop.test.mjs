// @alicloud/pop-core as it comes from npm: RPC v1 by GET and by form.

import assert from 'node:assert/strict';
import test from 'node:test';
import pop from '@alicloud/pop-core';

import { gateway, stops } from './gateway.mjs';
import { transcript } from './ice.mjs';

const gw = await gateway();


function caller(method, key = {}) {
    const account = { ...gw.account('demo'), ...key };
    const client = new pop.RPCClient({
        accessKeyId: account.access_key_id,
        accessKeySecret: account.access_key_secret,
        endpoint: `http://127.0.0.1:${gw.port}`, apiVersion: '2020-11-09',
    });

    return (action, params) => client.request(action, params, { method });
}


async function refused(code, call) {
    await assert.rejects(call, err => {
        assert.equal(err.code, code, `${err}`);
        assert.equal(err.name, `${code}Error`);
        assert.match(err.data.RequestId, /^[0-9A-F-]{36}$/);
        return true;
    });
}


for (const method of ['GET', 'POST']) {
    test(`${method}: a job to its transcript`, async () => {
        await transcript(caller(method), gw.text);
    });

    test(`${method}: errors`, async () => {
        const id = { JobId: '0'.repeat(32) };

        await refused('ResourceNotFound', () =>
            caller(method)('GetSmartTaskResult', id));
        await refused('InvalidAccessKeyId.NotFound', () =>
            caller(method, { access_key_id: 'LTAInobody' })(
                'GetSmartHandleJob', id));
        await refused('SignatureDoesNotMatch', () =>
            caller(method, { access_key_secret: 'wrong' })(
                'GetSmartHandleJob', id));
        await refused('InvalidAction.NotFound', () =>
            caller(method)('Nonsense', {}));
        await refused('MissingParameter', () =>
            caller(method)('SubmitASRJob', {}));
    });
}


test('many at once', async () => {
    const call = caller('GET');
    const answers = await Promise.all(
        Array.from({ length: 20 }, () => call('ListSmartJobs', {})));

    assert.equal(new Set(answers.map(a => a.RequestId)).size, 20);
});


stops(gw);
