// The signature doctor's result: the mistake, what to do, and what was signed
// on either side, line beside line.

import { button, copy, h, icon } from './dom.js';
import { capital, plural } from './words.js';

const LINES = 400;


// Pairs of line numbers, -1 for none: the longest common subsequence.  What
// stands between two common lines is set side by side.

export function align(a, b) {
    const n = a.length;
    const m = b.length;
    const len = Array.from({ length: n + 1 }, () => new Uint16Array(m + 1));

    for (let i = n - 1; i >= 0; i--) {
        for (let k = m - 1; k >= 0; k--) {
            len[i][k] = a[i] === b[k] ? len[i + 1][k + 1] + 1
                : Math.max(len[i + 1][k], len[i][k + 1]);
        }
    }

    const out = [];
    let i = 0;
    let k = 0;

    while (i < n || k < m) {
        const left = [];
        const right = [];

        while (i < n && k < m && a[i] !== b[k]) {
            len[i + 1][k] >= len[i][k + 1] ? left.push(i++) : right.push(k++);
        }

        if (i === n || k === m) {
            while (i < n) {
                left.push(i++);
            }

            while (k < m) {
                right.push(k++);
            }
        }

        for (let r = 0; r < Math.max(left.length, right.length); r++) {
            out.push([left[r] ?? -1, right[r] ?? -1]);
        }

        if (i < n && k < m) {
            out.push([i++, k++]);
        }
    }

    return out;
}


// What cannot be seen is made so.

function seen(text) {
    return text.replace(/[ \t\r]+$/, s => s.replaceAll(' ', '·')
        .replaceAll('\t', '⇥').replaceAll('\r', '␍'));
}


// The middle of a line, which the other one has otherwise, is marked.

function piece(text, other) {
    if (text === undefined) {
        return h('span', { class: 'none' }, 'no such line');
    }

    if (text === '') {
        return h('span', { class: 'none' }, 'empty line');
    }

    if (other === undefined || text === other) {
        return text === other ? text : h('mark', {}, seen(text));
    }

    let head = 0;
    let tail = 0;
    const max = Math.min(text.length, other.length);

    while (head < max && text[head] === other[head]) {
        head++;
    }

    while (tail < max - head
           && text[text.length - 1 - tail] === other[other.length - 1 - tail])
    {
        tail++;
    }

    // two digests have letters in common by chance only
    if (head + tail < 3) {
        head = tail = 0;
    }

    return [text.slice(0, head),
            h('mark', {}, seen(text.slice(head, text.length - tail)) || '‸'),
            text.slice(text.length - tail)];
}


const sides = {
    'Signature': ['what came', 'what is right'],
    '': ['what you signed', 'what has to be signed'],
};


function side(title, name, texts, key) {
    return h('div', { class: 'side', role: 'group', 'aria-label': title },
        h('h4', {}, title, ' ',
          button('Copy', () => copy(texts[key], name), { class: 'inline' })));
}


function both(name, texts) {
    const ours = (texts.ours ?? '').split('\n').slice(0, LINES);

    if (!texts.theirs) {
        const ol = h('ol', { class: 'code' }, ours.map(
            s => h('li', {}, s === '' ? piece('') : s)));
        const box = side((sides[name] ?? sides[''])[1], name, texts,
                         'ours');

        box.append(ol);
        return h('div', { class: 'alone' }, h('h3', {}, name), box);
    }

    const theirs = texts.theirs.split('\n').slice(0, LINES);
    const left = h('ol', { class: 'code' });
    const right = h('ol', { class: 'code' });
    let differ = 0;

    for (const [i, k] of align(theirs, ours)) {
        const a = theirs[i];
        const b = ours[k];
        const same = a === b;

        differ += same ? 0 : 1;
        left.append(h('li', { class: same ? '' : 'differs' }, piece(a, b)));
        right.append(h('li', { class: same ? '' : 'differs' }, piece(b, a)));
    }

    // the same twice is no help, but may be looked at
    if (differ === 0) {
        const box = side('on both sides', name, texts, 'ours');

        box.append(right);
        return h('details', {}, h('summary', {}, h('b', {}, name), ' ',
            h('span', { class: 'note' }, 'the same on both sides')), box);
    }

    const [mine, due] = sides[name] ?? sides[''];
    const l = side(mine, name, texts, 'theirs');
    const r = side(due, name, texts, 'ours');

    l.append(left);
    r.append(right);

    return h('div', {},
        h('h3', {}, name, ' ', h('span', { class: 'note' },
            `${plural(differ, 'line')} differ${differ === 1 ? 's' : ''}`)),
        h('div', { class: 'sides' }, l, r));
}


// given: hints that the reader has had already

export function doctor(d, given) {
    const title = d.title || d.mistake || 'The signature is another one';
    const sign = d.signature ?? {};

    return h('section', { class: 'doctor', 'aria-label': 'Signature doctor' },
        h('h2', {}, 'Signature doctor ',
          h('span', { class: 'note' }, [d.scheme, d.tried
              ? `${plural(d.tried, 'signature')} tried` : '']
              .filter(Boolean).join(', '))),
        h('p', { class: 'mistake' }, h('b', {}, capital(title)), ' ',
          d.mistake ? h('code', { class: 'rule' }, d.mistake) : null),
        d.reproduced ? h('p', { class: 'proof' }, icon('ok'),
            'Signed with this mistake, the request gives the very signature '
            + 'that came.') : null,
        (d.also ?? []).length ? h('p', {}, 'At the same time: ',
            d.also.map((m, i) => [i ? ', ' : '', h('code', {}, m)])) : null,
        d.fix && !given.includes(d.fix) ? h('p', { class: 'hint' },
            h('b', {}, 'What to do: '), d.fix) : null,
        d.canonical?.ours ? both('Canonical request', d.canonical) : null,
        d.string_to_sign?.ours ? both('String to sign', d.string_to_sign)
            : null,
        sign.got && sign.got !== sign.expected ? both('Signature', {
            ours: sign.expected ?? '', theirs: sign.got }) : null);
}
