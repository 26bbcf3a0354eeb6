// The address, the tabs, the keys; each section is a module of its own.
//
// A section is a function of (world, go) that returns { node, open(id),
// events(list), ask(), key(e), close() }, all but node optional.

import * as api from './api.js';
import { button, empty, fill, h, toast } from './dom.js';
import { live } from './live.js';
import { worlds } from './worlds.js';
import { requests } from './requests.js';
import { tasks } from './tasks.js';
import { faults } from './faults.js';
import { limits } from './limits.js';
import { clock } from './clock.js';
import { plan } from './plan.js';
import { callbacks } from './callbacks.js';
import { report } from './report.js';

const sections = { requests, tasks, faults, limits, clock, plan, callbacks,
                   report };
const names = Object.keys(sections);
const main = document.getElementById('main');
const drawer = document.getElementById('drawer');
const help = document.getElementById('help');

let here = { world: '', section: '', id: '' };
let view = null;
let list = null;


// "#test-a/requests/17"

function parse() {
    const [world = '', section = '', id = ''] = location.hash.slice(1)
        .split('/').map(part => {
            try {
                return decodeURIComponent(part);
            } catch {
                return '';
            }
        });

    return { world, section: names.includes(section) ? section : 'requests',
             id };
}


function address(world, section = 'requests', id = '') {
    return '#' + [world, section, id].filter(p => p !== '')
        .map(p => encodeURIComponent(p)).join('/');
}


function go(section, id = '') {
    location.hash = address(here.world, section, id);
}


function tabs(world, section) {
    return h('nav', { class: 'tabs', 'aria-label': 'Of this world' },
             names.map((name, i) => h('a', {
                 href: address(world, name),
                 'aria-current': name === section ? 'page' : null,
                 'aria-keyshortcuts': String(i + 1),
             }, name[0].toUpperCase() + name.slice(1))));
}


function remove(world) {
    if (!confirm(`Delete ${world} and all it has?`)) {
        return;
    }

    api.del(api.of(world)).then(() => {
        location.hash = '';
        list.reload();
    }, e => toast(e.message, true));
}


function frame(world, section) {
    return [
        h('div', { class: 'head' },
          h('h1', { class: 'world-name' }, world),
          button('Delete world', () => remove(world),
                 { class: 'quiet danger' })),
        tabs(world, section),
    ];
}


function welcome() {
    const line = `curl -H 'Authorization: Bearer test-hello' `
        + `-H 'Content-Type: application/json' -d '{}' `
        + new URL('/v1/audio/asr/tasks', document.baseURI).href;

    document.title = 'asr-mock';
    fill(main, h('div', { class: 'pane welcome' }, empty(
        'No request has come yet',
        h('p', {}, 'Any API key that begins with ', h('code', {}, 'test-'),
          ' is valid and is a world of its own; what you send with it turns '
          + 'up here as it arrives. Try:'),
        h('pre', { class: 'line' }, line),
        h('p', { class: 'muted' },
          'Secret keys are the key itself.'))));
}


function route() {
    const next = parse();

    if (document.body.classList.contains('drawn')) {
        closeDrawer();
        main.focus();
    }

    if (next.world === '') {
        view?.close?.();
        view = null;
        here = next;
        list.select('');
        land();
        return;
    }

    if (view === null || next.world !== here.world
        || next.section !== here.section) {
        const onTab = main.querySelector('.tabs')
            ?.contains(document.activeElement);

        view?.close?.();
        here = next;
        view = sections[next.section](next.world, go);
        fill(main, frame(next.world, next.section),
             h('div', { class: 'view' }, view.node));

        const tab = main.querySelector('.tabs [aria-current]');

        tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });

        if (onTab) {
            tab.focus();
        }

        list.select(next.world);
    }

    here = next;
    document.title = `${next.world} ${next.section}`
        + `${next.id ? ` ${next.id}` : ''} - asr-mock`;
    view.open?.(next.id);
}


// No address: where the newest refusal is, else where something is going on.

async function land() {
    const key = await list.liveliest();

    if (parse().world !== '') {
        return;
    }

    if (key === null) {
        welcome();
        return;
    }

    history.replaceState(null, '', address(key));
    route();
}


function typing(e) {
    return e.target.matches?.('input, textarea, select, [contenteditable]');
}


// Those of the page; what is left is the section's.

function key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || help.open) {
        return;
    }

    if (e.key === 'Escape') {
        if (document.body.classList.contains('drawn')) {
            closeDrawer();
            drawer.focus();
        } else if (typing(e)) {
            e.target.blur();
        } else if (here.id !== '') {
            go(here.section);
        }

        return;
    }

    if (typing(e)) {
        return;
    }

    if (e.key === '?') {
        help.showModal();
    } else if (here.world && /^[1-8]$/.test(e.key)) {
        go(names[Number(e.key) - 1]);
    } else if (e.key === '/') {
        document.querySelector('.view input[type=search]')?.focus();
    } else if (view?.key?.(e) !== true) {
        return;
    }

    e.preventDefault();
}


function closeDrawer() {
    document.body.classList.remove('drawn');
    drawer.setAttribute('aria-expanded', 'false');
}


function toggleDrawer() {
    const drawn = document.body.classList.toggle('drawn');

    drawer.setAttribute('aria-expanded', String(drawn));

    if (drawn) {
        document.querySelector('#worlds input, #worlds a')?.focus();
    }
}


const states = {
    live: ['live', 'rows come in as they happen'],
    polling: ['polling', 'the event stream is broken; asking once a second'],
    lost: ['lost', 'the mock does not answer'],
};

function link(state) {
    const box = document.getElementById('link');

    box.className = `link ${state}`;
    box.textContent = states[state][0];
    box.title = states[state][1];
}


// Asking for a world would make it again, so nothing is asked.

function gone() {
    view?.close?.();
    view = null;
    fill(main, frame(here.world, here.section),
         h('div', { class: 'view' }, h('div', { class: 'pane list' },
             empty('This world was deleted', h('p', {},
                 'Its next request makes it anew, and shows here.')))));
}


async function events(all) {
    list.events(all);

    if (here.world === '') {
        land();
        return;
    }

    const mine = all.filter(e => e.data.world === here.world);

    if (mine.some(e => e.kind === 'world')) {
        await list.reload().catch(() => {});

        if (!list.has(here.world)) {
            gone();
            return;
        }
    }

    if (mine.length === 0) {
        return;
    }

    view === null ? route() : view.events?.(mine);
}


async function ask() {
    await list.reload();

    if (here.world === '') {
        await land();
    } else if (view === null) {
        list.has(here.world) && route();
    } else if (!list.has(here.world)) {
        gone();
    }

    await view?.ask?.();
}


async function start() {
    list = worlds(document.getElementById('worlds'), address);
    drawer.addEventListener('click', toggleDrawer);
    document.getElementById('help-open')
        .addEventListener('click', () => help.showModal());
    window.addEventListener('hashchange', route);
    document.addEventListener('keydown', key);

    await list.reload().catch(e => toast(e.message, true));
    route();
    live({ events, ask, link });

    const health = await api.get('health').catch(() => null);

    document.getElementById('engine').textContent = health?.engine ?? '';
}


start();
