// Numbers, times and findings as people say them.

const SAID = 90;                     // of a value within a sentence


// Of the world's clock, UTC; the day only when it is not today's.

export function time(ms) {
    return Number.isFinite(ms)
        ? new Date(ms).toISOString().slice(11, 23) : '';
}


export function date(ms) {
    return Number.isFinite(ms)
        ? new Date(ms).toISOString().replace('T', ' ').replace(/\.\d+Z$/, '')
            + ' UTC' : '';
}


export function took(us) {
    if (!Number.isFinite(us)) {
        return '';
    }

    return us < 1000 ? `${us} µs`
        : us < 1e6 ? `${(us / 1000).toFixed(us < 1e4 ? 1 : 0)} ms`
        : `${(us / 1e6).toFixed(1)} s`;
}


export function span(ms) {
    if (!Number.isFinite(ms)) {
        return '';
    }

    const units = [['d', 864e5], ['h', 36e5], ['min', 6e4], ['s', 1e3]];

    if (Math.abs(ms) < 1000) {
        return `${Math.round(ms)} ms`;
    }

    for (const [name, size] of units) {
        if (Math.abs(ms) >= size) {
            const n = ms / size;

            return `${Number(n.toFixed(Number.isInteger(n) ? 0 : 1))} ${name}`;
        }
    }

    return '';
}


// 1:02.3, of audio

export function at(ms) {
    const s = Math.max(0, ms) / 1000;

    return `${Math.floor(s / 60)}:${(s % 60).toFixed(1).padStart(4, '0')}`;
}


export function bytes(n) {
    if (!Number.isFinite(n)) {
        return '';
    }

    return n < 1024 ? `${n} bytes`
        : n < 1 << 20 ? `${(n / 1024).toFixed(1)} KiB`
        : `${(n / (1 << 20)).toFixed(1)} MiB`;
}


export function ago(ms, now = Date.now()) {
    const d = now - ms;

    if (d < 5000) {
        return 'just now';
    }

    const [name, size] = [['d', 864e5], ['h', 36e5], ['min', 6e4], ['s', 1e3]]
        .find(([, n]) => d >= n);

    return `${Math.floor(d / size)} ${name} ago`;
}


export function plural(n, one, many = `${one}s`) {
    return `${n} ${n === 1 ? one : many}`;
}


export function clip(text, max) {
    const s = String(text ?? '');

    return s.length > max ? `${s.slice(0, max - 1)}…` : s;
}


// The place a finding means: { kind, name }.

export function place(pointer) {
    const p = pointer ?? '';

    if (p.startsWith('header:')) {
        return { kind: 'header', name: p.slice(7) };
    }

    if (p.startsWith('?')) {
        return { kind: 'parameter', name: p.slice(1) };
    }

    if (!p.startsWith('/')) {
        return { kind: 'request', name: '' };
    }

    const parts = p.slice(1).split('/').map(unescape);
    const name = parts.reduce((s, part) => /^\d+$/.test(part) && s
        ? `${s}[${part}]` : s ? `${s}.${part}` : part, '');

    return { kind: 'field', name };
}


function unescape(part) {
    return part.replaceAll('~1', '/').replaceAll('~0', '~');
}


// Pieces of one sentence: strings, and { code } for what was written so.

export function sentence(f) {
    const { kind, name } = place(f.pointer);
    const who = { header: 'Header ', parameter: 'Parameter ',
                  field: '', request: '' }[kind];
    const got = f.got ?? '';
    const expected = (f.expected ?? '').replace(/, required$/, '');
    const due = expected === '' ? [] : [', expected ', { code: expected }];
    const words = (f.words ?? '').replace(/\.$/, '');

    // of signatures and unknown names the words are ours and say it all
    if (words && /^[SD]-[a-z]/.test(f.rule ?? '')) {
        return kind === 'field' || kind === 'parameter'
            ? [{ code: name }, ': ', words] : [words];
    }

    if (!name) {
        return got ? [{ code: clip(got, SAID) }, ...due]
            : [words || f.rule || 'The request is refused'];
    }

    // what is let pass is not wrong: the hint says what it is
    if (f.hint && f.severity && f.severity !== 'error') {
        return [who, { code: name }, ': ', f.hint.replace(/\.$/, '')];
    }

    if (expected && /^\W*(not sent|nothing|)\W*$/i.test(got)) {
        return [who, { code: name }, ' is missing', ...due];
    }

    if (expected === '' && words) {
        return [who, { code: name }, ' is against the rule: ', words];
    }

    return got === ''
        ? [who, { code: name }, ' is not as it has to be', ...due]
        : [who, { code: name }, ' was ', { code: clip(got, SAID) }, ...due];
}


// Whether the sentence has said that text already.

export function said(f, text) {
    const bare = (text ?? '').replace(/\.$/, '');

    return bare === '' || sentence(f).includes(bare);
}


// Not of a name: that is as it is.

export function capital(text) {
    return text.charAt(0).toUpperCase() + text.slice(1);
}


export function plain(f, max = 160) {
    return clip(sentence(f).map(p => p.code ?? p).join(''), max);
}


const order = { error: 0, warning: 1, note: 2 };

export function sorted(findings) {
    return [...(findings ?? [])].sort(
        (a, b) => (order[a.severity] ?? 3) - (order[b.severity] ?? 3));
}


// Why, in one line, of a summary: what the first finding says, or what the
// module's log said.

export function because(e) {
    const f = sorted(e.findings)[0];

    if (f) {
        return plain(f);
    }

    if (e.why) {
        return clip(e.why, 160);
    }

    return e.fault ? `the mock was told to: ${clip(e.fault, 120)}` : '';
}


export function operation(e) {
    return e.operation || e.target || e.path || 'unknown';
}
