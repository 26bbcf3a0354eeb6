// A headless Chromium on the page.  The driver is the caller's: its modules
// are those of the clients.

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic',
               '--no-first-run', '--disable-background-networking',
               '--disable-component-update', '--disable-sync',
               '--autoplay-policy=no-user-gesture-required'];


// Opens pages that fail their test when a script of theirs does, or when
// they do what their Content-Security-Policy forbids.

export async function browser(chromium, base) {
    const program = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: flags,
    });
    const trouble = [];

    async function open(hash = '', { size = [1280, 800], scheme = 'light',
                                     before } = {}) {
        const context = await program.newContext({
            viewport: { width: size[0], height: size[1] },
            colorScheme: scheme, reducedMotion: 'reduce',
        });
        const page = await context.newPage();

        page.setDefaultTimeout(10000);
        page.on('pageerror', e => trouble.push(e.stack ?? e.message));
        page.on('console', m => {
            if (/Content.Security.Policy/i.test(m.text())) {
                trouble.push(m.text());
            }
        });
        await before?.(page);
        await page.goto(`${base}/_mock/${hash}`);

        return page;
    }

    return {
        open, trouble,
        close: () => program.close(),
    };
}


// Texts whose contrast with what is behind them is below 4.5, as computed.

export function faint(page) {
    return page.evaluate(() => {
        const c = new OffscreenCanvas(1, 1).getContext(
            '2d', { willReadFrequently: true });

        // over: [r, g, b] below it
        function color(text, over) {
            c.fillStyle = `rgb(${over.join(' ')})`;
            c.fillRect(0, 0, 1, 1);
            c.fillStyle = text;
            c.fillRect(0, 0, 1, 1);
            return [...c.getImageData(0, 0, 1, 1).data].slice(0, 3);
        }

        function back(node) {
            const chain = [];

            for (let n = node; n; n = n.parentElement) {
                chain.unshift(getComputedStyle(n).backgroundColor);
            }

            return chain.reduce((under, text) => color(text, under),
                                [255, 255, 255]);
        }

        function light(rgb) {
            const [r, g, b] = rgb.map(v => v / 255).map(
                v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);

            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        }

        const walk = document.createTreeWalker(document.body,
                                               NodeFilter.SHOW_TEXT);
        const out = [];
        let n = 0;

        for (let t = walk.nextNode(); t; t = walk.nextNode()) {
            const el = t.parentElement;

            if (!t.data.trim() || !el.checkVisibility({
                visibilityProperty: true, opacityProperty: true })
                || el.closest('.hidden, .skip, option, :disabled')) {
                continue;
            }

            const behind = back(el);
            const front = color(getComputedStyle(el).color, behind);
            const [hi, lo] = [light(front), light(behind)]
                .sort((a, b) => b - a);
            const ratio = (hi + 0.05) / (lo + 0.05);

            n++;

            if (ratio < 4.5) {
                out.push(`${ratio.toFixed(2)} ${el.className} "${
                    t.data.trim().slice(0, 30)}"`);
            }
        }

        return { n, out: [...new Set(out)] };
    });
}


// What sticks out to the right: of the document, of a pane.

export function wide(page) {
    return page.evaluate(() => [document.scrollingElement,
                                ...document.querySelectorAll('.pane')]
        .filter(n => n.scrollWidth > n.clientWidth)
        .map(n => `${n.tagName}.${n.className}: ${n.scrollWidth} in ${
            n.clientWidth}`));
}


// Controls that say nothing to those who do not see them.

export function nameless(page) {
    return page.evaluate(() => [...document.querySelectorAll(
        'button, a[href], input, select, textarea, [role=slider]')]
        .filter(n => n.checkVisibility() && !(n.textContent.trim()
            || n.getAttribute('aria-label') || n.labels?.length))
        .map(n => n.outerHTML.slice(0, 100)));
}
