/*
 * asr-mock-cert FOLDER ADDRESS: an authority that lives as long as the mock and
 * a certificate of it for "localhost", the loopback and the address: ca.pem,
 * cert.pem and key.pem in the folder.  Exit 0, or 1 and why on stderr.
 *
 * The authority's key is never written, so what trusts it need not be told to
 * forget it.  Two certificates and not one that signs itself, because some
 * clients take no authority as a server.  A program of its own, because OpenSSL
 * would double the time that asr-mock takes to start.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#define ASR_MOCK_CERT_DAY  86400L


static X509 *asr_mock_cert_x509(const char *name, EVP_PKEY *key,
    X509 *issuer, EVP_PKEY *signer, const char *names);
static bool asr_mock_cert_extend(X509 *x, X509 *issuer, int nid,
    const char *value);
static bool asr_mock_cert_pem(const char *folder, const char *name,
    X509 *x, EVP_PKEY *key);


int
main(int argc, char **argv)
{
    bool       ok;
    char       names[160];
    X509      *ca, *x;
    EVP_PKEY  *signer, *key;

    if (argc != 3) {
        fputs("usage: asr-mock-cert FOLDER ADDRESS\n", stderr);
        return 1;
    }

    (void) snprintf(names, sizeof(names), "DNS:localhost,IP:127.0.0.1,IP:::1"
                    ",IP:%s", argv[2]);

    ca = NULL;
    x = NULL;
    signer = EVP_EC_gen("P-256");
    key = EVP_EC_gen("P-256");

    if (signer != NULL && key != NULL) {
        ca = asr_mock_cert_x509("asr-mock CA", signer, NULL, signer, NULL);
    }

    if (ca != NULL) {
        x = asr_mock_cert_x509("localhost", key, ca, signer, names);
    }

    if (x == NULL) {
        fputs("asr-mock-cert: OpenSSL makes no certificate\n", stderr);
    }

    ok = x != NULL
         && asr_mock_cert_pem(argv[1], "ca.pem", ca, NULL)
         && asr_mock_cert_pem(argv[1], "cert.pem", x, NULL)
         && asr_mock_cert_pem(argv[1], "key.pem", NULL, key);

    X509_free(x);
    X509_free(ca);
    EVP_PKEY_free(key);
    EVP_PKEY_free(signer);

    return ok ? 0 : 1;
}


/* Without an issuer it is an authority's own. */

static X509 *
asr_mock_cert_x509(const char *name, EVP_PKEY *key, X509 *issuer,
    EVP_PKEY *signer, const char *names)
{
    bool            ok;
    X509           *x;
    BIGNUM         *serial;
    X509_NAME      *subject;
    unsigned char   random[16];

    x = X509_new();
    if (x == NULL) {
        return NULL;
    }

    subject = X509_get_subject_name(x);
    serial = RAND_bytes(random, sizeof(random)) == 1
             ? BN_bin2bn(random, sizeof(random), NULL) : NULL;

    /* from yesterday on: clocks differ */

    ok = serial != NULL
         && X509_set_version(x, X509_VERSION_3)
         && BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x)) != NULL
         && X509_gmtime_adj(X509_getm_notBefore(x), -ASR_MOCK_CERT_DAY)
         && X509_gmtime_adj(X509_getm_notAfter(x), 90 * ASR_MOCK_CERT_DAY)
         && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                       (const unsigned char *) name, -1, -1,
                                       0)
         && X509_set_issuer_name(x, issuer == NULL
                                    ? subject : X509_get_subject_name(issuer))
         && X509_set_pubkey(x, key)
         && asr_mock_cert_extend(x, x, NID_subject_key_identifier, "hash");

    BN_free(serial);

    if (issuer == NULL) {
        ok = ok
             && asr_mock_cert_extend(x, x, NID_basic_constraints,
                                       "critical,CA:TRUE,pathlen:0")
             && asr_mock_cert_extend(x, x, NID_key_usage,
                                       "critical,keyCertSign,cRLSign");

    } else {
        ok = ok
             && asr_mock_cert_extend(x, issuer, NID_authority_key_identifier,
                                       "keyid:always")
             && asr_mock_cert_extend(x, issuer, NID_basic_constraints,
                                       "critical,CA:FALSE")
             && asr_mock_cert_extend(x, issuer, NID_key_usage,
                                       "critical,digitalSignature")
             && asr_mock_cert_extend(x, issuer, NID_ext_key_usage,
                                       "serverAuth")
             && asr_mock_cert_extend(x, issuer, NID_subject_alt_name, names);
    }

    if (ok && X509_sign(x, signer, EVP_sha256()) != 0) {
        return x;
    }

    X509_free(x);

    return NULL;
}


static bool
asr_mock_cert_extend(X509 *x, X509 *issuer, int nid, const char *value)
{
    bool             ok;
    X509V3_CTX       ctx;
    X509_EXTENSION  *e;

    X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);

    e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    ok = e != NULL && X509_add_ext(x, e, -1) == 1;
    X509_EXTENSION_free(e);

    return ok;
}


static bool
asr_mock_cert_pem(const char *folder, const char *name, X509 *x,
    EVP_PKEY *key)
{
    int    fd;
    bool   ok;
    char   path[PATH_MAX];
    FILE  *f;

    (void) snprintf(path, sizeof(path), "%s/%s", folder, name);

    fd = open(path, O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600);
    f = fd == -1 ? NULL : fdopen(fd, "w");

    if (f == NULL) {
        perror(path);
        return false;
    }

    ok = x != NULL ? PEM_write_X509(f, x) == 1
                   : PEM_write_PKCS8PrivateKey(f, key, NULL, NULL, 0, NULL,
                                               NULL) == 1;
    ok = fclose(f) == 0 && ok;

    if (!ok) {
        perror(path);
    }

    return ok;
}
