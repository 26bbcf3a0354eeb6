// What happens, as it happens: server-sent events of all worlds.  While they
// are broken the views are told to ask instead, once a second, and the
// connection is tried again every few seconds.

import { url } from './api.js';

const kinds = ['request', 'task', 'fault', 'clock', 'callback', 'world'];
const RETRY_MS = 5000;
const ASK_MS = 1000;
const BATCH_MS = 80;


// handlers: event(kind, data), batched; ask(): poll once; link(state) with
// "live", "polling" or "lost".

export function live(handlers) {
    let source = null;
    let asking = null;
    let retry = null;
    let state = '';
    let batch = [];
    let batching = null;
    let failed = false;

    function link(next) {
        if (next !== state) {
            state = next;
            handlers.link(next);
        }
    }

    // A thousand requests a second are drawn in a dozen steps.

    function flush() {
        const all = batch;

        batching = null;
        batch = [];
        handlers.events(all);
    }

    function take(kind, text) {
        let data;

        try {
            data = JSON.parse(text);
        } catch {
            return;
        }

        batch.push({ kind, data });

        if (batch.length > 5000) {
            batch.splice(0, 1000);
        }

        batching ??= setTimeout(flush, BATCH_MS);
    }

    async function ask() {
        let there = true;

        try {
            await handlers.ask();
        } catch (e) {
            there = e.status !== 0;
        }

        if (asking !== null) {
            link(there ? 'polling' : 'lost');
            asking = setTimeout(ask, ASK_MS);
        }
    }

    function opened() {
        const was = failed;

        failed = false;
        clearTimeout(asking);
        asking = null;
        link('live');

        // what came while it was broken
        if (was) {
            Promise.resolve(handlers.ask()).catch(() => {});
        }
    }

    function broken() {
        failed = true;
        source?.close();
        source = null;

        if (asking === null) {
            asking = 0;
            ask();
        }

        clearTimeout(retry);
        retry = setTimeout(open, RETRY_MS);
    }

    function open() {
        if (typeof EventSource === 'undefined') {
            broken();
            return;
        }

        source = new EventSource(url('events'));
        source.onopen = opened;
        source.onerror = broken;

        for (const kind of kinds) {
            source.addEventListener(kind, e => take(kind, e.data));
        }
    }

    // back in front of a reader: not in some seconds but now
    document.addEventListener('visibilitychange', () => {
        if (!document.hidden && source === null) {
            clearTimeout(retry);
            open();
        }
    });

    open();
}
