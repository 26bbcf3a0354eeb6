// A stand-in for the mock that the page can be worked on with: the shapes of
// its admin API, two operations that are as strict as the documents, nothing
// else.  Run by itself it is full of examples and prints its address.

import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

import { speech, spread } from './sound.mjs';

const page = new URL('../../mock_server/page/', import.meta.url);
const types = { html: 'text/html; charset=utf-8', css: 'text/css',
                js: 'text/javascript', svg: 'image/svg+xml' };
const said = 'The clock on the wall had stopped at ten. Nobody had noticed '
    + 'it before the letter came. Would you read it to us again? I would '
    + 'rather not read it at all.';

export const codes = [
    ['tencent', 'AuthFailure.SignatureFailure', 'error',
     'The signature is wrong.'],
    ['tencent', 'FailedOperation.UserHasNoFreeAmount', 'error',
     'The free resource package is used up.'],
    ['tencent', 'InvalidParameterValue', 'error', 'A value is not allowed.'],
    ['tencent', 'FailedOperation.ErrorDownFile', 'task',
     'The audio could not be downloaded.'],
    ['u2', '100501', 'error', 'Rate limit: too many requests.'],
    ['u2', '100001', 'error', 'A parameter is wrong.'],
    ['u2', '200007', 'task', 'The file could not be downloaded.'],
    ['ice', 'Throttling.User', 'error', 'Throttled for this user.'],
    ['memories', '0429', 'error', 'Too many requests.'],
].map(([api, code, kind, meaning]) => ({
    api, code, kind, meaning,
    fault: kind === 'task' ? `task=${code}` : code }));

const rules = {
    u2: [
        ['model', v => v === 'u2-asr', 'U-002', 'model code', 'u2-asr'],
        ['format', v => ['mp3', 'opus', 'wav', 'amr', 'm4a', 'ogg']
            .includes(v), 'U-003', 'audio file type',
         'one of mp3, opus, wav, amr, m4a, ogg'],
        ['channel', v => v === undefined || v === 1 || v === 2, 'U-006',
         'audio channels, 1 (mono) or 2 (stereo)', '1 or 2'],
    ],
    tencent: [
        ['EngineModelType', v => typeof v === 'string', 'T-004',
         'Engine model type.', 'a string'],
        ['ChannelNum', v => v === 1 || v === 2, 'T-005',
         'Number of recognition channels. 1: mono. 2: stereo.', '1 or 2'],
    ],
};


function world(state, key) {
    let w = state.worlds.get(key);

    if (!w) {
        w = { key, requests: [], tasks: [], faults: [], callbacks: [],
              last_ms: 0, frozen: false, now_ms: 0, offset_ms: 0, window: [],
              rejected: 0, plan: { progress: { polls: 1 }, end: 'success',
                                   wer: 0, seed: 1, strict: true } };
        state.worlds.set(key, w);
        state.event('world', { world: key, id: key });
    }

    return w;
}


const now = w => w.frozen ? w.now_ms : Date.now() + w.offset_ms;


function summary(e) {
    const { headers, body, reply, reply_headers, doctor, ...rest } = e;

    return rest;
}


function finding(rule, pointer, words, got, expected, hint = '') {
    return { severity: 'error', rule, pointer, words, got, expected, hint,
             guess: false };
}


function note(state, w, req, body, e) {
    const rawHeaders = [];

    for (let i = 0; i < req.rawHeaders.length; i += 2) {
        const name = req.rawHeaders[i];

        rawHeaders.push({ name, value: /^authorization$/i.test(name)
            ? req.rawHeaders[i + 1].replace(/(Bearer ).*|(Signature=).*/,
                                            '$1$2***')
            : req.rawHeaders[i + 1] });
    }

    const entry = {
        id: ++state.id, world: w.key, at_ms: now(w),
        at: new Date(now(w)).toISOString(), method: req.method,
        target: req.url, headers: rawHeaders, body,
        body_bytes: Buffer.byteLength(body),
        body_sha256: createHash('sha256').update(body).digest('hex'),
        reply_headers: [{ name: 'Trace-Id', value: '0a9c' }],
        reply_type: 'application/json',
        reply: JSON.stringify(e.answer), code: '', clause: '', why: '',
        task_id: 0, fault: '', findings: [], doctor: null, took_us: 95,
        ...e,
    };

    entry.reply_bytes = entry.reply.length;
    entry.verdict = entry.fault ? 'faulted' : entry.code ? 'refused'
        : entry.findings.length ? 'dubious' : 'ok';
    delete entry.answer;
    w.requests.push(entry);
    w.last_ms = Date.now();
    state.event('request', summary(entry));

    return entry;
}


