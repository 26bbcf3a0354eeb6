// A task's audio as a waveform: 400 peaks on a canvas, what was played in
// another colour, the speakers' turns below.  A click or the arrow keys seek.

import { h } from './dom.js';
import { at } from './words.js';

const HEIGHT = 96;
const LANE = 5;
const STEP_MS = 1000;
const LOUD = 25;                     // what is softer is drawn so


// peaks: 0..100; turns: [{ start_ms, end_ms, lane }]; seek(ms).  Returns
// { node, show(ms), hover(word or null), close() }.

export function wave({ peaks, length_ms, turns, lanes, seek }) {
    const canvas = h('canvas', { class: 'wave', 'aria-hidden': 'true' });
    const tip = h('span', { class: 'tip', hidden: true });
    const node = h('div', {
        class: 'wave-box', role: 'slider', tabindex: '0',
        'aria-label': 'Position in the audio', 'aria-valuemin': '0',
        'aria-valuemax': String(Math.round(length_ms)),
        'aria-valuenow': '0', 'aria-valuetext': at(0),
    }, canvas, tip);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    let now = 0;
    let word = null;
    let colors = null;
    let size = { w: 0, h: 0 };

    function read() {
        const style = getComputedStyle(node);
        const color = name => style.getPropertyValue(name).trim();

        colors = {
            played: color('--accent'), coming: color('--wave'),
            word: color('--lit'), cursor: color('--ink'),
            lanes: [1, 2, 3, 4].map(i => color(`--lane-${i}`)),
        };
    }

    function resize() {
        const ratio = devicePixelRatio || 1;
        const w = node.clientWidth;

        size = { w, h: HEIGHT + (lanes ? lanes * (LANE + 2) + 4 : 0) };
        canvas.width = Math.max(1, Math.round(w * ratio));
        canvas.height = Math.round(size.h * ratio);
        canvas.style.height = `${size.h}px`;
        canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
        read();
        draw();
    }

    const x = ms => length_ms > 0 ? ms / length_ms * size.w : 0;

    // not before it has a size, and colours
    function draw() {
        if (colors === null) {
            return;
        }

        const c = canvas.getContext('2d');
        const n = peaks.length;
        const full = Math.max(LOUD, ...peaks);
        const mid = HEIGHT / 2;
        const cursor = x(now);

        c.clearRect(0, 0, size.w, size.h);

        if (word) {
            c.fillStyle = colors.word;
            c.fillRect(x(word.start_ms), 0,
                       Math.max(2, x(word.end_ms) - x(word.start_ms)),
                       HEIGHT);
        }

        // on a narrow screen several peaks share a bar
        const step = Math.max(1, Math.ceil(n / Math.max(1, size.w / 3)));
        const bars = Math.ceil(n / step);
        const pitch = size.w / Math.max(1, bars);

        for (let i = 0; i < bars; i++) {
            const peak = Math.max(...peaks.slice(i * step, (i + 1) * step));
            const tall = Math.max(1.5, peak / full * (HEIGHT - 8));
            const left = i * pitch;

            c.fillStyle = left + pitch / 2 <= cursor ? colors.played
                : colors.coming;
            c.fillRect(left + pitch * 0.15, mid - tall / 2,
                       Math.max(1, pitch * 0.7), tall);
        }

        for (const t of turns) {
            c.fillStyle = colors.lanes[t.lane % colors.lanes.length];
            c.fillRect(x(t.start_ms), HEIGHT + 4 + t.lane * (LANE + 2),
                       Math.max(2, x(t.end_ms) - x(t.start_ms) - 1), LANE);
        }

        c.fillStyle = colors.cursor;
        c.fillRect(Math.min(size.w - 1.5, Math.max(0, cursor - 0.75)), 0,
                   1.5, size.h);
    }

    function show(ms) {
        now = Math.min(Math.max(0, ms), length_ms);
        node.setAttribute('aria-valuenow', String(Math.round(now)));
        node.setAttribute('aria-valuetext', at(now));
        draw();
    }

    function where(e) {
        const box = node.getBoundingClientRect();

        return Math.min(1, Math.max(0, (e.clientX - box.left)
                                    / Math.max(1, box.width))) * length_ms;
    }

    node.addEventListener('pointerdown', e => {
        node.setPointerCapture(e.pointerId);
        seek(where(e));
    });

    node.addEventListener('pointermove', e => {
        const ms = where(e);

        tip.hidden = false;
        tip.textContent = at(ms);
        tip.style.left = `${Math.min(x(ms), size.w - 48)}px`;

        if (e.buttons & 1) {
            seek(ms);
        }
    });

    node.addEventListener('pointerleave', () => { tip.hidden = true; });

    node.addEventListener('keydown', e => {
        const to = { ArrowRight: now + STEP_MS, ArrowLeft: now - STEP_MS,
                     PageUp: now + 10 * STEP_MS, PageDown: now - 10 * STEP_MS,
                     Home: 0, End: length_ms }[e.key];

        if (to !== undefined) {
            seek(Math.min(Math.max(0, to), length_ms));
            e.preventDefault();
        }
    });

    const watch = new ResizeObserver(resize);

    watch.observe(node);
    dark.addEventListener('change', resize);

    return {
        node, show,
        hover(w) { word = w; draw(); },
        close() {
            watch.disconnect();
            dark.removeEventListener('change', resize);
        },
    };
}
