// The mock's page in headless Chromium.

import assert from 'node:assert/strict';
import test from 'node:test';

import { chromium } from 'playwright-core';

import { browser, faint, nameless, wide } from '../page/browser.mjs';
import { rec, tc3, u2 } from '../page/client.mjs';
import { mock } from '../page/mock.mjs';
import { until } from './gateway.mjs';

const m = await mock();
const b = await browser(chromium, m.base);
const sound = { file_url: `${m.base}/_mock/audio/say-hello-world.wav`,
                model: 'u2-asr', format: 'wav' };
let worlds = 0;


function fresh() {
    return `test-page-${process.pid}-${++worlds}`;
}


async function admin(path, method = 'GET', body = undefined) {
    const res = await fetch(`${m.base}/_mock/${path}`, {
        method, body: body && JSON.stringify(body) });

    assert.ok(res.ok, `${method} ${path}: ${res.status}`);

    return res.status === 204 ? null : res.json();
}


// A task of that text which has ended, and its JSON.

async function task(key, text) {
    await admin(`worlds/${key}/plan`, 'PUT', {
        text, progress: { polls: 1 }, end: 'success' });

    const { json } = await u2(m.base, key, { ...sound, word_info: true });
    const path = `/v1/audio/asr/tasks/${json.task_id}`;

    await until(async () => (await u2(m.base, key, undefined, path, 'GET'))
        .json.status?.toLowerCase().startsWith('succe'));

    const { tasks } = await admin(`worlds/${key}/tasks`);

    return admin(`worlds/${key}/tasks/${tasks.at(-1).id}`);
}


const row = (page, text) => page.locator('tbody tr', { hasText: text });


async function each(page, sections, check) {
    for (const hash of sections) {
        await page.evaluate(h => { location.hash = h; }, hash);
        await page.waitForFunction(h => location.hash === h
            && !document.querySelector('.view [aria-busy]'), hash);
        await page.locator(/\/\d+$/.test(hash) ? '.request'
            : '.view .pane').first().waitFor();
        await check(hash);
    }
}


test('why a request was refused is one click away', async () => {
    const key = fresh();

    await u2(m.base, key, sound);
    await tc3(m.base, key, 'CreateRecTask', { ...rec, ChannelNum: 3 });

    const page = await b.open();
    const last = page.locator('[data-last][href]');
    const line = await last.innerText();

    assert.match(line, /Last refused/);
    assert.match(line, /CreateRecTask/);
    assert.match(line, /because.*ChannelNum was 3, expected/s);

    await last.click();

    const { requests } = await admin(
        `worlds/${key}/requests?verdict=refused`);
    const [f] = requests.at(-1).findings;
    const box = page.locator('.finding').first();

    assert.equal(f.rule, 'T-005');
    assert.ok(f.words && f.got && f.expected);

    await box.waitFor();
    assert.match(page.url(), new RegExp(`#${key}/requests/\\d+$`));
    assert.equal(await box.locator('.rule').innerText(), f.rule);
    assert.equal(await box.locator('.words').innerText(), f.words);
    assert.equal(await box.locator('.got dd').innerText(), f.got);
    assert.equal(await box.locator('.expected dd').innerText(), f.expected);

    for (const part of ['.rule', '.words', '.got', '.expected']) {
        assert.ok(await box.locator(part).evaluate(n => {
            const r = n.getBoundingClientRect();

            return r.height > 0 && r.top >= 0 && r.bottom <= innerHeight;
        }), `${part} is in sight`);
    }

    const hit = page.locator('.code li.hit');

    assert.equal(await hit.count(), 1);
    assert.match(await hit.innerText(), /"ChannelNum": 3/);
    assert.match(await hit.innerText(), /T-005/);
    await page.context().close();
});


test('a missing name is shown where it should be', async () => {
    const key = fresh();

    await u2(m.base, key, { ...sound, format: undefined });

    const page = await b.open(`#${key}`);

    await page.locator('[data-last][href]').click();

    const ghost = page.locator('.code li.ghost');

    assert.match(await ghost.innerText(), /"format": missing/);
    await page.context().close();
});