function task(state, w, api, input) {
    const { sentences, length_ms } = spread(w.plan.text ?? said);
    const t = {
        id: ++state.tasks, api, public_id: `${api}-${state.tasks}`,
        state: 'waiting', created_ms: now(w), polls: 0,
        progress: w.plan.progress, end: w.plan.end, url: input ?? '',
        filename: '', audio_ms: length_ms, text: '', callbacks: [],
        length_ms, heard: sentences,
    };

    w.tasks.push(t);
    state.event('task', { world: w.key, ...open(t, false) });

    return t;
}


function open(t, whole) {
    const { heard, length_ms, sound, ...rest } = t;
    const done = t.state === 'succeeded';

    rest.text = done ? heard.map(s => s.text).join(' ') : '';

    if (whole) {
        rest.sentences = done ? heard : [];
        rest.peaks = sounds(t).peaks;
    }

    return rest;
}


function sounds(t) {
    t.sound ??= speech(t.heard, t.length_ms);
    return t.sound;
}


function ends(state, w, t) {
    t.state = t.end?.fail ? 'failed' : 'succeeded';
    state.event('task', { world: w.key, ...open(t, false) });
    w.ran?.push(`task ${t.id} ${t.state}`);
}


function refusal(api, list) {
    const [name, , rule, words, expected] = list.rule;
    const got = list.got;

    return finding(rule, `/${name}`, words,
                   got === undefined ? '' : JSON.stringify(got), expected,
                   `Send ${name} as ${expected}.`);
}


// The two operations.

function u2(state, w, req, text) {
    const [, id] = /tasks\/(\S+)$/.exec(req.url) ?? [];

    if (id) {
        const t = w.tasks.find(x => x.public_id === id);

        if (t && ++t.polls > (t.progress.polls ?? Infinity)
            && t.state === 'waiting') {
            ends(state, w, t);
        }

        return { operation: 'query', status: t ? 200 : 400,
                 code: t ? '' : '100002', task_id: t?.id ?? 0,
                 findings: t ? [] : [finding('U-030', '', 'the task that is '
                     + 'asked for', id, 'the id of a task of this key')],
                 answer: { status: t?.state } };
    }

    return create(state, w, 'u2', 'create', text, {
        ok: t => ({ task_id: t.public_id,
                    base_resp: { status_code: 0, status_msg: 'success' } }),
        bad: () => ({ status: 400, code: '100001', answer: {
            base_resp: { status_code: 100001, status_msg: 'params error' } },
        }) });
}


function create(state, w, api, operation, text, { ok, bad }) {
    let input;

    try {
        input = JSON.parse(text);
    } catch (e) {
        return { operation, ...bad(), clause: 'X-001', why: 'not JSON',
                 findings: [finding('X-001', '', 'The body is JSON.',
                                    e.message, 'JSON')] };
    }

    const broken = rules[api].find(r => !r[1](input[r[0]]));

    if (broken) {
        return { operation, ...bad(), clause: broken[2],
                 why: `${broken[0]} is not allowed`,
                 findings: [refusal(api, { rule: broken,
                                           got: input[broken[0]] })] };
    }

    const dubious = Object.keys(input).filter(k => /^x_/.test(k)).map(k => ({
        ...finding('M-unknown', `/${k}`, 'a name that no document has',
                   k, '', 'Leave it out.'), severity: 'warning' }));
    const t = task(state, w, api, input.Url ?? input.file_url);

    w.window.push(now(w));

    if (input.CallbackUrl) {
        t.callbacks = [{
            id: t.id, task: t.id, url: input.CallbackUrl, attempt: 2,
            status: 503, at_ms: now(w), next_ms: now(w) + 8000,
            state: 'pending', body: 'code=0&requestId=1&text=hello',
            attempts: [{ attempt: 1, at_ms: now(w) - 4000, status: 0,
                         error: 'no reply' },
                       { attempt: 2, at_ms: now(w), status: 503,
                         error: 'the status is no success' }],
        }];
        w.callbacks.push(...t.callbacks);
    }

    return { operation, status: 200, task_id: t.id, findings: dubious,
             answer: ok(t) };
}


