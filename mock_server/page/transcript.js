// A transcript whose words light up as the audio plays.

import { h } from './dom.js';
import { at } from './words.js';

const WORDS = 20000;
const OVERLAP = 40;                  // words of two channels at one time


// The sentences' words in order of time; { word, node } each.

function flatten(sentences, who) {
    const out = [];
    const box = h('div', { class: 'transcript' });

    for (const s of sentences) {
        const p = h('p', {});

        for (const w of s.words?.length ? s.words
            : [{ text: s.text, start_ms: s.start_ms, end_ms: s.end_ms }]) {
            if (out.length >= WORDS) {
                break;
            }

            const sure = w.confidence ?? 1;
            const node = h('span', {
                class: sure < 0.5 ? 'word unsure' : 'word', tabindex: '-1',
                'data-start': Math.round(w.start_ms),
                title: `${at(w.start_ms)}${w.confidence === undefined ? ''
                    : `, confidence ${w.confidence}`}`,
            }, w.text);

            out.push({ word: w, node });
            p.append(node, ' ');
        }

        box.append(h('div', { class: 'sentence' },
            h('div', { class: 'whose' },
              h('span', { class: 'at' }, at(s.start_ms)),
              who(s) ? h('span', { class: `lane lane-${who(s).lane % 4 + 1}` },
                         who(s).name) : null), p));
    }

    out.sort((a, b) => a.word.start_ms - b.word.start_ms);

    return { box, list: out };
}


// who(sentence) -> { name, lane } or null.  Returns { node, show(ms), lit() }.

export function transcript(sentences, { who, seek, lit }) {
    const { box, list } = flatten(sentences, who);
    let on = new Set();
    let current = 0;

    if (list.length) {
        list[0].node.tabIndex = 0;
        box.setAttribute('role', 'group');
        box.setAttribute('aria-label',
                         'Transcript; arrow keys move, Enter plays from there');
    }

    // the last word that has begun at ms
    function last(ms) {
        let lo = 0;
        let hi = list.length;

        while (lo < hi) {
            const mid = (lo + hi) >> 1;

            list[mid].word.start_ms <= ms ? lo = mid + 1 : hi = mid;
        }

        return lo - 1;
    }

    function show(ms, moving) {
        const next = new Set();
        const end = last(ms);

        for (let i = end; i >= 0 && i > end - OVERLAP; i--) {
            if (ms < list[i].word.end_ms) {
                next.add(list[i]);
            }
        }

        for (const w of on) {
            next.has(w) || w.node.classList.remove('lit');
        }

        for (const w of next) {
            if (!on.has(w)) {
                w.node.classList.add('lit');
                moving && w.node.scrollIntoView({ block: 'nearest' });
            }
        }

        on = next;
        lit([...on][0]?.word ?? null);
    }

    function focus(i) {
        const to = Math.min(Math.max(0, i), list.length - 1);

        list[current].node.tabIndex = -1;
        current = to;
        list[to].node.tabIndex = 0;
        list[to].node.focus();
    }

    box.addEventListener('click', e => {
        const i = list.findIndex(w => w.node === e.target);

        if (i >= 0) {
            list[current].node.tabIndex = -1;
            current = i;
            list[i].node.tabIndex = 0;
            seek(list[i].word.start_ms);
        }
    });

    box.addEventListener('keydown', e => {
        const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10,
                     ArrowUp: -10 }[e.key];

        if (by && e.target.classList.contains('word')) {
            focus(current + by);
        } else if (e.key === 'Enter' && list[current]) {
            seek(list[current].word.start_ms);
        } else {
            return;
        }

        e.preventDefault();
        e.stopPropagation();
    });

    return { node: box, show };
}
