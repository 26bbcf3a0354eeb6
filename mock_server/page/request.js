// One request beside its diagnosis: why first, then what was sent, with the
// place marked, then what was answered.

import { body, markNames } from './body.js';
import { doctor } from './doctor.js';
import { button, chip, copy, h, icon } from './dom.js';
import { bytes, capital, date, operation, place, said, sentence, sorted,
         time, took } from './words.js';

const titles = {
    refused: 'Why it was refused',
    dubious: 'What is dubious about it',
    faulted: 'A fault was asked for',
    ok: 'Nothing to say against it',
};


// A line for a shell; what the journal has redacted stays so.

export function curl(e, origin = location.origin) {
    const quote = s => `'${String(s).replaceAll("'", "'\\''")}'`;
    const skip = /^(host|content-length|connection|accept-encoding)$/i;
    const words = ['curl', '-X', e.method];

    for (const { name, value } of e.headers ?? []) {
        if (!skip.test(name)) {
            words.push('-H', quote(`${name}: ${value}`));
        }
    }

    if (e.body) {
        words.push('--data-binary', quote(e.body));
    }

    words.push(quote(origin + (e.target || '/')));

    return words.join(' ');
}


export function says(f) {
    return sentence(f).map((p, i) => p.code !== undefined
        ? h('code', {}, p.code) : i === 0 ? capital(p) : p);
}


// Scrolls to the place that a pointer means, and shows it for a moment.

function reveal(root, pointer) {
    const li = [...root.querySelectorAll('[data-pointers]')].find(
        n => n.dataset.pointers.split(' ').includes(pointer));

    if (li) {
        li.scrollIntoView({ block: 'center' });
        li.classList.remove('flash');
        requestAnimationFrame(() => li.classList.add('flash'));
    }
}


function finding(f, root) {
    const where = place(f.pointer);

    return h('li', { class: `finding ${f.severity}` },
        h('p', { class: 'says' }, chip(
            f.severity === 'error' ? 'refused'
                : f.severity === 'warning' ? 'dubious' : 'note', f.severity),
          h('span', {}, says(f), '.')),
        !said(f, f.words)
            ? h('blockquote', {},
                h('p', { class: 'words' }, f.words),
                h('footer', {}, h('code', { class: 'rule' }, f.rule), ' ',
                  f.guess ? 'a guess: no document says it'
                      : /^[A-Z]-\d/.test(f.rule ?? '')
                          ? 'in the document\'s words' : null))
            : h('p', { class: 'words' },
                h('code', { class: 'rule' }, f.rule)),
        f.got || f.expected ? h('dl', { class: 'versus' },
            h('div', { class: 'got' }, h('dt', {}, 'what came'),
              h('dd', {}, h('code', {}, f.got || 'nothing'))),
            f.expected ? h('div', { class: 'expected' },
                h('dt', {}, 'what was expected'),
                h('dd', {}, h('code', {}, f.expected))) : null) : null,
        !said(f, f.hint) ? h('p', { class: 'hint' },
            h('b', {}, 'What to do: '), f.hint) : null,
        where.kind !== 'request' ? h('p', { class: 'where' },
            button(['Show ', h('code', {}, f.pointer), ' in the request'],
                   () => reveal(root(), f.pointer),
                   { class: 'inline' })) : null);
}


// Without a finding there is still the code and the module's own line.

function bare(e) {
    return h('div', { class: 'finding error' },
        h('p', { class: 'says' },
          e.why || `It was answered with the code ${e.code}.`),
        h('p', { class: 'words' },
          e.clause ? h('code', { class: 'rule' }, e.clause) : null, ' ',
          e.code ? h('code', {}, e.code) : null));
}


function diagnosis(e, root) {
    const list = sorted(e.findings);

    return h('section', { class: `why-box ${e.verdict}` },
        h('h2', { tabindex: '-1' }, titles[e.verdict] ?? 'Findings'),
        e.fault ? h('p', { class: 'faulted-by' }, icon('faulted'),
                    'The mock was told to do ', h('code', {}, e.fault),
                    ' to this request; it is not the client\'s doing.')
            : null,
        list.length ? h('ol', { class: 'findings' },
                        list.map(f => finding(f, root)))
            : e.verdict === 'refused' ? bare(e) : null,
        list.length && e.why ? h('p', { class: 'log muted' },
            'In the log: ', e.why) : null);
}


function header(list, name) {
    return (list ?? []).find(x => x.name.toLowerCase() === name)?.value ?? '';
}


function headers(list, findings) {
    const ol = h('ol', { class: 'code pairs' }, (list ?? []).map(
        ({ name, value }) => h('li', { 'data-name': name },
            h('span', { class: 't-k' }, name),
            h('span', { class: 't-p' }, ': '),
            h('span', { class: 't-s' }, value))));

    markNames(ol, findings.filter(f => f.pointer?.startsWith('header:')), 7);

    return ol;
}


