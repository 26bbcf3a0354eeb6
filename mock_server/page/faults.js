// Faults to click on: choose what is to go wrong, in which operation and how
// often; what is armed, and how much of it is used.

import * as api from './api.js';
import { attempt, button, copy, empty, field, fill, h, toast }
    from './dom.js';
import { codePalette } from './codes.js';
import { plural } from './words.js';

// name, label, what it does, [default value of its input, its type]
const kinds = [
    ['latency', 'Latency', 'answers later', '500ms'],
    ['dribble', 'Dribble', 'the reply spread over this time', '2s'],
    ['status', 'Bare status', 'a gateway\'s page', '503'],
    ['reset', 'Reset', 'the connection is reset', null],
    ['empty', 'Empty', 'closed without a byte', null],
    ['cut', 'Cut', 'closed after so many bytes', '20'],
    ['garbage', 'Garbage', 'bytes that are no HTTP', null],
    ['length', 'Wrong length', 'Content-Length too big or small', '+10'],
    ['type', 'Wrong type', 'another Content-Type', 'text/html'],
];

// the connection can end in one way only
const ends = ['status', 'reset', 'empty', 'cut', 'garbage', 'length'];


function item(f, remove) {
    const used = f.used ?? 0;
    const over = f.times && used >= f.times;

    return h('li', { class: over ? 'armed over' : 'armed' },
        h('code', { class: 'spec' }, f.fault),
        h('span', {}, 'in ', h('code', {}, f.operation || '*')),
        f.skip ? h('span', { class: 'muted' }, `after ${f.skip} that pass`)
            : null,
        f.probability !== undefined && f.probability !== null
            && f.probability < 1 ? h('span', { class: 'muted' },
                `in ${Math.round(f.probability * 100)} % of them`) : null,
        h('span', { class: 'used' }, f.times
            ? `used ${used} of ${f.times}`
            : `used ${plural(used, 'time')}, stays`),
        button('Delete', () => remove(f), { class: 'quiet',
            'aria-label': `Delete fault ${f.fault}` }));
}


export function faults(world) {
    const chosen = new Map();        // kind -> input or null
    let code = null;

    const list = h('ul', { class: 'armed-list' });
    const blank = h('div', {});
    const clear = button('Delete all', () => attempt(async () => {
        await api.del(api.of(world, 'faults'));
        await ask();
    }), { class: 'quiet danger', hidden: true });

    const spec = h('input', { class: 'spec', spellcheck: 'false',
                              autocomplete: 'off', name: 'fault',
                              placeholder: 'choose below, or write it' });
    const ops = h('datalist', { id: 'fault-operations' },
                  api.operations.map(o => h('option', { value: o })));
    const operation = h('input', { list: 'fault-operations', value: '*',
                                   spellcheck: 'false', name: 'operation',
                                   autocomplete: 'off' });
    const times = h('input', { type: 'number', min: '0', value: '1',
                               name: 'times' });
    const skip = h('input', { type: 'number', min: '0', value: '0',
                              name: 'skip' });
    const chance = h('input', { type: 'number', min: '0', max: '100',
                                value: '100', name: 'chance' });

    const palette = codePalette(c => {
        code = code?.fault === c.fault ? null : c;
        code && drop(ends);

        // a code of an API only fits its operations
        const now = operation.value;

        if (code?.api && (now === '*' || !now.startsWith(`${code.api}.`))) {
            operation.value = `${code.api}.*`;
        }

        compose();
    });

    function drop(names) {
        for (const name of names) {
            chosen.delete(name);
        }
    }

    function toggle(name, input) {
        if (chosen.has(name)) {
            chosen.delete(name);
        } else {
            if (ends.includes(name)) {
                drop(ends);
                code = null;
            }

            chosen.set(name, input);
        }

        compose();
    }

    const inputs = new Map(kinds.map(([name, label, , value]) => [name,
        value === null ? null : h('input', {
            value, 'aria-label': `${label}: how much`, size: '7',
            spellcheck: 'false', autocomplete: 'off',
            oninput: () => {
                if (!chosen.has(name)) {
                    toggle(name, inputs.get(name));
                } else {
                    compose();
                }
            },
        })]));

    const picks = new Map(kinds.map(([name, label, what]) => [name,
        button(label, () => toggle(name, inputs.get(name)), {
            class: 'pick', title: what, 'data-kind': name })]));

    function compose() {
        const parts = [...chosen].map(([name, input]) => input
            ? `${name}=${input.value.trim()}` : name);

        if (code) {
            parts.push(code.fault);
        }

        spec.value = parts.join(',');

        for (const [name, b] of picks) {
            b.setAttribute('aria-pressed', String(chosen.has(name)));
        }

        palette.mark(code?.fault ?? '');
    }

    compose();

    async function add(e) {
        e.preventDefault();

        const fault = spec.value.trim();

        if (fault === '') {
            toast('Choose what is to go wrong', true);
            spec.focus();
            return;
        }

        const what = { operation: operation.value.trim() || '*', fault };
        const n = Number(times.value);
        const p = Number(chance.value) / 100;

        if (n > 0) {
            what.times = n;
        }

        if (Number(skip.value) > 0) {
            what.skip = Number(skip.value);
        }

        if (p < 1) {
            what.probability = p;
        }

        await attempt(async () => {
            await api.post(api.of(world, 'faults'), what);
            toast('Armed');
            await ask();
        });
    }

    async function remove(f) {
        await attempt(async () => {
            await api.del(api.of(world, `faults/${f.id}`));
            await ask();
        });
    }

    async function ask() {
        const r = await api.maybe(api.of(world, 'faults'));
        const all = r?.faults ?? [];

        fill(list, all.map(f => item(f, remove)));
        clear.hidden = all.length === 0;
        fill(blank, all.length ? null : h('p', { class: 'muted' },
            'Nothing is going to go wrong.'));
    }

    const node = h('div', { class: 'pane wide' },
        h('section', { class: 'card' },
            h('div', { class: 'card-head' }, h('h2', {}, 'Armed'), clear),
            blank, list),
        h('form', { class: 'card fault-form', onsubmit: add },
            h('h2', {}, 'Arm a fault'),
            h('div', { class: 'grid' },
                field('Operation', h('span', {}, operation, ops)),
                field('How often', times, '0: always'),
                field('Let pass first', skip),
                field('Chance, %', chance)),
            h('div', { class: 'spec-line' },
                field('What goes wrong', spec),
                h('button', { type: 'submit', class: 'main-button' }, 'Arm'),
                button('Copy as header', () => copy(
                    `X-Mock-Fault: ${spec.value}`, 'Header'),
                       { title: 'for one request, sent with it' })),
            h('div', { class: 'kinds', role: 'group',
                       'aria-label': 'Of the connection' },
                kinds.map(([name, , what]) => h('div', { class: 'kind' },
                    picks.get(name), inputs.get(name),
                    h('span', { class: 'note' }, what)))),
            h('h3', {}, 'An error of the documents'),
            palette.node));

    attempt(ask);

    return {
        node, ask,
        events(all) {
            if (all.some(e => e.kind === 'fault' || (e.kind === 'request'
                && e.data.fault))) {
                ask().catch(() => {});
            }
        },
    };
}
