// The requests of a world as they come, the one refused last on top of all.
// Rows that come while the reader has scrolled down wait behind a button:
// nothing moves under the eyes.

import * as api from './api.js';
import { request } from './request.js';
import { chip, button, empty, fill, h, icon, say, toast } from './dom.js';
import { because, operation, plural, sorted, time, took } from './words.js';

const KEPT = 2000;
const ROWS = 200;
const PAGE = 500;
const ASKS = 10;
const SETTLE_MS = 1000;
const verdicts = ['refused', 'dubious', 'faulted', 'ok'];


// "status:400 create" -> a function of an entry

function matcher(text) {
    const tests = text.toLowerCase().split(/\s+/).filter(Boolean).map(term => {
        const [, key, value] = /^(\w+):(.+)$/.exec(term) ?? [];

        switch (key) {
        case 'code':
            return e => (e.code ?? '').toLowerCase().includes(value);
        case 'status':
            return e => String(e.status).startsWith(value);
        case 'api':
            return e => (e.api ?? '').toLowerCase() === value;
        case 'op':
        case 'operation':
            return e => operation(e).toLowerCase().includes(value);
        case 'rule':
            return e => [e.clause, ...(e.findings ?? []).map(f => f.rule)]
                .some(r => (r ?? '').toLowerCase() === value);
        case 'verdict':
            return e => e.verdict === value;
        default:
            return e => [e.api, operation(e), e.method, e.target, e.status,
                         e.code, e.clause, e.verdict, e.why, e.fault,
                         because(e), e.id]
                .some(s => String(s ?? '').toLowerCase().includes(term));
        }
    });

    return e => tests.every(t => t(e));
}


// "Last refused", the same height whether there is one or not.

function banner(world, go) {
    const box = h('a', { class: 'last', 'data-last': true });
    let shown = null;

    function draw(e) {
        if (e && e.id === shown) {
            return;
        }

        shown = e?.id ?? null;
        box.classList.toggle('none', !e);

        if (!e) {
            box.removeAttribute('href');
            fill(box, h('span', { class: 'last-title' }, icon('ok'),
                        'Nothing was refused'),
                 h('span', { class: 'last-why' },
                   'What the documents forbid is explained here as soon as '
                   + 'it happens.'));
            return;
        }

        const f = sorted(e.findings)[0];

        box.href = go.address(world, e.id);
        fill(box,
             h('span', { class: 'last-title' }, icon('refused'),
               h('span', {}, 'Last refused: ',
                 h('b', {}, `${e.api ? `${e.api} ` : ''}${operation(e)}`)),
               h('time', { class: 'when' }, time(e.at_ms))),
             h('span', { class: 'last-why' },
               h('span', { class: 'lead' }, 'because '),
               because(e) || `it was answered ${e.code}`),
             h('span', { class: 'last-rule' },
               f?.rule || e.clause
                   ? h('code', {}, f?.rule || e.clause) : null,
               f?.words ? h('q', {}, f.words) : h('code', {}, e.code),
               h('span', { class: 'open' }, 'Show it all ', icon('next'))));
    }

    draw(null);

    return { node: box, draw };
}


function row(e, address, current) {
    const why = e.verdict === 'ok' ? '' : because(e);
    const rule = sorted(e.findings)[0]?.rule || e.clause;

    return h('tr', { class: e.verdict, 'data-id': e.id, role: 'row',
                     'aria-current': e.id === current ? 'true' : null },
             h('td', { role: 'cell', class: 'c-verdict' }, chip(e.verdict)),
             h('td', { role: 'cell', class: 'c-op' },
               h('a', { href: address(e.id) },
                 h('span', { class: 'api' }, e.api || 'none'), ' ',
                 operation(e))),
             h('td', { role: 'cell', class: 'c-status' }, e.status || '-'),
             h('td', { role: 'cell', class: 'c-code' },
               e.code ? h('code', {}, e.code) : null,
               why ? h('span', { class: 'why' },
                       rule ? h('span', { class: 'rule' }, `${rule} `) : null,
                       why) : null),
             h('td', { role: 'cell', class: 'c-took' }, took(e.took_us)),
             h('td', { role: 'cell', class: 'c-time' },
               h('time', {}, time(e.at_ms))));
}


