#!/usr/bin/perl

# A spool that is gone, also for a worker that starts without it, is the
# documents' internal error; a reload makes it again.

use strict;
use warnings;

use File::Path qw(remove_tree);
use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrTest;

my $t = AsrTest->new->conf(<<'EOC')->run;
%%GLOBALS%%
worker_processes 1;
events {}
http {
    %%HTTP%%
    asr_threads 1;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ { asr u2; }
        location / { asr tencent; }
    }
}
EOC

my $c = $t->client;
my %audio = (small => wav_cut('0880', 0, 100), large => speech_file('0880'));
my $file = $c->u2_file($audio{large});

$t->allow_alert(qr/could not open the spool/);

for my $when ('gone', 'gone at start') {
    if ($when eq 'gone') {
        remove_tree("$t->{prefix}/spool");
    } else {
        ok($t->kill_worker, 'another worker');
    }

    my @workers = $t->workers;

    # what is small is kept in the store, as long as there is one

    for my $size ($when eq 'gone' ? 'large' : ('large', 'small')) {
        my $r = $c->tc3('CreateRecTask',
            AsrClient::rec_task(encode_base64($audio{$size}, '')));
        like(AsrClient::tc3_code($r), qr/^InternalError\.\w+$/,
             "$when: tencent, $size") or diag("$r->{status} $r->{body}");

        $r = $c->u2_upload($audio{$size});
        is($r->{json}{base_resp}{status_code}, 100999,
           "$when: u2, $size") or diag("$r->{status} $r->{body}");
    }

    isnt($c->u2('GET', "/v1/files/retrieve_content?file_id=$file")->{status},
         200, "$when: u2, retrieve");
    is(join(' ', $t->workers), "@workers", "$when: the worker is well");
}

ok($t->gone(30 * slow(), $t->reload), 'reloaded');
ok($c->u2_file($audio{large}), 'u2');

my $r = $c->tc3('CreateRecTask',
                AsrClient::rec_task(encode_base64($audio{large}, '')));
is($c->tc3_wait($r->{json}{Response}{Data}{TaskId}, 60 * slow())
     ->{json}{Response}{Data}{Status}, 2, 'tencent, with its text');

$t->stop;
done_testing();
