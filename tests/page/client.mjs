// Requests to a mock, right and wrong, as clients send them.

import { createHash, createHmac } from 'node:crypto';
import http from 'node:http';

const sha = text => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();


// fetch would not let us name the host, or send a body that is no JSON.

export function send(base, { method = 'POST', path, headers = {}, body }) {
    return new Promise((done, fail) => {
        const req = http.request(new URL(path, base), { method, headers },
                                 res => {
            const chunks = [];

            res.on('data', c => chunks.push(c));
            res.on('end', () => {
                const text = Buffer.concat(chunks).toString();
                let json = null;

                try {
                    json = JSON.parse(text);
                } catch {
                    // not every answer is
                }

                done({ status: res.statusCode, headers: res.headers, text,
                       json });
            });
        });

        req.on('error', fail);
        req.end(body);
    });
}


export function u2(base, key, body, path = '/v1/audio/asr/tasks',
                   method = 'POST') {
    return send(base, {
        method, path,
        headers: { Authorization: `Bearer ${key}`,
                   'Content-Type': 'application/json' },
        body: body === undefined ? undefined
            : typeof body === 'string' ? body : JSON.stringify(body),
    });
}


// Tencent's TC3; after: what is hashed after the body, which has no such end.

export function tc3(base, key, action, params, { after = '' } = {}) {
    const body = JSON.stringify(params);
    const now = Math.floor(Date.now() / 1000);
    const day = new Date(now * 1000).toISOString().slice(0, 10);
    const type = 'application/json; charset=utf-8';
    const host = new URL(base).host;
    const canonical = ['POST', '/', '', `content-type:${type}`,
                       `host:${host}`, '', 'content-type;host',
                       sha(body + after)]
        .join('\n');
    const scope = `${day}/asr/tc3_request`;
    const text = ['TC3-HMAC-SHA256', now, scope, sha(canonical)].join('\n');
    const signing = ['asr', 'tc3_request'].reduce(
        hmac, hmac(`TC3${key}`, day));
    const sign = hmac(signing, text).toString('hex');

    return send(base, {
        path: '/', body,
        headers: {
            Authorization: `TC3-HMAC-SHA256 Credential=${key}/${scope}, `
                + `SignedHeaders=content-type;host, Signature=${sign}`,
            'Content-Type': type, Host: host, 'X-TC-Action': action,
            'X-TC-Timestamp': String(now), 'X-TC-Version': '2019-06-14',
        },
    });
}


export const rec = { EngineModelType: '16k_en', ChannelNum: 1,
                     ResTextFormat: 2, SourceType: 0,
                     Url: 'http://127.0.0.1/_mock/audio/say-hello.wav' };
