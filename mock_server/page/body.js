// A body as lines a reader can follow, and the line a JSON pointer means.
// The text is walked as it was sent: long numbers keep their digits, names
// that come twice are shown twice.

import { h } from './dom.js';
import { clip } from './words.js';

const DEPTH = 64;
const LINES = 3000;
const STRING = 400;
const NOTE = 160;


class NotJson extends Error {
    constructor(what, offset) {
        super(what);
        this.offset = offset;
    }
}


// -> [{ depth, pointer, parts: [[class, text]...], open }]; throws NotJson

export function lines(text) {
    const out = [];
    let i = 0;

    const fail = what => { throw new NotJson(what, i); };
    const token = /[-+.\w]+/y;
    const string = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;

    function blank() {
        while (' \t\r\n'.includes(text[i]) && i < text.length) {
            i++;
        }
    }

    function match(re, what) {
        re.lastIndex = i;
        const m = re.exec(text);

        if (m === null) {
            fail(i < text.length ? what : 'it ends too early');
        }

        i += m[0].length;
        return m[0];
    }

    function begin(depth, pointer, ...parts) {
        const line = { depth, pointer, parts, open: false };

        if (out.length >= LINES) {
            fail('too many lines');
        }

        out.push(line);
        return line;
    }

    function container(line, depth, pointer, close) {
        const array = close === ']';
        let n = 0;

        if (depth >= DEPTH) {
            fail('nested too deep');
        }

        i++;
        blank();
        line.parts.push(['p', array ? '[' : '{']);

        if (text[i] === close) {
            i++;
            line.parts.push(['p', close]);
            return line;
        }

        line.open = true;

        for (;;) {
            const item = begin(depth + 1, '');
            let name = String(n++);

            blank();

            if (!array) {
                const raw = match(string, 'a name in quotes is expected');

                name = unquote(raw);
                blank();
                text[i] === ':' ? i++ : fail('":" is expected');
                item.parts.push(['k', raw], ['p', ': ']);
            }

            item.pointer = `${pointer}/${name.replaceAll('~', '~0')
                .replaceAll('/', '~1')}`;

            const end = value(item, depth + 1, item.pointer);

            blank();

            if (text[i] === ',') {
                i++;
                end.parts.push(['p', ',']);
                continue;
            }

            text[i] === close ? i++ : fail(`"," or "${close}" is expected`);

            return begin(depth, '', ['p', close]);
        }
    }

    // what it appends to: the line that the value ends on

    function value(line, depth, pointer) {
        blank();

        switch (text[i]) {
        case '{':
            return container(line, depth, pointer, '}');
        case '[':
            return container(line, depth, pointer, ']');
        case '"':
            line.parts.push(['s', match(string, 'a string has no end')]);
            return line;
        default: {
            const word = match(token, 'a value is expected');

            if (!/^(true|false|null|-?\d+(\.\d+)?([eE][-+]?\d+)?)$/
                .test(word)) {
                i -= word.length;
                fail('a value is expected');
            }

            line.parts.push([/^[tfn]/.test(word) ? 'l' : 'n', word]);
            return line;
        }
        }
    }

    value(begin(0, ''), 0, '');
    blank();

    if (i < text.length) {
        fail('nothing may follow');
    }

    return out;
}


function unquote(raw) {
    try {
        return JSON.parse(raw);
    } catch {
        return raw.slice(1, -1);
    }
}


// The line of a pointer, or -1; where its name is missing, the line of the
// object that should have it, and the name.

export function find(list, pointer) {
    const i = list.findIndex((l, n) => l.pointer === pointer
                             && (n === 0) === (pointer === ''));

    if (i >= 0) {
        return { line: i, missing: null };
    }

    const cut = pointer.lastIndexOf('/');

    if (cut < 0) {
        return { line: -1, missing: null };
    }

    const parent = pointer.slice(0, cut);
    const at = parent === '' ? 0 : list.findIndex(l => l.pointer === parent);

    return { line: at, missing: at < 0 ? null
        : pointer.slice(cut + 1).replaceAll('~1', '/').replaceAll('~0', '~') };
}


function clipped([kind, text]) {
    if (text.length <= STRING) {
        return h('span', { class: `t-${kind}` }, text);
    }

    const rest = text.length - STRING / 2;
    const span = h('span', { class: `t-${kind}` }, text.slice(0, STRING / 2));
    const more = h('button', {
        type: 'button', class: 'inline',
        onclick: () => { span.textContent = text; more.remove(); },
    }, `${rest} more`);

    return [span, '… ', more];
}


// [severity, element, pointer] of the marks are drawn beside their line.

