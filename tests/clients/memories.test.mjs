// Document 002 as a client would be written: fetch, FormData, and a server
// that its callbacks are received by.

import assert from 'node:assert/strict';
import test from 'node:test';

import { gateway, listener, recording, sounds, stops, until }
    from './gateway.mjs';

const hooks = await listener();
const gw = await gateway(hooks.url('/hook'));
const base = `http://127.0.0.1:${gw.port}/serve/api/v2`;


async function api(path, { key = gw.account('demo').bearer, json, ...init }
                         = {}) {
    const headers = { Authorization: key, ...init.headers };

    if (json) {
        init.method = 'POST';
        init.body = JSON.stringify(json);
        headers['Content-Type'] = 'application/json';
    }

    const res = await fetch(base + path, { ...init, headers });

    assert.match(res.headers.get('content-type'), /^application\/json/);

    return { status: res.status, headers: res.headers,
             body: await res.json() };
}


async function upload(bytes = recording('0880'), key = undefined) {
    const form = new FormData();

    form.append('file', new Blob([bytes], { type: 'audio/wav' }),
                'speech.wav');

    const { body } = await api('/upload', { method: 'POST', body: form, key });

    assert.equal(body.code, '0000', JSON.stringify(body));
    assert.match(body.data.asset_id, /^re_\d{18}$/);

    return body.data.asset_id;
}


function generate(how, asset_id, extra = {}, key = undefined) {
    return api(`/transcriptions/${how}-generate-audio`,
               { key, json: { asset_id, ...extra } });
}


async function task(asset, extra = {}, key = undefined) {
    const { status, body } = await generate('async', asset, extra, key);

    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body, { code: '0000', msg: 'success', success: true,
                             failed: false,
                             data: { task_id: body.data.task_id } });
    assert.match(body.data.task_id, /^[0-9a-f]{32}$/);

    return body.data.task_id;
}


// The members and types that the document gives a callback, and no others.

function transcript(call, id) {
    const body = JSON.parse(call.body);
    const { data } = body;
    const { data: segments, usage_metadata: usage } = data.data;

    assert.equal(call.method, 'POST');
    assert.match(call.headers['content-type'], /^application\/json/);
    assert.deepEqual(Object.keys(body).sort(),
                     ['code', 'data', 'message', 'task_id']);
    assert.equal(body.code, '0000');
    assert.equal(body.message, 'SUCCESS');
    assert.equal(body.task_id, id);
    assert.deepEqual(Object.keys(data).sort(), ['data', 'msg', 'success']);
    assert.equal(data.success, true);
    assert.equal(typeof data.msg, 'string');
    assert.deepEqual(Object.keys(usage).sort(),
                     ['duration', 'model', 'output_tokens', 'prompt_tokens']);
    assert.ok(usage.duration > 1 && usage.duration < 10, `${usage.duration}`);
    assert.equal(usage.model, 'whisper-1');
    assert.equal(usage.output_tokens, 0);
    assert.equal(usage.prompt_tokens, 0);
    assert.ok(segments.length > 0);
    items(segments);
    assert.ok(segments.at(-1).end_time <= usage.duration + 0.3);

    return body;
}


function items(list) {
    let from = 0;

    for (const item of list) {
        assert.deepEqual(Object.keys(item).sort(),
                         ['end_time', 'speaker', 'start_time', 'text']);
        assert.ok(item.start_time >= from && item.end_time > item.start_time);
        assert.equal(item.speaker, null);
        from = item.start_time;
    }

    sounds(list.map(item => item.text).join(' '), gw.text);
}


test('upload, create, called back', async () => {
    const id = await task(await upload(),
                          { model: 'whisper-1', speaker: false });
    const body = transcript(await hooks.next('/hook'), id);

    // the query, an extension, says the same
    const { body: query } = await api(`/task/${id}`);

    assert.equal(query.data.status, 'completed');
    assert.deepEqual(query.data.result, body.data);
});


test('many at once, each called back once', async () => {
    const asset = await upload();
    const ids = await Promise.all(Array.from({ length: 6 }, (_, i) =>
        task(asset, { callback_url: hooks.url(`/many/${i}`) })));
    const calls = await Promise.all(
        ids.map((_, i) => hooks.next(`/many/${i}`)));

    assert.equal(new Set(ids).size, 6);
    calls.forEach((call, i) => transcript(call, ids[i]));
    ids.forEach((_, i) => assert.equal(hooks.of(`/many/${i}`).length, 1));
});