test('the signature doctor: both sides, what differs is marked', async () => {
    const key = fresh();

    await tc3(m.base, key, 'CreateRecTask', rec, { after: '\n' });

    const page = await b.open(`#${key}`);

    await page.locator('[data-last][href]').click();

    const doctor = page.locator('.doctor');

    assert.match(await doctor.innerText(), /S-body-newline/);
    assert.match(await doctor.innerText(),
                 /gives the very signature that came/);

    const side = await doctor.locator('.sides').first().locator('.side')
        .all();

    for (const box of side) {
        const lines = await box.locator('li').allInnerTexts();
        const marked = await box.locator('li.differs').allInnerTexts();

        assert.equal(lines[0], 'POST');
        assert.equal(marked.length, 1);
        assert.equal(marked[0], lines.at(-1), 'the hash of the body');
        assert.ok(await box.locator('mark').count() > 0);
    }

    assert.equal(side.length, 2);
    await page.context().close();
});


test('rows come in as they happen, and not under the reader', async () => {
    const key = fresh();

    await u2(m.base, key, sound);

    const page = await b.open(`#${key}`);
    const rows = page.locator('tbody tr');

    await rows.first().waitFor();
    await page.waitForSelector('.link.live');
    await page.evaluate(() => { window.stays = true; });
    await tc3(m.base, key, 'CreateRecTask', { ...rec, ChannelNum: 7 });
    await row(page, 'ChannelNum was 7').waitFor();
    assert.match(await page.locator('[data-last]').innerText(), /was 7/);

    for (let i = 0; i < 230; i++) {
        await u2(m.base, key, undefined, '/v1/audio/asr/tasks/none', 'GET');
    }

    const { requests } = await admin(`worlds/${key}/requests`);

    await page.locator(`tr[data-id="${requests.at(-1).id}"]`).waitFor();
    assert.equal(await rows.count(), 200);

    const list = page.locator('.pane.list');
    const top = await list.evaluate(n => { n.scrollTop = 900;
                                           return n.scrollTop; });
    const place = await rows.nth(30).boundingBox();

    await tc3(m.base, key, 'CreateRecTask', { ...rec, ChannelNum: 8 });
    await page.locator('.more-rows', { hasText: '1 new' }).waitFor();
    assert.equal(await list.evaluate(n => n.scrollTop), top);
    assert.deepEqual(await rows.nth(30).boundingBox(), place);

    await page.locator('.more-rows').click();
    assert.match(await rows.first().innerText(), /ChannelNum was 8/);
    assert.match(await page.locator('[data-last]').innerText(), /was 8/);
    assert.equal(await rows.count(), 200);
    assert.equal(await page.evaluate(() => window.stays), true);
    await page.context().close();
});


test('with the event stream broken the page asks', async () => {
    const key = fresh();

    await u2(m.base, key, sound);

    const page = await b.open(`#${key}`, {
        before: p => p.route('**/_mock/events*', r => r.abort()) });

    await page.waitForSelector('.link.polling');
    await tc3(m.base, key, 'CreateRecTask', { ...rec, ChannelNum: 9 });
    await row(page, 'ChannelNum was 9').waitFor();
    await page.context().close();
});


test('what the stream leaves out is asked for', async () => {
    const key = fresh();

    await u2(m.base, key, sound);

    const page = await b.open(`#${key}`, { before: p => p.addInitScript(() => {
        const add = EventSource.prototype.addEventListener;

        EventSource.prototype.addEventListener = function (kind, f) {
            return add.call(this, kind, e => {
                /ChannelNum/.test(e.data) || f(e);
            });
        };
    }) });

    await page.locator('tbody tr').first().waitFor();
    await page.waitForSelector('.link.live');
    await tc3(m.base, key, 'CreateRecTask', { ...rec, ChannelNum: 5 });
    await u2(m.base, key, undefined, '/v1/audio/asr/tasks/none', 'GET');
    await u2(m.base, key, sound);
    await row(page, 'ChannelNum was 5').waitFor();
    assert.equal(await page.locator('tbody tr').count(), 4);
    assert.match(await page.locator('tbody tr').nth(2).innerText(), /was 5/);
    await page.context().close();
});