function tencent(state, w, req, text) {
    const operation = req.headers['x-tc-action'];
    const bad = code => ({ status: 200, code, answer: { Response: {
        Error: { Code: code, Message: 'The request is refused.' },
        RequestId: 'b5b41468-520d-4192-b42f-595cc34b6c1c' } } });
    const d = diagnose(w.key, req, text);

    if (d) {
        return { operation, ...bad('AuthFailure.SignatureFailure'),
                 why: 'signature mismatch', doctor: d,
                 findings: [finding(d.mistake, 'header:Authorization',
                                    d.title, d.got, d.expected, d.fix)] };
    }

    return create(state, w, 'tencent', operation, text, {
        ok: t => ({ Response: { Data: { TaskId: t.id } } }),
        bad: () => bad('InvalidParameterValue') });
}


function diagnose(key, req, text) {
    const sha = s => createHash('sha256').update(s).digest('hex');
    const mac = (k, s) => createHmac('sha256', k).update(s).digest();
    const [, day, sign] = /Credential=[^/]+\/([-\d]+)\/.*Signature=(\w+)/.exec(
        req.headers.authorization) ?? [];
    const canonical = body => ['POST', '/', '',
        `content-type:${req.headers['content-type']}`,
        `host:${req.headers.host}`, '', 'content-type;host', sha(body)]
        .join('\n');
    const string = body => ['TC3-HMAC-SHA256',
        req.headers['x-tc-timestamp'], `${day}/asr/tc3_request`,
        sha(canonical(body))].join('\n');
    const signed = body => mac(['asr', 'tc3_request'].reduce(mac,
        mac(`TC3${key}`, day)), string(body)).toString('hex');
    const theirs = `${text}\n`;

    if (sign === signed(text)) {
        return null;
    }

    return {
        mistake: 'S-body-newline', scheme: 'TC3-HMAC-SHA256', also: [],
        title: 'the body was hashed with a line break at its end',
        fix: 'Hash the very bytes that are sent.',
        reproduced: sign === signed(theirs),
        got: sha(theirs), expected: sha(text), tried: 41,
        canonical: { ours: canonical(text), theirs: canonical(theirs) },
        string_to_sign: { ours: string(text), theirs: string(theirs) },
        signature: { got: sign, expected: signed(text) },
    };
}


function faulted(w, api, operation) {
    const f = w.faults.find(x => (!x.times || x.used < x.times)
        && [`${api}.${operation}`, `${api}.*`, '*'].includes(x.operation));

    if (f) {
        f.used++;
    }

    return f ?? null;
}


async function vendor(state, req, res, text) {
    const auth = req.headers.authorization ?? '';
    const [, key] = /(?:Bearer |Credential=)([\w.-]+)/.exec(auth) ?? [];
    const api = auth.startsWith('TC3') ? 'tencent' : 'u2';

    if (!key?.startsWith('test-')) {
        res.writeHead(401).end('{}');
        return;
    }

    const w = world(state, key);
    const made = (api === 'u2' ? u2 : tencent)(state, w, req, text);
    const f = made.code ? null : faulted(w, api, made.operation);

    if (f) {
        Object.assign(made, { fault: f.fault, code: f.fault, status: 429,
                              answer: { error: f.fault } });
        state.event('fault', { world: key, ...f });
    }

    const e = note(state, w, req, text, { api, ...made });

    res.writeHead(e.status, { 'Content-Type': 'application/json' })
        .end(e.reply);
}


// The admin API.

