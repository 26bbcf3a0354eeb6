// The report: what the client did that the documents forbid or discourage,
// what it called and which codes it met, as the run would end with it now.

import * as api from './api.js';
import { attempt, button, chip, empty, fill, h, toast } from './dom.js';
import { says } from './request.js';
import { plural, said, sorted } from './words.js';

const formats = ['text', 'json', 'junit', 'html'];
const kinds = { error: 'refused', warning: 'dubious', note: 'note' };


function links(path) {
    return formats.map(f => [h('a', {
        href: api.url(`${path}?format=${f}`), target: '_blank',
        rel: 'noopener' }, f), ' ']);
}


function group(g, world) {
    return h('li', { class: 'group' },
        chip(kinds[g.severity] ?? 'note', g.severity),
        h('div', { class: 'what' },
            h('p', {}, h('b', {}, says(g)), ' ',
              h('code', { class: 'rule' }, g.rule)),
            !said(g, g.hint) ? h('p', { class: 'muted' }, g.hint) : null),
        h('div', { class: 'where muted' },
            h('span', {}, g.api ? `${g.api}.${g.operation}` : ''), ' ',
            g.last ? h('a', { href: `#${encodeURIComponent(world)}/requests/`
                                    + Number(g.last) },
                       g.count > 1 ? `${plural(g.count, 'time')}, the last`
                           : 'show') : null));
}


function operations(list) {
    return h('table', { class: 'plain-table' },
        h('thead', {}, h('tr', {}, ['Operation', 'Requests', 'Refused',
                                    'Faulted'].map(
            name => h('th', { scope: 'col' }, name)))),
        h('tbody', {}, list.map(o => h('tr', {},
            h('td', {}, h('span', { class: 'api' }, o.api), ' ',
              o.operation),
            h('td', {}, o.requests), h('td', {}, o.refused),
            h('td', {}, o.faulted ?? 0)))));
}


// A code nobody has met is armed by a click, for the next request.

function never(name, codes, world) {
    const arm = code => attempt(async () => {
        await api.post(api.of(world, 'faults'), {
            operation: `${name}.*`, fault: code, times: 1 });
        toast(`The next request to ${name} is answered ${code}`);
    });

    return h('details', { class: 'never' },
        h('summary', {}, h('b', {}, name), ' ', h('span', { class: 'muted' },
            `${plural(codes.length, 'documented code')} never met`)),
        h('p', { class: 'muted' }, 'A click answers the next request with '
            + 'it: what does your client do then?'),
        h('div', { class: 'code-cloud' }, codes.map(
            code => button(h('code', {}, code), () => arm(code)))));
}


export function report(world) {
    const path = api.of(world, 'report');
    const box = h('div', { class: 'report' });
    const node = h('div', { class: 'pane wide' },
        h('div', { class: 'intro' },
            h('p', {}, 'What the run would end with, were it over now. ',
              'Of this world: ', links(path), ' Of all: ', links('report'))),
        box);
    let asking = null;
    let was = '';

    async function ask() {
        const r = await api.maybe(`${path}?format=json`);
        const t = r?.worlds?.find(w => w.key === world) ?? r?.total;
        const text = JSON.stringify(r);

        // what is open stays open
        if (text === was) {
            return;
        }

        was = text;

        const open = new Set([...box.querySelectorAll('details[open] b')]
            .map(b => b.textContent));
        const missing = Object.entries(r?.never_met ?? {})
            .filter(([, codes]) => codes.length);

        fill(box, t ? [
            h('p', { class: 'sums' },
                chip(t.errors ? 'refused' : 'ok',
                     plural(t.errors, 'error')),
                chip(t.warnings ? 'dubious' : 'ok',
                     plural(t.warnings, 'warning')),
                chip('note', plural(t.requests, 'request')),
                t.faulted ? chip('faulted', `${t.faulted} faulted`) : null,
                t.unfetched ? chip('note', `${plural(t.unfetched, 'result')
                    } never fetched`) : null),
            h('section', { class: 'card' }, h('h2', {}, 'Findings'),
                t.findings.length ? h('ul', {}, sorted(t.findings).map(
                    g => group(g, world))) : h('p', { class: 'muted' },
                    'Nothing to say against this client.')),
            t.operations.length ? h('section', { class: 'card' },
                h('h2', {}, 'Called'), operations(t.operations)) : null,
            t.codes.length || missing.length ? h('section', { class: 'card' },
                h('h2', {}, 'Codes'),
                t.codes.length ? h('p', {}, 'Met: ', t.codes.map((c, i) => [
                    i ? ', ' : '', h('code', {}, c.code), ` ${c.count}×`,
                    c.faulted ? h('span', { class: 'muted' }, ' by order')
                        : null])) : null,
                missing.map(([name, codes]) => never(name, codes, world)))
                : null,
        ] : empty('No report yet'));

        for (const d of box.querySelectorAll('details')) {
            d.open = open.has(d.querySelector('b').textContent);
        }
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
