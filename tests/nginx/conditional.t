#!/usr/bin/perl

# Conditional and range requests mean nothing to these APIs: a reply is whole,
# whatever the client says it has already, and a task that was made is told.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrTest;

my $t = AsrTest->new->conf(<<'EOC')->run;
%%GLOBALS%%
worker_processes 1;
events {}
http {
    %%HTTP%%
    asr_threads 0;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ { asr u2; }
        location / { asr tencent; }
    }
}
EOC

my $c = $t->client;
my $good = AsrClient::rec_task(encode_base64(wav_cut('0880', 0, 1200), ''));
my $file = $c->u2_file(wav_cut('0880', 0, 1200));
my @workers = $t->workers;

for my $h (['If-Match', '"x"'], ['If-None-Match', '*'],
           ['If-None-Match', '"x"'],
           ['If-Unmodified-Since', 'Thu, 01 Jan 1970 00:00:00 GMT'],
           ['If-Modified-Since', 'Thu, 01 Jan 2099 00:00:00 GMT'],
           ['Range', 'bytes=0-3'])
{
    my $r = $c->tc3('CreateRecTask', $good, headers => $h);
    ok($r->{json}{Response}{Data}{TaskId}, "$h->[0]: tencent, created")
        or diag($r->{head});

    $r = $c->tc3('CreateRecTask', $good, headers => $h, secret => 'wrong');
    is(AsrClient::tc3_code($r), 'AuthFailure.SignatureFailure',
       "$h->[0]: tencent, refused");

    $r = $c->request('TRACE', '/', headers => $h);
    is("$r->{status} " . AsrClient::tc3_code($r), '200 UnsupportedProtocol',
       "$h->[0]: tencent, refused by nginx") or diag($r->{head});

    $r = $c->u2_create($file, {}, headers => $h);
    is($r->{status}, 200, "$h->[0]: u2, status");
    ok($r->{json}{task_id}, "$h->[0]: u2, created");
}

is(join(' ', $t->workers), "@workers", 'the same worker all the time');

$t->stop;
done_testing();