test('a world that is deleted stays so until it is used', async () => {
    const key = fresh();
    const there = async () => (await admin('worlds')).worlds.some(
        w => w.key === key);

    await u2(m.base, key, sound);

    const page = await b.open(`#${key}/limits`,
                              { before: p => p.clock.install() });

    await page.locator('.ledger').first().waitFor();
    await page.waitForSelector('.link.live');
    await admin(`worlds/${key}`, 'DELETE');
    await page.getByText('This world was deleted').waitFor();

    // the limits would have been asked for again, and before this
    await page.clock.fastForward(5000);
    await page.evaluate(() => fetch('worlds').then(res => res.text()));
    assert.equal(await there(), false);

    await u2(m.base, key, sound);
    await page.locator('.ledger').first().waitFor();
    await page.context().close();
});


test('by keyboard alone', async () => {
    const key = fresh();

    await u2(m.base, key, sound);
    await tc3(m.base, key, 'CreateRecTask', { ...rec, ChannelNum: 4 });
    await u2(m.base, key, sound);

    const page = await b.open(`#${key}`);
    const press = k => page.keyboard.press(k);
    const focused = what => page.evaluate(
        s => document.activeElement.matches(s), what);

    await page.locator('tbody tr').nth(2).waitFor();
    await press('Tab');
    assert.ok(await focused('.skip'), 'the skip link comes first');

    await press('/');
    assert.ok(await focused('input[type=search]'));
    await page.keyboard.type('rule:t-005');
    await until(async () => await page.locator('tbody tr').count() === 1);
    await press('Escape');
    assert.ok(!await focused('input'));

    await press('j');
    assert.ok(await focused('tr.refused a'));
    assert.notEqual(await page.locator('tr.refused').evaluate(
        n => getComputedStyle(n).outlineStyle), 'none', 'focus is seen');
    await press('Enter');
    await page.locator('.finding').waitFor();
    await press('Escape');
    await page.locator('.request').waitFor({ state: 'detached' });
    assert.ok(await focused('tr.refused a'), 'focus is back on the row');

    await press('x');
    await page.locator('.finding').waitFor();
    await press('?');
    assert.ok(await page.locator('#help').evaluate(d => d.open));
    await press('Escape');
    assert.ok(!await page.locator('#help').evaluate(d => d.open));
    assert.equal(await page.locator('.finding').count(), 1);

    await press('3');
    await page.locator('.fault-form').waitFor();
    await page.context().close();
});


