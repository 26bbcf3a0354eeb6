// The windows that decide: how much of each is used, when the next is free.

import * as api from './api.js';
import { attempt, button, empty, fill, h, toast } from './dom.js';
import { plural, span } from './words.js';

const BOXES = 60;                    // a limit that small is drawn in boxes
const EVERY_MS = 1000;


function gauge(l) {
    const used = Math.min(l.used, l.limit);
    const props = { class: 'gauge', role: 'meter', 'aria-valuemin': '0',
                    'aria-valuemax': String(l.limit),
                    'aria-valuenow': String(used), 'aria-label': l.action };

    if (l.limit <= BOXES) {
        return h('div', { ...props, class: 'gauge boxes' },
                 Array.from({ length: l.limit }, (_, i) => h('i', {
                     class: i < used ? 'used' : '' })));
    }

    return h('div', { ...props, vars: { part: used / l.limit } });
}


function card(l) {
    const full = l.used >= l.limit;
    const next = full || l.retry_ms > 0
        ? `full; the next is free in ${span(Math.max(0, l.retry_ms))}`
        : `${plural(l.limit - l.used, 'more')} now`.replace('mores', 'more');

    return h('li', { class: full ? 'ledger full' : 'ledger' },
        h('div', { class: 'ledger-head' },
            h('h3', {}, l.action),
            h('span', { class: 'muted' },
              `${l.limit} in ${span(l.window_ms)}`)),
        gauge(l),
        h('p', { class: 'ledger-foot' },
            h('b', {}, `${l.used} of ${l.limit}`), ' used, ',
            h('span', { class: full ? 'bad-text' : '' }, next),
            l.rejected ? h('span', { class: 'rejected' },
                           `${l.rejected} rejected`) : null));
}


export function limits(world) {
    const list = h('ul', { class: 'ledgers' });
    const blank = h('div', {});
    const node = h('div', { class: 'pane wide' },
        h('div', { class: 'intro' },
            h('p', {}, 'Each bar is the very window that lets a request pass '
              + 'or refuses it, by the world\'s clock.'),
            button('Empty all windows', () => attempt(async () => {
                await api.del(api.of(world, 'limits'));
                toast('Empty');
                await ask();
            }))),
        list, blank);
    let timer = null;
    let was = '';

    async function ask() {
        const r = await api.maybe(api.of(world, 'limits'));
        const all = r?.limits ?? [];
        const text = JSON.stringify(all);

        if (text === was) {
            return;
        }

        was = text;
        all.sort((a, b) => b.used / b.limit - a.used / a.limit
                 || b.rejected - a.rejected
                 || (a.action < b.action ? -1 : 1));
        fill(list, all.map(card));
        fill(blank, all.length ? null : empty('No limit was touched yet',
            h('p', {}, 'The first request of an operation that has a limit '
              + 'opens its window.')));
    }

    function again() {
        timer = setTimeout(() => {
            (document.hidden ? Promise.resolve() : ask().catch(() => {}))
                .then(again);
        }, EVERY_MS);
    }

    attempt(ask);
    again();

    return { node, ask, close: () => clearTimeout(timer) };
}
