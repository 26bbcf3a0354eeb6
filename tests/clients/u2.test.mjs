// Document 000 as a client would be written: fetch and FormData, nothing else.

import assert from 'node:assert/strict';
import test from 'node:test';

import { gateway, listener, recording, sounds, stops, until }
    from './gateway.mjs';

const files = await listener({ '/speech.wav': recording('0880') });
const gw = await gateway();
const base = `http://127.0.0.1:${gw.port}/v1`;


async function api(path, { key = gw.account('demo').bearer, json, ...init }
                         = {}) {
    const headers = { Authorization: `Bearer ${key}`, ...init.headers };

    if (json) {
        init.method = 'POST';
        init.body = JSON.stringify(json);
        headers['Content-Type'] = 'application/json';
    }

    const res = await fetch(base + path, { ...init, headers });

    return { status: res.status, headers: res.headers,
             body: await res.json() };
}


async function upload(name, key) {
    const form = new FormData();

    form.append('purpose', 'a2t_async_input');
    form.append('file', new Blob([recording(name)], { type: 'audio/wav' }),
                `${name}.wav`);

    const { body } = await api('/files/upload',
                               { method: 'POST', body: form, key });

    assert.equal(body.base_resp.status_code, 0, JSON.stringify(body));

    return body.file.file_id;
}


async function create(file_id, extra = {}, key = undefined) {
    return api('/audio/asr/tasks', {
        key, json: { file_id, model: 'u2-asr', format: 'wav', ...extra },
    });
}


async function success(task) {
    return until(async () => {
        const a = await api(`/audio/asr/tasks/${task}`);
        assert.equal(a.body.base_resp.status_code, 0);
        assert.ok(['Waiting', 'Processing', 'Success']
            .includes(a.body.status), a.body.status);
        return a.body.status === 'Success' ? a.body : null;
    });
}


test('upload, create, poll', async () => {
    const file = await upload('0880');
    const { body } = await create(file, { word_info: true,
                                          enable_auto_lang: false });

    assert.ok(Number.isSafeInteger(file));
    assert.match(body.task_id, /^[A-Za-z0-9_-]+$/);

    const result = await success(body.task_id);

    sounds(result.results.map(r => r.text).join(' '), gw.text);
    assert.ok(result.results[0].words.length > 0);

    const { body: gone } = await api('/files/delete', {
        json: { file_id: file, purpose: 'a2t_async_input' } });
    assert.equal(gone.base_resp.status_code, 0);
});


test('by file_url', async () => {
    const { body } = await create(undefined,
                                  { file_url: files.url('/speech.wav') });
    const result = await success(body.task_id);

    sounds(result.results.map(r => r.text).join(' '), gw.text);
    assert.equal(files.of('/speech.wav').length, 1);
});


test('by a file_url with nothing behind', async () => {
    const { body } = await create(undefined,
                                  { file_url: files.url('/gone.wav') });

    const failed = await until(async () => {
        const a = await api(`/audio/asr/tasks/${body.task_id}`);
        assert.notEqual(a.body.status, 'Success');
        return a.body.status === 'Failed' ? a.body : null;
    });

    assert.equal(failed.base_resp.status_code, 200007);
    assert.ok(files.of('/gone.wav').length > 0);
});


test('errors', async () => {
    const file = await upload('0880');

    for (const [status, code, answer] of [
        [401, 100101, await create(file, {}, 'sk-wrong')],
        [400, 100002, await create(999999)],
        [400, 100001, await create(file, { model: 'u3' })],
        [400, 100001, await create(undefined)],
        [400, 100002, await api('/audio/asr/tasks/999999')],
        [404, 100002, await api('/nowhere')],
        [405, 100001, await api('/files/upload')],
    ]) {
        assert.equal(answer.status, status);
        assert.equal(answer.body.base_resp.status_code, code);
        assert.ok(answer.body.base_resp.status_msg);
        assert.ok(answer.headers.get('trace-id'));
    }
});


test('over the rate', async () => {
    const key = gw.account('few').bearer;
    const file = await upload('0880', key);

    assert.equal((await create(file, {}, key)).status, 200);

    const answer = await create(file, {}, key);
    assert.equal(answer.status, 429);
    assert.equal(answer.body.base_resp.status_code, 100501);
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
});


stops(gw);
