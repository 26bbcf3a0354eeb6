// Error codes to choose from: an input that offers them, and the whole list,
// by API, to click on.

import { allCodes, byApi } from './api.js';
import { fill, h } from './dom.js';
import { plural } from './words.js';

let made = 0;


// A text input with the codes that fit as suggestions.

export function codeList(name, fits, value) {
    const id = `${name}-${++made}`;
    const list = h('datalist', { id });
    const input = h('input', { list: id, value, spellcheck: 'false',
                               autocomplete: 'off', placeholder: 'a code',
                               'aria-label': 'Code' });

    allCodes().then(codes => {
        const some = codes.filter(fits);

        fill(list, (some.length ? some : codes).map(c => h('option', {
            value: c.code }, `${c.api} ${c.meaning ?? ''}`)));
    });

    return { input, list };
}


// Buttons, grouped by API; pick(code) on a click.  Returns { node, mark }:
// mark(fault) shows which one is chosen.

export function codePalette(pick) {
    const search = h('input', {
        type: 'search', placeholder: 'Find a code or what it means',
        'aria-label': 'Find a code', autocomplete: 'off', spellcheck: 'false',
        oninput: draw,
    });
    const box = h('div', { class: 'code-groups' });
    const node = h('div', { class: 'palette' }, search, box);
    let all = [];
    let chosen = '';
    let only = '';

    function draw() {
        const text = search.value.trim().toLowerCase();
        const fit = all.filter(c => (only === '' || c.api === only
                                     || !c.api)
            && `${c.api} ${c.code} ${c.meaning ?? ''}`.toLowerCase()
                .includes(text));

        fill(box, fit.length === 0 ? h('p', { class: 'muted' },
                                       all.length ? 'No such code'
                                           : 'The codes are on their way')
            : byApi(fit).map(([api, codes]) => h('details', {
                open: text !== '' || only === api || null },
            h('summary', {}, h('b', {}, api), ' ',
              h('span', { class: 'muted' }, plural(codes.length, 'code'))),
            h('ul', {}, codes.map(c => h('li', {}, h('button', {
                type: 'button', class: `code-pick ${c.kind}`,
                'data-fault': c.fault,
                'aria-pressed': String(c.fault === chosen),
                onclick: () => pick(c),
            },
            h('code', {}, c.code), ' ',
            c.kind === 'task' ? h('span', { class: 'chip note' }, 'task')
                : null,
            h('span', { class: 'meaning' }, c.meaning ?? ''))))))));
    }

    allCodes().then(codes => { all = codes; draw(); });

    return {
        node,
        mark(fault) {
            chosen = fault;

            for (const b of box.querySelectorAll('button')) {
                b.setAttribute('aria-pressed',
                               String(b.dataset.fault === fault));
            }
        },
        api(name) {
            if (only !== name) {
                only = name;
                draw();
            }
        },
    };
}
