// The page is made of these: whatever comes from a request is hostile, so
// data becomes text nodes and nothing else.

const SVG = 'http://www.w3.org/2000/svg';

const shapes = {
    ok: 'M3.5 8.5l3 3 6-7',
    refused: 'M4 4l8 8M12 4l-8 8',
    dubious: 'M8 3v6M8 12.2v.3',
    faulted: 'M9 1.5L4 9h4l-1 5.5L12 7H8z',
    note: 'M4 8h.2M8 8h.2M12 8h.2',
    play: 'M4 2.5v11l9-5.5z',
    pause: 'M5 3v10M11 3v10',
    close: 'M4 4l8 8M12 4l-8 8',
    prev: 'M10 3L5 8l5 5',
    next: 'M6 3l5 5-5 5',
};

const filled = new Set(['play', 'faulted']);


// h('p', { class: 'x', onclick: f }, 'text', node, [more], null)

export function h(tag, props, ...kids) {
    const node = document.createElement(tag);

    for (const [name, value] of Object.entries(props ?? {})) {
        if (value === null || value === undefined || value === false) {
            continue;
        }

        if (name.startsWith('on')) {
            node.addEventListener(name.slice(2), value);
        } else if (name === 'vars') {
            for (const [k, v] of Object.entries(value)) {
                node.style.setProperty(`--${k}`, v);
            }
        } else if (name === 'value' || name === 'checked'
                   || name === 'disabled') {
            node[name] = value;
        } else {
            node.setAttribute(name, value === true ? '' : String(value));
        }
    }

    node.append(...flat(kids));

    return node;
}


function flat(kids) {
    return kids.flat(Infinity).filter(
        k => k !== null && k !== undefined && k !== false && k !== '')
        .map(k => k instanceof Node ? k : String(k));
}


export function fill(node, ...kids) {
    node.replaceChildren(...flat(kids));
    return node;
}


export function icon(name) {
    const svg = document.createElementNS(SVG, 'svg');
    const path = document.createElementNS(SVG, 'path');

    svg.setAttribute('viewBox', '0 0 16 16');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    path.setAttribute('d', shapes[name]);
    path.setAttribute('class', filled.has(name) ? 'solid' : 'line');
    svg.append(path);

    return svg;
}


export function chip(kind, text = kind) {
    return h('span', { class: `chip ${kind}` },
             shapes[kind] ? icon(kind) : null, text);
}


export function button(text, onclick, props = {}) {
    return h('button', { type: 'button', onclick, ...props }, text);
}


export function field(label, input, note) {
    return h('label', { class: 'field' }, h('span', { class: 'label' }, label),
             input, note ? h('span', { class: 'note' }, note) : null);
}


export function empty(title, ...more) {
    return h('div', { class: 'empty' }, h('h2', {}, title), ...more);
}


// For those who listen: at most one sentence in two seconds.

let said = 0;

export function say(text) {
    const now = Date.now();

    if (now - said >= 2000) {
        said = now;
        document.getElementById('say').textContent = text;
    }
}


let hiding = null;

export function toast(text, bad = false) {
    const box = document.getElementById('toast');

    box.textContent = text;
    box.classList.toggle('bad', bad);
    box.classList.add('shown');
    clearTimeout(hiding);
    hiding = setTimeout(() => box.classList.remove('shown'),
                        bad ? 8000 : 2500);
}


// A form's or a button's work; what goes wrong is shown.

export async function attempt(what) {
    try {
        return await what();
    } catch (e) {
        toast(e.message, true);
        return undefined;
    }
}


export async function copy(text, what) {
    try {
        await navigator.clipboard.writeText(text);
    } catch {
        // no permission, or plain http: the old way
        const area = h('textarea', { class: 'hidden', 'aria-hidden': 'true' });
        const focus = document.activeElement;

        area.value = text;
        document.body.append(area);
        area.select();
        document.execCommand('copy');
        area.remove();
        focus?.focus?.();
    }

    toast(`${what} copied`);
}