const hand = {
    requests: (state, w, { method, id, query }) => {
        if (method === 'DELETE') {
            w.requests = [];
            return 204;
        }

        if (id) {
            return w.requests.find(e => e.id === Number(id)) ?? 404;
        }

        const since = Number(query.get('since') ?? 0);
        const verdict = query.get('verdict');
        const limit = Number(query.get('limit') ?? 100);

        return { requests: w.requests.filter(e => e.id > since
            && (!verdict || e.verdict === verdict)).slice(-limit)
            .map(summary), dropped: 0 };
    },

    tasks: (state, w, { method, id, rest, input, req, res }) => {
        if (!id) {
            return { tasks: w.tasks.map(t => open(t, false)) };
        }

        const t = w.tasks.find(x => x.id === Number(id));

        if (!t) {
            return 404;
        }

        if (method === 'POST') {
            t.end = input.end;
            ends(state, w, t);
        } else if (rest === 'audio') {
            ranged(req, res, sounds(t).wav);
            return undefined;
        }

        return open(t, true);
    },

    faults: (state, w, { method, id, input }) => {
        if (method === 'POST') {
            const f = { id: ++state.faults, operation: '*', used: 0,
                        ...input };

            w.faults.push(f);
            state.posted.push(input);
            state.event('fault', { world: w.key, ...f });
        } else if (method === 'DELETE') {
            w.faults = w.faults.filter(f => id && f.id !== Number(id));
            return 204;
        }

        return { faults: w.faults };
    },

    clock: (state, w, { method, input }) => {
        const units = { s: 1e3, m: 6e4, h: 36e5 };

        w.ran = [];

        if (method === 'PUT') {
            const [, n, u] = /^(\d+)([smh])$/.exec(input.advance ?? '') ?? [];
            const at = now(w);
            const to = input.set !== undefined
                ? new Date(input.set).getTime()
                : at + (n ?? 0) * units[u ?? 's'];

            w.frozen = input.freeze ?? w.frozen;
            w.now_ms = to;
            w.offset_ms = to - Date.now();

            for (const t of w.tasks) {
                if (t.state === 'waiting' && t.progress.seconds !== undefined
                    && t.created_ms + t.progress.seconds * 1000 <= to) {
                    ends(state, w, t);
                }
            }

            state.posted.push(input);
            state.event('clock', { world: w.key, id: 0 });
        }

        return { now_ms: now(w), now: new Date(now(w)).toISOString(),
                 frozen: w.frozen, offset_ms: w.offset_ms, ran: w.ran };
    },

    plan: (state, w, { method, input }) => {
        w.plan = method === 'PUT' ? input
            : method === 'PATCH' ? { ...w.plan, ...input } : w.plan;
        return w.plan;
    },

    limits: (state, w, { method }) => {
        w.window = method === 'DELETE' ? []
            : w.window.filter(t => t > now(w) - 60000);

        const used = w.window.length;

        return { limits: [
            { action: 'u2.create', limit: 20, window_ms: 60000, used,
              retry_ms: 0, rejected: w.rejected },
            { action: 'tencent.CreateRecTask', limit: 20, window_ms: 1000,
              used: Math.min(20, used), rejected: used > 4 ? 3 : 0,
              retry_ms: 0 },
            { action: 'u2.files', limit: 500, window_ms: 60000,
              used: used * 40, retry_ms: 0, rejected: 0 },
        ] };
    },

    callbacks: (state, w) => ({ callbacks: w.callbacks }),
};


function ranged(req, res, data) {
    const [, a, b] = /bytes=(\d+)-(\d*)/.exec(req.headers.range ?? '') ?? [];
    const from = Number(a ?? 0);
    const to = b ? Number(b) : data.length - 1;
    const headers = { 'Content-Type': 'audio/wav', 'Accept-Ranges': 'bytes',
                      'Content-Length': to - from + 1 };

    if (a !== undefined) {
        headers['Content-Range'] = `bytes ${from}-${to}/${data.length}`;
    }

    res.writeHead(a === undefined ? 200 : 206, headers)
        .end(data.subarray(from, to + 1));
}


function counts(w) {
    const f = w.requests.flatMap(e => e.findings);

    return { key: w.key, requests: w.requests.length,
             tasks: w.tasks.length, last_ms: w.last_ms,
             errors: f.filter(x => x.severity === 'error').length,
             warnings: f.filter(x => x.severity === 'warning').length };
}


function admin(state, req, res, text, url) {
    const [, key, what, id, rest] = url.pathname.slice('/_mock/'.length)
        .split('/').map(decodeURIComponent);
    const top = url.pathname.slice('/_mock/'.length);
    const method = req.method;

    if (top === 'health') {
        return { status: 'ok', pid: process.pid, engine: 'scripted' };
    }

    if (top === 'codes') {
        return { codes };
    }

    if (top === 'worlds') {
        return { worlds: [...state.worlds.values()].map(counts) };
    }

    // it may be told what to do before its first request
    const w = method !== 'DELETE' && key?.startsWith('test-')
        ? world(state, key) : state.worlds.get(key);

    if (!w) {
        return 404;
    }

    if (!what) {
        if (method === 'DELETE') {
            state.worlds.delete(key);
            state.event('world', { world: key });
            return 204;
        }

        return counts(w);
    }

    if (what === 'report') {
        return report(w);
    }

    return hand[what]?.(state, w, {
        method, id, rest, req, res, query: url.searchParams,
        input: text ? JSON.parse(text) : {} }) ?? undefined;
}


