/*
 * Exchanges for the tests of the journal, its exports and reports.
 */

#ifndef MOCK_JOURNAL_H
#define MOCK_JOURNAL_H

#include "unit.h"

#include "asr_mock_journal.h"


#define MOCK_BODY                                                            \
    "{\"EngineModelType\":\"16k_zh\",\"ChannelNum\":3,\"ResTextFormat\":0,"   \
    "\"SourceType\":0,\"Url\":\"http://127.0.0.1:8080/_mock/audio/tone.wav\"}"

#define MOCK_REPLY                                                           \
    "{\"Response\":{\"Error\":{\"Code\":\"InvalidParameterValue\","           \
    "\"Message\":\"ChannelNum\"},\"RequestId\":\"8a9c\"}}"


static const asr_header_t  mock_headers[] = {
    { ASR_STR("Host"), ASR_STR("127.0.0.1:8080") },
    { ASR_STR("Authorization"),
      ASR_STR("TC3-HMAC-SHA256 Credential=test-a/2026-11-26/asr/tc3_request, "
              "SignedHeaders=content-type;host, Signature="
              "0123456789abcdef0123456789abcdef0123456789abcdef") },
    { ASR_STR("Content-Type"), ASR_STR("application/json") },
    { ASR_STR("X-TC-Action"), ASR_STR("CreateRecTask") },
    { ASR_STR("X-TC-Version"), ASR_STR("2019-06-14") },
    { ASR_STR("X-TC-Timestamp"), ASR_STR("1795651200") },
    { ASR_STR("User-Agent"), ASR_STR("SDK/1.0 it's") },
    { ASR_STR("Content-Length"), ASR_STR("130") }
};

static const asr_header_t  mock_reply_headers[] = {
    { ASR_STR("Content-Type"), ASR_STR("application/json") },
    { ASR_STR("X-Mock-Diagnosis"), ASR_STR("T-1 /ChannelNum got 3") }
};

static const asr_mock_finding_t  mock_finding = {
    ASR_MOCK_ERROR, ASR_STR("T-1"), ASR_STR("/ChannelNum"),
    ASR_STR("1 or 2 & <none>"), ASR_STR("3"), ASR_STR("1 to 2"),
    ASR_STR("Say \"1\"."), false
};


/* A refused CreateRecTask; all of it is static. */

static inline void
mock_exchange(asr_mock_exchange_t *x, const char *world)
{
    memset(x, 0, sizeof(asr_mock_exchange_t));

    x->world = asr_cstr(world);
    x->at_ms = 1795651200123;
    x->took_us = 95;
    x->api = asr_str("tencent");
    x->operation = asr_str("CreateRecTask");
    x->method = asr_str("POST");
    x->path = asr_str("/");
    x->target = asr_str("/?x=1");
    x->args = asr_str("x=1");
    x->headers = mock_headers;
    x->nheaders = asr_nelts(mock_headers);
    x->body = asr_str(MOCK_BODY);
    x->body_bytes = x->body.len;
    memset(x->body_sha256, 0xab, ASR_SHA256_LEN);
    x->status = 200;
    x->reply_type = asr_str("application/json");
    x->reply_headers = mock_reply_headers;
    x->nreply_headers = asr_nelts(mock_reply_headers);
    x->reply = asr_str(MOCK_REPLY);
    x->reply_bytes = x->reply.len;
    x->code = asr_str("InvalidParameterValue");
    x->clause = asr_str("T-1");
    x->why = asr_str("ChannelNum is 3");
    x->findings = &mock_finding;
    x->nfindings = 1;
}


#endif /* MOCK_JOURNAL_H */
