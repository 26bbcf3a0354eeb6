// The tasks of a world: how each gets on, and what was heard in it.

import * as api from './api.js';
import { attempt, button, chip, empty, field, fill, h, icon, toast }
    from './dom.js';
import { transcript } from './transcript.js';
import { wave } from './wave.js';
import { at, clip, date, plural, time } from './words.js';
import { codeList } from './codes.js';

const ROWS = 200;


function kind(state) {
    return /succe|done|finish/i.test(state) ? 'ok'
        : /fail|expired/i.test(state) ? 'refused' : 'note';
}


// "after 1 poll", of a plan's course

export function progress(p) {
    if (p === null || p === undefined) {
        return '';
    }

    if (typeof p === 'string') {
        return { once: 'at once', told: 'when told' }[p] ?? p;
    }

    return p.polls !== undefined ? `after ${plural(p.polls, 'poll')}`
        : p.seconds !== undefined ? `after ${p.seconds} s` : '';
}


export function end(e) {
    return typeof e === 'object' && e?.fail ? `fails: ${e.fail}`
        : e === 'never' ? 'never ends' : e ?? '';
}


function row(t, world, current) {
    return h('tr', { role: 'row', 'data-id': t.id,
                     'aria-current': t.id === current ? 'true' : null },
        h('td', { role: 'cell', class: 'c-verdict' },
          chip(kind(t.state), t.state)),
        h('td', { role: 'cell', class: 'c-op' }, h('a', {
            href: `#${encodeURIComponent(world)}/tasks/${t.id}` },
            h('span', { class: 'api' }, t.api), ' ', clip(t.public_id, 40))),
        h('td', { role: 'cell', class: 'c-code' },
          h('span', { class: 'why' }, t.text ? clip(t.text, 120)
              : clip(t.filename || t.url || '', 120))),
        h('td', { role: 'cell', class: 'c-polls' }, plural(t.polls ?? 0,
                                                            'poll')),
        h('td', { role: 'cell', class: 'c-took' },
          t.audio_ms ? at(t.audio_ms) : ''),
        h('td', { role: 'cell', class: 'c-time' }, time(t.created_ms)));
}


// Audio, waveform, words: one clock, the audio element's.