function report(w) {
    const c = counts(w);
    const tally = (list, name) => [...new Set(list.map(name))].map(
        n => ({ n, api: list.find(e => name(e) === n).api,
                all: list.filter(e => name(e) === n) }));
    const found = w.requests.flatMap(e => e.findings.map(
        f => ({ ...f, api: e.api, operation: e.operation, id: e.id })));
    const refused = w.requests.filter(e => e.code);
    const total = {
        ...c, faulted: w.requests.filter(e => e.fault).length, unfetched: 0,
        findings: tally(found, f => `${f.rule} ${f.pointer}`).map(
            ({ all }) => ({ ...all[0], count: all.length,
                            last: all.at(-1).id })),
        operations: tally(w.requests, e => e.operation).map(
            ({ n, api, all }) => ({ api, operation: n, requests: all.length,
                refused: all.filter(e => e.code).length, faulted: 0 })),
        codes: tally(refused, e => e.code).map(
            ({ n, api, all }) => ({ api, code: n, count: all.length,
                                    faulted: 0 })),
    };

    return { ok: c.errors === 0, fail_on: 'error', total, worlds: [total],
             never_met: { tencent: ['FailedOperation.ErrorDownFile',
                                    'FailedOperation.UserHasNoFreeAmount'],
                          u2: ['100501', '200007'] } };
}


async function asset(res, name) {
    try {
        const data = await readFile(new URL(name, page));

        res.writeHead(200, {
            'Content-Type': types[name.split('.').at(-1)],
            'Content-Security-Policy': "default-src 'self'; "
                + "media-src 'self' blob:; object-src 'none'; "
                + "base-uri 'none'; form-action 'none'; "
                + "frame-ancestors 'none'",
        }).end(data);
    } catch {
        res.writeHead(404).end();
    }
}


async function serve(state, req, res) {
    const url = new URL(req.url, 'http://x');
    const chunks = [];

    for await (const c of req) {
        chunks.push(c);
    }

    const text = Buffer.concat(chunks).toString();

    if (!url.pathname.startsWith('/_mock/')) {
        await vendor(state, req, res, text);
    } else if (url.pathname === '/_mock/') {
        await asset(res, 'index.html');
    } else if (/^\/_mock\/page\/[\w.-]+$/.test(url.pathname)) {
        await asset(res, url.pathname.split('/').at(-1));
    } else if (url.pathname === '/_mock/events') {
        if (!state.streaming) {
            res.writeHead(503).end();
            return;
        }

        res.writeHead(200, { 'Content-Type': 'text/event-stream',
                             'Cache-Control': 'no-store' });
        res.write(': hello\n\n');
        state.streams.add(res);
        res.on('close', () => state.streams.delete(res));
    } else {
        const answer = admin(state, req, res, text, url);

        if (typeof answer === 'number') {
            res.writeHead(answer).end(answer === 204 ? ''
                : '{"error":"not here"}');
        } else if (answer !== undefined) {
            res.writeHead(200, { 'Content-Type': 'application/json' })
                .end(JSON.stringify(answer));
        }
    }
}


// { base, state, stream(on), stop() }

export async function fixture() {
    const state = {
        worlds: new Map(), streams: new Set(), posted: [], id: 0, tasks: 0,
        faults: 0, streaming: true,
        event(kind, data) {
            for (const res of state.streams) {
                res.write(`event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
            }
        },
    };
    const server = createServer((req, res) => {
        serve(state, req, res).catch(e => {
            console.error(e);
            res.destroy();
        });
    });

    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.unref();

    return {
        base: `http://127.0.0.1:${server.address().port}`, state,
        stream(on) {
            state.streaming = on;

            for (const res of on ? [] : state.streams) {
                res.destroy();
            }
        },
        stop() {
            server.closeAllConnections();
            server.close();
        },
    };
}


if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const f = await fixture();
    const { examples } = await import('./examples.mjs');

    await examples(f.base);
    console.log(`${f.base}/_mock/`);
    setInterval(() => {}, 1000);
}
