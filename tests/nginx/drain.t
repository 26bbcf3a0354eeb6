#!/usr/bin/perl

# A request whose body arrives after the rest of an exiting worker has been
# drained is still answered by it.

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

for my $stop ('reload', 'quit') {
    my $bytes = $c->tc3_bytes('CreateRecTask', $good);
    my $s = $c->start(substr $bytes, 0, -10);
    my @old = $t->workers;

    # what is sent first is read first: this one's body is being waited for

    $c->tc3('DescribeTaskStatus', { TaskId => 1 });

    if ($stop eq 'reload') {
        is(scalar(() = $t->reload), 1, 'reloaded');
    } else {
        kill 'QUIT', $t->{master};
    }

    ok((wait_until {
            my $title = AsrTest::title($old[0]);
            $title eq 'nginx: worker process is shutting down';
        } 10 * slow()), "$stop: the old worker is exiting");

    # longer than anything is drained for

    ok(!$t->gone(1, @old), "$stop: and waits for the body");

    AsrHttp::send_all($s, substr $bytes, -10);
    my $r = $c->finish($s, timeout => 20);

    is($r->{status}, 200, "$stop: answered");
    ok($r->{json}{Response}{Data}{TaskId}, "$stop: created");
    ok($t->gone(10 * slow(), @old), "$stop: then the worker went");
}

$t->stop;
done_testing();
