// Callbacks: what was sent to whom, how often, and what came of it.

import * as api from './api.js';
import { attempt, chip, empty, fill, h } from './dom.js';
import { body } from './body.js';
import { clip, date, plural, time } from './words.js';

const ROWS = 200;
const kinds = { delivered: 'ok', undelivered: 'refused', pending: 'note' };


function item(c, world) {
    return h('details', { class: 'callback', 'data-id': c.id },
        h('summary', {},
            chip(kinds[c.state] ?? 'note', c.state),
            h('code', { class: 'target' }, clip(c.url, 300)),
            h('span', {}, `attempt ${c.attempt}`),
            c.status ? h('span', {}, `answered ${c.status}`) : null,
            h('span', { class: 'muted' }, time(c.at_ms)),
            c.state === 'pending' && c.next_ms
                ? h('span', { class: 'muted' }, `next ${date(c.next_ms)}`)
                : null,
            c.task ? h('a', { href: `#${encodeURIComponent(world)}/tasks/`
                                    + `${Number(c.task)}` },
                       `task ${c.task}`) : null),
        c.attempts?.length ? h('ol', { class: 'tries' }, c.attempts.map(
            t => h('li', {}, `${t.attempt}. ${date(t.at_ms)}, `,
                   t.status ? `answered ${t.status}` : 'no answer',
                   t.error ? h('span', { class: 'bad-text' },
                               `, ${t.error}`) : null))) : null,
        c.body ? body(c.body, /^[\w%.+-]+=/.test(c.body)
            ? 'application/x-www-form-urlencoded' : '') : h('p', {
            class: 'muted' }, 'No body'));
}


export function callbacks(world) {
    const list = h('div', { class: 'callbacks' });
    const note = h('p', { class: 'muted' });
    const node = h('div', { class: 'pane wide' }, note, list);
    let asking = null;

    async function ask() {
        const r = await api.maybe(api.of(world, 'callbacks'));
        const all = (r?.callbacks ?? []).slice(-ROWS).reverse();
        const open = new Set([...list.querySelectorAll('details[open]')]
            .map(d => d.dataset.id));

        note.textContent = all.length ? plural(all.length, 'delivery',
                                               'deliveries') : '';
        fill(list, all.length ? all.map(c => {
            const d = item(c, world);

            d.open = open.has(String(c.id));
            return d;
        }) : empty('No callback yet', h('p', {},
            'A task whose request names an address for its result calls it '
            + 'when it ends. ', h('code', {}, '/_mock/inbox/NAME'),
            ' receives such calls, if the client has no place for them.')));
    }

    attempt(ask);

    return {
        node, ask,
        events(all) {
            if (all.some(e => e.kind === 'callback' || e.kind === 'task')) {
                asking ??= setTimeout(() => {
                    asking = null;
                    ask().catch(() => {});
                }, 200);
            }
        },
        close: () => clearTimeout(asking),
    };
}