function player(t, world) {
    const audio = h('audio', {
        src: api.url(api.of(world, `tasks/${t.id}/audio`)),
        preload: 'auto', 'data-audio': true,
    });
    const sentences = t.sentences ?? [];
    const names = [...new Set(sentences.map(name).filter(Boolean))];
    const trouble = h('p', { class: 'muted', hidden: true },
                      'This browser cannot play the audio. ',
                      h('a', { href: audio.src, download: true },
                        'Download it'));
    const clock = h('span', { class: 'position' });
    const play = button(icon('play'), toggle, {
        class: 'round', 'aria-label': 'Play', 'aria-keyshortcuts': 'Space' });
    const length = t.audio_ms || Math.max(
        0, ...sentences.map(s => s.end_ms ?? 0));
    let frame = null;
    let whole = null;

    function name(s) {
        const parts = [];

        if (s.channel !== undefined && s.channel !== null
            && sentences.some(o => o.channel !== s.channel)) {
            parts.push(`channel ${s.channel}`);
        }

        if (s.speaker !== undefined && s.speaker !== null
            && sentences.some(o => o.speaker !== s.speaker)) {
            parts.push(`speaker ${s.speaker}`);
        }

        return parts.join(', ');
    }

    const who = s => name(s) ? { name: name(s), lane: names.indexOf(name(s)) }
        : null;

    const seek = ms => {
        audio.currentTime = ms / 1000 + 0.0005;
        show();
    };

    const picture = wave({
        peaks: t.peaks?.length ? t.peaks : [0], length_ms: length, seek,
        lanes: Math.min(4, names.length),
        turns: names.length ? sentences.map(s => ({
            start_ms: s.start_ms, end_ms: s.end_ms,
            lane: who(s)?.lane ?? 0 })).filter(s => s.lane < 4) : [],
    });
    const text = transcript(sentences, { who, seek, lit: picture.hover });

    function show() {
        const ms = audio.currentTime * 1000;

        picture.show(ms);
        text.show(ms, !audio.paused);
        clock.textContent = `${at(ms)} / ${at(length)}`;
    }

    function run() {
        show();
        frame = audio.paused ? null : requestAnimationFrame(run);
    }

    function toggle() {
        audio.paused ? attempt(() => audio.play()) : audio.pause();
    }

    audio.addEventListener('play', () => {
        fill(play, icon('pause')).setAttribute('aria-label', 'Pause');
        frame ??= requestAnimationFrame(run);
    });

    for (const e of ['pause', 'ended']) {
        audio.addEventListener(e, () => {
            fill(play, icon('play')).setAttribute('aria-label', 'Play');
            show();
        });
    }

    audio.addEventListener('seeked', show);
    audio.addEventListener('timeupdate', show);
    // a server without ranges: what is here as a whole can be sought in

    audio.addEventListener('loadedmetadata', async () => {
        if (audio.seekable.length && audio.seekable.end(0) > 0) {
            return;
        }

        const at_s = audio.currentTime;
        const res = await fetch(audio.src).catch(() => null);

        if (res?.ok && whole === null) {
            whole = URL.createObjectURL(await res.blob());
            audio.src = whole;
            audio.currentTime = at_s;
        }
    });

    audio.addEventListener('error', () => {
        trouble.hidden = false;
        play.disabled = true;
    });

    show();

    return {
        node: h('section', { class: 'player' }, audio, picture.node,
                h('div', { class: 'controls' }, play, clock, trouble),
                sentences.length ? text.node
                    : h('p', { class: 'muted' }, t.text
                        || 'No words yet.')),
        toggle,
        close() {
            cancelAnimationFrame(frame);
            audio.pause();
            audio.removeAttribute('src');
            whole && URL.revokeObjectURL(whole);
            picture.close();
        },
    };
}


function callbackLine(c) {
    return h('li', {}, chip(c.state === 'delivered' ? 'ok'
        : c.state === 'undelivered' ? 'refused' : 'note', c.state),
             h('code', {}, clip(c.url, 200)), ' ',
             h('span', { class: 'muted' },
               `attempt ${c.attempt}${c.status ? `, ${c.status}` : ''}`));
}


function tell(t, world) {
    const code = codeList('task-codes', c => c.kind === 'task'
                          && c.api === t.api, '');
    const say = what => attempt(async () => {
        await api.post(api.of(world, `tasks/${t.id}`), { end: what });
        toast('Told');
    });

    return h('section', { class: 'part' }, h('h3', {}, 'Tell it'),
        h('form', { class: 'line-form', onsubmit: e => {
            e.preventDefault();
            code.input.value ? say({ fail: code.input.value.trim() })
                : code.input.focus();
        } },
        button('Succeed', () => say('success')),
        field('or fail with', h('span', {}, code.input, code.list)),
        h('button', { type: 'submit' }, 'Fail')));
}


function detailOf(t, world, go) {
    const p = player(t, world);
    const over = kind(t.state) !== 'note';

    return {
        toggle: p.toggle, close: p.close,
        node: h('article', { class: 'request task' },
            h('header', { class: 'detail-head' },
                h('div', { class: 'title' }, chip(kind(t.state), t.state),
                    h('h2', { class: 'op', tabindex: '-1' },
                      h('span', { class: 'api' }, t.api), ' ',
                      clip(t.public_id, 60))),
                h('div', { class: 'tools' },
                    button(icon('close'), () => go('tasks'), {
                        class: 'quiet square', 'aria-label': 'Close' })),
                h('p', { class: 'meta' },
                    h('span', {}, `made ${date(t.created_ms)}`), ' ',
                    h('span', {}, plural(t.polls ?? 0, 'poll')), ' ',
                    h('span', {}, `ends ${progress(t.progress)}`), ' ',
                    h('span', {}, end(t.end)), ' ',
                    t.url || t.filename ? h('code', { class: 'target' },
                        clip(t.filename || t.url, 300)) : null)),
            t.message ? h('p', { class: 'bad-text message' }, t.message)
                : null,
            p.node,
            over ? null : tell(t, world),
            t.callbacks?.length ? h('section', { class: 'part' },
                h('h3', {}, 'Callbacks'), h('ul', { class: 'plain' },
                    t.callbacks.map(callbackLine))) : null),
    };
}


