// The plan of a world: what becomes of its tasks.

import * as api from './api.js';
import { attempt, button, field, fill, h, toast } from './dom.js';
import { codeList } from './codes.js';


function choice(name, options, value) {
    return h('select', { name }, options.map(([v, text]) => h('option', {
        value: v, selected: v === value }, text)));
}


// A plan as the form has it, and back.

function progressOf(p) {
    return typeof p === 'string' ? [p, 1]
        : p?.seconds !== undefined ? ['seconds', p.seconds]
        : ['polls', p?.polls ?? 1];
}


function endOf(e) {
    return typeof e === 'object' && e !== null ? ['fail', e.fail ?? '']
        : [e ?? 'success', ''];
}


export function plan(world) {
    const box = h('div', { class: 'pane wide' });

    function draw(p) {
        const [kind, n] = progressOf(p.progress);
        const [how, code] = endOf(p.end);
        const progress = choice('progress', [
            ['polls', 'after so many polls'],
            ['seconds', 'after so many seconds'],
            ['once', 'at once'], ['told', 'when told']], kind);
        const number = h('input', { type: 'number', min: '0', step: 'any',
                                    value: String(n), name: 'n',
                                    'aria-label': 'How many' });
        const ends = choice('end', [['success', 'successfully'],
            ['fail', 'with an error'], ['never', 'never']], how);
        const codes = codeList('plan-codes', c => c.kind === 'task', code);
        const text = h('textarea', { name: 'text', rows: '3',
            placeholder: 'empty: what the audio says of itself, or words '
                         + 'made up for its length' }, p.text ?? '');
        const wer = h('input', { type: 'range', min: '0', max: '1',
                                 step: '0.01', value: String(p.wer ?? 0),
                                 name: 'wer' });
        const rate = h('span', {});
        const seed = h('input', { type: 'number', name: 'seed',
                                  value: p.seed === undefined ? ''
                                      : String(p.seed) });
        const strict = h('input', { type: 'checkbox', name: 'strict',
                                    checked: p.strict !== false });
        const delay = h('input', { type: 'number', min: '0', name: 'delay',
                                   value: String(p.callback?.delay_ms ?? 0) });

        function adapt() {
            number.hidden = !['polls', 'seconds'].includes(progress.value);
            codes.input.hidden = ends.value !== 'fail';
            rate.textContent = `${Math.round(wer.value * 100)} %`;
        }

        for (const node of [progress, ends, wer]) {
            node.addEventListener('input', adapt);
        }

        adapt();

        async function save(e) {
            e.preventDefault();

            const kindNow = progress.value;
            const what = {
                progress: number.hidden ? kindNow
                    : { [kindNow]: Number(number.value) },
                end: ends.value === 'fail'
                    ? { fail: codes.input.value.trim() } : ends.value,
                strict: strict.checked,
                wer: Number(wer.value),
                callback: { delay_ms: Number(delay.value) },
            };

            if (text.value !== '' || p.text) {
                what.text = text.value === '' ? null : text.value;
            }

            if (seed.value !== '') {
                what.seed = Number(seed.value);
            }

            await attempt(async () => {
                await api.patch(api.of(world, 'plan'), what);
                toast('Saved');
                await ask();
            });
        }

        fill(box,
            h('form', { class: 'card', onsubmit: save },
                h('h2', {}, 'Tasks'),
                h('div', { class: 'grid plan' },
                    field('They end', h('span', { class: 'pair' }, progress,
                                        number)),
                    field('And so', h('span', { class: 'pair' }, ends,
                                      codes.input, codes.list)),
                    field('Callbacks wait, ms', delay),
                    field('Seed', seed, 'of times, errors and chance')),
                field('What is said', text),
                h('div', { class: 'grid plan' },
                    field(h('span', {}, 'Word errors ', rate), wer,
                          'put in, seeded'),
                    h('label', { class: 'check' }, strict,
                      ' strict: what the documents forbid is refused')),
                h('button', { type: 'submit', class: 'main-button' },
                  'Save')),
            whole(p));
    }

    // what the form has no place for: courses one by one, fixtures, account

    function whole(p) {
        const area = h('textarea', { class: 'json', rows: '14',
                                     spellcheck: 'false', name: 'plan',
                                     'aria-label': 'The plan as JSON' },
                       JSON.stringify(p, null, 2));
        const wrong = h('p', { class: 'bad-text', role: 'alert' });

        async function replace(e) {
            e.preventDefault();
            wrong.textContent = '';

            let next;

            try {
                next = JSON.parse(area.value);
            } catch (err) {
                wrong.textContent = err.message;
                area.focus();
                return;
            }

            try {
                await api.put(api.of(world, 'plan'), next);
                toast('Saved');
                await ask();
            } catch (err) {
                wrong.textContent = err.message;
            }
        }

        return h('form', { class: 'card', onsubmit: replace },
            h('h2', {}, 'The whole plan'),
            h('p', { class: 'muted' }, 'Also ', h('code', {}, 'tasks'),
              ' (courses in order), ', h('code', {}, 'fixtures'),
              ' (by digest, URL, file name, call) and ',
              h('code', {}, 'account'), ' (status, limits).'),
            area, wrong,
            h('div', { class: 'row' },
                h('button', { type: 'submit' }, 'Replace'),
                button('Read again', () => attempt(ask),
                       { class: 'quiet' })));
    }

    async function ask() {
        draw(await api.maybe(api.of(world, 'plan')) ?? {});
    }

    attempt(ask);

    // not asked again by itself: someone may be writing
    return { node: box };
}
