// The worlds on the left, the liveliest on top.

import * as api from './api.js';
import { fill, h } from './dom.js';
import { ago, plural } from './words.js';

const SHOWN = 200;
const LOOKED_AT = 12;
const COUNT_MS = 2000;


// reload() asks, events() counts along, select(key) marks one.

export function worlds(nav, address) {
    let all = new Map();
    let current = '';
    let drawing = null;
    let counting = null;

    const search = h('input', {
        type: 'search', placeholder: 'Find a world',
        'aria-label': 'Find a world', oninput: draw,
        autocomplete: 'off', spellcheck: 'false',
    });
    const count = h('span', { class: 'muted' });
    const ul = h('ul', {});

    nav.append(h('div', { class: 'worlds-head' },
                 h('h2', {}, 'Worlds ', count), search), ul);

    function ordered() {
        return [...all.values()].sort(
            (a, b) => (b.last_ms ?? 0) - (a.last_ms ?? 0)
                || (a.key < b.key ? -1 : 1));
    }

    function row(w) {
        return h('li', {}, h('a', {
            href: address(w.key), class: w.errors ? 'bad' : '',
            'aria-current': w.key === current ? 'true' : null,
        },
        h('span', { class: 'name' }, w.key),
        h('span', { class: 'sub' },
          plural(w.requests ?? 0, 'request'),
          w.tasks ? `, ${plural(w.tasks, 'task')}` : '',
          w.last_ms ? h('span', { class: 'when' }, ago(w.last_ms)) : null),
        w.errors ? h('span', { class: 'count errors',
                               title: plural(w.errors, 'error') },
                     w.errors, h('span', { class: 'hidden' }, ' errors'))
            : null,
        w.warnings ? h('span', { class: 'count warnings',
                                 title: plural(w.warnings, 'warning') },
                       w.warnings, h('span', { class: 'hidden' },
                                     ' warnings')) : null));
    }

    function draw() {
        const text = search.value.trim().toLowerCase();
        const fit = ordered().filter(w => w.key.toLowerCase().includes(text));
        const focused = ul.contains(document.activeElement)
            ? document.activeElement.getAttribute('href') : null;

        drawing = null;
        count.textContent = all.size ? String(all.size) : '';
        search.hidden = all.size < 8;
        fill(ul, fit.slice(0, SHOWN).map(row),
             fit.length > SHOWN ? h('li', { class: 'muted more' },
                 `and ${fit.length - SHOWN} more`) : null);

        if (focused !== null) {
            [...ul.querySelectorAll('a')]
                .find(a => a.getAttribute('href') === focused)?.focus();
        }
    }

    // rows keep still for a while: someone may be about to click

    function later() {
        drawing ??= setTimeout(draw, 400);
    }

    async function reload() {
        const { worlds: got } = await api.get('worlds');

        all = new Map(got.map(w => [w.key, w]));
        draw();
    }

    function known(key) {
        if (!all.has(key)) {
            all.set(key, { key, requests: 0, tasks: 0, errors: 0,
                           warnings: 0, last_ms: 0 });
        }

        return all.get(key);
    }

    function events(list) {
        let ask = false;

        for (const { kind, data } of list) {
            if (!data.world) {
                continue;
            }

            if (kind === 'world') {
                ask = true;
            } else if (kind === 'request') {
                const w = known(data.world);

                w.requests++;
                w.last_ms = Date.now();

                for (const f of data.findings ?? []) {
                    w.errors += f.severity === 'error' ? 1 : 0;
                    w.warnings += f.severity === 'warning' ? 1 : 0;
                }
            } else if (kind === 'task') {
                counting ??= setTimeout(() => {
                    counting = null;
                    reload().catch(() => {});
                }, COUNT_MS);
            }
        }

        if (ask) {
            reload().catch(() => {});
        } else {
            later();
        }
    }

    function select(key) {
        current = key;
        draw();
    }

    // Ids of requests are the process's: the highest is the newest.

    async function liveliest() {
        const order = ordered();
        const look = [...order.filter(w => w.errors),
                      ...order.filter(w => !w.errors)].slice(0, LOOKED_AT);
        const last = await Promise.all(look.map(async w => {
            const r = await api.get(api.of(w.key,
                'requests?verdict=refused&limit=1')).catch(() => null);

            return { key: w.key, id: r?.requests?.at(-1)?.id ?? -1 };
        }));

        last.sort((a, b) => b.id - a.id);

        return last[0]?.id > 0 ? last[0].key : order[0]?.key ?? null;
    }

    setInterval(later, 30000);

    return { reload, events, select, liveliest, has: key => all.has(key) };
}