export function tasks(world, go) {
    const body = h('tbody', { role: 'rowgroup' });
    const table = h('table', { class: 'rows tasks', role: 'table',
                               hidden: true },
        h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' },
            [['verdict', 'State'], ['op', 'Task'], ['code', 'Heard, or from'],
             ['polls', 'Polls'], ['took', 'Audio'], ['time', 'Made']]
                .map(([c, name]) => h('th', { role: 'columnheader',
                    scope: 'col', class: `c-${c}` }, name)))), body);
    const blank = h('div', {});
    const list = h('div', { class: 'pane list', tabindex: '-1' }, table,
                   blank);
    const detail = h('div', { class: 'pane detail', hidden: true });
    const node = h('div', { class: 'split' }, list, detail);
    let current = null;
    let shown = null;
    let state = '';
    let asking = null;

    body.addEventListener('click', e => {
        const tr = e.target.closest('tr');

        if (tr && !e.target.closest('a')) {
            go('tasks', tr.dataset.id);
        }
    });

    async function ask() {
        const r = await api.maybe(api.of(world, 'tasks'));
        const all = (r?.tasks ?? []).slice(-ROWS).reverse();
        const focused = document.activeElement?.closest?.('tr')?.dataset.id;

        table.hidden = all.length === 0;
        fill(body, all.map(t => row(t, world, current)));
        fill(blank, all.length ? null : empty('No task yet',
            h('p', {}, 'A request that makes one shows here, and what was '
              + 'heard in its audio.')));
        focused && body.querySelector(`tr[data-id="${Number(focused)}"] a`)
            ?.focus({ preventScroll: true });

        const mine = all.find(t => t.id === current);

        // the open one is drawn again when it has ended, not at each poll
        if (mine && mine.state !== state) {
            await show(current);
        }
    }

    async function show(id) {
        const t = await api.maybe(api.of(world, `tasks/${id}`));

        if (current !== id) {
            return;
        }

        shown?.close();
        shown = t ? detailOf(t, world, go) : null;
        state = t?.state ?? '';
        detail.hidden = false;
        node.classList.add('opened');
        fill(detail, shown?.node ?? empty(`No task ${id}`));
    }

    function open(id) {
        const n = Number(id);

        if (!id || !Number.isFinite(n)) {
            current = null;
            shown?.close();
            shown = null;
            detail.hidden = true;
            fill(detail);
            node.classList.remove('opened');
        } else if (n !== current) {
            current = n;
            attempt(() => show(n)).then(() =>
                detail.querySelector('h2')?.focus({ preventScroll: true }));
        }

        for (const tr of body.children) {
            Number(tr.dataset.id) === current
                ? tr.setAttribute('aria-current', 'true')
                : tr.removeAttribute('aria-current');
        }
    }

    function step(by) {
        const links = [...body.querySelectorAll('a')];
        const i = links.indexOf(document.activeElement);

        links[Math.min(Math.max(i < 0 ? 0 : i + by, 0),
                       links.length - 1)]?.focus();
    }

    function key(e) {
        if (e.key === 'j' || e.key === 'k') {
            step(e.key === 'j' ? 1 : -1);
            return true;
        }

        if (e.key === ' ' && shown && !e.target.closest?.('button, a')) {
            shown.toggle();
            return true;
        }

        return false;
    }

    attempt(ask);

    return {
        node, open, ask, key,
        events() {
            asking ??= setTimeout(() => {
                asking = null;
                ask().catch(() => {});
            }, 250);
        },
        close() {
            clearTimeout(asking);
            shown?.close();
        },
    };
}
