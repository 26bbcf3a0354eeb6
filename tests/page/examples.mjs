// Worlds with something in them to look at.

import { rec, tc3, u2 } from './client.mjs';


export async function examples(base) {
    const key = 'test-checkout';
    const url = `${base}/_mock/audio/speech.wav?seconds=12&text=`
        + encodeURIComponent('The clock on the wall had stopped at ten. '
            + 'Nobody had noticed it before the letter came. Would you '
            + 'read it to us again?');
    const good = { file_url: url, model: 'u2-asr', format: 'wav',
                   word_info: true };
    const task = { ...rec, Url: url };

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

    await tc3(base, key, 'CreateRecTask', task);
    await tc3(base, key, 'CreateRecTask', {
        ...task, CallbackUrl: `${base}/_mock/inbox/transcripts` });
    await fetch(`${base}/_mock/worlds/${key}/faults`, {
        method: 'POST', body: JSON.stringify({
            operation: 'ice.*', fault: 'latency=200ms,Throttling.User',
            times: 3 }) });
    await u2(base, key, { ...good, x_trace: 'abc' });
    await u2(base, key, good);
    await u2(base, key, { model: 'u2-asr', channel: 1 });
    await u2(base, key, '{"model": "u2-asr", "format": wav}');
    await tc3(base, key, 'CreateRecTask', task, { after: '\n' });
    await u2(base, key, good);
    await tc3(base, key, 'CreateRecTask', { ...task, ChannelNum: 3,
        SpeakerDiarization: 1, SpeakerNumber: 2 });
    await u2(base, key, good);
}
