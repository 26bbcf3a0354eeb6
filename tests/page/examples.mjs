// Worlds with something in them to look at.

import { rec, tc3, u2 } from './client.mjs';


export async function examples(base) {
    const key = 'test-checkout';
    const good = { file_url: 'http://127.0.0.1/_mock/audio/say-hello.wav',
                   model: 'u2-asr', format: 'wav' };

    for (const name of ['test-billing', 'test-upload-2', 'test-nightly']) {
        await u2(base, name, good);
        await u2(base, name, { ...good, format: 'flac' });
    }

    await u2(base, 'test-retry', good);

    for (let i = 0; i < 6; i++) {
        const { json } = await u2(base, key, good);

        await u2(base, key, undefined, `/v1/audio/asr/tasks/${json.task_id}`,
                 'GET');
        await u2(base, key, undefined, `/v1/audio/asr/tasks/${json.task_id}`,
                 'GET');
    }

    await tc3(base, key, 'CreateRecTask', rec);
    await tc3(base, key, 'CreateRecTask', {
        ...rec, CallbackUrl: 'https://shop.example/hooks/transcripts' });
    await fetch(`${base}/_mock/worlds/${key}/faults`, {
        method: 'POST', body: JSON.stringify({
            operation: 'ice.*', fault: 'latency=200ms,Throttling.User',
            times: 3 }) });
    await u2(base, key, { ...good, x_trace: 'abc' });
    await u2(base, key, { model: 'u2-asr', channel: 1 });
    await u2(base, key, '{"model": "u2-asr", "format": wav}');
    await tc3(base, key, 'CreateRecTask', rec, { after: '\n' });
    await u2(base, key, good);
    await tc3(base, key, 'CreateRecTask', { ...rec, ChannelNum: 3,
        SpeakerDiarization: 1, SpeakerNumber: 2 });
    await u2(base, key, good);
}
