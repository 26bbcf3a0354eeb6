// What the tests of the three Alibaba Cloud cores share.

import assert from 'node:assert/strict';

import { sounds, until } from './gateway.mjs';


export const input = 'oss://example-bucket.oss-cn-shanghai.aliyuncs.com/'
    + 'speech (1)!*.wav';


// What the vendor's generated ICE package passes for each operation.

export function operation(action) {
    return {
        action, version: '2020-11-09', protocol: 'HTTPS', pathname: '/',
        method: 'POST', authType: 'AK', style: 'RPC',
        reqBodyType: 'formData', bodyType: 'json',
    };
}


// call(action, query) gives the body of the reply.

export async function transcript(call, text, params = {}) {
    const made = await call('SubmitASRJob', {
        InputFile: input, Title: '测试标题', UserData: '{"user":"data"}',
        ...params,
    });

    assert.equal(made.State, 'Created');
    assert.match(made.JobId, /^[0-9a-f]{32}$/);

    const job = await until(async () => {
        const answer = await call('GetSmartHandleJob', { JobId: made.JobId });
        return /^(Finished|Failed)$/.test(answer.State) ? answer : null;
    });

    assert.equal(job.State, 'Finished', job.ErrorMessage);
    assert.equal(job.UserData, '{"user":"data"}');
    assert.equal(job.SmartJobInfo.Title, '测试标题');
    assert.equal(job.SmartJobInfo.InputConfig.InputFile, input);
    assert.equal(job.Output, job.JobResult.AiResult);
    sounds(JSON.parse(job.Output).map(s => s.content).join(' '), text);

    const list = await call('ListSmartJobs', { PageSize: '1' });

    assert.equal(list.SmartJobList[0].JobId, made.JobId);
    await call('DeleteSmartJob', { JobId: made.JobId });
}