test('a task that fails, called back', async () => {
    const asset = await upload(Buffer.from('not audio'.repeat(50)));
    const id = await task(asset, { callback_url: hooks.url('/failed') });
    const body = JSON.parse((await hooks.next('/failed')).body);

    assert.equal(body.task_id, id);
    assert.notEqual(body.code, '0000');
    assert.equal(body.data.success, false);
    assert.equal(body.data.data, null);
    assert.ok(body.data.msg);
});


test('sync', async () => {
    const asset = await upload();
    const { status, body } = await generate('sync', asset);

    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.code, '0000');
    assert.equal(body.success, true);
    assert.equal(body.failed, false);
    assert.equal(body.data.model, 'whisper-1');
    items(body.data.items);

    const bad = await upload(Buffer.from('not audio'.repeat(50)));
    const answer = await generate('sync', bad);

    assert.equal(answer.status, 400);
    assert.match(answer.body.msg, /^Transcription failed: /);
});


test('a key with Bearer; metadata; deletion', async () => {
    const key = `Bearer ${gw.account('demo').bearer}`;
    const wav = recording('0880');
    const asset = await upload(wav, key);
    const { body } = await api(`/${asset}/metadata`, { key });
    const [meta] = body.data.resource;

    assert.equal(meta.asset_id, asset);
    assert.equal(meta.upload_status, 'SUCCESS');
    assert.equal(meta.file_size, `${wav.length}`);

    const gone = await api(`/${asset}`, { method: 'DELETE', key });
    assert.equal(gone.body.code, '0000');

    const answer = await generate('sync', asset);
    assert.equal(answer.body.msg, 'Asset not found');
});


test('errors', async () => {
    const asset = await upload();
    const other = gw.account('other').bearer;
    const url = { callback_url: hooks.url('/never') };

    for (const [status, code, msg, answer] of [
        [401, '0401', /^Unauthorized$/,
         await generate('async', asset, url, 'sk-wrong')],
        [401, '0401', /^Unauthorized$/, await generate('sync', asset, {}, '')],
        [400, '0001', /at least one webhook/,
         await generate('async', asset, {}, other)],
        [400, '0001', /^Asset not found$/,
         await generate('async', asset, url, other)],
        [400, '0001', /^Asset not found$/,
         await generate('sync', 're_000000000000000001')],
        [400, '0001', /^asset_id cannot be null or empty$/,
         await generate('sync', undefined)],
        [400, '0001', /./, await generate('sync', asset, { speaker: 'yes' })],
        [400, '0001', /./, await generate('sync', asset, { model: 'none' })],
        [400, '0001', /./,
         await generate('async', asset, { callback_url: 'ftp://a/b' })],
        [400, '0001', /^Task not found$/, await api(`/task/${'0'.repeat(32)}`)],
        [404, '0404', /^Not found$/, await api('/nowhere/at/all')],
        [405, '0405', /^Method not allowed$/, await api('/upload')],
        [415, '0415', /^Unsupported media type$/,
         await api('/upload', { json: {} })],
    ]) {
        assert.equal(answer.status, status, JSON.stringify(answer.body));
        assert.deepEqual(answer.body, { code, msg: answer.body.msg,
                                        data: null, success: false,
                                        failed: true });
        assert.match(answer.body.msg, msg);
    }

    assert.equal(hooks.of('/never').length, 0);
});


test('over the rate', async () => {
    const key = gw.account('few').bearer;
    const asset = await upload(undefined, key);
    const id = await task(asset, { callback_url: hooks.url('/few') }, key);

    for (const how of ['async', 'sync']) {
        const answer = await generate(
            how, asset, { callback_url: hooks.url('/few') }, key);

        assert.equal(answer.status, 429);
        assert.equal(answer.body.code, '0429');
        assert.equal(answer.body.msg, 'Rate limit exceeded');
        assert.ok(Number(answer.headers.get('retry-after')) > 0);
    }

    transcript(await hooks.next('/few'), id);
    assert.equal(hooks.of('/few').length, 1);
});


// All that were to come have come: none came to the webhook that gave a URL
// of its own, none for a sync request.

test('the webhook is called for its own tasks alone', async () => {
    assert.equal(hooks.of('/hook').length, 1);
});


stops(gw);
