// The admin API, below the page's own address.

const base = new URL('.', document.baseURI);


export class ApiError extends Error {
    constructor(status, message, body) {
        super(message);
        this.status = status;
        this.body = body;
    }
}


export function url(path) {
    return new URL(path, base).href;
}


export function of(world, path = '') {
    return `worlds/${encodeURIComponent(world)}${path ? `/${path}` : ''}`;
}


async function call(method, path, body, accept = []) {
    const init = { method, headers: { Accept: 'application/json' },
                   cache: 'no-store' };
    let res;

    if (body !== undefined) {
        init.body = JSON.stringify(body);
        init.headers['Content-Type'] = 'application/json';
    }

    try {
        res = await fetch(url(path), init);
    } catch {
        throw new ApiError(0, 'The mock does not answer.');
    }

    const text = await res.text();
    let value = null;

    try {
        value = text === '' ? null : JSON.parse(text);
    } catch {
        throw new ApiError(res.status, `${method} ${path}: not JSON`);
    }

    if (!res.ok && !accept.includes(res.status)) {
        throw new ApiError(res.status,
                           value?.error ?? `${method} ${path}: ${res.status}`,
                           value);
    }

    return value;
}


export const get = path => call('GET', path);
export const put = (path, body) => call('PUT', path, body);
export const patch = (path, body) => call('PATCH', path, body);
export const post = (path, body) => call('POST', path, body);
export const del = path => call('DELETE', path);


// What is not there is not an error of the page.

export async function maybe(path) {
    try {
        return await get(path);
    } catch (e) {
        if (e.status === 404) {
            return null;
        }

        throw e;
    }
}


let codes = null;

// [{ api, code, kind, meaning, fault }], asked for once.

export async function allCodes() {
    codes ??= get('codes').then(
        r => r.codes ?? [],
        () => { codes = null; return []; });

    return codes;
}


// Name lists of the operations, for forms; what the journal has seen is
// added to them.

export const operations = [
    '*',
    'u2.*', 'u2.upload', 'u2.create', 'u2.query', 'u2.retrieve', 'u2.content',
    'u2.delete', 'u2.list',
    'tencent.*', 'tencent.CreateRecTask', 'tencent.DescribeTaskStatus',
    'memories.*', 'memories.upload', 'memories.signed-url',
    'memories.signed-upload', 'memories.metadata', 'memories.download',
    'memories.delete', 'memories.async-generate-audio',
    'memories.sync-generate-audio', 'memories.task',
    'ice.*', 'ice.SubmitASRJob', 'ice.GetSmartHandleJob', 'ice.ListSmartJobs',
    'ice.DeleteSmartJob',
];


// [[api, [code...]]...] in order of appearance.

export function byApi(list) {
    const groups = new Map();

    for (const c of list) {
        const key = c.api || 'any';

        if (!groups.has(key)) {
            groups.set(key, []);
        }

        groups.get(key).push(c);
    }

    return [...groups];
}