function query(e, findings, form) {
    const [, text = ''] = /^[^?]*\?(.*)$/s.exec(e.target ?? '') ?? [];
    const mine = form ? [] : findings.filter(f => f.pointer?.startsWith('?'));

    if (text === '' && mine.length === 0) {
        return null;
    }

    return part('Query', body(text, 'application/x-www-form-urlencoded',
                              mine));
}


function part(title, content, note, extra) {
    return h('section', { class: 'part' },
        h('h3', {}, title, ' ', note ? h('span', { class: 'note' }, note)
            : null, extra),
        content);
}


// A body, pretty or as sent.

function bodyPart(title, text, n, type, findings, sha) {
    const size = [type.split(';')[0], bytes(n)].filter(Boolean).join(', ');

    if (text === null || text === undefined) {
        return n ? part(title, h('p', { class: 'muted' },
            'Not kept: too long, or not text. ',
            sha ? h('code', { class: 'sha' }, `sha256 ${sha}`) : null), size)
            : null;
    }

    if (text === '') {
        return null;
    }

    const box = h('div', { class: 'body' }, body(text, type, findings));
    const swap = button('As sent', () => {
        const is = swap.getAttribute('aria-pressed') === 'true';

        swap.setAttribute('aria-pressed', String(!is));
        box.replaceChildren(is ? body(text, type, findings)
            : h('pre', { class: 'sent' }, text));
    }, { class: 'inline', 'aria-pressed': 'false' });

    return part(title, box, size, h('span', { class: 'tools' }, swap,
        button('Copy', () => copy(text, title), { class: 'inline' })));
}


function meta(e, world) {
    return h('p', { class: 'meta' },
        h('code', { class: 'target' }, `${e.method} ${e.target ?? ''}`), ' ',
        h('span', {}, 'answered ', h('b', {}, e.status || 'nothing'),
          e.code ? [' ', h('code', {}, e.code)] : null), ' ',
        h('span', { title: date(e.at_ms) }, `at ${time(e.at_ms)}`), ' ',
        e.took_us !== undefined ? h('span', {}, `in ${took(e.took_us)}`)
            : null, ' ',
        e.task_id ? h('a', { href: `#${encodeURIComponent(world)}/tasks/`
                                   + e.task_id }, `task ${e.task_id}`)
            : null);
}


export function request(e, { world, go, beside, address }) {
    const type = header(e.headers, 'content-type');
    const findings = sorted(e.findings);
    const isForm = /x-www-form-urlencoded/i.test(type);
    let node = null;

    const goTo = id => { location.hash = address(id); };
    const newer = beside(e.id, -1);
    const older = beside(e.id, 1);

    node = h('article', { class: 'request', 'aria-label': `Request ${e.id}` },
        h('header', { class: 'detail-head' },
            h('div', { class: 'title' },
                chip(e.verdict),
                h('h2', { class: 'op', tabindex: '-1' },
                  h('span', { class: 'api' }, e.api || 'none'), ' ',
                  operation(e)),
                h('span', { class: 'muted' }, `#${e.id}`)),
            h('div', { class: 'tools' },
                button('Copy as curl', () => copy(curl(e), 'curl line'),
                       { 'data-curl': true, 'aria-keyshortcuts': 'c' }),
                button('Copy link', () => copy(location.href, 'Link'),
                       { class: 'quiet roomy' }),
                button(icon('prev'), () => goTo(newer), {
                    class: 'quiet square', 'aria-label': 'Newer request',
                    disabled: newer === undefined }),
                button(icon('next'), () => goTo(older), {
                    class: 'quiet square', 'aria-label': 'Older request',
                    disabled: older === undefined }),
                button(icon('close'), () => go('requests'), {
                    class: 'quiet square', 'aria-label': 'Close',
                    'aria-keyshortcuts': 'Escape' })),
            meta(e, world)),
        h('div', { class: 'beside' },
            h('div', { class: 'left' }, diagnosis(e, () => node)),
            h('div', { class: 'right' },
                bodyPart('Request body', e.body, e.body_bytes, type, findings,
                         e.body_sha256),
                query(e, findings, isForm))),
        e.doctor ? doctor(e.doctor, findings.map(f => f.hint)) : null,
        h('div', { class: 'beside' },
            h('div', { class: 'left' },
                bodyPart('Reply', e.reply, e.reply_bytes,
                         e.reply_type ?? '', [])),
            h('div', { class: 'right' },
                part('Request headers', headers(e.headers, findings)),
                (e.reply_headers ?? []).length
                    ? part('Reply headers', headers(e.reply_headers, []))
                    : null)));

    return node;
}
