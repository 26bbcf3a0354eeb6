// @alicloud/openapi-core and @alicloud/openapi-client as they come from npm,
// called as the vendor's ICE package calls them: ACS3, and RPC v1 on demand.

import assert from 'node:assert/strict';
import test from 'node:test';
import core from '@alicloud/openapi-core';
import old from '@alicloud/openapi-client';
import { RuntimeOptions } from '@darabonba/typescript';
import tea from '@alicloud/tea-util';

import { gateway, stops } from './gateway.mjs';
import { operation, transcript } from './ice.mjs';

const gw = await gateway();
const kinds = { 'openapi-core': core, 'openapi-client': old };


function caller(kind, options = {}) {
    const sdk = kinds[kind];
    const key = { ...gw.account(options.account ?? 'demo'), ...options.key };
    const { Config } = sdk.$OpenApiUtil ?? sdk;
    const Request = (sdk.$OpenApiUtil ?? sdk).OpenApiRequest;
    const Params = (sdk.$OpenApiUtil ?? sdk).Params;
    const client = new sdk.default(new Config({
        accessKeyId: key.access_key_id,
        accessKeySecret: key.access_key_secret,
        securityToken: options.token,
        endpoint: `127.0.0.1:${gw.port}`, protocol: 'http',
        signatureAlgorithm: options.v1 ? 'v2' : undefined,
    }));

    return async (action, query, how = {}) => {
        const runtime = kind === 'openapi-core'
            ? new RuntimeOptions({}) : new tea.RuntimeOptions({});
        const answer = await client.callApi(
            new Params({ ...operation(action), ...how }),
            new Request({ query, body: how.body }), runtime);

        assert.equal(answer.statusCode, 200);
        return answer.body;
    };
}


async function refused(code, status, call) {
    await assert.rejects(call, err => {
        assert.equal(err.code, code, `${err}`);
        assert.equal(err.statusCode ?? err.data?.statusCode, status);
        assert.match(`${err.message}`, /request id: ?[0-9A-F-]{36}/);
        return true;
    });
}


for (const kind of Object.keys(kinds)) {
    for (const v1 of [false, true]) {
        const name = `${kind}, ${v1 ? 'RPC v1' : 'ACS3'}`;

        test(`${name}: a job to its transcript`, async () => {
            await transcript(caller(kind, { v1 }), gw.text);
        });

        test(`${name}: by GET`, async () => {
            const call = caller(kind, { v1 });
            const list = await call('ListSmartJobs', {}, { method: 'GET' });

            assert.ok(Array.isArray(list.SmartJobList));
        });

        test(`${name}: errors`, async () => {
            const id = { JobId: '0'.repeat(32) };
            const get = options => () =>
                caller(kind, { v1, ...options })('GetSmartHandleJob', id);

            await refused('ResourceNotFound', 404, get());
            await refused('InvalidAccessKeyId.NotFound', 404,
                          get({ key: { access_key_id: 'LTAInobody' } }));
            await refused('SignatureDoesNotMatch', 400,
                          get({ key: { access_key_secret: 'wrong' } }));
            await refused('InvalidAction.NotFound', 404, () =>
                caller(kind, { v1 })('Nonsense', {}));
            await refused('MissingParameter', 400, () =>
                caller(kind, { v1 })('SubmitASRJob', {}));
            await refused('InvalidParameter', 400, () =>
                caller(kind, { v1 })('SubmitASRJob', {
                    InputFile: 'oss://b/o', Title: '测'.repeat(43),
                }));
        });
    }
}


test('openapi-core: form and JSON bodies', async () => {
    const call = caller('openapi-core');
    const body = { JobId: '0'.repeat(32) };

    for (const reqBodyType of ['formData', 'json']) {
        await refused('ResourceNotFound', 404, () =>
            call('GetSmartHandleJob', {}, { reqBodyType, body }));
    }
});


test('openapi-core: throttled, and when to come again', async () => {
    const call = caller('openapi-core', { account: 'few' });

    await call('ListSmartJobs', {});
    await assert.rejects(() => call('ListSmartJobs', {}), err => {
        assert.equal(err.name, 'ThrottlingError', `${err}`);
        assert.equal(err.code, 'Throttling.User');
        assert.ok(err.retryAfter > 0 && err.retryAfter <= 60000);
        return true;
    });
});


stops(gw);
