#!/usr/bin/perl

# A worker told to end while its threads are in an utterance, which they
# cannot leave, ends well: nothing they use goes before the process does.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrTest;

my $task = AsrClient::rec_task(encode_base64(wav_cut('0870', 0, 7000), ''));

for my $i (1 .. 6) {
    my $t = AsrTest->new->conf(<<'EOC')->run;
%%GLOBALS%%
worker_processes 1;
events {}
http {
    %%HTTP%%
    asr_threads 2;
    server {
        listen 127.0.0.1:%%PORT%%;
        location = /asr/status { asr_status; }
        location / { asr tencent; }
    }
}
EOC
    my $c = $t->client;

    $c->tc3('CreateRecTask', $task) for 1 .. 3;

    ok((wait_until {
            my $s = $c->request('GET', '/asr/status')->{json};
            ($s->{queue}{segments_claimed} // 0) > 0;
        } 60 * slow()), 'a segment is being recognised');

    ok($t->quit($i % 3 ? 'TERM' : 'QUIT'), 'ended');
    $t->stop;
}

done_testing();
