// The world's clock: frozen, set, moved on; and what that made happen.

import * as api from './api.js';
import { attempt, button, field, fill, h, toast } from './dom.js';
import { date, plural, span } from './words.js';

const steps = [['1s', 1000], ['10s', 10000], ['1m', 60000], ['5m', 300000],
               ['1h', 3600000], ['24h', 86400000]];
const HISTORY = 50;


export function clock(world) {
    let base = null;                 // { now_ms, frozen, at }
    let timer = null;

    const face = h('time', { class: 'face' });
    const state = h('p', { class: 'muted clock-state' });
    const freeze = button('Freeze', () => change(
        { freeze: !base?.frozen },
        base?.frozen ? 'runs again' : 'frozen'));
    const when = h('input', { placeholder: '2026-11-26T00:00:00Z',
                              spellcheck: 'false', autocomplete: 'off' });
    const by = h('input', { placeholder: '36h', spellcheck: 'false',
                            autocomplete: 'off', size: '8' });
    const ran = h('ol', { class: 'ran', 'aria-live': 'polite',
                          'aria-label': 'What ran' });
    const none = h('p', { class: 'muted' }, 'Move the clock: what falls due '
        + 'on the way (tasks that end, windows, callbacks and their retries) '
        + 'runs before it answers, and is listed here.');

    function show() {
        if (base === null) {
            return;
        }

        const now = base.frozen ? base.now_ms
            : base.now_ms + (performance.now() - base.at);

        face.textContent = date(now);
        face.dateTime = new Date(now).toISOString();
    }

    function take(c) {
        base = { ...c, at: performance.now() };
        freeze.textContent = c.frozen ? 'Let it run' : 'Freeze';
        freeze.setAttribute('aria-pressed', String(Boolean(c.frozen)));
        state.textContent = [c.frozen ? 'It stands still.' : 'It runs.',
            Math.abs(c.offset_ms ?? 0) < 1000 ? 'It is the machine\'s time.'
                : `${span(Math.abs(c.offset_ms))} ${c.offset_ms > 0
                    ? 'ahead of' : 'behind'} the machine's.`].join(' ');
        face.classList.toggle('frozen', Boolean(c.frozen));
        show();
    }

    async function change(what, title) {
        await attempt(async () => {
            const c = await api.put(api.of(world, 'clock'), what);
            const list = c.ran ?? [];

            take(c);
            none.hidden = true;
            ran.prepend(h('li', {},
                h('b', {}, title), ' ',
                h('span', { class: 'muted' }, date(c.now_ms)),
                list.length ? h('ul', {}, list.map(x => h('li', {}, x)))
                    : h('p', { class: 'muted' }, 'nothing was due')));

            while (ran.childElementCount > HISTORY) {
                ran.lastElementChild.remove();
            }

            toast(list.length ? plural(list.length, 'thing') + ' ran'
                : title);
        });
    }

    const advance = text => change({ advance: text }, `moved on by ${text}`);

    const node = h('div', { class: 'pane wide' },
        h('section', { class: 'card clock' },
            face, state,
            h('div', { class: 'row' },
                h('div', { class: 'steps', role: 'group',
                           'aria-label': 'Move on by' },
                    steps.map(([text]) => button(`+ ${text}`,
                        () => advance(text), { 'data-advance': text }))),
                freeze),
            h('div', { class: 'row' },
                h('form', { class: 'line-form', onsubmit: e => {
                    e.preventDefault();
                    by.value.trim() ? advance(by.value.trim()) : by.focus();
                } }, field('Move on by', by), h('button', {
                    type: 'submit' }, 'Move')),
                h('form', { class: 'line-form', onsubmit: e => {
                    e.preventDefault();
                    const text = when.value.trim();

                    text ? change({ set: /^\d+$/.test(text) ? Number(text)
                        : text }, `set to ${text}`) : when.focus();
                } }, field('Set to', when), h('button', { type: 'submit' },
                                               'Set')),
                button('Back to the machine\'s time', () => change(
                    { set: Date.now(), freeze: false }, 'set back')))),
        h('section', { class: 'card' }, h('h2', {}, 'What ran'), none, ran));

    async function ask() {
        const c = await api.maybe(api.of(world, 'clock'));

        c && take(c);
    }

    attempt(ask);
    timer = setInterval(show, 250);

    return {
        node, ask,
        events(list) {
            if (list.some(e => e.kind === 'clock')) {
                ask().catch(() => {});
            }
        },
        close: () => clearInterval(timer),
    };
}
