// The published signature vectors, signed by the vendors' own code.
//
// What a stock SDK cannot do is left out by a rule said here, and how many of
// a file it must have signed is said, too.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';

const require = createRequire(import.meta.url);

const cn = require('tencentcloud-sdk-nodejs-common/tencentcloud/common/sign.js')
    .default;
const intl = require('tencentcloud-sdk-nodejs-intl-en/tencentcloud/common/'
    + 'sign.js');
const { AbstractClient } = require('tencentcloud-sdk-nodejs-common/'
    + 'tencentcloud/common/abstract_client.js');
const { default: core } = require('@alicloud/openapi-core/dist/utils.js');
const util = require('@alicloud/openapi-util').default;


function vectors(name) {
    const url = new URL(`../../conformance/common/vectors/${name}.json`,
                        import.meta.url);

    return JSON.parse(readFileSync(url, 'utf8')).signingTests;
}


function seconds(v) {
    return Date.parse(v.time) / 1000;
}


// Without URL, which changes what it reads.

function parts(v) {
    const [, host, path, query] =
        v.url.match(/^https?:\/\/([^/]+)(\/[^?]*)(?:\?(.*))?$/);

    return { host, path, query: query ?? '' };
}


// undefined: a name is there twice, which a map cannot hold.

function params(v) {
    const all = {};
    const text = [parts(v).query,
                  /json/.test(v.headers?.['Content-Type']) ? '' : v.body ?? '']
        .filter(s => s !== '').join('&');

    for (const [name, value] of new URLSearchParams(text)) {
        if (name in all) {
            return undefined;
        }

        all[name] = value;
    }

    return all;
}


function given(all) {
    return Object.fromEntries(Object.entries(all)
        .filter(([, value]) => value !== undefined));
}


for (const [name, sdk] of [['cn', cn], ['intl', intl]]) {
    test(`TC3, the ${name} SDK`, () => {
        let n = 0;

        for (const v of vectors('tc3')) {
            const { host, query } = parts(v);
            const type = v.headers?.['Content-Type']
                ?? (v.method === 'GET' ? 'application/x-www-form-urlencoded'
                                       : 'application/json');

            // The SDK signs two headers, as they are, the host without its
            // port, and the payload; URL encodes "'" where it is bare.

            if (v.signedHeaders !== undefined || v.unsignedPayload
                || type !== type.toLowerCase() || host.includes(':')
                || query.includes("'"))
            {
                continue;
            }

            const made = sdk.sign3({
                method: v.method, url: v.url, timestamp: seconds(v),
                payload: v.body === undefined ? '' : Buffer.from(v.body),
                service: v.service, secretId: v.secretId,
                secretKey: v.secretKey, headers: { 'Content-Type': type },
            });

            assert.equal(made, v.expectedAuthorization, v.description);
            n++;
        }

        assert.ok(n >= 12, `${n}`);
    });
}


test('Tencent v1', () => {
    let n = 0;

    for (const v of vectors('tc1')) {
        const client = {
            endpoint: parts(v).host, path: '/',
            profile: { httpProfile: { reqMethod: v.method } },
        };
        const text = AbstractClient.prototype.formatSignString.call(
            client, given({
                ...params(v), Action: v.action, Version: v.version,
                Region: v.region, Timestamp: seconds(v), Nonce: v.nonce,
                SecretId: v.secretId, Token: v.token,
                SignatureMethod: v.signatureMethod,
            }));

        assert.equal(text, v.expectedStringToSign, v.description);

        for (const sdk of [cn, intl]) {
            assert.equal(sdk.sign(v.secretKey, text,
                                  v.signatureMethod ?? 'HmacSHA1'),
                         v.expectedSignature, v.description);
        }

        n++;
    }

    assert.ok(n >= 12, `${n}`);
});


test('ACS3', () => {
    let n = 0;

    for (const v of vectors('acs3')) {
        const { host, path, query } = parts(v);
        const all = params({ ...v, body: undefined });

        if (all === undefined) {
            continue;
        }

        assert.ok(query !== '' || Object.keys(all).length === 0);

        const payload = createHash('sha256').update(v.body ?? '')
            .digest('hex');
        const made = core.getAuthorization({
            method: v.method, pathname: path, query: all,
            headers: given({
                ...v.headers, host, 'x-acs-action': v.action,
                'x-acs-version': v.version, 'x-acs-date': v.time,
                'x-acs-signature-nonce': v.nonce,
                'x-acs-content-sha256': payload,
                'x-acs-security-token': v.token,
                'x-acs-accesskey-id': v.token && v.secretId,
            }),
        }, 'ACS3-HMAC-SHA256', payload, v.secretId, v.secretKey);

        assert.equal(made, v.expectedAuthorization, v.description);
        n++;
    }

    assert.ok(n >= 12, `${n}`);
});


test('RPC v1', () => {
    let n = 0;

    for (const v of vectors('rpc1')) {
        const all = params(v);

        if (all === undefined) {
            continue;
        }

        const signed = given({
            ...all, Action: v.action, Version: v.version, Format: v.format,
            AccessKeyId: v.secretId, SignatureMethod: 'HMAC-SHA1',
            SignatureVersion: '1.0', SignatureNonce: v.nonce,
            Timestamp: v.time, SecurityToken: v.token, RegionId: v.region,
        });

        for (const sdk of [core, util]) {
            assert.equal(sdk.getRPCSignature(signed, v.method, v.secretKey),
                         v.expectedSignature, v.description);
        }

        n++;
    }

    assert.ok(n >= 12, `${n}`);
});