export function requests(world, go) {
    const address = id => `#${encodeURIComponent(world)}/requests/${id}`;
    let all = new Map();             // id -> summary, oldest first
    let verdict = '';
    let fits = () => true;
    let current = null;
    let last = 0;                    // the highest id seen
    let asked = 0;                   // up to here nothing is missing
    let settling = null;
    let dropped = 0;
    let waiting = 0;
    let loaded = false;

    const top = banner(world, { address: (_, id) => address(id) });
    const body = h('tbody', { role: 'rowgroup' });
    const foot = h('p', { class: 'foot muted' });
    const blank = h('div', { hidden: true });
    const search = h('input', {
        type: 'search', placeholder: 'Filter', autocomplete: 'off',
        spellcheck: 'false', 'aria-label': 'Filter requests',
        'aria-keyshortcuts': '/',
        oninput: () => { fits = matcher(search.value); draw(); },
    });
    const chips = h('div', { class: 'chips', role: 'group',
                             'aria-label': 'Verdict' });
    const more = button('', () => { scroller.scrollTop = 0; draw(); },
                        { class: 'more-rows', hidden: true });
    const table = h('table', { class: 'rows', role: 'table' },
                    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' },
                        ['Verdict', 'Operation', 'Status', 'Why', 'Took',
                         'Time'].map(name => h('th', {
                            role: 'columnheader', scope: 'col',
                            class: `c-${name.toLowerCase()}` }, name)))),
                    body);
    const scroller = h('div', { class: 'pane list', tabindex: '-1' },
                       top.node,
                       h('div', { class: 'bar' }, search, chips, more),
                       table, blank, foot);
    const detail = h('div', { class: 'pane detail', hidden: true });
    const node = h('div', { class: 'split' }, scroller, detail);

    body.addEventListener('click', e => {
        const tr = e.target.closest('tr');

        if (tr && !e.target.closest('a') && !String(getSelection())) {
            location.hash = address(tr.dataset.id);
        }
    });

    scroller.addEventListener('scroll', () => {
        if (waiting && scroller.scrollTop < 4) {
            draw();
        }
    }, { passive: true });

    function add(e) {
        all.set(e.id, e);
        last = Math.max(last, e.id);

        if (all.size > KEPT) {
            all.delete(all.keys().next().value);
            dropped++;
        }
    }

    function shown() {
        const out = [];

        for (const e of [...all.values()].reverse()) {
            if ((verdict === '' || e.verdict === verdict) && fits(e)) {
                out.push(e);
            }
        }

        return out;
    }

    function drawChips() {
        const n = { '': all.size };

        for (const e of all.values()) {
            n[e.verdict] = (n[e.verdict] ?? 0) + 1;
        }

        if (chips.childElementCount === 0) {
            fill(chips, ['', ...verdicts].map(v => button('', () => {
                verdict = v;
                draw();
            }, { 'data-verdict': v, class: `pick ${v}` })));
        }

        for (const b of chips.children) {
            const v = b.dataset.verdict;

            b.setAttribute('aria-pressed', String(v === verdict));
            fill(b, v || 'all', ' ', h('span', { class: 'n' }, n[v] ?? 0));
        }
    }

    function newestRefused() {
        let found = null;

        for (const e of all.values()) {
            found = e.verdict === 'refused' ? e : found;
        }

        return found;
    }

    function draw() {
        const fit = shown();
        const rows = fit.slice(0, ROWS);
        const have = new Map([...body.children].map(
            tr => [Number(tr.dataset.id), tr]));
        const focused = body.contains(document.activeElement)
            ? document.activeElement : null;

        waiting = 0;
        more.hidden = true;
        top.draw(newestRefused());
        drawChips();

        // rows that are there stay the same nodes, focus and all
        let next = body.firstElementChild;

        for (const e of rows) {
            const tr = have.get(e.id) ?? row(e, address, current);

            have.delete(e.id);

            if (tr === next) {
                next = next.nextElementSibling;
            } else {
                body.insertBefore(tr, next);
            }
        }

        for (const tr of have.values()) {
            tr.remove();
        }

        focused?.isConnected && focused.focus({ preventScroll: true });
        table.hidden = fit.length === 0;
        blank.hidden = fit.length > 0;
        fill(blank, !loaded ? null : empty(all.size
            ? 'No request fits the filter' : 'No request yet',
            all.size ? button('Show all', reset) : null));
        fill(foot, fit.length > ROWS
            ? `The newest ${ROWS} of ${fit.length}. ` : '',
             dropped ? `${plural(dropped, 'older one')} no longer kept. ` : '',
             all.size ? exports() : null);
    }

    function exports() {
        return ['har', 'curl', 'jsonl'].map(ext => [h('a', {
            href: api.url(api.of(world, `requests.${ext}`)),
            download: `${world}.${ext}`,
        }, ext.toUpperCase()), ' ']);
    }

    function reset() {
        verdict = '';
        search.value = '';
        fits = () => true;
        draw();
    }

    function arrive(list) {
        const fresh = list.filter(e => Number.isFinite(e.id)
                                  && !all.has(e.id));

        if (fresh.length === 0) {
            return;
        }

        const late = fresh.some(e => e.id < last);

        fresh.forEach(add);

        // an event that overtook the list
        if (late) {
            all = new Map([...all].sort((a, b) => a[0] - b[0]));
        }

        const bad = fresh.filter(e => e.verdict === 'refused').at(-1);

        if (bad && loaded) {
            say(`Refused: ${operation(bad)}, ${because(bad)}`);
        }

        if (scroller.scrollTop < 4) {
            draw();
            return;
        }

        waiting += fresh.length;
        more.hidden = false;
        more.textContent = `${waiting} new`;
        drawChips();
    }

    async function ask() {
        for (let n = 0; n < ASKS; n++) {
            const query = asked ? `since=${asked}&limit=${PAGE}`
                : `limit=${KEPT}`;
            const r = await api.maybe(api.of(world, `requests?${query}`));
            const list = r?.requests ?? [];
            const first = asked === 0;

            dropped = Math.max(dropped, r?.dropped ?? 0);
            asked = Math.max(asked, list.at(-1)?.id ?? 0);
            arrive(list);

            if (first || list.length < PAGE) {
                break;
            }
        }

        if (!loaded) {
            loaded = true;
            draw();
        }
    }

    function mark(id) {
        current = id;

        for (const tr of body.children) {
            const is = Number(tr.dataset.id) === id;

            is ? tr.setAttribute('aria-current', 'true')
                : tr.removeAttribute('aria-current');
        }
    }

    // of the rows drawn: the one after (before) an id

    function beside(id, step) {
        const ids = [...body.children].map(tr => Number(tr.dataset.id));
        const i = ids.indexOf(id);

        return i < 0 ? undefined : ids[i + step];
    }

    let opened = null;

    async function open(id) {
        const n = Number(id);

        opened = null;

        if (!id || !Number.isFinite(n)) {
            const was = current;

            detail.hidden = true;
            fill(detail);
            node.classList.remove('opened');
            mark(null);
            body.querySelector(`tr[data-id="${Number(was)}"] a`)
                ?.focus({ preventScroll: true });
            return;
        }

        mark(n);

        const e = await api.maybe(api.of(world, `requests/${n}`))
            .catch(err => { toast(err.message, true); return null; });

        if (current !== n) {
            return;
        }

        opened = e;
        detail.hidden = false;
        node.classList.add('opened');
        fill(detail, e ? request(e, { world, go, beside, address })
            : empty(`Request ${n} is not kept any more`,
                    button('Close', () => go('requests'))));
        detail.scrollTop = 0;
        detail.querySelector('h2')?.focus({ preventScroll: true });
    }

    function step(by) {
        const links = [...body.querySelectorAll('a')];
        const i = links.indexOf(document.activeElement);
        const at = i >= 0 ? i
            : links.findIndex(a => a.closest('[aria-current]'));
        const to = links[at < 0 ? 0 : Math.min(
            Math.max(at + by, 0), links.length - 1)];

        to?.focus();
        to?.scrollIntoView({ block: 'nearest' });

        // beside an open one the next opens at once
        if (current !== null && to) {
            location.hash = to.getAttribute('href');
        }
    }

    function key(e) {
        switch (e.key) {
        case 'j':
            step(1);
            return true;
        case 'k':
            step(-1);
            return true;
        case 'x':
            top.node.href && top.node.click();
            return true;
        case 'c':
            opened && detail.querySelector('[data-curl]')?.click();
            return true;
        default:
            return false;
        }
    }

    drawChips();
    ask().catch(e => toast(e.message, true));

    // the journal may have been emptied

    async function again() {
        const r = await api.maybe(api.of(world, `requests?limit=${KEPT}`));

        all = new Map((r?.requests ?? []).map(e => [e.id, e]));
        dropped = r?.dropped ?? 0;
        draw();
    }

    return {
        node, open, ask, key,
        close: () => clearTimeout(settling),
        events(list) {
            const came = list.filter(e => e.kind === 'request');

            arrive(came.map(e => e.data));

            // a stream that cannot keep up leaves some out
            if (came.length) {
                clearTimeout(settling);
                settling = setTimeout(() => ask().catch(() => {}), SETTLE_MS);
            }

            if (list.some(e => e.kind === 'world')) {
                again().catch(() => {});
            }
        },
    };
}