function mark(li, f, text) {
    li.classList.add('hit', f.severity ?? 'error');
    li.append(h('span', { class: 'here' }, text));
    li.dataset.pointers = `${li.dataset.pointers ?? ''} ${f.pointer}`;
}


function note(f) {
    return clip([f.rule, f.expected ? `expected ${f.expected}` : f.words]
        .filter(Boolean).join(': '), NOTE);
}


export function json(text, findings = []) {
    const list = lines(text);
    const items = list.map(l => h('li', { vars: { d: l.depth } },
                                  l.parts.map(clipped)));
    const ghosts = [];

    for (const f of findings.filter(f => f.pointer?.startsWith('/'))) {
        const { line, missing } = find(list, f.pointer);

        if (line < 0) {
            continue;
        }

        if (missing === null) {
            mark(items[line], f, note(f));
            continue;
        }

        const ghost = h('li', { class: 'ghost',
                                vars: { d: list[line].depth + 1 } },
                        h('span', { class: 't-k' }, JSON.stringify(missing)),
                        h('span', { class: 't-p' }, ': '),
                        h('em', {}, 'missing'));

        mark(ghost, f, note(f));
        ghosts.push([line, ghost]);
    }

    const ol = h('ol', { class: 'code' }, items);

    for (const [line, ghost] of ghosts) {
        // {} on one line has no inside
        items[line].after(ghost);
    }

    return ol;
}


export function form(text, findings = []) {
    const pairs = text.split('&').filter(Boolean).map(p => {
        const [name, ...rest] = p.split('=');

        return [decode(name), decode(rest.join('='))];
    });
    const dl = h('ol', { class: 'code pairs' });

    for (const [name, value] of pairs) {
        dl.append(h('li', { 'data-name': name },
                    h('span', { class: 't-k' }, name),
                    h('span', { class: 't-p' }, ' = '),
                    clipped(['s', value])));
    }

    markNames(dl, findings.filter(f => f.pointer?.startsWith('?')), 1);

    return dl;
}


// Rows with data-name, whose names findings point at by "?Name" and so on.

export function markNames(parent, findings, skip) {
    for (const f of findings) {
        const whole = f.pointer.slice(skip).toLowerCase();
        const of = name => [...parent.children].find(
            n => (n.dataset.name ?? '').toLowerCase() === name);

        // "?UserData/NotifyAddress" is in a parameter that is JSON
        let li = of(whole) ?? of(whole.split('/')[0]);

        if (!li) {
            li = h('li', { class: 'ghost', 'data-name': name },
                   h('span', { class: 't-k' }, f.pointer.slice(skip)),
                   h('span', { class: 't-p' }, ' '),
                   h('em', {}, 'missing'));
            parent.append(li);
        }

        mark(li, f, note(f));
    }
}


function decode(text) {
    try {
        return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
        return text;
    }
}


// Neither: as it is, at most so many lines.

export function raw(text, findings = [], bad = null) {
    const all = text.split('\n');
    let offset = 0;
    const items = all.slice(0, LINES).map(line => {
        const here = bad !== null && bad.offset >= offset
            && bad.offset <= offset + line.length;
        const li = h('li', {}, here
            ? [line.slice(0, bad.offset - offset),
               h('mark', {}, line.slice(bad.offset - offset,
                                        bad.offset - offset + 1) || ' '),
               line.slice(bad.offset - offset + 1)]
            : clipped(['raw', line]));

        if (here) {
            mark(li, { severity: 'error', pointer: '' },
                 `not JSON: ${bad.message}`);
        }

        offset += line.length + 1;
        return li;
    });

    // a field of multipart/form-data has its name in a line
    for (const f of findings.filter(f => /^[?/]/.test(f.pointer ?? ''))) {
        const i = all.findIndex(
            line => line.includes(`name="${f.pointer.slice(1)}"`));

        if (i >= 0 && items[i]) {
            mark(items[i], f, note(f));
        }
    }

    return h('ol', { class: 'code' }, items);
}


// The best view of a body of that content type.

export function body(text, type, findings = []) {
    // what curl -d sends is called a form, whatever it is
    const looks = /^\s*[[{]/.test(text);

    if (/x-www-form-urlencoded/i.test(type) && !looks) {
        return form(text, findings);
    }

    if (/json/i.test(type) || looks) {
        try {
            return json(text, findings);
        } catch (e) {
            if (!(e instanceof NotJson)) {
                throw e;
            }

            return raw(text, findings, /too/.test(e.message)
                && !/early/.test(e.message) ? null : e);
        }
    }

    return raw(text, findings);
}