test('colours: every text has a contrast of 4.5', async () => {
    const key = fresh();
    const t = await task(key, 'one two three');

    await u2(m.base, key, { ...sound, channel: 5 });
    await tc3(m.base, key, 'CreateRecTask', rec, { after: '\n' });

    const { requests } = await admin(`worlds/${key}/requests`);

    await admin(`worlds/${key}/faults`, 'POST', {
        operation: 'u2.query', fault: 'reset', times: 1 });

    for (const scheme of ['light', 'dark']) {
        const page = await b.open(`#${key}/requests`, { scheme });

        await page.locator('tbody tr').first().waitFor();
        await each(page, [
            `#${key}/requests/${requests.at(-1).id}`,
            `#${key}/requests/${requests.at(-2).id}`,
            `#${key}/tasks/${t.id}`, `#${key}/faults`, `#${key}/limits`,
            `#${key}/clock`, `#${key}/plan`, `#${key}/report`,
        ], async hash => {
            const { n, out } = await faint(page);

            assert.ok(n > 20, `${n} texts`);
            assert.deepEqual(out, [], `${scheme} ${hash}`);
            assert.deepEqual(await nameless(page), []);
        });

        const dark = await page.evaluate(
            () => getComputedStyle(document.body).backgroundColor);

        assert.match(dark, scheme === 'dark' ? /^rgb\(\d\d, / : /^rgb\(2\d\d/);
        await page.context().close();
    }
});


test('360 pixels are wide enough', async () => {
    const key = fresh();
    const t = await task(key, 'one two three');

    await u2(m.base, key, { ...sound, format: 'x'.repeat(900),
                            ['n'.repeat(200)]: 1 });
    await tc3(m.base, key, 'CreateRecTask', rec, { after: '\n' });

    const { requests } = await admin(`worlds/${key}/requests`);
    const page = await b.open(`#${key}`, { size: [360, 640] });

    await each(page, [
        `#${key}/requests`, `#${key}/requests/${requests.at(-1).id}`,
        `#${key}/requests/${requests.at(-2).id}`, `#${key}/tasks`,
        `#${key}/tasks/${t.id}`, `#${key}/faults`, `#${key}/limits`,
        `#${key}/clock`, `#${key}/plan`, `#${key}/callbacks`,
        `#${key}/report`,
    ], async hash => assert.deepEqual(await wide(page), [], hash));

    await page.locator('#drawer').click();
    await page.locator('#worlds a', { hasText: key }).click();
    await page.waitForFunction(h => location.hash === h, `#${key}/requests`);
    assert.ok(await page.evaluate(() => document.activeElement.id === 'main'));
    await page.context().close();
});


test('a hostile body is text', async () => {
    const key = fresh();
    const evil = '<img src=x onerror="window.pwned=1"><script>window.pwned=2'
        + '</script>';

    await u2(m.base, key, { ...sound, format: evil, [evil]: evil });
    await u2(m.base, key, `{"model": ${evil}`);
    await u2(m.base, key, `${'['.repeat(20000)}`);
    await admin(`worlds/${key}/plan`, 'PUT', { text: evil });

    const page = await b.open(`#${key}`);
    const res = await page.request.get(`${m.base}/_mock/`);

    assert.match(res.headers()['content-security-policy'],
                 /default-src 'self'/);

    const { requests } = await admin(`worlds/${key}/requests`);

    for (const { id } of requests) {
        await each(page, [`#${key}/requests/${id}`], async () => {
            const got = await page.locator('.request').innerText();

            assert.ok(got.includes(id === requests.at(-1).id
                ? '[[[[' : 'onerror'), got.slice(0, 300));
        });
    }

    await each(page, [`#${key}/plan`], () => {});
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.equal(await page.locator('main img, main script').count(), 0);
    await page.context().close();
});


test('faults to click on', async () => {
    const key = fresh();
    const { codes } = await admin('codes');
    const { fault } = codes.find(c => c.api === 'u2' && c.code === '100501');

    await u2(m.base, key, sound);

    const page = await b.open(`#${key}/faults`);

    await page.locator('summary', { hasText: 'u2' }).click();
    await page.locator(`button.code-pick[data-fault="${fault}"]`).click();
    await page.locator('button[data-kind=latency]').click();
    await page.getByLabel('Latency: how much').fill('5ms');
    await page.locator('input[name=operation]').fill('u2.create');
    await page.locator('input[name=times]').fill('2');

    const posted = page.waitForRequest(r => r.method() === 'POST');

    await page.getByRole('button', { name: 'Arm', exact: true }).click();
    assert.deepEqual((await posted).postDataJSON(), {
        operation: 'u2.create', fault: `latency=5ms,${fault}`, times: 2 });

    const armed = page.locator('.armed');

    assert.match(await armed.innerText(), /used 0 of 2/);

    const answer = await u2(m.base, key, sound);

    assert.notEqual(answer.status, 200);
    await armed.locator('text=used 1 of 2').waitFor();
    await armed.getByRole('button').click();
    await armed.waitFor({ state: 'detached' });
    assert.deepEqual((await admin(`worlds/${key}/faults`)).faults, []);

    await each(page, [`#${key}/requests`], () => row(page, 'faulted')
        .waitFor());

    // a code that no client has met yet, from the report

    await page.evaluate(h => { location.hash = h; }, `#${key}/report`);
    await page.locator('.never summary', { hasText: 'u2' }).click();

    const button = page.locator('.never[open] button').first();
    const code = await button.innerText();
    const again = page.waitForResponse(r => r.request().method() === 'POST');

    await button.click();
    assert.equal((await again).status(), 200);

    const [f] = (await admin(`worlds/${key}/faults`)).faults;

    assert.deepEqual([f.operation, f.fault, f.times], ['u2.*', code, 1]);
    await page.context().close();
});


test('the clock moves on, and what ran is shown', async () => {
    const key = fresh();

    await admin(`worlds/${key}/plan`, 'PUT', { progress: { seconds: 60 } });
    await u2(m.base, key, sound);

    const { tasks } = await admin(`worlds/${key}/tasks`);
    const page = await b.open(`#${key}/clock`);
    const face = () => page.locator('.face').getAttribute('datetime')
        .then(Date.parse);

    await page.getByRole('button', { name: 'Freeze' }).click();
    await page.getByRole('button', { name: 'Let it run' }).waitFor();

    const before = await face();
    const put = page.waitForRequest(r => r.method() === 'PUT');

    await page.locator('button[data-advance="5m"]').click();
    assert.deepEqual((await put).postDataJSON(), { advance: '5m' });
    await page.locator('.ran', {
        hasText: `task ${tasks[0].id} succeeded` }).waitFor();
    assert.equal(await face() - before, 300000);
    await page.context().close();
});


test('words light up where the audio is', async () => {
    const key = fresh();
    const t = await task(key, 'alpha bravo charlie delta echo foxtrot');
    const words = t.sentences.flatMap(s => s.words);
    const page = await b.open(`#${key}/tasks/${t.id}`);
    const audio = page.locator('audio');
    const lit = () => page.locator('.word.lit').allInnerTexts();

    assert.equal(t.peaks.length, 400);
    await until(() => audio.evaluate(
        a => a.seekable.length && a.seekable.end(0) > 0));
    assert.deepEqual(await page.locator('.word').allInnerTexts(),
                     words.map(w => w.text));

    for (const i of [1, 4, 2]) {
        await audio.evaluate((a, s) => { a.currentTime = s; },
                             (words[i].start_ms + words[i].end_ms) / 2000);
        await until(async () => (await lit()).join() === words[i].text);
    }

    await page.locator('.word').nth(3).click();
    await until(async () => (await lit()).join() === words[3].text);
    assert.ok(Math.abs(await audio.evaluate(a => a.currentTime * 1000)
                       - words[3].start_ms) < 30);

    // as much of the canvas is painted as the peaks are high

    const painted = await page.locator('canvas').evaluate(c => {
        const { data } = c.getContext('2d').getImageData(0, 0, c.width,
                                                         c.height);

        return data.filter((v, i) => i % 4 === 3 && v > 0).length
            / (c.width * c.height);
    });
    const due = t.peaks.reduce((sum, p) => sum + p, 0)
        / 400 / Math.max(...t.peaks);

    assert.ok(painted > due * 0.4 && painted < 0.9, `${painted} of ${due}`);

    await page.locator('[role=slider]').focus();
    await page.keyboard.press('Home');
    await until(async () => await audio.evaluate(a => a.currentTime) < 0.01);
    await page.keyboard.press('Escape');
    await page.locator('.player').waitFor({ state: 'detached' });
    await page.context().close();
});


test('a plan is changed, a task is told', async () => {
    const key = fresh();

    await u2(m.base, key, sound);

    const page = await b.open(`#${key}/plan`);

    await page.locator('select[name=progress]').selectOption('told');
    await page.locator('textarea[name=text]').fill('as it was told');

    const saved = page.waitForResponse(r => r.request().method() === 'PATCH');

    await page.getByRole('button', { name: 'Save' }).click();
    assert.equal((await saved).status(), 200);

    const plan = await admin(`worlds/${key}/plan`);

    assert.equal(plan.progress, 'told');
    assert.equal(plan.text, 'as it was told');

    await u2(m.base, key, sound);

    const { tasks } = await admin(`worlds/${key}/tasks`);

    await each(page, [`#${key}/tasks/${tasks.at(-1).id}`], async () => {
        await page.getByRole('button', { name: 'Succeed' }).click();
        await page.locator('.word', { hasText: 'told' }).waitFor();
    });
    await page.context().close();
});


test('no script failed, nothing was against the policy', async () => {
    await b.close();
    await m.stop();
    assert.deepEqual(b.trouble, []);
});
