// The report: what the client did that the documents forbid or discourage,
// as the run would end with it now.

import * as api from './api.js';
import { attempt, chip, empty, fill, h } from './dom.js';
import { plural } from './words.js';

const formats = ['text', 'json', 'junit', 'html'];


function links(path) {
    return formats.map(f => [h('a', {
        href: api.url(`${path}?format=${f}`), target: '_blank',
        rel: 'noopener' }, f), ' ']);
}


export function report(world) {
    const path = api.of(world, 'report');
    const box = h('pre', { class: 'report-text' });
    const sums = h('p', { class: 'sums' });
    const blank = h('div', {});
    const node = h('div', { class: 'pane wide' },
        h('div', { class: 'intro' },
            h('p', {}, 'What the run would end with, were it over now. ',
              'Of this world: ', links(path), ' Of all: ', links('report'))),
        sums, blank, box);
    let asking = null;

    async function ask() {
        const res = await fetch(api.url(`${path}?format=text`),
                                { cache: 'no-store' });
        const text = res.ok ? await res.text() : '';
        const w = (await api.maybe('worlds'))?.worlds
            ?.find(o => o.key === world);

        fill(sums, w ? [
            chip(w.errors ? 'refused' : 'ok', plural(w.errors ?? 0, 'error')),
            chip(w.warnings ? 'dubious' : 'ok',
                 plural(w.warnings ?? 0, 'warning')),
            chip('note', plural(w.requests ?? 0, 'request')),
        ] : null);
        box.hidden = text === '';
        box.textContent = text;
        fill(blank, text === '' ? empty('No report yet') : null);
    }

    attempt(ask);

    return {
        node, ask,
        events() {
            asking ??= setTimeout(() => {
                asking = null;
                ask().catch(() => {});
            }, 1000);
        },
        close: () => clearTimeout(asking),
    };
}
